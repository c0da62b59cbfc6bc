"""The picture of the rule report: the network as a strip, three costs as bars, rules as rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from textwrap import shorten

from course_lib.assignment.points import DILATED
from course_lib.assignment.rows import PASSED, Row
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, LINE, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture

from .network import (
    BLIND,
    EXTRA,
    GAP,
    HALF,
    ORDINARY,
    SEPARABLE,
    Judged,
    Layer,
    Settings,
    plan,
    pool,
)  # fmt: skip

WIDTH, MARGIN = 860.0, 28.0
FEWER_THAN, MORE_THAN = 200_000, 44  # the brief's limits on parameters and receptive field

_STRIP, _FIELDS = 120.0, 188.0  # the middle of the strip, and the numbers below it
_BARS, _ROWS, _ROW = 224.0, 298.0, 37.0
_GAP, _BETWEEN = 5.0, 24.0  # between two boxes, and between two blocks
_LEAD, _BOXES = 64.0, 570.0  # room at the left of the strip, and for its boxes


def draw(settings: Settings, found: Judged) -> Picture:
    """Draw the network of these settings and what the rules say of it."""
    marks = [*_strip(settings, found), *_legend(), *_bars(found), *_rules(found)]
    return Picture(WIDTH, _ROWS + _ROW * len(found.rows) + 10, tuple(marks))


def _strip(settings: Settings, found: Judged) -> Iterator[Mark]:
    """One box a convolution, as high as its map, with its channels and the field behind it."""
    yield Label(MARGIN, _STRIP, "channels", 12, MUTED)
    yield Label(MARGIN, _FIELDS, "field", 12, MUTED)
    blocks = plan(settings)
    wide = min(44.0, _BOXES / sum(map(len, blocks)) - _GAP)
    x = MARGIN + _LEAD
    for number, layers in enumerate(blocks):
        middle = x + (len(layers) * (wide + _GAP) - _GAP) / 2
        yield Label(middle, 52, _title(found, number, len(layers)), 12, bold=True, anchor="middle")
        for place, layer in enumerate(layers):
            yield from _box(layer, *found.fields(number, place), x, wide)
            x += wide + _GAP
        if behind := pool(settings, number):
            yield Box(x, _STRIP - 28, 9, 56, tint(FOCUS, 0.25), FOCUS, radius=3)
            name = "max" if "Max" in type(behind).__name__ else "mean"
            yield Label(x + 4.5, _STRIP + 50, name, 11, deep(FOCUS), anchor="middle")
            x += 3
        x += _BETWEEN
    gap = settings.head == GAP
    colour = INPUT if gap else FOCUS
    yield Box(x, _STRIP - 18, 58, 36, tint(colour, 0.14), colour, dashed=not gap)
    yield Label(x + 29, _STRIP, "GAP" if gap else "flatten", 12, anchor="middle")


def _title(found: Judged, number: int, count: int) -> str:
    """A block with the side of its maps: "C1: 32 → 16"."""
    first, last = (found.fields(number, place)[1] for place in (0, count - 1))
    return f"C{number + 1}: {first} → {last}" if first != last else f"C{number + 1}: {last}x{last}"


def _box(layer: Layer, field: int, side: int, x: float, wide: float) -> Iterator[Mark]:
    high = 20 + 2 * side
    top = _STRIP - high / 2
    yield from _layer(layer.kind, x, top, wide, high)
    left = 0 if layer.kind == ORDINARY else 8
    size = 12 if wide >= 36 else 10.5
    yield Label(x + (wide + left) / 2, _STRIP, str(layer.out_channels), size, anchor="middle")
    notes = [f"d{layer.dilation}"] * (layer.dilation > 1) + ["s2"] * (layer.stride > 1)
    yield Label(x + wide / 2, top - 8, " ".join(notes), 11, bold=True, anchor="middle")
    colour = deep(OUTPUT) if field > MORE_THAN else MUTED
    yield Label(x + wide / 2, _FIELDS, str(field), 12, colour, anchor="middle")


def _layer(kind: str, x: float, y: float, wide: float, high: float) -> Iterator[Mark]:
    """An ordinary convolution is one box; a grouped one and its 1x1 are a narrow and a wide one."""
    if kind == ORDINARY:
        yield Box(x, y, wide, high, tint(KERNEL, 0.3), KERNEL)
        return
    wrong = kind in (HALF, BLIND)
    colour = FOCUS if wrong else INPUT
    yield Box(x, y, wide, high, tint(colour, 0.12), colour, dashed=wrong)
    yield Box(x + 2, y + 2, 6, high - 4, tint(colour, 0.6), radius=2)


def _legend() -> Iterator[Mark]:
    """What the boxes mean, at the top right."""
    yield Label(MARGIN, 26, "The network", 14, bold=True)
    x = 318.0
    for kind, words, wide in (
        (ORDINARY, "ordinary", 96), (SEPARABLE, "depthwise, then 1x1", 168),
        (HALF, "not depthwise", 0),
    ):  # fmt: skip
        yield from _layer(kind, x, 19, 20, 14)
        yield Label(x + 26, 26, words, 12, MUTED)
        x += wide
    yield Label(WIDTH - MARGIN, 26, "d dilation, s stride", 12, MUTED, anchor="end")


@dataclass(frozen=True)
class _Bar:
    """A number on a scale; it may run past the end. ``right`` is None where there is no limit."""

    title: str
    share: float
    right: bool | None = None
    ticks: tuple[tuple[float, str], ...] = ()

    def marks(self, x: float, wide: float) -> Iterator[Mark]:
        colour = {True: OUTPUT, False: FOCUS, None: INPUT}[self.right]
        top = _BARS + 12
        yield Label(x, _BARS, self.title, 13, bold=True)
        yield Box(x, top, wide, 14, tint(LINE, 0.5), radius=3)
        yield Box(x, top, wide * min(max(self.share, 0.01), 1), 14, tint(colour, 0.6), radius=3)
        if self.share > 1:
            yield Label(x + wide - 6, top + 7, "»", 14, bold=True, anchor="end")
        for place, words in self.ticks:
            at = x + wide * place
            heavy = self.right is not None
            yield Line([(at, top - 3 * heavy), (at, top + 17)], INK if heavy else MUTED, 1 + heavy)
            yield Label(at, top + 27, words, 11, MUTED, anchor="end" if place == 1 else "middle")


def _bars(found: Judged) -> Iterator[Mark]:
    """Parameters and receptive field against their limits, and the work on a scale of tens."""
    count, macs = found.table.parameters, found.table.macs
    field = min(found.table.receptive_field)
    tens = ((0.25, "1 M"), (0.5, "10 M"), (0.75, "100 M"), (1, "1 G"))
    bars = (
        _Bar(f"{count:,} parameters", count / (2 * FEWER_THAN), count < FEWER_THAN,
             ((0.5, f"fewer than {FEWER_THAN:,}"),)),
        _Bar(f"receptive field {field}", field / (3 * MORE_THAN), field > MORE_THAN,
             ((1 / 3, f"more than {MORE_THAN}"),)),
        _Bar(f"{macs / 1e6:.1f} million MACs", log10(macs / 1e5) / 4, ticks=tens),
    )  # fmt: skip
    wide = (WIDTH - 2 * MARGIN - 2 * 36) / 3
    for number, bar in enumerate(bars):
        yield from bar.marks(MARGIN + number * (wide + 36), wide)


def _rules(found: Judged) -> Iterator[Mark]:
    yield Line([(MARGIN, _ROWS - 16), (WIDTH - MARGIN, _ROWS - 16)], LINE, 1)
    for number, (name, row) in enumerate(found.rows.items()):
        y = _ROWS + _ROW * number
        yield from _rule(row, y) if name != EXTRA else _extra(row, found, y)


def _rule(row: Row, y: float) -> Iterator[Mark]:
    passed = row.state == PASSED
    sign, colour = ("✓", OUTPUT) if passed else ("✗", FOCUS)
    yield from _line(y, sign, "passed" if passed else "failed", deep(colour), row.rule, row)


def _extra(row: Row, found: Judged, y: float) -> Iterator[Mark]:
    """The extra points, which ask for dilation in place of strides and pooling, and a field."""
    earned = all(found.rows[rule].state == PASSED for rule in DILATED.rules)
    sign, word, colour = ("✓", "+200", deep(OUTPUT)) if earned else ("–", "open", MUTED)
    yield from _line(y, sign, word, colour, "extra: no stride", row)


def _line(y: float, sign: str, word: str, colour: str, name: str, row: Row) -> Iterator[Mark]:
    """A sign and a word, the rule, what was found and, where it did not pass, was expected."""
    yield Label(MARGIN, y + 4, sign, 16, colour, bold=True)
    yield Label(MARGIN + 20, y + 4, word, 13, colour, bold=True)
    yield Label(MARGIN + 84, y + 4, name, 13, bold=True)
    yield Label(MARGIN + 246, y + 4, shorten(row.found, 78, placeholder=" …"), 12.5)
    if row.state != PASSED:
        words = shorten(f"expected: {row.expected}", 90, placeholder=" …")
        yield Label(MARGIN + 246, y + 19, words, 12, MUTED)
