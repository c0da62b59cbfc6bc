"""The picture of one signal in every padding mode, and of what a kernel makes of each."""

from dataclasses import dataclass, replace

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Bow, Box, Label, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, LINE, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture

from ..layout import MARGIN, cell_side
from .picture import frame, padded_grid, rounded, shifted
from .worked import CLIPPED, MODES, Bordered, Kernel

_HEAD, _NAMES, _BETWEEN = 42.0, 92.0, 44.0  # room for titles, for names, between the columns
_BOW = 24.0  # how high the bows over a row rise at most
_LEGEND = 300.0  # how wide the line below the title is


@dataclass(frozen=True)
class _Place:
    """Where cell 0 of the signals and of the results stands, and how large cells are."""

    signals: float
    results: float
    cell: float


def draw_signal(signal: Bordered, kernel: Kernel, name: str, column: int) -> Picture:
    """One signal in all modes, one below the other; the chosen one has dark bows.

    ``column`` is the chosen cell of the chosen mode, counted from the first real cell.
    """
    length, padding = signal.size[1], signal.padding[1]
    most = max(1, padding)  # a clipped kernel gives a result for every cell even without padding
    cell = cell_side(2 * (length + padding + most) - 2, 1, room=800, most=34)
    left = MARGIN + _NAMES
    right = left + max(cell * (length + 2 * padding), _LEGEND) + _BETWEEN
    place = _Place(left + padding * cell, right + (most - 1) * cell, cell)
    marks = _titles(f"A signal of {length} cells, padded by {padding}", f"After the {name}",
                    left, right)  # fmt: skip
    width = right + max(cell * (length + 2 * most - 2), 190)
    pitch = _BOW + cell + 10
    for number, mode in enumerate(MODES):
        row, top = replace(signal, mode=mode), MARGIN + _HEAD + number * pitch
        chosen = mode == signal.mode
        if chosen:
            marks.append(Box(MARGIN - 10, top, width - MARGIN + 20, pitch, tint(KERNEL, 0.12),
                             radius=8))  # fmt: skip
        middle = top + _BOW + cell / 2 + 2
        marks.append(Label(MARGIN, middle, mode, 13, INK if chosen else MUTED, bold=chosen))
        if row.problem:
            marks.append(Label(left, middle, _too_wide(row), 12, MUTED))
        else:
            marks += _row(row, kernel, place, top + _BOW + 2, column if chosen else None)
    return Picture(width + MARGIN, MARGIN + _HEAD + len(MODES) * pitch + MARGIN, tuple(marks))


def _titles(before: str, after: str, left: float, right: float) -> list[Mark]:
    y = MARGIN + 4
    return [
        Label(left, y, before, 14, deep(INPUT), bold=True),
        Label(left, y + 20, "hatched: padding, with an arrow from its source", 12, MUTED),
        Label(right, y, after, 14, deep(OUTPUT), bold=True),
        Label(right, y + 20, "framed: read no padding", 12, MUTED),
    ]


def _too_wide(row: Bordered) -> str:
    most = row.size[1] - (row.mode == "reflect")
    return f"a padding of {row.padding[1]} is too wide: {most} at most"


def _row(row: Bordered, kernel: Kernel, place: _Place, y: float, chosen: int | None) -> list[Mark]:
    """The padded signal with its bows, and what the kernel makes of it."""
    start, first = row.positions[1].start, row.centres(kernel)[1].start
    outlined = {} if chosen is None or row.mode == CLIPPED else {(0, chosen): FOCUS}
    cells = padded_grid(row, place.cell, outlined)
    cells = replace(cells, x=place.signals + start * place.cell, y=y)
    values = rounded(row.results(kernel))
    results = Grid(
        values, tinted(values, OUTPUT), place.results + first * place.cell, y, place.cell
    )
    return [
        *_bows(row, place, y, chosen),
        cells,
        *frame(cells, range(1), shifted(range(row.size[1]), start), INPUT),
        results,
        *frame(results, range(1), shifted(row.inner(kernel)[1], first), deep(OUTPUT)),
    ]


def _bows(row: Bordered, place: _Place, y: float, chosen: int | None) -> list[Mark]:
    """An arrow from each repeated cell; that of the chosen one is drawn last."""
    border = [column for column in row.positions[1] if not row.inside((0, column))]
    sources = {column: row.source((0, column)) for column in border}
    return [
        Bow(
            *((place.signals + (at + 0.5) * place.cell, y - 1) for at in (source[1], column)),
            rise=min(_BOW - 4, 6 + 2 * abs(source[1] - column)),
            colour=_bow_colour(chosen, column),
            width=2 if column == chosen else 1.5,
        )
        for column, source in sorted(sources.items(), key=lambda item: item[0] == chosen)
        if source is not None
    ]


def _bow_colour(chosen: int | None, column: int) -> str:
    if chosen is None:
        return LINE
    return FOCUS if column == chosen else MUTED
