"""Explorer: what a bottleneck costs beside the direct convolution, and where it stops paying."""

from dataclasses import dataclass
from typing import ClassVar

from ..base import Drawing, Explorer, Question, State
from ..code import torch_line
from ..controls import Choice, Slider
from .picture import draw
from .words import limit, macs, price, sentence, weights
from .worked import Bottleneck

_FEWER, _AS_MANY, _MORE = "fewer", "as many", "more"


@dataclass(frozen=True, kw_only=True)
class BottleneckState(State):
    """Channels outside and in the middle, the kernel between them, and the size of the maps."""

    channels: int = 256
    middle: int = 64
    kernel_size: int = 3
    size: int = 56

    @property
    def bottleneck(self) -> Bottleneck:
        """What is drawn and counted."""
        return Bottleneck(self.channels, self.middle, self.kernel_size)


def _against_direct(block: Bottleneck) -> str:
    """Whether the block has fewer weights than the direct layer, as many, or more."""
    if block.weights == block.direct.parameters:
        return _AS_MANY
    return _FEWER if block.weights < block.direct.parameters else _MORE


_NARROWED = Bottleneck(channels=64, middle=60)


class BottleneckExplorer(Explorer):
    """1x1 down, 3x3, 1x1 up, drawn as wide as it is, with its weights and multiplications."""

    name = "bottleneck"
    title = "The bottleneck: narrow, convolve, widen"
    state_type: ClassVar[type[State]] = BottleneckState
    controls = (
        Slider("channels", "channels outside", 8, 512, step=8),
        Slider("middle", "channels in the middle", 1, 512),
        Slider("kernel_size", "kernel in the middle", 3, 7, step=2),
        Slider("size", "map height = width", 1, 112),
    )
    question = Question(
        key="bottleneck/a middle of 60",
        text="Between layers of 64 channels, a bottleneck 64 → 60 → 60 → 64 narrows the middle "
        "to 60. How many weights has it, compared with a direct 3x3 from 64 to 64 channels?",
        answer_control=Choice("answer", "weights", (_FEWER, _AS_MANY, _MORE)),
        expected=lambda: _against_direct(_NARROWED),
        because=f"The two 1x1 layers cost {_NARROWED.layers[0].parameters:,} weights each, and the "
        f"narrower 3x3 saves {_NARROWED.direct.parameters - _NARROWED.layers[1].parameters:,}: "
        f"{_NARROWED.weights:,} against {_NARROWED.direct.parameters:,}.",
    )

    def draw(self, state: BottleneckState) -> Drawing:
        block = state.bottleneck
        return Drawing(
            picture=draw(block, state.size),
            summary=sentence(block, state.size),
            status=(weights(block), macs(block, state.size), limit(block), price(block)),
        )

    def code(self, state: BottleneckState) -> str:
        block = state.bottleneck
        down, square, up = map(torch_line, block.layers)
        return (
            f"{torch_line(block.direct)}  # direct\n"
            f"nn.Sequential(\n    {down}, nn.ReLU(),\n    {square}, nn.ReLU(),\n    {up},\n)"
        )
