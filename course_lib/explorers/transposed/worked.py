"""A transposed convolution on small whole numbers: stamps, inserted zeros, rows of a matrix.

All maps are square, one channel in and one out. The settings hold for both directions.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from course_lib.geometry import Pair, Tap, TransposedConvolution, overlap_counts, overlaps_along

from ..numbers import small_value, stamp_value

Rows = list[list[int]]


@dataclass(frozen=True)
class Upsampled:
    """A layer on an input of ``size`` x ``size``, one output cell, and the stamps laid so far."""

    layer: TransposedConvolution
    size: int
    cell: Pair
    stamps: int

    @property
    def kernel(self) -> int:
        return self.layer.kernel_size[0]

    @property
    def stride(self) -> int:
        return self.layer.stride[0]

    @property
    def padding(self) -> int:
        return self.layer.padding[0]

    @property
    def extra(self) -> int:
        """The output_padding."""
        return self.layer.output_padding[0]

    @property
    def dilation(self) -> int:
        return self.layer.dilation[0]

    @cached_property
    def length(self) -> int:
        """Rows, and columns, of the output."""
        return self.layer.output_size(self.size)[0]

    @cached_property
    def along(self) -> list[list[tuple[int, int]]]:
        """For each output index the (input index, kernel index) pairs along one axis."""
        return [
            [pair for pair in self.layer.taps_along(0, output) if 0 <= pair[0] < self.size]
            for output in range(self.length)
        ]

    @cached_property
    def taps(self) -> list[Tap]:
        """What feeds the chosen output cell."""
        return self.layer.taps(self.cell, self.size)

    @cached_property
    def outputs(self) -> Rows:
        """All values of the output."""
        return [
            [
                sum(small_value(i, j) * stamp_value(r, c) for i, r in rows for j, c in columns)
                for columns in self.along
            ]
            for rows in self.along
        ]

    @property
    def rows_read(self) -> list[tuple[int, int]]:
        """The (input row, kernel row) pairs of the chosen output row."""
        return sorted(self.along[self.cell[0]])

    # Stamps

    @property
    def stamped(self) -> Pair:
        """The input cell whose stamp was laid last."""
        return divmod(self.stamps - 1, self.size)

    @property
    def reach(self) -> int:
        """Rows, and columns, from the first stamp's edge to the last one's: nothing cropped yet."""
        return (self.size - 1) * self.stride + self.layer.effective_kernel_size[0]

    @property
    def dead(self) -> int:
        """Rows at the bottom, and columns at the right, that lie beyond the last stamp."""
        return max(0, self.extra - self.padding)

    @cached_property
    def canvas(self) -> list[list[int | None]]:
        """The sums after ``stamps`` stamps, before padding crops; None where none has landed."""
        side = self.reach + self.dead
        sums: list[list[int | None]] = [[None] * side for _ in range(side)]
        for index in range(self.stamps):
            cell = divmod(index, self.size)
            for (row, column), weight in self.landing(cell).items():
                sums[row][column] = (sums[row][column] or 0) + small_value(*cell) * weight
        return sums

    def landing(self, cell: Pair) -> dict[Pair, int]:
        """Where on the canvas the stamp of an input cell lands, with its weights."""
        top, left = (index * self.stride for index in cell)
        return {
            (top + r * self.dilation, left + c * self.dilation): stamp_value(r, c)
            for r in range(self.kernel)
            for c in range(self.kernel)
        }

    # Zeros put in

    @property
    def rim(self) -> int:
        """Rows of zeros put round the spread input; below 0, rows are taken away instead."""
        return self.dilation * (self.kernel - 1) - self.padding

    @cached_property
    def spread(self) -> list[int | None]:
        """Along one axis: which input index lies at each place; None is a zero put in."""
        places = range(-self.rim, self.length + self.padding)
        last = (self.size - 1) * self.stride
        return [
            place // self.stride if 0 <= place <= last and place % self.stride == 0 else None
            for place in places
        ]

    @property
    def multiplications(self) -> int:
        """What sliding the flipped kernel costs."""
        return (self.length * self.kernel) ** 2

    @property
    def wasted(self) -> int:
        """How many of them meet a zero that was put in."""
        return self.multiplications - sum(map(len, self.along)) ** 2

    # Overlaps

    @cached_property
    def overlaps(self) -> Rows:
        """How many inputs feed each output cell."""
        return overlap_counts(self.layer, self.size)

    @cached_property
    def overlaps_along(self) -> list[int]:
        """The same along one axis."""
        return overlaps_along(self.layer, 0, self.size)

    @cached_property
    def _period(self) -> list[list[int]]:
        """The kernel indices that end on each output of one period, away from any border."""
        return [[tap for _, tap in self.layer.taps_along(0, o)] for o in range(self.stride)]

    @property
    def profile(self) -> list[int]:
        """The overlaps of one period along one axis, away from any border."""
        return [len(taps) for taps in self._period]

    @property
    def ratio(self) -> Fraction | None:
        """Most to fewest stamps on a cell, in the image; None where some cells get none."""
        few, many = min(self.profile), max(self.profile)
        return Fraction(many, few) ** 2 if few else None

    @property
    def from_flat(self) -> Rows:
        """What one period of the output holds if every input cell is 1."""
        return [
            [sum(stamp_value(r, c) for r in rows for c in columns) for columns in self._period]
            for rows in self._period
        ]
