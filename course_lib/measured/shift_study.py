"""The shifted trouser on a whole data set, as one log: ``python -m course_lib shifts``.

The log of the real Fashion-MNIST that the workbook ships is read by ``read_study()``.
"""

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import torch
from torch import nn
from torchvision.transforms import v2

import course_lib
from course_lib.data.grey import TROUSER, GreyData
from course_lib.files import write_atomically
from course_lib.measured.shifts import (
    MOST,
    SHIFTS,
    VARIANTS,
    Variant,
    accuracy_by_shift,
    probabilities,
    random_shifts,
    to_input,
    train,
)

SHIPPED = Path(__file__).parent / "logs" / "fashion_shifts.json"
FIRST_RATE = 0.005  # falls by equal steps, to one of them in the last epoch
_TIMED = 2000  # pictures on which the shifting alone is timed


@dataclass(frozen=True)
class Study:
    """A log that was read: accuracies and times by network, means over the seeds."""

    log: dict[str, Any]

    @property
    def networks(self) -> list[str]:
        return list(self.log["networks"])

    def mean(self, network: str, what: str) -> np.ndarray:
        """Mean over the seeds of "accuracy" or "trouser" (by shift), "by_epoch", "seconds" (both
        by epoch), or "probabilities" (of all test trousers; by shift and class)."""
        return np.mean([run[what] for run in self.log["networks"][network]["runs"]], axis=0)

    def shortest_epoch(self, network: str) -> float:
        """Seconds of the shortest epoch of all seeds; other work only makes one longer."""
        return min(min(run["seconds"]) for run in self.log["networks"][network]["runs"])

    @property
    def seconds_to_shift(self) -> dict[str, float]:
        """Seconds that shifting an epoch's pictures takes, by way."""
        return self.log["seconds_to_shift"]

    @property
    def epochs_told(self) -> str:
        """Epochs and seeds in words: «3 epochs, mean of 2 seeds»."""
        epochs, seeds = self.log["epochs"], len(self.log["seeds"])
        runs = f"mean of {seeds} seeds" if seeds > 1 else "one seed"
        return f"{epochs} epoch{'s' if epochs > 1 else ''}, {runs}"

    @property
    def told(self) -> str:
        """What a figure of this log is quoted with."""
        log = self.log
        return (
            f"{log['data']}, {log['train_images']:,} training and {log['test_images']:,} test "
            f"pictures, {self.epochs_told}, {log['device']}"
        )


def read_study(path: str | Path = SHIPPED) -> Study:
    """Read a log of this study. Raises ValueError in words where the file holds none."""
    try:
        log = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is not JSON ({error}); expected a log of `shifts`") from None
    if not isinstance(log, dict) or log.get("kind") != "shifts":
        raise ValueError(f"{path} holds no log of `python -m course_lib shifts`")
    return Study(_complete(log))


def _complete(log: dict[str, Any]) -> dict[str, Any]:
    """The log with those seeds only that every network has, if the run was interrupted."""
    done = min((len(network["runs"]) for network in log["networks"].values()), default=0)
    if len(log["networks"]) < len(VARIANTS) or not done:
        raise ValueError("the log lacks networks: its run was interrupted. Run `shifts` again")
    networks = {
        name: {**network, "runs": network["runs"][:done]}
        for name, network in log["networks"].items()
    }
    return {**log, "seeds": log["seeds"][:done], "networks": networks}


def run_study(
    data: GreyData, seeds: list[int], epochs: int, batch: int, output: Path,
    say: Callable[[str], None] = print,
) -> Study:  # fmt: skip
    """Train every variant with every seed and write the log, anew after each network.

    Seconds are those of the training alone, and of the processor: what else the machine does counts
    little. An interrupted run leaves the networks done so far.
    """
    threads = torch.get_num_threads()
    log = _header(data, seeds, epochs, batch, threads)
    pictures = to_input(data.train_images), torch.from_numpy(data.train_labels)
    tests = to_input(data.test_images), torch.from_numpy(data.test_labels)
    log["seconds_to_shift"] = seconds_to_shift(pictures[0], batch)
    for seed in seeds:
        for variant in VARIANTS:
            parameters, run = _one(variant, pictures, tests, seed, epochs, batch)
            entry = {"parameters": parameters, "shifted": variant.shifted, "runs": []}
            log["networks"].setdefault(variant.name, entry)["runs"].append(run)
            write_atomically(output, (json.dumps(log, indent=1) + "\n").encode())
            say(_row(variant, run))
    return Study(log)


