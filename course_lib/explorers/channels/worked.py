"""A layer with several channels worked through at one pixel, on small whole numbers."""

from dataclasses import dataclass
from functools import cached_property

from course_lib.geometry import Convolution

from ..numbers import bias_value, channel_value, filter_value

MAP = 5  # height and width of the maps that are drawn; the pixel in their middle is worked through

Patch = list[list[int]]


@dataclass(frozen=True)
class Mixing:
    """A layer with a square kernel at one pixel, and the output channel that is looked at."""

    layer: Convolution
    chosen: int

    @property
    def side(self) -> int:
        """The kernel's height and width."""
        return self.layer.kernel_size[0]

    @property
    def window(self) -> range:
        """The rows, and the columns, of the drawn maps that the kernel lies on."""
        first = MAP // 2 - self.side // 2
        return range(first, first + self.side)

    def patch(self, channel: int) -> Patch:
        """What the layer reads of an input channel."""
        return [[channel_value(channel, r, c) for c in self.window] for r in self.window]

    def kernel(self, output: int, channel: int) -> Patch:
        """The weights on the wire from an input channel to an output channel."""
        return [
            [filter_value(output, channel, r, c) for c in range(self.side)]
            for r in range(self.side)
        ]

    def part(self, output: int, channel: int) -> int:
        """What an input channel gives to an output channel: patch times kernel, summed up."""
        rows = zip(self.patch(channel), self.kernel(output, channel), strict=True)
        return sum(x * w for pixels, weights in rows for x, w in zip(pixels, weights, strict=True))

    def bias(self, output: int) -> int:
        """What is added to an output channel."""
        return bias_value(output) if self.layer.bias else 0

    @cached_property
    def outputs(self) -> list[int]:
        """The number that each output channel gets at this pixel."""
        return [
            sum(self.part(output, c) for c in range(self.layer.in_channels)) + self.bias(output)
            for output in range(self.layer.out_channels)
        ]


def survives_shuffling(kernel_size: int) -> bool:
    """Whether shuffling the pixels, applying a layer and unshuffling gives what it gives alone."""
    layer = Convolution(2, 1, kernel_size, padding=kernel_size // 2)
    cells = [(row, column) for row in range(MAP) for column in range(MAP)]
    moved = dict(zip(cells, cells[::2] + cells[1::2], strict=True))

    def output(cell: tuple[int, int], seen_at: dict) -> int:
        return sum(
            channel_value(channel, *seen_at[tap.input]) * filter_value(0, channel, *tap.weight)
            for tap in layer.taps(cell, MAP)
            for channel in range(layer.in_channels)
        )

    # Shuffled, the picture has at `cell` what stood at `moved[cell]`: its output goes back there.
    in_place = {cell: cell for cell in cells}
    return all(output(cell, moved) == output(moved[cell], in_place) for cell in cells)
