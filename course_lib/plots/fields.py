"""Receptive fields: what was predicted, and what was measured."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.patches import Patch

from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT

from .base import Plot, new_figure, quiet


def copy_task(
    distances: Sequence[int],
    reached: Sequence[Collection[int]],
    accuracies: Sequence[Sequence[float]],
    names: Sequence[str],
) -> Plot:
    """Bars: how often each network had the bit right at each distance, by what it could see.

    ``reached`` holds for each network the distances to which the geometry finds a path.
    """
    figure = new_figure(7.4, 1.7 + 1.15 * len(names))
    rows = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
    yes, no = {"facecolor": OUTPUT, "hatch": ""}, {"facecolor": LINE, "hatch": "//"}
    for axes, name, seen, measured in zip(rows, names, reached, accuracies, strict=True):
        quiet(axes)
        for distance, share in zip(distances, measured, strict=True):
            look = yes if distance in seen else no
            axes.bar(distance, share, width=0.7, edgecolor=MUTED, **look)
        axes.axhline(0.5, color=INK, linestyle=":", linewidth=1)
        axes.set_ylim(0, 1.08)
        axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        axes.set_title(name, fontsize=10, color=INK, loc="left")
    key = [Patch(label="a path leads there", **yes), Patch(label="no path", edgecolor=MUTED, **no)]
    figure.legend(handles=key, loc="outside upper right", ncols=2, frameon=False, fontsize=9)
    rows[-1].set_xticks(list(distances))
    rows[-1].set_xlabel("the bit to copy lies so many places to the right", color=MUTED)
    figure.supylabel("bits that are right", fontsize=10, color=MUTED)
    return figure, (
        "Bars of accuracy for each distance, a row for each network. Filled bars, where a path "
        "leads, stand near 100 %; hatched ones, where none does, near 50 %."
    )


def accuracy_by_field(published: Mapping[str, tuple[int, float]]) -> Plot:
    """Published accuracies over the receptive field, on a logarithmic axis, with a fitted line.

    The name of a point above the line stands to its left, that of one below to its right.
    """
    fields = np.array([field for field, _ in published.values()], float)
    accuracies = np.array([accuracy for _, accuracy in published.values()])
    slope, start = np.polyfit(np.log2(fields), accuracies, 1)
    figure = new_figure(7.4, 4.0)
    axes = figure.subplots()
    quiet(axes)
    ends = np.array([fields.min() / 1.1, fields.max() * 1.1])
    axes.plot(ends, start + slope * np.log2(ends), color=FOCUS, linewidth=1.5, linestyle="--")
    axes.scatter(fields, accuracies, color=INPUT, s=40, zorder=3)
    for name, (field, accuracy) in published.items():
        above = accuracy > start + slope * np.log2(field)
        place, side = ((-6, 5), "right") if above else ((7, -11), "left")
        axes.annotate(name, (field, accuracy), place, textcoords="offset points", ha=side,
                      fontsize=8.5, color=INK)  # fmt: skip
    axes.set_xscale("log", base=2)
    ticks = [256, 512, 1024, 2048, 4096]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xlim(130, 6500)
    axes.set_ylim(69, 82)
    axes.set_xlabel("receptive field in pixels, logarithmic", color=MUTED)
    axes.set_ylabel("ImageNet top-1 accuracy, %", color=MUTED)
    return figure, (
        "Nine networks, ImageNet accuracy over receptive field on a logarithmic axis; they lie "
        "near a rising straight line, from VGG-16 and MobileNet up to Inception-ResNet."
    )
