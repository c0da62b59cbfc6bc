"""Explorer: what lies beyond the border, in every padding mode, and what a kernel makes of it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.geometry import Convolution, Pair, explain

from ..base import Drawing, Explorer, Question, State, clamp
from ..controls import Choice, Number, Slider
from .code import lines
from .picture import draw_image, draw_layers
from .table import draw_signal
from .words import (
    first_layer,
    image_sentence,
    image_sum,
    kept,
    layers_sentence,
    name_elsewhere,
    rule,
    signal_sentence,
    signal_sum,
    size,
)
from .worked import (
    CLIPPED,
    KERNELS,
    MODES,
    Bordered,
    Kernel,
    image,
    signal,
    untouched,
)

SIGNAL, IMAGE, LAYERS = "a signal, in all modes", "an image", "equal cells through layers"
_HEIGHT = 4
_MEAN = next(iter(KERNELS))


@dataclass(frozen=True, kw_only=True)
class PaddingModesState(State):
    """What is padded and how, the kernel that reads it, and the padded cell that is looked at.

    ``row`` and ``column`` count from the top left corner, border included.
    """

    view: str = SIGNAL
    mode: str = "reflect"
    length: int = 6
    padding: int = 2
    kernel: str = _MEAN
    row: int = 0
    column: int = 0
    layers: int = 2

    @property
    def bordered(self) -> Bordered:
        """The signal or the image, with its border."""
        if self.view == SIGNAL:
            return Bordered(signal(self.length), (0, self.padding), self.mode)
        return Bordered(image(_HEIGHT, self.length), (self.padding, self.padding), self.mode)

    @property
    def filter(self) -> Kernel:
        """The kernel: one row for a signal, three for an image."""
        chosen = KERNELS[self.kernel]
        return chosen.tall() if self.view == IMAGE else chosen

    @property
    def cell(self) -> Pair:
        """The chosen cell, counted from the first real one; clipping has none to choose."""
        if self.mode == CLIPPED:
            return 0, 0
        rows, columns = self.bordered.positions
        return rows[self.row if self.view == IMAGE else 0], columns[self.column]


class PaddingModesExplorer(Explorer):
    """Where each padded cell comes from, mode by mode, and how far the border reaches."""

    name = "padding_modes"
    title = "Padding modes: what lies beyond the border"
    state_type: ClassVar[type[State]] = PaddingModesState
    controls = (
        Choice("view", "look at", (SIGNAL, IMAGE, LAYERS)),
        Choice("mode", "padding mode", MODES),
        Slider("length", "cells in a row", 2, 8),
        Slider("padding", "padding", 0, 4),
        Choice("kernel", "kernel", tuple(KERNELS)),
        Slider("row", "padded row", 0, 11),
        Slider("column", "padded column", 0, 15),
        Slider("layers", "layers", 1, 6),
    )
    question = Question(
        key="padding modes/untouched columns",
        text="A row of 12 equal cells goes through four layers. Each takes the mean of 3 cells and "
        "is padded by one zero on either side. How many of the 12 cells still have their value "
        "afterwards?",
        answer_control=Number("answer", "cells", 0, 12),
        expected=lambda: sum(untouched(KERNELS[_MEAN], "zeros", 4)),
        because="Each layer carries the zeros one cell further in, from either side. Zero padding "
        "is not neutral: a picture of one colour comes out with a frame. With uneven weights, such "
        "as 1 2 3, the eight cells of the frame differ from each other too.",
    )

    def problem(self, state: PaddingModesState) -> str | None:
        padded = state.bordered
        if state.view == LAYERS or state.mode == CLIPPED:
            return None
        kernel_size = state.filter.height, 3
        layer = Convolution(1, 1, kernel_size, padding=padded.padding, bias=False)
        return padded.problem or explain(layer, padded.size)

    def adjust(self, state: PaddingModesState) -> PaddingModesState:
        if state.view == LAYERS or state.mode == CLIPPED:
            return state
        rows, columns = state.bordered.positions
        row = clamp(state.row, 0, len(rows) - 1) if state.view == IMAGE else state.row
        column = clamp(state.column, 0, len(columns) - 1)
        if (row, column) == (state.row, state.column):
            return state
        return replace(state, row=row, column=column, note="The chosen cell moved inside: with "
                       f"its border the map has {len(rows)}x{len(columns)} cells.")  # fmt: skip

    def hidden(self, state: PaddingModesState) -> frozenset[str]:
        if state.view == LAYERS:
            return frozenset({"length", "padding", "row", "column"})
        hidden = {"layers"} | ({"row"} if state.view == SIGNAL else set())
        if state.mode == CLIPPED:
            hidden |= {"row", "column"} | ({"padding"} if state.view == IMAGE else set())
        return frozenset(hidden)

    def draw(self, state: PaddingModesState) -> Drawing:
        if state.view == LAYERS:
            return _of_layers(state)
        return _of_image(state) if state.view == IMAGE else _of_signal(state)

    def code(self, state: PaddingModesState) -> str:
        return lines(state.mode, state.kernel, state.padding, state.view == IMAGE,
                     state.layers if state.view == LAYERS else 0)  # fmt: skip


def _of_signal(state: PaddingModesState) -> Drawing:
    padded, kernel = state.bordered, state.filter
    return Drawing(
        picture=draw_signal(padded, kernel, state.kernel, state.cell[1]),
        summary=signal_sentence(padded, state.cell),
        status=(rule(padded, state.cell, 1), signal_sum(padded, kernel), size(padded),
                name_elsewhere(padded)),
        limits={"column": (0, len(padded.positions[1]) - 1)},
    )  # fmt: skip


def _of_image(state: PaddingModesState) -> Drawing:
    padded, kernel = state.bordered, state.filter
    return Drawing(
        picture=draw_image(padded, kernel, state.cell),
        summary=image_sentence(padded, state.cell),
        status=(rule(padded, state.cell, 2), image_sum(padded, kernel), name_elsewhere(padded)),
        limits={name: (0, len(places) - 1) for name, places in
                zip(("row", "column"), padded.positions, strict=True)},
    )  # fmt: skip


def _of_layers(state: PaddingModesState) -> Drawing:
    kernel = KERNELS[state.kernel]
    return Drawing(
        picture=draw_layers(kernel, state.kernel, state.mode, state.layers),
        summary=layers_sentence(kernel, state.kernel, state.mode, state.layers),
        status=(kept(kernel, state.mode, state.layers), first_layer(kernel, state.mode)),
    )
