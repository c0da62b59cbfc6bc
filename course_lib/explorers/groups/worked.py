"""A grouped layer and what follows it: which channels read which, and what it all costs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from course_lib.geometry import (
    Convolution,
    LayerTable,
    TransposedConvolution,
    chain,
    channel_shuffle_sources,
    layer_table,
)

Grouped = Convolution | TransposedConvolution

NOTHING = "nothing"
AGAIN = "a layer of the same groups"
SHUFFLED = "a channel shuffle, then such a layer"
POINTWISE = "a 1x1 over all channels"
THEN = (NOTHING, AGAIN, SHUFFLED, POINTWISE)


class Step(NamedTuple):
    """A step of the wiring: for each channel that comes out, the channels that it reads.

    ``layer`` is None for the shuffle, which computes nothing.
    """

    layer: Grouped | None
    reads: tuple[range, ...]


@dataclass(frozen=True)
class Stack:
    """The layer whose groups are dialled, one of ``THEN`` behind it, and a channel to follow."""

    layer: Grouped
    then: str
    nudged: int
    size: int

    @cached_property
    def second(self) -> Grouped | None:
        """The layer behind it; it keeps the size of the maps."""
        channels = self.layer.out_channels
        if self.then == NOTHING:
            return None
        if self.then == POINTWISE:
            return Convolution(channels, channels, 1, bias=False)
        return replace(self.layer, in_channels=channels, stride=1)

    @property
    def layers(self) -> tuple[Grouped, ...]:
        """The layers with weights."""
        return (self.layer,) if self.second is None else (self.layer, self.second)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in order, the shuffle among them."""
        steps = [_step(layer) for layer in self.layers]
        if self.then == SHUFFLED:
            order = channel_shuffle_sources(self.layer.out_channels, self.layer.groups)
            steps.insert(1, Step(None, tuple(range(source, source + 1) for source in order)))
        return tuple(steps)

    def moved_by(self, channel: int) -> list[frozenset[int]]:
        """The channels that can change with this input channel: itself, then after each step."""
        moved = [frozenset({channel})]
        for _, reads in self.steps:
            readers = (number for number, read in enumerate(reads) if moved[-1].intersection(read))
            moved.append(frozenset(readers))
        return moved

    @cached_property
    def moved(self) -> list[frozenset[int]]:
        """The channels that can change with the one that is followed."""
        return self.moved_by(self.nudged)

    @cached_property
    def connected(self) -> bool:
        """Whether every input channel reaches every output channel."""
        inputs = range(self.layer.in_channels)
        return all(len(self.moved_by(c)[-1]) == self.layers[-1].out_channels for c in inputs)

    @property
    def weights(self) -> int:
        """The weights of all layers; there are no biases."""
        return sum(layer.parameters for layer in self.layers)

    @cached_property
    def table(self) -> LayerTable:
        """Sizes, field and MACs of the layers."""
        return layer_table(chain(self.layers, self.layer.in_channels), self.size)

    def dial(self) -> Iterator["Stack"]:
        """The same for every number of groups that both channel numbers allow."""
        for groups in range(1, self.layer.in_channels + 1):
            layer = replace(self.layer, groups=groups)
            if layer.group_problem() is None:
                yield replace(self, layer=layer)


def _step(layer: Grouped) -> Step:
    return Step(layer, tuple(map(layer.channels_read_by, range(layer.out_channels))))


def moved_outputs(channels: int, groups: int, then: str) -> int:
    """How many output channels can change with input channel 0, for 3x3 layers of that width."""
    layer = Convolution(channels, channels, 3, padding=1, groups=groups, bias=False)
    return len(Stack(layer, then, nudged=0, size=8).moved[-1])
