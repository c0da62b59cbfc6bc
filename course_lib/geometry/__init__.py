"""The arithmetic of layers: sizes, taps, receptive fields, path counts, parameters, MACs.

Standard library only. It is the one place of this arithmetic: pictures, explorers, the layer table
and the assignment's rules all ask here. Sizes are (height, width), shapes (C, H, W).
"""

from .convolution import Convolution
from .fields import Field, positions_that_see_all, receptive_fields
from .network import Network, Node, chain, merge, source
from .operations import Add, Concatenate, Elementwise, GlobalPooling, Input, Linear, Operation
from .pairs import GeometryError, Pair, Shape, as_pair
from .paths import PathCounts, path_counts
from .pooling import Padding, Pooling
from .table import LayerRow, LayerTable, layer_table
from .window import Tap, Window, explain

__all__ = [
    "Add",
    "Concatenate",
    "Convolution",
    "Elementwise",
    "Field",
    "GeometryError",
    "GlobalPooling",
    "Input",
    "LayerRow",
    "LayerTable",
    "Linear",
    "Network",
    "Node",
    "Operation",
    "Padding",
    "Pair",
    "PathCounts",
    "Pooling",
    "Shape",
    "Tap",
    "Window",
    "as_pair",
    "chain",
    "explain",
    "layer_table",
    "merge",
    "path_counts",
    "positions_that_see_all",
    "receptive_fields",
    "source",
]
