"""Explorer: how channels are wired, and what a filter is; pointwise as the smallest case."""

from .explorer import ChannelsExplorer

__all__ = ["ChannelsExplorer"]
