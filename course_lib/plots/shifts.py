"""Lesson 09: what networks say of a garment that moves, and what it costs to teach them."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    KERNEL,
    LINE,
    MUTED,
    OUTPUT,
    deep,
    ink_on,
    magnitude,
)

from .base import Plot, bare, new_figure, quiet

_LOOKS = ((MUTED, "s", ":"), (INPUT, "o", "-"), (OUTPUT, "^", "-"), (FOCUS, "D", "--"))
_WRITTEN = 0.045  # a probability below is not written into its cell


def heat_maps(
    probabilities: Mapping[str, np.ndarray],
    classes: Sequence[str],
    shifts: Sequence[int],
    true: int,
    pictures: Sequence[np.ndarray],
) -> Plot:
    """One panel a network: the probability of each class, downwards, at each shift, to the right.

    ``probabilities`` (shifts, classes) each, in [0, 1]; ``pictures`` (H, W) stand above the
    columns. The row of the class ``true`` is outlined.
    """
    rows = -(-len(probabilities) // 2)
    figure = new_figure(9.6, 4.25 * rows)
    panels = figure.subplots(rows, 2, squeeze=False, sharey=True)
    for axes in panels.flat[len(probabilities) :]:
        axes.set_visible(False)
    for axes, (name, table) in zip(panels.flat, probabilities.items(), strict=False):
        _cells(axes, np.asarray(table))
        _strip(axes, pictures)
        outline = (-0.5, true - 0.5), len(shifts), 1
        axes.add_patch(Rectangle(*outline, fill=False, edgecolor=FOCUS, linewidth=2, zorder=3))
        axes.set_xlim(-0.55, len(shifts) - 0.45)
        axes.set_ylim(len(classes) - 0.45, -1.7)
        axes.set_xticks(range(len(shifts)), [_signed(dx) for dx in shifts])
        axes.set_yticks(range(len(classes)), classes)
        axes.tick_params(length=0, labelsize=8.5, labelcolor=INK)
        axes.set_title(name, fontsize=10.5, color=INK, loc="left")
        axes.set_aspect("equal")
        axes.spines[:].set_visible(False)
    for axes in panels[-1]:
        axes.set_xlabel("shift, pixels", fontsize=9, color=MUTED)
    return figure, (
        f"Heat maps of {'; '.join(probabilities)}: the probability in % of each of {len(classes)} "
        f"classes at shifts from {_signed(shifts[0])} to {_signed(shifts[-1])} pixels. The row of "
        f"the right class, {classes[true]}, is outlined; where it is bright from end to end, the "
        "network minds no shift."
    )


def by_shift(panels: Mapping[str, Mapping[str, Sequence[float]]], shifts: Sequence[int]) -> Plot:
    """Lines: the share of right answers in [0, 1] of each network by shift; a panel a data set."""
    figure = new_figure(5.2 * len(panels), 3.7)
    grid = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for axes, (title, networks) in zip(grid, panels.items(), strict=True):
        quiet(axes)
        for (name, values), look in zip(networks.items(), _LOOKS, strict=False):
            _line(axes, shifts, values, name, look)
        axes.set_xticks(shifts, [_signed(dx) for dx in shifts])
        axes.set_ylim(0, 102)
        axes.set_xlabel("shift, pixels", fontsize=9, color=MUTED)
        axes.set_title(title, fontsize=9.5, color=INK, loc="left")
    grid[0].set_ylabel("% right", color=MUTED)
    _legend(figure, grid[0])
    return figure, (
        f"How many test pictures are named rightly at each shift; {'; '.join(panels)}. The lines "
        "of the MLP and of the CNN with flatten are steep peaks, that of the CNN with GAP is a "
        "flat hill, and that of the CNN trained with shifts is level, a little lower in the middle."
    )


def price(
    by_epoch: Mapping[str, Sequence[float]],
    seconds: Mapping[str, tuple[float, float]],
    title: str = "",
) -> Plot:
    """What augmentation costs: unshifted accuracy after each epoch, and the seconds of an epoch.

    ``by_epoch`` holds shares in [0, 1]; ``seconds`` the training's and the shifting's, by way.
    """
    figure = new_figure(10.4, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1))
    quiet(left)
    for (name, values), look in zip(by_epoch.items(), _LOOKS, strict=False):
        epochs = range(1, len(values) + 1)
        _line(left, epochs, values, name, look)
    _last_values(left, by_epoch)
    left.set_xticks(epochs)
    left.set_xlabel("epoch", fontsize=9, color=MUTED)
    left.set_title("% right, unshifted test pictures", fontsize=10, color=INK, loc="left")
    left.margins(x=0.12)
    _bars(right, seconds)
    _legend(figure, left)
    if title:
        figure.suptitle(title, fontsize=10, color=MUTED)
    return figure, (
        "Left, how many unshifted test pictures each network names rightly after each epoch. "
        f"Right, the seconds of an epoch, training and shifting: {'; '.join(seconds)}. A picture "
        "at a time is the longest bar by far."
    )


def garments(pictures: np.ndarray, classes: Sequence[str]) -> Plot:
    """Some pictures of each class, (classes, some, H, W), a column a class."""
    kinds, some = pictures.shape[:2]
    figure = new_figure(0.98 * kinds, 0.95 * some + 0.3)
    for (row, column), axes in np.ndenumerate(figure.subplots(some, kinds, squeeze=False)):
        bare(axes)
        axes.imshow(pictures[column, row], cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        if row == 0:
            axes.set_title(classes[column], fontsize=9, color=INK, pad=3)
    return figure, (
        f"Drawn grey garments on black, some of each class: {', '.join(classes)}. Each fills the "
        "picture along its longer side and stands in the middle."
    )


def _cells(axes: Axes, table: np.ndarray) -> None:
    """The probabilities (shifts, classes) as cells with white gaps and their per cent."""
    for (column, row), share in np.ndenumerate(table):
        fill = magnitude(float(share))
        axes.add_patch(Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, facecolor=fill))
        if share >= _WRITTEN:
            axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=7.5,
                      color=ink_on(fill))  # fmt: skip


def _strip(axes: Axes, pictures: Sequence[np.ndarray]) -> None:
    for column, picture in enumerate(pictures):
        axes.imshow(picture, cmap="gray", extent=(column - 0.48, column + 0.48, -0.68, -1.64),
                    interpolation="nearest", zorder=2)  # fmt: skip


def _last_values(axes: Axes, by_epoch: Mapping[str, Sequence[float]]) -> None:
    """Write each line's last value behind its end, apart where ends lie close together."""
    low, high = axes.get_ylim()
    free = low
    ends = [(100 * values[-1], len(values), look[0])
            for values, look in zip(by_epoch.values(), _LOOKS, strict=False)]  # fmt: skip
    for value, epoch, colour in sorted(ends):
        free = max(value, free + 0.06 * (high - low))
        axes.annotate(f"{value:.1f}", (epoch, free), fontsize=8.5, color=deep(colour), va="center",
                      xytext=(7, 0), textcoords="offset points")  # fmt: skip


