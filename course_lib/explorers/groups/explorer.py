"""Explorer: the groups dial, from one dense layer to depthwise, and what a shuffle mends."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from course_lib.geometry import ChannelShuffle, Convolution, TransposedConvolution, explain

from ..base import Drawing, Explorer, Question, State, clamp
from ..code import torch_line, torch_stack
from ..controls import Choice, Play, Slider
from .picture import draw
from .words import sentence, status
from .worked import AGAIN, NOTHING, SHUFFLED, THEN, Grouped, Stack, moved_outputs

CHANNELS = 12
_KINDS: dict[str, type[Grouped]] = {
    "Conv2d": Convolution,
    "ConvTranspose2d": TransposedConvolution,
}
_CONVOLUTION = next(iter(_KINDS))


@dataclass(frozen=True, kw_only=True)
class GroupsState(State):
    """The layer's settings, what follows it, the size of the map, and the channel to follow."""

    kind: str = _CONVOLUTION
    in_channels: int = 8
    out_channels: int = 8
    groups: int = 2
    kernel_size: int = 3
    stride: int = 1
    size: int = 16
    then: str = NOTHING
    nudged: int = 0

    @property
    def stack(self) -> Stack:
        """What is drawn; at stride 1 the padding keeps the size of the map."""
        layer = _KINDS[self.kind](
            self.in_channels, self.out_channels, self.kernel_size, self.stride,
            self.kernel_size // 2, groups=self.groups, bias=False,
        )  # fmt: skip
        return Stack(layer, self.then, self.nudged, self.size)


_SHAPE = Question(
    key="grouped/weight shape with 4 groups",
    text="The weight of nn.Conv2d(8, 8, kernel_size=3) has the shape (8, 8, 3, 3). What is its "
    "shape with groups=4?",
    answer_control=Choice(
        "answer", "weight shape", ("(2, 8, 3, 3)", "(8, 2, 3, 3)", "(2, 2, 3, 3)", "(8, 8, 3, 3)")
    ),
    expected=lambda: str(Convolution(8, 8, 3, groups=4).weight_shape),
    because="There are still 8 filters, one for each output channel; each reads only the 2 input "
    "channels of its group.",
)


def _pair(plain: int, shuffled: int) -> str:
    return f"{plain} without, {shuffled} with"


_NUDGED = Question(
    key="grouped/outputs that a nudge moves",
    text="8 channels go through two 3x3 layers, each with 2 groups. Channel 0 of the input is "
    "nudged. How many output channels can move? And how many, if the channels are shuffled "
    "between the two layers?",
    answer_control=Choice(
        "answer", "outputs", (_pair(2, 4), _pair(4, 4), _pair(4, 8), _pair(8, 8))
    ),
    expected=lambda: _pair(moved_outputs(8, 2, AGAIN), moved_outputs(8, 2, SHUFFLED)),
    because="Without a shuffle a group only ever reads itself, in any number of layers. The "
    "shuffle gives each group of the second layer channels of both.",
)


class GroupsExplorer(Explorer):
    """The wires of a grouped layer, its weight as blocks, and the cost of every setting.

    It asks for the shape of the weight; opened with a second layer of groups behind the first, for
    what a nudge of one channel can move.
    """

    name = "groups"
    title = "The groups dial"
    state_type: ClassVar[type[State]] = GroupsState
    controls = (
        Choice("kind", "layer", tuple(_KINDS)),
        Slider("in_channels", "input channels", 1, CHANNELS),
        Slider("out_channels", "output channels", 1, CHANNELS),
        Slider("groups", "groups", 1, CHANNELS),
        Choice("then", "behind it", THEN),
        Slider("kernel_size", "kernel size", 1, 5, step=2),
        Slider("stride", "stride", 1, 3),
        Slider("size", "map height = width", 1, 64),
        Slider("nudged", "nudge input channel", 0, CHANNELS - 1),
        Play("step", "nudge one channel after the other"),
    )

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        if self.start().then not in THEN:
            raise ValueError(f"then={self.start().then!r}; there are: {'; '.join(THEN)}")
        self.question = _NUDGED if self.start().then in (AGAIN, SHUFFLED) else _SHAPE

    def problem(self, state: GroupsState) -> str | None:
        return explain(state.stack.layer, state.size)

    def adjust(self, state: GroupsState) -> GroupsState:
        chosen = clamp(state.nudged, 0, state.in_channels - 1)
        if chosen == state.nudged:
            return state
        note = f"The nudged channel moved to {chosen}, the last one that there is now."
        return replace(state, nudged=chosen, note=note)

    def press(self, state: GroupsState, name: str) -> GroupsState:
        if self.problem(state) is not None:
            return state
        return replace(state, nudged=(state.nudged + 1) % state.in_channels)

    def draw(self, state: GroupsState) -> Drawing:
        stack = state.stack
        return Drawing(
            picture=draw(stack),
            summary=sentence(stack),
            status=status(stack),
            limits={"nudged": (0, state.in_channels - 1)},
        )

    def code(self, state: GroupsState) -> str:
        first, *behind = state.stack.layers
        if not behind:
            return torch_line(first)
        between = (ChannelShuffle(state.groups),) if state.then == SHUFFLED else ()
        return torch_stack((first, *between, *behind))
