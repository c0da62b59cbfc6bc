"""The pictures of the padding explorer: an image with its border, and a row through layers.

Padding is hatched; where it repeats a cell it keeps that cell's colour. A frame holds what is real:
the cells of the map, and the results that were made of nothing else.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from course_lib.geometry import Pair
from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    KERNEL,
    MUTED,
    OUTPUT,
    PADDING,
    PAPER,
    deep,
)
from course_lib.pictures.picture import Picture

from ..layout import MARGIN, TITLE, Panel, cell_side, side_by_side
from ..words import times
from .worked import CLIPPED, Bordered, Kernel, Rows, through_layers, untouched


def rounded(values: Rows) -> list[list[float | int]]:
    """Values as they stand in cells: with one decimal, unless it is a 0."""
    return [[_rounded(value) for value in row] for row in values]


def _rounded(value: int | Fraction) -> float | int:
    number = round(float(value), 1)
    return int(number) if number == int(number) else number


def padded_grid(bordered: Bordered, cell: float, outlined: dict[Pair, str]) -> Grid:
    """The map with its border; ``outlined`` counts cells from the first real one."""
    rows, columns = bordered.positions
    places = {(r, c): (r - rows.start, c - columns.start) for r in rows for c in columns}
    border = [each for each in places if not bordered.inside(each)]
    values = bordered.padded
    return Grid(
        values, tinted(values, INPUT), cell=cell,
        hatched={places[each] for each in border},
        copied={places[each] for each in border if bordered.source(each)},
        outlined={places[each]: colour for each, colour in outlined.items()},
    )  # fmt: skip


def frame(grid: Grid, rows: range, columns: range, colour: str) -> list[Mark]:
    """A frame around some rows and columns of a grid; none where there are none."""
    if not rows or not columns:
        return []
    x, y = grid.x + columns.start * grid.cell, grid.y + rows.start * grid.cell
    width, height = len(columns) * grid.cell, len(rows) * grid.cell
    return [Box(x - 1, y - 1, width + 2, height + 2, stroke=colour, stroke_width=2)]


def shifted(places: range, by: int) -> range:
    """Positions as indices of a grid whose first index is the position ``by``."""
    return range(places.start - by, places.stop - by)


def draw_image(image: Bordered, kernel: Kernel, cell: Pair) -> Picture:
    """A padded image, the kernel, and what comes out; an arrow leads to the chosen padded cell."""
    results = rounded(image.results(kernel))
    rows, columns = image.positions
    side = cell_side(len(columns) + 3 + len(results[0]), len(rows), room=740, most=36)
    weights = [list(kernel.weights)] * kernel.height
    drawn = side_by_side(
        (
            Panel(_image_title(image), deep(INPUT), padded_grid(image, side, _ends(image, cell))),
            Panel("Kernel" if kernel.divisor == 1 else f"Kernel / {kernel.divisor}", deep(KERNEL),
                  Grid(weights, tinted(weights, KERNEL), cell=side)),
            Panel(f"Output {len(results)}x{len(results[0])}", deep(OUTPUT),
                  Grid(results, tinted(results, OUTPUT), cell=side)),
        ),
        signs=("⊛", "="),
    )  # fmt: skip
    before, _, after = (mark for mark in drawn.marks if isinstance(mark, Grid))
    starts = [places.start for places in image.positions]
    real = (shifted(range(n), by) for n, by in zip(image.size, starts, strict=True))
    inner = map(shifted, image.inner(kernel), [p.start for p in image.centres(kernel)])
    marks = [
        *frame(before, *real, INPUT),
        *frame(after, *inner, deep(OUTPUT)),
        *_way(image, before, cell),
        Label(MARGIN, drawn.height - 16, _legend(image), 12, MUTED),
    ]
    return replace(drawn, height=drawn.height + 14, marks=(*drawn.marks, *marks))


def _legend(image: Bordered) -> str:
    if image.mode == CLIPPED:
        return "frames: the image, and the results of the whole kernel"
    return "hatched: padding · frames: the image, and the results that read no padding"


def _image_title(image: Bordered) -> str:
    if image.mode == CLIPPED:
        return f"Image {times(image.size)}, not padded"
    return f"Image {times(image.size)}, padding {image.padding[0]}, {image.mode}"


def _ends(image: Bordered, cell: Pair) -> dict[Pair, str]:
    """The chosen cell, and the one that it repeats."""
    if image.mode == CLIPPED:
        return {}
    source = image.source(cell)
    return {cell: FOCUS} if source is None else {source: INPUT, cell: FOCUS}


def _way(image: Bordered, grid: Grid, cell: Pair) -> list[Mark]:
    """An arrow from a real cell to where it is repeated."""
    source = image.source(cell)
    if source is None or source == cell:
        return []
    top, left = (places.start for places in image.positions)
    (x0, y0), (x1, y1) = (grid.centre((r - top, c - left)) for r, c in (source, cell))
    share = grid.cell / 2 / max(abs(x1 - x0), abs(y1 - y0))
    across, down = (x1 - x0) * share, (y1 - y0) * share
    points = ((x0 + across, y0 + down), (x1 - across, y1 - down))
    return [Line(points, FOCUS, 2, arrow=True, opacity=0.6)]


def draw_layers(kernel: Kernel, name: str, mode: str, layers: int) -> Picture:
    """A constant row after each layer; what is not as it would be without a border is outlined."""
    steps = through_layers(kernel, mode, layers)
    values: list[list[float | None]] = [rounded(step.padded)[0] for step in steps]
    edge = int(mode != CLIPPED)
    if edge:
        values[-1] = [None, *values[-1][1:-1], None]
    border = {(step, c) for step in range(layers) for c in (0, len(values[0]) - 1) if edge}
    x, y = MARGIN + 118, MARGIN + TITLE
    grid = Grid(
        values, _step_fills(values), x, y, 44,
        hatched=border,
        copied=border if mode != "zeros" else frozenset(),
        outlined={
            (step, column + edge): PADDING
            for step in range(1, layers + 1)
            for column, same in enumerate(untouched(kernel, mode, step)) if not same
        },
    )  # fmt: skip
    names = ["the input", *(f"after layer {step}" for step in range(1, layers + 1))]
    bottom = y + grid.height + 18
    marks: list[Mark] = [
        Label(MARGIN, MARGIN + 4, f"Twelve equal cells; kernel: {name}; padding: {mode}", 14, INK,
              bold=True),
        *(Label(MARGIN, grid.centre((step, 0))[1], text, 13, MUTED)
          for step, text in enumerate(names)),
        grid,
        Box(x + 44 * edge + 1, bottom - 6, 12, 12, stroke=PADDING, stroke_width=2, radius=3),
        Label(x + 44 * edge + 20, bottom, "not what it would be without a border", 12, MUTED),
    ]  # fmt: skip
    return Picture(x + grid.width + MARGIN, bottom + MARGIN, tuple(marks))


def _step_fills(values: Sequence[Sequence[float | None]]) -> list[list[str]]:
    """The input in blue, what layers made of it in green, nothing where nothing is."""
    fills = [tinted(values, INPUT)[0], *tinted(values, OUTPUT)[1:]]
    return [
        [PAPER if value is None else fill for value, fill in zip(row, line, strict=True)]
        for row, line in zip(values, fills, strict=True)
    ]
