"""Receptive fields by the recurrence: three numbers an axis, carried from layer to layer.

A layer with effective kernel K, stride s and padding p makes of (size r, jump j, start u)

    r + (K - 1) * j,    j * s,    u - p * j

(Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill 2019,
extended by dilation). The tests hold it against the exact sets of ``paths.py``.
"""

from dataclasses import dataclass

from .network import Network, Node
from .operations import GlobalPooling, Linear
from .pairs import GeometryError, Pair, Shape, times
from .window import Window


@dataclass(frozen=True)
class Field:
    """What one output cell reads of the input: a box of ``size`` input pixels, holes included.

    ``jump`` is how far the box moves from one cell to the next, ``start`` the top left corner of
    the box of cell (0, 0); it is negative where the box begins in the padding.
    """

    size: Pair = (1, 1)
    jump: Pair = (1, 1)
    start: Pair = (0, 0)

    def after(self, layer: Window) -> "Field":
        """The field of a cell behind one more layer."""
        axes = range(2)
        kernel, stride, borders = layer.effective_kernel_size, layer.stride, layer.borders
        size = tuple(self.size[a] + (kernel[a] - 1) * self.jump[a] for a in axes)
        jump = tuple(self.jump[a] * stride[a] for a in axes)
        start = tuple(self.start[a] - borders[a][0] * self.jump[a] for a in axes)
        return Field(size, jump, start)

    def box(self, cell: Pair = (0, 0)) -> tuple[Pair, Pair]:
        """((first row, last row), (first column, last column)) that the cell reads."""
        first = [u + j * index for u, j, index in zip(self.start, self.jump, cell, strict=True)]
        rows, columns = ((u, u + r - 1) for u, r in zip(first, self.size, strict=True))
        return rows, columns

    def centre(self, cell: Pair = (0, 0)) -> tuple[float, float]:
        """The middle of the box, as (row, column); halves lie between two pixels."""
        row, column = (sum(ends) / 2 for ends in self.box(cell))
        return row, column


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
        elif isinstance(node.operation, Window):
            fields[node] = known[0].after(node.operation)
        else:
            fields[node] = _hull(node, known)
    return fields


def _sees_all(node: Node, shapes: dict[Node, Shape]) -> bool:
    whole_map = isinstance(node.operation, (GlobalPooling, Linear))
    return whole_map and shapes[node.parents[0]][1:] != (1, 1)


def _hull(node: Node, fields: list[Field]) -> Field:
    jumps = sorted({field.jump for field in fields})
    if len(jumps) > 1:
        raise GeometryError(
            f"{node.label}: the branches have different jumps, ({times(jumps[0])}) and "
            f"({times(jumps[1])}) input pixels a cell, so their cells do not lie over the same "
            "places. Give every branch the same product of strides."
        )
    boxes = [field.box() for field in fields]
    starts = [min(box[axis][0] for box in boxes) for axis in (0, 1)]
    ends = [max(box[axis][1] for box in boxes) for axis in (0, 1)]
    height, width = (end - start + 1 for start, end in zip(starts, ends, strict=True))
    return Field((height, width), jumps[0], (starts[0], starts[1]))


def merge_notes(network: Network, fields: dict[Node, Field | None]) -> tuple[str, ...]:
    """Sentences on the merges where the box of one branch is not the box of all."""
    wider, shifted, gated = [], [], []
    for node in network.nodes:
        joined = [fields[parent] for parent in node.parents]
        known = [field for field in joined if field is not None]
        if known and len(known) < len(joined):
            gated.append(node.label)
        if len({field.size for field in known}) > 1:
            wider.append(node.label)
        if len({field.centre() for field in known}) > 1:
            shifted.append(node.label)
    texts = (
        (wider, "branches with different receptive fields meet; the larger one is kept."),
        (shifted, "branches with shifted fields meet; the box around all of them is kept."),
        (gated, "a branch that saw the whole image joins; the field of the other is kept."),
    )
    return tuple(f"{_places(labels)}: {text}" for labels, text in texts if labels)


def _places(labels: list[str]) -> str:
    return ", ".join(labels[:2]) + (f" and {len(labels) - 2} more" if len(labels) > 2 else "")


def positions_that_see_all(
    receptive_field: int, size: int, jump: int = 1, start: int | None = None
) -> range:
    """The output positions along one axis whose field covers every pixel of the image.

    ``start`` is the first pixel in the field of position 0 (as in ``Field.start``); None centres
    that field on pixel 0, as convolutions with padding "same" do. On 32 pixels a field of 45 is
    enough for 14 positions, 63 for all 32; 33 is what the two positions in the middle need.
    """
    for name, value in (("receptive_field", receptive_field), ("size", size), ("jump", jump)):
        if value < 1:
            raise GeometryError(f"{name} is {value}; expected 1 or more pixels.")
    first = -((receptive_field - 1) // 2) if start is None else start
    outputs = -(-size // jump)
    earliest = -((first + receptive_field - size) // jump)  # the field must reach the last pixel
    latest = -first // jump  # and must not begin after the first one
    return range(max(earliest, 0), max(min(latest + 1, outputs), max(earliest, 0)))
