"""Lesson 04: fields that grow, pictures that never meet, dense targets and answers."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    KERNEL,
    LINE,
    MUTED,
    OUTPUT,
    PADDING,
    SKY,
    deep,
    tint,
)
from course_lib.scene import CLASSES, Scene

from .base import Plot, bare, new_figure, quiet

_CLASS_COLOURS = (SKY, tint(OUTPUT, 0.45), INPUT, FOCUS, deep(OUTPUT))
_NUMBERED = (KERNEL, PADDING, FOCUS, tint(KERNEL, 0.45), deep(PADDING), deep(KERNEL))
_PHASES = tuple(tint(colour, 0.4) for colour in (INPUT, KERNEL, OUTPUT, FOCUS, PADDING, MUTED))


def growth(fields: Mapping[str, Sequence[int]]) -> Plot:
    """Lines: the receptive field after 1, 2, 3, … layers for each choice of rates."""
    figure = new_figure(7.4, 3.4)
    axes = figure.subplots()
    styles = zip((MUTED, INPUT, FOCUS, OUTPUT), ("-", "--", "-", "-."), "sDo^", strict=True)
    for (name, values), (colour, line, mark) in zip(fields.items(), styles, strict=False):
        layers = range(1, len(values) + 1)
        axes.plot(layers, values, color=colour, linestyle=line, marker=mark, markersize=5)
        axes.annotate(name, (layers[-1], values[-1]), (14, -3), textcoords="offset points",
                      color=colour, fontsize=9, annotation_clip=False)  # fmt: skip
    axes.set_yscale("log", base=2)
    axes.set_yticks([4, 16, 64, 256, 1024], ["4", "16", "64", "256", "1,024"])
    longest = max(map(len, fields.values()))
    axes.set_xticks(range(1, longest + 1))
    axes.set_xlim(0.7, longest + 0.2)
    axes.set_xlabel("layers of 3x3", color=MUTED)
    axes.set_ylabel("receptive field, logarithmic", color=MUTED)
    quiet(axes)
    return figure, (
        "The receptive field over the number of layers, on a logarithmic axis, a line for each "
        "choice of rates: " + "; ".join(fields) + ". Only rates that double make a straight line."
    )


def phases(size: int, rate: int) -> Plot:
    """A map of that size whose pixels bear the number of their phase, and the phases pulled apart.

    ``rate`` divides ``size``.
    """
    rows, columns = np.indices((size, size))
    number = rate * (rows % rate) + columns % rate
    apart = np.vstack([np.hstack([number[r::rate, c::rate] for c in range(rate)])
                       for r in range(rate)])  # fmt: skip
    figure = new_figure(6.8, 3.3)
    titles = ("one map", f"{rate * rate} pictures")
    for axes, shown, title in zip(figure.subplots(1, 2), (number, apart), titles, strict=True):
        bare(axes)
        axes.imshow(_coloured(shown, _PHASES), interpolation="nearest")
        for row, column in np.ndindex(size, size):
            axes.text(column, row, shown[row, column] + 1, ha="center", va="center", fontsize=9,
                      color=INK)  # fmt: skip
        axes.set_title(title, fontsize=10, color=INK, pad=4)
    for line in np.arange(1, rate) * (size // rate) - 0.5:  # between the pictures
        axes.axhline(line, color="white", linewidth=6)
        axes.axvline(line, color="white", linewidth=6)
    return figure, (
        f"Left, a map of {size}x{size} pixels, numbered from 1 to {rate * rate} in a pattern that "
        f"repeats every {rate} pixels both ways. Right, the pixels of each number put together: "
        f"{rate * rate} pictures of {size // rate}x{size // rate}."
    )


def dense_targets(scene: Scene, seed: int = 0) -> Plot:
    """The scene with what may be asked of each of its pixels, ten pictures with titles."""
    random = np.random.default_rng(seed)
    plain, edges = _coloured(scene.semantic, _CLASS_COLOURS), 1 - scene.edges.astype(float)
    things = _coloured(scene.instance, ("#FFFFFF", *_NUMBERED))
    horizon = 1.3 * scene.depth[scene.semantic != 0].max()  # the sky, a little behind the ground
    both = np.where((scene.instance > 0)[..., None], things, plain)
    pictures = {
        "the image": scene.image,
        "semantic": plain,
        "instance": things,
        "panoptic": both,
        "edges": np.repeat(edges[..., None], 3, axis=2),
        "depth (bright is near)": -np.minimum(scene.depth, horizon),
        "keypoints": scene.keypoints(2.0),
        "for denoising": scene.noisy(35, random),
        "for super-resolution": scene.small(6),
        "for demosaicing": scene.mosaic(),
    }
    figure = new_figure(10, 3.7)
    for axes, (title, shown) in zip(figure.subplots(2, 5).flat, pictures.items(), strict=True):
        bare(axes)
        axes.imshow(shown, cmap="cividis", interpolation="nearest")
        axes.set_title(title, fontsize=10, color=INK, pad=4)
    return figure, (
        "A drawn scene with sky, meadow, a lake as blue as the sky, houses and trees; beside it "
        "its classes, its numbered things, both together, its edges, its depth and the tops of "
        "its things; then the scene with noise, made small, and with one colour a pixel, each to "
        "be turned back into the scene."
    )


def segmentations(
    images: np.ndarray, rows: Mapping[str, np.ndarray], told: str = "They differ most in the lake."
) -> Plot:
    """Pictures (N, H, W, 3), and below them a row of class maps (N, H, W) for each name.

    ``told`` ends the alt text with what is to be seen.
    """
    count = len(images)
    figure = new_figure(1.3 * count + 1.4, 1.22 * (len(rows) + 1) + 0.4)
    grid = figure.subplots(len(rows) + 1, count, squeeze=False)
    shown = {"the image": images}
    shown |= {name: _coloured(maps, _CLASS_COLOURS) for name, maps in rows.items()}
    for line, (name, pictures) in zip(grid, shown.items(), strict=True):
        for axes, one in zip(line, pictures, strict=True):
            bare(axes)
            axes.imshow(one, interpolation="nearest")
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=10, color=INK)
    handles = [Patch(color=colour) for colour in _CLASS_COLOURS]
    figure.legend(handles, CLASSES, loc="outside lower center", ncols=len(CLASSES), frameon=False,
                  fontsize=9)  # fmt: skip
    return figure, (
        f"{count} drawn scenes and, below each, maps of the class of every pixel: "
        + f"{', '.join(rows)}. {told}"
    )


def found(shares: Mapping[str, Sequence[float]]) -> Plot:
    """Bars: of each class's pixels, the share in [0, 1] that each network names rightly."""
    figure = new_figure(7.4, 2.7)
    axes = figure.subplots()
    places, width = np.arange(len(CLASSES)), 0.8 / len(shares)
    looks = zip((LINE, OUTPUT), ("//", ""), strict=True)
    for number, ((name, values), (colour, hatch)) in enumerate(
        zip(shares.items(), looks, strict=True)
    ):
        at = places + (number - (len(shares) - 1) / 2) * width
        axes.bar(at, np.multiply(100, values), 0.92 * width, color=colour, hatch=hatch,
                 edgecolor=MUTED, label=name)  # fmt: skip
    axes.set_xticks(places, CLASSES)
    axes.set_ylabel("% of its pixels", color=MUTED)
    axes.set_ylim(0, 125)
    axes.set_yticks([0, 50, 100])
    axes.legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    quiet(axes)
    return figure, (
        "Bars for each class: how much of it each of the two networks finds. At the lake the "
        "network with growing rates stands far above the other."
    )


def _coloured(labels: np.ndarray, colours: Sequence[str]) -> np.ndarray:
    """Labels as RGB in [0, 1]: 0 in the first colour, and behind the last from the second on."""
    table = np.array([to_rgb(colour) for colour in colours])
    behind = 1 + (labels - 1) % (len(colours) - 1)
    return table[np.where(labels < len(colours), labels, behind)]
