"""Judge many files, several at a time."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict
from functools import partial
from queue import SimpleQueue

from tqdm import tqdm

from .isolation import Request, check_file, python_command
from .report import Report

# Elsewhere a copied process may not use the system's own libraries: a new Python for each file.
FORKS = sys.platform == "linux"


def check_files(requests: Sequence[Request], limit: float, jobs: int | None) -> list[Report]:
    """Return the reports of several submissions, ``jobs`` at a time (one a processor).

    A bar on the terminal says how many are judged.
    """
    if not requests:
        return []
    bar = partial(tqdm, total=len(requests), desc="judged", leave=False, disable=None)
    jobs = min(jobs or os.cpu_count() or 1, len(requests))
    if not FORKS:
        with ThreadPoolExecutor(jobs) as pool:
            return list(bar(pool.map(partial(check_file, limit=limit), requests)))
    idle: SimpleQueue[Server] = SimpleQueue()

    def judge(request: Request) -> Report:
        server = idle.get()
        try:
            return server.check(request, limit)
        finally:
            idle.put(server)

    with ExitStack() as servers, ThreadPoolExecutor(jobs) as pool:
        for _ in range(jobs):
            idle.put(servers.enter_context(Server()))
        return list(bar(pool.map(judge, requests)))


class Server:
    """A process that judges one file after the other, see ``server.py``."""

    def __init__(self) -> None:
        command, environment = python_command("course_lib.assignment.server")
        self._process = subprocess.Popen(
            command, env=environment, stderr=subprocess.DEVNULL,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # its input ends, and so does it

    def check(self, request: Request, limit: float) -> Report:
        """Return the report of one submission."""
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps([asdict(request), limit]).encode() + b"\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            return Report(request.rules, trouble="the process that judges submissions has ended")
        return Report.from_dict(json.loads(answer))
