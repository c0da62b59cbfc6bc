"""Checks of a value that the student works out: a number, a list, a dict, a tensor, settings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .comparing import VALUE, Difference, difference
from .engine import Check
from .result import RIGHT, WRONG, Result
from .running import has_dots


@dataclass(frozen=True, kw_only=True, eq=False)
class ValueCheck(Check):
    """A value against the right one, or against a condition that many values meet.

    ``answer`` is a right answer, or a function that computes it when it is needed. ``accept``, if
    given, looks at any answer and returns what is wrong with it, or None. Without it the right
    value is never shown, so that the exercise can be tried again.
    """

    answer: Any | Callable[[], Any]
    accept: Callable[[Any], Difference | None] | None = None

    @cached_property
    def solution(self) -> Any:
        return made(self.answer)

    def judge(self, answer: Any) -> Result:
        if has_dots(answer):
            return self.not_attempted()
        differs = self.differs(answer)
        if not differs:
            return self.say(RIGHT, self.right)
        secret = differs.aspect == VALUE and not self.accept
        rows = [
            ("found", differs.found),
            ("expected", "" if secret else differs.expected),
            ("likely", self.cause(answer) or differs.hint),
        ]
        sentence = "this is not it yet." if secret else f"the {differs.aspect} does not fit."
        return self.say(WRONG, sentence, rows)

    def differs(self, answer: Any) -> Difference | None:
        """What is wrong with an answer, or None."""
        return self.accept(answer) if self.accept else difference(answer, self.solution)

    def cause(self, answer: Any) -> str:
        """The sentence of the first known mistake that this answer shows, or nothing."""
        sentences = (m.sentence for m in self.mistakes if self._shows(answer, made(m.wrong)))
        return next(sentences, "")

    def wrong_answers(self) -> list[tuple[Any, str]]:
        return [(self._whole(made(m.wrong)), m.sentence) for m in self.mistakes]

    def _whole(self, wrong: Any) -> Any:
        """The wrong answer; of a dict, with the entries that are right added."""
        return {**self.solution, **wrong} if isinstance(wrong, dict) else wrong

    def _shows(self, answer: Any, wrong: Any) -> bool:
        """Whether it is that wrong answer, has its entries, or the same wrong type or shape."""
        if isinstance(wrong, dict) and isinstance(answer, dict):
            pairs = [(answer.get(name, ...), value) for name, value in wrong.items()]
            return not any(difference(one, other) for one, other in pairs)
        if difference(answer, wrong) is None:
            return True
        mine = self.differs(answer)
        return mine == self.differs(wrong) and mine.aspect != VALUE


def made(value: Any) -> Any:
    """The value, or what the function that stands for it makes."""
    return value() if callable(value) else value
