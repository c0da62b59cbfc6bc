"""What every test runs under, and the guard against a run that tested nothing."""

import os
import sys
from collections import Counter
from pathlib import Path

import hypothesis
import matplotlib
import nbformat
import pytest
from pipeline.workbook import ENVIRONMENT, Workbook

# Notebook kernels inherit this. Tests on real images ask for the fixture `real_data` instead.
os.environ.update(ENVIRONMENT)
matplotlib.use("agg")  # here only: kernels draw inline, as for students

hypothesis.settings.register_profile(
    "workbook", deadline=None, print_blob=True, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("workbook")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real CIFAR-10 images, from COURSE_REAL_DATA; skips where there is none."""
    folder = os.environ.get("COURSE_REAL_DATA")
    if not folder:
        pytest.skip("COURSE_REAL_DATA names no folder with the real CIFAR-10")
    return Path(folder)


@pytest.fixture(autouse=True)
def _same_path_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test puts on sys.path goes with it; a random.py there would kill spawned workers."""
    monkeypatch.setattr(sys, "path", sys.path.copy())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """nbval waits 5 s for each message after a cell; a busy machine needs longer (issue 231)."""
    for item in items:
        if hasattr(item, "output_timeout"):
            item.output_timeout = 60


def pytest_collection_finish(session: pytest.Session) -> None:
    """A run of the whole suite must hold every cell of every notebook, and tests beside them."""
    config = session.config
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not whole or config.option.keyword or config.option.markexpr or session.testsfailed:
        return
    cells = Counter(item.path for item in session.items if item.path.suffix == ".ipynb")
    if len(session.items) == cells.total():
        raise pytest.UsageError("no test was collected from tests/")
    workbook = Workbook.read()
    notebooks = [workbook.notebook(source) for source in workbook.sources()]
    if not notebooks:
        raise pytest.UsageError(f"no notebook was collected: {workbook.folder}/sources is empty")
    for path in notebooks:
        wanted = _code_cells(path) if path.exists() else 1
        if cells[path] != wanted:
            raise pytest.UsageError(f"{path.name}: {cells[path]} of {wanted} cells collected")


def _code_cells(path: Path) -> int:
    notebook = nbformat.read(path, as_version=4)
    return sum(cell.cell_type == "code" for cell in notebook.cells)
