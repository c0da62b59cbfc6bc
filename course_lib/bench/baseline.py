"""What the explorers are measured against: the same grids, with ``interact`` and pyplot."""

import ipywidgets as W
import matplotlib.pyplot as plt
import numpy as np

_SIZE = 12


def interactive() -> W.Widget:
    """A 12x12 input padded by 1, a 3x3 kernel and a 12x12 output, all numbered, two sliders."""
    return W.interactive(_draw, row=(0, _SIZE - 1), column=(0, _SIZE - 1))


def _draw(row: int, column: int) -> None:
    figure, axes = plt.subplots(1, 3, figsize=(8, 3.2))
    values = np.arange(_SIZE * _SIZE).reshape(_SIZE, _SIZE) % 4
    output = np.zeros((_SIZE, _SIZE), int)
    output[row, column] = 1
    grids = ((np.pad(values, 1), "Blues"), (np.eye(3, dtype=int), "Oranges"), (output, "Greens"))
    for axis, (grid, colours) in zip(axes, grids, strict=True):
        axis.imshow(grid, cmap=colours)
        axis.axis("off")
        for (y, x), value in np.ndenumerate(grid):
            axis.text(x, y, value, ha="center", va="center", fontsize=6)
    plt.show()
