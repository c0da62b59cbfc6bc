"""How explorers lay out grids: panels with titles, side by side, and signs between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Label, Mark
from course_lib.pictures.palette import MUTED
from course_lib.pictures.picture import Picture

MARGIN, TITLE, GAP = 28.0, 36.0, 52.0
_LETTER = 7.6  # the width of a letter of a title, generously


@dataclass(frozen=True)
class Panel:
    """A grid with a title above it."""

    title: str
    colour: str
    grid: Grid

    @property
    def width(self) -> float:
        """The room that grid and title need."""
        return max(self.grid.width, _LETTER * len(self.title))


def cell_side(
    columns: int, rows: int, room: float = 760, high: float = 460, most: float = 38
) -> float:
    """The largest cell, up to ``most``, with which that many columns and rows fit the room."""
    return max(6.0, min(most, room // columns, high // rows))


def side_by_side(panels: Sequence[Panel], signs: Sequence[str] = ()) -> Picture:
    """Panels from left to right, centred on one line, with a sign between each two."""
    high = max(panel.grid.height for panel in panels)
    marks: list[Mark] = []
    x, middle = MARGIN, MARGIN + TITLE + high / 2
    for number, panel in enumerate(panels):
        y = middle - panel.grid.height / 2
        marks.append(Label(x, y - 20, panel.title, 14, panel.colour, bold=True))
        marks.append(replace(panel.grid, x=x, y=y))
        x += panel.width
        if number < len(signs):
            marks.append(Label(x + GAP / 2, middle, signs[number], 24, MUTED, anchor="middle"))
        x += GAP
    return Picture(x - GAP + MARGIN, MARGIN + TITLE + high + MARGIN, tuple(marks))
