"""Explorer: the budget game, stacks of any layers that reach a goal within a budget."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from course_lib.geometry import Convolution, channels_read

from ..base import Change, Drawing, Event, Explorer, Question, State
from ..code import torch_stack
from ..controls import Button, Choice, LayerList, Number, Row
from ..receptive_field.words import recurrence
from .kinds import COLUMNS, KINDS, layers_of
from .padding import kept_padding
from .picture import draw
from .puzzles import PUZZLES
from .standing import Standing, best_of, standing_of
from .words import sentence, status

_LONGEST = 10  # layers
_FIRST = next(iter(PUZZLES))


@dataclass(frozen=True, kw_only=True)
class BudgetState(State):
    """The puzzle and the layers; what was left of other puzzles, and the best score of each.

    ``shown`` says whether the best known stack is laid open.
    """

    puzzle: str = _FIRST
    layers: tuple[Row, ...] = PUZZLES[_FIRST].start
    shown: bool = False
    left: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    scores: tuple[tuple[str, int], ...] = ()


def _read_by_two(groups: int) -> int:
    """The channels read behind two 1x1 layers of 64 channels in groups."""
    return channels_read([Convolution(64, 64, 1, groups=groups)] * 2, 64)


class BudgetExplorer(Explorer):
    """Reach a field, an output and a mixing of all channels within parameters, MACs and layers."""

    name = "budget"
    title = "The budget game"
    state_type: ClassVar[type[State]] = BudgetState
    controls = (
        Choice("puzzle", "puzzle", tuple(PUZZLES)),
        LayerList("layers", "layers", tuple((n, k.columns) for n, k in KINDS.items()), COLUMNS,
                  _LONGEST),
        Button("again", "begin this puzzle again"),
        Button("best", "show or hide the best known stack"),
    )  # fmt: skip
    question = Question(
        key="budget/two grouped layers in a row",
        text="Before you play: 64 channels pass a 1x1 layer in 8 groups, and then another one just "
        "like it. How many of the 64 input channels does an output channel read?",
        answer_control=Number("answer", "channels", 1, 64),
        expected=lambda: _read_by_two(8),
        because="The second layer has the same groups, and they never meet. With a channel shuffle "
        "between the two it would be all 64; one of the puzzles turns on that.",
    )

    def __init__(self, **settings: Any) -> None:
        if settings.get("puzzle", _FIRST) not in PUZZLES:
            raise ValueError(
                f"there is no puzzle {settings['puzzle']!r}; there are: {', '.join(PUZZLES)}"
            )
        if "layers" not in settings:
            settings["layers"] = PUZZLES[settings.get("puzzle", _FIRST)].start
        super().__init__(**settings)

    def update(self, state: BudgetState, event: Event) -> BudgetState:
        before = state
        state = super().update(state, event)
        if not isinstance(event, Change):
            return state
        if event.name == "puzzle" and event.value != before.puzzle:
            return self._settled(_opened(state, before))
        if event.name == "layers":
            rows, note = kept_padding(before.layers, state.layers)
            return self._settled(replace(state, layers=rows, note=note)) if note else state
        return state

    def problem(self, state: BudgetState) -> str | None:
        return self.standing(state).problem

    def adjust(self, state: BudgetState) -> BudgetState:
        """Keep the best score that was reached."""
        score, scores = self.standing(state).score, dict(state.scores)
        if score is None or score <= scores.get(state.puzzle, -1):
            return state
        return replace(state, scores=tuple((scores | {state.puzzle: score}).items()))

    def press(self, state: BudgetState, name: str) -> BudgetState:
        puzzle = PUZZLES[state.puzzle]
        if name == "again":
            return replace(state, layers=puzzle.start, shown=False)
        if state.layers == puzzle.start and not state.shown:
            return replace(state, note="First a try of your own: change a layer, then ask again.")
        return replace(state, shown=not state.shown)

    def draw(self, state: BudgetState) -> Drawing:
        standing = self.standing(state)
        return Drawing(
            picture=draw(standing, dict(state.scores), best_of(standing.puzzle), state.shown),
            summary=sentence(standing),
            status=(*status(standing), recurrence(standing.stack)),
        )

    def code(self, state: BudgetState) -> str:
        return torch_stack(self.standing(state).layers)

    def standing(self, state: BudgetState) -> Standing:
        """How the layers of a state stand in its puzzle."""
        puzzle = PUZZLES[state.puzzle]
        return standing_of(puzzle, layers_of(state.layers, puzzle.image[0]))


def _opened(state: BudgetState, before: BudgetState) -> BudgetState:
    """The chosen puzzle with the layers that were left there, or those to begin with."""
    left: dict[str, Sequence[Row]] = dict(before.left) | {before.puzzle: before.layers}
    layers = left.get(state.puzzle, PUZZLES[state.puzzle].start)
    return replace(state, layers=layers, left=tuple(left.items()), shown=False, last_good=None)
