"""Exercises: the author writes the solution, the student gets a stub.

In a source's code cell::

    def output_size(n: int, kernel_size: int) -> int:
        # <solution>
        return n - kernel_size + 1
        # </solution>
        # <stub>
        # return ...  # your line
        # </stub>
    check_output_size(output_size)

The source runs as it stands, solution included. In the notebook the solution gives way to the
stub's lines, each less its ``# ``; without a stub, to ``...``. The markdown cells that follow,
tagged ``hint`` and ``solution``, are folded away; the solution's lines open the latter, or make a
cell of their own.
"""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_markdown_cell

_MARK = re.compile(r"(?P<indent> *)# <(?P<closing>/?)(?P<kind>solution|stub)>\s*")


class SourceError(ValueError):
    """A source that no notebook can be made of; the message says where and why."""


@dataclass
class _Part:
    """A run of lines that the student sees (``shared``), or that stand between two marks."""

    kind: str
    indent: str = ""
    lines: list[str] = field(default_factory=list)


def student_form(code: str) -> tuple[str, list[str]]:
    """The cell as the student gets it, and the solutions taken out of it, unindented."""
    parts = _parts(code)
    lines, solutions = [], []
    for part, following in zip(parts, [*parts[1:], _Part("shared")], strict=True):
        if part.kind == "shared":
            lines += part.lines
        elif part.kind == "solution":
            solutions.append(textwrap.dedent("\n".join(part.lines)))
            lines += _stub(following) if following.kind == "stub" else [f"{part.indent}..."]
    student = "\n".join(lines)
    if solutions:
        _must_parse(student)
    return student, solutions


def _parts(code: str) -> list[_Part]:
    parts = [_Part("shared")]
    for number, line in enumerate(code.splitlines(), 1):
        mark = _MARK.fullmatch(line)
        inside = parts[-1].kind
        if not mark:
            parts[-1].lines.append(line)
        elif mark["closing"] and inside == mark["kind"]:
            parts.append(_Part("shared"))
        elif not mark["closing"] and inside == "shared":
            if not parts[-1].lines:
                parts.pop()
            if mark["kind"] == "stub" and (not parts or parts[-1].kind != "solution"):
                raise SourceError(f"line {number} of the cell: a stub that follows no solution")
            parts.append(_Part(mark["kind"], mark["indent"]))
        else:
            raise SourceError(f"line {number} of the cell: {line.strip()} inside {inside} lines")
    if parts[-1].kind != "shared":
        raise SourceError(f"the cell ends inside a {parts[-1].kind}: # </{parts[-1].kind}> missing")
    return parts


def _stub(part: _Part) -> list[str]:
    lines = []
    for line in part.lines:
        code = line.removeprefix(part.indent)
        if line.strip() and not re.match(r"#( |$)", code):
            raise SourceError(f"a stub's line must be a comment under its mark: {line.strip()!r}")
        lines.append((part.indent + code[2:]).rstrip())
    return lines


def _must_parse(student: str) -> None:
    try:
        ast.parse(student)
    except SyntaxError as error:
        raise SourceError(
            f"with its stub the cell is not valid Python, line {error.lineno}: {error.msg}"
        ) from error


def student_cells(cells: Iterable[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """The cells of a source as the student gets them: stubs in, hints and solutions folded."""
    solutions, hints = [], 0
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if "hint" in tags:
            hints += 1
            cell.source = _folded(f"Hint {hints}", cell.source)
        elif "solution" in tags:
            cell.source = _solution(solutions, cell.source)
            solutions = []
        else:
            if solutions:
                yield new_markdown_cell(_solution(solutions), metadata={"tags": ["solution"]})
            solutions, hints = [], 0
            if cell.cell_type == "code":
                cell.source, solutions = student_form(cell.source)
        yield cell
    if solutions:
        yield new_markdown_cell(_solution(solutions), metadata={"tags": ["solution"]})


def _solution(solutions: list[str], words: str = "") -> str:
    code = [f"```python\n{solution}\n```" for solution in solutions]
    return _folded("Solution", "\n\n".join([*code, words]))


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text.strip()}\n\n</details>"
