"""Explorer: what a cell of a real network looks at, before and after training."""

from .explorer import EffectiveFieldExplorer

__all__ = ["EffectiveFieldExplorer"]
