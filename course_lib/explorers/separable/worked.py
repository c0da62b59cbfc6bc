"""A normal convolution and the depthwise separable one in its place: counted, and in numbers."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod

from course_lib.geometry import Convolution, Field, Pair

from ..numbers import channel_value, filter_value

_MIXING = (2, -1, 1, 3, -2)  # weights of the pointwise layer: none is 0, so that every wire counts


@dataclass(frozen=True)
class Separable:
    """Both ways from ``in_channels`` to ``out_channels``, without biases.

    ``padded`` keeps the size of the maps for odd kernels at stride 1.
    """

    in_channels: int
    out_channels: int
    kernel_size: Pair = (3, 3)
    stride: int = 1
    dilation: int = 1
    padded: bool = True

    @cached_property
    def normal(self) -> Convolution:
        """The layer that looks and mixes at once."""
        return self._looking(self.out_channels, groups=1)

    @cached_property
    def depthwise(self) -> Convolution:
        """The layer that looks, each channel alone; stride and dilation are its own."""
        return self._looking(self.in_channels, groups=self.in_channels)

    @cached_property
    def pointwise(self) -> Convolution:
        """The layer that mixes, each pixel alone."""
        return Convolution(self.in_channels, self.out_channels, 1, bias=False)

    @property
    def pair(self) -> tuple[Convolution, Convolution]:
        """First look, then mix."""
        return self.depthwise, self.pointwise

    @property
    def weights(self) -> int:
        """The weights of the pair."""
        return sum(layer.parameters for layer in self.pair)

    @property
    def ratio(self) -> Fraction:
        """Weights of the pair for one of the normal layer; that of the MACs is the same."""
        return Fraction(self.weights, self.normal.parameters)

    @property
    def area(self) -> int:
        """The weights of one kernel."""
        return prod(self.kernel_size)

    def macs(self, output_size: Pair) -> int:
        """The multiplications of the pair; the pointwise layer works at the depthwise's outputs."""
        return sum(layer.macs(output_size) for layer in self.pair)

    @property
    def fields(self) -> tuple[Pair, Pair]:
        """The receptive fields of the normal layer and of the pair."""
        return Field().after(self.normal).size, Field().after(self.depthwise).after(
            self.pointwise
        ).size

    def _looking(self, out_channels: int, groups: int) -> Convolution:
        height, width = (self.dilation * (k - 1) // 2 * self.padded for k in self.kernel_size)
        return Convolution(
            self.in_channels, out_channels, self.kernel_size, self.stride, (height, width),
            self.dilation, groups=groups, bias=False,
        )  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """The pair at one output pixel, the one in the middle, on small whole numbers."""

    layers: Separable
    size: Pair
    chosen: int

    @cached_property
    def cell(self) -> Pair:
        """The (row, column) of the output that is worked through."""
        height, width = self.layers.normal.output_size(self.size)
        return height // 2, width // 2

    @cached_property
    def places(self) -> list[list[Pair]]:
        """Where the taps lie on the input; outside of it is padding."""
        rows, columns = (self.layers.depthwise.taps_along(a, self.cell[a]) for a in (0, 1))
        return [[(row, column) for column, _ in columns] for row, _ in rows]

    def inside(self, place: Pair) -> bool:
        """Whether a place lies on the input, and not in the padding."""
        return all(0 <= place[axis] < self.size[axis] for axis in (0, 1))

    def window(self, channel: int) -> list[list[int]]:
        """What the taps read of a channel."""
        return [
            [channel_value(channel, *place) if self.inside(place) else 0 for place in row]
            for row in self.places
        ]

    def kernel(self, channel: int) -> list[list[int]]:
        """The one kernel that the depthwise layer has for a channel."""
        height, width = self.layers.kernel_size
        return [[filter_value(0, channel, r, c) for c in range(width)] for r in range(height)]

    def looked(self, channel: int) -> int:
        """What the depthwise layer makes of a channel."""
        return self._looked[channel]

    @cached_property
    def _looked(self) -> list[int]:
        """That of all channels; a tap in the padding adds nothing."""
        taps = [
            (r, c, *place)
            for r, row in enumerate(self.places)
            for c, place in enumerate(row)
            if self.inside(place)
        ]
        return [
            sum(channel_value(m, y, x) * filter_value(0, m, r, c) for r, c, y, x in taps)
            for m in range(self.layers.in_channels)
        ]

    def share(self, channel: int) -> int:
        """The pointwise weight from a channel to the chosen output."""
        return mixing_value(self.chosen, channel)

    def filter(self, channel: int) -> list[list[int]]:
        """The kernel of the one normal convolution that gives the same numbers."""
        return [[self.share(channel) * weight for weight in row] for row in self.kernel(channel)]

    def part(self, channel: int) -> int:
        """What a channel gives to the chosen output."""
        return self.looked(channel) * self.share(channel)

    @cached_property
    def output(self) -> int:
        """The chosen output at this pixel."""
        return sum(self.part(channel) for channel in range(self.layers.in_channels))


def mixing_value(output: int, channel: int) -> int:
    """The pointwise weight from a channel to an output channel, from -2 to 3 and never 0."""
    return _MIXING[(2 * output + channel + output * channel // 3) % len(_MIXING)]
