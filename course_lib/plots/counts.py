"""Bars of what is counted: fields layer by layer, parameters and MACs, shares."""

from collections.abc import Mapping, Sequence

import numpy as np

from course_lib.pictures.palette import FOCUS, INK, INPUT, LINE, MUTED, OUTPUT, tint

from .base import Plot, new_figure, quiet


def field_growth(
    names: Sequence[str], fields: Sequence[int], image: int = 32, goal: int = 44
) -> Plot:
    """Draw the receptive field after each convolution as bars, with the image and the goal."""
    figure = new_figure(10, 3.2)
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
    quiet(axes)
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
    figure = new_figure(10, 0.7 + 0.27 * len(names))
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


def shares(values: Mapping[str, Mapping[str, float]], title: str, alt: str) -> Plot:
    """Draw shares, in [0, 1], as bars: for each name one of each kind, ``values[kind][name]``."""
    figure = new_figure(10, 2.6)
    axes = figure.subplots(subplot_kw={"ymargin": 0.15})
    width = 0.8 / len(values)
    for place, (kind, share) in enumerate(values.items()):
        at = np.arange(len(share)) + width * (place - (len(values) - 1) / 2)
        bars = axes.bar(
            at, [100 * part for part in share.values()], width=0.9 * width, label=kind,
            color=tint(OUTPUT, (1, 0.35)[place % 2]),
        )  # fmt: skip
        axes.bar_label(bars, fmt="%.0f", fontsize=9, color=INK, padding=2)
    axes.set_xticks(range(len(share)), list(share))
    axes.set_title(title, fontsize=11, loc="left")
    if len(values) > 1:
        axes.legend(frameon=False, fontsize=9)
    quiet(axes)
    return figure, alt
