"""Pixel shuffle worked through on the numbers 0, 1, 2, …: where each of them goes.

There are two sides: C large maps, and C·r·r small ones. Shuffle goes from the small side to the
large one, unshuffle back. PyTorch numbers the small maps channel by channel, c·r·r + dy·r + dx;
TensorFlow place by place, (dy·r + dx)·C + c.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from course_lib.geometry import (
    Pair,
    PixelShuffle,
    PixelUnshuffle,
    Shape,
    shuffle_source,
    shuffle_target,
)

Cell = tuple[int, int, int]  # (channel, row, column)


@dataclass(frozen=True)
class Moved:
    """The two sides, and the output cell that is looked at.

    ``channels`` and ``size`` are those of the input, as PyTorch gets it. ``places_first`` is
    TensorFlow's order of the small maps.
    """

    factor: int
    channels: int
    size: Pair
    cell: Cell
    unshuffles: bool = False
    places_first: bool = False

    @property
    def layer(self) -> PixelShuffle | PixelUnshuffle:
        return PixelUnshuffle(self.factor) if self.unshuffles else PixelShuffle(self.factor)

    @property
    def block(self) -> int:
        """Pixels of a block, and small maps for one large map: r·r."""
        return self.factor**2

    @property
    def input_shape(self) -> Shape:
        return self.channels, *self.size

    @cached_property
    def output_shape(self) -> Shape:
        return self.layer.output_shape(self.input_shape)

    @property
    def small_shape(self) -> Shape:
        return self.output_shape if self.unshuffles else self.input_shape

    @property
    def large_shape(self) -> Shape:
        return self.input_shape if self.unshuffles else self.output_shape

    # Which cell is which

    def small_of(self, large: Cell) -> Cell:
        """The cell of the small maps that holds this cell of the large ones."""
        index, row, column = shuffle_source(large, self.factor)
        if self.places_first:
            channel, place = divmod(index, self.block)
            index = place * self.large_shape[0] + channel
        return index, row, column

    def large_of(self, small: Cell) -> Cell:
        """The cell of the large maps that this cell of the small ones is."""
        index, row, column = small
        if self.places_first:
            place, channel = divmod(index, self.large_shape[0])
            index = channel * self.block + place
        return shuffle_target((index, row, column), self.factor)

    def source(self, output: Cell) -> Cell:
        """The input cell that an output cell shows."""
        return self.large_of(output) if self.unshuffles else self.small_of(output)

    @property
    def chosen_large(self) -> Cell:
        """The chosen output, or where it comes from: whichever lies in the large maps."""
        return self.source(self.cell) if self.unshuffles else self.cell

    @property
    def chosen_small(self) -> Cell:
        return self.small_of(self.chosen_large)

    @property
    def place(self) -> Pair:
        """The (dy, dx) of the chosen cell in its block."""
        _, row, column = self.chosen_large
        return row % self.factor, column % self.factor

    def siblings(self) -> list[Cell]:
        """The cells of the chosen one's block, in the large maps."""
        channel, *corner = self.chosen_large
        top, left = (index // self.factor * self.factor for index in corner)
        steps = product(range(self.factor), repeat=2)
        return [(channel, top + down, left + across) for down, across in steps]

    # The numbers in the cells

    def value(self, output: Cell) -> int:
        """What the output holds: the input's cells are numbered from 0 on."""
        return self.number(self.source(output))

    def number(self, cell: Cell) -> int:
        """The number in a cell of the input."""
        channel, row, column = cell
        height, width = self.size
        return (channel * height + row) * width + column

    @cached_property
    def misplaced(self) -> frozenset[Cell]:
        """The output cells that show another number than in PyTorch's order."""
        if not self.places_first:
            return frozenset()
        usual = replace(self, places_first=False)
        return frozenset(cell for cell in self.outputs() if self.source(cell) != usual.source(cell))

    def outputs(self) -> Iterator[Cell]:
        """All cells of the output."""
        return product(*map(range, self.output_shape))

    def following(self) -> Cell:
        """The output cell behind the chosen one; behind the last comes the first."""
        (channel, row, column), (channels, height, width) = self.cell, self.output_shape
        number = ((channel * height + row) * width + column + 1) % (channels * height * width)
        number, column = divmod(number, width)
        return *divmod(number, height), column
