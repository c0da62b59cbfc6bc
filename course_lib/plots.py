"""Matplotlib figures of the lessons: galleries, curves, matrices, maps.

Every function returns ``(figure, alt)``; ``course_lib.frontends.figures.show`` displays the pair.
The alt text says what is drawn and never a measured value, so it is the same in every run.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT, tint
from course_lib.training.log import Log

Plot = tuple[Figure, str]


def _figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), dpi=100, facecolor="white", layout="constrained")


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(LINE)


def _quiet(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.tick_params(colors=MUTED, labelsize=9)


def gallery(
    images: Sequence[np.ndarray] | np.ndarray,
    columns: int,
    alt: str,
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
) -> Plot:
    """Draw pictures, (H, W, 3) uint8 or (H, W) float each, in a grid.

    ``titles`` stand above the columns, ``rows`` at the left of the rows.
    """
    lines = -(-len(images) // columns)
    figure = _figure(1.05 * columns + (0.9 if rows else 0), 1.08 * lines + (0.4 if titles else 0))
    grid = figure.subplots(lines, columns, squeeze=False)
    for place, axes in enumerate(grid.flat):
        _bare(axes)
        if place < len(images):
            axes.imshow(images[place], cmap="cividis", interpolation="nearest")
        else:
            axes.set_visible(False)
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title.replace(" ", "\n"), fontsize=9, color=INK, pad=3)
    for axes, name in zip(grid[:, 0], rows, strict=False):
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=10, color=INK)
    return figure, alt


def curves(log: Log, goal: float | None = None) -> Plot:
    """Draw loss, accuracy and learning rate of a run over its epochs."""
    figure = _figure(10, 3)
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
        _quiet(axes)
    header = log.header
    return figure, (
        f"Three curves over {len(log.epochs)} epochs of {header['network']} on {header['data']}: "
        "loss and accuracy on training and test images, and the learning rate."
    )


def confusion(matrix: np.ndarray, classes: Sequence[str]) -> Plot:
    """Draw a confusion matrix: rows are true classes, columns predictions, in % of the row."""
    share = 100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure = _figure(6.4, 5.6)
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
    figure = _figure(10, 3.2)
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
    _quiet(axes)
    return figure, (
        f"Precision and recall of each of {len(classes)} classes in per cent, a diamond and a ring "
        "on one line; where they lie apart, the class is over- or under-used."
    )


def accuracies(logs: Sequence[Log], names: Sequence[str], goals: Sequence[float]) -> Plot:
    """Draw the test accuracy of several runs over their epochs, each with its goal, a share."""
    figure = _figure(8, 3.4)
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
    _quiet(axes)
    return figure, (
        f"Test accuracy over the epochs of {len(logs)} runs, each with a dotted line at its goal: "
        + "; ".join(f"{name}, {goal:.0%}" for name, goal in zip(names, goals, strict=True))
        + "."
    )


def activation_maps(images: np.ndarray, maps: np.ndarray, titles: Sequence[str], alt: str) -> Plot:
    """Draw pictures in one row and, below each, its class-activation map laid over it.

    ``images`` (N, H, W, 3) uint8; ``maps`` (N, h, w), any scale: bright means evidence for.
    """
    figure = _figure(1.35 * len(images), 3.1)
    top, bottom = figure.subplots(2, len(images), squeeze=False)
    height, width = images.shape[1:3]
    for place, (image, evidence) in enumerate(zip(images, maps, strict=True)):
        grey = image.mean(axis=-1)
        top[place].imshow(image, interpolation="nearest")
        top[place].set_title(titles[place], fontsize=8.5, color=INK, pad=3)
        bottom[place].imshow(grey, cmap="gray", interpolation="nearest")
        bottom[place].imshow(evidence, cmap="cividis", alpha=0.6, interpolation="bilinear",
                             extent=(-0.5, width - 0.5, height - 0.5, -0.5))  # fmt: skip
        _bare(top[place])
        _bare(bottom[place])
    return figure, alt


def field_growth(
    names: Sequence[str], fields: Sequence[int], image: int = 32, goal: int = 44
) -> Plot:
    """Draw the receptive field after each convolution as bars, with the image and the goal."""
    figure = _figure(10, 3.2)
    axes = figure.subplots()
    places = np.arange(len(names))
    axes.bar(places, fields, color=[OUTPUT if value > goal else INPUT for value in fields],
             width=0.7)  # fmt: skip
    for place, value in zip(places, fields, strict=True):
        axes.text(place, value + 2, str(value), ha="center", fontsize=9, color=INK,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip
    for level, text in ((image, f"the image, {image} pixels"), (goal, f"the rule, over {goal}")):
        axes.axhline(level, color=FOCUS, linewidth=1.1, linestyle="--", zorder=0)
        axes.text(-0.55, level + 1.2, text, fontsize=9, color=FOCUS)
    axes.set_xticks(places, names, fontsize=8.5, rotation=30, ha="right")
    axes.set_ylabel("receptive field, pixels", color=MUTED)
    axes.set_xlim(-0.6, len(names) - 0.4)
    _quiet(axes)
    return figure, (
        "Bars of the receptive field after each convolution: "
        + ", ".join(f"{name} {value}" for name, value in zip(names, fields, strict=True))
        + f". Dashed lines mark the {image}-pixel image and the rule of {goal}."
    )


def costs(
    names: Sequence[str], counts: dict[str, Sequence[int]], dense: Sequence[bool], alt: str
) -> Plot:
    """Draw each layer's share in two counts, one to the left and one to the right.

    ``counts`` holds a count for each layer by what is counted; ``dense`` says which layers are
    fully connected: their bars are hatched.
    """
    figure = _figure(10, 0.7 + 0.27 * len(names))
    axes = figure.subplots()
    hatched = {"color": tint(FOCUS, 0.3), "edgecolor": FOCUS, "hatch": "///"}
    for side, towards, (what, each) in zip((-1, 1), ("right", "left"), counts.items(), strict=True):
        axes.text(side, -1.1, f"% of {sum(each):,} {what}", ha=towards, color=INK)
        for place, (count, full) in enumerate(zip(each, dense, strict=True)):
            share = 100 * count / sum(each)
            axes.barh(place, side * share, height=0.72, **(hatched if full else {"color": INPUT}))
            axes.annotate(f"{share:.1f}" if share >= 0.05 else "< 0.1", (side * share, place),
                          (side * 5, 0), textcoords="offset points", ha=towards, va="center",
                          fontsize=8.5, color=INK, bbox={"color": "white", "pad": 1})  # fmt: skip
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.set(ylim=(len(names) - 0.4, -1.6), xticks=[], axisbelow=True)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure, alt


def shares(names: Sequence[str], values: Sequence[float], title: str, alt: str) -> Plot:
    """Draw a share, in [0, 1], for each name as a bar."""
    figure = _figure(10, 2.6)
    axes = figure.subplots(subplot_kw={"ymargin": 0.15})
    bars = axes.bar(names, np.multiply(100, values), width=0.7, color=OUTPUT)
    axes.bar_label(bars, fmt="%.0f", fontsize=9, color=INK, padding=2)
    axes.set_title(title, fontsize=11, loc="left")
    _quiet(axes)
    return figure, alt
