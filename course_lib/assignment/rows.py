"""One row of a report: a rule, its state, what was found and what was expected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

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


def gathered(rows: Sequence[Row]) -> Iterator[Row]:
    """Rows to read: neighbours that one and the same reason leaves not shown become one row."""
    for (state, found, cure), alike in groupby(rows, lambda row: (row.state, row.found, row.cure)):
        group = list(alike)
        if state == NOT_SHOWN:
            names, expected = ("; ".join(getattr(row, name) for row in group)
                               for name in ("rule", "expected"))  # fmt: skip
            group = [Row(names, state, found, expected, cure)]
        yield from group
