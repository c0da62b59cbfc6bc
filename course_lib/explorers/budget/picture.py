"""The picture of the game: the task, the goals as bars, the stack drawn small, the layer table."""

from collections.abc import Iterator, Mapping

from course_lib.geometry import Layer
from course_lib.pictures.marks import Box, Label, Line, Mark
from course_lib.pictures.palette import INK, LINE, MUTED, OUTPUT, SKY, deep, tint
from course_lib.pictures.picture import Picture, picture

from . import bars, maps
from .bars import sign
from .puzzles import PUZZLES
from .standing import Standing, shape_text
from .table import Table
from .words import layer_name, layer_settings

_MARGIN, _WIDTH = 28.0, 932.0
_TOP, _RIGHT = 82.0, 584.0  # of the bars; where the right half begins
_LINE = 22.0


def draw(standing: Standing, scores: Mapping[str, int], best: Standing, shown: bool) -> Picture:
    """Draw how a stack stands; ``best`` is the best known one, its layers ``shown`` or not."""
    left, right = _MARGIN, _MARGIN + _RIGHT
    table = Table(standing)
    high = _TOP + max(bars.ROW * len(standing.goals), maps.HEIGHT + 70)
    below = high + 22 + table.height + 14
    marks = (
        *_task(standing, left),
        *bars.bars(standing.goals, left, _TOP),
        *_score(standing, scores, best, right),
        *maps.maps(standing, right, _TOP + 70, _WIDTH - _RIGHT),
        Line([(left, high + 6), (left + _WIDTH, high + 6)], LINE, 1),
        *table.marks(left, high + 22, _WIDTH),
        *(_revealed(best, left, below) if shown else ()),
    )
    extra = 34 + _LINE * len(best.layers) if shown else 0
    return picture(_WIDTH + 2 * _MARGIN, below + extra + 14, marks)


def _task(standing: Standing, x: float) -> Iterator[Mark]:
    puzzle = standing.puzzle
    yield Label(x, 32, f"Puzzle {puzzle.name}", 16, INK, bold=True)
    yield Label(x, 56, puzzle.task, 13.5, INK)
    shapes = f"{shape_text(puzzle.image)} → {shape_text(puzzle.output)}"
    yield Label(x + _WIDTH, 56, f"{shapes} (channels, height, width)", 12.5, MUTED, anchor="end")


def _score(
    standing: Standing, scores: Mapping[str, int], best: Standing, x: float
) -> Iterator[Mark]:
    """The score, yours and the best known; and which puzzles are solved."""
    yield Box(x, _TOP, _WIDTH - _RIGHT, 58, tint(SKY, 0.12), radius=6)
    met = sum(goal.met for goal in standing.goals)
    score = standing.score
    said = f"{met} of {len(standing.goals)} goals met" if score is None else f"Score {score}"
    yield Label(x + 14, _TOP + 20, said, 15, deep(OUTPUT) if standing.met else INK, bold=True)
    mine = scores.get(standing.puzzle.name)
    yours = f"your best {mine}, " if mine is not None else ""
    yield Label(x + 14, _TOP + 42, f"{yours}best known {best.score}", 12.5, MUTED)
    for number, name in enumerate(PUZZLES):
        at = x + _WIDTH - _RIGHT - 20 - 24 * (len(PUZZLES) - 1 - number)
        yield from sign(name in scores, at, _TOP + 20) if name in scores else _open(number, at)
    solved = f"{len(scores)} of {len(PUZZLES)} solved"
    yield Label(x + _WIDTH - _RIGHT - 12, _TOP + 42, solved, 12.5, MUTED, anchor="end")


def _open(number: int, x: float) -> Iterator[Mark]:
    """A puzzle that waits: a ring with its number."""
    yield Box(x - 8, _TOP + 12, 16, 16, "none", MUTED, 1.2, radius=8)
    yield Label(x, _TOP + 20, str(number + 1), 10.5, MUTED, anchor="middle")


def _revealed(best: Standing, x: float, y: float) -> Iterator[Mark]:
    """The layers of the best known stack, to be rebuilt by hand."""
    title = f"The best known stack scores {best.score}. Its idea: {best.puzzle.idea}."
    yield Line([(x, y), (x + _WIDTH, y)], LINE, 1)
    yield Label(x, y + 20, title, 13, deep(OUTPUT), bold=True)
    for number, layer in enumerate(best.layers, start=1):
        text = f"{number}  {_described(layer)}"
        yield Label(x, y + 20 + _LINE * number, text, 12.5, INK)


def _described(layer: Layer) -> str:
    out = getattr(layer, "out_channels", None)
    to = f" to {out} channels" if out else ""
    return f"{layer_name(layer)}{to}: {layer_settings(layer)}"
