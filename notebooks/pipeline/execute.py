"""Run a derived notebook; keep its outputs small, and the same from one run to the next."""

import base64
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from PIL import Image

from pipeline.stills import with_stills
from pipeline.workbook import ENVIRONMENT

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PNG = r'(?<=src="data:image/png;base64,)[^"]+'
_SECONDS = 1200  # for one cell


class ExecutionError(RuntimeError):
    """A notebook that did not run to its end; the message names the cell and the error."""


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run `notebook` in `folder`, in place; make its outputs repeatable and its pictures small."""
    client = NotebookClient(
        notebook,
        timeout=_SECONDS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    running = []
    client.on_cell_execute = lambda cell, cell_index: running.append(cell_index)
    language = dict(notebook.metadata.language_info)
    try:
        client.execute(env=os.environ | ENVIRONMENT)
    except (CellExecutionError, CellControlSignal, DeadKernelError) as error:
        raise ExecutionError(_in_words(notebook, running[-1], error)) from error
    notebook.metadata.language_info = language  # else it names this machine's Python
    _renumber_widgets(notebook)
    _shrink_pictures(notebook)


def _in_words(notebook: nbformat.NotebookNode, index: int, error: Exception) -> str:
    """The cell that failed, and the end of what it said."""
    said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    code = _indented(notebook.cells[index].source.splitlines()[:12])
    return f"cell {index + 1} failed:\n{code}\n  with:\n{_indented(said.splitlines()[-12:])}"


def _indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def _renumber_widgets(notebook: nbformat.NotebookNode) -> None:
    """A widget's random name -> its number in the notebook."""
    numbers = {}
    for data in _shown(notebook):
        if view := data.get(_WIDGET):
            number = numbers.setdefault(view["model_id"], len(numbers))
            view["model_id"] = f"{number:032x}"


def _shrink_pictures(notebook: nbformat.NotebookNode) -> None:
    """Store pictures as PNG in 256 colours, a third of the size; a kernel shows them in full."""
    for data in _shown(notebook):
        if page := data.get("text/html"):
            page = with_stills(page)
            data["text/html"] = re.sub(_PNG, lambda png: _in_256_colours(png[0]), page)


def _in_256_colours(png: str) -> str:
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    buffer = io.BytesIO()
    # Colours are chosen by how much they cover: a flat area keeps its own, to the digit.
    few = image.quantize(256, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    few.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def _shown(notebook: nbformat.NotebookNode) -> Iterator[dict]:
    """What the cells display, each in its several forms."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield output.data


def carry_outputs(old: nbformat.NotebookNode, fresh: nbformat.NotebookNode) -> bool:
    """Take over the outputs of `old` where its code is that of `fresh`, setup aside.

    True if it did: only words or the setup cell have changed, and nothing needs to run.
    """
    before, after = ([c for c in nb.cells if c.cell_type == "code"] for nb in (old, fresh))
    if [_code(cell) for cell in before] != [_code(cell) for cell in after]:
        return False
    if any(cell.execution_count is None for cell in before):
        return False
    for kept, cell in zip(before, after, strict=True):
        cell.outputs, cell.execution_count = kept.outputs, kept.execution_count
    return True


def _code(cell: nbformat.NotebookNode) -> str:
    return "setup" if "setup" in cell.metadata.get("tags", []) else cell.source
