"""Lesson 09: pictures before and after, what is gained by them, and what they cost."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, LINE, MUTED, OUTPUT, PADDING, SKY

from .base import Plot, bare, new_figure, quiet

_SHARES = (INPUT, KERNEL, OUTPUT, PADDING)  # of the parts of a label
_MARKS = (
    ("o", INPUT),
    ("s", FOCUS),
    ("^", OUTPUT),
    ("D", KERNEL),
    ("v", SKY),
    ("P", PADDING),
    ("X", MUTED),
)


class Course(NamedTuple):
    """How a training went: accuracies in [0, 1] at some steps."""

    steps: Sequence[int]
    train: Sequence[float]
    test: Sequence[float]


def named(pictures: Mapping[str, np.ndarray], columns: int, told: str) -> Plot:
    """Pictures (H, W, 3) or (H, W), uint8 or in [0, 1], in a grid, each under its name."""
    lines = -(-len(pictures) // columns)
    height, width = next(iter(pictures.values())).shape[:2]
    wide = 8 / columns
    titles = [fill(name, 120 // columns, break_long_words=False) for name in pictures]
    longest = max(title.count("\n") for title in titles)
    figure = new_figure(8, lines * (0.92 * wide * height / width + 0.3 + 0.16 * longest))
    for axes in (grid := figure.subplots(lines, columns, squeeze=False)).flat:
        axes.set_visible(False)
    for axes, title, picture in zip(grid.flat, titles, pictures.values(), strict=False):
        axes.set_visible(True)
        bare(axes)
        axes.imshow(np.clip(picture, 0, 255 if picture.dtype == np.uint8 else 1), cmap="gray",
                    vmin=0, interpolation="nearest")  # fmt: skip
        axes.set_title(title, fontsize=8.2, color=INK, pad=4)
    return figure, told


def rows(pictures: Mapping[str, Sequence[np.ndarray]], told: str) -> Plot:
    """A row of pictures for each name; the first of each is what the others were made of."""
    columns = len(next(iter(pictures.values())))
    figure = new_figure(5.8, len(pictures) * 4.6 / columns + 0.3)
    grid = figure.subplots(len(pictures), columns, squeeze=False)
    for line, (name, made) in zip(grid, pictures.items(), strict=True):
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=10, color=INK)
        for axes, picture in zip(line, made, strict=True):
            bare(axes)
            axes.imshow(np.clip(picture, 0, 255 if picture.dtype == np.uint8 else 1), cmap="gray",
                        vmin=0, interpolation="nearest")  # fmt: skip
    return figure, told


def gain(courses: Mapping[str, Course], by_images: Mapping[str, Mapping[int, float]]) -> Plot:
    """Left, accuracies over the steps of trainings; right, at their end over the images."""
    figure = new_figure(9, 3.4)
    over_steps, over_images = figure.subplots(1, 2, sharey=True)
    for (name, course), (marker, colour) in zip(courses.items(), _MARKS, strict=False):
        over_steps.plot(course.steps, np.multiply(100, course.train), "--", color=colour,
                        label=f"{name}, training images")  # fmt: skip
        over_steps.plot(course.steps, np.multiply(100, course.test), color=colour, marker=marker,
                        markersize=5, label=f"{name}, test images")  # fmt: skip
    for (name, found), (marker, colour) in zip(by_images.items(), _MARKS, strict=False):
        over_images.plot(list(found), np.multiply(100, list(found.values())), color=colour,
                         marker=marker, markersize=5, label=name)  # fmt: skip
    counts = sorted({count for found in by_images.values() for count in found})
    over_images.set_xscale("log", base=2)
    over_images.set_xticks(counts, [f"{count:,}" for count in counts])
    over_images.xaxis.set_minor_formatter(NullFormatter())
    over_steps.set_ylabel("accuracy, %", color=MUTED)
    over_steps.set_ylim(0, 103)
    for axes, below in ((over_steps, "steps"), (over_images, "training images")):
        quiet(axes)
        axes.set_xlabel(below, color=MUTED)
        axes.legend(frameon=False, fontsize=8.5, loc="upper center", ncols=2,
                    bbox_to_anchor=(0.5, -0.17))  # fmt: skip
    over_steps.set_xticks(next(iter(courses.values())).steps)
    return figure, (
        "Two charts of accuracy. Left, over the steps of trainings on the same few images: on "
        "training images the plain line reaches the top first, on test images it stays far below, "
        "and the augmented one comes closer. Right, on test images over the number of "
        "training images, doubled from mark to mark: the plain line climbs, and what was augmented "
        "lies above it."
    )


def bars(values: Mapping[str, float], shown: Sequence[str], across: str, told: str,
         second: Mapping[str, float] | None = None, names: Sequence[str] = ()) -> Plot:  # fmt: skip
    """A bar for each share in [0, 1]; those ``shown`` stand out.

    ``second`` are other shares, drawn as dots on the bars; ``names`` are what bars and dots mean.
    """
    figure = new_figure(7.2, 0.9 + 0.28 * len(values))
    axes = figure.subplots()
    quiet(axes)
    places = range(len(values))
    look = [(OUTPUT, "") if name in shown else (LINE, "//") for name in values]
    bar = axes.barh(places, np.multiply(100, list(values.values())), 0.66, edgecolor=MUTED,
                    color=[colour for colour, _ in look])  # fmt: skip
    for one, (_, hatch) in zip(bar, look, strict=True):
        one.set_hatch(hatch)
    if second:
        axes.plot(np.multiply(100, [second[name] for name in values]), places, "D", color=FOCUS,
                  markeredgecolor=INK, markersize=6, label=names[1])  # fmt: skip
        bar.set_label(names[0])
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    axes.set_yticks(places, list(values), fontsize=9.5, color=INK)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_xlim(0, 100)
    axes.set_xlabel(across, color=MUTED)
    return figure, told


def mixtures(
    images: np.ndarray, labels: np.ndarray, classes: Sequence[str], titles: Sequence[str], told: str
) -> Plot:
    """Mixed images (N, H, W, 3) in [0, 1], each above its label (N, K) as a bar of shares."""
    figure = new_figure(9.4, 13 / len(images) + 0.45)
    tops, below = figure.subplots(2, len(images), height_ratios=(4, 2.6))
    for top, bottom, image, label, title in zip(tops, below, images, labels, titles, strict=True):
        bare(top)
        top.imshow(np.clip(image, 0, 1), interpolation="nearest")
        top.set_title(title, fontsize=9.5, color=INK, pad=4)
        _shares(bottom, label, classes)
    return figure, told


def _shares(axes: Axes, label: np.ndarray, classes: Sequence[str]) -> None:
    """The parts of a label side by side, the largest first, and their names in words."""
    axes.set_axis_off()
    parts = [(label[number], classes[number]) for number in np.argsort(-label) if label[number] > 0]
    start = 0.0
    for place, ((share, name), colour) in enumerate(zip(parts, _SHARES, strict=False)):
        axes.barh(0, share, 0.9, start, color=colour, edgecolor="white")
        words = axes.text(
            0, -1.0 - place, f"{share:.0%} {name}", fontsize=6.9, color=INK, va="center"
        )
        words.set_in_layout(False)
        start += share
    axes.set(xlim=(0, 1), ylim=(-4.6, 0.6))


def beliefs(shares: Sequence[float], found: Mapping[str, Sequence[float]]) -> Plot:
    """Lines: how probable networks find a class, in [0, 1], of which an image holds such shares."""
    figure = new_figure(6.4, 3.5)
    axes = figure.subplots()
    quiet(axes)
    for (name, values), (marker, colour) in zip(found.items(), _MARKS, strict=False):
        axes.plot(np.multiply(100, shares), np.multiply(100, values), color=colour, marker=marker,
                  markersize=5, label=name)  # fmt: skip
        ends = np.multiply(100, [values[0], values[-1]])
        axes.plot([0, 100], ends, color=colour, linestyle=":", linewidth=1.2)
    axes.set_xlabel("% of the image", color=MUTED)
    axes.set_ylabel("% of the answer", color=MUTED)
    axes.legend(frameon=False, fontsize=9)
    return figure, (
        "How much of its answer a network gives to a class, over the share of the image that is of "
        "this class, for " + " and ".join(found) + "; dotted, the straight line between the ends."
    )


def fields(
    displaced: Mapping[str, tuple[np.ndarray, np.ndarray]], image: np.ndarray, told: str
) -> Plot:
    """Displacement fields (2, H, W), down and across in pixels, and below each what it makes."""
    figure = new_figure(6.6, 3.7)
    count = len(displaced) + 1
    tops, below = figure.subplots(2, count)
    tops[0].set_axis_off()
    bare(below[0])
    below[0].imshow(image, interpolation="nearest")
    below[0].set_title("as it was", fontsize=10, color=INK, pad=4)
    for top, bottom, (name, (moves, made)) in zip(
        tops[1:], below[1:], displaced.items(), strict=True
    ):
        bare(top)
        bare(bottom)
        step = max(moves.shape[-1] // 12, 1)
        rows_, columns = (axis[::step, ::step] for axis in np.indices(moves.shape[1:]))
        down, across = (move[::step, ::step] for move in moves)
        top.quiver(columns, rows_, across, down, angles="xy", scale_units="xy", scale=0.6,
                   color=INPUT, width=0.008)  # fmt: skip
        top.set(aspect="equal", xlim=(-1, moves.shape[-1]), ylim=(moves.shape[-2], -1))
        top.set_title(name, fontsize=10, color=INK, pad=4)
        bottom.imshow(np.clip(made, 0, 1), interpolation="nearest")
    return figure, told


def throughput(
    measured: Mapping[str, Mapping[str, float]], published: Mapping[str, Mapping[str, float]]
) -> Plot:
    """Images a second of transforms in libraries: measured here, and published for others.

    Both map a transform to its libraries' rates; each row is a transform, each mark a library.
    """
    figure = new_figure(8.4, 1.3 + 0.27 * max(len(measured), len(published)))
    panels = figure.subplots(1, 2)
    libraries = list(dict.fromkeys(n for one in (measured, published) for r in one.values()
                                   for n in r))  # fmt: skip
    looks = dict(zip(libraries, _MARKS, strict=False))
    titles = ("measured on this machine", "published in 2021, photographs")
    for axes, table, title in zip(panels, (measured, published), titles, strict=True):
        _rates(axes, table, looks)
        axes.set_title(title, fontsize=10, color=INK, loc="left")
    handles = [panels[0].plot([], [], marker, color=colour, markeredgecolor=INK, label=name)[0]
               for name, (marker, colour) in looks.items()]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=len(looks), frameon=False,
                  fontsize=9)  # fmt: skip
    return figure, (
        "Two charts, a row a transform, of how many images a second libraries make of it, on a "
        "logarithmic axis: " + ", ".join(libraries) + ". Left, measured on this machine; right, "
        "the published table."
    )


def _rates(axes: Axes, table: Mapping[str, Mapping[str, float]], looks: Mapping) -> None:
    quiet(axes)
    for place, rates in enumerate(table.values()):
        axes.plot([min(rates.values()), max(rates.values())], [place] * 2, color=LINE, zorder=1)
        for library, rate in rates.items():
            marker, colour = looks[library]
            axes.plot(rate, place, marker, color=colour, markeredgecolor=INK, markersize=6)
    axes.set_yticks(range(len(table)), list(table), fontsize=8.5, color=INK)
    axes.set(xscale="log", xlabel="images a second, one core", ylim=(len(table) - 0.4, -0.6))
    axes.xaxis.label.set_color(MUTED)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
