"""The pair at one output pixel, a channel a row: window, kernel, number, share, sum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Label, Line, Mark, Wires, numeral
from course_lib.pictures.palette import FOCUS, INPUT, KERNEL, LINE, MUTED, OUTPUT, deep
from course_lib.pictures.picture import Picture

from ..layout import MARGIN
from ..words import count, times
from .words import shape
from .worked import Flow

_HEAD, _ROOM, _APART, _INDEX = 58.0, 34.0, 14.0, 16.0
_LETTER = 7.0  # the width of a letter of a column's lines, generously
_MOST_ROWS, _HIGH, _WIDE, _LEGIBLE = 4, 420.0, 400.0, 18.0
_SINGLE = 34.0  # the cell of a number that stands alone

Numbers = list[list[int]]


def draw(flow: Flow) -> Picture:
    """Draw the numbers; channels for which there is no room are added up in one line."""
    height, width = flow.layers.kernel_size
    rows = shown_channels(flow)
    cell = min(29.0, (_HIGH / rows - _APART) // height, _WIDE // (3 * width))
    pitch = max(height * cell, _SINGLE) + _APART
    levels = [MARGIN + _HEAD + (row + 0.5) * pitch - _APART / 2 for row in range(rows)]
    middle = (levels[0] + levels[-1]) / 2
    marks = [Label(MARGIN, y, str(row), 12, MUTED) for row, y in enumerate(levels)]
    x = MARGIN + _INDEX
    for column in _columns(flow, rows):
        placed = replace(column, x=x, levels=levels if column.each else [middle], cell=cell)
        marks += placed.marks()
        x += placed.width + _ROOM
        if column.sign == "Σ":
            marks.append(_gathered(placed, levels, middle))
        if not column.each:  # what follows is another way to the same number
            marks.append(Line(((x, MARGIN), (x, levels[-1] + pitch / 2)), LINE, 1))
            x += _ROOM
    below = levels[-1] + pitch / 2
    if rows < flow.layers.in_channels:
        marks.append(Label(MARGIN, below + 8, _rest(flow, rows), 13, MUTED))
        below += 24
    return Picture(x - _ROOM + MARGIN, below + MARGIN - _APART / 2, tuple(marks))


def shown_channels(flow: Flow) -> int:
    """As many channels as have room for legible numbers."""
    height = flow.layers.kernel_size[0]
    room = int(_HIGH // (_LEGIBLE * height + _APART))
    return min(flow.layers.in_channels, _MOST_ROWS, max(1, room))


@dataclass(frozen=True)
class _Column:
    """Grids below each other, one for each level, with two lines above and a sign behind."""

    title: str
    detail: str
    colour: str
    grids: Sequence[Grid]
    sign: str = ""
    each: bool = True  # a grid for each channel; else one for all
    x: float = 0
    cell: float = 29.0
    levels: Sequence[float] = ()

    @property
    def width(self) -> float:
        return max(self._drawn[0].width, _LETTER * max(len(self.title), len(self.detail)))

    @property
    def _drawn(self) -> list[Grid]:
        """The grids in their size: single numbers keep theirs."""
        return [
            grid if len(grid.values) == len(grid.values[0]) == 1 else replace(grid, cell=self.cell)
            for grid in self.grids
        ]

    def marks(self) -> list[Mark]:
        """What is drawn: the lines, the grids, the sign at each level."""
        middle = self.x + self.width / 2
        title = Label(middle, MARGIN + 6, self.title, 14, deep(self.colour), True, "middle")
        drawn: list[Mark] = [
            title,
            Label(middle, MARGIN + 26, self.detail, 12, MUTED, anchor="middle"),
        ]
        for grid, y in zip(self._drawn, self.levels, strict=True):
            drawn.append(replace(grid, x=middle - grid.width / 2, y=y - grid.height / 2))
            if self.sign not in ("", "Σ"):
                after = self.x + self.width + _ROOM / 2
                drawn.append(Label(after, y, self.sign, 20, MUTED, anchor="middle"))
        return drawn


def _columns(flow: Flow, rows: int) -> list[_Column]:
    """From the windows to the sum, then the filter that does the same at once."""
    layers, channels = flow.layers, range(rows)
    depthwise, pointwise = layers.pair

    def numbers(value: Callable[[int], int], colour: str) -> list[Grid]:
        return [_grid([[value(channel)]], colour, cell=_SINGLE) for channel in channels]

    output = _grid([[flow.output]], OUTPUT, cell=_SINGLE + 6, outlined={(0, 0): FOCUS})
    return [
        _Column("Input", f"{times(layers.kernel_size)} window", INPUT,
                [_window(flow, c) for c in channels], "⊛"),
        _Column("Depthwise", shape(depthwise), KERNEL,
                [_grid(flow.kernel(c), KERNEL) for c in channels], "="),
        _Column("Seen", "one number each", INPUT, numbers(flow.looked, INPUT), "×"),
        _Column("Pointwise", f"row {flow.chosen}", KERNEL, numbers(flow.share, KERNEL), "="),
        _Column("Mixed", "added up", OUTPUT, numbers(flow.part, OUTPUT), "Σ"),
        _Column("Output", f"channel {flow.chosen}", OUTPUT, [output], each=False),
        _Column("At once", "a normal filter", KERNEL,
                [_grid(flow.filter(c), KERNEL) for c in channels]),
    ]  # fmt: skip


def _grid(values: Numbers, colour: str, **settings) -> Grid:
    return Grid(values, tinted(values, colour), **settings)


def _window(flow: Flow, channel: int) -> Grid:
    """What the taps read of a channel; padding is hatched."""
    padding = {
        (r, c)
        for r, row in enumerate(flow.places)
        for c, place in enumerate(row)
        if not flow.inside(place)
    }
    return _grid(flow.window(channel), INPUT, hatched=padding)


def _gathered(column: _Column, levels: Sequence[float], middle: float) -> Mark:
    """Wires from the parts to the output that they are added up to."""
    start = column.x + column.width / 2 + _SINGLE / 2 + 4
    end = column.x + column.width + _ROOM + 4
    return Wires([((start, y), (end, middle)) for y in levels], KERNEL, 1.5)


def _rest(flow: Flow, rows: int) -> str:
    rest = range(rows, flow.layers.in_channels)
    added = sum(flow.part(channel) for channel in rest)
    return f"… and {count(len(rest), 'more channel')}, which add {numeral(added)} to the output"
