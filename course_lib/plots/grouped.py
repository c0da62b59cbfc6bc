"""Lesson 08: what groups can learn, what branches gain, MACs against time; and its drawings."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.patches import Patch

from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT, deep

from .base import Plot, new_figure, quiet
from .branches import Block, blocks, towers

__all__ = ["Block", "blocks", "cardinality", "learned", "macs_and_time", "towers"]


def learned(
    reached: Mapping[str, Sequence[Collection[int]]],
    accuracies: Mapping[str, Sequence[Sequence[float]]],
) -> Plot:
    """Bars: how often each half of a network's outputs had each input channel's bit right.

    Both map a network's name to its halves: the channels that can be read, and the shares of bits
    that are right, in [0, 1].
    """
    figure = new_figure(8.6, 3.6)
    grid = figure.subplots(2, len(reached), sharex=True, sharey=True, squeeze=False)
    yes, no = {"facecolor": OUTPUT, "hatch": ""}, {"facecolor": LINE, "hatch": "//"}
    for column, (name, halves) in enumerate(reached.items()):
        for half, seen in enumerate(halves):
            axes, measured = grid[half, column], accuracies[name][half]
            quiet(axes)
            for channel, share in enumerate(measured):
                look = yes if channel in seen else no
                axes.bar(channel, share, width=0.7, edgecolor=MUTED, **look)
            axes.axhline(0.5, color=INK, linestyle=":", linewidth=1)
            axes.set(ylim=(0, 1.08), yticks=[0, 0.5, 1], xticks=range(len(measured)))
            axes.set_yticklabels(["0", "50 %", "100 %"])
        grid[0, column].set_title(name, fontsize=11, color=INK)
        grid[1, column].set_xlabel("the input channel to be copied", color=MUTED)
    for half in (0, 1):
        grid[half, 0].set_ylabel(f"outputs of group {half}", color=MUTED, fontsize=9)
    key = [Patch(label="a wire leads there", **yes), Patch(label="no wire", edgecolor=MUTED, **no)]
    figure.legend(handles=key, loc="outside upper right", ncols=2, frameon=False, fontsize=9)
    return figure, (
        "Bars for each input channel, in two rows for the outputs of the two groups, side by side "
        "for " + " and ".join(reached) + ". Filled bars, where a wire leads, stand near 100 %, "
        "hatched ones near 50 %."
    )


def cardinality(errors: Mapping[str, float], weights: Sequence[int]) -> Plot:
    """Published errors, in %, of networks that cost the same, with the weights of their block."""
    figure = new_figure(7.0, 3.0)
    axes = figure.subplots()
    quiet(axes)
    places, values = range(len(errors)), list(errors.values())
    axes.plot(places, values, color=FOCUS, marker="o", markersize=6)
    for place, value, count in zip(places, values, weights, strict=True):
        axes.annotate(f"{value}", (place, value), (0, 9), textcoords="offset points", ha="center",
                      fontsize=10, color=INK)  # fmt: skip
        axes.annotate(f"{count:,}", (place, value), (0, -17), textcoords="offset points",
                      ha="center", fontsize=8.5, color=MUTED)  # fmt: skip
    axes.set_xticks(places, list(errors))
    axes.set_xlabel("branches x channels in each; below a point, the weights of its block",
                    color=MUTED)  # fmt: skip
    axes.set_ylabel("ImageNet top-1 error, %", color=MUTED)
    axes.set(ylim=(21.6, 24.6), xlim=(-0.4, len(errors) - 0.6))
    return figure, (
        "Published ImageNet errors of five networks of the same cost, from 1 branch of 64 channels "
        "to 32 branches of 4: each has a lower error than the one before it."
    )


def macs_and_time(
    groups: Sequence[int], macs: Sequence[int], seconds: Mapping[str, Sequence[float]]
) -> Plot:
    """MACs and measured time for each number of groups, as shares of those with one group.

    A layer with fewer channels may have measured fewer of the settings, the first ones.
    """
    figure = new_figure(7.6, 3.5)
    axes = figure.subplots()
    quiet(axes)
    axes.plot(groups, np.divide(macs, macs[0]), color=INPUT, linestyle="--", marker="s",
              label="MACs")  # fmt: skip
    looks = zip((FOCUS, deep(OUTPUT)), ("o", "^"), strict=True)
    for (name, measured), (colour, mark) in zip(seconds.items(), looks, strict=False):
        shares = np.divide(measured, measured[0])
        axes.plot(groups[: len(shares)], shares, color=colour, marker=mark, label=f"time, {name}")
    axes.axhline(1, color=INK, linestyle=":", linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set_xticks(groups, list(map(str, groups)))
    ticks = [2.0**power for power in range(-6, 3)]
    axes.set_yticks(ticks, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in ticks])
    axes.set_xlabel("groups", color=MUTED)
    axes.set_ylabel("times that with one group", color=MUTED)
    axes.legend(frameon=False, fontsize=9)
    return figure, (
        "MACs and the time measured on this machine over the number of groups, both on logarithmic "
        "axes: the MACs fall in a straight line, with which the times are to be compared."
    )
