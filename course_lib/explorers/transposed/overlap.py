"""Overlap counts: how many inputs feed each output cell, and what a flat input becomes."""

from math import gcd

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Box, Label, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture

from ..layout import GAP, MARGIN, TITLE, cell_side
from ..words import times
from .parts import MOST_NUMBERED, Heat, side_of, signs_of, untouched, with_caption
from .worked import Upsampled

_EDGE = 24.0  # room for the numbers of rows and columns
_RIGHT, _BARS, _BAR = 330.0, 92.0, 34.0  # the right half; height and width of bars


def draw(worked: Upsampled) -> Picture:
    """The counts on the left; on the right their period, and what a flat input becomes."""
    counts = _counts(worked)
    x = counts.x + max(counts.width, 240.0) + GAP
    marks: list[Mark] = [
        Label(MARGIN, MARGIN + 10, _title(worked), 14, deep(INPUT), bold=True),
        counts,
        *_edges(worked, counts),
        *_profile(worked, x),
        *_flat(worked, x, MARGIN + TITLE + _BARS + 66),
    ]
    high = max(counts.y + counts.height, MARGIN + TITLE + _BARS + 66 + 150) + MARGIN
    return with_caption(Picture(x + _RIGHT + MARGIN, high, tuple(marks)), _caption(worked))


def _title(worked: Upsampled) -> str:
    return f"Inputs that feed each of {times((worked.length,) * 2)} outputs"


def _counts(worked: Upsampled) -> Grid | Heat:
    x, y, side = MARGIN + _EDGE, MARGIN + TITLE + _EDGE, side_of(worked.length, 400)
    if worked.length > MOST_NUMBERED:
        return Heat(worked.overlaps, x, y, side, {worked.cell: FOCUS})
    top = max(map(max, worked.overlaps)) or 1
    fills = [[tint(INPUT, 0.06 + 0.7 * n / top) for n in row] for row in worked.overlaps]
    return Grid(
        worked.overlaps, fills, x, y, side,
        crossed=untouched(worked), outlined={worked.cell: FOCUS},
    )  # fmt: skip


def _edges(worked: Upsampled, counts: Grid | Heat) -> list[Mark]:
    """The counts along one axis; a cell's count is its row's times its column's."""
    size = min(12.0, 0.6 * counts.cell)
    marks: list[Mark] = []
    for index, number in enumerate(worked.overlaps_along):
        x, y = counts.centre((0, index))[0], counts.centre((index, 0))[1]
        marks.append(Label(x, counts.y - 11, str(number), size, MUTED, anchor="middle"))
        marks.append(Label(counts.x - 8, y, str(number), size, MUTED, anchor="end"))
    return marks


def _profile(worked: Upsampled, x: float) -> list[Mark]:
    """A bar for each cell of one period along an axis."""
    base, top = MARGIN + TITLE + _BARS, max(worked.profile)
    marks: list[Mark] = [Label(x, MARGIN + 10, "One period along an axis", 14, INK, bold=True)]
    for phase, number in enumerate(worked.profile):
        high = (_BARS - 24) * number / top
        left = x + phase * (_BAR + 8)
        marks.append(Box(left, base - high, _BAR, max(high, 1.5), tint(INPUT, 0.55), radius=3))
        middle = left + _BAR / 2
        marks.append(Label(middle, base - high - 10, str(number), 13, anchor="middle"))
    beside = x + len(worked.profile) * (_BAR + 8) + 16
    for line, text in enumerate(_ratio(worked)):
        marks.append(Label(beside, base - 54 + 20 * line, text, 13))
    told = "stamps on each output" if worked.stride == 1 else (
        f"stamps on {worked.stride} neighbouring outputs")  # fmt: skip
    marks.append(Label(x, base + 14, f"{told}, away from borders", 12, MUTED))
    return marks


def _ratio(worked: Upsampled) -> tuple[str, ...]:
    """The most to the fewest stamps on a cell."""
    few, many = min(worked.profile), max(worked.profile)
    shared = gcd(few, many)
    few, many = few // shared, many // shared
    return ("max : min", f"{many} : {few} along an axis", f"{many**2} : {few**2} in the image")


def _flat(worked: Upsampled, x: float, y: float) -> list[Mark]:
    """One period of the output where every input cell is 1, with the kernel's real weights."""
    values = worked.from_flat
    side = cell_side(len(values), len(values), 128, 128, most=34)
    even = len({value for row in values for value in row}) == 1
    grid = Grid(values, tinted(values, OUTPUT), x, y + 22, side)
    told = "not flat: the weights differ" if worked.ratio == 1 else "not flat: counts differ"
    if even:
        told = "flat: each cell gets every weight" if worked.stride == 1 else "flat, by chance"
    return [
        Label(x, y, "An input of ones becomes, in one period", 14, deep(OUTPUT), bold=True),
        grid,
        Label(x + grid.width + 14, y + 22 + grid.height / 2, told, 13, INK),
    ]


def _caption(worked: Upsampled) -> list[str]:
    lines = ["Each count is its row's number times its column's. Red: the chosen output cell."]
    if untouched(worked) and worked.length <= MOST_NUMBERED:
        lines.append("Crossed: no input feeds these cells.")
    return [*lines, signs_of(worked.length, "no input")]
