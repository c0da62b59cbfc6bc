"""The picture of the channels explorer: the wires on the left, their numbers on the right.

Rows are level: an output channel's map, its row of the weight tensor, its bias and its value.
"""

from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Box, Label, Mark, Wires
from course_lib.pictures.palette import FOCUS, KERNEL, LINE, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture

from ..layout import MARGIN
from .columns import columns
from .worked import MAP, Mixing

_HEAD = 58.0  # title, detail and channel numbers above a column


def draw(mixing: Mixing) -> Picture:
    """Draw all channels of a layer, and the filter of the chosen output channel."""
    wanted = columns(mixing)
    middle = MARGIN + _HEAD + max(column.grid.height for column in wanted) / 2
    x, placed = MARGIN, []
    for column in wanted:
        placed.append(column.placed(x, middle))
        x += column.width + column.room
    inputs, outputs, weight, patches, *rest = (column.grid for column in placed)
    marks = (
        *_wires(mixing, inputs, outputs),
        *(mark for column in placed for mark in column.marks()),
        *_windows(mixing, inputs),
        *_pixels(mixing, outputs),
        *_chosen(mixing, weight, patches, *rest),
        *_indices(mixing, inputs, outputs, weight),
    )
    return Picture(x - placed[-1].room + MARGIN, 2 * middle - _HEAD, marks)


def _wires(mixing: Mixing, inputs: Grid, outputs: Grid) -> list[Mark]:
    """A line from each input channel to each output channel that reads it, the chosen ones last."""
    left, right = inputs.x + inputs.width + 4, outputs.x - 4
    ends = {
        output: [
            ((left, _level(inputs, channel)), (right, _level(outputs, output)))
            for channel in range(mixing.layer.in_channels)
        ]
        for output in range(mixing.layer.out_channels)
    }
    chosen = ends.pop(mixing.chosen)
    others = [pair for pairs in ends.values() for pair in pairs]
    return [Wires(others, LINE, 1.3), Wires(chosen, KERNEL, 2.6)]


def _windows(mixing: Mixing, inputs: Grid) -> list[Mark]:
    """Where the kernel lies on the input maps."""
    first, side = mixing.window[0], mixing.side
    return [
        _frame(inputs, (channel * MAP + first, first), side, side, KERNEL, 2)
        for channel in range(mixing.layer.in_channels)
    ]


def _pixels(mixing: Mixing, outputs: Grid) -> list[Mark]:
    """The pixel that is worked out in each output map, and a frame round the chosen map."""
    dot = outputs.cell / MAP
    marks: list[Mark] = []
    for channel in range(mixing.layer.out_channels):
        x, y = outputs.centre((channel, 0))
        marks.append(Box(x - dot / 2, y - dot / 2, dot, dot, tint(OUTPUT, 0.75), radius=1))
    return [*marks, _frame(outputs, (mixing.chosen, 0), 1, 1, FOCUS, 3)]


def _chosen(mixing: Mixing, weight: Grid, patches: Grid, *rest: Grid) -> list[Mark]:
    """Frames round the chosen filter, what it is multiplied with, its bias and its output."""
    side, channels = mixing.side, mixing.layer.in_channels
    return [
        _frame(weight, (mixing.chosen * side, 0), side, side * channels, KERNEL, 3),
        _frame(patches, (0, 0), side * channels, side, KERNEL, 3),
        *(_frame(bias, (mixing.chosen, 0), 1, 1, KERNEL, 3) for bias in rest[:-1]),
        _frame(rest[-1], (mixing.chosen, 0), 1, 1, FOCUS, 3),
    ]


def _indices(mixing: Mixing, inputs: Grid, outputs: Grid, weight: Grid) -> list[Mark]:
    """The numbers of the channels, beside the maps and above the weight's columns."""
    marks: list[Mark] = []
    for channel in range(mixing.layer.in_channels):
        first, last = (channel * weight.block, (channel + 1) * weight.block - 1)
        x = (weight.centre((0, first))[0] + weight.centre((0, last))[0]) / 2
        y, number = _level(inputs, channel), str(channel)
        marks.append(Label(x, weight.y - 10, number, 11, MUTED, anchor="middle"))
        marks.append(Label(inputs.x - 8, y, number, 11, MUTED, anchor="end"))
    for channel in range(mixing.layer.out_channels):
        x, y = outputs.x + outputs.width + 8, _level(outputs, channel)
        chosen = channel == mixing.chosen
        marks.append(Label(x, y, str(channel), 12, deep(FOCUS) if chosen else MUTED, bold=chosen))
    return marks


def _level(grid: Grid, channel: int) -> float:
    """The y of a channel's row."""
    first, last = channel * grid.block, (channel + 1) * grid.block - 1
    return (grid.centre((first, 0))[1] + grid.centre((last, 0))[1]) / 2


def _frame(grid: Grid, cell: tuple[int, int], rows: int, columns: int, colour: str,
           width: float) -> Box:  # fmt: skip
    """A frame round some cells, from this one on."""
    x0, y0 = grid.centre(cell)
    x1, y1 = grid.centre((cell[0] + rows - 1, cell[1] + columns - 1))
    half = grid.cell / 2 + width / 2
    across, down = x1 - x0 + 2 * half, y1 - y0 + 2 * half
    corner = min(4.0, half / 3)
    return Box(x0 - half, y0 - half, across, down, "none", colour, width, corner)
