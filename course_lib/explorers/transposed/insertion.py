"""The slow reading: put zeros between and round the input, then slide the flipped kernel."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from course_lib.geometry import Pair
from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.hatching import Hatching
from course_lib.pictures.marks import Box, Label
from course_lib.pictures.palette import FOCUS, INPUT, KERNEL, deep, tint
from course_lib.pictures.picture import Picture

from ..layout import Panel, cell_side, side_by_side
from ..numbers import rows_of, small_value, stamp_value
from ..words import times
from .parts import (
    MOST_NUMBERED,
    output_panel,
    side_of,
    signs_of,
    small_side,
    untouched,
    with_caption,
)
from .worked import Upsampled

_MOST_ZEROS = 17  # rows and columns of zeros that are drawn one by one
_NUMBERED = 12.0  # a cell of that side has room for a number


@dataclass(frozen=True)
class Sparse:
    """A large map of zeros, few other cells: one hatched area, the darker cells hold more."""

    cells: int
    cell: float
    values: Mapping[Pair, int]
    outlined: Mapping[Pair, str] = field(default_factory=dict)
    x: float = 0
    y: float = 0

    @property
    def width(self) -> float:
        return self.cells * self.cell

    @property
    def height(self) -> float:
        return self.width

    def svg(self) -> str:
        side = self.cell
        parts = [Hatching(self.x, self.y, self.width, self.height)]
        for (row, column), value in self.values.items():
            x, y = self.x + column * side, self.y + row * side
            parts.append(Box(x, y, side - 1, side - 1, tint(INPUT, 0.2 + 0.1 * value), radius=1))
            if side >= _NUMBERED:
                middle = x + side / 2, y + side / 2
                parts.append(Label(*middle, str(value), 0.6 * side, anchor="middle"))
        for (row, column), colour in self.outlined.items():
            x, y = self.x + column * side, self.y + row * side
            parts.append(Box(x, y, side - 1, side - 1, "none", colour, 1.5, 2))
        return "".join(part.svg() for part in parts)


def draw(worked: Upsampled) -> Picture:
    """The input with its zeros, the flipped kernel, the output."""
    last = worked.kernel - 1
    kernel = rows_of(lambda r, c: stamp_value(last - r, last - c), worked.kernel, worked.kernel)
    used = {(last - tap.weight[0], last - tap.weight[1]): FOCUS for tap in worked.taps}
    spread = f"Input {times((worked.size,) * 2)} with zeros: {times((len(worked.spread),) * 2)}"
    panels = (
        Panel(spread, deep(INPUT), _plane(worked)),
        Panel("Kernel, flipped", deep(KERNEL),
              Grid(kernel, tinted(kernel, KERNEL), cell=small_side(worked.kernel + 4),
                   outlined=used)),
        output_panel(worked),
    )  # fmt: skip
    return with_caption(side_by_side(panels, ("⊛", "=")), _caption(worked))


def _plane(worked: Upsampled) -> Grid | Sparse:
    """The spread input; the window of the chosen output cell is outlined, its real inputs red."""
    spread, cells = worked.spread, range(len(worked.spread))
    real = {
        (r, c): small_value(spread[r], spread[c])
        for r in cells
        for c in cells
        if spread[r] is not None and spread[c] is not None
    }
    rows, columns = (
        [index + tap * worked.dilation for tap in range(worked.kernel)] for index in worked.cell
    )
    window = {(r, c): KERNEL for r in rows for c in columns if (r, c) not in real}
    window |= {(r, c): FOCUS for r in rows for c in columns if (r, c) in real}
    side = side_of(len(spread))
    if len(spread) > _MOST_ZEROS:
        return Sparse(len(spread), cell_side(len(spread), 1, room=430), real, window)
    values = [[real.get((r, c), 0) for c in cells] for r in cells]
    zeros = {(r, c) for r in cells for c in cells} - real.keys()
    return Grid(values, tinted(values, INPUT), cell=side, hatched=zeros, outlined=window)


def _caption(worked: Upsampled) -> list[str]:
    gap = worked.stride - 1
    between = f"{gap} between neighbours" if gap else "none between neighbours (stride 1)"
    round_it = f"{worked.rim} at the top and left: dilation · (kernel − 1) − padding"
    if worked.rim < 0:
        round_it = f"padding takes {-worked.rim} off at the top and left"
    outputs = worked.length <= MOST_NUMBERED and untouched(worked)
    apart = f", {worked.dilation} cells from tap to tap" if worked.dilation > 1 else ""
    return [
        f"Hatched: the zeros that were put in, {between}; {round_it}.",
        f"Outlined: the window of the chosen output cell{apart}; red: where it meets a real input.",
        "Crossed: outputs that no input feeds." if outputs else "",
        signs_of(worked.length, "no input"),
    ]
