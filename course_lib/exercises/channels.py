"""The checks of lesson 02: ``from course_lib.exercises import channels as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    unchanged = {"1x1": ..., "3x3": ...}  # True or False
    check.shuffled_pixels(unchanged, confidence=...)  # "guess", "think" or "sure"

    def pointwise_as_linear(x, weight, bias):
        '''A 1x1 convolution without one: x (N, C_in, H, W), weight (C_out, C_in), bias (C_out).'''
        return ...  # your lines
    check.pointwise_as_linear(pointwise_as_linear)

    weight = ...  # a tensor (3, 3, 1, 1) that makes (G, B, R) of (R, G, B)
    check.swap_channels(weight)

    weights = {"bottleneck": ..., "direct": ...}  # 256-64-64-256 by 1x1, 3x3, 1x1; and one 3x3
    check.bottleneck_weights(weights)

    widest = ...  # of a 64-m-m-64 bottleneck that is still cheaper than one 3x3
    check.widest_middle(widest)
"""

from itertools import pairwise
from typing import TYPE_CHECKING

from course_lib.geometry import Convolution

from .engine import Mistake
from .functions import FunctionCheck
from .inputs import whole
from .predictions import Prediction
from .values import ValueCheck

if TYPE_CHECKING:
    from torch import Tensor


shuffled_pixels = Prediction(
    name="shuffled_pixels",
    question="channels/shuffled pixels",
    text="shuffle all pixels of a picture, apply the layer, undo the shuffle: is the result the "
    "same as without? For a 1x1, and for a 3x3 layer?",
    answer={"1x1": True, "3x3": False},
    mistakes=[
        Mistake({"1x1": False, "3x3": False}, "A 1x1 layer never looks at a neighbour."),
        Mistake({"1x1": True, "3x3": True}, "A 3x3 layer reads eight neighbours, now others."),
        Mistake({"1x1": False, "3x3": True}, "The other way round: which one has neighbours?"),
    ],
    right="A 1x1 layer works on each pixel alone, wherever it lies; a 3x3 layer on neighbours.",
)


def _pointwise(x: "Tensor", weight: "Tensor", bias: "Tensor") -> "Tensor":
    from torch.nn.functional import conv2d

    return conv2d(x, weight[:, :, None, None], bias)


def _linear(pixels: "Tensor", weight: "Tensor", bias: "Tensor") -> "Tensor":
    """A linear layer over the last axis."""
    from torch.nn.functional import linear

    return linear(pixels, weight, bias)


pointwise_as_linear = FunctionCheck(
    name="pointwise_as_linear",
    reference=_pointwise,
    cases=lambda: {
        "as many channels out as in": (whole(2, 3, 4, 5), whole(3, 3), whole(3) + 0.5),
        "more channels out": (whole(2, 3, 5, 4), whole(7, 3), whole(7) + 0.5),
        "fewer channels out": (whole(1, 6, 2, 3), whole(2, 6), whole(2) + 0.5),
    },
    mistakes=[
        Mistake(
            lambda x, weight, bias: _pointwise(x, weight.T, bias),
            "Inputs and outputs are swapped: the weight is (C_out, C_in), a row for each output.",
        ),
        Mistake(
            lambda x, weight, bias: _linear(
                x.reshape(len(x), *x.shape[2:], -1), weight, bias
            ).reshape(len(x), -1, *x.shape[2:]),
            "`reshape` cuts the values anew, so that the channels of one pixel come from several. "
            "`permute(0, 2, 3, 1)` moves the channels to the end.",
        ),
        Mistake(
            lambda x, weight, bias: _linear(x.permute(0, 2, 3, 1), weight, bias).reshape(
                len(x), -1, *x.shape[2:]
            ),
            "On the way back `reshape` cuts the values anew. `permute(0, 3, 1, 2)` moves the "
            "channels to their place.",
        ),
        Mistake(
            lambda x, weight, bias: _linear(x.permute(0, 2, 3, 1), weight, bias),
            "The channels are still last, (N, H, W, C_out). Move them back behind N.",
        ),
        Mistake(
            lambda x, weight, bias: _pointwise(x, weight, 0 * bias),
            "The bias is missing: one number for each output channel, added at every pixel.",
        ),
    ],
    right="A 1x1 convolution is one small linear layer, used at every pixel with the same weights.",
)


