"""Predictions: a value with a confidence, revealed at once and kept in the ledger."""

from dataclasses import dataclass
from typing import Any

from .catalogue import lessons
from .comparing import VALUE
from .ledger import record
from .result import NOT_ATTEMPTED, RIGHT, WRONG, Result
from .review import CONFIDENCES
from .running import has_dots
from .values import ValueCheck
from .words import show

_answered: set[str] = set()  # the questions whose answer has been shown in this process


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction(ValueCheck):
    """A value that is foreseen, not worked out: ``check.name(answer, "sure")``.

    ``question`` is its name in the ledger, ``text`` what is asked. Whatever the answer, the right
    one is shown with its reason (``right``), so only the first answer of a session is written down.
    While the answer or the confidence is `...`, nothing is.
    """

    question: str
    text: str

    def __call__(self, answer: Any = ..., confidence: Any = ...) -> Result:
        return self.safely(answer, lambda given: self._revealed(given, confidence))

    def _revealed(self, answer: Any, confidence: Any) -> Result:
        if has_dots(answer):
            return self.say(NOT_ATTEMPTED, self.text)
        differs = self.differs(answer)
        if differs and differs.aspect != VALUE:  # a slip of the pen is no prediction
            rows = [("found", differs.found), ("expected", differs.expected)]
            return self.say(NOT_ATTEMPTED, "the answer has another form.", rows)
        word = confidence.strip().lower() if isinstance(confidence, str) else ""
        if word not in CONFIDENCES:
            rows = [] if confidence is ... else [("found", show(confidence))]
            return self.say(NOT_ATTEMPTED, 'are you "sure", do you "think" so, or "guess"?', rows)
        note = ("note", self._written(answer, not differs, word))
        if not differs:
            return self.say(RIGHT, self.right, [note])
        rows = [
            ("you said", f"{_read(answer)} ({word})"),
            ("it is", _read(self.solution)),
            ("likely", self.cause(answer)),
            note,
        ]
        return self.say(WRONG, self.right, rows)

    def _written(self, answer: Any, right: bool, word: str) -> str:
        if self.question in _answered:
            return "Your first answer is the one that the ledger keeps."
        _answered.add(self.question)
        return record(self.question, answer, right, word)


def _read(value: Any) -> str:
    """The value as one would say it: of a dict its entries, without the brackets."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {show(one)}" for name, one in value.items())
    return show(value)


def predict(question: str, answer: Any = ..., confidence: Any = ...) -> Result:
    """Ask a prediction by its name in the ledger, as the last page does for those to ask again."""
    for checks in lessons().values():
        for check in checks.values():
            if isinstance(check, Prediction) and check.question == question:
                return check(answer, confidence)
    sentence = (
        f"no exercise asks {show(question)}. If it is on your list, an explorer asked it, or your "
        "machine was timed for it: it is answered again in its lesson, and not here."
    )
    return Result(str(question), NOT_ATTEMPTED, sentence)
