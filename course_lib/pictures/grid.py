"""A grid of numbered cells: the picture of a feature map, a kernel, or a table of counts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from .marks import numeral, short
from .palette import HATCH, HATCHED, INPUT, MUTED, PAPER, ink_on, magnitude, tint

Cell = tuple[int, int]
Value = float | str | None

_GAP = 2  # white between two cells
_SMALLEST_WITH_NUMBERS = 15


def tinted(values: Sequence[Sequence[Value]], colour: str = INPUT) -> list[list[str]]:
    """Fill colours: white for 0, up to a clear tint of `colour` for the largest magnitude."""
    top = max((abs(v) for row in values for v in row if isinstance(v, (int, float))), default=0)
    return [
        [tint(colour, 0.1 + 0.42 * abs(v) / top if isinstance(v, (int, float)) and top else 0.1)
         for v in row]
        for row in values
    ]  # fmt: skip


def heat(values: Sequence[Sequence[Value]]) -> list[list[str]]:
    """Fill colours on the cividis scale, 0 to the largest value; None stays white."""
    top = max((v for row in values for v in row if isinstance(v, (int, float))), default=0)

    def fill(value: Value) -> str:
        return magnitude(value / top if top else 0) if isinstance(value, (int, float)) else PAPER

    return [[fill(value) for value in row] for row in values]


@dataclass(frozen=True)
class Grid:
    """Cells with what is written in them, row by row, from the corner (x, y).

    ``values`` holds numbers, short texts, or None for an empty cell; numbers are left out where a
    cell is too small to read them. ``fills`` gives each cell's colour. ``hatched`` cells are
    padding, pale unless they are ``copied`` from a cell; ``crossed`` ones are read by nobody;
    ``outlined`` maps cells to the colour of a thick outline, drawn last. With ``block``, a white
    strip of width ``apart`` follows every so many rows and columns.
    """

    values: Sequence[Sequence[Value]]
    fills: Sequence[Sequence[str]]
    x: float = 0
    y: float = 0
    cell: float = 34
    hatched: Collection[Cell] = frozenset()
    copied: Collection[Cell] = frozenset()
    crossed: Collection[Cell] = frozenset()
    outlined: Mapping[Cell, str] = field(default_factory=dict)
    block: int = 0
    apart: float = 0

    @property
    def width(self) -> float:
        """How wide it is drawn."""
        return self._length(len(self.values[0])) if self.values else 0

    @property
    def height(self) -> float:
        """How high it is drawn."""
        return self._length(len(self.values))

    def centre(self, cell: Cell) -> tuple[float, float]:
        """The middle (x, y) of a cell, for arrows that begin or end there."""
        x, y = self._corner(cell)
        return x + 0.5 * self.cell, y + 0.5 * self.cell

    def svg(self) -> str:
        return self._areas() + self._hatching() + self._crosses() + self._texts() + self._outlines()

    def _corner(self, cell: Cell) -> tuple[float, float]:
        return self.x + self._start(cell[1]), self.y + self._start(cell[0])

    def _start(self, index: int) -> float:
        return index * self.cell + (index // self.block * self.apart if self.block else 0)

    def _length(self, cells: int) -> float:
        return self._start(cells - 1) + self.cell if cells else 0

    def _pale(self, cell: Cell) -> bool:
        return cell in self.hatched and cell not in self.copied

    def _areas(self) -> str:
        """One path a colour; a stroke of the same colour rounds the corners."""
        round_by = min(6.0, self.cell / 5)
        inner = self.cell - _gap(self.cell) - round_by
        start = (_gap(self.cell) + round_by) / 2
        squares: dict[str, list[str]] = defaultdict(list)
        for r, row in enumerate(self.fills):
            for c, fill in enumerate(row):
                x, y = self._corner((r, c))
                colour = HATCHED if self._pale((r, c)) else fill
                squares[colour].append(f"M{short(x + start)} {short(y + start)}h{short(inner)}"
                                       f"v{short(inner)}h-{short(inner)}z")  # fmt: skip
        return "".join(
            f'<path d="{"".join(parts)}" fill="{fill}" stroke="{fill}" '
            f'stroke-width="{short(round_by)}" stroke-linejoin="round"/>'
            for fill, parts in squares.items()
        )

    def _hatching(self) -> str:
        gap = _gap(self.cell) + 1
        near, middle, far = gap, self.cell / 2, self.cell - gap
        half = middle - gap
        lines = []
        for cell in sorted(self.hatched):  # two lines that leave the middle to the number
            x, y = self._corner(cell)
            lines.append(_stroke(x + near, y + middle, half, -half))
            lines.append(_stroke(x + middle, y + far, half, -half))
        return _stroked(lines, HATCH, 1.5)

    def _crosses(self) -> str:
        lines, near, far = [], 0.3 * self.cell, 0.7 * self.cell
        for cell in sorted(self.crossed):
            x, y = self._corner(cell)
            lines.append(_stroke(x + near, y + near, far - near, far - near))
            lines.append(_stroke(x + far, y + near, near - far, far - near))
        return _stroked(lines, MUTED, 1.5)

    def _texts(self) -> str:
        if self.cell < _SMALLEST_WITH_NUMBERS:
            return ""
        words = [[_word(value) for value in row] for row in self.values]
        longest = max((len(word) for row in words for word in row), default=1)
        size = min(13.0, 0.42 * self.cell, 1.45 * (self.cell - 3) / max(longest, 1))
        groups: dict[str, list[str]] = defaultdict(list)
        for r, row in enumerate(words):
            for c, word in enumerate(row):
                if not word or (r, c) in self.crossed:
                    continue
                x, y = self.centre((r, c))
                colour = MUTED if self._pale((r, c)) else ink_on(self.fills[r][c])
                groups[colour].append(
                    f'<text x="{short(x)}" y="{short(y + 0.36 * size)}">'
                    f"{escape(word, quote=False)}</text>"
                )
        return "".join(
            f'<g font-size="{short(size)}" text-anchor="middle" fill="{colour}">'
            f"{''.join(texts)}</g>"
            for colour, texts in groups.items()
        )

    def _outlines(self) -> str:
        side = self.cell - 1
        corner = short(min(5.0, self.cell / 5))
        width = short(min(3.0, max(1.5, self.cell / 9)))
        return "".join(
            f'<rect x="{short(x + 0.5)}" y="{short(y + 0.5)}" width="{short(side)}" '
            f'height="{short(side)}" rx="{corner}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"/>'
            for cell, colour in self.outlined.items()
            for x, y in [self._corner(cell)]
        )


def _gap(cell: float) -> float:
    return min(_GAP, cell / 8)


def _word(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else numeral(value)


def _stroke(x: float, y: float, right: float, down: float) -> str:
    return f"M{short(x)} {short(y)}l{short(right)} {short(down)}"


def _stroked(lines: list[str], colour: str, width: float) -> str:
    if not lines:
        return ""
    return f'<path d="{"".join(lines)}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
