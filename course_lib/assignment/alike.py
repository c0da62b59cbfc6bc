"""Notice submissions that are nearly the same: a hint to look, never a verdict.

Two have the same source if their code is equal without comments, docstrings and layout, the same
network if one forward pass executes the same steps in the same order, whatever their names, and the
same log if all figures of all epochs are equal. The workbook's own networks and logs are compared
as well.
"""

import hashlib
import io
import json
import tokenize
from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import course_lib
from course_lib.training import read_log

from .report import Report

LOG, SOURCE, NETWORK = "same log", "same source", "same network"
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


def log_digest(path: str | Path) -> str:
    """Return a digest of the epochs of a log, whatever its header says; "" if it has none."""
    try:
        epochs = read_log(path).epochs
    except (OSError, ValueError):
        return ""
    text = json.dumps(epochs, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if epochs else ""


def groups(reports: Reports) -> list[tuple[str, list[str]]]:
    """Return what submissions share, and which: ("same source", ["anna", "ben"]).

    Those with the same source are not listed a second time for having the same network.
    """
    found = {
        (kind, tuple(names)) for (kind, _), names in _holders(reports).items() if len(names) > 1
    }
    return sorted((kind, list(names)) for kind, names in found
                  if kind != NETWORK or (SOURCE, names) not in found)  # fmt: skip


def alike(reports: Reports) -> dict[str, list[str]]:
    """Return for each submission that resembles others a text for each: "anna: same network"."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (kind, _), names in _holders(reports).items():
        for name, other in permutations(names, 2):
            if kind != NETWORK or SOURCE not in found[name][other]:
                found[name][other].append(kind)
    return {name: [f"{other}: {', '.join(kinds)}" for other, kinds in sorted(others.items())]
            for name, others in found.items()}  # fmt: skip


def _holders(reports: Reports) -> dict[tuple[str, str], list[str]]:
    """What can be shared, as (kind, digest), with all that have it."""
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, attribute in ((LOG, "log"), (SOURCE, "source"), (NETWORK, "architecture")):
        for name, report in reports:
            if digest := getattr(report, attribute):
                held[kind, digest].append(name)
    ours = {(NETWORK, report.architecture): report.ours for _, report in reports if report.ours}
    for path in sorted((Path(course_lib.__file__).parent / "models" / "weights").glob("*.jsonl")):
        ours[LOG, log_digest(path)] = f"{path.stem} log"
    for key in ours.keys() & held.keys():
        held[key].append(f"the workbook's {ours[key]}")
    return held


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
