"""The left half of the groups picture: channels as dots in columns, and a wire for each that reads.

Channels of one group stand together. What can change with the chosen channel is drawn last, thick.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.pictures.marks import Box, Label, Mark, Wires
from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT, deep, tint

from ..words import count
from .worked import Stack

WIDTH, HEIGHT = 388.0, 404.0
_HEAD, _APART = 46.0, 10.0  # the room for two lines of text; between two groups
_NODE = 24.0


@dataclass(frozen=True)
class _Column:
    """The channels of one map, in groups, with their middle at x."""

    title: str
    colour: str
    channels: int
    groups: int
    x: float
    top: float
    names: tuple[int, ...]  # what is written into the channels

    @property
    def _band(self) -> float:
        """How high a group is."""
        return (HEIGHT - _HEAD - _APART * (self.groups - 1)) / self.groups

    @property
    def _width(self) -> int:
        return self.channels // self.groups

    @property
    def node(self) -> float:
        """The side of a channel's box."""
        return min(_NODE, self._band / self._width - 3)

    def y(self, channel: int) -> float:
        """The middle of a channel."""
        group, place = divmod(channel, self._width)
        start = self.top + _HEAD + group * (self._band + _APART)
        return start + self._band * (place + 0.5) / self._width

    def bands(self) -> Iterator[Mark]:
        """A pale strip behind each group."""
        wide = _NODE + 12
        for group in range(self.groups):
            y = self.top + _HEAD + group * (self._band + _APART)
            yield Box(self.x - wide / 2, y, wide, self._band, tint(self.colour, 0.12), radius=8)

    def nodes(self, moved: frozenset[int]) -> Iterator[Mark]:
        """A box a channel; those that can change have a thick outline."""
        half = self.node / 2
        for channel in range(self.channels):
            y, hit = self.y(channel), channel in moved
            fill = tint(FOCUS, 0.25) if hit else tint(self.colour, 0.4)
            line = {"stroke": FOCUS, "stroke_width": 2.5} if hit else {}
            yield Box(self.x - half, y - half, self.node, self.node, fill, **line)
            name = str(self.names[channel])
            yield Label(self.x, y, name, min(12, 0.6 * self.node), INK, hit, anchor="middle")

    def head(self) -> Iterator[Mark]:
        yield Label(self.x, self.top + 8, self.title, 13, deep(self.colour), True, "middle")
        channels = count(self.channels, "channel")
        yield Label(self.x, self.top + 26, channels, 12, MUTED, anchor="middle")


def wiring(stack: Stack, x: float, y: float) -> Iterator[Mark]:
    """Columns from the input to the output, from the corner (x, y) on."""
    columns = _columns(stack, x, y)
    for column in columns:
        yield from column.bands()
    ends: dict[bool, list] = {False: [], True: []}
    for number, step in enumerate(stack.steps):
        left, right = columns[number], columns[number + 1]
        for output, read in enumerate(step.reads):
            for source in read:
                start, end = (left.x + left.node / 2 + 2, left.y(source)), (
                    right.x - right.node / 2 - 2, right.y(output))  # fmt: skip
                ends[source in stack.moved[number]].append((start, end))
    yield Wires(ends[False], LINE, 1.2)
    yield Wires(ends[True], FOCUS, 2)
    for column, moved in zip(columns, stack.moved, strict=True):
        yield from column.nodes(moved)
        yield from column.head()


def _columns(stack: Stack, x: float, y: float) -> list[_Column]:
    """The input, what is between, after the shuffle, the output."""
    layer, steps = stack.layer, stack.steps
    apart = (WIDTH - 72) / len(steps)
    columns = [("Input", INPUT, layer.in_channels, layer.groups)]
    for number, step in enumerate(steps, start=1):
        last = number == len(steps)
        groups = step.layer.groups if step.layer else layer.groups
        title = "Output" if last else "Between" if step.layer else "Shuffled"
        columns.append((title, OUTPUT if last else MUTED, len(step.reads), groups))
    return [
        _Column(*column, x + 36 + apart * number, y, _names(stack, number, column[2]))
        for number, column in enumerate(columns)
    ]


def _names(stack: Stack, number: int, channels: int) -> tuple[int, ...]:
    """The channels' numbers; behind the shuffle, the numbers that they had before it."""
    if number and stack.steps[number - 1].layer is None:
        return tuple(read[0] for read in stack.steps[number - 1].reads)
    return tuple(range(channels))
