"""Explorer: pixel shuffle and unshuffle, number by number, in both channel orders."""

from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

from course_lib.geometry import PixelUnshuffle, shuffle_source

from ..base import Change, Drawing, Event, Explorer, Question, State, clamp
from ..controls import Choice, Number, Play, Slider, Switch
from .picture import draw
from .words import sentence, status
from .worked import Moved

SHUFFLE = "shuffle: channels to pixels"
UNSHUFFLE = "unshuffle: pixels to channels"
_CHANNELS, _SIDE, _FACTOR = 3, 9, 3  # the largest of each slider
LARGEST = 500  # numbers that are drawn on a side
_NEIGHBOURS = {
    (0, 0, 1): "side by side in one channel",
    (0, 1, 0): "one below the other in one channel",
    (1, 0, 0): "at the same place, in two channels",
}


@dataclass(frozen=True, kw_only=True)
class PixelShuffleState(State):
    """The factor r, the two sides, and the output cell (channel, row, column) looked at.

    ``channels`` are those of the large maps, ``height`` and ``width`` those of the input.
    ``places_first`` switches to TensorFlow's order of the small maps.
    """

    direction: str = SHUFFLE
    factor: int = 2
    channels: int = 2
    height: int = 2
    width: int = 3
    channel: int = 1
    row: int = 3
    column: int = 2
    places_first: bool = False

    @property
    def unshuffles(self) -> bool:
        return self.direction == UNSHUFFLE

    @property
    def moved(self) -> Moved:
        """The numbers and where they go."""
        fewer = self.channels if self.unshuffles else self.channels * self.factor**2
        return Moved(
            self.factor, fewer, (self.height, self.width), (self.channel, self.row, self.column),
            self.unshuffles, self.places_first,
        )  # fmt: skip


_SHUFFLED = Question(
    key="pixel shuffle/two neighbours of a block",
    text="Before you look closely: behind nn.PixelShuffle(2), take the pixels (0, 0) and (0, 1) of "
    "a channel, two neighbours. Where did they lie in the input?",
    answer_control=Choice("answer", "they lay", tuple(_NEIGHBOURS.values())),
    expected=lambda: _NEIGHBOURS[_apart((0, 0, 0), (0, 0, 1))],
    because="A block of 2x2 is made of four channels, one number of each, all from the same place. "
    "Neighbours within a block never were neighbours before.",
)

_UNSHUFFLED = Question(
    key="pixel shuffle/channels of an unshuffled picture",
    text="A picture of shape (3, 32, 48) goes through nn.PixelUnshuffle(4). How many channels come "
    "out?",
    answer_control=Number("answer", "channels", 1, 999),
    expected=lambda: PixelUnshuffle(4).output_shape((3, 32, 48))[0],
    because="Nothing is lost: the maps have 16 times fewer pixels, so there are 16 times more of "
    "them.",
)


class PixelShuffleExplorer(Explorer):
    """C·r·r small maps become C large ones, or back; each number is followed.

    It asks where neighbours come from; opened with unshuffle, how many channels come out.
    """

    name = "pixel_shuffle"
    title = "Pixel shuffle: where each number goes"
    state_type: ClassVar[type[State]] = PixelShuffleState
    controls = (
        Choice("direction", "direction", (SHUFFLE, UNSHUFFLE)),
        Slider("factor", "factor r", 0, _FACTOR),
        Slider("channels", "large channels C", 1, _CHANNELS),
        Slider("height", "input height", 1, _SIDE),
        Slider("width", "input width", 1, _SIDE),
        Slider("channel", "output channel", 0, _CHANNELS * _FACTOR**2 - 1),
        Slider("row", "row", 0, _SIDE * _FACTOR - 1),
        Slider("column", "column", 0, _SIDE * _FACTOR - 1),
        Switch("places_first", "other channel order"),
        Play("step", "step through the output"),
    )

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.question = _UNSHUFFLED if self.start().unshuffles else _SHUFFLED

    def update(self, state: PixelShuffleState, event: Event) -> PixelShuffleState:
        turned = isinstance(event, Change) and event.name == "direction"
        if turned and event.value != state.direction and self.problem(state) is None:
            state = _turned(state)
        return super().update(state, event)

    def problem(self, state: PixelShuffleState) -> str | None:
        moved = state.moved
        if complaint := moved.layer.problem(moved.input_shape):
            return complaint
        if (numbers := prod(moved.input_shape)) > LARGEST:
            return (
                f"These are {numbers:,} numbers; up to {LARGEST:,} are drawn. Take smaller maps, "
                "fewer channels or a smaller factor."
            )
        return None

    def adjust(self, state: PixelShuffleState) -> PixelShuffleState:
        shape, chosen = state.moved.output_shape, state.moved.cell
        inside = tuple(clamp(at, 0, n - 1) for at, n in zip(chosen, shape, strict=True))
        if inside == chosen:
            return state
        channel, row, column = inside
        note = f"The chosen pixel moved to {inside}: the output is {shape} now."
        return replace(state, channel=channel, row=row, column=column, note=note)

    def press(self, state: PixelShuffleState, name: str) -> PixelShuffleState:
        """Go on to the next output pixel."""
        if self.problem(state) is not None:
            return state
        channel, row, column = state.moved.following()
        return replace(state, channel=channel, row=row, column=column)

    def draw(self, state: PixelShuffleState) -> Drawing:
        moved = state.moved
        channels, height, width = moved.output_shape
        return Drawing(
            picture=draw(moved),
            summary=sentence(moved),
            status=status(moved),
            limits={
                "channel": (0, channels - 1),
                "row": (0, height - 1),
                "column": (0, width - 1),
            },
        )

    def code(self, state: PixelShuffleState) -> str:
        moved, r = state.moved, state.factor
        shape = (1, *moved.input_shape)
        x = f"x = torch.arange({prod(shape)}).reshape{shape}  # (N, C, H, W)"
        name = "nn.PixelUnshuffle" if state.unshuffles else "nn.PixelShuffle"
        if not state.places_first:
            return f"{x}\n{name}({r})(x)"
        small, large = moved.small_shape, moved.large_shape
        if state.unshuffles:
            split = (1, large[0], r * r, *small[1:])
            return f"{x}\n{name}({r})(x).reshape{split}.transpose(1, 2).reshape{(1, *small)}"
        split = (1, r * r, large[0], *small[1:])
        return f"{x}\n{name}({r})(x.reshape{split}.transpose(1, 2).reshape{(1, *small)})"


def _turned(state: PixelShuffleState) -> PixelShuffleState:
    """The same two sides the other way round, the same number chosen; cut to what fits."""
    moved = state.moved
    channel, row, column = moved.source(moved.cell)
    _, *size = moved.output_shape
    most = _SIDE if state.unshuffles else _SIDE // state.factor * state.factor
    height, width = (min(length, most) for length in size)
    return replace(state, height=height, width=width, channel=channel, row=row, column=column)


def _apart(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, ...]:
    """How far the sources of two output cells lie from each other: channels, rows, columns."""
    sources = (shuffle_source(cell, 2) for cell in (one, other))
    return tuple(b - a for a, b in zip(*sources, strict=True))
