"""A convolution worked through on small whole numbers, seen from one cell."""

from dataclasses import dataclass
from functools import cached_property

from course_lib import geometry
from course_lib.geometry import Convolution, Pair, Tap

from ..numbers import input_value, kernel_value


@dataclass(frozen=True)
class Worked:
    """A layer (one channel in, one out) on an input of ``size``, and one cell to look at.

    ``cell`` is (row, column) in the output, or in the input where ``from_input`` is true.
    """

    layer: Convolution
    size: Pair
    cell: Pair
    from_input: bool = False

    @cached_property
    def output_size(self) -> Pair:
        """The (height, width) of the output."""
        return self.layer.output_size(self.size)

    @cached_property
    def taps(self) -> list[Tap]:
        """The connections of the cell; padding is left out."""
        find = self.layer.outputs_fed_by if self.from_input else self.layer.taps
        return find(self.cell, self.size)

    @cached_property
    def value(self) -> int:
        """What the taps sum up to: the value of an output cell."""
        return sum(input_value(*tap.input) * kernel_value(*tap.weight) for tap in self.taps)

    @cached_property
    def window(self) -> list[Pair]:
        """Where the kernel lies for an output cell; negative and large indices are padding."""
        rows, columns = (self.layer.taps_along(axis, self.cell[axis]) for axis in (0, 1))
        return [(row, column) for row, _ in rows for column, _ in columns]

    @cached_property
    def outputs(self) -> list[list[int]]:
        """All values of the output, row by row."""
        down, across = (self._inside(axis) for axis in (0, 1))
        return [
            [
                sum(input_value(r, c) * kernel_value(i, j) for r, i in rows for c, j in columns)
                for columns in across
            ]
            for rows in down
        ]

    @cached_property
    def unread(self) -> set[Pair]:
        """The input cells that no output reads, for stride or dilation steps over them."""
        rows, columns = geometry.unread(self.layer, self.size)
        height, width = self.size
        return {(r, c) for r in range(height) for c in range(width) if r in rows or c in columns}

    @cached_property
    def outputs_that_read_padding(self) -> int:
        """How many outputs have a part of their window in the padding."""
        whole = [
            sum(len(taps) == self.layer.kernel_size[axis] for taps in self._inside(axis))
            for axis in (0, 1)
        ]
        return self.output_size[0] * self.output_size[1] - whole[0] * whole[1]

    def _inside(self, axis: int) -> list[list[tuple[int, int]]]:
        """For each output index the (input, kernel) index pairs that are not padding."""
        return [
            [pair for pair in self.layer.taps_along(axis, o) if 0 <= pair[0] < self.size[axis]]
            for o in range(self.output_size[axis])
        ]
