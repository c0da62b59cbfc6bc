"""Explorer: how channels are wired, and what a filter is; pointwise as the smallest case."""

from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

from course_lib.geometry import Convolution

from ..base import Drawing, Explorer, Question, State, clamp
from ..code import torch_line
from ..controls import Choice, Number, Play, Slider, Switch
from .picture import draw
from .words import cost, meaning, sentence, shapes, the_sum
from .worked import Mixing, survives_shuffling

_SURVIVES = {(): "neither", (1,): "only the 1x1", (3,): "only the 3x3", (1, 3): "both"}


@dataclass(frozen=True, kw_only=True)
class ChannelsState(State):
    """The layer's settings, the size of its maps, and the output channel that is looked at."""

    in_channels: int = 3
    out_channels: int = 4
    kernel_size: int = 3
    bias: bool = True
    size: int = 32
    output_channel: int = 1

    @property
    def layer(self) -> Convolution:
        """The layer that is drawn; its padding keeps the size of the maps."""
        return Convolution(
            self.in_channels, self.out_channels, self.kernel_size, padding=self.kernel_size // 2,
            bias=self.bias,
        )  # fmt: skip


_SHUFFLED = Question(
    key="channels/shuffled pixels",
    text="Shuffle all pixels of a picture, apply a layer, and put the pixels back in order. For "
    "which layer is the result the same as without the shuffle: one with a 1x1 kernel, or one "
    "with a 3x3 kernel?",
    answer_control=Choice("answer", "the same for", tuple(_SURVIVES.values())),
    expected=lambda: _SURVIVES[tuple(size for size in (1, 3) if survives_shuffling(size))],
    because="A 1x1 layer reads one pixel at a time, all of its channels and no neighbour, so it "
    "does not matter where the pixel stands. A 3x3 layer reads neighbours, and the shuffle gave "
    "the pixel other ones.",
)

_FILTER = Question(
    key="channels/weights of one filter",
    text="The layer nn.Conv2d(8, 4, kernel_size=3) has 4 filters. How many weights has one of "
    "them?",
    answer_control=Number("answer", "weights", 1, 999),
    expected=lambda: prod(Convolution(8, 4, 3).weight_shape[1:]),
    because="A filter is not 3x3. It has a 3x3 kernel for each of the 8 input channels, and adds "
    "up what they give.",
)


class ChannelsExplorer(Explorer):
    """Every input channel wired to every output channel, and the weight tensor that does it.

    It asks for the size of a filter; opened with a 1x1 kernel, for what such a layer cannot see.
    """

    name = "channels"
    title = "Channels: how a layer mixes them"
    state_type: ClassVar[type[State]] = ChannelsState
    controls = (
        Slider("in_channels", "input channels", 1, 8),
        Slider("out_channels", "output channels", 1, 8),
        Slider("kernel_size", "kernel size", 1, 3, step=2),
        Switch("bias", "bias"),
        Slider("size", "map height = width", 1, 64),
        Slider("output_channel", "look at output channel", 0, 7),
        Play("step", "step through the output channels"),
    )

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.question = _SHUFFLED if self.start().kernel_size == 1 else _FILTER

    def adjust(self, state: ChannelsState) -> ChannelsState:
        chosen = clamp(state.output_channel, 0, state.out_channels - 1)
        if chosen == state.output_channel:
            return state
        note = f"The chosen output channel moved to {chosen}, the last one that there is now."
        return replace(state, output_channel=chosen, note=note)

    def press(self, state: ChannelsState, name: str) -> ChannelsState:
        return replace(state, output_channel=(state.output_channel + 1) % state.out_channels)

    def draw(self, state: ChannelsState) -> Drawing:
        mixing = Mixing(state.layer, state.output_channel)
        return Drawing(
            picture=draw(mixing),
            summary=sentence(mixing),
            status=(the_sum(mixing), shapes(mixing), cost(mixing, state.size), meaning(mixing)),
            limits={"output_channel": (0, state.out_channels - 1)},
        )

    def code(self, state: ChannelsState) -> str:
        line = torch_line(state.layer)
        if state.layer.kind != "pointwise":
            return line
        bias = "" if state.bias else ", bias=False"
        linear = f"nn.Linear({state.in_channels}, {state.out_channels}{bias})"
        return f"{line}\n{linear}  # the same numbers, on x.permute(0, 2, 3, 1)"
