"""A report as a table for a notebook: words and signs, in the colours of the page's own theme."""

from html import escape
from typing import TYPE_CHECKING

from .points import NO_POINTS, Score
from .rows import FAILED, NOT_SHOWN, PASSED, Row, gathered

if TYPE_CHECKING:
    from .report import Report

SIGNS = {PASSED: "✓", FAILED: "✗", NOT_SHOWN: "?"}
# Grey that is seen on white and on black; every other colour is the page's own.
CELL = "text-align:left;vertical-align:top;border-bottom:1px solid rgba(128,128,128,0.4)"
NARROW, WIDE = f"{CELL};white-space:nowrap;padding-right:1em", f"{CELL};white-space:normal"
TABLE = "border-collapse:collapse;margin:0.5em 0 1em"
CAPTION = "text-align:left;color:inherit;font-weight:bold;padding-bottom:0.3em"


def as_html(report: "Report") -> str:
    """Return the report as an HTML fragment; every text in it is escaped."""
    if report.trouble:
        return f"<p>✗ <strong>{escape(report.verdict)}</strong>: {escape(report.trouble)}</p>"
    caption = f"Rules of {report.rules}: {report.verdict}"
    body = "".join(_line(_state(row), row.rule, *_found(row)) for row in gathered(report.rows))
    notes = "".join(f"<li>{escape(note)}</li>" for note in report.notes)
    return "\n".join(
        [
            "<div>",
            _table(caption, ["state", "rule", "found"], body),
            *(f"<p>! {escape(warning)}</p>" for warning in report.warnings),
            _score(report.score),
            f"<details><summary>What the words mean</summary><ul>{notes}</ul></details>",
            "</div>",
        ]
    )


def _state(row: Row) -> str:
    return f"{SIGNS[row.state]} {row.state}"


def _found(row: Row) -> list[str]:
    """What was found and, where the rule did not pass, what was expected and how to get there."""
    lines = [row.found]
    if row.state != PASSED:
        lines.append(f"expected: {row.expected}")
    return [*lines, f"cure: {row.cure}"] if row.cure else lines


def _score(points: Score | None) -> str:
    if points is None:
        return f"<p>{escape(NO_POINTS)}</p>"
    body = ""
    for share in points.shares:
        more = [f"up to {share.more} more once shown"] if share.more else []
        worth = f"{share.earned} of {share.answer.points}"
        body += _line(worth, share.answer.name, share.reasons, *more)
    return _table(str(points), ["points", "answer", "rules behind it"], body)


def _table(caption: str, heads: list[str], body: str) -> str:
    head = "".join(f'<th scope="col" style="{CELL}">{escape(text)}</th>' for text in heads)
    return (
        f'<table style="{TABLE}"><caption style="{CAPTION}">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _line(first: str, second: str, *last: str) -> str:
    """A row of the table; several names in the second cell have a line each, as have the last."""
    cells = ((NARROW, [first]), (NARROW, second.split("; ")), (WIDE, last))
    row = (f'<td style="{style}">{"<br>".join(map(escape, lines))}</td>' for style, lines in cells)
    return f"<tr>{''.join(row)}</tr>"
