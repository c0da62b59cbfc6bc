"""The layer table of the game: sizes and fields, and what each layer takes of the budget."""

from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.geometry import LayerRow
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import INK, KERNEL, LINE, MUTED, tint

from .standing import Standing, shape_text
from .words import layer_name, layer_settings

ROW, HEAD = 23.0, 30.0
_EDGES = (0.0, 150.0, 508.0, 560.0, 634.0, 726.0, 868.0)  # where columns begin, or end if numbers
_HEADINGS = ("layer", "settings", "output", "jump", "field", "parameters", "MACs")
_NUMBERS = 2  # from that column on they are set to the right
_BAR = 50.0


@dataclass(frozen=True)
class Table:
    """The table of somebody's stack."""

    standing: Standing

    @property
    def height(self) -> float:
        return HEAD + ROW * len(self.standing.layers)

    def marks(self, x: float, y: float, width: float) -> Iterator[Mark]:
        """The table with its top left corner there."""
        yield from _texts(x, y + 8, _HEADINGS, MUTED)
        yield Line([(x, y + 22), (x + width, y + 22)], LINE, 1)
        for number, row in enumerate(self.standing.table.rows):
            middle = y + HEAD + ROW * (number + 0.5)
            yield from _texts(x, middle, self._cells(number, row), INK)
            yield from self._shares(row, x, middle)

    def _cells(self, number: int, row: LayerRow) -> tuple[str, ...]:
        layer = self.standing.layers[number]
        field = f"≤ {row.receptive_field[0]}" if row.varies else str(row.receptive_field[0])
        return (
            f"{number + 1}  {layer_name(layer)}", layer_settings(layer),
            shape_text(row.output_shape), str(row.jump[0]), field,
            f"{row.parameters:,}" if row.parameters else "–", f"{row.macs:,}" if row.macs else "–",
        )  # fmt: skip

    def _shares(self, row: LayerRow, x: float, y: float) -> Iterator[Mark]:
        """What a layer takes of both budgets, as bars behind the numbers."""
        puzzle = self.standing.puzzle
        taken = ((row.parameters, puzzle.parameters), (row.macs, puzzle.macs))
        for edge, (part, budget) in zip(_EDGES[-2:], taken, strict=True):
            yield Box(x + edge + 8, y - 5, _BAR, 10, tint(LINE, 0.5), radius=1)
            if part:
                length = max(1.5, min(part / budget, 1) * _BAR)
                yield Box(x + edge + 8, y - 5, length, 10, KERNEL, radius=1)


def _texts(x: float, y: float, cells: tuple[str, ...], colour: str) -> Iterator[Mark]:
    for place, (cell, edge) in enumerate(zip(cells, _EDGES, strict=True)):
        anchor = "end" if place >= _NUMBERS else "start"
        yield Label(x + edge, y, cell, 12.5, colour, anchor=anchor)
