"""What a check says: one of four outcomes, in plain text and as a small box on the page."""

import html
import re
import textwrap
from dataclasses import dataclass
from itertools import chain
from typing import Any

from course_lib.pictures.palette import FOCUS, MUTED, OUTPUT, PADDING

NOT_ATTEMPTED, RAISED, WRONG, RIGHT = "not attempted", "raised", "wrong", "right"

# A sign, a word, a kind of line and a colour: nothing is said by colour alone. The colours stand
# out on white and on black, and the text keeps the page's own colour.
_LOOKS = {
    NOT_ATTEMPTED: ("○", "Not attempted", f"4px dotted {MUTED}"),
    RAISED: ("!", "Your code raised", f"4px double {PADDING}"),
    WRONG: ("✗", "Wrong", f"4px dashed {FOCUS}"),
    RIGHT: ("✓", "Right", f"4px solid {OUTPUT}"),
}
_LABEL = 11  # characters that a row's label takes in plain text
_WIDTH = 96


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of one check; a notebook shows it where a cell ends with it.

    ``outcome`` is "not attempted", "raised", "wrong" or "right". ``rows`` are (label, text) pairs
    such as ("found", "6"); `code` in their text stands between backticks. ``inputs`` are the
    arguments of the call that the rows speak of, so that ``f(*_.inputs)`` repeats it.
    """

    exercise: str
    outcome: str
    sentence: str
    rows: tuple[tuple[str, str], ...] = ()
    inputs: tuple[Any, ...] = ()

    @property
    def cause(self) -> str:
        """The likely cause, empty where none is known."""
        return dict(self.rows).get("likely", "")

    def __repr__(self) -> str:
        sign, word, _ = _LOOKS[self.outcome]
        lines = [textwrap.fill(f"{sign} {word}: {self.sentence}", _WIDTH, subsequent_indent="  ")]
        for label, text in self.rows:
            wrapped = (textwrap.wrap(line, _WIDTH - _LABEL) for line in text.splitlines())
            first, *more = chain.from_iterable(wrapped)
            lines += [f"  {label:<{_LABEL}}{first}", *(" " * (_LABEL + 2) + line for line in more)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        sign, word, line = _LOOKS[self.outcome]
        rows = "".join(
            f'<div style="display: flex"><span style="flex: 0 0 6em">{html.escape(label)}</span>'
            f"<span>{_rich(text)}</span></div>"
            for label, text in self.rows
        )
        return (
            f'<div style="border-left: {line}; padding-left: 12px; margin: 4px; max-width: 48em">'
            f"<div><strong>{sign} {word}:</strong> {_rich(self.sentence)}</div>{rows}</div>"
        )


def _rich(text: str) -> str:
    """Escape; code between backticks and line breaks become what a page has for them."""
    coded = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html.escape(text))
    if "\n" in coded:
        return f'<pre style="margin: 0">{coded}</pre>'
    return coded
