"""What a goal measures in a training log."""

from collections.abc import Callable
from dataclasses import dataclass

from course_lib.training.log import Log

TARGET = 0.85  # the assignment's accuracy


@dataclass(frozen=True)
class Measure:
    """``of`` takes the number from a log (accuracies in per cent), None if it was not reached."""

    of: Callable[[Log], float | None]
    more_is_better: bool
    in_words: Callable[[float], str]

    def reaches(self, value: float, goal: float) -> bool:
        """Whether a value is as good as the goal."""
        return value >= goal if self.more_is_better else value <= goal


def epochs_to(log: Log, accuracy: float = TARGET) -> int | None:
    """Return the first epoch whose test accuracy is at least that; None if there is none."""
    reached = (line["epoch"] for line in log if line["test_accuracy"] >= accuracy)
    return next(reached, None)


def seconds_to(log: Log, accuracy: float = TARGET) -> float | None:
    """Return the seconds of training until the end of that epoch, evaluation left out.

    None where the accuracy was not reached, or in an older log, which timed whole epochs only.
    """
    last = epochs_to(log, accuracy)
    if last is None or any("train_seconds" not in line for line in log):
        return None
    return sum(line["train_seconds"] for line in log.epochs[:last])


ACCURACY = Measure(lambda log: 100 * log.final_accuracy, True, "{:.2f} %".format)
EPOCHS = Measure(epochs_to, False, "{:.2g}".format)
SECONDS = Measure(seconds_to, False, "{:,.1f} s".format)
