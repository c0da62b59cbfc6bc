"""The right half of the groups picture: the weight as a matrix of kernels, and as it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.geometry import Convolution
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, KERNEL, MUTED, deep, tint

from ..words import times
from .worked import Grouped, Stack

WIDTH, HEIGHT = 400.0, 236.0
_TOP, _CELL, _MIDDLE = 62.0, 18.0, 40.0  # of the matrices; the largest kernel; for the arrow
NONE = "#EEF0F4"  # where no wire is


@dataclass(frozen=True)
class Weight:
    """The first axis goes down, the second to the right, as in the weight's shape."""

    layer: Grouped
    nudged: int

    @property
    def ordinary(self) -> bool:
        """Whether the first axis is that of the outputs; a transposed layer's is the inputs'."""
        return isinstance(self.layer, Convolution)

    @property
    def axes(self) -> tuple[int, int]:
        """How many channels the rows and the columns of the full matrix stand for."""
        ends = self.layer.out_channels, self.layer.in_channels
        return ends if self.ordinary else ends[::-1]

    @property
    def kept(self) -> int:
        """The columns of the weight: those of one group."""
        return self.layer.weight_shape[1]

    def group(self, row: int) -> int:
        """The group that a row belongs to."""
        return row * self.layer.groups // self.axes[0]

    def full(self) -> list[list[str]]:
        """A colour a kernel; where no wire is, the colour of nothing."""
        rows, columns = self.axes
        return [
            [self._fill(row) if self.group(row) == column // self.kept else NONE
             for column in range(columns)]
            for row in range(rows)
        ]  # fmt: skip

    def packed(self) -> list[list[str]]:
        """The kernels that there are, moved to the left."""
        return [[self._fill(row)] * self.kept for row in range(self.axes[0])]

    def _fill(self, row: int) -> str:
        return tint(KERNEL, (0.85, 0.5)[self.group(row) % 2])


def weight(stack: Stack, x: float, y: float) -> Iterator[Mark]:
    """The matrix with its blocks, and beside it what is stored."""
    shown = Weight(stack.layer, stack.nudged)
    rows, columns = shown.axes
    cell = min(_CELL, (WIDTH - _MIDDLE - 22) / (columns + shown.kept), (HEIGHT - _TOP) / rows)
    full = Grid([[None] * columns] * rows, shown.full(), x + 22, y + _TOP, cell)
    right = full.x + full.width + _MIDDLE
    packed = Grid([[None] * shown.kept] * rows, shown.packed(), right, y + _TOP, cell)
    first, second = ("outputs", "inputs") if shown.ordinary else ("inputs", "outputs")
    blocks = "a block for each group" if stack.layer.groups > 1 else "one block"
    middle = full.y + full.height / 2
    yield Label(x, y + 8, f"The weight: {blocks}", 14, INK, bold=True)
    yield Label(x, y + 30, f"a cell is a kernel of {times(stack.layer.kernel_size)}", 12, MUTED)
    yield Label(full.x, y + 50, f"{second} →", 12, MUTED)
    yield Label(x + 8, middle, f"← {first}", 12, MUTED, anchor="middle", turned=True)
    yield Label(right, y + 30, "kept as", 12, MUTED)
    yield Label(right, y + 50, str(stack.layer.weight_shape), 13, deep(KERNEL), bold=True)
    yield full
    yield Line(((right - 30, middle), (right - 10, middle)), MUTED, 1.5, arrow=True)
    yield packed
    yield _followed(shown, full)


def _followed(shown: Weight, full: Grid) -> Mark:
    """A frame round the kernels that the followed channel meets."""
    rows, columns = shown.axes
    width = shown.axes[0 if shown.ordinary else 1] // shown.layer.groups
    inputs = shown.layer.in_channels // shown.layer.groups
    start = shown.nudged // inputs * width
    if shown.ordinary:
        first, last = (start, shown.nudged), (start + width - 1, shown.nudged)
    else:
        first, last = (shown.nudged, start), (shown.nudged, start + width - 1)
    (x0, y0), (x1, y1) = full.centre(first), full.centre(last)
    half = full.cell / 2
    return Box(x0 - half, y0 - half, x1 - x0 + 2 * half, y1 - y0 + 2 * half, "none", FOCUS, 2.5)
