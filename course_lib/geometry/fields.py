"""Receptive fields, carried from layer to layer as boxes.

A layer with effective kernel K, stride s and padding p makes of (size r, jump j, start u)

    r + (K - 1) * j,    j * s,    u - p * j

(Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill 2019,
extended by dilation). Behind a layer that makes maps larger, j becomes a fraction and r depends on
the position, so the recurrence no longer holds. Carried here is what it abbreviates: the first and
the last pixel that each cell reads (``reach.py``). The tests hold it against the exact sets of
``paths.py``.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import product
from math import lcm

from .layer import Layer
from .network import Network, Node
from .operations import GlobalPooling, Linear
from .pairs import GeometryError, Pair, Shape, Share, times
from .reach import Reach, Span, around, length


@dataclass(frozen=True)
class Field:
    """What one output cell reads of the input: a box of pixels, holes included.

    ``parts`` are the reaches (rows, columns) whose boxes make it up: one, but for branches of which
    some leave cells without input. Channels are taken as mixed by every layer.
    """

    parts: tuple[tuple[Reach, Reach], ...] = ((Reach(), Reach()),)

    def after(self, layer: Layer) -> "Field":
        """The field of a cell behind one more layer."""
        return Field(tuple((r.after(layer, 0), c.after(layer, 1)) for r, c in self.parts))

    def joined(self, other: "Field") -> "Field":
        """The field of a cell that reads both, for fields of the same jump."""
        parts = dict.fromkeys(self.parts + other.parts)
        full = [part for part in parts if part[0].reads_everywhere and part[1].reads_everywhere]
        if len(full) < 2:
            return Field(tuple(parts))
        box = reduce(lambda a, b: (a[0].joined(b[0]), a[1].joined(b[1])), full)
        return Field((box, *(part for part in parts if part not in full)))

    @property
    def jump(self) -> tuple[Share, Share]:
        """How far the box moves from one cell to the next, in input pixels, on average."""
        rows, columns = self.parts[0]
        return rows.jump, columns.jump

    @property
    def size(self) -> Pair:
        """(height, width) of the box; the largest of all positions where it varies."""
        height, width = map(max, self._sizes)
        return height, width

    @property
    def start(self) -> Pair | None:
        """The top left corner of the box of cell (0, 0), None if that cell reads nothing.

        It is negative where the box begins in the padding.
        """
        box = self._box((0, 0))
        return box and (box[0][0], box[1][0])

    @property
    def period(self) -> Pair:
        """After how many cells, down and across, boxes of the same sizes return."""
        lines = zip(*self.parts, strict=True)
        down, across = (lcm(*(reach.period for reach in line)) for line in lines)
        return down, across

    @property
    def varies(self) -> bool:
        """Whether the size depends on the position."""
        return any(len(lengths) > 1 for lengths in self._sizes)

    def reads_anything(self, cell: Pair = (0, 0)) -> bool:
        """False for a cell that no tap leads to, as where a stride exceeds the stamped kernel."""
        return self._box(cell) is not None

    def box(self, cell: Pair = (0, 0)) -> tuple[Span, Span]:
        """((first row, last row), (first column, last column)) that the cell reads.

        Raises GeometryError for a cell that reads nothing.
        """
        box = self._box(cell)
        if box is None:
            raise GeometryError(
                f"Cell {tuple(cell)} reads nothing: no tap leads there. Choose a neighbour, or "
                "give the layer that enlarges a kernel_size of its stride at least."
            )
        return box

    def centre(self, cell: Pair = (0, 0)) -> tuple[float, float]:
        """The middle of the box, as (row, column); halves lie between two pixels."""
        row, column = (sum(ends) / 2 for ends in self.box(cell))
        return row, column

    def _box(self, cell: Pair) -> tuple[Span, Span] | None:
        spans = [(rows.span(cell[0]), columns.span(cell[1])) for rows, columns in self.parts]
        seen = [box for box in spans if None not in box]
        return (around(b[0] for b in seen), around(b[1] for b in seen)) if seen else None

    @cached_property
    def _sizes(self) -> tuple[set[int], set[int]]:
        """The heights and the widths that boxes have; 0 for cells that read nothing."""
        if len(self.parts) == 1:  # rows and columns do not know of each other
            heights, widths = ({length(span) for span in reach.spans} for reach in self.parts[0])
            return (heights, widths) if any(heights) and any(widths) else ({0}, {0})
        boxes = [self._box(cell) or (None, None) for cell in product(*map(range, self.period))]
        return {length(rows) for rows, _ in boxes}, {length(columns) for _, columns in boxes}


def receptive_fields(network: Network, shapes: dict[Node, Shape]) -> dict[Node, Field | None]:
    """The field after each node; None where a cell sees the whole image.

    ``shapes`` comes from ``network.shapes``. At a merge the box around all branches is kept, which
    is the larger field where they are centred alike. A branch that saw the whole image (the gate of
    a squeeze-and-excitation block) is passed over there. Raises GeometryError where the branches
    of a merge have different jumps.
    """
    fields: dict[Node, Field | None] = {}
    for node in network.nodes:
        before = [fields[parent] for parent in node.parents]
        known = [field for field in before if field is not None]
        if not node.parents:
            fields[node] = Field()
        elif not known or _sees_all(node, shapes):
            fields[node] = None
        elif isinstance(node.operation, Layer):
            layer = node.operation.on(shapes[node.parents[0]][1:])
            fields[node] = known[0].after(layer)
        else:
            fields[node] = _joined(node, known)
    return fields


def _sees_all(node: Node, shapes: dict[Node, Shape]) -> bool:
    whole_map = isinstance(node.operation, (GlobalPooling, Linear))
    return whole_map and shapes[node.parents[0]][1:] != (1, 1)


def _joined(node: Node, fields: list[Field]) -> Field:
    jumps = sorted({field.jump for field in fields})
    if len(jumps) > 1:
        odd = any(isinstance(share, Fraction) for jump in jumps for share in jump)
        raise GeometryError(
            f"{node.label}: the branches have different jumps, ({times(jumps[0])}) and "
            f"({times(jumps[1])}) input pixels a cell, so their cells do not lie over the same "
            "places. Give every branch the same product of strides."
            + odd
            * " Upsampling to an odd size, or with align_corners=True, has a step of its own."
        )
    return reduce(Field.joined, fields)
