"""The pictures of the strides explorer: how often pixels are read, and stripes made smaller."""

from collections.abc import Sequence
from fractions import Fraction

from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Box, Label, Line, Mark, numeral
from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    MUTED,
    OUTPUT,
    deep,
    ink_on,
    magnitude,
    tint,
)
from course_lib.pictures.picture import Picture

from ..layout import GAP, MARGIN, cell_side
from ..words import plain
from .stripes import BRIGHT, PIXELS, ROWS, Stripes
from .worked import Map, Reading

_HEAD, _EDGE = 48.0, 26.0  # room for titles, for the numbers of rows and columns
_PIXEL, _STRIP = 22.0, 30.0  # the width of a pixel, the height of a strip
_DROP, _BELOW = 54.0, 48.0  # room for the arrows, and below each strip


# How often pixels are read


def draw_reading(reading: Reading) -> Picture:
    """Two maps of the image: reads by the strided layer, and gradient by the other way."""
    size, stride = reading.input_size, reading.stride
    side = cell_side(2 * size, size, room=720, most=30)
    width = max(_EDGE + size * side, 300)
    top = max(max(map(max, reading.uses)), max(map(max, reading.arrives)))
    y, right = MARGIN + _HEAD + _EDGE, MARGIN + width + GAP
    marks = [
        *_titles(MARGIN, deep(INPUT), f"Kernel {reading.kernel_size}, stride {stride}",
                 "how many outputs read each pixel"),
        *_titles(right, deep(OUTPUT), f"Stride 1, then {reading.way} {stride}",
                 "gradient at each pixel, if each output sends back 1"),
        *_counted(reading.uses, reading.uses_along, MARGIN + _EDGE, y, side, top),
        *_counted(reading.arrives, reading.arrives_along, right + _EDGE, y, side, top),
    ]  # fmt: skip
    return Picture(right + width + MARGIN, y + size * side + MARGIN, tuple(marks))


def _titles(x: float, colour: str, title: str, below: str) -> list[Mark]:
    y = MARGIN + 4
    return [Label(x, y, title, 14, colour, bold=True), Label(x, y + 20, below, 12, MUTED)]


def _counted(
    values: Map, along: Sequence[Fraction | int] | None, x: float, y: float, side: float, top: float
) -> list[Mark]:
    """A map of numbers; above and beside it those of columns and rows, whose products they are."""
    shown = [[plain(value) for value in row] for row in values]
    fills = [[tint(INPUT, 0.06 + 0.8 * float(value / top)) if top else tint(INPUT, 0.06)
              for value in row] for row in values]  # fmt: skip
    unread = {(r, c) for r, row in enumerate(values) for c, value in enumerate(row) if not value}
    grid = Grid(shown, fills, x, y, side, crossed=unread)
    marks: list[Mark] = [grid]
    for index, value in enumerate(along or ()):
        text, size = numeral(round(plain(value), 2)), min(11.0, 0.36 * side)
        marks.append(Label(grid.centre((0, index))[0], y - 10, text, size, MUTED, anchor="middle"))
        marks.append(Label(x - 7, grid.centre((index, 0))[1], text, size, MUTED, anchor="end"))
    return marks


# Stripes


def draw_stripes(stripes: Stripes, chosen: int) -> Picture:
    """The stripes, and below them the smaller rows, each cell under the pixels that it replaces."""
    x, y, wide = MARGIN, MARGIN + _HEAD, _PIXEL * stripes.stride
    marks: list[Mark] = [
        *_titles(x, deep(INPUT), f"Stripes that repeat every {stripes.period} pixels",
                 "arrows: the pixels that the stride keeps"),
        Label(x + PIXELS * _PIXEL, MARGIN + 4, _seen(stripes), 14, deep(OUTPUT), bold=True,
              anchor="end"),
        *_strip([Fraction(stripes.pixel(i)) for i in range(PIXELS)], x, y, _PIXEL),
        *_arrows(stripes, x, y + _STRIP, chosen),
    ]  # fmt: skip
    y += _STRIP + _DROP
    for way in ROWS:
        marks += _strip([stripes.output(way, i) for i in range(stripes.outputs)], x, y, wide)
        marks.append(Box(x + chosen * wide, y - 1, wide, _STRIP + 2, stroke=FOCUS, stroke_width=3))
        marks += _verdict(stripes, way, x, y + _STRIP + 14)
        y += _STRIP + _BELOW
    return Picture(2 * MARGIN + PIXELS * _PIXEL, y - _BELOW + 14 + MARGIN, tuple(marks))


def _seen(stripes: Stripes) -> str:
    if stripes.seen_period is None:
        return "after the stride: gone"
    return f"after the stride: every {numeral(plain(stripes.seen_period))} pixels"


def _arrows(stripes: Stripes, x: float, y: float, chosen: int) -> list[Mark]:
    """From each pixel that the stride keeps down to its cell."""
    ends = [
        ((index * stripes.stride + 0.5) * _PIXEL, (index + 0.5) * _PIXEL * stripes.stride)
        for index in range(stripes.outputs)
    ]
    return [
        Line(((x + start, y + 3), (x + end, y + _DROP - 4)),
             FOCUS if index == chosen else MUTED, 1.5, arrow=True)
        for index, (start, end) in enumerate(ends)
    ]  # fmt: skip


def _strip(values: Sequence[Fraction], x: float, y: float, wide: float) -> list[Mark]:
    """A row of cells, dark for 0 and bright for the brightest."""
    marks: list[Mark] = []
    for index, value in enumerate(values):
        fill = magnitude(float(value) / BRIGHT)
        marks.append(Box(x + index * wide + 0.5, y, wide - 1, _STRIP, fill, radius=3))
        middle = x + (index + 0.5) * wide, y + _STRIP / 2
        size = 10 if wide < 30 else 12
        text = numeral(round(plain(value), 2))
        marks.append(Label(*middle, text, size, ink_on(fill), anchor="middle"))
    return marks


def _verdict(stripes: Stripes, way: str, x: float, y: float) -> list[Mark]:
    contrast, change = (numeral(plain(n)) for n in (stripes.contrast(way), stripes.change(way)))
    told = f"contrast {contrast} · a shift by one pixel changes a cell by {change} on average"
    return [
        Label(x, y + 2, f"{way} {stripes.stride}", 13, INK, bold=True),
        Label(x + PIXELS * _PIXEL, y + 2, told, 12, MUTED, anchor="end"),
    ]
