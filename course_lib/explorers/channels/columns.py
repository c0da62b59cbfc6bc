"""The columns of the channels picture: maps, weight, input, bias and output, level row by row."""

from dataclasses import dataclass, replace

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Label, Mark
from course_lib.pictures.palette import INPUT, KERNEL, MUTED, OUTPUT, deep, tint

from ..layout import cell_side
from ..numbers import channel_value
from ..words import count
from .worked import MAP, Mixing

_LETTER = 7.0  # the width of a letter of a column's lines, generously


@dataclass(frozen=True)
class _Rows:
    """The cells of the numbers, and how far apart the rows of the channels stand."""

    cell: float
    pitch: float

    @property
    def tile(self) -> float:
        """The side of a drawn map."""
        return min(self.pitch - 6, 49)

    def grid(self, values: list, fills: list, block: int) -> Grid:
        """Numbers in blocks, one block a channel."""
        apart = self.pitch - block * self.cell
        return Grid(values, fills, cell=self.cell, block=block, apart=apart)


@dataclass(frozen=True)
class Column:
    """A grid with two lines above it, and the sign and the room that follow it."""

    grid: Grid
    title: str
    detail: str
    colour: str
    sign: str = ""
    room: float = 36

    @property
    def width(self) -> float:
        return max(self.grid.width, _LETTER * max(len(self.title), len(self.detail)))

    def placed(self, x: float, middle: float) -> "Column":
        """The column with its grid centred where it belongs."""
        corner = x + (self.width - self.grid.width) / 2, middle - self.grid.height / 2
        return replace(self, grid=replace(self.grid, x=corner[0], y=corner[1]))

    def marks(self) -> list[Mark]:
        """What is drawn: the lines, the grid, the sign."""
        x, y = self.grid.x + self.grid.width / 2, self.grid.y
        after = x + (self.width + self.room) / 2, y + self.grid.height / 2
        drawn: list[Mark] = [
            Label(x, y - 46, self.title, 14, deep(self.colour), bold=True, anchor="middle"),
            Label(x, y - 28, self.detail, 12, MUTED, anchor="middle"),
            self.grid,
        ]
        if self.sign:
            drawn.append(Label(*after, self.sign, 22, MUTED, anchor="middle"))
        return drawn


def columns(mixing: Mixing) -> list[Column]:
    """Input and output maps, then weight, input, bias, if any, and output in numbers."""
    layer, rows = mixing.layer, _rows(mixing)
    inputs, outputs = (count(n, "channel") for n in (layer.in_channels, layer.out_channels))
    pointwise, bias = mixing.side == 1, f"({layer.out_channels},)"
    window = "one pixel" if pointwise else f"{mixing.side}x{mixing.side} window"
    biases = [mixing.bias(output) for output in range(layer.out_channels)]
    found = [
        Column(_maps(layer.in_channels, rows), "Input", inputs, INPUT, room=110),
        Column(_tiles(layer.out_channels, rows), "Output", outputs, OUTPUT, room=58),
        Column(_weight(mixing, rows), "Weight", str(layer.weight_shape), KERNEL,
               sign="×" if pointwise else "⊛"),
        Column(_patches(mixing, rows), "Input", window, INPUT, sign="+" if layer.bias else "="),
        Column(_singles(biases, KERNEL, rows), "Bias", bias, KERNEL, sign="="),
        Column(_singles(mixing.outputs, OUTPUT, rows), "Output", "one pixel", OUTPUT),
    ]  # fmt: skip
    return found if layer.bias else [*found[:4], found[5]]


def _rows(mixing: Mixing) -> _Rows:
    """The largest cells with which all columns fit a page."""
    side, apart = mixing.side, 6.0 if mixing.side == 1 else 10.0
    inputs, outputs = mixing.layer.in_channels, mixing.layer.out_channels
    most = max(inputs, outputs)
    high = 444 - apart * most
    cell = cell_side(side * (inputs + 1) + 2, side * most, 520, high, most=34 if side == 1 else 29)
    return _Rows(cell, side * cell + apart)


def _maps(channels: int, rows: _Rows) -> Grid:
    """The input maps, too small for numbers."""
    values = [
        [channel_value(channel, row, column) for column in range(MAP)]
        for channel in range(channels)
        for row in range(MAP)
    ]
    return replace(rows, cell=rows.tile / MAP).grid(values, tinted(values, INPUT), MAP)


def _tiles(channels: int, rows: _Rows) -> Grid:
    """The output maps, left empty: one pixel of each is worked out."""
    values = [[None]] * channels
    return replace(rows, cell=rows.tile).grid(values, [[tint(OUTPUT, 0.12)]] * channels, 1)


def _weight(mixing: Mixing, rows: _Rows) -> Grid:
    """The kernels as a matrix: an output channel a row, an input channel a column."""
    side, layer = mixing.side, mixing.layer
    kernels = [
        [mixing.kernel(output, channel) for channel in range(layer.in_channels)]
        for output in range(layer.out_channels)
    ]
    values = [
        [kernel[r][c] for kernel in row for c in range(side)]
        for row in kernels
        for r in range(side)
    ]
    return rows.grid(values, tinted(values, KERNEL), side)


def _patches(mixing: Mixing, rows: _Rows) -> Grid:
    """What the layer reads of each input channel."""
    channels = range(mixing.layer.in_channels)
    values = [row for channel in channels for row in mixing.patch(channel)]
    return rows.grid(values, tinted(values, INPUT), mixing.side)


def _singles(numbers: list[int], colour: str, rows: _Rows) -> Grid:
    """One number for each output channel."""
    values = [[number] for number in numbers]
    return replace(rows, cell=min(34, rows.pitch - 6)).grid(values, tinted(values, colour), 1)
