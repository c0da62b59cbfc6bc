"""What the pictures of the transposed explorer share: the input, the output, a caption."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from course_lib.geometry import Pair
from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Box, Label
from course_lib.pictures.palette import FOCUS, INK, INPUT, MUTED, OUTPUT, deep
from course_lib.pictures.picture import Picture
from course_lib.pictures.raster import Raster, heat_png, levels

from ..layout import MARGIN, Panel, cell_side
from ..numbers import rows_of, small_value
from ..words import times
from .worked import Upsampled

ROOM = 360.0  # for a large map, both ways
MOST_NUMBERED = 20  # more rows and columns stay without numbers: the file would grow too large
_LINE, _LETTER = 20.0, 6.6  # of a caption


@dataclass(frozen=True)
class Heat:
    """A large map without numbers, as one small image; ``kept`` is what padding leaves of it."""

    values: Sequence[Sequence[int | None]]
    x: float = 0
    y: float = 0
    cell: float = 12
    outlined: Mapping[Pair, str] = field(default_factory=dict)
    kept: range | None = None

    @property
    def width(self) -> float:
        return self.cell * len(self.values)

    @property
    def height(self) -> float:
        return self.width

    def centre(self, cell: Pair) -> tuple[float, float]:
        """The middle (x, y) of a cell."""
        return self.x + (cell[1] + 0.5) * self.cell, self.y + (cell[0] + 0.5) * self.cell

    def svg(self) -> str:
        top = max(value or 0 for row in self.values for value in row) or 1
        png = heat_png([levels((value or 0) / top for value in row) for row in self.values])
        parts = [
            Raster(self.x, self.y, self.width, self.height, png),
            Box(self.x, self.y, self.width, self.height, stroke=MUTED, radius=0),
            *(self._frame(cell, 1, colour, 2) for cell, colour in self.outlined.items()),
        ]
        if self.kept and len(self.kept) < len(self.values):
            parts.append(self._frame((self.kept[0],) * 2, len(self.kept), INK, 1.5))
        return "".join(part.svg() for part in parts)

    def _frame(self, cell: Pair, cells: int, colour: str, width: float) -> Box:
        x, y = self.centre(cell)
        half, side = self.cell / 2, self.cell * cells
        return Box(x - half, y - half, side, side, "none", colour, width, 1)


def side_of(cells: int, room: float = ROOM) -> float:
    """The side of a cell in a square map of that many rows and columns."""
    return cell_side(cells, cells, room, room, most=38 if cells <= MOST_NUMBERED else 14)


def small_side(cells: int) -> float:
    """The side of a cell in the maps beside a large one, for that many columns together."""
    return cell_side(cells, 1, room=240)


def input_panel(worked: Upsampled, side: float, outlined: Mapping = {}) -> Panel:
    """The input; the values do not depend on the settings."""
    values = rows_of(small_value, worked.size, worked.size)
    grid = Grid(values, tinted(values, INPUT), cell=side, outlined=outlined)
    return Panel(f"Input {times((worked.size,) * 2)}", deep(INPUT), grid)


def output_panel(worked: Upsampled) -> Panel:
    """The whole output, with the chosen cell outlined."""
    side, outlined = side_of(worked.length), {worked.cell: FOCUS}
    if worked.length > MOST_NUMBERED:
        grid: Grid | Heat = Heat(worked.outputs, cell=side, outlined=outlined)
    else:
        grid = Grid(worked.outputs, tinted(worked.outputs, OUTPUT), cell=side,
                    crossed=untouched(worked), outlined=outlined)  # fmt: skip
    return Panel(f"Output {times((worked.length,) * 2)}", deep(OUTPUT), grid)


def untouched(worked: Upsampled) -> set[tuple[int, int]]:
    """The output cells that no input feeds."""
    return {(r, c) for r, row in enumerate(worked.overlaps) for c, n in enumerate(row) if not n}


def signs_of(cells: int, no_stamp: str) -> str:
    """What the colours of a map of that many rows mean, where it has no numbers to say so."""
    if cells <= MOST_NUMBERED:
        return ""
    return f"Too many cells for numbers: from blue, low, to yellow, high; white: {no_stamp}."


def with_caption(drawn: Picture, lines: Sequence[str]) -> Picture:
    """The picture with lines of small text below, as wide as they need."""
    lines = [*filter(None, lines)]
    width = max([drawn.width, *(2 * MARGIN + _LETTER * len(line) for line in lines)])
    y = drawn.height - MARGIN / 2 + 6
    labels = [
        Label(MARGIN, y + _LINE * number, line, 12.5, MUTED) for number, line in enumerate(lines)
    ]
    return replace(
        drawn, width=width, height=drawn.height + _LINE * len(lines),
        marks=(*drawn.marks, *labels),
    )  # fmt: skip
