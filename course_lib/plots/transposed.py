"""Lesson 05: what a transposed convolution gives back, and the pattern that training leaves."""

from collections.abc import Mapping

import numpy as np

from course_lib.pictures.palette import INK

from .base import Plot, bare, new_figure

CONTRAST = 10  # by which the flat images are drawn with more of it
_LOW, _HIGH = 0.25, 0.8  # the ends of the scale, for the others


def side_by_side(pictures: Mapping[str, np.ndarray], told: str) -> Plot:
    """Pictures (H, W, 3) in [0, 1] in a row, each with its name above it; ``told`` is the alt."""
    height, width = next(iter(pictures.values())).shape[:2]
    wide = 10 / len(pictures)
    figure = new_figure(10, wide * height / width + 0.35)
    row = figure.subplots(1, len(pictures))
    for axes, (name, picture) in zip(row, pictures.items(), strict=True):
        bare(axes)
        axes.imshow(np.clip(picture, 0, 1), interpolation="nearest")
        axes.set_title(name, fontsize=10, color=INK, pad=4)
    return figure, told


def after_training(enlarged: Mapping[str, np.ndarray], flat: Mapping[str, np.ndarray]) -> Plot:
    """For each way a picture (H, W) in [0, 1] that it enlarged, and below it a flat one.

    The flat ones are drawn around their mean, with CONTRAST times the contrast of the pictures.
    """
    figure = new_figure(10, 5.0)
    tops, bottoms = figure.subplots(2, len(enlarged))
    for top, bottom, name in zip(tops, bottoms, enlarged, strict=True):
        bare(top)
        bare(bottom)
        top.imshow(enlarged[name], cmap="cividis", vmin=_LOW, vmax=_HIGH, interpolation="nearest")
        top.set_title(name, fontsize=10, color=INK, pad=4)
        reach = (_HIGH - _LOW) / 2 / CONTRAST
        low, high = flat[name].mean() - reach, flat[name].mean() + reach
        bottom.imshow(flat[name], cmap="cividis", vmin=low, vmax=high, interpolation="nearest")
    below = f"a flat grey,\n{CONTRAST} times the\ncontrast"
    for axes, words in ((tops[0], "a scene"), (bottoms[0], below)):
        axes.set_ylabel(words, rotation=0, ha="right", va="center", fontsize=10, color=INK)
    *patterned, clean = enlarged
    return figure, (
        "A drawn scene enlarged after training in each way; below, what the same networks make of "
        "a flat grey, its contrast raised: patterns with a period of two pixels after "
        f"{'; '.join(patterned)}; none after {clean}."
    )
