"""What all layers that slide a window share: output size, taps, and what an input cell feeds.

Along one axis, output ``o`` reads the inputs ``o * stride - before + t * dilation`` for the taps
``t = 0 .. kernel_size - 1``; ``before`` is the padding at the top or left. Everything here follows
from that line.
"""

from itertools import product
from typing import NamedTuple

from .operations import Operation
from .pairs import GeometryError, Pair, Shape, as_pair, times


class Tap(NamedTuple):
    """One connection: this input cell feeds this output cell through this weight (row, column)."""

    input: Pair
    output: Pair
    weight: Pair


class Window(Operation):
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

    def output_size(self, input_size: int | Pair) -> Pair:
        """The (height, width) that comes out; raises GeometryError if nothing can."""
        size = as_pair(input_size, "input_size")
        complaint = self.setting_problem() or self.size_problem(size)
        if complaint:
            raise GeometryError(complaint)
        return self._lengths(size)

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        """The (input index, kernel index) pairs of one output index along axis 0 or 1.

        The plane is taken as endless: indices below 0 and beyond the input lie in the padding.
        """
        first = output * self.stride[axis] - self.borders[axis][0]
        step = self.dilation[axis]
        return [(first + tap * step, tap) for tap in range(self.kernel_size[axis])]

    def taps(self, output_cell: Pair, input_size: int | Pair) -> list[Tap]:
        """The connections of one output cell to real input cells; padding is left out."""
        size = as_pair(input_size, "input_size")
        must_be_inside(output_cell, self.output_size(size), "output")
        rows, columns = (self.taps_along(axis, output_cell[axis]) for axis in (0, 1))
        return [
            Tap((row, column), output_cell, (down, across))
            for (row, down), (column, across) in product(rows, columns)
            if 0 <= row < size[0] and 0 <= column < size[1]
        ]

    def outputs_fed_by(self, input_cell: Pair, input_size: int | Pair) -> list[Tap]:
        """The connections of one input cell to every output cell that reads it."""
        size = as_pair(input_size, "input_size")
        must_be_inside(input_cell, size, "input")
        readers = [
            [
                (output, tap)
                for output in range(length)
                for source, tap in self.taps_along(axis, output)
                if source == input_cell[axis]
            ]
            for axis, length in enumerate(self.output_size(size))
        ]
        return [
            Tap(input_cell, (row, column), (down, across))
            for (row, down), (column, across) in product(*readers)
        ]

    def setting_problem(self) -> str | None:
        """What is wrong with the settings, whatever the input, or None."""
        raise NotImplementedError

    def size_problem(self, input_size: Pair) -> str | None:
        """What is wrong with an input of that size, for settings that are right, or None."""
        raise NotImplementedError

    def channel_problem(self, shape: Shape) -> str | None:
        """What is wrong with the channels of an input (C, H, W), or None."""
        return None

    def problem(self, *shapes: Shape) -> str | None:
        shape = shapes[0]
        complaint = self.setting_problem() or self.channel_problem(shape)
        return complaint or self.size_problem(shape[1:])

    def _shape(self, *shapes: Shape) -> Shape:
        channels, *size = shapes[0]
        return channels, *self._lengths((size[0], size[1]))

    def _padded(self, input_size: Pair) -> Pair:
        height, width = (input_size[a] + sum(self.borders[a]) for a in (0, 1))
        return height, width

    def _lengths(self, input_size: Pair) -> Pair:
        padded, kernel = self._padded(input_size), self.effective_kernel_size
        height, width = ((padded[a] - kernel[a]) // self.stride[a] + 1 for a in (0, 1))
        return height, width


def explain(layer: Window, input_size: int | Pair, in_channels: int | None = None) -> str | None:
    """Why PyTorch would refuse this layer on that input, in its words and with a cure, or None.

    With ``in_channels``, the channels that arrive are checked too.
    """
    size = as_pair(input_size, "input_size")
    if in_channels is not None:
        return layer.problem((in_channels, *size))
    return layer.setting_problem() or layer.size_problem(size)


def must_be_inside(cell: Pair, size: Pair, what: str) -> None:
    """Raise GeometryError if there is no such cell in a map of that size."""
    if not all(0 <= position < length for position, length in zip(cell, size, strict=True)):
        raise GeometryError(
            f"The {what} cell {tuple(cell)} lies outside the {what} of {times(size)} cells; "
            f"rows run from 0 to {size[0] - 1}, columns from 0 to {size[1] - 1}."
        )
