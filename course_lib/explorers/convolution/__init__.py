"""Explorer: one convolution, cell by cell, with the sum written out."""

from .explorer import ConvolutionExplorer

__all__ = ["ConvolutionExplorer"]
