"""Explorer: a transposed convolution in three readings that give the same numbers."""

from .explorer import TransposedExplorer

__all__ = ["TransposedExplorer"]
