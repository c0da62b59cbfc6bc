"""What stands around a picture on the page: title, question, status lines, code; as HTML.

Text inherits the page's colours, so that it reads well in light and dark themes.
"""

import re
from collections.abc import Iterable
from html import escape

from course_lib.explorers.base import Drawing

_FORMULA = re.compile(r"[^\W\d]\S* = ")  # how a line of the status begins that is a formula
_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"

# One style sheet a view. Every name in it begins with cw-: it touches nothing else on the page.
STYLE = f"""<style>
.cw-title {{ font-size: 17px; font-weight: 600; line-height: 1.5 }}
.cw-card {{ background: rgba(128,128,128,.09); border-radius: 10px }}
.cw-text {{ font-size: 14px; line-height: 1.5; max-width: 72ch; white-space: normal }}
.cw-line {{ font-size: 14px; line-height: 1.5; margin: 0 0 2px; white-space: normal }}
.cw-said {{ min-height: 112px }}
.cw-formula {{ font: 13px/1.6 {_MONO} }}
.cw-code {{ font: 13px/1.6 {_MONO}; margin: 8px 0 4px; padding: 2px 12px; white-space: pre-wrap;
  color: inherit; background: none; border-left: 3px solid rgba(128,128,128,.45) }}
.cw-picture {{ position: relative; line-height: 0; margin: 4px 0 8px }}
.cw-problem {{ position: absolute; left: 28px; top: 32px; box-sizing: border-box; width: 540px;
  max-width: calc(100% - 28px); padding: 10px 16px; font-size: 14px; line-height: 1.5;
  white-space: normal; color: #1F2430; background: #FFFFFF; border: 2px solid #D55E00;
  border-radius: 8px }}
</style>"""


def head(title: str) -> str:
    """The title, and the style sheet of what follows."""
    return f'{STYLE}<div class="cw-title">{escape(title)}</div>'


def text(words: str) -> str:
    """A paragraph: the question, or the reply to an answer."""
    return f'<div class="cw-text">{escape(words)}</div>' if words else ""


def live(drawing: Drawing, complaint: str = "") -> str:
    """Picture, what is wrong with the settings, status lines and code of a drawing.

    `complaint` says what the front end itself could not do, such as read a typed number.
    """
    return (
        f'<div class="cw-picture">{drawing.svg()}{_problem(drawing.problem)}</div>'
        f'<div class="cw-said" aria-live="polite">{_lines(drawing.status)}{_warning(complaint)}'
        f"{_code(drawing.code)}</div>"
    )


def failure(drawing: Drawing | None, error: Exception) -> str:
    """What is shown where an explorer raised: the error, below the last picture there was."""
    picture = f'<div class="cw-picture" style="opacity:.3">{drawing.svg()}</div>' if drawing else ""
    return picture + _warning(cannot(error))


def cannot(error: Exception) -> str:
    """What is said where an explorer raised."""
    return f"This cannot be drawn. {type(error).__name__}: {error}"


def plain_lines(drawing: Drawing) -> list[str]:
    """The status as lines of text."""
    return [line for entry in drawing.status for line in entry.splitlines()]


def _lines(status: Iterable[str]) -> str:
    lines = [line for entry in status for line in entry.splitlines()]
    return "".join(
        f'<p class="cw-line{" cw-formula" if _FORMULA.match(line) else ""}">{escape(line)}</p>'
        for line in lines
    )


def _problem(problem: str) -> str:
    return f'<div class="cw-problem" role="status">⚠ {escape(problem)}</div>' if problem else ""


def _warning(words: str) -> str:
    return f'<p class="cw-line" role="status">⚠ {escape(words)}</p>' if words else ""


def _code(code: str) -> str:
    return f'<div class="cw-code">{escape(code)}</div>' if code else ""
