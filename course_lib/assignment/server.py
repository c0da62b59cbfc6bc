"""Judge many files fast: load torch once, then copy the process for each submission (Linux).

``python -m course_lib.assignment.server`` reads a request a line and writes a report a line; a
``Server`` of ``many.py`` is the other end. A submission runs in a forked copy that has nothing of
the server's in- and output. Starting Python and torch anew would cost seconds each time.
"""

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from . import child
from .isolation import Request, check_file


class Fork:
    """A copy of this process that runs a submission; it answers as ``subprocess.Popen`` does."""

    def __init__(self, exchange: Path, folder: Path, closed: Sequence[BinaryIO]) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid:
            return
        try:
            for stream in closed:
                os.close(stream.fileno())
            os.setsid()
            os.chdir(folder)
            child.main(exchange)
        finally:
            os._exit(1)

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait for its end and return the exit status."""
        return self._reap(0)

    def kill(self) -> None:
        """Kill it, unless its end is known."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def _reap(self, flags: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, flags)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def serve(requests: BinaryIO, reports: BinaryIO) -> None:
    """Answer requests until there are no more."""
    child.warm_up(Request("", augmentation="", log=""))

    def fork(exchange: Path, folder: Path) -> Fork:
        return Fork(exchange, folder, closed=(requests, reports))

    for line in requests:
        request, limit = json.loads(line)
        report = check_file(Request(**request), limit, fork)
        reports.write(json.dumps(report.as_dict()).encode() + b"\n")
        reports.flush()


def _apart() -> tuple[BinaryIO, BinaryIO]:
    """Move the server's in- and output to where no submission finds them, and leave nothing."""
    streams = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return streams


if __name__ == "__main__":
    serve(*_apart())
