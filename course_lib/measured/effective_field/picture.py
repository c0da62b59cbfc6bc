"""The picture of the measured field: paths, gradient before and after training, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from course_lib.explorers.effective import Core, core_of
from course_lib.explorers.layout import MARGIN, TITLE
from course_lib.explorers.legend import Entry, box_sign, core_sign, heat_sign, legend, output_map
from course_lib.explorers.outline import border, lattice
from course_lib.geometry import Pair
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, MUTED, OUTPUT, SKY, deep, tint
from course_lib.pictures.picture import Picture, picture
from course_lib.pictures.raster import Raster, heat_png, levels

from .measure import SIDE, Weights

_PIXEL = 8.0
_PANEL = _PIXEL * SIDE
_GAP = 30.0
_MAP = 84.0


@dataclass(frozen=True)
class Sighting:
    """What is drawn of one map: its title, its weights, or None where there are none to show."""

    title: str
    weights: Weights | None

    @cached_property
    def core(self) -> Core:
        """The fewest pixels that hold 95 % of the weight."""
        return core_of(chain.from_iterable(self.weights))


def draw(
    name: str, sightings: tuple[Sighting, ...], box: tuple[Pair, Pair], cells: int, cell: Pair
) -> Picture:
    """Draw the maps of a network side by side, with the box of the receptive field on each."""
    y = MARGIN + TITLE
    marks: list[Mark] = []
    for number, sighting in enumerate(sightings):
        x = MARGIN + number * (_PANEL + _GAP)
        marks.append(Label(x, y - 20, sighting.title, 14, deep(INPUT), bold=True))
        marks += _panel(sighting, box, x, y) if sighting.weights else _empty(x, y)
    below = y + _PANEL + 74
    middle = MARGIN + _PANEL + _GAP
    marks += [*legend(_entries(box), MARGIN, below + 8), *_output(name, cells, cell, middle, below)]
    width = len(sightings) * (_PANEL + _GAP) - _GAP
    return picture(width + 2 * MARGIN, below + _MAP + MARGIN, marks)


def _panel(sighting: Sighting, box: tuple[Pair, Pair], x: float, y: float) -> Iterator[Mark]:
    weights, inner = sighting.weights, sighting.core
    most = max(map(max, weights))
    png = heat_png([levels(weight / most for weight in row) for row in weights])
    yield Box(x, y, _PANEL, _PANEL, tint(INPUT, 0.14), radius=0)
    yield Raster(x, y, _PANEL, _PANEL, png)
    yield lattice(x, y, SIDE, _PIXEL)
    yield Line([(x + c * _PIXEL, y + r * _PIXEL) for c, r in _border(weights, inner)], SKY, 2.5)
    (top, bottom), (left, right) = (_inside(ends) for ends in box)
    yield Box(
        x + left * _PIXEL, y + top * _PIXEL, (right - left) * _PIXEL, (bottom - top) * _PIXEL,
        stroke=FOCUS, stroke_width=3, radius=3,
    )  # fmt: skip
    pixels = inner.pixels
    yield Label(x, y + _PANEL + 20, f"95 % of it in {pixels:,} pixels:", 12.5, INK, bold=True)
    shares = f"{_share(pixels, SIDE**2)} of the image"
    if not _cut_off(box):  # outside the image nothing was counted, so of such a box it is no share
        area = (box[0][1] - box[0][0] + 1) * (box[1][1] - box[1][0] + 1)
        shares = f"{_share(pixels, area)} of the box, {shares}"
    yield Label(x, y + _PANEL + 40, shares, 12.5)


def _border(weights: Weights, inner: Core) -> list[tuple[int, int]]:
    ends = []
    for row, line in enumerate(weights):
        inside = [column for column, weight in enumerate(line) if weight >= inner.least]
        if inside:
            ends.append((row, inside[0], inside[-1] + 1))
    return border(ends)


def _cut_off(box: tuple[Pair, Pair]) -> bool:
    """Whether the box hangs over an edge of the image."""
    return any(first < 0 or last >= SIDE for first, last in box)


def _inside(ends: Pair) -> Pair:
    """The part of the box on the image, as (first, one behind the last)."""
    return max(ends[0], 0), min(ends[1], SIDE - 1) + 1


def _empty(x: float, y: float) -> Iterator[Mark]:
    yield Box(x, y, _PANEL, _PANEL, stroke=MUTED, dashed=True)
    for number, line in enumerate(("No trained weights", "of this network are shipped.")):
        yield Label(x + _PANEL / 2, y + _PANEL / 2 + 20 * number - 10, line, 12.5, MUTED,
                    anchor="middle")  # fmt: skip


def _entries(box: tuple[Pair, Pair]) -> list[Entry]:
    height, width = (last - first + 1 for first, last in box)
    cut = ", cut off" if _cut_off(box) else ""
    return [
        Entry(box_sign, f"receptive field {height}x{width}{cut}"),
        Entry(heat_sign, "little … most in this map"),
        Entry(core_sign, "95 % lies inside this line"),
    ]


def _output(name: str, cells: int, cell: Pair, x: float, y: float) -> Iterator[Mark]:
    side = min(16.0, _MAP / cells)
    yield from output_map(x, y, side, cells, cell)
    words = x + side * cells + 16
    title = f"{name}: last map {cells}x{cells}"
    yield Label(words, y + 8, title, 14, deep(OUTPUT), bold=True)
    yield Label(words, y + 30, f"You look through cell {cell}.", 12.5, deep(FOCUS))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"
