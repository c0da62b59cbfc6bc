"""The box that one output sees in the plane: path counts where it reads, hatched where not."""

from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.pictures.grid import Grid
from course_lib.pictures.hatching import Hatching
from course_lib.pictures.marks import Box, Mark
from course_lib.pictures.palette import FOCUS, PAPER, magnitude
from course_lib.pictures.raster import Raster, heat_png, levels

from ..outline import lattice
from .coverage import Coverage
from .graph import NUMBERS

_LINES = 5.0  # a cell of that side has room for lines around it


@dataclass(frozen=True)
class Plane:
    """The box with its corner at (x, y), in cells of that side; ``place`` is marked in row 0."""

    coverage: Coverage
    place: int
    x: float
    y: float
    cell: float

    def marks(self) -> Iterator[Mark]:
        first, _ = self.coverage.ends
        if self.cell >= NUMBERS:
            yield self._cells()
        else:
            yield from self._raster()
        side = max(self.cell, 6.0)
        column, row = ((at - first + 0.5) * self.cell - side / 2 for at in (self.place, 0))
        yield Box(self.x + column, self.y + row, side, side, stroke=FOCUS, stroke_width=2.5,
                  radius=2)  # fmt: skip

    @property
    def _counts(self) -> list[list[int]]:
        (first, last), line = self.coverage.ends, self.coverage.line
        along = [line.get(place, 0) for place in range(first, last + 1)]
        return [[down * across for across in along] for down in along]

    def _cells(self) -> Grid:
        """Few cells: each with its number."""
        counts, most = self._counts, self.coverage.most**2
        return Grid(
            [[number or None for number in row] for row in counts],
            [[magnitude(number / most) if number else PAPER for number in row] for row in counts],
            self.x, self.y, self.cell,
            {(r, c) for r, row in enumerate(counts) for c, number in enumerate(row) if not number},
        )  # fmt: skip

    def _raster(self) -> Iterator[Mark]:
        """Many cells: one image of them all, the holes left open."""
        side, most = self.cell * self.coverage.span, self.coverage.most**2
        yield Hatching(self.x, self.y, side, side)
        rows = [levels(number / most for number in row) for row in self._counts]
        yield Raster(self.x, self.y, side, side, heat_png(rows))
        if self.cell >= _LINES:
            yield lattice(self.x, self.y, self.coverage.span, self.cell)
