"""A throw-away workbook of one short lesson, with all that a lesson can have."""

import shutil
from pathlib import Path

import build
import pytest
from pipeline.workbook import Workbook

LESSON = """\
# %% [markdown]
# # Sizes
# You will see how a kernel shrinks a picture. 5 minutes.

# %%
import matplotlib.pyplot as plt
import ipywidgets
from IPython.display import display
from course_lib.frontends.figures import show

figure, axes = plt.subplots()
axes.plot([1, 2, 3])
show(figure, "A line that rises from 1 to 3 & stays < 4.")

# %%
display(ipywidgets.IntSlider(value=3))
print(5 - 3 + 1)

# %% [markdown]
# ## Exercise 1 · Output size

# %% tags=["exercise"]
def output_size(n: int, kernel_size: int) -> int:
    # <solution>
    shrunk = kernel_size - 1
    return n - shrunk
    # </solution>
    # <stub>
    # return ...  # one line
    # </stub>


print("right" if output_size(5, 3) == 3 else "not attempted")

# %% [markdown] tags=["hint"]
# Slide the kernel along the picture.

# %% [markdown] tags=["hint"]
# Count its positions.

# %% [markdown] tags=["solution"]
# Each tap beyond the first costs one position.

# %% [markdown]
# ## Recap

# %%
from course_lib.explorers.convolution.explorer import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

view = explore(ConvolutionExplorer())
view.set(stride=1)
"""

PYPROJECT = """\
[project]
version = "0.1.0"

[tool.workbook]
repository = ""
"""


def write_workbook(root: Path) -> Workbook:
    sources = root / "notebooks" / "sources"
    sources.mkdir(parents=True)
    (sources / "01_sizes.py").write_text(LESSON, encoding="utf-8")
    (root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    return Workbook.read(root)


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """A workbook whose notebook is not built yet."""
    return write_workbook(tmp_path)


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    write_workbook(root)
    assert build.main([], root) == 0
    return root


@pytest.fixture
def built(_built_once: Path, tmp_path: Path) -> Workbook:
    """A workbook whose notebook is built: a copy for this test alone."""
    shutil.copytree(_built_once, tmp_path, dirs_exist_ok=True)
    return Workbook.read(tmp_path)
