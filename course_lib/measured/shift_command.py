"""The sub-command ``shifts``: four networks and pictures that move (lesson 09)."""

import argparse
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add ``shifts`` to the parser's commands."""
    shifts = commands.add_parser("shifts", help="the shifted trouser: four networks, one log")
    shifts.set_defaults(run=run)
    shifts.add_argument("--data", default="drawn", choices=["drawn", "fashion"],
                        help="drawn garments (the default), or the real Fashion-MNIST")  # fmt: skip
    shifts.add_argument("--folder", type=Path,
                        help="that holds Fashion-MNIST's four idx files (looked for, else "
                             "downloaded)")  # fmt: skip
    shifts.add_argument("--epochs", type=int, default=3, metavar="N",
                        help="of each training (3)")  # fmt: skip
    shifts.add_argument("--seeds", type=int, default=2, metavar="N",
                        help="train each network with the seeds 0 to N - 1 (2)")  # fmt: skip
    shifts.add_argument("--batch", type=int, default=128, metavar="N",
                        help="pictures in a step (128)")  # fmt: skip
    shifts.add_argument("--threads", type=int, default=1, metavar="N",
                        help="threads of torch (1)")  # fmt: skip
    shifts.add_argument("--output", type=Path, default=Path("runs/shifts.json"), metavar="LOG.json",
                        help="the log (%(default)s)")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Train and measure; print a row a network, and say where the log is."""
    for name in ("epochs", "seeds", "batch", "threads"):
        if (value := getattr(options, name)) < 1:
            raise ValueError(f"--{name} is at least 1, got {value}")
    if options.folder and options.data != "fashion":
        raise ValueError("--folder is for --data fashion; drawn garments need none")
    import torch

    from course_lib.data.fashion import fashion_mnist
    from course_lib.data.garments import garments
    from course_lib.measured.shift_study import run_study

    torch.set_num_threads(options.threads)
    data = fashion_mnist(options.folder) if options.data == "fashion" else garments()
    print(f"{data.name}, {len(data.train_labels):,} training pictures, % right at shifts -5 to 5:")
    run_study(data, list(range(options.seeds)), options.epochs, options.batch, options.output)
    print(f"Log: {options.output}")
    return 0
