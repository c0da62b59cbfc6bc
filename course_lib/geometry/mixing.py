"""Which input channels reach which output channel: groups part what a shuffle brings together.

Pixel shuffle makes places of channels, so that a channel may read other channels at odd places than
at even ones; pixel unshuffle makes channels of places. So both are followed together: a map is kept
as one set of input channels for each of its channels and each place of a repeating square. Where
squares of R x R pixels are taken apart into channels, the R * R places of an input channel count as
channels of their own, and only who reads them all reads that channel.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, prod
from operator import or_

from .channel_shuffle import channel_shuffle_sources
from .grouped import Grouped
from .layer import Layer
from .pairs import Pair, Shape
from .shuffle import PixelShuffle, PixelUnshuffle, shuffle_source, shuffle_target

Square = tuple[tuple[int, ...], ...]  # for each row and column of the pattern, a set of bits


@dataclass(frozen=True)
class ChannelShuffle(Layer):
    """Deals the channels of each group out to all groups, as ``torch.nn.ChannelShuffle``."""

    groups: int
    kind = "channel shuffle"

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        return [(output, 0)]

    def step_along(self, axis: int) -> Fraction:
        return Fraction(1)

    def setting_problem(self) -> str | None:
        if self.groups > 0:
            return None
        return (
            "Number of groups to divide channels in must be positive. Found "
            f"{self.groups}; take 1 or more."
        )

    def size_problem(self, input_size: Pair) -> str | None:
        return None

    def channel_problem(self, shape: Shape) -> str | None:
        if shape[0] % self.groups == 0:
            return None
        return (
            f"Number of channels must be divisible by groups. Got {shape[0]} channels and "
            f"{self.groups} groups; choose a divisor of {shape[0]}."
        )

    def _lengths(self, input_size: Pair) -> Pair:
        return input_size


@dataclass(frozen=True)
class Mixing:
    """What each channel of a map reads, as bits, for every place of the repeating square."""

    reads: tuple[Square, ...]
    places: int = 1  # of an input channel that are told apart

    @classmethod
    def unmixed(cls, channels: int, side: int = 1) -> "Mixing":
        """The image itself; the places of squares with that ``side`` are told apart."""
        square = range(side)
        reads = (
            tuple(tuple(1 << ((c * side + row) * side + column) for column in square)
                  for row in square)
            for c in range(channels)
        )  # fmt: skip
        return cls(tuple(reads), side * side)

    @property
    def period(self) -> Pair:
        """After how many cells, down and across, the pattern repeats."""
        return len(self.reads[0]), len(self.reads[0][0])

    @property
    def least(self) -> int:
        """The input channels that are read, places and all, by the value that reads fewest."""
        values = {bits for square in self.reads for row in square for bits in row}
        whole = (1 << self.places) - 1
        return min(sum(part == whole for part in self._parts(bits)) for bits in values)

    def after(self, layer: Layer) -> "Mixing":
        """What the channels behind one more layer read."""
        if isinstance(layer, ChannelShuffle):
            order = channel_shuffle_sources(len(self.reads), layer.groups)
            return Mixing(tuple(self.reads[channel] for channel in order), self.places)
        if isinstance(layer, (PixelShuffle, PixelUnshuffle)):
            return self._rearranged(layer)
        taken = [_taken(layer, axis, length) for axis, length in enumerate(self.period)]
        if not isinstance(layer, Grouped):
            return self._made(_moved(square, *taken) for square in self.reads)
        width = layer.in_channels // layer.groups
        groups = [self.reads[at : at + width] for at in range(0, len(self.reads), width)]
        moved = [_moved(_union(group), *taken) for group in groups]
        each = layer.out_channels // layer.groups
        return self._made(square for square in moved for _ in range(each))

    def _rearranged(self, layer: PixelShuffle | PixelUnshuffle) -> "Mixing":
        (high, wide), channels = self.period, len(self.reads)
        if isinstance(layer, PixelShuffle):
            factor, source = layer.upscale_factor, shuffle_source
            channels, rows, columns = channels // factor**2, high * factor, wide * factor
        else:
            factor, source = layer.downscale_factor, shuffle_target
            rows, columns = (length // gcd(length, factor) for length in self.period)
            channels *= factor**2

        def read(*cell: int) -> int:
            channel, row, column = source(cell, factor)
            return self.reads[channel][row % high][column % wide]

        return self._made(
            tuple(tuple(read(c, row, column) for column in range(columns)) for row in range(rows))
            for c in range(channels)
        )

    def _made(self, squares: Iterable[Square]) -> "Mixing":
        """With these squares, as a single place where all places agree."""
        reads = tuple(squares)
        if all(len({bits for row in square for bits in row}) == 1 for square in reads):
            reads = tuple((square[0][:1],) for square in reads)
        return Mixing(reads, self.places)

    def _parts(self, bits: int) -> Iterator[int]:
        """The places that are read, channel by channel."""
        while bits:
            yield bits & ((1 << self.places) - 1)
            bits >>= self.places


def channels_read(layers: Sequence[Layer], channels: int) -> int:
    """How many of the input channels every value of the last map reads, at least."""
    factors = (getattr(layer, "downscale_factor", 1) for layer in layers)
    return reduce(Mixing.after, layers, Mixing.unmixed(channels, prod(factors))).least


def _moved(square: Square, rows: list[set[int]], columns: list[set[int]]) -> Square:
    """The square behind taps that take these rows and columns of it."""
    return tuple(
        tuple(reduce(or_, (square[r][c] for r in down for c in across), 0) for across in columns)
        for down in rows
    )


def _taken(layer: Layer, axis: int, length: int) -> list[set[int]]:
    """The places of a pattern that each output takes, until outputs repeat."""
    step = layer.step_along(axis)
    outputs = range(step.denominator * (length // gcd(length, step.numerator)))
    return [{index % length for index, _ in layer.taps_along(axis, o)} for o in outputs]


def _union(squares: Sequence[Square]) -> Square:
    first, *others = squares
    return reduce(
        lambda a, b: tuple(tuple(map(or_, *rows)) for rows in zip(a, b, strict=True)), others, first
    )
