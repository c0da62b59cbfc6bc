"""The image of the workbench, with the field of one cell laid over it."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain

from course_lib.geometry import Pair
from course_lib.pictures.grid import Grid
from course_lib.pictures.hatching import Hatching
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INPUT, SKY, deep, magnitude, tint
from course_lib.pictures.raster import Raster, heat_png, product_levels

from ..base import clamp
from ..legend import LINE, Entry, box_sign, core_sign, heat_sign, legend, padding_sign
from ..outline import border, lattice
from ..words import times
from .sight import Sight
from .words import paths_in_words

_SIDE = 400.0
_NUMBERS = 18.0  # a cell of that side has room for them
_LINES = 5.0  # and of that one for lines between the cells
_LONGEST = 4  # digits in a cell
_AROUND = 4  # at most that many times the image is shown on each side of it
_PALE = tint(INPUT, 0.14)


@dataclass(frozen=True)
class Image:
    """The image in a square that also holds the padding its cells look into."""

    sight: Sight
    x: float
    y: float
    side: float = _SIDE

    def marks(self) -> Iterator[Mark]:
        size = (self.sight.stack.size,) * 2
        yield Label(self.x, self.y - 20, f"Image {times(size)}", 14, deep(INPUT), bold=True)
        yield from self._cells() if self._numbered else self._raster()
        yield from self._outlines()
        yield from legend(self._entries, self.x, self.y + self.side + 20)

    @property
    def legend_height(self) -> float:
        """The room that the legend needs below the square."""
        return 10 + LINE * len(self._entries)

    @cached_property
    def _shown(self) -> range:
        """The rows, and the columns, that are shown; those outside the image lie in the padding.

        They hold the fields of the first and the last cell, so that the scale stays when the
        learner moves from cell to cell.
        """
        size, field = self.sight.stack.size, self.sight.stack.field
        corners = [(index, index) for index in (0, self.sight.stack.sizes[-1] - 1)]
        boxes = [field.box(cell) for cell in corners if field.reads_anything(cell)]
        ends = [(0, size - 1), *chain(*boxes), *(self.sight.box or ())]
        first = max(min(first for first, _ in ends), -_AROUND * size)
        return range(first, min(max(last for _, last in ends), (_AROUND + 1) * size - 1) + 1)

    @property
    def _cell(self) -> float:
        return self.side / len(self._shown)

    @property
    def _numbered(self) -> bool:
        return self._cell >= _NUMBERS

    def _place(self, index: int) -> float:
        """How far a row or column lies from the square's edge."""
        return clamp(index - self._shown.start, 0, len(self._shown)) * self._cell

    # Few cells: each with its number

    def _cells(self) -> Iterator[Mark]:
        shown, size, most = self._shown, self.sight.stack.size, self.sight.most
        values = [[self._paths(r, c) for c in shown] for r in shown]
        fills = [[magnitude(v / most) if v else _PALE for v in row] for row in values]
        short = len(str(round(most))) <= _LONGEST
        outside = {
            (r - shown.start, c - shown.start)
            for r in shown
            for c in shown
            if not (0 <= r < size and 0 <= c < size)
        }
        texts = [[v if short and v else None for v in row] for row in values]
        yield Grid(texts, fills, self.x, self.y, self._cell, hatched=outside)

    def _paths(self, row: int, column: int) -> float:
        paths = self.sight.rows.get(row, 0) * self.sight.columns.get(column, 0)
        return paths if isinstance(paths, int) else float(paths)

    # Many cells: one image of them all

    def _raster(self) -> Iterator[Mark]:
        size = self.sight.stack.size
        x, y = self.x + self._place(0), self.y + self._place(0)
        length = size * self._cell
        if length < self.side - 0.5:
            yield Hatching(self.x, self.y, self.side, self.side)
        yield Box(x, y, length, length, _PALE, radius=0)
        if self.sight.seen:
            yield self._heat()
        if self._cell >= _LINES:
            yield lattice(x, y, size, self._cell)

    def _heat(self) -> Raster:
        rows, columns = self.sight.rows, self.sight.columns
        top, bottom, left, right = min(rows), max(rows), min(columns), max(columns)
        tallest, widest = max(rows.values()), max(columns.values())
        down = [float(rows.get(r, 0) / tallest) for r in range(top, bottom + 1)]
        across = [float(columns.get(c, 0) / widest) for c in range(left, right + 1)]
        return Raster(
            self.x + self._place(left), self.y + self._place(top),
            len(across) * self._cell, len(down) * self._cell,
            heat_png(product_levels(down, across)),
        )  # fmt: skip

    # What is drawn over the cells

    def _outlines(self) -> Iterator[Mark]:
        if self.sight.seen:
            yield Line(self._core_border(), SKY, 2.5)
        if self.sight.box:
            (top, bottom), (left, right) = self.sight.box
            x, y = self._place(left), self._place(top)
            width, height = self._place(right + 1) - x, self._place(bottom + 1) - y
            yield Box(self.x + x, self.y + y, width, height, stroke=FOCUS, stroke_width=3, radius=3)

    def _core_border(self) -> list[tuple[float, float]]:
        """Around the pixels that hold most paths."""
        columns = sorted(self.sight.columns.items(), key=lambda item: -item[1])
        weights = [-across for _, across in columns]
        firsts = [*accumulate((column for column, _ in columns), min)]
        lasts = [*accumulate((column for column, _ in columns), max)]
        ends = []
        for row, down in sorted(self.sight.rows.items()):
            inside = bisect_right(weights, -self.sight.core.least / float(down))
            if inside:
                ends.append((row, firsts[inside - 1], lasts[inside - 1] + 1))
        cell, (x, y) = self._cell, (self.x + self._place(0), self.y + self._place(0))
        return [(x + column * cell, y + row * cell) for column, row in border(ends)]

    # What the signs mean

    @cached_property
    def _entries(self) -> list[Entry]:
        sight = self.sight
        if not sight.box:
            return []
        cut = ", cut off here" if any(map(self._is_cut, sight.box)) else ""
        entries = [Entry(box_sign, f"the receptive field: {times(sight.span)} pixels{cut}")]
        if sight.seen:
            entries.append(Entry(heat_sign, _scale(sight.most)))
            entries.append(Entry(core_sign, "95 % of the paths begin inside this line"))
        if len(self._shown) > sight.stack.size:
            entries.append(Entry(padding_sign, "outside the image: padded zeros"))
        return entries

    def _is_cut(self, ends: Pair) -> bool:
        return ends[0] < self._shown.start or ends[1] >= self._shown.stop


def _scale(most: float) -> str:
    if most == 1:
        return "one path from each pixel that is seen"
    return f"paths from a pixel, up to {paths_in_words(most)}"