def seconds_to_shift(images: torch.Tensor, batch: int, timed: int = _TIMED) -> dict[str, float]:
    """Processor seconds for all pictures: one by one, as in ``__getitem__``, and a batch at a time.

    Measured on ``timed`` pictures, the shorter of two passes, and scaled up to all of them.
    """
    some, random = images[:timed], torch.Generator().manual_seed(0)
    alone = v2.RandomAffine(degrees=0, translate=(MOST / images.shape[-1], 0))
    ways = {
        "one picture at a time": lambda: [alone(image) for image in some],
        "a batch at a time": lambda: [random_shifts(part, random) for part in some.split(batch)],
    }
    return {
        name: round(min(_timed(way) for _ in range(2)) * len(images) / len(some), 3)
        for name, way in ways.items()
    }


def _header(
    data: GreyData, seeds: list[int], epochs: int, batch: int, threads: int
) -> dict[str, Any]:
    return {
        "kind": "shifts",
        "data": data.name,
        "digest": data.digest,
        "train_images": len(data.train_labels),
        "test_images": len(data.test_labels),
        "seeds": seeds,
        "epochs": epochs,
        "batch": batch,
        "learning_rates": [rate for _, rate in _rounds(len(data.train_labels), epochs, batch)],
        "device": f"CPU, {threads} thread{'s' if threads > 1 else ''}",
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),
            "course_lib": course_lib.__version__,
        },
        "seconds": "of the processor, training alone",
        "command": "python -m course_lib " + " ".join(sys.argv[1:]),
        "shifts": list(SHIFTS),
        "seconds_to_shift": {},
        "networks": {},
    }


def _rounds(images: int, epochs: int, batch: int) -> list[tuple[int, float]]:
    steps = max(1, images // batch)
    return [(steps, round(FIRST_RATE * (1 - done / epochs), 6)) for done in range(epochs)]


def _one(
    variant: Variant, pictures: tuple[torch.Tensor, torch.Tensor],
    tests: tuple[torch.Tensor, torch.Tensor], seed: int, epochs: int, batch: int,
) -> tuple[int, dict[str, Any]]:  # fmt: skip
    """Train and judge one network; its number of parameters, and a run of the log."""
    images, labels = tests
    trousers = labels == TROUSER
    by_epoch: list[float] = []
    seconds: list[float] = []
    started = process_time()

    def after(model: nn.Module) -> None:
        nonlocal started
        seconds.append(round(process_time() - started, 2))
        by_epoch.append(accuracy_by_shift(model, images, labels, [0])[0])
        started = process_time()

    model = train(variant, *pictures, seed, _rounds(len(pictures[0]), epochs, batch), batch, after)
    run = {
        "seed": seed,
        "accuracy": accuracy_by_shift(model, images, labels),
        "trouser": accuracy_by_shift(model, images[trousers], labels[trousers]),
        "by_epoch": by_epoch,
        "seconds": seconds,
        "probabilities": probabilities(model, images[trousers]).tolist(),
    }
    run = {name: _rounded(value) for name, value in run.items()}
    return sum(p.numel() for p in model.parameters()), run


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 5) if isinstance(value, float) else value


def _row(variant: Variant, run: dict[str, Any]) -> str:
    shares = " ".join(f"{100 * share:3.0f}" for share in run["accuracy"])
    return f"seed {run['seed']}  {variant.name:35}{shares}  {sum(run['seconds']):6.1f} s"


def _timed(call: Callable[[], Any]) -> float:
    started = process_time()
    call()
    return process_time() - started
