"""The command ``bench``, and the table that it prints."""

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from .explorers import Measured, measured
from .kernel import running_kernel

_HEADER = ("", "p50 ms", "p95 ms", "KiB", "most KiB", "view messages", "faster")


def add_commands(commands: Any) -> None:
    """Add ``bench`` to the parser's commands."""
    bench = commands.add_parser("bench", help="how fast the explorers answer in a kernel")
    bench.add_argument("what", choices=["explorers"])
    bench.add_argument("--changes", type=int, default=100, help="of each explorer (100)")
    bench.add_argument("--seed", type=int, default=0, help="of the random changes (0)")
    bench.set_defaults(run=run)


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


def table(lines: Sequence[Measured]) -> str:
    """The results in columns; ``faster`` compares with the first line, by the middle change."""
    rows = [_HEADER, *(_row(line, lines[0]) for line in lines)]
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
