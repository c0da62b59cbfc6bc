"""The command ``results``: print the table, train what is missing, ship the logs."""

import argparse
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add ``results`` to the parser's commands."""
    results = commands.add_parser("results", help="what the networks reach, beside others")
    results.add_argument("--train", nargs="*", metavar="NAME",
                         help="train the runs that are missing, all or those named; a run that was "
                              "cut off goes on")  # fmt: skip
    results.add_argument("--ship", action="store_true",
                         help="copy the logs of finished runs into the library")  # fmt: skip
    results.add_argument("--folder", type=Path, default=Path("runs/results"),
                         help="of the runs (runs/results)")  # fmt: skip
    results.add_argument("--data", default="cifar10", choices=["cifar10", "synthetic"])
    results.add_argument("--device", default="auto", help="auto (the default), cpu, cuda or mps")
    results.add_argument("--workers", type=int, metavar="N", help="of the pool (one a core)")
    results.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what the options say, and print the table."""
    from .attempts import SHIPPED, finished_log, train_missing
    from .goals import ATTEMPTS
    from .table import rows, table

    if unknown := [name for name in options.train or () if name not in ATTEMPTS]:
        raise ValueError(f"no run is named {unknown[0]!r}; there are: {', '.join(ATTEMPTS)}")
    finished = True
    if options.train is not None:
        chosen = [ATTEMPTS[name] for name in options.train or ATTEMPTS]
        finished = train_missing(chosen, options.folder, options.data, options.device,
                                 options.workers)  # fmt: skip
    if options.ship:
        for attempt in ATTEMPTS.values():
            for recipe, folder in attempt.runs(options.folder):
                if log := finished_log(folder / "log.jsonl", recipe):
                    SHIPPED.mkdir(exist_ok=True)
                    log.write(SHIPPED / f"{folder.name}.jsonl")
    print(table(rows(options.folder)))
    return 0 if finished else 1
