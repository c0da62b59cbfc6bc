"""The process in which a submission runs: ``python -m course_lib.assignment.child FOLDER``.

It reads request.json from the folder and writes findings.json into it; ``isolation`` starts it.
"""

import contextlib
import importlib
import io
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from torch import nn

from course_lib.files import write_atomically
from course_lib.models.session9 import CIFAR10_MEAN

from .checker import check
from .isolation import Findings, Request
from .loading import Unloadable, load_augmentation, load_network
from .report import Report


def judge(request: Request) -> Report:
    """Load and check what a request names."""
    return examine(request).report


def examine(request: Request) -> Findings:
    """Load and check what a request names, and collect what a submission shows beside that."""
    loaded = set(sys.modules)
    try:
        model, source = load_network(request.model)
    except Unloadable as error:
        return Findings(Report(request.rules, trouble=str(error)))
    neighbours = _neighbours(source, set(sys.modules) - loaded)
    augmentation = request.augmentation
    if augmentation is not None:
        try:
            augmentation = load_augmentation(augmentation, CIFAR10_MEAN)
        except Unloadable as error:
            augmentation = error  # its rows say so; the others are judged all the same
    report = check(model, augmentation, request.log, request.blocks, request.rules, source=source)
    return Findings(report, _summary(model) if request.summary else "", neighbours)


def main(folder: Path) -> None:
    """Judge, write the findings and leave at once, whatever the submission still has running."""
    request = Request(**json.loads((folder / "request.json").read_text(encoding="utf-8")))
    warm_up(request)
    (folder / "ready").touch()
    try:
        found = examine(request)
    except BaseException as error:  # exit() in a forward pass, for instance
        trouble = f"judging it raised {type(error).__name__}: {error}"
        found = Findings(Report(request.rules, trouble=trouble))
    answer = {**asdict(found), "report": found.report.as_dict()}
    write_atomically(folder / "findings.json", json.dumps(answer).encode())
    os._exit(0)


def warm_up(request: Request) -> None:
    """Load what takes seconds, before the time of the submission's own code begins."""
    check(nn.Conv2d(3, 10, 32))  # torch loads a good part of itself at the first pass
    if request.augmentation is not None:
        importlib.import_module(".augmentation", __package__)
    if request.summary:
        importlib.import_module("course_lib.models.summary")


def _summary(model: nn.Module) -> str:
    """Return what torchsummary prints, or a sentence where it cannot."""
    from course_lib.models.summary import summary

    text = io.StringIO()
    try:
        with contextlib.redirect_stdout(text):
            summary(model)
    except Exception as error:  # it takes no network that returns a dictionary, for instance
        return f"torchsummary has no table of this network: {type(error).__name__}: {error}"
    return text.getvalue().strip("\n")


def _neighbours(source: Path, names: set[str]) -> tuple[str, ...]:
    """The files of a student's own that the network was loaded with, beside its own file."""
    found = []
    for name in names:
        file = getattr(sys.modules.get(name), "__file__", None)
        if not file or not Path(file).is_relative_to(source.parent) or Path(file) == source:
            continue
        path = Path(file).relative_to(source.parent)
        installed = any(part.startswith(".") or part == "site-packages" for part in path.parts)
        if path.suffix == ".py" and not installed:
            found.append(path.as_posix())
    return tuple(sorted(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
