"""The pipeline on a throw-away lesson: what it writes, and what it refuses."""

import base64
import hashlib
import io
import json
import os
import re
import sys

import build
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from PIL import Image
from pipeline.derive import derive, setup_source
from pipeline.execute import _in_256_colours
from pipeline.stills import png
from pipeline.workbook import Workbook, stamp_repository

from course_lib.explorers.convolution.explorer import ConvolutionExplorer
from course_lib.frontends.figures import picture
from course_lib.frontends.jupyter import explore
from course_lib.frontends.still import still
from tests.notebooks.conftest import LESSON


def root(workbook):
    return workbook.folder.parent


def source_and_notebook(workbook):
    (source,) = workbook.sources()
    return source, workbook.notebook(source)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_built_twice_the_notebook_is_the_same_to_the_byte(built):
    _, path = source_and_notebook(built)
    first = digest(path)
    assert build.main(["01_sizes"], root(built)) == 0
    assert digest(path) == first


def test_the_notebook_is_run_in_student_form_and_holds_no_trace_of_the_machine(built):
    _, path = source_and_notebook(built)
    notebook = build.read(path)
    text = path.read_text(encoding="utf-8")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5]
    assert "return ...  # one line" in code[3].source
    assert code[3].outputs[0].text == "not attempted\n"
    assert "shrunk = kernel_size - 1" not in "".join(cell.source for cell in code)
    assert notebook.metadata.language_info == {"name": "python"}
    assert "widgets" not in notebook.metadata
    assert '"model_id": "' + "0" * 32 in text
    assert str(root(built)) not in text


def test_the_figure_reaches_the_notebook_with_its_alt_text(built):
    _, path = source_and_notebook(built)
    output = build.read(path).cells[2].outputs[0]
    assert output.data["text/plain"] == "A line that rises from 1 to 3 & stays < 4."
    assert (
        '<img alt="A line that rises from 1 to 3 &amp; stays &lt; 4."' in output.data["text/html"]
    )
    assert len(build.read(path).cells[2].outputs) == 1, "the figure is shown once"


@pytest.mark.slow
def test_the_stored_picture_has_few_colours_and_is_the_one_that_a_kernel_shows(built):
    _, path = source_and_notebook(built)
    page = build.read(path).cells[2].outputs[0].data["text/html"]
    png = base64.b64decode(re.search(r'base64,([^"]+)', page)[1])
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    live = picture(figure, "A line.").png
    stored, shown = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float) for data in (png, live)
    )
    assert len(png) < 0.7 * len(live)
    assert len(np.unique(stored.reshape(-1, 3), axis=0)) <= 256
    assert stored.shape == shown.shape
    assert np.abs(stored - shown).mean() < 1


def test_an_explorer_is_stored_as_a_png_of_its_svg_with_its_words(built):
    """Live it is SVG; GitHub's page spoils SVG, so the file holds a PNG of that same picture."""
    _, path = source_and_notebook(built)
    data = build.read(path).cells[-1].outputs[0].data
    drawing = explore(ConvolutionExplorer()).set(stride=1).drawing
    assert data["text/plain"] == drawing.summary
    live = still(drawing.svg(), drawing.picture.width, drawing.summary, drawing.status)
    without_picture = re.compile(r'data:image/[^"]+')  # as tests/nbval_sanitize.cfg leaves it out
    assert without_picture.sub("", data["text/html"]) == without_picture.sub("", live)
    stored = re.search(r'src="data:image/png;base64,([^"]+)"', data["text/html"])[1]
    seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(stored))).convert("RGB"), float)
    drawn = np.asarray(Image.open(io.BytesIO(png(drawing.svg()))).convert("RGB"), float)
    assert seen.shape == drawn.shape
    assert np.abs(seen - drawn).mean() < 1


@pytest.mark.slow
def test_an_html_export_shows_the_picture_with_its_words(built):
    _, path = source_and_notebook(built)
    page, _ = HTMLExporter().from_filename(path)
    summary = build.read(path).cells[-1].outputs[0].data["text/plain"]
    assert re.search(rf'<img alt="{re.escape(summary)}" [^>]*src="data:image/png', page)


