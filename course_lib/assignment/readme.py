"""The answer that no program can judge: the README, by its link or as a file."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from .points import README
from .repository import files
from .rows import FAILED, NOT_SHOWN, PASSED, RULE_SETS, Row

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
    return Row(README, PASSED, f"{link}, not opened and not read", EXPECTED)


def file_row(path: Path) -> Row:
    """Return the row of a README that lies in the folder of a submission."""
    expected = f"{path.name}, filled in"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Row(README, NOT_SHOWN, f"there is no {path.name}", expected, "Write one.")
    if not text.strip():
        return Row(README, NOT_SHOWN, f"{path.name} is empty", expected, "Write it.")
    if text in _templates():
        return Row(README, NOT_SHOWN, f"{path.name} is as `scaffold` wrote it", expected,
                   "Fill in its sections.")  # fmt: skip
    return Row(README, PASSED, f"{path.name}, {len(text.split()):,} words, not read", expected)


def _templates() -> set[str]:
    return {files(rules)["README.md"] for rules in RULE_SETS}