def _bars(axes: Axes, seconds: Mapping[str, tuple[float, float]]) -> None:
    """One bar a way: the training, then in another colour what the shifting adds."""
    most = max(map(sum, seconds.values()))
    for row, (training, shifting) in enumerate(seconds.values()):
        axes.barh(row, training, height=0.6, color=INPUT, label="" if row else "training")
        axes.barh(row, shifting, left=training, height=0.6, color=KERNEL, hatch="//",
                  edgecolor="white", label="" if row else "shifting")  # fmt: skip
        axes.text(training + shifting + 0.02 * most, row, f"{training + shifting:.0f} s",
                  va="center", fontsize=9, color=INK)  # fmt: skip
    axes.set_yticks(range(len(seconds)), [name.replace(", ", ",\n") for name in seconds])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * most)
    axes.tick_params(colors=MUTED, labelsize=9, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_title("Seconds an epoch", fontsize=10, color=INK, loc="left")
    axes.legend(frameon=False, fontsize=9, loc="lower right")


def _line(
    axes: Axes, x: Sequence[int], shares: Sequence[float], name: str, look: tuple[str, str, str]
) -> None:
    colour, marker, style = look
    axes.plot(x, np.multiply(100, shares), color=colour, marker=marker, linestyle=style,
              markersize=5, linewidth=1.8, label=name)  # fmt: skip


def _legend(figure: object, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)


def _signed(dx: int) -> str:
    return f"{dx:+d}".replace("-", "−") if dx else "0"
