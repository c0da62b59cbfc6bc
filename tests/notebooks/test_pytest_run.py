"""What `pytest --nbval` sees: stale outputs, and a suite that has lost its notebooks or tests."""

import re
import shutil
import subprocess
import sys

import pytest
from pipeline.workbook import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def suite(built):
    """The throw-away workbook with this project's own pytest settings, and one test."""
    root = built.folder.parent
    for name in "conftest.py", "pyproject.toml", "tests/nbval_sanitize.cfg", "notebooks/pipeline":
        source, target = ROOT / name, root / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (root / "tests" / "test_one.py").write_text("def test_one():\n    assert True\n")
    return root


def pytest_run(root, *arguments):
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def edit(root, pattern, replacement):
    path = root / "notebooks" / "01_sizes.ipynb"
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")


def test_a_whole_suite_counts_every_cell_and_does_not_mind_other_pixels(suite):
    edit(suite, r"image/png;base64,[^\\]{1000}", "image/png;base64,AAAA")
    code, said = pytest_run(suite)
    assert code == 0, said
    assert "6 passed" in said  # five code cells and a test


def test_each_stale_output_fails_its_cell(suite):
    edit(suite, r'alt=\\"A line that rises', r'alt=\\"A line that falls')
    edit(suite, r'"3\\n"', r'"4\\n"')
    edit(suite, r'"not attempted\\n"', r'"right\\n"')
    edit(suite, r'data-picture=\\"\w{16}', r'data-picture=\\"0123456789abcdef')
    code, said = pytest_run(suite)
    assert code == 1, said
    assert "4 failed, 2 passed" in said


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("notebooks/01_sizes.ipynb", "01_sizes.ipynb: 0 of 1 cells collected"),
        ("notebooks/sources/01_sizes.py", "no notebook was collected"),
        ("tests/test_one.py", "no test was collected from tests/"),
    ],
)
def test_a_suite_that_lost_its_notebooks_or_tests_fails(suite, lost, words):
    (suite / lost).unlink()
    code, said = pytest_run(suite, "--collect-only")
    assert code not in (0, 5)
    assert words in said


def test_a_notebook_that_is_left_out_fails_the_suite(suite):
    code, said = pytest_run(suite, "--collect-only", "--deselect=notebooks")
    assert code != 0
    assert "01_sizes.ipynb: 0 of 5 cells collected" in said


def test_a_run_of_one_file_is_no_whole_suite(suite):
    code, said = pytest_run(suite, "tests/test_one.py")
    assert code == 0, said
