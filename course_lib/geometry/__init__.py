"""The arithmetic of layers: sizes, taps, receptive fields, path counts, parameters, MACs.

Standard library only. It is the one place of this arithmetic: pictures, explorers, the layer table
and the assignment's rules all ask here. Sizes are (height, width), shapes (C, H, W).
"""

from .channel_shuffle import channel_shuffle_sources
from .convolution import Convolution
from .coverage import overlap_counts, overlaps_along, path_counts_along, unread
from .fields import Field, receptive_fields
from .layer import Layer, Tap, explain
from .mixing import ChannelShuffle, Mixing, channels_read
from .network import Network, Node, chain, merge, source
from .operations import Add, Concatenate, Elementwise, GlobalPooling, Input, Linear, Operation
from .padding import Padding
from .padding_modes import PADDING_MODES, border_problem, padded_index
from .pairs import GeometryError, Pair, Shape, Share, as_pair
from .paths import PathCounts, path_counts
from .pooling import Pooling
from .positions import positions_that_see_all
from .projective import projective_field
from .reach import Reach
from .seen import Seen
from .shuffle import PixelShuffle, PixelUnshuffle, shuffle_source, shuffle_target
from .table import LayerRow, LayerTable, layer_table, table_of
from .traffic import intensity, numbers_moved
from .transposed import TransposedConvolution
from .upsampling import Upsample
from .window import Window

__all__ = [
    "PADDING_MODES",
    "Add",
    "ChannelShuffle",
    "Concatenate",
    "Convolution",
    "Elementwise",
    "Field",
    "GeometryError",
    "GlobalPooling",
    "Input",
    "Layer",
    "LayerRow",
    "LayerTable",
    "Linear",
    "Mixing",
    "Network",
    "Node",
    "Operation",
    "Padding",
    "Pair",
    "PathCounts",
    "PixelShuffle",
    "PixelUnshuffle",
    "Pooling",
    "Reach",
    "Seen",
    "Shape",
    "Share",
    "Tap",
    "TransposedConvolution",
    "Upsample",
    "Window",
    "as_pair",
    "border_problem",
    "chain",
    "channel_shuffle_sources",
    "channels_read",
    "explain",
    "intensity",
    "layer_table",
    "merge",
    "numbers_moved",
    "overlap_counts",
    "overlaps_along",
    "padded_index",
    "path_counts",
    "path_counts_along",
    "positions_that_see_all",
    "projective_field",
    "receptive_fields",
    "shuffle_source",
    "shuffle_target",
    "source",
    "table_of",
    "unread",
]
