"""The layer table of the workbench: one row a layer, and its field as a bar that grows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from course_lib.geometry import LayerRow
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, deep, tint

from ..words import times
from .sight import Sight
from .words import growth, layer_name

_ROW, _HEAD, _GAP, _LETTER, _BAR = 22.0, 30.0, 16.0, 6.9, 120.0
_TEXT = 12.5


@dataclass(frozen=True)
class Table:
    """The table of a stack, as wide as its words need."""

    sight: Sight

    @property
    def height(self) -> float:
        return _HEAD + _ROW * len(self._lines)

    @property
    def width(self) -> float:
        return self._edges[-1] + _GAP + _BAR

    def marks(self, x: float, y: float) -> Iterator[Mark]:
        """The table with its top left corner there."""
        yield from self._texts(x, y + 8, self._headings, MUTED)
        yield Line([(x, y + 22), (x + self.width, y + 22)], LINE, 1)
        for number, cells in enumerate(self._lines):
            yield from self._texts(x, y + _HEAD + _ROW * (number + 0.5), cells, INK)
        yield from self._bars(x + self._edges[-1] + _GAP, y)

    @cached_property
    def _rows(self) -> tuple[LayerRow, ...]:
        return self.sight.stack.table.rows

    @cached_property
    def _dilated(self) -> bool:
        return any(row.dilation and max(row.dilation) > 1 for row in self._rows)

    @property
    def _headings(self) -> tuple[str, ...]:
        adds = "adds (k−1)·d·j↑" if self._dilated else "adds (k−1)·j↑"
        names = ("layer", "kernel", "stride", "dilation", "output", "jump j", adds, "field")
        return tuple(self._kept(names))

    @cached_property
    def _lines(self) -> list[tuple[str, ...]]:
        """The rows as text, the image first."""
        side = self.sight.stack.size
        lines = [tuple(self._kept(("image", "", "", "", times((side, side)), "1", "", "1")))]
        earlier = (None, *self._rows)
        for number, (row, before) in enumerate(zip(self._rows, earlier, strict=False), start=1):
            layer = self.sight.stack.layers[number - 1]
            field = f"≤ {row.receptive_field[0]}" if row.varies else str(row.receptive_field[0])
            cells = (
                f"{number}  {layer_name(layer)}", *map(_one, (row.kernel_size, row.stride)),
                _one(row.dilation), times(row.output_size), str(row.jump[0]),
                growth(layer, row, before), field,
            )  # fmt: skip
            lines.append(tuple(self._kept(cells)))
        return lines

    def _kept(self, cells: tuple[str, ...]) -> Iterator[str]:
        """The cells without the dilation, where no layer has one."""
        return (cell for place, cell in enumerate(cells) if place != 3 or self._dilated)

    @cached_property
    def _edges(self) -> list[float]:
        """Where each column ends."""
        edges, edge = [], 0.0
        for column in zip(self._headings, *self._lines, strict=True):
            edge += max(map(len, column)) * _LETTER + (_GAP if edges else 0)
            edges.append(edge)
        return edges

    def _texts(self, x: float, y: float, cells: tuple[str, ...], colour: str) -> Iterator[Mark]:
        for place, (cell, edge) in enumerate(zip(cells, self._edges, strict=True)):
            last = place == len(cells) - 1
            shade = deep(FOCUS) if last and colour == INK else colour
            if place == 0:
                yield Label(x, y, cell, _TEXT, shade)
            elif cell:
                yield Label(x + edge, y, cell, _TEXT, shade, bold=last, anchor="end")

    def _bars(self, x: float, y: float) -> Iterator[Mark]:
        """The field behind each layer; what the layer has added is darker."""
        size = self.sight.stack.size
        fields = [1, *(row.receptive_field[0] for row in self._rows)]
        scale = _BAR / max(size, *fields)
        edge = x + size * scale
        for number, (field, before) in enumerate(zip(fields, [0, *fields], strict=False)):
            top = y + _HEAD + _ROW * number + 4
            kept = min(before, field) * scale
            yield Box(x, top, kept, _ROW - 8, tint(FOCUS, 0.3), radius=1)
            if field > before:
                width = max(field * scale - kept, 0.8)
                yield Box(x + kept, top, width, _ROW - 8, FOCUS, radius=1)
        yield Line([(edge, y + 22), (edge, y + self.height)], INPUT, 1.5, dashed=True)
        yield Label(x + _BAR, y + 8, f"dashed: image {size}", 11.5, deep(INPUT), anchor="end")


def _one(pair: tuple[int, int] | None) -> str:
    return str(pair[0]) if pair else "–"
