"""The picture of the pixel-shuffle explorer: small maps on one side, large ones on the other.

For each large map there are r x r small ones, laid out as the places of a block are. So both sides
are equally large, and a block of the large map is a miniature of that layout.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

from course_lib.geometry import Shape
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Label, Line, Mark, Wires
from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture, picture

from ..layout import MARGIN, TITLE, cell_side
from ..words import count, times
from .worked import Cell, Moved

_HUES, _DEPTHS = (INPUT, KERNEL, OUTPUT), (0.18, 0.42, 0.66)  # of a place: by column, by row
_NAME, _APART, _BETWEEN = 18.0, 10.0, 96.0  # above a map; between maps; between the two sides
_WIDE, _HIGH, _LINE = 640.0, 440.0, 20.0
_NUMBERED = 300  # with more cells on a side the numbers are left out
_LONG_NAME = 66.0  # a map of that width has room for "channel 12"
_TITLED = 240.0  # and a side of that width for its title


@dataclass(frozen=True)
class _Side:
    """The maps of one side, all from the same left edge ``x``."""

    moved: Moved
    x: float
    cell: float
    large: bool

    @property
    def is_output(self) -> bool:
        return self.large != self.moved.unshuffles

    @property
    def shape(self) -> Shape:
        return self.moved.large_shape if self.large else self.moved.small_shape

    @cached_property
    def corners(self) -> list[tuple[float, float]]:
        """The corner of each map, in the order of the channels."""
        factor, (_, height, width) = self.moved.factor, self.moved.small_shape
        down, across = self.cell * height + _NAME, self.cell * width + _APART
        rows = [MARGIN + TITLE + _NAME + self.group * g for g in range(self.moved.large_shape[0])]
        if self.large:
            return [(self.x, y + (factor - 1) * _NAME / 2) for y in rows]
        places = [*product(range(factor), repeat=2)]
        return [(self.x + dx * across, y + dy * down) for y in rows for dy, dx in places]

    @property
    def group(self) -> float:
        """From the top of one large map's small maps to the top of the next one's."""
        return self.moved.factor * (self.cell * self.moved.small_shape[1] + _NAME) + _APART

    def grids(self) -> list[Grid]:
        """One grid a channel, the chosen cell and its block outlined."""
        moved, framed = self.moved, self._framed()
        channels, height, width = self.shape
        numbered = channels * height * width <= _NUMBERED
        grids = []
        for channel, (x, y) in enumerate(self.corners):
            rows = [[self.origin((channel, r, c)) for c in range(width)] for r in range(height)]
            values = [[moved.number(cell) if numbered else None for cell in row] for row in rows]
            fills = [[self._colour(cell) for cell in row] for row in rows]
            outlined = framed.get(channel, {})
            grids.append(Grid(values, fills, x, y, self.cell, outlined=outlined))
        return grids

    def _framed(self) -> dict[int, dict]:
        """The colour of each outline by channel and place, the chosen cell's last."""
        moved, framed = self.moved, {}
        cells = moved.siblings() if self.large else [*map(moved.small_of, moved.siblings())]
        for channel, *place in [*cells, self.chosen]:
            colour = FOCUS if [channel, *place] == [*self.chosen] else INK
            of_map = framed.setdefault(channel, {})
            of_map.pop(tuple(place), None)
            of_map[tuple(place)] = colour
        return framed

    @property
    def chosen(self) -> Cell:
        return self.moved.chosen_large if self.large else self.moved.chosen_small

    @property
    def level(self) -> float:
        """The y of the chosen cell's middle."""
        channel, row, _ = self.chosen
        return self.corners[channel][1] + (row + 0.5) * self.cell

    def strokes(self) -> Wires:
        """A stroke in the corner of each cell that another order has put there."""
        cells = self.moved.misplaced if self.is_output else ()
        near, far = 0.07 * self.cell, 0.36 * self.cell
        corners = [
            (self.corners[channel][0] + column * self.cell,
             self.corners[channel][1] + (row + 1) * self.cell)
            for channel, row, column in sorted(cells)
        ]  # fmt: skip
        return Wires([((x + near, y - far), (x + far, y - near)) for x, y in corners], INK, 1.5)

    def names(self) -> list[Mark]:
        """The number of each channel above its map."""
        width = self.cell * self.shape[2]
        word = "channel " if width >= _LONG_NAME else ""
        return [
            Label(x, y - 8, f"{word}{channel}", 11, INK if channel == self.chosen[0] else MUTED,
                  bold=channel == self.chosen[0])
            for channel, (x, y) in enumerate(self.corners)
        ]  # fmt: skip

    def origin(self, cell: Cell) -> Cell:
        """The input cell whose number stands in this one."""
        return self.moved.source(cell) if self.is_output else cell

    def _colour(self, origin: Cell) -> str:
        """By the place in a block that an input cell has in PyTorch's order."""
        channel, row, column = origin
        factor = self.moved.factor
        if self.moved.unshuffles:
            return tint(_HUES[column % factor], _DEPTHS[row % factor])
        return tint(_HUES[channel % factor], _DEPTHS[channel // factor % factor])


def draw(moved: Moved) -> Picture:
    """Draw input and output, and the way of the chosen number from one to the other."""
    factor, (groups, high, wide) = moved.factor, moved.large_shape
    room = _WIDE - 2 * (factor - 1) * _APART, _HIGH - groups * factor * _NAME
    cell = cell_side(2 * wide, groups * high, *room, most=36)
    across = max(wide * cell + (factor - 1) * _APART, _TITLED)
    left = _Side(moved, MARGIN, cell, large=moved.unshuffles)
    right = _Side(moved, MARGIN + across + _BETWEEN, cell, large=not moved.unshuffles)
    marks: list[Mark] = [_title(left, "Input", INPUT), _title(right, "Output", OUTPUT)]
    for side in (left, right):
        marks += [*side.names(), *side.grids()]
    marks.append(right.strokes())
    ends = ((right.x - _BETWEEN + 12, left.level), (right.x - 12, right.level))
    marks.append(Line(ends, FOCUS, 2.2, arrow=True))
    lines, bottom = _caption(moved), MARGIN + TITLE + _NAME + groups * left.group - _APART
    marks += [
        Label(MARGIN, bottom + 16 + _LINE * n, line, 12.5, MUTED) for n, line in enumerate(lines)
    ]
    return picture(right.x + across + MARGIN, bottom + _LINE * len(lines) + MARGIN, marks)


def _title(side: _Side, name: str, colour: str) -> Label:
    channels, *size = side.shape
    text = f"{name}: {count(channels, 'channel')} of {times((size[0], size[1]))}"
    return Label(side.x, MARGIN + 6, text, 14, deep(colour), bold=True)


def _caption(moved: Moved) -> list[str]:
    lines = [
        "Colour: the place in a block, by hue its column, by depth its row.",
        "Outlined: one block, and where its numbers lie; red: the chosen one.",
    ]
    if moved.misplaced:
        lines.append("A stroke in the corner: not the number that PyTorch puts there.")
    return lines
