"""The points that a brief names, and a proposal of how many a report is worth.

Session 9 gives 125 points for each of four answers, 200 for a fifth, 200 extra for a network that
dilates instead of pooling or striding, and none at all where the code is not modular. Which rules
stand behind which answer is ours to say, and so is dividing an answer's points evenly among them.
The extra points ask for the receptive field too: without stride or pooling it is what is at stake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .rows import FAILED, NOT_SHOWN, PASSED, Row

GATE = "modularity"
README = "README"


@dataclass(frozen=True)
class Answer:
    """An answer of the brief, its points, and the rules behind it.

    ``whole``: all of its points or none, for what cannot be half done.
    """

    name: str
    points: int
    rules: tuple[str, ...]
    extra: bool = False
    whole: bool = False


SESSION9 = (
    Answer("model code", 125, ("runs", "blocks", "pooling", "receptive field",
                               "depthwise separable", "dilation", "GAP")),
    Answer("torchsummary output", 125, ("runs", "parameters")),
    Answer("augmentation code", 125, ("horizontal flip", "shift, scale, rotate", "coarse dropout")),
    Answer("training log", 125, ("test images", "accuracy", "log lines", "untrained start")),
    Answer("README link", 200, (README,)),
)  # fmt: skip
DILATED = Answer("dilation instead of pooling and stride", 200,
                 ("stride", "pooling", "dilation", "receptive field"),
                 extra=True, whole=True)  # fmt: skip
ANSWERS = dict.fromkeys(("session9", "session9-dilated"), (*SESSION9, DILATED))

PROPOSAL = (
    "The score is a proposal; whoever grades decides. The brief gives each answer its points and "
    "does not divide them: here they are shared evenly among the rules behind the answer. What is "
    "not shown is counted apart. No program judges a README."
)
NO_POINTS = "Score: none, since the brief of Session 7 names no points."


@dataclass(frozen=True)
class Share:
    """What one answer is worth, by the rows of the rules behind it."""

    answer: Answer
    rows: tuple[Row, ...]

    @property
    def earned(self) -> int:
        """Points for what passed, rounded down."""
        return self._worth(PASSED)

    @property
    def more(self) -> int:
        """Points that come on top if everything that is not shown passes."""
        return self._worth(PASSED, NOT_SHOWN) - self.earned

    @property
    def reasons(self) -> str:
        """The rules behind the points; what failed or is not shown says so."""
        if self.answer.rules == (README,):
            return self.rows[0].found  # no rule: what was given
        marks = {PASSED: "", FAILED: " (failed)", NOT_SHOWN: " (not shown)"}
        return "; ".join(row.rule + marks[row.state] for row in self.rows)

    def _worth(self, *states: str) -> int:
        held = sum(row.state in states for row in self.rows)
        if self.answer.whole:
            return self.answer.points * (held == len(self.rows))
        return self.answer.points * held // len(self.rows)


@dataclass(frozen=True)
class Score:
    """All answers of a brief, and the state of the rule without which they are worth nothing."""

    shares: tuple[Share, ...]
    modular: str

    @cached_property
    def earned(self) -> int:
        """Points for what is shown, extra points included."""
        return sum(share.earned for share in self.shares) if self.modular == PASSED else 0

    @cached_property
    def more(self) -> int:
        """Points that come on top if everything that is not shown passes."""
        if self.modular == FAILED:
            return 0
        return sum(share.earned + share.more for share in self.shares) - self.earned

    @property
    def extra(self) -> int:
        """How many of the points earned are extra."""
        if self.modular != PASSED:
            return 0
        return sum(share.earned for share in self.shares if share.answer.extra)

    @property
    def of(self) -> int:
        """The points of the brief without the extra ones."""
        return sum(share.answer.points for share in self.shares if not share.answer.extra)

    def __str__(self) -> str:
        """The total in one sentence: "Score, proposed: 700 of 700, and 200 extra."."""
        total = f"Score, proposed: {self.earned - self.extra} of {self.of}"
        total += f", and {self.extra} extra" if self.extra else ""
        total += f"; up to {self.more} more once shown" if self.more else ""
        if self.modular == FAILED:
            total += ", since the brief gives none for code that is not modular"
        elif self.modular == NOT_SHOWN:
            total += ", since modularity is not shown, and the brief gives none without it"
        return total + "."

    def as_dict(self) -> dict[str, Any]:
        """Return the score as plain data."""
        return {
            "proposed": self.earned,
            "of_them_extra": self.extra,
            "of": self.of,
            "up_to_more_once_shown": self.more,
            "modularity": self.modular,
            "answers": [
                {
                    "answer": share.answer.name,
                    "points": share.earned,
                    "of": share.answer.points,
                    "up_to_more_once_shown": share.more,
                    "rules": {row.rule: row.state for row in share.rows},
                }
                for share in self.shares
            ],
        }


def score(rules: str, rows: Sequence[Row]) -> Score | None:
    """Return what these rows are worth by the brief, or None where it names no points."""
    if rules not in ANSWERS:
        return None
    known = {row.rule: row for row in rows}
    shares = [Share(answer, tuple(known[rule] for rule in answer.rules))
              for answer in ANSWERS[rules] if known.keys() >= set(answer.rules)]  # fmt: skip
    # Who did not go for the extra points is not told that they are missing.
    told = [share for share in shares
            if not share.answer.extra or share.earned or rules == "session9-dilated"]  # fmt: skip
    return Score(tuple(told), known[GATE].state)
