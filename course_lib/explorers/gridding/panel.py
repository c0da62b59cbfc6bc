"""Beside the map: span against coverage, the hybrid rule against the truth, and the cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.pictures.hatching import Hatching
from course_lib.pictures.marks import Box, Label, Mark
from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    KERNEL,
    LINE,
    MUTED,
    OUTPUT,
    deep,
    magnitude,
)

from ..legend import Entry, heat_sign, legend, padding_sign
from ..words import times
from .coverage import Coverage
from .words import percent, rule_in_words, verdict, where

WIDTH = 300.0
_BAR = 18.0


@dataclass(frozen=True)
class Panel:
    """Numbers with bars, from the corner (x, y) down."""

    coverage: Coverage
    place: int
    x: float
    y: float

    @property
    def height(self) -> float:
        """The room that it needs."""
        return self._legend + 70.0

    @property
    def _legend(self) -> float:
        """How far down the legend begins: a causal stack is none for the rule."""
        return 226.0 if self.coverage.causal else 330.0

    def marks(self) -> Iterator[Mark]:
        yield from self._covered(self.y)
        yield from self._cost(self.y + 104)
        if not self.coverage.causal:
            yield from self._rule(self.y + 216)
        yield from legend(self._entries, self.x, self.y + self._legend)

    def _title(self, y: float, text: str) -> Label:
        return Label(self.x, y, text, 14, INK, bold=True)

    def _covered(self, y: float) -> Iterator[Mark]:
        """The span as a hatched bar, what is read of it as a filled one."""
        seen = self.coverage
        sides = (str(seen.span),) if seen.causal else (times((seen.span, seen.span)),)
        power = 1 if seen.causal else 2
        yield self._title(y + 8, f"Span {sides[0]}, {percent(seen.share)} of it read")
        yield Hatching(self.x, y + 26, WIDTH, _BAR)
        yield Box(self.x, y + 26, WIDTH * seen.share, _BAR, OUTPUT, radius=0)
        yield Box(self.x, y + 26, WIDTH, _BAR, stroke=MUTED, radius=0)
        text = f"{seen.covered**power:,} of {seen.span**power:,} places"
        if not seen.causal:
            text += f"; in a row {seen.covered} of {seen.span}"
        yield Label(self.x, y + 58, text, 12.5)

    def _cost(self, y: float) -> Iterator[Mark]:
        """Weights of the stack and of one kernel with the same span."""
        seen = self.coverage
        one = str(seen.span) if seen.causal else times((seen.span, seen.span))
        yield self._title(y + 8, "Weights, one channel in, one out")
        longest = max(seen.weights, seen.weights_of_one)
        rows = (("these layers", seen.weights, KERNEL), (f"one kernel of {one}",
                                                         seen.weights_of_one, LINE))  # fmt: skip
        for number, (name, weights, colour) in enumerate(rows):
            top = y + 24 + 34 * number
            yield Label(self.x, top + 6, f"{name}: {weights:,}", 12.5)
            yield Box(self.x, top + 16, max(2.0, WIDTH * weights / longest), 9, colour, radius=0)

    def _rule(self, y: float) -> Iterator[Mark]:
        """What the hybrid rule says, and what is so."""
        yield self._title(y + 8, "The hybrid rule, and the truth")
        says, truth, right = verdict(self.coverage)
        yield Label(self.x, y + 32, rule_in_words(self.coverage), 12.5)
        yield Label(self.x, y + 54, f"The rule says: {says}.", 12.5, deep(INPUT))
        colour = deep(OUTPUT) if right else deep(FOCUS)
        text = f"The truth: {truth}." if right else f"The truth: {truth}. Here the rule is wrong."
        yield Label(self.x, y + 76, text, 12.5, colour, bold=True)

    @property
    def _entries(self) -> list[Entry]:
        most = self.coverage.most ** (1 if self.coverage.causal else 2)
        entries = [Entry(heat_sign, f"paths to a place, up to {most:,}")]
        if most == 1:
            entries = [Entry(_single_sign, "one path to each place")]
        if self.coverage.share < 1:
            entries.append(Entry(padding_sign, "holes: no path, never read"))
        return [*entries, Entry(_place_sign, f"the place {where(self.place)}")]


def _single_sign(x: float, y: float) -> Mark:
    return Box(x, y - 8, 66, 16, magnitude(1), radius=0)


def _place_sign(x: float, y: float) -> Mark:
    return Box(x + 25, y - 8, 16, 16, stroke=FOCUS, stroke_width=2.5, radius=2)
