"""Explorer: the groups dial, from one dense layer to depthwise, and what a shuffle mends."""

from .explorer import GroupsExplorer

__all__ = ["GroupsExplorer"]
