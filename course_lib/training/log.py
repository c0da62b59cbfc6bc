"""The training log: JSON lines on disk, a table on the page.

The first line is the header (data set, number and digest of the test labels, device, versions,
command, recipe); then one line an epoch. A line is written as soon as its epoch ends.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_lib.files import write_atomically

COLUMNS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy",
           "learning_rate", "seconds")  # fmt: skip


@dataclass
class Log:
    """A header and one record an epoch; accuracies are fractions, times are seconds."""

    header: dict[str, Any]
    epochs: list[dict[str, Any]] = field(default_factory=list)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.epochs)

    def column(self, name: str) -> list[float]:
        """Return one quantity over the epochs; see ``COLUMNS`` for the names."""
        return [record[name] for record in self.epochs]

    @property
    def final_accuracy(self) -> float:
        """The last epoch's accuracy on the test images: the figure to report, not the best one."""
        return self.epochs[-1]["test_accuracy"]

    def append(self, record: dict[str, Any], path: Path) -> None:
        """Add one epoch, in memory and as a line of the file."""
        self.epochs.append(record)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def write(self, path: Path) -> None:
        """Write the whole log anew; the file is either the old one or the complete new one."""
        lines = [json.dumps(line) for line in [self.header, *self.epochs]]
        write_atomically(path, ("\n".join(lines) + "\n").encode())

    def table(self) -> str:
        """Return the log as the plain table that the assignment asks for."""
        return "\n".join([heading(), *(row(record) for record in self.epochs)])


def heading() -> str:
    """Return the table's first line."""
    return "epoch  train loss  train acc  test loss  test acc  learning rate  seconds"


def row(record: dict[str, Any]) -> str:
    """Return one epoch as a line of the table."""
    return (
        f"{record['epoch']:5d}  {record['train_loss']:10.4f}  {record['train_accuracy']:9.2%}  "
        f"{record['test_loss']:9.4f}  {record['test_accuracy']:8.2%}  "
        f"{record['learning_rate']:13.5f}  {record['seconds']:7.1f}"
    )


def augmented_by(header: dict[str, Any]) -> str:
    """Return the library that augmented a run's images: "albumentations" or "torch".

    A log that says nothing of it is albumentations': there was no other way when it was written.
    """
    feed = header.get("feed")
    library = feed.get("library") if isinstance(feed, dict) else None
    return str(library or "albumentations")


def read_log(path: str | Path) -> Log:
    """Read a log; a line that a kill cut in half is left out.

    Raises ValueError with a sentence where the file holds no log.
    """
    path = Path(path)
    records = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            records.append(json.loads(line))
        except json.JSONDecodeError:
            break
    if not all(isinstance(record, dict) for record in records):
        raise ValueError(f"{path} holds no training log: a line is not a JSON object")
    if not records or records[0].get("kind") != "header":
        raise ValueError(f"{path} holds no training log: its first line is not a header")
    return Log(records[0], [record for record in records[1:] if record.get("kind") == "epoch"])
