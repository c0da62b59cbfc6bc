"""How one output comes to its places in a row: a level a map, a wire a tap."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Dot, Label, Mark, Wires
from course_lib.pictures.palette import FOCUS, INPUT, LINE, MUTED, OUTPUT, PAPER, deep, magnitude

from .coverage import Coverage

NUMBERS = 15.0  # a cell of that side has room for a number
HIGHEST = 26.0  # the cells of the row, where the span is short
_LEVEL = {False: 38.0, True: 62.0}  # from one map to the next, in the plane's picture and alone
_TOP = 14.0
_DOTS = 6.0  # in smaller cells, only the places on the way are marked


@dataclass(frozen=True)
class Graph:
    """The levels from the output down to the image, whose cells are ``cell`` wide from x on."""

    coverage: Coverage
    place: int
    x: float
    y: float
    cell: float

    @property
    def height(self) -> float:
        """From the top to the lower edge of the image's row."""
        return self._level(len(self.coverage.rates)) + self._row_height

    def marks(self) -> Iterator[Mark]:
        yield Wires([*self._wires()], LINE, 1.5)
        yield Wires([*self._wires_to_place()], FOCUS, 2.5)
        yield from self._dots()
        yield from self._labels()
        yield from self._row()

    @property
    def _row_height(self) -> float:
        return min(HIGHEST, max(self.cell, 12.0))

    def _level(self, number: int) -> float:
        """How far a level's dots lie below y; the image's is the upper edge of its row."""
        return _TOP + number * _LEVEL[self.coverage.causal]

    def _at(self, level: int, place: int) -> tuple[float, float]:
        first, _ = self.coverage.ends
        return self.x + (place - first + 0.5) * self.cell, self.y + self._level(level)

    def _wires(self) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        for level, line in enumerate(self.coverage.levels[:-1]):
            steps = self.coverage.steps(len(self.coverage.rates) - 1 - level)
            for place in line:
                for step in steps:
                    yield self._at(level, place), self._at(level + 1, place + step)

    @cached_property
    def _roads(self) -> list[list[int]]:
        """Where the paths to the chosen place pass, level by level."""
        ways = self.coverage.ways(self.place)
        return [[*accumulate(reversed(steps), initial=0)] for steps in ways]

    def _wires_to_place(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        pairs = {
            (level, road[level], road[level + 1])
            for road in self._roads
            for level in range(len(road) - 1)
        }
        return [(self._at(n, above), self._at(n + 1, below)) for n, above, below in sorted(pairs)]

    def _dots(self) -> Iterator[Mark]:
        radius = max(1.5, min(5.0, 0.3 * self.cell))
        for level, line in enumerate(self.coverage.levels[:-1]):
            passed = {road[level] for road in self._roads}
            for place in line if self.cell >= _DOTS else passed:
                fill = FOCUS if place in passed else OUTPUT if level == 0 else MUTED
                yield Dot(*self._at(level, place), radius + (level == 0), fill, PAPER)

    def _labels(self) -> Iterator[Mark]:
        left, rates = self.x - 16, self.coverage.rates
        yield Label(left, self.y + self._level(0), "output", 13, deep(OUTPUT), True, "end")
        for number, rate in enumerate(rates[::-1]):
            middle = self.y + (self._level(number) + self._level(number + 1)) / 2
            yield Label(left, middle, f"rate {rate}", 12.5, anchor="end")
        row = self.y + self._level(len(rates)) + self._row_height / 2
        yield Label(left, row, "input row", 13, deep(INPUT), True, "end")

    def _row(self) -> Iterator[Mark]:
        """The image's row: paths as numbers, holes hatched."""
        (first, last), line = self.coverage.ends, self.coverage.line
        top = self.y + self._level(len(self.coverage.rates))
        counts = [line.get(place) for place in range(first, last + 1)]
        fills = [magnitude(n / self.coverage.most) if n else PAPER for n in counts]
        holes = {(0, index) for index, number in enumerate(counts) if not number}
        yield Grid([counts], [fills], self.x, top, self.cell, holes,
                   outlined={(0, self.place - first): FOCUS})  # fmt: skip
