"""How often pixels are read when a map is made smaller: by a stride, or by what may replace it.

All weights are ones and every output gets a gradient of 1, so that what arrives at a pixel counts
how often it is read. "Blur" is the triangle 1 2 1 (for stride 2), read with a stride (Zhang: Making
Convolutional Networks Shift-Invariant Again, arXiv 1904.11486).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

from course_lib.geometry import (
    Convolution,
    Layer,
    Pooling,
    TransposedConvolution,
    explain,
    overlap_counts,
)

from ..numbers import input_value

MAX, AVERAGE, BLUR = "max pooling", "average pooling", "blur"
WAYS = (MAX, AVERAGE, BLUR)

Line = dict[int, Fraction]
Map = list[list[Fraction | int]]


def triangle(stride: int) -> dict[int, Fraction]:
    """The weights of the blur by offset: 1/4, 2/4, 1/4 for stride 2; their sum is 1."""
    reach = range(1 - stride, stride)
    return {offset: Fraction(stride - abs(offset), stride**2) for offset in reach}


@dataclass(frozen=True)
class Reading:
    """A strided layer on a square image, and beside it stride 1 with something that shrinks."""

    input_size: int
    kernel_size: int
    stride: int
    padding: int
    way: str = AVERAGE

    @property
    def strided(self) -> Convolution:
        """The layer that makes the map smaller by itself."""
        return Convolution(1, 1, self.kernel_size, self.stride, self.padding, bias=False)

    @property
    def dense(self) -> Convolution:
        """The same layer with stride 1."""
        return Convolution(1, 1, self.kernel_size, 1, self.padding, bias=False)

    @property
    def shrinking(self) -> Layer:
        """What makes the map smaller behind the dense layer."""
        if self.way == BLUR:
            return Convolution(1, 1, 2 * self.stride - 1, self.stride, self.stride - 1, bias=False)
        return Pooling(self.stride, kind="max" if self.way == MAX else "average")

    @property
    def problem(self) -> str | None:
        """What PyTorch would say of these settings, or None."""
        complaint = explain(self.strided, self.input_size)
        if complaint:
            return complaint
        complaint = explain(self.shrinking, self.dense.output_size(self.input_size))
        return complaint and f"The strided layer would do, but not the {self.way}: {complaint}"

    @cached_property
    def transposed(self) -> TransposedConvolution:
        """The transposed convolution that goes the other way."""
        left_over = (self.input_size + 2 * self.padding - self.kernel_size) % self.stride
        return TransposedConvolution(
            1, 1, self.kernel_size, self.stride, self.padding, output_padding=left_over, bias=False
        )

    @cached_property
    def uses(self) -> Map:
        """How many outputs of the strided layer read each pixel: the overlaps of its transpose."""
        return overlap_counts(self.transposed, self.strided.output_size(self.input_size))

    @cached_property
    def uses_along(self) -> list[int]:
        """The same along one axis; a pixel's number is the product of its row's and column's."""
        return _pulled(dict.fromkeys(range(self._outputs(self.strided)), 1), self.strided,
                       self.input_size)  # fmt: skip

    @property
    def phases(self) -> list[int]:
        """The same far from any border: the numbers that repeat from one stride to the next."""
        outputs = range(-self.kernel_size, self.kernel_size + 1)
        read = [index for o in outputs for index, _ in self.strided.taps_along(0, o)]
        return [read.count(phase) for phase in range(self.stride)]

    @cached_property
    def arrives_along(self) -> list[Fraction] | None:
        """What arrives along one axis the other way; None for max pooling, which has no axes."""
        if self.way == MAX:
            return None
        weights = self._weights()
        middle: Line = {}
        for output in range(self._outputs(self.shrinking, self._outputs(self.dense))):
            for offset, weight in weights.items():
                place = output * self.stride + offset
                middle[place] = middle.get(place, Fraction(0)) + weight
        inside = {c: share for c, share in middle.items() if 0 <= c < self._outputs(self.dense)}
        return _pulled(inside, self.dense, self.input_size)

    @cached_property
    def arrives(self) -> Map:
        """The gradient at each pixel the other way."""
        along = self.arrives_along
        if along is None:
            return self._from_winners()
        return [[down * across for across in along] for down in along]

    def _weights(self) -> dict[int, Fraction]:
        if self.way == BLUR:
            return triangle(self.stride)
        return dict.fromkeys(range(self.stride), Fraction(1, self.stride))

    def _outputs(self, layer: Layer, size: int | None = None) -> int:
        return layer.output_size(self.input_size if size is None else size)[0]

    def _from_winners(self) -> Map:
        """The largest value of each window takes the whole gradient; of equal ones the first."""
        reads = [
            [i for i, _ in self.dense.taps_along(0, c) if 0 <= i < self.input_size]
            for c in range(self._outputs(self.dense))
        ]
        size, stride = self.input_size, self.stride
        image = [[input_value(r, c) for c in range(size)] for r in range(size)]
        values = [[sum(image[r][c] for r in rows for c in columns) for columns in reads]
                  for rows in reads]  # fmt: skip
        gradient: Map = [[0] * size for _ in range(size)]
        for top, left in product(range(0, len(values) - stride + 1, stride), repeat=2):
            window = product(range(top, top + stride), range(left, left + stride))
            row, column = max(window, key=lambda cell: values[cell[0]][cell[1]])
            for r, c in product(reads[row], reads[column]):
                gradient[r][c] += 1
        return gradient


def _pulled(line: dict, layer: Layer, length: int) -> list:
    """Carry what stands at the outputs along one axis back to the ``length`` inputs."""
    back = [0] * length
    for output, amount in line.items():
        for index, taps in layer.shares_along(0, output, length).items():
            back[index] += amount * taps
    return back
