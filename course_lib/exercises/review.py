"""What a ledger of predictions says: where you were sure and wrong, and what to ask again."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .words import show

CONFIDENCES = ("sure", "think", "guess")


@dataclass(frozen=True)
class Entry:
    """One prediction: its question, "topic/what it asks", and how it came out.

    Raises ValueError where the question is no text, ``right`` no bool, or the confidence none of
    "guess", "think" and "sure".
    """

    question: str
    answer: Any
    right: bool
    confidence: str

    def __post_init__(self) -> None:
        if not isinstance(self.question, str) or not isinstance(self.right, bool):
            raise ValueError(f"{self.question!r}, right={self.right!r}: expected a text and a bool")
        if self.confidence not in CONFIDENCES:
            raise ValueError(f"confidence={self.confidence!r}; expected guess, think or sure")


@dataclass(frozen=True, repr=False)
class Review:
    """The predictions of a ledger, shown where a cell ends with it.

    ``trouble`` is a sentence where the file could not be read. A question counts by its latest
    answer.
    """

    entries: Sequence[Entry]
    trouble: str = ""

    @property
    def again(self) -> tuple[str, ...]:
        """The questions to ask again: sure and wrong first, a lucky guess last."""
        return tuple(entry.question for _, entries in self.sections() for entry in entries)

    def sections(self) -> list[tuple[str, list[Entry]]]:
        """(title, latest answers) for what is not settled, each list by topic."""
        latest = {entry.question: entry for entry in self.entries}
        topics = list(dict.fromkeys(_topic(question) for question in latest))
        known = sorted(latest.values(), key=lambda entry: topics.index(_topic(entry.question)))
        wrong = [entry for entry in known if not entry.right]
        groups = [
            ("Sure and wrong", [e for e in wrong if e.confidence == "sure"]),
            ("Wrong", [e for e in wrong if e.confidence != "sure"]),
            ("Right by a guess", [e for e in known if e.right and e.confidence == "guess"]),
        ]
        return [(title, entries) for title, entries in groups if entries]

    def summary(self) -> str:
        """One sentence: how many, and how often you were right at each confidence."""
        if self.trouble or not self.entries:
            return self.trouble or "There are no predictions yet: the lessons' questions make them."
        counts = []
        for word in CONFIDENCES:
            made = [entry.right for entry in self.entries if entry.confidence == word]
            counts += [f"{word}: {sum(made)} of {len(made)} right"] if made else []
        last = "Nothing to ask again." if not self.again else f"To ask again: {len(self.again)}."
        first = "; ".join(counts)
        return f"{first[0].upper()}{first[1:]}. {last}"

    def __repr__(self) -> str:
        lines = [self.summary()]
        for title, entries in self.sections():
            lines += ["", title, *(f"  {_said(entry)}" for entry in entries)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p>{html.escape(self.summary())}</p>"]
        for title, entries in self.sections():
            items = "".join(f"<li>{html.escape(_said(entry))}</li>" for entry in entries)
            parts.append(f"<p><strong>{title}</strong></p><ul>{items}</ul>")
        return "".join(parts)


def _topic(question: str) -> str:
    return question.partition("/")[0]


def _said(entry: Entry) -> str:
    topic, _, asked = entry.question.partition("/")
    return f"{topic}: {asked or topic} (you said {show(entry.answer)})"
