"""Explorer: the gridding lab, what a stack of dilated layers reads and what it leaves out."""

from .explorer import GriddingExplorer

__all__ = ["GriddingExplorer"]
