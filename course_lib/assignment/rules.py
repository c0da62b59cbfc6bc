"""What a rule is: it looks at a submission and says what it found, or raises an outcome."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import nn

from course_lib.geometry import GeometryError

from .executed import Executed
from .rows import FAILED, NOT_SHOWN, PASSED, Row

Block = str | nn.Module | Sequence[str | nn.Module]


class Broken(Exception):
    """The rule is broken: what was found, and a cure."""

    def __init__(self, found: str, cure: str = "") -> None:
        super().__init__(found)
        self.cure = cure


class NotShown(Exception):
    """There is nothing to judge the rule by: why, and what would show it."""

    def __init__(self, found: str, cure: str = "") -> None:
        super().__init__(found)
        self.cure = cure


@dataclass(frozen=True, eq=False)
class Submission:
    """What is judged. ``mean`` is the data set's, in [0, 1]; ``source`` the file of the network."""

    model: nn.Module
    augmentation: Any
    log: Any
    blocks: Sequence[Block] | None
    mean: tuple[float, float, float]
    source: Path | None

    @property
    def executed(self) -> Executed:
        """The network that one forward pass executes; raises GeometryError where it cannot be."""
        if isinstance(self._followed, GeometryError):
            raise self._followed
        return self._followed

    @cached_property
    def _followed(self) -> Executed | GeometryError:
        try:
            return Executed(self.model)
        except GeometryError as error:  # kept, so that a slow model fails once, not for each rule
            return error


@dataclass(frozen=True)
class Rule:
    """A name, what the brief expects, and a function that returns what it found.

    The function raises ``Broken`` or ``NotShown``.
    """

    name: str
    expected: str
    look: Callable[[Submission], str]

    def judge(self, submission: Submission) -> Row:
        """Return the row of this rule; whatever a submission does, there is a row."""
        try:
            return Row(self.name, PASSED, self.look(submission), self.expected)
        except Broken as outcome:
            return Row(self.name, FAILED, str(outcome), self.expected, outcome.cure)
        except NotShown as outcome:
            return Row(self.name, NOT_SHOWN, str(outcome), self.expected, outcome.cure)
        except Exception as error:  # objects of others can raise anything when looked at
            found = f"looking at it raised {type(error).__name__}: {error}"
            return Row(self.name, NOT_SHOWN, found, self.expected)


def followed(submission: Submission) -> Executed:
    """The executed network, for rules that have nothing to look at without it."""
    try:
        return submission.executed
    except GeometryError as error:
        raise NotShown("what the network does could not be followed, see «runs»") from error
