"""The checks of lesson 01: ``from course_lib.exercises import normal as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    positions = ...  # the (row, column) of the three printed numbers that are right
    check.copied_picture(positions, confidence=...)  # "guess", "think" or "sure"

    def convolve(f, h):
        return ...  # your lines
    check.convolve(convolve)

    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        return ...  # your line
    check.output_size(output_size)

    def conv2d(x, w, stride=1):
        '''(N, C_in, H, W) and (C_out, C_in, kernel height, kernel width), no padding, loops.'''
        return ...  # your lines
    check.conv2d(conv2d)

    def matrix_of(h, n):
        '''The matrix M with M @ f == convolve(f, h), for every f of length n.'''
        return ...  # your lines
    check.matrix_of(matrix_of)
"""

import math
from itertools import product
from typing import TYPE_CHECKING

from course_lib.geometry import Convolution

from .engine import Mistake
from .functions import FunctionCheck
from .inputs import PRINTED_OUTPUT, example, signals, whole
from .predictions import Prediction

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


def _printed_right() -> set[tuple[int, int]]:
    computed = _conv2d(*example())[0, 0].tolist()
    cells = product(range(3), range(3))
    return {(row, column) for row, column in cells
            if computed[row][column] == PRINTED_OUTPUT[row][column]}  # fmt: skip


copied_picture = Prediction(
    name="copied_picture",
    question="convolution/the right numbers of a much-copied picture",
    text="which three of the nine printed numbers 1 6 5 / 7 10 9 / 7 10 8 are right?",
    answer=_printed_right,
    mistakes=[
        Mistake(
            set(product(range(3), range(3))),
            "It was printed, and so many copied it. Six of the nine do not follow.",
        ),
        Mistake(set(), "Three of them do follow: work out the top left one."),
        Mistake({(0, 0)}, "The first one is right, and two more are."),
        Mistake({(1, 1), (2, 1), (3, 2)}, "These are counted from 1; count from 0."),
        Mistake({(0, 0), (0, 1), (1, 2)}, "The right cells, as (column, row). Rows come first."),
    ],
    right="It is the 1, the 7 below it, and the 10 in the last row. What should the others be?",
)


def _convolve(f: "np.ndarray", h: "np.ndarray", mode: str = "valid") -> "np.ndarray":
    import numpy as np

    return np.convolve(f, h, mode)


convolve = FunctionCheck(
    name="convolve",
    reference=_convolve,
    cases=signals,
    mistakes=[
        Mistake(
            lambda f, h: _convolve(f, h[::-1]),
            "The kernel is not flipped: this is cross-correlation. Read h from its end.",
        ),
        Mistake(
            lambda f, h: -_convolve(f, h[::-1]),
            "A minus sign does what the flip does for 1, 0, -1 and for few other kernels.",
        ),
        Mistake(
            lambda f, h: _convolve(f, h, "same"),
            "It is as long as f: at its ends the kernel hangs over the edge. Begin where h fits.",
        ),
        Mistake(
            lambda f, h: _convolve(f, h, "full"),
            "It counts every place where h touches f. Take only those where all of h lies on f: "
            "len(f) - len(h) + 1.",
        ),
        Mistake(
            lambda f, h: _convolve(f, h)[:-1],
            "The last place is missing: there are len(f) - len(h) + 1, and `range` leaves out its "
            "end.",
        ),
    ],
    right="The same as `np.convolve(f, h, 'valid')`. Torch's layers leave the flip out.",
)


