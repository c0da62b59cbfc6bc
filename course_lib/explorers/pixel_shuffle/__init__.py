"""Explorer: pixel shuffle and unshuffle, number by number, in both channel orders."""

from .explorer import PixelShuffleExplorer

__all__ = ["PixelShuffleExplorer"]
