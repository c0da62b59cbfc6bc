"""The notebooks that students open: each the image of its source, and fit to be opened anywhere."""

import json
import os
import re
import subprocess
import sys

import build
import nbformat
import pytest
from pipeline.derive import setup_source
from pipeline.workbook import ROOT, Workbook

WORKBOOK = Workbook.read()
SOURCES = WORKBOOK.sources()

every_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)


def notebook_of(source):
    return build.read(WORKBOOK.notebook(source))


def code_cells(source):
    return [cell for cell in notebook_of(source).cells if cell.cell_type == "code"]


def outputs(source):
    return [output for cell in code_cells(source) for output in cell.outputs]


def test_every_source_has_its_notebook_and_every_notebook_its_source():
    assert len(SOURCES) >= 1
    assert WORKBOOK.orphans() == []
    assert [s for s in SOURCES if not WORKBOOK.notebook(s).exists()] == []


@every_notebook
def test_a_notebook_is_what_its_source_says(source):
    assert build.check(source, WORKBOOK) == [], f"run: python notebooks/build.py {source.stem}"


@pytest.mark.slow
@every_notebook
def test_one_changed_character_in_any_cell_is_seen(source, tmp_path):
    """The test above can fail: edit each cell of a copy in turn."""
    committed = WORKBOOK.notebook(source).read_text(encoding="utf-8")
    copy = Workbook(tmp_path, WORKBOOK.repository, WORKBOOK.version)
    for index in range(len(json.loads(committed)["cells"])):
        edited = nbformat.reads(committed, as_version=4)
        edited.cells[index].source += "x"
        nbformat.write(edited, copy.notebook(source))
        assert build.check(source, copy) == [f"cell {index + 1}: its source differs"]


@every_notebook
def test_every_cell_ran_once_in_order_and_none_failed(source):
    cells = code_cells(source)
    assert len(cells) >= 2
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [output for output in outputs(source) if output.output_type == "error"] == []


@every_notebook
def test_a_notebook_is_valid_small_and_free_of_stored_state(source):
    notebook = notebook_of(source)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    assert WORKBOOK.notebook(source).stat().st_size < 1_000_000


@every_notebook
def test_every_picture_says_in_words_what_it_shows(source):
    for output in outputs(source):
        data = output.get("data", {})
        assert not [kind for kind in data if kind.startswith("image/")], "show(figure, alt) instead"
        assert "This cannot be drawn" not in data.get("text/plain", ""), "an explorer raised"
        for image in re.findall(r"<img\b[^>]*>", data.get("text/html", "")):
            assert "image/svg" not in image, "GitHub does not show it; build the notebook anew"
            assert re.search(r'alt="[^"]{10,}"', image), image[:80]


@every_notebook
def test_outputs_are_compared_and_cells_survive_everywhere(source):
    """nbval cannot follow `interact`, Output widgets or a trailing `;`, and skips no cell here."""
    cells = code_cells(source)
    marks = [
        cell
        for cell in cells
        if re.search(r"(?i)nbval[-_](ignore|skip)", f"{cell.source} {cell.metadata.get('tags')}")
    ]
    assert len(marks) <= 2
    for cell in cells:
        assert not re.search(r";[ \t]*$", cell.source, re.MULTILINE), "a trailing semicolon"
        assert not re.search(r"\binteract\w*\(|\bOutput\(|^[%!]", cell.source, re.MULTILINE)


@every_notebook
def test_the_skeleton_is_the_same_everywhere(source):
    title, setup, *_ = notebook_of(source).cells
    assert re.search(r"^# \S", title.source, re.MULTILINE)
    assert setup.source == setup_source(WORKBOOK)
    assert setup.outputs == []
    published = "colab-badge" in title.source
    assert published == bool(WORKBOOK.repository)


@pytest.mark.slow
def test_every_source_runs_as_a_plain_script_with_its_solutions(tmp_path):
    """All in one process, as an author runs them: `python notebooks/sources/NN_name.py`."""
    program = (
        "import matplotlib, runpy, sys\n"
        "matplotlib.use('agg')\n"
        "for path in sys.argv[1:]: runpy.run_path(path, run_name='__main__')\n"
        "from course_lib.exercises import results\n"
        "print('outcomes:', *[result.outcome.replace(' ', '-') for result in results])"
    )
    command = [sys.executable, "-c", program, *map(str, SOURCES)]
    ledger = {"COURSE_LEDGER": str(tmp_path / "predictions.json")}  # the last page reads the other
    done = subprocess.run(
        command, cwd=ROOT / "notebooks", env=os.environ | ledger, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes = done.stdout.splitlines()[-1].removeprefix("outcomes: ").split()
    asked = {kind: sum(len(re.findall(rf"(?m)^{kind}\(", path.read_text())) for path in SOURCES)
             for kind in (r"check\w*\.\w+", "predict")}  # fmt: skip
    assert outcomes.count("right") == asked[r"check\w*\.\w+"] >= 20, outcomes
    assert len(outcomes) == sum(asked.values()), "the page of predictions leaves its cell to you"
