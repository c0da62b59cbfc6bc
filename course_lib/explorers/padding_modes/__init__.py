"""Explorer: what lies beyond the border, in every padding mode, and what a kernel makes of it."""

from .explorer import PaddingModesExplorer

__all__ = ["PaddingModesExplorer"]
