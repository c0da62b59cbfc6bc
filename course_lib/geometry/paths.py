"""Path counts: along how many ways does each input pixel reach one output cell?

The keys of the map are the receptive field, exactly, with holes and borders. The values are the
gradient of that cell in the linear network whose weights are all ones (one channel each; pixel
shuffle gets the same map in every channel, and whatever reads several channels sums them).
Bilinear upsampling passes on shares, as fractions. These layers are separable in space, so a map is
kept as a sum of terms rows x columns; a chain needs one term, and branches add theirs.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .layer import Layer, must_be_inside
from .network import Network, Node
from .operations import GlobalPooling, Linear
from .pairs import GeometryError, Pair, Share

Line = dict[int, Share]  # index along one axis -> number of paths
Term = tuple[Line, Line]  # the map of their products


@dataclass(frozen=True)
class PathCounts:
    """The number of paths to each cell (row, column) that is reached at all.

    Of ``path_counts`` these are the input pixels that one output cell reads, of
    ``projective_field`` the output cells that one input pixel feeds.
    """

    counts: Mapping[Pair, Share]
    if_none: str = "This cell reads nothing but padding; choose one further inside."

    @cached_property
    def box(self) -> tuple[Pair, Pair]:
        """((first row, last row), (first column, last column)) of the cells that are reached."""
        if not self.counts:
            raise GeometryError(self.if_none)
        rows, columns = ((min(line), max(line)) for line in zip(*self.counts, strict=True))
        return rows, columns

    @property
    def span(self) -> Pair:
        """Height and width of the box: the receptive field as it is usually quoted."""
        height, width = (last - first + 1 for first, last in self.box)
        return height, width

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box, as (row, column)."""
        row, column = (sum(ends) / 2 for ends in self.box)
        return row, column

    @property
    def covered(self) -> int:
        """The number of cells that are reached."""
        return len(self.counts)

    @property
    def density(self) -> float:
        """The share of the box's cells that are reached; below 1 there are holes."""
        height, width = self.span
        return self.covered / (height * width)

    @property
    def holes(self) -> set[Pair]:
        """The cells inside the box that are not reached."""
        (top, bottom), (left, right) = self.box
        box = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        return box - self.counts.keys()


def path_counts(
    network: Network, cell: Pair = (0, 0), input_size: int | Pair | None = None
) -> PathCounts:
    """Count the paths from the input to one cell of the network's output.

    Without ``input_size`` the plane is endless and the padding is counted like the image; with it,
    paths through padded zeros are dropped after each layer, as the zeros there drop them. Raises
    GeometryError for a cell outside the output, and for a global layer on an endless plane.
    """
    sizes = {} if input_size is None else _sizes(network, input_size, cell)
    pending: dict[Node, list[Term]] = defaultdict(list)
    pending[network.output].append(({cell[0]: 1}, {cell[1]: 1}))
    for node in reversed(network.nodes[1:]):
        terms = gathered(pending.pop(node))
        for parent in node.parents:
            pending[parent] += [_pull_back(term, node, parent, sizes) for term in terms]
    return PathCounts(written_out(pending[network.nodes[0]]))


def gathered(terms: list[Term]) -> list[Term]:
    """The same map in at most as many terms as it has rows: branches would double them forever."""
    height = len({row for rows, _ in terms for row in rows})
    if len(terms) <= height:
        return terms
    return [({row: 1}, columns) for row, columns in _by_row(terms).items()]


def written_out(terms: list[Term]) -> dict[Pair, Share]:
    """The map as a count for each (row, column)."""
    return {(r, c): paths for r, line in _by_row(terms).items() for c, paths in line.items()}


def _sizes(network: Network, input_size: int | Pair, cell: Pair) -> dict[Node, Pair]:
    sizes = {node: shape[1:] for node, shape in network.shapes(input_size).items()}
    must_be_inside(cell, sizes[network.output], "output")
    return sizes


def _pull_back(term: Term, node: Node, parent: Node, sizes: dict[Node, Pair]) -> Term:
    """Move the counts of one term from the output of a node to the output of its parent."""
    operation = node.operation
    if sizes and isinstance(operation, Layer):
        operation = operation.on(sizes[parent])
    lines = []
    for axis, line in enumerate(term):
        length = sizes[parent][axis] if sizes else None
        if isinstance(operation, Layer):
            lines.append(operation.pulled_back(axis, line, length))
        elif isinstance(operation, (GlobalPooling, Linear)):
            lines.append(_through_whole_map(line, node, length))
        elif length == 1 < sizes.get(node, (1, 1))[axis]:
            lines.append({0: sum(line.values())})  # a branch of one cell, broadcast over the map
        else:
            lines.append(line)
    return lines[0], lines[1]


def _through_whole_map(line: Line, node: Node, length: int | None) -> Line:
    if length is None:
        raise GeometryError(
            f"{node.label}: this layer sees the whole map, which has no end without input_size. "
            "Pass input_size, or end the network before this layer."
        )
    return dict.fromkeys(range(length), sum(line.values()))


def _by_row(terms: list[Term]) -> dict[int, Line]:
    """The map written out: a line of counts for each row."""
    lines: dict[int, Line] = {}
    for rows, columns in terms:
        for row, paths in rows.items():
            line = lines.setdefault(row, {})
            for column, more in columns.items():
                line[column] = line.get(column, 0) + paths * more
    return lines
