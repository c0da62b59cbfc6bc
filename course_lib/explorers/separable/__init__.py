"""Explorer: a normal convolution beside a depthwise one followed by a pointwise one."""

from .explorer import SeparableExplorer

__all__ = ["SeparableExplorer"]
