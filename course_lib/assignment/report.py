"""What a check found: one row a rule, and what the words in it mean."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

RULE_SETS = ("session9", "session9-dilated", "session7")
PASSED, FAILED, NOT_SHOWN = "passed", "failed", "not shown"
STATES = (PASSED, FAILED, NOT_SHOWN)

DEFINITIONS = (
    "Judged is what one forward pass on a 3 x 32 x 32 image in eval mode executes, function calls "
    "included; a layer that is never called does not count, one that is called twice counts twice.",
    "A depthwise convolution (groups = in_channels) with the 1x1 that follows it counts as one "
    "convolution. A 1x1 on a shortcut, or behind a global pooling, counts as none.",
    "The blocks of Session 9 are the children named c1 to c4 or block1 to block4, or those given "
    "as blocks=; a 1x1 convolution outside of them, as for the output, is allowed. The blocks of "
    "Session 7 are what its max-pools part.",
    "The receptive field is the one before the global pooling.",
    "Parameters are all that the module holds, whether they are used or not.",
    "The brief names neither how many strides there are nor where; any number passes.",
    "Accuracy is the last epoch's, on the 10,000 test images of CIFAR-10, out of a training log "
    "whose header shows that number and the digest of their labels.",
)


@dataclass(frozen=True)
class Row:
    """One rule and its outcome; ``cure`` is empty where the rule passed."""

    rule: str
    state: str
    found: str
    expected: str
    cure: str = ""


@dataclass(frozen=True)
class Report:
    """The rows of one submission; ``print`` shows them as text.

    ``trouble`` is a sentence where the submission could not be judged at all; then there are no
    rows. ``warnings`` break no rule.
    """

    rules: str
    rows: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    trouble: str = ""

    def named(self, state: str) -> list[str]:
        """Return the rules in that state: "passed", "failed" or "not shown"."""
        return [row.rule for row in self.rows if row.state == state]

    def __getitem__(self, rule: str) -> Row:
        """Return the row of a rule by its name."""
        return {row.rule: row for row in self.rows}[rule]

    @property
    def exit_code(self) -> int:
        """0 all passed, 1 a rule failed, 2 none failed but some not shown, 3 nothing to judge."""
        if self.trouble:
            return 3
        return 1 if self.named(FAILED) else 2 if self.named(NOT_SHOWN) else 0

    @property
    def verdict(self) -> str:
        """The outcome in a few words."""
        if self.trouble:
            return "cannot be judged"
        counts = ", ".join(f"{n} {state}" for state in STATES if (n := len(self.named(state))))
        return counts if self.exit_code else "all passed"

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data; ``from_dict`` brings it back."""
        return {**asdict(self), "verdict": self.verdict, "definitions": DEFINITIONS}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Report":
        """Make a report of what ``as_dict`` returned."""
        rows = tuple(Row(**row) for row in data["rows"])
        return cls(data["rules"], rows, tuple(data["warnings"]), data["trouble"])

    def __str__(self) -> str:
        if self.trouble:
            return fill(f"{self.verdict}: {self.trouble}", 100)
        lines = [f"Rules of {self.rules}: {self.verdict}", ""]
        for row in self.rows:
            lines += [_wrapped(f"{row.state:<9}  {row.rule}: {row.found}")]
            if row.state != PASSED:
                lines += [_wrapped(f"{'':9}  expected: {row.expected}")]
            if row.cure:
                lines += [_wrapped(f"{'':9}  cure: {row.cure}")]
        lines += [_wrapped(f"warning    {text}") for text in self.warnings]
        return "\n".join([*lines, "", *(_wrapped(f"- {text}", 2) for text in DEFINITIONS)])

    __repr__ = __str__  # so that a notebook shows the rows where a cell ends with a report


def table(reports: Sequence[tuple[str, Report]]) -> str:
    """Return several reports as one table, a line each: name, verdict, and what is wrong."""
    lines = [("submission", "verdict", "failed, or why it cannot be judged")]
    lines += [(name, r.verdict, r.trouble or ", ".join(r.named(FAILED))) for name, r in reports]
    widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
    return "\n".join(
        f"{name:<{widths[0]}}  {verdict:<{widths[1]}}  {reason}".rstrip()
        for name, verdict, reason in lines
    )


def split_target(target: str) -> tuple[Path, str]:
    """Split "FILE.py:NAME" into the file, as an absolute path, and the name ("" if there is none).

    A colon before something else than a name belongs to the path: C:\\model.py.
    """
    path, colon, name = target.rpartition(":")
    if not colon or not name.isidentifier():
        path, name = target, ""
    return Path(path).resolve(), name


def _wrapped(text: str, indent: int = 13) -> str:
    return fill(text, 100, subsequent_indent=" " * indent, break_long_words=False)
