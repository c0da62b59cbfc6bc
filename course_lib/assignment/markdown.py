"""The submission as Markdown; nothing that a student wrote can break out of its place in it."""

import json
import re
import tokenize
from pathlib import Path

from course_lib.training import Log

from .isolation import Findings, Request
from .targets import split_target

TITLE = "# Submission"
HEADINGS = (
    "## 1. Model code",
    "## 2. Output of torchsummary",
    "## 3. Augmentation code",
    "## 4. Training log",
    "## 5. README",
    "## Rules and points",
)
FACTS = ("data", "train_images", "test_images", "device", "parameters", "command")


def markdown(request: Request, found: Findings, log: Log, readme: str) -> str:
    """Return the five answers and the report; ``readme`` is a link that was judged harmless."""
    path, name = split_target(request.model)
    report = found.report
    answers = (
        _model_code(path, found.neighbours),
        fenced(found.summary),
        _augmentation_code(request, path),
        fenced(log_text(log)),
        f"<{readme}>",
        fenced(str(report)),
    )
    network = f"{code_span(name)} of " if name else "the network of "
    head = f"{TITLE}: {network}{code_span(path.name)}, rules of {report.rules}"
    outcome = f"Rules: {report.verdict}. {report.score or ''}".strip()
    sections = [f"{title}\n\n{body}" for title, body in zip(HEADINGS, answers, strict=True)]
    return "\n\n".join([head, outcome, *sections]) + "\n"


def fenced(text: str, language: str = "text") -> str:
    """Put text into a code block whose fence is longer than any run of backticks inside."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def code_span(text: str) -> str:
    """Put a short text into a code span, whatever is in it."""
    text = " ".join(text.split())
    ticks = "`" * (_longest_run(text) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def log_text(log: Log) -> str:
    """Return what a run was made with, then a line an epoch."""
    facts = [f"{key.replace('_', ' ')}: {log.header[key]}" for key in FACTS if key in log.header]
    try:
        table = log.table()
    except (KeyError, TypeError, ValueError):  # a log of other columns: as it is
        table = "\n".join(json.dumps(record) for record in log)
    return "\n".join([*facts, "", table])


def _model_code(path: Path, neighbours: tuple[str, ...]) -> str:
    parts = [f"{code_span(path.name)}:", fenced(_read(path), "python")]
    for neighbour in neighbours:
        parts += [f"{code_span(neighbour)}, which it imports:",
                  fenced(_read(path.parent / neighbour), "python")]  # fmt: skip
    return "\n\n".join(parts)


def _augmentation_code(request: Request, model: Path) -> str:
    if request.augmentation is None:
        return "The brief of Session 7 asks for none."
    path, name = split_target(request.augmentation)
    if path == model:
        return f"{code_span(name)} in {code_span(path.name)}, see 1."
    return f"{code_span(name)} in {code_span(path.name)}:\n\n{fenced(_read(path), 'python')}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _read(path: Path) -> str:
    """The text of a Python file, in the encoding that it declares."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (SyntaxError, ValueError):
        return path.read_text(encoding="utf-8", errors="replace")
