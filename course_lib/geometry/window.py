"""What all layers that slide a window share.

Along one axis, output ``o`` reads the inputs ``o * stride - before + t * dilation`` for the taps
``t = 0 .. kernel_size - 1``; ``before`` is the padding at the top or left. Everything here follows
from that line.
"""

from collections.abc import Mapping
from fractions import Fraction

from .layer import Layer
from .pairs import Pair, Share


class Window(Layer):
    """A layer with ``kernel_size``, ``stride`` and ``dilation``, each a (height, width) pair."""

    kernel_size: Pair
    stride: Pair
    dilation: Pair

    @property
    def borders(self) -> tuple[Pair, Pair]:
        """The padding as ((top, bottom), (left, right))."""
        raise NotImplementedError

    @property
    def effective_kernel_size(self) -> Pair:
        """Height and width that the kernel spans: dilation * (kernel_size - 1) + 1."""
        height, width = (self.dilation[a] * (self.kernel_size[a] - 1) + 1 for a in (0, 1))
        return height, width

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        first = output * self.stride[axis] - self.borders[axis][0]
        step = self.dilation[axis]
        return [(first + tap * step, tap) for tap in range(self.kernel_size[axis])]

    def pulled_back(
        self, axis: int, line: Mapping[int, Share], length: int | None = None
    ) -> dict[int, Share]:
        if length is None or self.padding_mode != "zeros":
            return super().pulled_back(axis, line, length)
        counts: dict[int, Share] = {}
        stride = self.stride[axis]
        for shift, _ in self.taps_along(axis, 0):  # tap by tap: explorers wait for this
            for output, paths in line.items():
                index = output * stride + shift
                if 0 <= index < length:
                    counts[index] = counts.get(index, 0) + paths
        return counts

    def step_along(self, axis: int) -> Fraction:
        return Fraction(self.stride[axis])

    def _padded(self, input_size: Pair) -> Pair:
        height, width = (input_size[a] + sum(self.borders[a]) for a in (0, 1))
        return height, width

    def _lengths(self, input_size: Pair) -> Pair:
        padded, kernel = self._padded(input_size), self.effective_kernel_size
        height, width = ((padded[a] - kernel[a]) // self.stride[a] + 1 for a in (0, 1))
        return height, width
