"""Maps with a border, and what a small kernel makes of them, in exact numbers.

A signal is a map of one row. "clipped" is no padding: the kernel is cut off at the border, and what
is left of a mean is a mean again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from course_lib.geometry import Pair
from course_lib.geometry.padding_modes import PADDING_MODES, border_problem, padded_index

CLIPPED = "clipped"
MODES = (*PADDING_MODES, CLIPPED)
COLUMNS = 12  # of the constant row that goes through layers
CONSTANT = 100

Rows = Sequence[Sequence[int | Fraction]]


@dataclass(frozen=True)
class Kernel:
    """Three weights side by side, divided by their sum; ``height`` equal rows of them."""

    weights: tuple[int, int, int]
    height: int = 1

    @property
    def divisor(self) -> int:
        """What the sum of products is divided by; 1 where the weights sum up to 0."""
        return self.height * sum(self.weights) or 1

    def tall(self) -> "Kernel":
        """The same kernel with three rows, for an image."""
        return Kernel(self.weights, 3)


KERNELS = {
    "mean of 3": Kernel((1, 1, 1)),
    "difference −1 0 1": Kernel((-1, 0, 1)),
    "weights 1 2 3": Kernel((1, 2, 3)),
}


def signal(length: int) -> Rows:
    """One row of numbered cells: 10 11 12 …; the last digit is the index."""
    return [[10 + column for column in range(length)]]


def image(height: int, width: int) -> Rows:
    """Numbered pixels; the last digit is the column, the first one the row, counted from 1."""
    return [[10 * (row + 1) + column for column in range(width)] for row in range(height)]


@dataclass(frozen=True)
class Bordered:
    """A map with the border that a padding mode puts around it.

    Cells are (row, column), counted from the first real cell: negative ones lie in the border.
    """

    values: Rows
    padding: Pair
    mode: str

    @cached_property
    def size(self) -> Pair:
        """The (height, width) without the border."""
        return len(self.values), len(self.values[0])

    @property
    def problem(self) -> str | None:
        """Why PyTorch would refuse a border that wide, or None."""
        if self.mode == CLIPPED:
            return None
        for length, width in zip(self.size, self.padding, strict=True):
            if complaint := border_problem(width, width, length, self.mode):
                return complaint
        return None

    @cached_property
    def positions(self) -> tuple[range, range]:
        """The rows and the columns, those of the border included."""
        border = (0, 0) if self.mode == CLIPPED else self.padding
        rows, columns = (range(-border[a], self.size[a] + border[a]) for a in (0, 1))
        return rows, columns

    def source(self, cell: Pair) -> Pair | None:
        """The real cell that a cell of the padded map shows; None for a zero."""
        row, column = self._sources[0][cell[0]], self._sources[1][cell[1]]
        return None if row is None or column is None else (row, column)

    def inside(self, cell: Pair) -> bool:
        """Whether it is a real cell."""
        return all(0 <= place < length for place, length in zip(cell, self.size, strict=True))

    @cached_property
    def padded(self) -> Rows:
        """The values, border included."""
        rows, columns = self.positions
        return [[self._value((row, column)) for column in columns] for row in rows]

    def centres(self, kernel: Kernel) -> tuple[range, range]:
        """The rows and columns on which a result of the kernel is centred."""
        if self.mode == CLIPPED:
            return range(self.size[0]), range(self.size[1])
        rows, columns = self.positions
        reach = kernel.height // 2
        return range(rows.start + reach, rows.stop - reach), range(
            columns.start + 1, columns.stop - 1
        )

    def window(self, kernel: Kernel, centre: Pair) -> list[tuple[Pair, int]]:
        """The cells under the kernel with their weights; a clipped kernel has real cells only."""
        reach = kernel.height // 2
        cells = [
            ((centre[0] + down, centre[1] + across), weight)
            for down in range(-reach, reach + 1)
            for across, weight in zip((-1, 0, 1), kernel.weights, strict=True)
        ]
        return [c for c in cells if self.mode != CLIPPED or self.inside(c[0])]

    def divisor(self, kernel: Kernel, window: list[tuple[Pair, int]]) -> int:
        """What the sum over a window is divided by: a clipped mean counts what is left."""
        if self.mode != CLIPPED or not sum(kernel.weights):
            return kernel.divisor
        return sum(weight for _, weight in window)

    def result(self, kernel: Kernel, centre: Pair) -> Fraction:
        """What the kernel gives on one cell."""
        window = self.window(kernel, centre)
        total = sum(self._value(cell) * weight for cell, weight in window)
        return Fraction(total, self.divisor(kernel, window))

    def results(self, kernel: Kernel) -> Rows:
        """What the kernel gives wherever it fits."""
        rows, columns = self.centres(kernel)
        return [[self.result(kernel, (row, column)) for column in columns] for row in rows]

    def inner(self, kernel: Kernel) -> tuple[range, range]:
        """The rows and columns where the kernel lies on real cells only."""
        reach = kernel.height // 2
        return range(reach, self.size[0] - reach), range(1, self.size[1] - 1)

    @cached_property
    def _sources(self) -> list[dict[int, int | None]]:
        """The source of each row and of each column."""
        mode = "zeros" if self.mode == CLIPPED else self.mode
        return [
            {place: padded_index(place, length, mode) for place in places}
            for places, length in zip(self.positions, self.size, strict=True)
        ]

    def _value(self, cell: Pair) -> int | Fraction:
        source = self.source(cell)
        return 0 if source is None else self.values[source[0]][source[1]]


@cache
def through_layers(kernel: Kernel, mode: str, layers: int) -> tuple[Bordered, ...]:
    """A constant row before and after each of ``layers`` layers of that kernel, padded by 1."""
    if not layers:
        return (Bordered([[CONSTANT] * COLUMNS], (0, 1), mode),)
    before = through_layers(kernel, mode, layers - 1)
    return (*before, Bordered(before[-1].results(kernel), (0, 1), mode))


def untouched(kernel: Kernel, mode: str, layers: int) -> list[bool]:
    """For each column after the layers, whether it is what it would be without a border."""
    alone = CONSTANT * Fraction(sum(kernel.weights), kernel.divisor) ** layers
    return [value == alone for value in through_layers(kernel, mode, layers)[-1].values[0]]
