"""Judge a file in a process of its own, so that nothing in it can stop or corrupt the checker.

The process has a time limit and is killed with all that it started. Its output goes nowhere; the
report comes back through a file. This guards against accidents, not against malice: code that a
student wrote can read and write what the user who checks it can.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import course_lib

from .alike import log_digest, source_digest
from .report import Report
from .targets import absolute_target, no_file, split_target

LIMIT = 60.0  # seconds for a submission's own code
START_LIMIT = 600.0  # seconds for torch to load, before that code begins
PAUSE = 0.02


@dataclass(frozen=True)
class Request:
    """What to judge: "FILE.py:NAME" for the network and the augmentation, the log's path, rules.

    ``summary`` asks for torchsummary's table as well, see ``examine``.
    """

    model: str
    augmentation: str | None = None
    log: str | None = None
    blocks: tuple[str | tuple[str, ...], ...] | None = None
    rules: str = "session9"
    summary: bool = False


@dataclass(frozen=True)
class Findings:
    """What came out of a submission's process.

    ``summary`` is torchsummary's table, if it was asked for, and ``neighbours`` are the files
    beside the network's own that it imported, as paths relative to its folder.
    """

    report: Report
    summary: str = ""
    neighbours: tuple[str, ...] = ()


class Process(Protocol):
    """What is needed of a running process; ``subprocess.Popen`` is one."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def wait(self) -> int: ...


def check_file(
    request: Request,
    limit: float = LIMIT,
    start: Callable[[Path, Path], Process] | None = None,
) -> Report:
    """Return the report of one submission; whatever its code does, there is one.

    ``limit`` is in seconds and begins when torch is loaded. ``start`` begins the process, with the
    folder for request and report and the folder to run in.
    """
    return examine(request, limit, start).report


def examine(
    request: Request,
    limit: float = LIMIT,
    start: Callable[[Path, Path], Process] | None = None,
) -> Findings:
    """Return the report of one submission and what else was asked for; see ``check_file``."""
    request = absolute(request)
    path, _ = split_target(request.model)
    if not path.is_file():
        return Findings(Report(request.rules, trouble=no_file(path)))
    found = _examined(request, path, limit, start or _spawn)
    log = log_digest(request.log) if request.log else ""
    return replace(found, report=replace(found.report, source=source_digest(path), log=log))


def _examined(
    request: Request, path: Path, limit: float, start: Callable[[Path, Path], Process]
) -> Findings:
    with tempfile.TemporaryDirectory(prefix="check-") as name:
        exchange = Path(name)
        (exchange / "request.json").write_text(json.dumps(asdict(request)), encoding="utf-8")
        process = start(exchange, path.parent)
        try:
            end = _awaited(process, exchange / "ready", limit)
        finally:
            _kill(process)
        try:
            answer = json.loads((exchange / "findings.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Findings(Report(request.rules, trouble=f"{path.name} {end}"))
        report = Report.from_dict(answer["report"])
        return Findings(report, answer["summary"], tuple(answer["neighbours"]))


def python_command(module: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs a module of this library, and its environment.

    -P: a student's random.py or types.py must not stand in for Python's own.
    """
    home = str(Path(course_lib.__file__).resolve().parents[1])
    paths = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    settings = {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return [sys.executable, "-P", "-m", module], {**os.environ, **settings}


def _spawn(exchange: Path, folder: Path) -> Process:
    """Start a new Python for a submission, in a process group of its own, without in- or output."""
    command, environment = python_command("course_lib.assignment.child")
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [*command, str(exchange)], cwd=folder, env=environment,
        stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True,
    )  # fmt: skip


def absolute(request: Request) -> Request:
    """The same request with paths that hold in another folder."""
    return replace(
        request,
        model=absolute_target(request.model),
        augmentation=request.augmentation and absolute_target(request.augmentation),
        log=request.log and str(Path(request.log).resolve()),
    )


def _awaited(process: Process, ready: Path, limit: float) -> str:
    deadline, begun = time.monotonic() + START_LIMIT, False
    while process.poll() is None:
        if not begun and ready.exists():
            deadline, begun = time.monotonic() + limit, True
        if time.monotonic() > deadline:
            return f"did not come to an end in {limit:g} seconds; does it train when imported?"
        time.sleep(PAUSE)
    code = process.returncode
    if code < 0:
        return f"was killed by {signal.Signals(-code).name} while it was judged"
    return f"ended the process that judged it, with exit status {code}"


def _kill(process: Process) -> None:
    """End the process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
