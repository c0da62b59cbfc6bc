"""Four enlarged pictures side by side; below each a row of what a flat image becomes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from course_lib.explorers.layout import MARGIN, TITLE
from course_lib.explorers.legend import LINE, heat_sign
from course_lib.geometry import Operation, TransposedConvolution, overlaps_along
from course_lib.pictures.marks import Box, Label, Line, Mark, numeral
from course_lib.pictures.palette import INK, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture, picture
from course_lib.pictures.raster import LEVELS, Raster, heat_png

from .measure import FACTOR, WAYS, Enlarged

_SIDE = 192.0  # of a picture
_GAP = 22.0
_BARS = 16  # pixels of a row that are drawn as bars
_HIGH = 84.0  # the room for them


@dataclass(frozen=True)
class Column:
    """What is drawn of one way: the image that it makes, and what it makes of a flat one."""

    way: str
    shown: Enlarged
    flat: Enlarged


def draw(columns: Sequence[Column], period: int) -> Picture:
    """Draw the ways side by side, on one scale; ``period`` outputs repeat where it was flat."""
    rows = [column.flat.values[0, :_BARS].tolist() for column in columns]
    low, high = min(0.0, *map(min, rows)), max(map(max, rows))
    marks: list[Mark] = []
    for number, (column, row) in enumerate(zip(columns, rows, strict=True)):
        x = MARGIN + number * (_SIDE + _GAP)
        marks += [*_image(column, x), *_profile(row, (low, high), period, x)]
        marks += _words(column, x)
    below = MARGIN + TITLE + _SIDE + _HIGH + 102
    marks += _legend(below)
    width = len(columns) * (_SIDE + _GAP) - _GAP + 2 * MARGIN
    return picture(width, below + LINE + MARGIN, marks)


def _image(column: Column, x: float) -> Iterator[Mark]:
    y = MARGIN + TITLE
    shares = column.shown.values / 2
    shades = (shares * LEVELS).int().clamp(0, LEVELS - 1) + 1  # as ``levels`` of a row, at once
    yield Label(x, y - 20, column.way, 14, INK, bold=True)
    yield Raster(x, y, _SIDE, _SIDE, heat_png(shades.tolist()))


def _profile(
    row: Sequence[float], ends: tuple[float, float], period: int, x: float
) -> Iterator[Mark]:
    """A bar for each pixel of a row; those of the first period are darker."""
    low, high = ends
    scale, wide = _HIGH / (high - low), _SIDE / len(row)
    base = MARGIN + TITLE + _SIDE + 20 + high * scale
    for place, value in enumerate(row):
        colour = tint(OUTPUT, 0.8 if place < period else 0.35)
        top = base - max(value, 0) * scale
        yield Box(x + place * wide + 1, top, wide - 2, max(abs(value) * scale, 1), colour, radius=1)
    yield Line([(x, base), (x + _SIDE, base)], MUTED, 1)


def _words(column: Column, x: float) -> Iterator[Mark]:
    y = MARGIN + TITLE + _SIDE + _HIGH + 42
    ripple = numeral(round(column.flat.ripple, 2))
    yield Label(x, y, f"ripple {ripple}", 14, deep(OUTPUT), bold=True)
    yield Label(x, y + 21, counts_in_words(WAYS[column.way]), 12.5)


@cache
def counts_in_words(layers: tuple[Operation, ...]) -> str:
    """How many inputs feed neighbouring outputs along an axis, away from borders."""
    layer = layers[-1]
    profile = overlaps_along(layer, 0, 4 * FACTOR)[2 * FACTOR : 3 * FACTOR]
    fed = "stamps" if isinstance(layer, TransposedConvolution) else "taps"
    return f"{fed} along an axis: {', '.join(map(str, profile))}"


def _legend(y: float) -> Iterator[Mark]:
    yield heat_sign(MARGIN, y)
    shades = "0 or less … the mean … twice the mean and more, on one scale for all four."
    bars = f"Bars: a row of {_BARS} outputs where the input is flat; dark: one period."
    for line, text in enumerate((shades, bars)):
        yield Label(MARGIN + 78, y + LINE * line, text, 12.5)
