"""The answer that no program can judge: the README, by its link or as a file.

A link shows nothing until somebody opens it. A file counts once there is some text in it.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from .points import README
from .repository import files
from .rows import FAILED, NOT_SHOWN, PASSED, RULE_SETS, Row

LEAST = 30  # words: fewer cannot name the network, its accuracy and its data
EXPECTED = "the link of a README.md"
EXAMPLE = "https://github.com/NAME/REPOSITORY/blob/main/README.md"
NOT_GIVEN = Row(README, NOT_SHOWN, "no link was given", EXPECTED,
                "Hand in with: submission --readme LINK.")  # fmt: skip


def link_trouble(link: str) -> str:
    """Say in a sentence why this is no link that others can open, or return ""."""
    shown = link if link.isprintable() and len(link) <= 200 else ascii(link)[:200]
    wanted = f"such as {EXAMPLE}"
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return f"the README's link is «{shown}»; expected an address {wanted}"
    odd = re.search(r"[\s<>\"`\\^{|}]", link) or not link.isprintable()
    if odd or parts.scheme not in ("http", "https") or "." not in host.strip("."):
        return f"the README's link is «{shown}»; expected an address {wanted}"
    if "/NAME/REPOSITORY" in link:
        return f"the README's link is the example {link}; put in the address of your own"
    if parts.username is not None:
        return (f"the README's link holds a user name or a token before {host}; take it out, since "
                "whoever reads the submission could use it")  # fmt: skip
    return ""


def link_row(link: str | None) -> Row:
    """Return the row of a README that is given by its link."""
    if link is None:
        return NOT_GIVEN
    if trouble := link_trouble(link):
        return Row(README, FAILED, trouble, EXPECTED, "Copy the address out of the browser.")
    return Row(README, NOT_SHOWN, f"{link} (a link, not opened: read it)", EXPECTED)


def file_row(path: Path) -> Row:
    """Return the row of a README that lies in the folder of a submission."""
    expected = f"{path.name} of {LEAST} words or more"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Row(README, NOT_SHOWN, f"there is no {path.name}", expected, "Write one.")
    if not text.strip():
        return Row(README, NOT_SHOWN, f"{path.name} is empty", expected, "Write it.")
    own = _own_lines(text)
    if not own:
        return Row(README, NOT_SHOWN, f"{path.name} is as `scaffold` wrote it", expected,
                   "Fill in its sections.")  # fmt: skip
    words = sum(any(map(str.isalnum, word)) for line in own for word in line.split())
    found = f"{path.name} has {words:,} word{'s' * (words != 1)} of its own"
    if words < LEAST:
        return Row(README, NOT_SHOWN, found, expected, "Fill in its sections.")
    return Row(README, PASSED, f"{found}; nobody judged them", expected)


def _own_lines(text: str) -> list[str]:
    """The lines that do not stand in what `scaffold` writes."""
    given = {line.strip() for rules in RULE_SETS for line in files(rules)["README.md"].splitlines()}
    return [line for line in map(str.strip, text.splitlines()) if line not in given]
