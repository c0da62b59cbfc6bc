"""Lesson 07: what separable convolutions can say, what they cost, and how long they take."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import LogLocator, NullFormatter

from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    KERNEL,
    LINE,
    MUTED,
    OUTPUT,
    deep,
    tint,
)

from .base import Plot, bare, new_figure, quiet

_LOOKS = {  # of a kind of layer: colour, marker, hatch
    "normal": (INPUT, "s", ""),
    "depthwise": (FOCUS, "o", ""),
    "pointwise": (tint(KERNEL, 0.55), "D", "///"),
    "pair": (OUTPUT, "^", ""),
}


class Timed(NamedTuple):
    """A layer, or a pair of them, that was timed; ``intensity`` is MACs for each number moved."""

    kind: str
    channels: int
    macs: int
    intensity: float
    seconds: float


def answered(
    questions: Sequence[str],
    paths: Mapping[str, Collection[str]],
    accuracies: Mapping[str, Sequence[float]],
) -> Plot:
    """Bars: how often each network had each question right, by whether a path leads to the answer.

    ``paths`` holds for each network the questions whose answer it can reach, ``accuracies`` its
    shares in [0, 1].
    """
    figure = new_figure(8.2, 2.7)
    yes, no = {"facecolor": OUTPUT, "hatch": ""}, {"facecolor": LINE, "hatch": "//"}
    panels = figure.subplots(1, len(paths), sharey=True)
    for axes, (name, reached) in zip(panels, paths.items(), strict=True):
        quiet(axes)
        for place, question in enumerate(questions):
            look = yes if question in reached else no
            axes.bar(place, accuracies[name][place], width=0.7, edgecolor=MUTED, **look)
        axes.axhline(0.5, color=INK, linestyle=":", linewidth=1)
        axes.set_xticks(range(len(questions)), [q.replace(", ", "\n") for q in questions])
        axes.tick_params(axis="x", labelsize=8)
        axes.set_title(name, fontsize=10, color=INK, loc="left")
        axes.set_ylim(0, 1.08)
        axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    key = [Patch(label="a path leads there", **yes), Patch(label="no path", edgecolor=MUTED, **no)]
    figure.legend(handles=key, loc="outside lower right", ncols=2, frameon=False, fontsize=9)
    return figure, (
        f"Bars for {', '.join(paths)}: how often each answers four questions rightly. Filled bars, "
        "where a path leads to the bit, stand near 100 %; hatched ones, where none does, near 50 %."
    )


def kept(shares: Mapping[str, Sequence[float]]) -> Plot:
    """Lines: the share, in [0, 1], of a layer that so many kernels a channel can hold.

    The last name is drawn dashed: it is what the others are compared with.
    """
    figure = new_figure(7.4, 3.3)
    axes = figure.subplots()
    quiet(axes)
    colours = (INPUT, OUTPUT, KERNEL, FOCUS, MUTED)
    for number, (name, values) in enumerate(shares.items()):
        last = number == len(shares) - 1
        colour = INK if last else colours[number % len(colours)]
        line, marker = ("--", "x") if last else ("-", "os^Dv"[number % 5])
        axes.plot(range(1, len(values) + 1), np.multiply(100, values), color=colour,
                  linestyle=line, marker=marker, markersize=5, label=name)  # fmt: skip
    axes.set_ylim(0, 105)
    axes.set_xticks(range(1, len(values) + 1))
    axes.set_xlabel("kernels for each input channel (depth multiplier)", color=MUTED)
    axes.set_ylabel("% of the sum of squares", color=MUTED)
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    return figure, (
        "How much of a normal 3x3 layer so many kernels a channel can hold: lines that rise from "
        "one kernel to 100 % at nine, those of trained layers above the dashed one of random "
        "numbers."
    )


def ranks(kernels: Mapping[str, np.ndarray]) -> Plot:
    """Kernels with their weights, and below each its singular values as bars."""
    figure = new_figure(1.55 * len(kernels), 3.3)
    top, bottom = figure.subplots(2, len(kernels), height_ratios=(3, 2), squeeze=False)
    for above, below, (name, kernel) in zip(top, bottom, kernels.items(), strict=True):
        _numbered(above, kernel)
        above.set_title(name, fontsize=10, color=INK, pad=5)
        values = np.linalg.svd(np.asarray(kernel, float), compute_uv=False)
        rank = int((values > 1e-9 * values[0]).sum())
        colours = [OUTPUT if rank == 1 else FOCUS] * len(values)
        below.bar(range(1, len(values) + 1), values / values[0], 0.7, color=colours,
                  hatch="" if rank == 1 else "//", edgecolor=MUTED)  # fmt: skip
        below.set_xticks([])
        below.set_yticks([])
        below.set_ylim(0, 1.1)
        below.spines[["top", "right", "left"]].set_visible(False)
        below.set_xlabel(f"rank {rank}", color=deep(OUTPUT if rank == 1 else FOCUS), fontsize=10)
    bottom[0].set_ylabel("singular\nvalues", fontsize=9, color=MUTED)
    return figure, (
        "Kernels with their weights and, below each, its singular values as bars: "
        + ", ".join(kernels)
        + ". Those of rank 1 have a single bar."
    )


def _numbered(axes: Axes, kernel: np.ndarray) -> None:
    """A kernel as a table, its negative weights in another colour."""
    bare(axes)
    height, width = kernel.shape
    top = np.abs(kernel).max()
    for (row, column), weight in np.ndenumerate(kernel):
        colour = tint(KERNEL if weight >= 0 else INPUT, 0.08 + 0.6 * abs(weight) / top)
        axes.add_patch(Rectangle((column + 0.04, row + 0.04), 0.92, 0.92, facecolor=colour))
        axes.text(column + 0.5, row + 0.5, f"{weight:g}".replace("-", "−"), ha="center",
                  va="center", fontsize=9 if width < 5 else 7.5, color=INK)  # fmt: skip
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")


def blocks(costs: Mapping[str, Sequence[tuple[str, int, int]]]) -> Plot:
    """Stacked bars of the parameters and of the MACs of blocks, layer by layer.

    ``costs`` holds for each block its layers as (kind, parameters, MACs), in their order.
    """
    figure = new_figure(9.4, 0.9 + 0.5 * len(costs))
    panels = figure.subplots(1, 2, sharey=True)
    kinds = list(dict.fromkeys(kind for layers in costs.values() for kind, _, _ in layers))
    for axes, number, title in zip(panels, (1, 2), ("parameters", "MACs"), strict=True):
        for place, layers in enumerate(costs.values()):
            start = 0
            for layer in layers:
                axes.barh(place, layer[number], 0.62, start, **_bar_of(layer[0]))
                start += layer[number]
            axes.annotate(f"{start:,}", (start, place), (4, 0), textcoords="offset points",
                          va="center", fontsize=9, color=INK)  # fmt: skip
        axes.set_title(title, fontsize=10, color=INK, loc="left")
        axes.set_xmargin(0.22)
        axes.set_yticks(range(len(costs)), list(costs), fontsize=9)
        axes.set_ylim(len(costs) - 0.5, -0.5)
        axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
        axes.tick_params(length=0, labelsize=9)
        axes.xaxis.set_visible(False)
    handles = [Patch(label=kind, **_bar_of(kind)) for kind in kinds]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(kinds), frameon=False,
                  fontsize=9)  # fmt: skip
    return figure, (
        f"Bars of parameters and of MACs for {', '.join(costs)}, each made of its layers. Where a "
        "depthwise layer stands, nearly all of the bar belongs to the pointwise ones."
    )


def _bar_of(kind: str) -> dict[str, object]:
    """A depthwise layer has no edge, which would cover it: it is so thin."""
    colour, _, hatch = _LOOKS[kind]
    width = 0 if kind == "depthwise" else 1
    return {"facecolor": colour, "hatch": hatch, "edgecolor": "white", "linewidth": width,
            "zorder": 3 if kind == "depthwise" else 2}  # fmt: skip


def speed(timed: Sequence[Timed]) -> Plot:
    """Measured times over MACs, and MACs a second over arithmetic intensity, all logarithmic."""
    figure = new_figure(9.6, 3.9)
    times, rates = figure.subplots(1, 2)
    for kind, (colour, marker, _) in _LOOKS.items():
        own = [layer for layer in timed if layer.kind == kind]
        look = {"color": colour, "marker": marker, "markersize": 6.5, "markeredgecolor": INK,
                "linewidth": 1, "label": kind}  # fmt: skip
        times.plot([t.macs for t in own], [1e3 * t.seconds for t in own], **look)
        rates.plot([t.intensity for t in own], [t.macs / t.seconds / 1e9 for t in own], **look)
        if kind in ("normal", "depthwise"):
            for layer in (own[0], own[-1]):
                times.annotate(str(layer.channels), (layer.macs, 1e3 * layer.seconds), (-6, 6),
                               textcoords="offset points", ha="right", fontsize=8.5,
                               color=INK)  # fmt: skip
    _same_speed(times, timed)
    _logarithmic(times, "MACs (numbers in the chart: channels)", "milliseconds, measured here")
    _logarithmic(rates, "MACs for each number moved", "billion MACs a second, measured here")
    times.xaxis.set_major_formatter(lambda macs, _: f"{macs / 1e6:g} M")
    times.legend(frameon=False, fontsize=9)
    return figure, (
        "Two charts of layers that were timed on this machine, with growing channels: the time "
        "over the MACs, with a dashed line for the speed of the largest normal layer; and the "
        "speed over the MACs for each number moved. Normal, depthwise and pointwise layers, and "
        "pairs, each have a marker of their own."
    )


def _logarithmic(axes: Axes, across: str, up: str) -> None:
    """Both axes logarithmic, with plain numbers."""
    quiet(axes)
    axes.set(xscale="log", yscale="log", xmargin=0.09)
    axes.set_xlabel(across, color=MUTED)
    axes.set_ylabel(up, color=MUTED)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(NullFormatter())


def _same_speed(axes: Axes, timed: Sequence[Timed]) -> None:
    """A line along which all layers would lie if time were nothing but MACs."""
    largest = max((t for t in timed if t.kind == "normal"), key=lambda t: t.macs)
    ends = np.array([min(t.macs for t in timed), max(t.macs for t in timed)])
    axes.plot(ends, 1e3 * largest.seconds * ends / largest.macs, color=MUTED, linestyle="--",
              linewidth=1, label="time as MACs")  # fmt: skip
