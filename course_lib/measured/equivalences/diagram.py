"""The upper half of the picture: from what both ways begin with, box by box, to what comes out."""

from collections.abc import Iterator, Mapping

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, MUTED, PAPER, deep, tint

from .compare import Compared, shape_of
from .pair import LETTERS, Pair, Step
from .words import Exposed, exposed_of

WIDTH = 880.0
MIDDLE, LEFT, RIGHT = WIDTH / 2, 196.0, WIDTH - 196.0  # of the picture and of its two columns
_TOP, _SOURCE_WIDTH, _SOURCE_HEIGHT = 24.0, 160.0, 46.0
_BOX_WIDTH, _BOX_HEIGHT, _ARROW = 336.0, 48.0, 34.0
_FIRST = _TOP + _SOURCE_HEIGHT + 32  # the top of the first box
_CHIP_WIDTH, _CHIP_HEIGHT, _CHIPS = 40.0, 26.0, 48.0  # a variant's letter; from one to the next
_WEIGHT = 124.0  # the most that the weight in the middle takes
_LEAST = 2  # as many rows of boxes stand beside it


def diagram(pair: Pair, letter: str, seen: Compared, exposed: Exposed) -> Iterator[Mark]:
    """Source, letters of the variants, a weight, and both chains, down to ``bottom_of`` them."""
    yield from _source(pair, seen)
    yield from _weight(pair, seen)
    left, right = (column - _BOX_WIDTH / 2 for column in (LEFT, RIGHT))
    yield Label(left, _TOP + 10, "One way", 14, deep(INPUT), bold=True)
    yield Label(right + 24, _TOP + 10, "The other way", 14, deep(INPUT), bold=True)
    gone = exposed_of(pair, exposed)
    for number, name in enumerate(LETTERS):
        x = right + _BOX_WIDTH - _CHIPS * (len(LETTERS) - number) + _CHIPS - _CHIP_WIDTH
        yield from _chip(x, name, name == letter, name in gone)
    shown, bottom = _shown(seen), bottom_of(pair, letter)
    for middle, steps in ((LEFT, pair.one_steps), (RIGHT, pair.steps(letter))):
        yield from _chain(middle, steps, shown, bottom)


def bottom_of(pair: Pair, letter: str) -> float:
    """Where the last arrows end."""
    rows = max(_LEAST, len(pair.one_steps), len(pair.steps(letter)))
    return _FIRST + rows * (_BOX_HEIGHT + _ARROW)


def _source(pair: Pair, seen: Compared) -> Iterator[Mark]:
    """What both ways begin with, and the ways from it to the columns."""
    left, middle = MIDDLE - _SOURCE_WIDTH / 2, _TOP + _SOURCE_HEIGHT / 2
    yield Box(left, _TOP, _SOURCE_WIDTH, _SOURCE_HEIGHT, tint(INPUT, 0.16), INPUT)
    yield Label(MIDDLE, middle - 10, pair.source, 14, INK, bold=True, anchor="middle")
    shape = shape_of(seen.values[pair.source])
    yield Label(MIDDLE, middle + 10, shape, 12, INK, anchor="middle", mono=True)
    for edge, column in ((left, LEFT), (left + _SOURCE_WIDTH, RIGHT)):
        y = middle + 14
        yield Line([(edge, y), (column, y), (column, _FIRST - 2)], MUTED, arrow=True)


def _weight(pair: Pair, seen: Compared) -> Iterator[Mark]:
    """A kernel or a matrix, in the middle: there it is seen to be symmetric, or to have blocks."""
    values = seen.value(pair.weight).tolist()
    cell = min(26.0, _WEIGHT / max(len(values), len(values[0])))
    x = MIDDLE - cell * len(values[0]) / 2
    yield Label(MIDDLE, _FIRST + 6, pair.weight, 12, INK, anchor="middle", mono=True)
    yield Grid(values, tinted(values, KERNEL), x, _FIRST + 20, cell)


def _chip(x: float, name: str, chosen: bool, gone: bool) -> Iterator[Mark]:
    """The letter of a variant: thick if it is the chosen one, with a ≠ once it is exposed."""
    y = _TOP - 3
    fill, ink = (tint(FOCUS, 0.16), deep(FOCUS)) if gone else (PAPER, INK)
    line, width = (ink, 2.5) if chosen else (MUTED, 1)
    yield Box(x, y, _CHIP_WIDTH, _CHIP_HEIGHT, fill, line, width)
    text = f"{name} ≠" if gone else name
    middle = x + _CHIP_WIDTH / 2, y + _CHIP_HEIGHT / 2
    yield Label(*middle, text, 14, ink, bold=chosen, anchor="middle")


class _Shown(dict):
    """What a box's text shows for the names of the lines; for one that was never reached, a «?»."""

    def __missing__(self, name: str) -> str:
        return "?"


def _shown(seen: Compared) -> Mapping[str, str]:
    return _Shown({name: shape_of(value) for name, value in seen.values.items()})


def _chain(
    middle: float, steps: tuple[Step, ...], shown: Mapping[str, str], bottom: float
) -> Iterator[Mark]:
    """Boxes from the top down; the arrow of the last one goes on to the bottom."""
    for number, step in enumerate(steps):
        top = _FIRST + number * (_BOX_HEIGHT + _ARROW)
        yield Box(middle - _BOX_WIDTH / 2, top, _BOX_WIDTH, _BOX_HEIGHT, tint(KERNEL, 0.14), KERNEL)
        yield Label(middle, top + 16, step.title, 13.5, INK, bold=True, anchor="middle")
        detail = step.detail.format_map(shown)
        yield Label(middle, top + 34, detail, 12.5, INK, anchor="middle")
        end = bottom if step is steps[-1] else top + _BOX_HEIGHT + _ARROW
        yield Line([(middle, top + _BOX_HEIGHT), (middle, end - 2)], MUTED, arrow=True)
        yield Label(middle + 14, end - _ARROW / 2 - 2, shown[step.result], 12, INK, mono=True)
