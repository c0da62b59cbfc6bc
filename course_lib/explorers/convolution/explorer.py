"""Explorer: one convolution, cell by cell, with the sum written out."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.geometry import Convolution, Pair, explain

from ..base import Drawing, Explorer, Question, State, clamp
from ..code import torch_line
from ..controls import Choice, Number, Play, Slider, Switch
from .picture import draw
from .words import connections, cost, sentence, size_formula
from .worked import Worked

_NUMBER, _SAME, _VALID = "number", "same", "valid"
_OUTPUT, _INPUT = "an output cell", "an input cell"


@dataclass(frozen=True, kw_only=True)
class ConvolutionState(State):
    """The layer's settings, and the cell that is looked at.

    The fields that end in ``_width`` count only where ``rectangular`` is on; else each setting
    holds for both directions. ``row`` and ``column`` index the output, or the input where ``look``
    says so. Without ``all_outputs`` only the outputs in question show their value.
    """

    input_size: int = 5
    input_width: int = 5
    kernel_size: int = 3
    kernel_width: int = 3
    stride: int = 2
    stride_width: int = 2
    padding: int = 1
    padding_width: int = 1
    dilation: int = 1
    dilation_width: int = 1
    padding_kind: str = _NUMBER
    rectangular: bool = False
    look: str = _OUTPUT
    all_outputs: bool = True
    row: int = 1
    column: int = 1

    def pair(self, name: str) -> Pair:
        """A setting as (height, width)."""
        wide = name.removesuffix("_size") + "_width"
        height = getattr(self, name)
        return height, getattr(self, wide) if self.rectangular else height

    @property
    def size(self) -> Pair:
        """The (height, width) of the input."""
        return self.pair("input_size")

    @property
    def layer(self) -> Convolution:
        """The layer that is drawn: one channel in, one out, no bias."""
        return Convolution(
            1, 1, self.pair("kernel_size"), self.pair("stride"),
            self.pair("padding") if self.padding_kind == _NUMBER else self.padding_kind,
            self.pair("dilation"), bias=False,
        )  # fmt: skip

    @property
    def looks_at_input(self) -> bool:
        """Whether row and column are those of an input cell."""
        return self.look == _INPUT


_SETTINGS = (("input_size", "input", 1, 12), ("kernel_size", "kernel size", 1, 7),
             ("stride", "stride", 0, 4), ("padding", "padding", 0, 3),
             ("dilation", "dilation", 1, 4))  # fmt: skip


def _sliders() -> tuple[Slider, ...]:
    """A slider a setting, and one for its width."""
    return tuple(
        Slider(name, label, low, high)
        for setting, words, low, high in _SETTINGS
        for name, label in (
            (setting, words),
            (f"{setting.removesuffix('_size')}_width", f"{words}: width"),
        )
    )


class ConvolutionExplorer(Explorer):
    """Input, kernel and output as numbered grids; choose a cell and see what it is made of."""

    name = "convolution"
    title = "One convolution, cell by cell"
    state_type: ClassVar[type[State]] = ConvolutionState
    controls = (
        *_sliders(),
        Choice("padding_kind", "padding is", (_NUMBER, _SAME, _VALID)),
        Switch("rectangular", "height and width apart"),
        Choice("look", "look at", (_OUTPUT, _INPUT)),
        Switch("all_outputs", "show all outputs"),
        Slider("row", "row", 0, 11),
        Slider("column", "column", 0, 11),
        Play("step", "step through the cells"),
    )
    question = Question(
        key="convolution/outputs that read padding",
        text="Before you slide: a 12x12 input, kernel 3, stride 1, padding 1 gives 144 outputs. "
        "How many of them read a padded zero?",
        answer_control=Number("answer", "outputs", 0, 144),
        expected=lambda: (
            Worked(Convolution(1, 1, 3, padding=1), (12, 12), (0, 0)).outputs_that_read_padding
        ),
        because="They are the outputs along the border: 12 on each of four sides, with each of the "
        "four corners counted once.",
    )

    def problem(self, state: ConvolutionState) -> str | None:
        return explain(state.layer, state.size)

    def adjust(self, state: ConvolutionState) -> ConvolutionState:
        height, width = self._cells(state)
        row, column = clamp(state.row, 0, height - 1), clamp(state.column, 0, width - 1)
        if (row, column) == (state.row, state.column):
            return state
        note = f"The chosen cell moved to ({row}, {column}): there are {height}x{width} cells now."
        return replace(state, row=row, column=column, note=note)

    def hidden(self, state: ConvolutionState) -> frozenset[str]:
        hidden = set()
        if not state.rectangular:
            hidden |= {control.name for control in self.controls if control.name.endswith("_width")}
        if state.padding_kind != _NUMBER:
            hidden |= {"padding", "padding_width"}
        return frozenset(hidden)

    def press(self, state: ConvolutionState, name: str) -> ConvolutionState:
        if self.problem(state) is not None:
            return state
        height, width = self._cells(state)
        cell = (state.row * width + state.column + 1) % (height * width)
        return replace(state, row=cell // width, column=cell % width)

    def draw(self, state: ConvolutionState) -> Drawing:
        height, width = self._cells(state)
        worked = Worked(state.layer, state.size, (state.row, state.column), state.looks_at_input)
        return Drawing(
            picture=draw(worked, state.all_outputs),
            summary=sentence(worked),
            status=(connections(worked), size_formula(worked), cost(worked)),
            limits={"row": (0, height - 1), "column": (0, width - 1)},
        )

    def code(self, state: ConvolutionState) -> str:
        return torch_line(state.layer)

    @staticmethod
    def _cells(state: ConvolutionState) -> Pair:
        return state.size if state.looks_at_input else state.layer.output_size(state.size)
