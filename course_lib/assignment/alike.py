"""Notice submissions that are nearly the same: a hint to look, never a verdict.

Two have the same source if their code is equal without comments, docstrings and layout, and the
same network if one forward pass executes the same steps in the same order, whatever their names.
"""

import hashlib
import io
import tokenize
from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

from .report import Report

Reports = Sequence[tuple[str, Report]]
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


def source_digest(path: Path) -> str:
    """Return a digest of a file's code that layout and comments do not change; "" if it has none.

    Tokens, not a syntax tree: a file that does not compile has a digest too.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    words = _words(content)
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16] if words else ""


def groups(reports: Reports) -> list[tuple[str, list[str]]]:
    """Return what submissions share, and which: ("same source", ["anna", "ben"]).

    Those with the same source are not listed a second time for having the same network.
    """
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, attribute in (("same source", "source"), ("same network", "architecture")):
        for name, report in reports:
            if digest := getattr(report, attribute):
                held[kind, digest].append(name)
    found = {tuple(names): kind for (kind, _), names in reversed(held.items()) if len(names) > 1}
    return sorted((kind, list(names)) for names, kind in found.items())


def alike(reports: Reports) -> dict[str, list[str]]:
    """Return for each submission that resembles others a text for each: "anna: same network"."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, names in groups(reports):
        for name, other in permutations(names, 2):
            # "same network" comes first, and the same source says more.
            found[name][other] = kind
    return {name: [f"{other}: {kind}" for other, kind in sorted(others.items())]
            for name, others in found.items()}  # fmt: skip


def _words(content: bytes) -> list[str]:
    words: list[str] = []
    statement: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.tokenize(io.BytesIO(content).readline):
            if token.type in LAYOUT:
                continue
            statement.append(token)
            if token.type == tokenize.NEWLINE:
                # A statement of nothing but a text is a docstring.
                if any(part.type not in (tokenize.STRING, tokenize.NEWLINE) for part in statement):
                    words += [part.string for part in statement[:-1]] + ["\n"]
                statement = []
    except (tokenize.TokenError, SyntaxError, ValueError):
        return content.decode("utf-8", "replace").split()
    return words
