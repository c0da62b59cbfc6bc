"""Explorer: a transposed convolution in three readings that give the same numbers."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.geometry import TransposedConvolution, explain, overlap_counts

from ..base import Drawing, Explorer, Question, State, clamp
from ..code import torch_line
from ..controls import Choice, Number, Play, Slider
from . import insertion, matrix, overlap, stamps
from .code import insertion_lines, overlap_lines
from .words import (
    output_padding,
    sentence,
    shape_of_matrix,
    size_formula,
    stamp,
    sum_of_cell,
    verdict,
    view,
    waste,
)
from .worked import Upsampled

STAMPS = "stamp and sum"
ZEROS = "insert zeros, then slide the flipped kernel"
MATRIX = "the matrix, transposed"
OVERLAPS = "overlap counts"
_DRAWN = {
    STAMPS: (stamps.draw, stamp),
    ZEROS: (insertion.draw, waste),
    MATRIX: (matrix.draw, shape_of_matrix),
    OVERLAPS: (overlap.draw, verdict),
}


@dataclass(frozen=True, kw_only=True)
class TransposedState(State):
    """The layer's settings, how it is read, the output cell looked at, and the stamps laid."""

    reading: str = STAMPS
    input_size: int = 3
    kernel_size: int = 3
    stride: int = 2
    padding: int = 0
    output_padding: int = 0
    dilation: int = 1
    stamps: int = 5
    row: int = 2
    column: int = 2

    @property
    def layer(self) -> TransposedConvolution:
        """The layer that is drawn: one channel in, one out, no bias."""
        return TransposedConvolution(
            1, 1, self.kernel_size, self.stride, self.padding, self.output_padding,
            bias=False, dilation=self.dilation,
        )  # fmt: skip

    @property
    def worked(self) -> Upsampled:
        """The layer on its input, and the chosen cell."""
        return Upsampled(self.layer, self.input_size, (self.row, self.column), self.stamps)


class TransposedExplorer(Explorer):
    """The same output by stamps, by zeros put in, by a matrix; and how stamps overlap."""

    name = "transposed"
    title = "Transposed convolution: three readings"
    state_type: ClassVar[type[State]] = TransposedState
    controls = (
        Choice("reading", "reading", tuple(_DRAWN)),
        Slider("input_size", "input", 2, 6),
        Slider("kernel_size", "kernel size", 1, 5),
        Slider("stride", "stride", 0, 4),
        Slider("padding", "padding", 0, 4),
        Slider("output_padding", "output_padding", 0, 3),
        Slider("dilation", "dilation", 1, 3),
        Slider("row", "row", 0, 35),
        Slider("column", "column", 0, 35),
        Slider("stamps", "stamps laid", 1, 36),
        Play("step", "step"),
    )
    question = Question(
        key="transposed/inputs of one output",
        text="A 5x5 kernel lays its stamps with stride 2. How many input cells feed one output "
        "cell at most?",
        answer_control=Number("answer", "input cells", 0, 49),
        expected=lambda: max(map(max, overlap_counts(TransposedConvolution(1, 1, 5, 2), 6))),
        because="Along an axis the stamps of 5 cells begin every 2 cells, so that at most "
        "⌈5/2⌉ = 3 of them lie on one cell; in the image 3·3. Its neighbours get 3·2 or 2·2.",
    )

    def problem(self, state: TransposedState) -> str | None:
        return explain(state.layer, state.input_size)

    def adjust(self, state: TransposedState) -> TransposedState:
        length = state.worked.length
        row, column = (clamp(index, 0, length - 1) for index in (state.row, state.column))
        stamps = clamp(state.stamps, 1, state.input_size**2)
        notes = []
        if (row, column) != (state.row, state.column):
            notes.append(
                f"The chosen cell moved to ({row}, {column}): there are {length}x{length} now."
            )
        if stamps != state.stamps:
            notes.append(f"{stamps} stamps are laid: one for each input cell.")
        if not notes:
            return state
        return replace(state, row=row, column=column, stamps=stamps, note=" ".join(notes))

    def hidden(self, state: TransposedState) -> frozenset[str]:
        return frozenset() if state.reading == STAMPS else frozenset({"stamps"})

    def press(self, state: TransposedState, name: str) -> TransposedState:
        """Lay the next stamp, or go on to the next output cell."""
        if self.problem(state) is not None:
            return state
        if state.reading == STAMPS:
            return replace(state, stamps=state.stamps % state.input_size**2 + 1)
        length = state.worked.length
        cell = (state.row * length + state.column + 1) % length**2
        return replace(state, row=cell // length, column=cell % length)

    def draw(self, state: TransposedState) -> Drawing:
        worked = state.worked
        picture, own = _DRAWN[state.reading]
        return Drawing(
            picture=picture(worked),
            summary=sentence(worked),
            status=tuple(
                filter(None, (own(worked), sum_of_cell(worked), view(worked),
                              size_formula(worked), output_padding(worked)))
            ),
            limits={
                "row": (0, worked.length - 1),
                "column": (0, worked.length - 1),
                "stamps": (1, state.input_size**2),
            },
        )  # fmt: skip

    def code(self, state: TransposedState) -> str:
        if state.reading == ZEROS:
            return insertion_lines(state.worked)
        if state.reading == OVERLAPS:
            return overlap_lines(state.worked)
        return torch_line(state.layer)
