"""Charts of the lessons on receptive fields: what was predicted, and what was measured."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT
from course_lib.plots import Plot, _figure, _quiet


def copy_task(
    distances: Sequence[int],
    reached: Sequence[Collection[int]],
    accuracies: Sequence[Sequence[float]],
    names: Sequence[str],
) -> Plot:
    """Bars: how often each network had the bit right at each distance, by what it could see.

    ``reached`` holds for each network the distances to which the geometry finds a path.
    """
    figure = _figure(7.4, 1.5 + 1.15 * len(names))
    rows = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
    for axes, name, seen, measured in zip(rows, names, reached, accuracies, strict=True):
        _quiet(axes)
        colours = [OUTPUT if distance in seen else LINE for distance in distances]
        hatches = ["" if distance in seen else "//" for distance in distances]
        axes.bar(distances, measured, color=colours, hatch=hatches, edgecolor=MUTED, width=0.7)
        axes.axhline(0.5, color=MUTED, linestyle=":", linewidth=1)
        axes.set_ylim(0, 1.08)
        axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        axes.set_title(name, fontsize=10, color=INK, loc="left")
    rows[-1].set_xticks(list(distances))
    rows[-1].set_xlabel("the bit to copy lies so many places to the right", color=MUTED)
    return figure, (
        "Bars of accuracy for each distance, a row for each network. Filled bars, where the "
        "receptive field reaches, stand near 100 %; hatched ones, beyond it, near 50 %."
    )


def accuracy_by_field(published: Mapping[str, tuple[int, float]]) -> Plot:
    """Published accuracies over the receptive field, on a logarithmic axis, with a fitted line.

    Names stand above and below the points in turn, in the order given.
    """
    fields = np.array([field for field, _ in published.values()], float)
    accuracies = np.array([accuracy for _, accuracy in published.values()])
    slope, start = np.polyfit(np.log2(fields), accuracies, 1)
    figure = _figure(7.4, 4.0)
    axes = figure.subplots()
    _quiet(axes)
    ends = np.array([fields.min() / 1.1, fields.max() * 1.1])
    axes.plot(ends, start + slope * np.log2(ends), color=FOCUS, linewidth=1.5, linestyle="--")
    axes.scatter(fields, accuracies, color=INPUT, s=40, zorder=3)
    for number, (name, point) in enumerate(published.items()):
        place, side = ((-6, 6), "right") if number % 2 == 0 else ((7, -11), "left")
        axes.annotate(name, point, place, textcoords="offset points", ha=side,
                      fontsize=8.5, color=INK)  # fmt: skip
    axes.set_xscale("log", base=2)
    ticks = [256, 512, 1024, 2048, 4096]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xlim(150, 6000)
    axes.set_ylim(69, 82)
    axes.set_xlabel("receptive field in pixels, logarithmic", color=MUTED)
    axes.set_ylabel("ImageNet top-1 accuracy, %", color=MUTED)
    return figure, (
        "Nine networks, ImageNet accuracy over receptive field on a logarithmic axis; they lie "
        "near a rising straight line, from VGG-16 and MobileNet up to Inception-ResNet."
    )
