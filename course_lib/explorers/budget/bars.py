"""The goals of a puzzle as live bars: what was found against its limit, and whether that is met."""

from collections.abc import Iterator, Sequence

from course_lib.pictures.hatching import Hatching
from course_lib.pictures.marks import Box, Dot, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, LINE, OUTPUT, PAPER, deep, tint

from .puzzle import EXACTLY, Goal
from .words import verdict

ROW = 28.0
_NAME, _BAR, _LENGTH, _FOUND, _WANTED = 28.0, 152.0, 104.0, 358.0, 370.0
_LIMIT = 0.7  # where along the bar the limit stands
_HIGH = 12.0


def bars(goals: Sequence[Goal], x: float, y: float) -> Iterator[Mark]:
    """A row a goal, from the top left corner (x, y) on."""
    for number, goal in enumerate(goals):
        middle = y + ROW * (number + 0.5)
        yield from sign(goal.met, x + 9, middle)
        yield Label(x + _NAME, middle, goal.name, 13, INK, bold=True)
        yield from _bar(goal, x + _BAR, middle)
        sense = "" if goal.sense == EXACTLY else f"{goal.sense} "
        shade = deep(OUTPUT if goal.met else FOCUS)
        yield Label(x + _FOUND, middle, goal.shown, 12.5, INK, bold=True, anchor="end")
        yield Label(x + _WANTED, middle, f"{sense}{goal.wanted}: {verdict(goal)}", 12, shade)


def sign(met: bool, x: float, y: float) -> Iterator[Mark]:
    """A tick in a full disc, or a cross in an empty ring, with its middle at (x, y)."""
    if met:
        yield Dot(x, y, 8.5, deep(OUTPUT))
        yield Line([(x - 3.6, y), (x - 0.9, y + 2.9), (x + 3.9, y - 2.9)], PAPER, 2)
        return
    yield Dot(x, y, 7.8, PAPER, FOCUS, 1.5)
    for slope in (-3.5, 3.5):
        yield Line([(x - 3.5, y - slope), (x + 3.5, y + slope)], FOCUS, 2)


def _bar(goal: Goal, x: float, y: float) -> Iterator[Mark]:
    """As long as what was found; hatched where it is not what is wanted; the limit as a line."""
    if goal.sense == EXACTLY:
        return
    top, limit = y - _HIGH / 2, x + _LIMIT * _LENGTH
    length = max(2.0, min(goal.found / goal.limit * _LIMIT, 1.0) * _LENGTH)
    yield Box(x, top, _LENGTH, _HIGH, tint(LINE, 0.5), radius=2)
    if goal.met:
        yield Box(x, top, length, _HIGH, OUTPUT, radius=2)
    else:
        yield Hatching(x, top, length, _HIGH)
        yield Box(x, top, length, _HIGH, stroke=FOCUS, stroke_width=1.5, radius=2)
    yield Line([(limit, top - 4), (limit, top + _HIGH + 4)], INK, 2)
