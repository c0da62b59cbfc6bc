"""Explorer: the receptive-field workbench, a stack of layers and what one cell behind it sees."""

from .explorer import ReceptiveFieldExplorer

__all__ = ["ReceptiveFieldExplorer"]
