"""Explorer: a normal convolution beside a depthwise one followed by a pointwise one."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.geometry import Pair, explain

from ..base import Drawing, Explorer, Question, State, clamp
from ..code import torch_line
from ..controls import Choice, Play, Slider, Switch
from . import flow, wiring, words
from .worked import Flow, Separable

WIRES, NUMBERS = "wires and weights", "numbers at one output"


@dataclass(frozen=True, kw_only=True)
class SeparableState(State):
    """The settings that both ways share, the size of the maps, and the output looked at."""

    view: str = WIRES
    in_channels: int = 16
    out_channels: int = 32
    kernel_size: int = 3
    kernel_width: int = 3
    rectangular: bool = False
    stride: int = 1
    dilation: int = 1
    padding: bool = True
    size: int = 32
    output_channel: int = 1

    @property
    def layers(self) -> Separable:
        """The normal layer and the pair."""
        width = self.kernel_width if self.rectangular else self.kernel_size
        return Separable(
            self.in_channels, self.out_channels, (self.kernel_size, width), self.stride,
            self.dilation, self.padding,
        )  # fmt: skip

    @property
    def map_size(self) -> Pair:
        """The (height, width) of the input maps."""
        return self.size, self.size


def _without_effect() -> str:
    """The setting that the ratio of the weights does not depend on."""
    layers = Separable(16, 32)
    changed = {
        "input channels": replace(layers, in_channels=64),
        "output channels": replace(layers, out_channels=64),
        "kernel size": replace(layers, kernel_size=(5, 5)),
    }
    return next(name for name, other in changed.items() if other.ratio == layers.ratio)


class SeparableExplorer(Explorer):
    """Wires and weights of both ways, or the pair worked through at one output."""

    name = "separable"
    title = "Depthwise separable: first look, then mix"
    state_type: ClassVar[type[State]] = SeparableState
    controls = (
        Choice("view", "show", (WIRES, NUMBERS)),
        Slider("in_channels", "input channels", 1, 64),
        Slider("out_channels", "output channels", 1, 64),
        Slider("kernel_size", "kernel size", 1, 7),
        Slider("kernel_width", "kernel: width", 1, 7),
        Switch("rectangular", "height and width apart"),
        Slider("stride", "stride", 0, 4),
        Slider("dilation", "dilation", 1, 4),
        Switch("padding", "padding"),
        Slider("size", "map height = width", 1, 64),
        Slider("output_channel", "look at output channel", 0, 63),
        Play("step", "step through the output channels"),
    )
    question = Question(
        key="separable/what the saving depends on",
        text="A depthwise and a pointwise layer take the place of a normal one. Divide their "
        "weights by its weights. The ratio depends on two of these, and on one it does not: on "
        "which?",
        answer_control=Choice(
            "answer", "not on", ("input channels", "output channels", "kernel size")
        ),
        expected=_without_effect,
        because="k·k·C_in + C_in·C_out, divided by k·k·C_in·C_out: every part has C_in as a "
        "factor, and it cancels. What is left is 1/C_out + 1/(k·k).",
    )

    def problem(self, state: SeparableState) -> str | None:
        return explain(state.layers.normal, state.map_size)

    def adjust(self, state: SeparableState) -> SeparableState:
        chosen = clamp(state.output_channel, 0, state.out_channels - 1)
        if chosen == state.output_channel:
            return state
        note = f"The chosen output channel moved to {chosen}, the last one that there is now."
        return replace(state, output_channel=chosen, note=note)

    def hidden(self, state: SeparableState) -> frozenset[str]:
        return frozenset() if state.rectangular else frozenset({"kernel_width"})

    def press(self, state: SeparableState, name: str) -> SeparableState:
        if self.problem(state) is not None:
            return state
        return replace(state, output_channel=(state.output_channel + 1) % state.out_channels)

    def draw(self, state: SeparableState) -> Drawing:
        drawn = self._numbers(state) if state.view == NUMBERS else self._wires(state)
        return replace(drawn, limits={"output_channel": (0, state.out_channels - 1)})

    def code(self, state: SeparableState) -> str:
        depthwise, pointwise = state.layers.pair
        return (
            f"{torch_line(state.layers.normal)}  # normal\n"
            f"nn.Sequential(\n    {torch_line(depthwise)},  # depthwise\n"
            f"    {torch_line(pointwise)},  # pointwise\n)"
        )

    @staticmethod
    def _wires(state: SeparableState) -> Drawing:
        layers, size = state.layers, state.map_size
        return Drawing(
            picture=wiring.draw(layers, size, state.output_channel),
            summary=words.sentence(layers, size),
            status=(
                words.weights(layers), words.ratio(layers), words.macs(layers, size),
                words.sizes(layers, size), words.own_weights(layers, state.output_channel),
            ),
        )  # fmt: skip

    @staticmethod
    def _numbers(state: SeparableState) -> Drawing:
        layers, size = state.layers, state.map_size
        worked = Flow(layers, size, state.output_channel)
        return Drawing(
            picture=flow.draw(worked),
            summary=words.sentence_of_flow(worked),
            status=(
                words.the_sum(worked), words.meaning(worked), words.weights(layers),
                words.ratio(layers), words.sizes(layers, size),
            ),
        )  # fmt: skip
