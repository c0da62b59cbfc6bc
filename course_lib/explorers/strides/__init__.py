"""Explorer: what a stride throws away, the checkerboard that it leaves, and aliasing."""

from .explorer import StridesExplorer

__all__ = ["StridesExplorer"]
