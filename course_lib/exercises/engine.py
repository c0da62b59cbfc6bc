"""What a check is: it looks at a student's function or value and says one of four outcomes.

A check is data: a reference, the inputs to try, and the mistakes that people make, each with the
sentence that helps. A wrong answer is compared with what each known mistake gives on the same
inputs; so the likely cause is found, and a test can prove that every mistake is refused by name.
Standard library only: what a lesson's inputs and references need, they load when they are used.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .result import NOT_ATTEMPTED, WRONG, Result
from .running import message

Row = tuple[str, str]

results: list[Result] = []  # all that was said in this process, in order; tests of lessons read it


@dataclass(frozen=True)
class Mistake:
    """What a mistake gives, and a sentence on its cause.

    For a function it is a function with that mistake; for a value it is the wrong value, or a
    function without arguments that makes it. Of a dict the spoiled entries are enough.
    """

    wrong: Any
    sentence: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Check:
    """What all checks share. ``right`` is said of a right answer and adds one insight.

    Called with an answer it returns a ``Result`` and never raises, whatever it is given.
    """

    name: str
    mistakes: Sequence[Mistake]
    right: str

    def __call__(self, answer: Any = ...) -> Result:
        return self.safely(answer, self.judge)

    def safely(self, answer: Any, judge: Callable[[Any], Result]) -> Result:
        """Judge and keep the result; an answer that raises when it is looked at is wrong."""
        try:
            result = judge(answer)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            what, why = type(answer).__name__, f"{type(error).__name__}: {message(error)}"
            found = f"an object of type {what}; looking at it raised {why}"
            result = self.say(WRONG, "this cannot be compared.", [("found", found)])
        results.append(result)
        return result

    def judge(self, answer: Any) -> Result:
        """Return the outcome for an answer."""
        raise NotImplementedError

    @property
    def solution(self) -> Any:
        """An answer that is right."""
        raise NotImplementedError

    def wrong_answers(self) -> list[tuple[Any, str]]:
        """The answer of each known mistake, with the sentence that it has to meet."""
        return [(mistake.wrong, mistake.sentence) for mistake in self.mistakes]

    def say(
        self, outcome: str, sentence: str, rows: Iterable[Row] = (), inputs: Iterable[Any] = ()
    ) -> Result:
        """Make a result of this check; rows without text are left out."""
        kept = tuple((label, text) for label, text in rows if text)
        return Result(self.name, outcome, sentence, kept, tuple(inputs))

    def not_attempted(self, where: str = "") -> Result:
        """Make the result of a stub that is as it was, wholly or in part."""
        sentence = "replace the three dots `...` by your own and run the cell again."
        return self.say(NOT_ATTEMPTED, sentence, [("where", where)])
