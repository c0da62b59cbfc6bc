"""The projective field: which outputs does one input pixel feed, and along how many ways?

It is the receptive field read in the other direction. The values are the output of the linear
network whose weights are all ones, for an image that is 1 at that pixel and 0 elsewhere.
"""

from .layer import Layer, must_be_inside
from .network import Network, Node
from .operations import GlobalPooling, Linear
from .pairs import Pair, as_pair
from .paths import Line, PathCounts, Term, gathered, written_out


def projective_field(network: Network, pixel: Pair, input_size: int | Pair) -> PathCounts:
    """Count the paths from one input pixel to each cell of the network's output.

    Raises GeometryError for a pixel outside the input.
    """
    size = as_pair(input_size, "input_size")
    must_be_inside(pixel, size, "input")
    sizes = {node: shape[1:] for node, shape in network.shapes(size).items()}
    terms: dict[Node, list[Term]] = {network.nodes[0]: [({pixel[0]: 1}, {pixel[1]: 1})]}
    for node in network.nodes[1:]:
        moved = [_push(t, node, parent, sizes) for parent in node.parents for t in terms[parent]]
        terms[node] = gathered(moved)
    words = "This pixel feeds no output: every stride steps over it, or a border cuts it off."
    return PathCounts(written_out(terms[network.output]), words)


def _push(term: Term, node: Node, parent: Node, sizes: dict[Node, Pair]) -> Term:
    """Move the counts of one term from the output of a parent to the output of a node."""
    before, after, operation = sizes[parent], sizes[node], node.operation
    if isinstance(operation, Layer):
        layer = operation.on(before)
        rows, columns = (_onto(term[a], layer, a, before[a], after[a]) for a in (0, 1))
    elif isinstance(operation, (GlobalPooling, Linear)):
        rows, columns = ({0: sum(line.values())} for line in term)
    else:
        rows, columns = (_broadcast(term[a], before[a], after[a]) for a in (0, 1))
    return rows, columns


def _onto(line: Line, layer: Layer, axis: int, before: int, after: int) -> Line:
    counts: Line = {}
    for output in range(after):
        shares = layer.shares_along(axis, output, before)
        paths = sum(line[index] * share for index, share in shares.items() if index in line)
        if paths:
            counts[output] = paths
    return counts


def _broadcast(line: Line, before: int, after: int) -> Line:
    """A branch of one cell is added to every cell of the others."""
    return dict.fromkeys(range(after), line[0]) if before == 1 < after and line else line
