"""What a training run leaves: its curves, its accuracy, and what it takes for what."""

from collections.abc import Sequence

import numpy as np

from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT
from course_lib.training.log import Log

from .base import Plot, new_figure, quiet


def curves(log: Log, goal: float | None = None) -> Plot:
    """Draw loss, accuracy and learning rate of a run over its epochs."""
    figure = new_figure(10, 3)
    loss, accuracy, rate = figure.subplots(1, 3)
    epochs = log.column("epoch")
    for axes, name in ((loss, "loss"), (accuracy, "accuracy")):
        train, test = log.column(f"train_{name}"), log.column(f"test_{name}")
        scale = 100 if name == "accuracy" else 1
        axes.plot(epochs, np.multiply(train, scale), color=INPUT, linestyle="--", label="training")
        axes.plot(epochs, np.multiply(test, scale), color=FOCUS, label="test")
        axes.set_title("Loss" if name == "loss" else "Accuracy, %", fontsize=11, loc="left")
    if goal is not None:
        accuracy.axhline(100 * goal, color=OUTPUT, linewidth=1.2, linestyle=":")
        accuracy.annotate(f"goal {goal:.0%}", (epochs[0], 100 * goal), fontsize=9, color=OUTPUT,
                          xytext=(0, 3), textcoords="offset points")  # fmt: skip
    rate.plot(epochs, log.column("learning_rate"), color=MUTED)
    rate.set_title("Learning rate at the end of the epoch", fontsize=11, loc="left")
    loss.legend(frameon=False, fontsize=9)
    for axes in (loss, accuracy, rate):
        axes.set_xlabel("epoch", fontsize=9, color=MUTED)
        axes.xaxis.get_major_locator().set_params(integer=True)
        quiet(axes)
    header = log.header
    return figure, (
        f"Three curves over {len(log.epochs)} epochs of {header['network']} on {header['data']}: "
        "loss and accuracy on training and test images, and the learning rate."
    )


def accuracies(logs: Sequence[Log], names: Sequence[str], goals: Sequence[float]) -> Plot:
    """Draw the test accuracy of several runs over their epochs, each with its goal, a share."""
    figure = new_figure(8, 3.4)
    axes = figure.subplots()
    styles = zip((FOCUS, INPUT, OUTPUT), ("-", "--", "-."), strict=True)
    for log, name, goal, (colour, line) in zip(logs, names, goals, styles, strict=False):
        shares = np.multiply(100, log.column("test_accuracy"))
        axes.plot(log.column("epoch"), shares, color=colour, linestyle=line,
                  label=f"{name}; dotted: its goal, {goal:.0%}")  # fmt: skip
        axes.annotate(f"{shares[-1]:.1f}", (log.epochs[-1]["epoch"], shares[-1]), fontsize=9,
                      color=colour, xytext=(4, -3), textcoords="offset points")  # fmt: skip
        axes.axhline(100 * goal, color=colour, linewidth=1, linestyle=":", zorder=0)
    axes.set_title("Test accuracy, %", fontsize=11, loc="left")
    axes.set_xlabel("epoch", fontsize=9, color=MUTED)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    quiet(axes)
    return figure, (
        f"Test accuracy over the epochs of {len(logs)} runs, each with a dotted line at its goal: "
        + "; ".join(f"{name}, {goal:.0%}" for name, goal in zip(names, goals, strict=True))
        + "."
    )


def confusion(matrix: np.ndarray, classes: Sequence[str]) -> Plot:
    """Draw a confusion matrix: rows are true classes, columns predictions, in % of the row."""
    share = 100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure = new_figure(6.4, 5.6)
    axes = figure.subplots()
    axes.imshow(share, cmap="cividis", vmin=0, vmax=100)
    for row, column in np.ndindex(*share.shape):
        if round(share[row, column]) >= 1:
            axes.text(column, row, f"{share[row, column]:.0f}", ha="center", va="center",
                      fontsize=8.5, color="white" if share[row, column] < 55 else INK)  # fmt: skip
    axes.set_xticks(range(len(classes)), classes, rotation=45, ha="right", fontsize=9)
    axes.set_yticks(range(len(classes)), classes, fontsize=9)
    axes.set_xlabel("predicted", color=MUTED)
    axes.set_ylabel("true", color=MUTED)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure, (
        f"Confusion matrix of {len(classes)} classes: each row is a true class, each column a "
        "prediction, each number the share of the row in per cent."
    )


def precision_and_recall(
    precision: Sequence[float], recall: Sequence[float], classes: Sequence[str]
) -> Plot:
    """Draw both of each class, in [0, 1], as two marks on a line: a long line is a class
    that is named too often or too seldom.
    """
    figure = new_figure(10, 3.2)
    axes = figure.subplots()
    places = np.arange(len(classes))
    low = 100 * np.minimum(precision, recall)
    high = 100 * np.maximum(precision, recall)
    axes.vlines(places, low, high, color=LINE, linewidth=5, zorder=1)
    axes.scatter(places, np.multiply(100, precision), s=70, marker="D", color=INPUT, zorder=2,
                 label="precision: of those called so, how many are")  # fmt: skip
    axes.scatter(places, np.multiply(100, recall), s=80, marker="o", facecolor="white",
                 edgecolor=FOCUS, linewidth=2, zorder=3,
                 label="recall: of those that are, how many were found")  # fmt: skip
    axes.set_xticks(places, classes, fontsize=9.5)
    axes.set_ylabel("%", color=MUTED)
    axes.margins(y=0.25)
    axes.legend(frameon=False, fontsize=9, loc="lower right", ncols=2)
    quiet(axes)
    return figure, (
        f"Precision and recall of each of {len(classes)} classes in per cent, a diamond and a ring "
        "on one line; where they lie apart, the class is over- or under-used."
    )
