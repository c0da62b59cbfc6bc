"""Lesson 06: pictures side by side, heads on a flat image, a photograph enlarged."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_lib.pictures.marks import numeral
from course_lib.pictures.palette import FOCUS, INK, LINE, MUTED

from .base import Plot, bare, new_figure

_LARGEST_ERROR = 0.3  # drawn as the darkest


def in_a_row(pictures: Mapping[str, np.ndarray], told: str) -> Plot:
    """Pictures in [0, 1], (H, W, 3) or (H, W), of one shape, each with its name above it.

    ``told`` is the alt text.
    """
    height, width = next(iter(pictures.values())).shape[:2]
    wide = min(2.6, 10 / len(pictures))
    figure = new_figure(wide * len(pictures), wide * height / width + 0.4)
    row = figure.subplots(1, len(pictures), squeeze=False)[0]
    for axes, (name, picture) in zip(row, pictures.items(), strict=True):
        _picture(axes, picture, name)
    return figure, told


def flat_heads(heads: Mapping[str, tuple[np.ndarray, int]]) -> Plot:
    """What heads make of a flat image: for each a map (H, W) of whole numbers, and its factor r.

    A frame marks one block of r x r.
    """
    figure = new_figure(3.3 * len(heads), 3.5)
    top = max(float(np.abs(values).max()) for values, _ in heads.values())
    row = figure.subplots(1, len(heads), squeeze=False)[0]
    for axes, (name, (values, factor)) in zip(row, heads.items(), strict=True):
        _picture(axes, values / (2 * top) + 0.5, name)
        for (y, x), value in np.ndenumerate(values.astype(int)):
            axes.text(x, y, numeral(value), ha="center", va="center",
                      fontsize=9, color="white" if value < 0 else INK)  # fmt: skip
        axes.add_patch(Rectangle((-0.5, -0.5), factor, factor, fill=False, edgecolor=FOCUS,
                                 linewidth=3, clip_on=False))  # fmt: skip
    return figure, (
        "Maps of numbers that heads make of a flat image, one block framed in each: "
        + "; ".join(heads)
        + ". A pattern repeats from block to block, unless all numbers are equal."
    )


def enlarged(
    original: np.ndarray, small: np.ndarray, ways: Mapping[str, tuple[np.ndarray, float]]
) -> Plot:
    """The photograph above its small version, then each way's picture above what is wrong in it.

    Pictures are grey, in [0, 1]; each way comes with its PSNR in dB, written below its name.
    """
    count, (height, width) = len(ways) + 1, original.shape
    wide = 10 / count
    figure = new_figure(10, 2 * wide * height / width + 0.9)
    (first, *tops), (below, *bottoms) = figure.subplots(2, count)
    _picture(first, original, "the photograph\n")
    _picture(below, small, "all that they get")
    for axes, under, (name, (picture, psnr)) in zip(tops, bottoms, ways.items(), strict=True):
        _picture(axes, picture, f"{name}\n{psnr:.1f} dB")
        _picture(under, 1 - np.abs(picture - original) / _LARGEST_ERROR, "what is wrong")
    return figure, (
        "A piece of the photograph and the same piece at half the resolution; beside it, enlarged "
        "again: " + ", ".join(ways) + ". Below each what is wrong in it, dark: most of it along "
        "edges."
    )


def _picture(axes: Axes, picture: np.ndarray, name: str) -> None:
    """A picture in [0, 1], grey or in colours, with its name above it."""
    bare(axes)
    for spine in axes.spines.values():
        spine.set_color(LINE if picture.ndim == 3 else MUTED)
    axes.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_title(name, fontsize=9.5, color=INK, pad=4)
