"""Inputs on which the usual mistakes show: no symmetry, H ≠ W, C_in ≠ C_out, nothing that divides.

Whole numbers throughout, so that results are exact and short to read.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

# The worked example of the course, its 5x5 input padded by 1, stride 2. The picture of it that is
# copied from page to page prints the corner of the output with stride 1 instead.
EXAMPLE_INPUT = (
    (0, 0, 0, 0, 0, 0, 0),
    (0, 2, 2, 3, 3, 3, 0),
    (0, 0, 1, 3, 0, 3, 0),
    (0, 2, 3, 0, 1, 3, 0),
    (0, 3, 3, 2, 1, 2, 0),
    (0, 3, 3, 0, 2, 3, 0),
    (0, 0, 0, 0, 0, 0, 0),
)
EXAMPLE_KERNEL = ((2, 0, 1), (1, 0, 0), (0, 1, 1))
PRINTED_OUTPUT = ((1, 6, 5), (7, 10, 9), (7, 10, 8))


def example() -> tuple["Tensor", "Tensor", int]:
    """The input (1, 1, 7, 7), the kernel (1, 1, 3, 3) and the stride of that example."""
    import torch

    return torch.tensor([[EXAMPLE_INPUT]]).float(), torch.tensor([[EXAMPLE_KERNEL]]).float(), 2


def whole(*shape: int) -> "Tensor":
    """Whole numbers from -4 to 4, as floats, in no order that one sees."""
    import torch

    return (torch.arange(math.prod(shape)) ** 2 * 7 % 11 % 9 - 4).float().reshape(shape)


def signals() -> dict[str, tuple["np.ndarray", "np.ndarray"]]:
    """Signals f with kernels h, float64; the first pair is that of the course."""
    import numpy as np

    f = np.array([1.0, 3, 4, 1, 10, 3, 0, 1])
    return {
        "the lesson's example": (f, np.array([1.0, 0, -1])),
        "a kernel without symmetry": (f, np.array([2.0, 5, -1])),
        "a kernel of two": (np.array([4.0, -2, 0.5, 3, 7]), np.array([1.0, 3])),
        "a kernel as long as the signal": (np.array([1.0, 2, 4]), np.array([3.0, -1, 0.5])),
    }
