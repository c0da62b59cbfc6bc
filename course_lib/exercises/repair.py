"""A check that takes a network and says which rule of the assignment to repair next."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .engine import Check, Mistake
from .result import NOT_ATTEMPTED, RAISED, RIGHT, WRONG, Result
from .running import Run, message, run
from .words import kind, listed

if TYPE_CHECKING:
    from torch import nn

    from course_lib.assignment import Report, Row

ARCHITECTURE = (
    "runs", "blocks", "pooling", "stride", "receptive field", "depthwise separable", "dilation",
    "GAP", "parameters",
)  # fmt: skip


@dataclass(frozen=True)
class Flaw(Mistake):
    """A network with a mistake (``wrong`` builds it), known by the rule and by words of the row."""

    rule: str
    found: str


@dataclass(frozen=True, kw_only=True, eq=False)
class RepairCheck(Check):
    """A network, or its class, against the rules on the architecture, one rule at a time.

    ``rules`` is "session9", "session9-dilated" or "session7". The workbook's own networks, by
    whatever name, are no answer.
    """

    rules: str

    @property
    def solution(self) -> "nn.Module":
        from course_lib.models.pretrained import make_network

        network = make_network(self.rules)  # a network is called like the rules that it keeps
        convolution = network.c1[1].conv
        convolution.dilation = convolution.padding = (2, 2)  # as it was, it would be refused
        return network

    def wrong_answers(self) -> list[tuple[Any, str]]:
        return [(mistake.wrong(), mistake.sentence) for mistake in self.mistakes]

    def judge(self, answer: Any) -> Result:
        from torch import nn

        if answer is ...:
            return self.not_attempted()
        built = run(answer, ()) if isinstance(answer, type) else Run(answer)
        if built.error:
            return self._raised(built)
        if not isinstance(built.value, nn.Module):
            rows = [("found", kind(answer)), ("expected", "a network, an nn.Module or its class")]
            return self.say(WRONG, "this is no network.", rows)
        report = self._report(built.value)
        if report["runs"].state != "passed":
            tried = _tried(built.value)
            if tried.error:
                return self._raised(tried)
        return self._next(report)

    def _report(self, network: "nn.Module") -> "Report":
        from course_lib.assignment import check

        return check(network, rules=self.rules)

    @cached_property
    def _untouched(self) -> list["Row"]:
        from course_lib.models.starter import StarterNet

        return _on_architecture(self._report(StarterNet()))

    def _raised(self, tried: Run) -> Result:
        if tried.untouched:
            return self.not_attempted(tried.line)
        said = f"{type(tried.error).__name__}: {message(tried.error)}"
        return self.say(RAISED, said, [("where", tried.line)])

    def _next(self, report: "Report") -> Result:
        rows = _on_architecture(report)
        broken = [row for row in rows if row.state != "passed"]
        told = self._steps(rows, broken) if broken else [("rules", f"all {len(rows)} kept")]
        told += [("note", warning) for warning in report.warnings]
        if rows == self._untouched:
            told = [(label, text) for label, text in told if label != "likely"]
            return self.say(NOT_ATTEMPTED, "this is StarterNet as it was.", told)
        if report.ours:
            sentence = f"this is the workbook's {report.ours}; hand in one of your own."
            return self.say(WRONG, sentence, told)
        if not broken:
            return self.say(RIGHT, self.right, told)
        kept = len(rows) - len(broken)
        return self.say(WRONG, f"{kept} of {len(rows)} rules are kept.", told)

    def _steps(self, rows: list["Row"], broken: list["Row"]) -> list[tuple[str, str]]:
        """What is kept, what to repair next, and what is left for later."""
        first, *later = broken
        return [
            ("kept", listed([row.rule for row in rows if row.state == "passed"])),
            ("next", f"{first.rule}: {first.expected}"),
            ("found", first.found),
            ("to do", first.cure),
            ("likely", self._cause(first, later)),
            ("later", listed([row.rule for row in later])),
        ]

    def _cause(self, first: "Row", later: list["Row"]) -> str:
        """The flaw behind the first broken rule; a false depthwise breaks the blocks' count too."""
        rows = [first]
        if first.rule == "blocks":
            rows += [row for row in later if row.rule == "depthwise separable"]
        flaws = (flaw for row in rows for flaw in self.mistakes
                 if flaw.rule == row.rule and flaw.found in row.found)  # fmt: skip
        return next((flaw.sentence for flaw in flaws), "")


def _on_architecture(report: "Report") -> list["Row"]:
    return [row for row in report.rows if row.rule in ARCHITECTURE]


def _tried(network: "nn.Module") -> Run:
    """One pass on a blank image, for the line that raises."""
    import torch

    training = network.training
    try:
        with torch.no_grad():
            return run(network.eval(), (torch.zeros(1, 3, 32, 32),))
    finally:
        network.train(training)


def _flaws(name: str) -> Callable[[], Any]:
    """The network of that name, loaded when it is needed."""

    def build() -> Any:
        from . import flawed

        return getattr(flawed, name)()

    return build


def _not_depthwise(name: str) -> Flaw:
    return Flaw(
        _flaws(name),
        "Groups alone make no depthwise convolution: each channel has to be filtered alone, "
        "groups = in_channels.",
        rule="depthwise separable",
        found="channels: not depthwise",
    )


def _flattened(name: str) -> Flaw:
    return Flaw(
        _flaws(name),
        "The map is flattened, so the linear layer has weights for each place and learns where "
        "things stand. Averaging forgets it.",
        rule="GAP",
        found="flattened",
    )


repair = RepairCheck(
    name="repair",
    rules="session9",
    mistakes=[
        _not_depthwise("grouped_by_half"),
        Flaw(
            _flaws("pooled_before_gap"),
            "An average pooling in front of the global one is a pooling too, and of no use there: "
            "the mean of means is the mean.",
            rule="pooling",
            found="average",
        ),
        _flattened("flattened"),
    ],
    right="This architecture keeps the rules. What is left is training, and an honest log.",
)

repair_session7 = RepairCheck(
    name="repair_session7",
    rules="session7",
    mistakes=[
        Flaw(
            _flaws("pooled_behind_c4"),
            "No convolution stands behind the last max-pool. They belong between the blocks; what "
            "follows C4 is the global pooling.",
            rule="blocks",
            found=", 0 convolutions",
        ),
        _not_depthwise("grouped_by_half_of_session7"),
        _flattened("flattened_of_session7"),
    ],
    right="Behind three max-pools a step is eight pixels wide: the field comes easily.",
)

repair_without_stride = RepairCheck(
    name="repair_without_stride",
    rules="session9-dilated",
    mistakes=[
        Flaw(
            _flaws("strided_skip"),
            "The stride hides in a 1x1 on a skip. It throws three of four values away before it "
            "looks. Crop the skip instead, or leave it out.",
            rule="stride",
            found="1x1, stride",
        ),
        Flaw(
            _flaws("max_pooled"),
            "A max-pool makes maps smaller as a stride does. Dilate the layers behind it instead.",
            rule="pooling",
            found="max pooling",
        ),
        Flaw(
            _flaws("strided_convolution"),
            "With stride 1 each later layer has half the view, so give those layers the dilation "
            "2: that brings it back.",
            rule="stride",
            found="stride",
        ),
    ],
    right="Full resolution to the end, and wide enough a view: dilation alone does it.",
)
