"""A bottleneck and the direct convolution that it stands for, counted."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

from course_lib.geometry import Convolution


@dataclass(frozen=True)
class Bottleneck:
    """1x1 down to ``middle`` channels, a square kernel there, 1x1 up again; without biases."""

    channels: int
    middle: int
    kernel_size: int = 3

    @cached_property
    def layers(self) -> tuple[Convolution, Convolution, Convolution]:
        """The three layers, each keeping the size of the map."""
        return (
            Convolution(self.channels, self.middle, 1, bias=False),
            self._square(self.middle),
            Convolution(self.middle, self.channels, 1, bias=False),
        )

    @cached_property
    def direct(self) -> Convolution:
        """The one layer with the same kernel on all channels."""
        return self._square(self.channels)

    @cached_property
    def weights(self) -> int:
        """The weights of the three layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def widest(self) -> int:
        """The most middle channels with which it has fewer weights than the direct layer."""
        widths = range(1, self.channels)  # each one costs more weights than the one before
        return bisect_left(widths, self.direct.parameters, key=lambda m: self.at(m).weights)

    def at(self, middle: int) -> "Bottleneck":
        """The same with another middle."""
        return replace(self, middle=middle)

    def macs(self, size: int) -> int:
        """The multiplications of the three layers on a map of that height and width."""
        return sum(layer.macs((size, size)) for layer in self.layers)

    def _square(self, channels: int) -> Convolution:
        side = self.kernel_size
        return Convolution(channels, channels, side, padding=side // 2, bias=False)
