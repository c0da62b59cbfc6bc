"""Explorer: four ways to enlarge a map, with weights that are not trained, on a flat image."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.explorers.base import Drawing, Explorer, Question, State
from course_lib.explorers.code import torch_line
from course_lib.explorers.controls import Choice, Slider
from course_lib.explorers.words import count
from course_lib.pictures.marks import numeral

from .measure import EQUAL, FACTOR, FLAT, RANDOM, SCENE, TINY, WAYS, WIDTH, enlarged, stays_flat
from .picture import Column, draw

_ANSWERS = {
    "all four": tuple(WAYS),
    "kernel 4, kernel 2 and resize": tuple(WAYS)[1:],
    "kernel 2 and resize": tuple(WAYS)[2:],
    "only resize": tuple(WAYS)[3:],
    "none": (),
}


@dataclass(frozen=True, kw_only=True)
class UpsamplingState(State):
    """The image, the weights, the number of layers that enlarge it, and the seed of the weights."""

    image: str = FLAT
    weights: str = EQUAL
    layers: int = 1
    seed: int = 0

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is drawn of each way."""
        how = (self.layers, self.weights, self.seed if self.weights == RANDOM else 0)
        return tuple(
            Column(way, enlarged(self.image, way, *how), enlarged(FLAT, way, *how)) for way in WAYS
        )


class UpsamplingExplorer(Explorer):
    """Transposed convolutions and a resize-convolution, untrained, on a flat and a drawn image."""

    name = "upsampling"
    title = "Enlarging a flat image"
    state_type: ClassVar[type[State]] = UpsamplingState
    controls = (
        Choice("image", "image", (FLAT, SCENE)),
        Choice("weights", "weights", (EQUAL, RANDOM)),
        Slider("layers", "layers", 1, 3),
        Slider("seed", "seed", 0, 19),
    )
    question = Question(
        key="transposed/a flat image stays flat",
        text="Here all weights are equal, and only kernel 3 leaves a pattern. With random weights, "
        "as a new layer has them: which of the four will leave a flat image flat?",
        answer_control=Choice("answer", "still flat", tuple(_ANSWERS)),
        expected=lambda: flat_with_random_weights(),
        because="Equal counts say that every output adds as many products. They are products with "
        "other weights: a layer with stride 2 has a small kernel of its own for each of the 2x2 "
        "places. After a resize one and the same 3x3 makes all outputs.",
    )

    def hidden(self, state: UpsamplingState) -> frozenset[str]:
        return frozenset({"seed"}) if state.weights == EQUAL else frozenset()

    def draw(self, state: UpsamplingState) -> Drawing:
        columns = state.columns
        return Drawing(
            picture=draw(columns, FACTOR**state.layers),
            summary=_sentence(state, columns),
            status=_status(state, columns),
        )

    def code(self, state: UpsamplingState) -> str:
        """Kernel 4 and stride 2: the lines that make one period of it."""
        (layer,) = WAYS["kernel 4, stride 2"]
        channels = [1, *[WIDTH] * (state.layers - 1), 1]
        stack = [
            torch_line(replace(layer, in_channels=c_in, out_channels=c_out))
            for c_in, c_out in zip(channels, channels[1:], strict=False)
        ]
        side = FACTOR**state.layers
        first = 4 * side
        lines = [f"net = nn.Sequential({', nn.ReLU(), '.join(stack)})"]
        if state.weights == RANDOM:
            lines.insert(0, f"torch.manual_seed({state.seed})")
        else:
            lines += ["for weight in net.parameters():", "    nn.init.ones_(weight)"]
        place = f"{first}:{first + side}"
        return "\n".join([
            *lines,
            "flat = torch.full((1, 1, 12, 12), 0.5)",
            f"net(flat)[0, 0, {place}, {place}]  # one period of kernel 4, stride 2",
        ])  # fmt: skip


def flat_with_random_weights() -> str:
    """Which of the answers is right, by trying it."""
    flat = tuple(way for way in WAYS if stays_flat(way, 1, RANDOM, 0))
    return next(answer for answer, ways in _ANSWERS.items() if ways == flat)


def _sentence(state: UpsamplingState, columns: tuple[Column, ...]) -> str:
    pattern, flat = (
        "; ".join(column.way for column in columns if (column.flat.ripple > TINY) is rippled)
        for rippled in (True, False)
    )
    layers = count(state.layers, "layer")
    return (
        f"{state.image.capitalize()} enlarged {FACTOR**state.layers} times in four ways, "
        f"{layers}, weights {state.weights}. What was flat ripples after: {pattern}. It stays "
        f"flat after: {flat}."
    )


def _status(state: UpsamplingState, columns: tuple[Column, ...]) -> tuple[str, ...]:
    side = FACTOR**state.layers
    ripples = ", ".join(numeral(round(column.flat.ripple, 2)) for column in columns)
    return (
        f"ripple = (highest − lowest) / mean magnitude of what a flat image becomes: {ripples}. "
        "Borders are left out.",
        f"{count(state.layers, 'layer')} with stride {FACTOR}: what there is of a pattern repeats "
        f"every {side}x{side} outputs.",
    )
