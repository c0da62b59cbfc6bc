"""The command ``bench``: how fast the explorers answer, how fast images come."""

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from .explorers import Measured, measured
from .kernel import running_kernel

_HEADER = ("", "p50 ms", "p95 ms", "KiB", "most KiB", "view messages", "faster")


def add_commands(commands: Any) -> None:
    """Add ``bench`` to the parser's commands."""
    bench = commands.add_parser("bench", help="how fast explorers answer, how fast images come")
    kinds = bench.add_subparsers(dest="what", required=True)

    explorers = kinds.add_parser("explorers", help="the explorers' answers in a kernel")
    explorers.add_argument("--changes", type=int, default=100, help="of each explorer (100)")
    explorers.add_argument("--seed", type=int, default=0, help="of the random changes (0)")
    explorers.set_defaults(run=run)

    feed = kinds.add_parser("feed", help="the ways of feeding augmented images to training")
    feed.add_argument("--data", default="synthetic", choices=["synthetic", "cifar10"])
    feed.add_argument("--images", type=int, default=10_000, metavar="N",
                      help="of the synthetic set, an epoch (10,000)")  # fmt: skip
    feed.add_argument("--epochs", type=int, default=3, help="of each way, each twice (3)")
    feed.add_argument("--rounds", type=int, default=3, help="the table has their medians (3)")
    feed.add_argument("--workers", type=int, metavar="N",
                      help="processes of the loader and the pool (one a core)")  # fmt: skip
    feed.add_argument("--device", default="auto", help="auto (the default), cpu, cuda or mps")
    feed.set_defaults(run=run_feed)


def run(options: argparse.Namespace) -> int:
    """Measure and print; the first line is the baseline that the others are compared with."""
    if options.changes < 2:
        raise ValueError(f"--changes is at least 2, got {options.changes}")
    print(f"Kernel side of {options.changes} random changes an explorer, seed {options.seed}:")
    with running_kernel() as kernel:
        few = max(2, options.changes // 5)  # the baseline is slow
        lines = list(measured(kernel, options.changes, options.seed, baseline_changes=few))
    print(table(lines))
    return 0


def run_feed(options: argparse.Namespace) -> int:
    """Measure the ways of feeding and print them beside the bare pipeline on one core."""
    from .feed import report  # loads torch and albumentations, which the parser does without

    for name in ("images", "epochs", "rounds", "workers"):
        if (value := getattr(options, name)) is not None and value < 1:
            raise ValueError(f"--{name} is at least 1, got {value}")
    for line in report(options.data, options.images, options.epochs, options.rounds,
                       options.workers, options.device):  # fmt: skip
        print(line, flush=True)
    return 0


def table(lines: Sequence[Measured]) -> str:
    """The results in columns; ``faster`` compares with the first line, by the middle change."""
    return columns([_HEADER, *(_row(line, lines[0]) for line in lines)])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines of text: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def _row(line: Measured, baseline: Measured) -> tuple[str, ...]:
    faster = f"{baseline.middle / line.middle:.0f}x" if line is not baseline else "–"
    return (
        line.name,
        f"{line.middle:.1f}",
        f"{line.p95:.1f}",
        f"{line.kib:.1f}",
        f"{line.most_kib:.1f}",
        str(line.view_messages or "–"),
        faster,
    )


def _aligned(row: Sequence[str], widths: Iterable[int]) -> str:
    first, *others = widths
    cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], others, strict=True)]
    return "  ".join([f"{row[0]:<{first}}", *cells])
