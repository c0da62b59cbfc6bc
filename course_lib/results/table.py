"""The table of results: each goal, what others have shown, and what our logs say."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean, stdev

from course_lib.training.log import Log, augmented_by

from .attempts import Attempt
from .goals import ATTEMPTS, GOALS, Goal

HEADINGS = ("what", "network", "best public", "goal", "stretch", "ours", "run")
NONE = "not measured"


def rows(folder: Path, goals: Iterable[Goal] = GOALS) -> list[tuple[str, ...]]:
    """Return the table's cells, a row a goal, from the logs in ``folder`` and those that ship."""
    return [_row(goal, ATTEMPTS[goal.attempt], folder) for goal in goals]


def table(lines: Sequence[Sequence[str]]) -> str:
    """Return the rows as a Markdown table, which reads well as plain text too."""
    cells = [HEADINGS, *lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    texts = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]
    texts.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {text} |" for text in texts)


def _row(goal: Goal, attempt: Attempt, folder: Path) -> tuple[str, ...]:
    logs = attempt.logs(folder)
    ours, run = _measured(goal, logs, len(attempt.seeds)), _told(logs)
    if not logs and (log := attempt.stand_in()):
        ours, run = _measured(goal, [log], 1), f"{_told([log])}; not the recipe for this row"
    say = goal.measure.in_words
    return (
        goal.what, f"`{attempt.network}`", goal.public, say(goal.goal), say(goal.stretch), ours, run
    )  # fmt: skip


def _measured(goal: Goal, logs: list[Log], wanted: int) -> str:
    """The mean of the runs, with the spread of several, and what is missing."""
    if not logs:
        return NONE
    values = [goal.measure.of(log) for log in logs]
    reached = [value for value in values if value is not None]
    if len(reached) < len(values):
        short, best = len(values) - len(reached), 100 * max(log.final_accuracy for log in logs)
        return f"not reached in {short} of {len(values)} (up to {best:.2f} %)"
    say = goal.measure.in_words
    text = f"**{say(fmean(reached))}**"
    if len(reached) > 1:
        text += f" ± {say(stdev(reached))}"
    if goal.measure.reaches(fmean(reached), goal.goal):
        text += ", reached"
    return text + (f" ({len(logs)} of {wanted} seeds)" if len(logs) < wanted else "")


def _told(logs: list[Log]) -> str:
    """What the figure has to be quoted with."""
    if not logs:
        return ""
    header, last = logs[0].header, logs[0].epochs[-1]
    seeds = sorted(log.header["recipe"]["seed"] for log in logs)
    named = f"seeds {', '.join(map(str, seeds))}" if len(seeds) > 1 else f"seed {seeds[0]}"
    device = last.get("device", header["device"])
    minutes = sum(fmean(log.column("seconds")) * len(log.epochs) for log in logs) / 60
    return (
        f"{header['data']}, {last['epoch']} epochs, {named}, {augmented_by(header)}, {device}, "
        f"{minutes:.0f} min, commit {header['commit']}"
    )
