"""The process in which a submission runs: ``python -m course_lib.assignment.child FOLDER``.

It reads request.json from the folder and writes report.json into it; ``isolation`` starts it.
"""

import importlib
import json
import os
import sys
from pathlib import Path

from torch import nn

from course_lib.files import write_atomically
from course_lib.models.session9 import CIFAR10_MEAN

from .checker import check
from .isolation import Request
from .loading import Unloadable, load_augmentation, load_network
from .report import Report


def judge(request: Request) -> Report:
    """Load and check what a request names."""
    try:
        model, source = load_network(request.model)
    except Unloadable as error:
        return Report(request.rules, trouble=str(error))
    augmentation = request.augmentation
    if augmentation is not None:
        try:
            augmentation = load_augmentation(augmentation, CIFAR10_MEAN)
        except Unloadable as error:
            augmentation = error  # its rows say so; the others are judged all the same
    return check(model, augmentation, request.log, request.blocks, request.rules, source=source)


def main(folder: Path) -> None:
    """Judge, write the report and leave at once, whatever the submission still has running."""
    request = Request(**json.loads((folder / "request.json").read_text(encoding="utf-8")))
    warm_up(request)
    (folder / "ready").touch()
    try:
        report = judge(request)
    except BaseException as error:  # exit() in a forward pass, for instance
        report = Report(request.rules, trouble=f"judging it raised {type(error).__name__}: {error}")
    write_atomically(folder / "report.json", json.dumps(report.as_dict()).encode())
    os._exit(0)


def warm_up(request: Request) -> None:
    """Load what takes seconds, before the time of the submission's own code begins."""
    check(nn.Conv2d(3, 10, 32))  # torch loads a good part of itself at the first pass
    if request.augmentation is not None:
        importlib.import_module(".augmentation", __package__)
    if request.log is not None:
        importlib.import_module("course_lib.training")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
