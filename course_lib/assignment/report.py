"""What a check found: one row a rule, a score, and what the words in it mean."""

from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from .points import NO_POINTS, PROPOSAL, Score, score
from .readme import NOT_GIVEN
from .rows import FAILED, NOT_SHOWN, PASSED, STATES, Row, gathered

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
    "Accuracy is the last epoch's, on the 10,000 test images of CIFAR-10, out of a training log "
    "whose header shows that number and the digest of their labels.",
)
ON_A_GPU = (
    "That the code of Session 7 uses a GPU is shown by a log that names one. A run on the CPU does "
    "not show it, and proves nothing against it: the same code may take a GPU where there is one."
)
STRIDES = (
    "That the last convolution of a block has stride 2 is not judged: strides elsewhere, or none, "
    "pass."
)
NOTES = {  # by what the words of each brief need beside the definitions
    "session9": (STRIDES, PROPOSAL),
    "session9-dilated": (PROPOSAL,),
    "session7": (ON_A_GPU,),
}


@dataclass(frozen=True)
class Report:
    """The rows of one submission; ``print`` shows them as text, a notebook as a table.

    ``trouble`` is a sentence where the submission could not be judged at all; then there are no
    rows. ``warnings`` break no rule. ``readme`` and what is ``beside`` the rules count for points
    only. ``architecture``, ``source`` and ``log`` are digests by which copies are noticed; ``ours``
    is the class of the workbook's network that it equals.
    """

    rules: str
    rows: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    trouble: str = ""
    readme: Row = NOT_GIVEN
    beside: tuple[Row, ...] = ()
    architecture: str = ""
    source: str = ""
    log: str = ""
    ours: str = ""

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

    @property
    def score(self) -> Score | None:
        """The proposed points; None where nothing was judged or the brief names none."""
        return None if self.trouble else score(self.rules, [*self.rows, *self.beside, self.readme])

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data; ``from_dict`` brings it back."""
        points = self.score
        return {
            **asdict(self),
            "verdict": self.verdict,
            "score": points and points.as_dict(),
            "definitions": self.notes,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Report":
        """Make a report of what ``as_dict`` returned."""
        return cls(
            data["rules"],
            tuple(Row(**row) for row in data["rows"]),
            tuple(data["warnings"]),
            data["trouble"],
            Row(**data["readme"]),
            tuple(Row(**row) for row in data["beside"]),
            *(data[name] for name in ("architecture", "source", "log", "ours")),
        )

    def __str__(self) -> str:
        if self.trouble:
            return fill(f"{self.verdict}: {self.trouble}", 100)
        lines = [f"Rules of {self.rules}: {self.verdict}", ""]
        for row in gathered(self.rows):
            lines += [_wrapped(f"{row.state:<9}  {row.rule}: {row.found}")]
            if row.state != PASSED:
                lines += [_wrapped(f"{'':9}  expected: {row.expected}")]
            if row.cure:
                lines += [_wrapped(f"{'':9}  cure: {row.cure}")]
        lines += [_wrapped(f"warning    {text}") for text in self.warnings]
        lines += ["", *self._score_lines(), ""]
        return "\n".join([*lines, *(_wrapped(f"- {text}", 2) for text in self.notes)])

    __repr__ = __str__  # where a notebook cannot show the table

    def _repr_html_(self) -> str:
        from .html_report import as_html

        return as_html(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the words in the report mean."""
        return (*DEFINITIONS, *NOTES[self.rules])

    def _score_lines(self) -> list[str]:
        points = self.score
        if points is None:
            return [NO_POINTS]
        lines = [str(points)]
        for share in points.shares:
            of = f"{share.earned} of {share.answer.points}"
            more = f" (up to {share.more} more once shown)" if share.more else ""
            lines.append(_wrapped(f"{of:>10}  {share.answer.name}{more}: {share.reasons}", 14))
        return lines


def _wrapped(text: str, indent: int = 13) -> str:
    whole = {"break_long_words": False, "break_on_hyphens": False}  # paths can be copied
    return fill(text, 100, subsequent_indent=" " * indent, **whole)
