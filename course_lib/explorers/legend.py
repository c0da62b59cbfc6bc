"""What the signs of a receptive field mean, and the cell that is looked through."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from course_lib.geometry import Pair
from course_lib.pictures.hatching import Hatching
from course_lib.pictures.marks import Box, Label, Mark
from course_lib.pictures.palette import FOCUS, OUTPUT, SKY, magnitude, tint
from course_lib.pictures.raster import LEVELS, Raster, heat_png

from .outline import lattice

LINE = 22.0  # from one entry to the next
_WIDE, _TEXT = 66.0, 12.5
_LATTICE = 4.0  # a cell of that side has room for lines around it


@dataclass(frozen=True)
class Entry:
    """A sign, drawn with its left edge and its middle at (x, y), and what it means."""

    sign: Callable[[float, float], Mark]
    text: str


def legend(entries: Sequence[Entry], x: float, y: float) -> Iterator[Mark]:
    """Entries below each other, the middle of the first at y."""
    for number, entry in enumerate(entries):
        middle = y + LINE * number
        yield entry.sign(x, middle)
        yield Label(x + _WIDE + 12, middle, entry.text, _TEXT)


def box_sign(x: float, y: float) -> Mark:
    """The outline of a receptive field."""
    return Box(x + 2, y - 7, _WIDE - 4, 14, stroke=FOCUS, stroke_width=3, radius=3)


def core_sign(x: float, y: float) -> Mark:
    """The line around most of the weight."""
    return Box(x + 2, y - 7, _WIDE - 4, 14, magnitude(0), SKY, 2.5, radius=0)


def heat_sign(x: float, y: float) -> Mark:
    """The colours from little to most."""
    return Raster(x, y - 8, _WIDE, 16, heat_png([range(1, LEVELS + 1)]))


def padding_sign(x: float, y: float) -> Mark:
    """The hatching of what lies outside the image."""
    return Hatching(x, y - 8, _WIDE, 16)


def output_map(x: float, y: float, side: float, cells: int, cell: Pair) -> Iterator[Mark]:
    """A map of cells x cells with one cell marked, large enough to be found."""
    row, column = cell
    yield Box(x, y, side * cells, side * cells, tint(OUTPUT, 0.3), radius=2)
    if side >= _LATTICE:
        yield lattice(x, y, cells, side)
    mark = max(side, _LATTICE)
    left, top = ((index + 0.5) * side - mark / 2 for index in (column, row))
    yield Box(x + left, y + top, mark, mark, FOCUS, radius=1)