@pytest.mark.slow
def test_a_flat_area_keeps_its_colour_beside_a_thousand_others():
    random = np.random.default_rng(0)
    busy = random.integers(0, 256, (200, 200, 3), dtype=np.uint8)
    busy[20:90, 20:90] = (145, 144, 125)  # the hole of the assignment's gallery
    busy[100:] = 255
    buffer = io.BytesIO()
    Image.fromarray(busy).save(buffer, "PNG")
    png = base64.b64decode(_in_256_colours(base64.b64encode(buffer.getvalue()).decode()))
    stored = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    assert (stored[20:90, 20:90] == (145, 144, 125)).all()
    assert (stored[100:] == 255).all()


def test_check_is_content_with_what_was_built(built, capsys):
    assert build.main(["--check"], root(built)) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("key", ["source", "id", "tags", "cell_type"])
def test_check_sees_one_changed_character_in_any_cell(built, key, capsys):
    _, path = source_and_notebook(built)
    wanted = path.read_text(encoding="utf-8")
    for index in range(len(json.loads(wanted)["cells"])):
        notebook = nbformat.reads(wanted, as_version=4)
        cell = notebook.cells[index]
        if key == "tags":
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "x"]
        elif key == "cell_type":
            cell.cell_type = "raw"
        else:
            cell[key] = cell[key][:-1] + ("x" if cell[key][-1] != "x" else "y")
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        assert build.main(["--check"], root(built)) == 1
        assert f"cell {index + 1}:" in capsys.readouterr().err


def test_check_sees_a_lost_cell_a_lost_notebook_and_a_stray_one(built, capsys):
    _, path = source_and_notebook(built)
    notebook = build.read(path)
    notebook.cells.pop()
    nbformat.write(notebook, path)
    assert build.main(["--check"], root(built)) == 1
    path.rename(path.with_name("99_stray.ipynb"))
    assert build.main(["--check"], root(built)) == 1
    said = capsys.readouterr().err
    assert "it has 10 cells, its source makes 11" in said
    assert "01_sizes.ipynb is missing" in said
    assert "99_stray.ipynb: no source stands behind it" in said


@pytest.mark.slow
def test_a_cell_that_fails_is_named_and_the_old_notebook_stays(built, capsys):
    source, path = source_and_notebook(built)
    before = digest(path)
    source.write_text(LESSON.replace("print(5 - 3 + 1)", "print(5 / 0)"), encoding="utf-8")
    assert build.main([], root(built)) == 1
    said = capsys.readouterr().err
    assert "cell 4 failed" in said
    assert "ZeroDivisionError" in said
    assert "the old notebook is untouched" in said
    assert digest(path) == before
    assert [p.name for p in built.folder.iterdir() if p.is_file()] == [path.name]


def test_a_kernel_that_dies_is_reported_too(workbook, capsys):
    source, _ = source_and_notebook(workbook)
    source.write_text("# %% [markdown]\n# # T\n\n# %%\nimport os\nos._exit(1)\n", encoding="utf-8")
    assert build.main([], root(workbook)) == 1
    assert "cell 3 failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "the first cell must be markdown"),
        (LESSON.replace("    # </solution>\n", ""), "inside solution lines"),
    ],
)
def test_a_source_that_makes_no_notebook_is_refused_in_words(workbook, text, words, capsys):
    source, path = source_and_notebook(workbook)
    source.write_text(text, encoding="utf-8")
    assert build.main([], root(workbook)) == 1
    assert words in capsys.readouterr().err
    assert not path.exists()


def test_an_unknown_name_is_refused_with_the_known_ones(workbook, capsys):
    assert build.main(["02_nothing"], root(workbook)) == 2
    assert "no source named 02_nothing; there are: 01_sizes" in capsys.readouterr().err


def test_a_change_of_words_keeps_the_outputs_and_a_change_of_code_does_not(built, capsys):
    source, path = source_and_notebook(built)
    source.write_text(LESSON.replace("Recap", "In short"), encoding="utf-8")
    assert build.main(["--keep-outputs"], root(built)) == 0
    assert "01_sizes: outputs kept" in capsys.readouterr().out
    assert "## In short" in path.read_text(encoding="utf-8")
    source.write_text(LESSON.replace("5 - 3 + 1", "7 - 3 + 1"), encoding="utf-8")
    assert build.main(["--keep-outputs"], root(built)) == 0
    assert "01_sizes: executed" in capsys.readouterr().out
    assert build.read(path).cells[3].outputs[1].text == "5\n"


