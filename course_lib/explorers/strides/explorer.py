"""Explorer: what a stride throws away, the checkerboard that it leaves, and aliasing."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.geometry import Convolution, explain

from ..base import Drawing, Explorer, Question, State, clamp
from ..controls import Choice, Number, Play, Slider
from .picture import draw_reading, draw_stripes
from .stripes import PIXELS, Stripes
from .words import (
    chosen_cell,
    frequency,
    other_way,
    pattern,
    reading_code,
    reading_sentence,
    size,
    stripes_code,
    stripes_sentence,
    transpose,
)
from .worked import AVERAGE, WAYS, Reading

READS, STRIPES = "how often pixels are read", "stripes"


@dataclass(frozen=True, kw_only=True)
class StridesState(State):
    """A strided layer and what may stand in its place, or stripes and the cell looked at."""

    view: str = READS
    stride: int = 2
    input_size: int = 12
    kernel_size: int = 3
    padding: int = 1
    way: str = AVERAGE
    period: int = 3
    shift: int = 0
    column: int = 3

    @property
    def reading(self) -> Reading:
        """The layer on its image."""
        return Reading(self.input_size, self.kernel_size, self.stride, self.padding, self.way)

    @property
    def stripes(self) -> Stripes:
        """The stripes that are made smaller."""
        return Stripes(self.period, self.shift, self.stride)


class StridesExplorer(Explorer):
    """How often each pixel is read, and what becomes of stripes, by stride or by pooling."""

    name = "strides"
    title = "Strides: what is thrown away, and what it leaves behind"
    state_type: ClassVar[type[State]] = StridesState
    controls = (
        Choice("view", "look at", (READS, STRIPES)),
        Slider("stride", "stride", 0, 4),
        Slider("input_size", "input", 4, 12),
        Slider("kernel_size", "kernel size", 1, 7),
        Slider("padding", "padding", 0, 3),
        Choice("way", "against stride 1 and", WAYS),
        Slider("period", "stripes every", 2, 8),
        Slider("shift", "shifted by", 0, 8),
        Play("move", "move the stripes"),
        Slider("column", "cell", 0, PIXELS - 1),
    )
    question = Question(
        key="strides/stripes every 3 pixels",
        text="Stripes repeat every 3 pixels: one bright, two dark. A stride of 2 keeps every "
        "second pixel. Every how many pixels of the original is there a bright cell afterwards?",
        answer_control=Number("answer", "pixels", 0, 24),
        expected=lambda: int(Stripes(3, 0, 2).seen_period),
        because="Bright are the pixels 0, 3, 6, 9, …, kept are 0, 2, 4, 6, …: every sixth is both. "
        "A fine pattern has become a coarse one that was never there. This is aliasing.",
    )

    def problem(self, state: StridesState) -> str | None:
        if state.view == STRIPES:
            return explain(Convolution(1, 1, 1, state.stride), PIXELS)
        return state.reading.problem

    def adjust(self, state: StridesState) -> StridesState:
        cells = state.stripes.outputs
        column = clamp(state.column, 0, cells - 1)
        if state.view == READS or column == state.column:
            return state
        note = f"The chosen cell moved to {column}: there are {cells} cells now."
        return replace(state, column=column, note=note)

    def hidden(self, state: StridesState) -> frozenset[str]:
        if state.view == STRIPES:
            return frozenset({"input_size", "kernel_size", "padding", "way"})
        return frozenset({"period", "shift", "move", "column"})

    def press(self, state: StridesState, name: str) -> StridesState:
        return replace(state, shift=(state.shift + 1) % state.period)

    def draw(self, state: StridesState) -> Drawing:
        if state.view == STRIPES:
            stripes = state.stripes
            return Drawing(
                picture=draw_stripes(stripes, state.column),
                summary=stripes_sentence(stripes),
                status=(frequency(stripes), chosen_cell(stripes, state.column)),
                limits={"column": (0, stripes.outputs - 1)},
            )
        reading = state.reading
        return Drawing(
            picture=draw_reading(reading),
            summary=reading_sentence(reading),
            status=(size(reading), pattern(reading), transpose(reading), other_way(reading)),
        )

    def code(self, state: StridesState) -> str:
        if state.view == STRIPES:
            return stripes_code(state.stripes)
        return reading_code(state.reading)