def _rows(*rows: tuple[int, int, int]) -> "Tensor":
    """A row of channel weights for each output channel, as the weight of a 1x1 layer."""
    import torch

    return torch.tensor(rows).float()[:, :, None, None]


swap_channels = ValueCheck(
    name="swap_channels",
    answer=lambda: _rows((0, 1, 0), (0, 0, 1), (1, 0, 0)),
    mistakes=[
        Mistake(
            lambda: _rows((0, 0, 1), (1, 0, 0), (0, 1, 0)),
            "This is the transpose: it makes (B, R, G). Row o says what output channel o is made "
            "of.",
        ),
        Mistake(
            lambda: _rows((1, 0, 0), (0, 1, 0), (0, 0, 1)),
            "This is the identity: every channel stays where it is.",
        ),
        Mistake(
            lambda: _rows((0, 1, 0)),
            "One filter makes one channel. Three come out, so there are three filters.",
        ),
        Mistake(
            lambda: _rows((0, 0, 1), (0, 1, 0), (1, 0, 0)),
            "This makes (B, G, R): red and blue change places, and green stays.",
        ),
        Mistake(
            lambda: _rows((0, 1, 0), (0, 0, 1), (1, 0, 0)).long(),
            "The numbers are right, but a convolution takes floats, like the picture: write 1.0.",
        ),
    ],
    right="One 1 in each row: a permutation. Other numbers make grey tones and colour casts.",
)


def _weights(*channels: int, kernels: tuple[int, ...]) -> int:
    """All weights of layers in a row, without biases."""
    layers = zip(pairwise(channels), kernels, strict=True)
    return sum(Convolution(*pair, k, bias=False).parameters for pair, k in layers)


bottleneck_weights = ValueCheck(
    name="bottleneck_weights",
    answer=lambda: {
        "bottleneck": _weights(256, 64, 64, 256, kernels=(1, 3, 1)),
        "direct": _weights(256, 256, kernels=(3,)),
    },
    mistakes=[
        Mistake(
            lambda: {"bottleneck": _weights(256, 64, 64, kernels=(1, 3))},
            "One of the two 1x1 layers is missing: one goes down to 64 channels, one up again.",
        ),
        Mistake(
            lambda: {"bottleneck": _weights(64, 64, kernels=(3,))},
            "This is the 3x3 alone, or all three as 1x1: by chance both make the same number. The "
            "1x1 layers have weights too, and the 3x3 has nine times 64 · 64.",
        ),
        Mistake(
            lambda: {"bottleneck": _weights(256, 64, 64, 256, kernels=(3, 3, 3))},
            "All three are counted as 3x3. Only the one in the middle is.",
        ),
        Mistake(
            lambda: {"direct": _weights(256, 256, kernels=(1,))},
            "Of the direct layer the nine places of its kernel are missing.",
        ),
        Mistake(
            lambda: {
                "bottleneck": _weights(256, 64, 64, 256, kernels=(1, 3, 1)) + 64 + 64 + 256,
                "direct": _weights(256, 256, kernels=(3,)) + 256,
            },
            "The biases are counted too, one for each output channel. Here only weights are asked "
            "for.",
        ),
    ],
    right="About 8.5 times fewer: the costly 3x3 works where there are few channels.",
)


def _middle(width: int) -> int:
    return _weights(64, width, width, 64, kernels=(1, 3, 1))


_DIRECT = _weights(64, 64, kernels=(3,))

widest_middle = ValueCheck(
    name="widest_middle",
    answer=lambda: max(width for width in range(1, 65) if _middle(width) < _DIRECT),
    mistakes=[
        Mistake(58, f"It has {_middle(58):,} weights, the 3x3 has {_DIRECT:,}: just too many."),
        Mistake(
            63,
            f"Narrower than 64 is not enough: with its two 1x1 layers it has {_middle(63):,} "
            f"weights, the 3x3 has {_DIRECT:,}.",
        ),
        Mistake(
            64,
            "At 64 the middle alone costs as much as the 3x3, and the 1x1 layers come on top.",
        ),
    ],
    right="So a bottleneck saves only where it is narrow: below nine tenths of the width, here.",
)
