"""One row of a report: a rule, its state, what was found and what was expected."""

from dataclasses import dataclass

RULE_SETS = ("session9", "session9-dilated", "session7")
PASSED, FAILED, NOT_SHOWN = "passed", "failed", "not shown"
STATES = (PASSED, FAILED, NOT_SHOWN)


@dataclass(frozen=True)
class Row:
    """One rule and its outcome; ``cure`` is empty where the rule passed."""

    rule: str
    state: str
    found: str
    expected: str
    cure: str = ""
