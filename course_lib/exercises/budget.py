"""The checks of the budget game in lesson 08: ``from course_lib.exercises import budget as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    stack = ...  # an nn.Sequential, or a list of layers; from (16, 32, 32) to (16, 32, 32)
    check.look_further(stack)

and the same for ``shrink_early``, ``take_apart``, ``narrow_waist``, ``deal_out`` and
``there_and_back``: the puzzles 1 to 6 of the explorer. ``check.look_further.task`` says what is
asked for. Activations, BatchNorm and dropout may stand between the layers: they see nothing new and
are not counted as layers, but their parameters are.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course_lib.explorers.budget.puzzle import EXACTLY, Goal, Puzzle
from course_lib.explorers.budget.puzzles import PUZZLES
from course_lib.explorers.budget.standing import Standing, best_of, shape_text

from .engine import Check
from .result import RAISED, RIGHT, WRONG, Result
from .running import has_dots, message, run
from .words import described

if TYPE_CHECKING:
    from torch import nn

CAUSES = {
    "output": "Work the sizes out layer by layer: (n + 2p − d(k − 1) − 1) // s + 1 for a "
    "convolution. The last layer with weights sets the channels.",
    "receptive field": "Each layer adds (k − 1) · d · the jump before it. What could be dilated, "
    "or stand behind a stride?",
    "coverage": "There are holes in the field. A step may be no wider than what is seen already "
    "without a hole.",
    "channels read": "Some channels never meet: depthwise and grouped layers keep them apart. "
    "Mix them with a 1x1, or deal them out between two grouped layers.",
    "fewest channels": "A map on the way has too few channels; what does not fit is forgotten.",
    "smallest map": "A map on the way is too small; the puzzle wants its places kept.",
    "parameters": "Too many parameters: k · k · C_in · C_out / groups, and a bias for each output "
    "channel unless bias=False.",
    "MACs": "Too many MACs: every weight works once at every place. The same layer costs a quarter "
    "behind a stride of 2.",
    "layers": "Layers inside other containers count too; activations and BatchNorm do not.",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class StackCheck(Check):
    """A student's stack of layers against a puzzle of the budget game.

    The stacks that are known to be right and wrong stand in ``budget_stacks.py``.
    """

    puzzle: Puzzle

    @property
    def solution(self) -> "nn.Sequential":
        from .budget_stacks import RIGHT  # here, because it loads torch

        return RIGHT[self.name]()

    @property
    def task(self) -> str:
        """What is asked for, in a sentence."""
        puzzle = self.puzzle
        return (
            f"From {shape_text(puzzle.image)} to {shape_text(puzzle.output)}: every value sees at "
            f"least {puzzle.field}x{puzzle.field} pixels without a hole and all {puzzle.image[0]} "
            f"channels; no map below {puzzle.channels} channels or {puzzle.side}x{puzzle.side}; at "
            f"most {puzzle.parameters:,} parameters, {puzzle.macs:,} MACs and {puzzle.layers} "
            "layers."
        )

    def wrong_answers(self) -> list[tuple[Any, str]]:
        from .budget_stacks import WRONG

        return [(stack(), CAUSES[goal]) for goal, stack in WRONG[self.name].items()]

    def judge(self, answer: Any) -> Result:
        if has_dots(answer):
            return self.not_attempted()
        from .budget_layers import Unknown, forward, layers_of, parameters_of

        try:
            layers = layers_of(answer)
        except Unknown as unknown:
            return self._unusable(answer, str(unknown))
        others = parameters_of(answer) - sum(layer.parameters for layer in layers)
        standing = Standing(self.puzzle, layers, others)
        error = run(lambda: forward(answer, self.puzzle.image), ()).error
        problem = standing.problem
        if error:
            return self.say(RAISED, message(error), [("likely", problem or "")])
        if problem:
            return self.say(WRONG, "this stack cannot be followed.", [("likely", problem)])
        missed = [goal for goal in standing.goals if not goal.met]
        return self._missed(missed, standing) if missed else self._solved(standing)

    def _unusable(self, answer: Any, why: str) -> Result:
        rows = [
            ("found", described(answer)),
            ("expected", "an nn.Sequential of layers, or a list of them"),
            ("likely", why),
        ]
        return self.say(WRONG, "the check needs a stack of layers.", rows)

    def _missed(self, missed: list[Goal], standing: Standing) -> Result:
        goal, count = missed[0], len(standing.goals)
        sense = "" if goal.sense == EXACTLY else f"{goal.sense} "
        rows = [
            ("found", f"{goal.name} {goal.shown}"),
            ("expected", f"{sense}{goal.wanted}"),
            ("likely", CAUSES[goal.name]),
            ("so far", f"{count - len(missed)} of {count} goals are met"),
        ]
        return self.say(WRONG, f"the {goal.name} does not fit.", rows)

    def _solved(self, standing: Standing) -> Result:
        best = best_of(self.puzzle).score
        said = f"score {standing.score}, the best known is {best}. {self.right}"
        return self.say(RIGHT, said)


def _check(name: str, puzzle: str, right: str) -> StackCheck:
    return StackCheck(name=name, puzzle=PUZZLES[puzzle], mistakes=(), right=right)


look_further = _check(
    "look_further",
    "1 · look further",
    "Rates that grow by what is seen already leave no hole and cost nothing.",
)
shrink_early = _check(
    "shrink_early",
    "2 · shrink early",
    "Early strides make every later layer both cheaper and wider.",
)
take_apart = _check(
    "take_apart",
    "3 · take apart",
    "Depthwise looks around, pointwise mixes: apart they cost a sum, together a product.",
)
narrow_waist = _check(
    "narrow_waist",
    "4 · a narrow waist",
    "What looks around stands where the channels are few; the price is what the waist forgets.",
)
deal_out = _check(
    "deal_out",
    "5 · deal the channels out",
    "With the shuffle layers in groups reach all channels: a ShuffleNet unit, but for its skip.",
)
there_and_back = _check(
    "there_and_back",
    "6 · there and back",
    "The wide view is taken where maps are small; the way back restores the size, not the detail.",
)