def _output_size(
    n: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    layer = Convolution(1, 1, kernel_size, stride, padding, dilation)
    return layer.output_size(n)[0]


def _before_floor(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> float:
    return (n + 2 * p - d * (k - 1) - 1) / s + 1


output_size = FunctionCheck(
    name="output_size",
    reference=_output_size,
    cases={
        "nothing but a kernel": (12, 3),
        "a stride that does not come out even": (12, 4, 3),
        "padding": (12, 3, 1, 1),
        "stride and padding": (14, 5, 4, 2),
        "dilation": (17, 3, 1, 0, 2),
        "all at once": (19, 4, 3, 2, 4),
        "an even kernel": (11, 2, 2, 0, 1),
    },
    mistakes=[
        Mistake(
            lambda *a: round(_before_floor(*a)),
            "It rounds to the nearest. A window that does not fit wholly is left out: round down.",
        ),
        Mistake(
            lambda *a: math.ceil(_before_floor(*a)),
            "It rounds up. A window that does not fit wholly is left out: round down.",
        ),
        Mistake(
            lambda n, k, s=1, p=0, d=1: _output_size(n, k, s, p),
            "The dilation is not used: the kernel spans dilation * (kernel_size - 1) + 1.",
        ),
        Mistake(
            lambda n, k, s=1, p=0, d=1: (n + p - d * (k - 1) - 1) // s + 1,
            "The padding is added once; it stands on both sides.",
        ),
        Mistake(
            lambda n, k, s=1, p=0, d=1: _output_size(n, k, s, p, d) - 1,
            "One is missing: between the first window and the last lie so many steps, and the "
            "first one counts too.",
        ),
        Mistake(
            lambda n, k, s=1, p=0, d=1: (n + 2 * p - d * k) // s + 1,
            "The kernel does not span dilation * kernel_size: behind its last tap comes no gap.",
        ),
    ],
    right="What the floor drops is real: those last rows and columns are never read.",
)


def _conv2d(x: "Tensor", w: "Tensor", stride: int = 1) -> "Tensor":
    from torch.nn.functional import conv2d

    return conv2d(x, w, stride=stride)


def _unsummed(x: "Tensor", w: "Tensor", stride: int = 1) -> "Tensor":
    import torch

    channels = zip(x.split(1, dim=1), w.split(1, dim=1), strict=True)
    return torch.stack([_conv2d(one, kernel, stride) for one, kernel in channels], dim=2)


conv2d = FunctionCheck(
    name="conv2d",
    reference=_conv2d,
    cases=lambda: {
        "the lesson's 7x7 example": example(),
        "2 pictures, 3 channels to 4": (whole(2, 3, 5, 7), whole(4, 3, 3, 2)),
        "a stride that does not come out even": (whole(2, 2, 6, 10), whole(3, 2, 2, 3), 3),
    },
    mistakes=[
        Mistake(
            lambda x, w, s=1: _conv2d(x, w.flip(2, 3), s),
            "The kernel is flipped. That is the mathematician's convolution; torch does not flip.",
        ),
        Mistake(
            lambda x, w, s=1: _conv2d(x, w.mT, s),
            "The kernel is transposed: its rows run along the rows of the picture.",
        ),
        Mistake(
            _unsummed,
            "Each input channel has a map of its own here. A filter adds them up: one map for each "
            "output channel.",
        ),
        Mistake(
            lambda x, w, s=1: _conv2d(x[:, :1], w[:, :1], s),
            "Only the first input channel is read. A filter reads all of them and adds up.",
        ),
        Mistake(
            lambda x, w, s=1: _conv2d(x, w[:1].expand_as(w), s),
            "All output channels are alike: each has a filter of its own, `w[channel]`.",
        ),
        Mistake(
            lambda x, w, s=1: _conv2d(x, w),
            "The stride is not used: output row i begins at input row i * stride.",
        ),
    ],
    right="`torch.nn.functional.conv2d` does the same, many times faster. It does not flip either.",
)


def _matrix_of(h: "np.ndarray", n: int) -> "np.ndarray":
    import numpy as np

    return np.stack([_convolve(unit, h) for unit in np.eye(n)], axis=1)


def _circulant(h: "np.ndarray", n: int) -> "np.ndarray":
    import numpy as np

    row = np.concatenate([h[::-1], np.zeros(n - len(h))])
    return np.stack([np.roll(row, shift) for shift in range(n)])


matrix_of = FunctionCheck(
    name="matrix_of",
    reference=_matrix_of,
    cases=lambda: {case: (h, len(f)) for case, (f, h) in signals().items()},
    mistakes=[
        Mistake(
            lambda h, n: _matrix_of(h, n).T,
            "This is the transpose: a row for each output, a column for each input.",
        ),
        Mistake(
            _circulant,
            "The last rows begin anew at the left: that is a circular convolution. Stop where h "
            "reaches the end.",
        ),
        Mistake(
            lambda h, n: _matrix_of(h[::-1], n),
            "The rows hold h as it is. `M @ f` does not flip, so the rows must.",
        ),
        Mistake(
            lambda h, n: _matrix_of(h, n)[:, ::-1],
            "The diagonal runs from the right to the left: row i has to begin at column i.",
        ),
    ],
    right="Few numbers, repeated along the diagonals, and zeros: locality and shared weights.",
)
