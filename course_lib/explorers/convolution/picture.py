"""The picture of the convolution explorer: padded input, kernel, output, side by side."""

from collections.abc import Container

from course_lib.geometry import Pair
from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.palette import FOCUS, INPUT, KERNEL, OUTPUT, deep
from course_lib.pictures.picture import Picture

from ..layout import Panel, cell_side, side_by_side
from ..numbers import input_value, kernel_value, rows_of
from ..words import times
from .worked import Worked


def draw(worked: Worked, all_outputs: bool = True) -> Picture:
    """Draw the layer on its input, with the connections of its cell.

    Without ``all_outputs``, only the outlined outputs show their value: the rest is to work out.
    """
    padded, kernel_size, out = _padded(worked), worked.layer.kernel_size, worked.output_size
    grids = (padded, kernel_size, out)
    side = cell_side(columns=sum(w for _, w in grids), rows=max(h for h, _ in grids))
    weights, fed = {}, {worked.cell: FOCUS}
    if worked.from_input:
        weights = {tap.weight: KERNEL for tap in worked.taps}
        fed = {tap.output: OUTPUT for tap in worked.taps}
    kernel = rows_of(kernel_value, *kernel_size)
    outputs = worked.outputs if all_outputs else _only(worked.outputs, fed)
    return side_by_side(
        (
            Panel(_input_title(worked), deep(INPUT), _image(worked, side)),
            Panel(
                f"Kernel {times(kernel_size)}", deep(KERNEL),
                Grid(kernel, tinted(kernel, KERNEL), cell=side, outlined=weights),
            ),
            Panel(
                f"Output {times(out)}", deep(OUTPUT),
                Grid(outputs, tinted(outputs, OUTPUT), cell=side, outlined=fed),
            ),
        ),
        signs=("⊛", "="),
    )  # fmt: skip


def _only(values: list[list[int]], cells: Container[Pair]) -> list[list[int | str]]:
    """The values of these cells, and question marks."""
    return [
        [value if (r, c) in cells else "?" for c, value in enumerate(row)]
        for r, row in enumerate(values)
    ]


def _padded(worked: Worked) -> Pair:
    height, width = (worked.size[axis] + sum(worked.layer.borders[axis]) for axis in (0, 1))
    return height, width


def _input_title(worked: Worked) -> str:
    borders = worked.layer.borders
    if borders == ((0, 0), (0, 0)):
        return f"Input {times(worked.size)}"
    if all(before == after == borders[0][0] for before, after in borders):
        return f"Input {times(worked.size)}, padding {borders[0][0]}"
    (top, bottom), (left, right) = borders
    return f"Input {times(worked.size)}, padded {top} + {bottom} high, {left} + {right} wide"


def _image(worked: Worked, side: float) -> Grid:
    """The input with its padding; what the cell reads is outlined."""
    (top, _), (left, _) = worked.layer.borders
    height, width = _padded(worked)
    cells = [(r - top, c - left) for r in range(height) for c in range(width)]
    inside = {(r, c) for r, c in cells if 0 <= r < worked.size[0] and 0 <= c < worked.size[1]}
    values = rows_of(
        lambda r, c: input_value(r - top, c - left) if (r - top, c - left) in inside else 0,
        height, width,
    )  # fmt: skip
    chosen = {worked.cell: FOCUS} if worked.from_input else dict.fromkeys(worked.window, KERNEL)
    return Grid(
        values,
        tinted(values, INPUT),
        cell=side,
        hatched={(r + top, c + left) for r, c in cells if (r, c) not in inside},
        crossed={(r + top, c + left) for r, c in worked.unread},
        outlined={(r + top, c + left): colour for (r, c), colour in chosen.items()},
    )
