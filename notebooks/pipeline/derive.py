"""A lesson's source -> the student's notebook, not yet run. The same source, the same bytes."""

import hashlib
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from pipeline.exercises import SourceError, student_cells
from pipeline.workbook import Workbook

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

_SETUP_UNPUBLISHED = """\
# Setup. On Colab, or if this cell fails: put the workbook's folder course_lib
# beside this notebook (or run `make lab`, which installs it).
import sys

sys.path.append("..")
import course_lib"""

_SETUP_PUBLISHED = """\
# Setup. On Colab this fetches the workbook, in the version of this notebook.
import os, subprocess, sys
clone = "git clone --quiet --depth 1 --branch v{version} {repository} /content/workbook"
if "google.colab" in sys.modules:
    os.environ["PYTHONPATH"] = "/content/workbook"  # for commands: !python -m course_lib
    if not os.path.isdir("/content/workbook"): subprocess.run(clone.split(), check=True)
sys.path += ["..", "/content/workbook"]
import course_lib"""


def setup_source(workbook: Workbook) -> str:
    """The setup cell, the same in every notebook."""
    if not workbook.repository:
        return _SETUP_UNPUBLISHED
    return _SETUP_PUBLISHED.format(version=workbook.version, repository=workbook.repository)


def badge(workbook: Workbook, name: str) -> str:
    """The line that opens notebook `name` in Colab; empty while the workbook has no address."""
    if not workbook.repository:
        return ""
    path = workbook.repository.removeprefix("https://github.com/")
    return (
        "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        "(https://colab.research.google.com/github/"
        f"{path}/blob/v{workbook.version}/notebooks/{name}.ipynb)"
    )


def derive(source: Path, workbook: Workbook) -> nbformat.NotebookNode:
    """The student's notebook of `source`, without outputs.

    Adds the Colab badge to the title cell and the setup cell behind it, puts stubs in the place of
    solutions, and names each cell by its content. Raises SourceError in words.
    """
    lesson = jupytext.read(source, fmt="py:percent")
    cells = list(student_cells(lesson.cells))
    if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        raise SourceError("the first cell must be markdown and open with the title, `# …`")
    if line := badge(workbook, source.stem):
        cells[0].source = f"{line}\n\n{cells[0].source}"
    cells.insert(1, new_code_cell(setup_source(workbook), metadata={"tags": ["setup"]}))
    for cell in cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    _name(cells)
    accelerator = {key: lesson.metadata[key] for key in ("accelerator",) if key in lesson.metadata}
    return new_notebook(
        cells=cells, metadata=nbformat.from_dict(_METADATA | accelerator), nbformat_minor=5
    )


def _name(cells: list[nbformat.NotebookNode]) -> None:
    """Give each cell an id from its content; equal cells are told apart by their order."""
    seen = Counter()
    for cell in cells:
        digest = hashlib.sha1(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def differences(notebook: nbformat.NotebookNode, derived: nbformat.NotebookNode) -> list[str]:
    """What `notebook` has otherwise than its source says, in words; outputs are not compared."""
    if notebook.metadata != derived.metadata:
        return ["its metadata differs"]
    found = []
    for number, (cell, wanted) in enumerate(zip(notebook.cells, derived.cells, strict=False), 1):
        for key in ("cell_type", "source", "id", "metadata"):
            if cell.get(key) != wanted.get(key):
                found.append(f"cell {number}: its {key} differs")
    if len(notebook.cells) != len(derived.cells):
        found.append(f"it has {len(notebook.cells)} cells, its source makes {len(derived.cells)}")
    return found
