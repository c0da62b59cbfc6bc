"""Explorer: four ways to enlarge a map, with weights that are not trained, on a flat image."""

from .explorer import UpsamplingExplorer

__all__ = ["UpsamplingExplorer"]
