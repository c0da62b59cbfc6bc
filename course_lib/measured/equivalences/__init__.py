"""Explorer: pairs of networks that are one function, among variants that only seem to be."""

from .explorer import EquivalenceExplorer

__all__ = ["EquivalenceExplorer"]
