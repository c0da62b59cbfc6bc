"""Many reports at once: as a table to read, and as CSV for a spreadsheet."""

import csv
import io
from textwrap import fill

from .alike import Reports, alike, groups
from .points import ANSWERS, NO_POINTS, PROPOSAL
from .report import Report
from .rows import FAILED, NOT_SHOWN, PASSED

RANGE = "Points such as 250-700: 250 for what is shown, 700 if all that is not shown passes."
HINT = "Alike, which is a hint to look and no verdict:"
FIGURES = ("parameters", "receptive field", "accuracy")  # what was found is worth a column


def table(reports: Reports) -> str:
    """Return several reports as one table, a line each: name, verdict, points, what is wrong.

    Below it: which submissions are alike, and what the points mean.
    """
    lines = [("submission", "verdict", "points", "what is wrong")]
    for name, report in reports:
        lines.append((name, report.verdict, _range(report), _reason(report)))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    text = [
        f"{name:<{widths[0]}}  {verdict:<{widths[1]}}  {points:>{widths[2]}}  {reason}".rstrip()
        for name, verdict, points, reason in lines
    ]
    if shared := groups(reports):
        text += ["", HINT, *(f"  {kind}: {', '.join(names)}" for kind, names in shared)]
    named = any(report.rules in ANSWERS for _, report in reports)
    return "\n".join([*text, "", fill(f"{RANGE} {PROPOSAL}" if named else NO_POINTS, 100)])


def as_csv(reports: Reports) -> str:
    """Return several reports as CSV, a line each, with a column for each answer and each rule.

    Points are empty where nothing was judged, or where the brief names none.
    """
    pairs = alike(reports)
    lines = [{**_columns(name, report), "alike": "; ".join(pairs.get(name, []))}
             for name, report in reports]  # fmt: skip
    heads = list(max(lines, key=len, default={}))  # a submission that was judged has all columns
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({head: _harmless(cell) for head, cell in line.items()} for line in lines)
    return text.getvalue()


def _columns(name: str, report: Report) -> dict[str, object]:
    points = report.score
    shares = points.shares if points else ()
    return {
        "submission": name,
        "verdict": report.verdict,
        "trouble": report.trouble,
        "points proposed": points.earned if points else "",
        "up to more once shown": points.more if points else "",
        **{state: len(report.named(state)) for state in (PASSED, FAILED, NOT_SHOWN) if report.rows},
        **{f"points: {share.answer.name}": share.earned for share in shares},
        **{f"{row.rule}, found": row.found for row in report.rows if row.rule in FIGURES},
        **{row.rule: row.state for row in report.rows},
    }


def _reason(report: Report) -> str:
    """Why it cannot be judged, else what failed, else what is not shown."""
    if report.trouble or report.named(FAILED):
        return report.trouble or "; ".join(report.named(FAILED))
    not_shown = report.named(NOT_SHOWN)
    return f"not shown: {'; '.join(not_shown)}" if not_shown else ""


def _range(report: Report) -> str:
    """Points as "500-700": what is shown, and what it can still become."""
    points = report.score
    if points is None:
        return "-"
    return f"{points.earned}-{points.earned + points.more}" if points.more else f"{points.earned}"


def _harmless(cell: object) -> object:
    """A text that a spreadsheet does not take for a formula: names and messages are a student's."""
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
