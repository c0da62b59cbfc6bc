"""Explorer: what a bottleneck costs beside the direct convolution, and where it stops paying."""

from .explorer import BottleneckExplorer

__all__ = ["BottleneckExplorer"]
