"""Checks of a function that the student writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any

from .comparing import VALUE, Difference, difference
from .engine import Check, Row
from .result import RAISED, RIGHT, WRONG, Result
from .running import Run, message, run, takes
from .words import call, described, first_lines, listed, written_out

Cases = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class FunctionCheck(Check):
    """The student's function against a reference, on named inputs.

    ``cases`` maps what is special about an input to the arguments, given by position; a function
    that makes such a map is called when it is needed. ``tolerance`` is relative.
    """

    reference: Callable[..., Any]
    cases: Cases | Callable[[], Cases]
    tolerance: float = 1e-5

    @property
    def solution(self) -> Callable[..., Any]:
        return self.reference

    @cached_property
    def inputs(self) -> Cases:
        """The arguments of each case."""
        return self.cases() if callable(self.cases) else self.cases

    @cached_property
    def expected(self) -> list[Any]:
        """What the reference gives in each case."""
        return [self.reference(*arguments) for arguments in self.inputs.values()]

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters, in their order."""
        return list(signature(self.reference).parameters)

    def judge(self, answer: Any) -> Result:
        if answer is ...:
            return self.not_attempted()
        if complaint := self._unusable(answer):
            return self.say(WRONG, *complaint)
        runs = self._runs(answer)
        for number, (made, wanted) in enumerate(zip(runs, self.expected, strict=True)):
            if made.untouched:
                return self.not_attempted(made.line)
            differs = None if made.error else difference(made.value, wanted, self.tolerance)
            if made.error or differs or made.changed:
                return self._refused(runs, number, differs)
        printed = [("printed", first_lines(runs[0].printed))]
        return self.say(RIGHT, f"on all {len(runs)} inputs. {self.right}", printed)

    def _runs(self, function: Callable[..., Any]) -> list[Run]:
        return [run(function, arguments) for arguments in self.inputs.values()]

    def _unusable(self, answer: Any) -> tuple[str, list[Row]] | None:
        """What is wrong before anything can be called, or None."""
        wanted = ("expected", f"a function of {listed([f'`{name}`' for name in self.parameters])}")
        if not callable(answer):
            advice = "Pass the function's name alone, without brackets: do not call it."
            found = ("found", described(answer))
            return "the check needs the function itself.", [found, wanted, ("likely", advice)]
        count = max(map(len, self.inputs.values()))
        if not takes(answer, count):
            found = ("found", f"`{self.name}({', '.join(signature(answer).parameters)})`")
            return f"the function does not take {count} arguments.", [found, wanted]
        return None

    def _refused(self, runs: Sequence[Run], number: int, differs: Difference | None) -> Result:
        made, (case, arguments) = runs[number], list(self.inputs.items())[number]
        outcome, sentence, rows, hint = self._finding(made, differs)
        again = f"`{self.name}(*_.inputs)` in the next cell repeats this call."
        rows = [
            *rows,
            ("input", f"{case}: {call(self.name, self.parameters, arguments)}"),
            ("likely", self._cause(runs, number) or hint),
            ("so far", f"{number} of {len(runs)} inputs came out right" if number else ""),
            ("try", "" if all(map(written_out, arguments)) else again),
            ("printed", first_lines(made.printed)),
        ]
        return self.say(outcome, sentence, rows, arguments)

    def _finding(self, made: Run, differs: Difference | None) -> tuple[str, str, list[Row], str]:
        """The outcome, the sentence, what was found and expected, and what the values tell."""
        if made.error:
            said = f"{type(made.error).__name__}: {message(made.error)}".rstrip(": ")
            return RAISED, said, [("where", made.line)], ""
        if differs:
            rows = [("found", differs.found), ("expected", differs.expected)]
            return WRONG, f"the {differs.aspect} does not fit.", rows, differs.hint
        names = listed([f"`{self.parameters[place]}`" for place in made.changed])
        hint = "Whoever passed it in finds it altered. Work on a copy, or write into a new one."
        return WRONG, f"the result is right, but the function changed {names} in place.", [], hint

    def _cause(self, runs: Sequence[Run], number: int) -> str:
        """The sentence of the mistake that is most like this, here and on the other inputs."""
        scores = {}
        for mistake in self.mistakes:
            triples = zip(runs, self._runs(mistake.wrong), self.expected, strict=True)
            alike = [self._likeness(*triple) for triple in triples]
            if alike[number]:
                scores[mistake.sentence] = sum(alike)
        return max(scores, key=scores.__getitem__, default="")

    def _likeness(self, mine: Run, theirs: Run, wanted: Any) -> int:
        """2 for the same value, 1 for the same wrong type, shape or dtype, else 0."""
        if mine.error or theirs.error or mine.changed != theirs.changed:
            return 0
        if not difference(mine.value, theirs.value, self.tolerance):
            return 2
        ours, other = (difference(made.value, wanted, self.tolerance) for made in (mine, theirs))
        return int(ours == other and ours is not None and ours.aspect != VALUE)
