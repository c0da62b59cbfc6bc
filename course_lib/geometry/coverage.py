"""Who is read how often: overlaps, cells that nobody reads, and fields that thin out with depth."""

from .layer import Layer
from .network import Network, Node
from .operations import GlobalPooling, Linear
from .pairs import Pair, Share, as_pair
from .paths import PathCounts, path_counts


def overlaps_along(layer: Layer, axis: int, input_size: int | Pair) -> list[Share]:
    """How many taps end on real cells, for each output index along axis 0 or 1.

    Of a transposed convolution that is how many stamps lie over each other there. Raises
    GeometryError where the layer cannot work on that input.
    """
    size = as_pair(input_size, "input_size")
    return [sum(shares.values()) for shares in _read(layer, axis, size)]


def overlap_counts(layer: Layer, input_size: int | Pair) -> list[list[Share]]:
    """How many input cells feed each output cell, as rows of columns.

    For a transposed convolution it is ``conv_transpose(ones, ones)``; where the numbers differ from
    cell to cell, outputs get a checkerboard (Odena, Dumoulin, Olah: Deconvolution and Checkerboard
    Artifacts, Distill 2016).
    """
    down, across = (overlaps_along(layer, axis, input_size) for axis in (0, 1))
    return [[n * m for m in across] for n in down]


def unread(layer: Layer, input_size: int | Pair) -> tuple[list[int], list[int]]:
    """The input rows and the input columns that no output reads.

    A cell in one of them is lost, such as the last row where a stride does not come out even.
    """
    size = as_pair(input_size, "input_size")
    rows, columns = (
        sorted(set(range(size[axis])).difference(*_read(layer, axis, size))) for axis in (0, 1)
    )
    return rows, columns


def path_counts_along(network: Network, cell: Pair = (0, 0)) -> dict[Node, PathCounts]:
    """The path counts of that cell behind each node, on an endless plane.

    Read ``span``, ``covered`` and ``density`` down the network to see a field grow and its holes
    come and go. It ends where a layer sees the whole map.
    """
    found: dict[Node, PathCounts] = {}
    whole: set[Node] = set()
    for node in network.nodes:
        sees_all = isinstance(node.operation, (GlobalPooling, Linear))
        if sees_all or any(parent in whole for parent in node.parents):
            whole.add(node)
        else:
            found[node] = path_counts(Network(node), cell)
    return found


def _read(layer: Layer, axis: int, size: Pair) -> list[dict[int, Share]]:
    """What each output index reads of an input of that size."""
    outputs = layer.output_size(size)[axis]
    settled = layer.on(size)
    return [settled.shares_along(axis, output, size[axis]) for output in range(outputs)]
