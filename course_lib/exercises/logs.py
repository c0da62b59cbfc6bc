"""Four training logs for an exercise, made up by a seeded function: no run stands behind them.

Three carry a fault that was seen in published solutions of the assignment: a log that goes on from
a trained network, an accuracy of the training images, and the best of all epochs quoted.
"""

import random
from dataclasses import dataclass

HONEST, CONTINUED = "honest", "continued run"
TRAINING, BEST = "training images", "best epoch"
VERDICTS = (HONEST, CONTINUED, TRAINING, BEST)
EPOCHS = 12


@dataclass(frozen=True)
class MadeUpLog:
    """One log: how many images it was tested on, accuracies an epoch, and what its README says.

    ``train`` and ``test`` are fractions, ``reported`` the fraction that is quoted.
    """

    name: str
    images: int
    train: tuple[float, ...]
    test: tuple[float, ...]
    reported: float

    def __repr__(self) -> str:
        lines = [
            f"log {self.name}: made up for this exercise, no run stands behind it",
            f"the README says: {self.reported:.2%}",
            "epoch  train acc  test acc  right",
        ]
        for epoch, (train, test) in enumerate(zip(self.train, self.test, strict=True), start=1):
            right = f"{round(test * self.images):,} of {self.images:,}"
            lines.append(f"{epoch:5d}  {train:9.2%}  {test:8.2%}  {right}")
        return "\n".join(lines)


def four_logs() -> dict[str, MadeUpLog]:
    """The logs A to D, the same in every session."""
    numbers = random.Random(9)
    return {
        "A": _log("A", numbers, 10_000, start=0.856, end=0.874),
        "B": _log("B", numbers, 10_000, start=0.46, end=0.867, fall=0.013),
        "C": _log("C", numbers, 10_000, start=0.47, end=0.852),
        "D": _log("D", numbers, 50_000, start=0.49, end=43_237 / 50_000),
    }


def faults() -> dict[str, str]:
    """What is to be said of each log."""
    return {"A": CONTINUED, "B": BEST, "C": HONEST, "D": TRAINING}


def _log(
    name: str, numbers: random.Random, images: int, start: float, end: float, fall: float = 0
) -> MadeUpLog:
    """Climb from one accuracy to another, fast at first, with some ripple; ``fall`` at the end.

    The README quotes the last epoch, but the best one where the end falls.
    """
    test, train = [], []
    for epoch in range(EPOCHS):
        climbed = 1 - (1 - epoch / (EPOCHS - 1)) ** 3
        last = epoch == EPOCHS - 1
        change = -fall if last else numbers.uniform(-0.003, 0.003) if epoch else 0
        test.append(round((start + (end - start) * climbed + change) * images) / images)
        train.append(test[-1] - 0.03 + numbers.uniform(-0.005, 0.005))
    return MadeUpLog(name, images, tuple(train), tuple(test), max(test) if fall else test[-1])
