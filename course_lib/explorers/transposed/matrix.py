"""The matrix of a convolution, transposed: one row of the output as a product.

Along one axis a convolution is a matrix C, a row of it for each cell that it puts out. The
transposed convolution multiplies with that matrix on its side; nothing is inverted. A row of a
2-D output adds a few such products: one for each input row that stamps onto it.
"""

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.palette import FOCUS, INPUT, KERNEL, MUTED, OUTPUT, SKY, deep, tint
from course_lib.pictures.picture import Picture

from ..layout import Panel, cell_side, side_by_side
from ..numbers import small_value, stamp_value
from ..words import times
from .parts import with_caption
from .worked import Upsampled

Matrix = list[list[int | None]]


def matrix(worked: Upsampled) -> Matrix:
    """What the inputs that feed the chosen row are multiplied with; None is a 0.

    A row for each column of the output; from left to right a block of columns for each (input row,
    kernel row) pair of the chosen output row.
    """
    return [
        [
            {index: stamp_value(down, across) for index, across in taps}.get(column)
            for _, down in worked.rows_read
            for column in range(worked.size)
        ]
        for taps in worked.along
    ]


def draw(worked: Upsampled) -> Picture:
    """C, and its transpose times the input rows, which is the output row."""
    if not worked.rows_read:
        return _nothing(worked)
    tall, (row, chosen) = matrix(worked), worked.cell
    wide = [list(line) for line in zip(*tall, strict=True)]
    inputs = [[small_value(index, c)] for index, _ in worked.rows_read for c in range(worked.size)]
    outputs = [[value] for value in worked.outputs[row]]
    used = [c for c, weight in enumerate(tall[chosen]) if weight is not None]
    panels = (
        (f"C, the convolution: {_shape(wide)}", MUTED, wide, _blocks(wide, worked, True), []),
        (f"C transposed: {_shape(tall)}", deep(KERNEL), tall, _blocks(tall, worked, False),
         [(chosen, c) for c in used]),
        ("input", deep(INPUT), inputs, tinted(inputs, INPUT), [(c, 0) for c in used]),
        (f"output row {row}", deep(OUTPUT), outputs, tinted(outputs, OUTPUT), [(chosen, 0)]),
    )  # fmt: skip
    side = _side(worked)
    drawn = [
        Panel(title, colour, Grid(values, fills, cell=side, outlined=dict.fromkeys(cells, FOCUS)))
        for title, colour, values, fills, cells in panels
    ]
    return with_caption(side_by_side(drawn, ("→", "×", "=")), _caption(worked))


def _shape(values: Matrix) -> str:
    return times((len(values), len(values[0])))


def _side(worked: Upsampled) -> float:
    """The side of a cell, with which both matrices fit."""
    across = worked.size * len(worked.rows_read)
    columns, rows = worked.length + across + 2, max(worked.length, across)
    return cell_side(columns, rows, room=640, most=34)


def _blocks(values: Matrix, worked: Upsampled, lying: bool) -> list[list[str]]:
    """Fill colours of a matrix: weights by size, empty cells by the block that they are in."""
    fills = tinted(values, KERNEL)
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            if value is None:
                block = (r if lying else c) // worked.size
                fills[r][c] = (tint(INPUT, 0.05), tint(SKY, 0.13))[block % 2]
    return fills


def _nothing(worked: Upsampled) -> Picture:
    """The output row that no input row reaches."""
    zeros = [worked.outputs[worked.cell[0]]]
    grid = Grid(zeros, tinted(zeros, OUTPUT), cell=cell_side(worked.length, 1),
                crossed={(0, c) for c in range(worked.length)})  # fmt: skip
    title = f"Output row {worked.cell[0]}: no stamp gets here, all of it is 0"
    return side_by_side([Panel(title, deep(OUTPUT), grid)])


def _caption(worked: Upsampled) -> list[str]:
    row, pairs = worked.cell[0], worked.rows_read
    plural = "s" if len(pairs) > 1 else ""
    inputs, kernels = (", ".join(map(str, numbers)) for numbers in zip(*pairs, strict=True))
    blocks = f"kernel row{plural} {kernels} with input row{plural} {inputs}"
    return [
        f"Output row {row} alone, so that it is 1-D. It comes from {blocks}."
        f"{' A block of columns for each.' if plural else ''}",
        f"In C transposed each column holds a kernel row, {worked.stride} lower than the column "
        "before it. Empty: 0.",
        "Too many cells for numbers: the darker, the more." if _side(worked) < 15 else "",
    ]