def test_publishing_stamps_the_address_into_settings_badge_and_setup_cell(built, capsys):
    _, path = source_and_notebook(built)
    address = "https://github.com/someone/convolutions"
    unpublished = build.read(path)
    assert build.main(["--keep-outputs", "--repository", f"{address}.git/"], root(built)) == 0
    assert Workbook.read(root(built)).repository == address
    notebook = build.read(path)
    assert notebook.cells[0].source.startswith("[![Open In Colab]")
    assert (
        "github/someone/convolutions/blob/v0.1.0/notebooks/01_sizes.ipynb"
        in notebook.cells[0].source
    )
    assert f"--branch v0.1.0 {address} " in notebook.cells[1].source
    assert notebook.cells[2:] == unpublished.cells[2:], "no output has moved"


@pytest.mark.parametrize(
    "address", ["", "someone/x", "https://example.org/a/b", "https://github.com/a"]
)
def test_an_address_that_is_no_repository_is_refused_and_nothing_changes(built, address, capsys):
    _, path = source_and_notebook(built)
    before = digest(path), digest(root(built) / "pyproject.toml")
    assert build.main(["--repository", address], root(built)) == 2
    assert "https://github.com/OWNER/REPO" in capsys.readouterr().err
    assert before == (digest(path), digest(root(built) / "pyproject.toml"))


def test_a_settings_file_without_the_setting_is_refused(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text("[project]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="found 0"):
        stamp_repository(path, "https://github.com/a/b")


def test_both_setup_cells_are_python_of_eight_lines_at_most(workbook):
    published = Workbook(workbook.folder, "https://github.com/a/b", "1.2.3")
    for source in setup_source(workbook), setup_source(published):
        compile(source, "setup", "exec")
        assert source.count("\n") < 8
        assert source.endswith("import course_lib")
        assert "pip" not in source


def test_the_published_setup_cell_clones_the_pinned_version_on_colab_only(workbook, monkeypatch):
    published = Workbook(workbook.folder, "https://github.com/a/b", "1.2.3")
    calls = []
    monkeypatch.setattr("subprocess.run", lambda command, check: calls.append((command, check)))
    monkeypatch.setattr("sys.path", [*sys.path])
    monkeypatch.setenv("PYTHONPATH", "mine")
    exec(setup_source(published), {})
    assert (calls, os.environ["PYTHONPATH"]) == ([], "mine")
    monkeypatch.setitem(sys.modules, "google.colab", object())
    exec(setup_source(published), {})
    address = "https://github.com/a/b"
    clone = f"git clone --quiet --depth 1 --branch v1.2.3 {address} /content/workbook"
    assert calls == [(clone.split(), True)]
    monkeypatch.setenv("PYTHONPATH", "")  # a kernel begun anew on the same machine
    monkeypatch.setattr("os.path.isdir", lambda path: path == "/content/workbook")
    exec(setup_source(published), {})
    assert len(calls) == 1
    assert os.environ["PYTHONPATH"] == "/content/workbook", "commands find the workbook"


def test_a_gpu_is_asked_for_where_the_source_asks(workbook):
    source, _ = source_and_notebook(workbook)
    assert "accelerator" not in derive(source, workbook).metadata
    header = "# ---\n# jupyter:\n#   accelerator: GPU\n# ---\n\n"
    source.write_text(header + LESSON, encoding="utf-8")
    assert derive(source, workbook).metadata.accelerator == "GPU"


def test_equal_cells_get_ids_of_their_own(workbook):
    source, _ = source_and_notebook(workbook)
    source.write_text("# %% [markdown]\n# # T\n" + "\n# %%\nprint(1)\n" * 3, encoding="utf-8")
    ids = [cell.id for cell in derive(source, workbook).cells]
    assert len(set(ids)) == 5
    nbformat.validate(derive(source, workbook))
