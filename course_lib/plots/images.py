"""Pictures in a grid, and the maps that lie over them."""

from collections.abc import Sequence

import numpy as np

from course_lib.pictures.palette import INK

from .base import Plot, bare, new_figure


def gallery(
    images: Sequence[np.ndarray] | np.ndarray,
    columns: int,
    alt: str,
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
) -> Plot:
    """Draw pictures, (H, W, 3) uint8 or (H, W) float each, in a grid.

    ``titles`` stand above the columns, ``rows`` at the left of the rows.
    """
    lines = -(-len(images) // columns)
    figure = new_figure(
        1.05 * columns + (0.9 if rows else 0), 1.08 * lines + (0.4 if titles else 0)
    )
    grid = figure.subplots(lines, columns, squeeze=False)
    for place, axes in enumerate(grid.flat):
        bare(axes)
        if place < len(images):
            axes.imshow(images[place], cmap="cividis", interpolation="nearest")
        else:
            axes.set_visible(False)
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title.replace(" ", "\n"), fontsize=9, color=INK, pad=3)
    for axes, name in zip(grid[:, 0], rows, strict=False):
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=10, color=INK)
    return figure, alt


def activation_maps(images: np.ndarray, maps: np.ndarray, titles: Sequence[str], alt: str) -> Plot:
    """Draw pictures in one row and, below each, its class-activation map laid over it.

    ``images`` (N, H, W, 3) uint8; ``maps`` (N, h, w), any scale: bright means evidence for.
    """
    figure = new_figure(1.35 * len(images), 3.1)
    top, bottom = figure.subplots(2, len(images), squeeze=False)
    height, width = images.shape[1:3]
    for place, (image, evidence) in enumerate(zip(images, maps, strict=True)):
        grey = image.mean(axis=-1)
        top[place].imshow(image, interpolation="nearest")
        top[place].set_title(titles[place], fontsize=8.5, color=INK, pad=3)
        bottom[place].imshow(grey, cmap="gray", interpolation="nearest")
        bottom[place].imshow(evidence, cmap="cividis", alpha=0.6, interpolation="bilinear",
                             extent=(-0.5, width - 0.5, height - 0.5, -0.5))  # fmt: skip
        bare(top[place])
        bare(bottom[place])
    return figure, alt
