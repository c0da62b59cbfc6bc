"""The checks of lesson 07: ``from course_lib.exercises import separable as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    layer = ...  # nn.Sequential(...), from 16 to 32 channels with 656 weights
    check.build(layer)

    def ratio(in_channels, out_channels, kernel_size):
        '''Weights of the pair for each weight of the normal layer.'''
        return ...  # your line
    check.ratio(ratio)

    def separate(kernel):
        '''{"column": ..., "row": ...} with kernel = outer(column, row), or None.'''
        return ...  # your lines
    check.separate(separate)

    def is_depthwise(layer):
        '''Whether an nn.Conv2d looks at neighbours, in each channel alone.'''
        return ...  # your line
    check.is_depthwise(is_depthwise)

    weights = {"expand": ..., "depthwise": ..., "project": ...}  # 24 -> 144 -> 144 -> 24
    check.inverted_residual(weights)

And a prediction that only the reader's own machine can judge::

    times_faster(guess, measured, confidence)
"""

from typing import Any

from course_lib.geometry import Convolution

from .engine import Mistake
from .functions import FunctionCheck
from .ledger import record
from .result import NOT_ATTEMPTED, RIGHT, WRONG, Result
from .review import CONFIDENCES
from .separable_kernels import separate
from .separable_layers import build, is_depthwise
from .values import ValueCheck

__all__ = ["build", "inverted_residual", "is_depthwise", "ratio", "separate", "times_faster"]

NEAR = 1.5  # a guess within this factor is counted as right


def _weights(in_channels: int, out_channels: int, kernel_size: int, groups: int = 1) -> int:
    return Convolution(in_channels, out_channels, kernel_size, groups=groups, bias=False).parameters


def _ratio(in_channels: int, out_channels: int, kernel_size: int) -> float:
    looking = _weights(in_channels, in_channels, kernel_size, groups=in_channels)
    pair = looking + _weights(in_channels, out_channels, 1)
    return pair / _weights(in_channels, out_channels, kernel_size)


ratio = FunctionCheck(
    name="ratio",
    reference=_ratio,
    cases={
        "16 to 32 channels, 3x3": (16, 32, 3),
        "fewer channels out": (64, 10, 5),
        "one channel out": (8, 1, 3),
    },
    mistakes=[
        Mistake(
            lambda in_channels, out_channels, kernel_size: 1 / in_channels + 1 / kernel_size**2,
            "The input channels cancel: both counts have them as a factor. What is left of the "
            "depthwise layer are the output channels.",
        ),
        Mistake(
            lambda in_channels, out_channels, kernel_size: 1 / out_channels + 1 / kernel_size,
            "A kernel has k·k weights, not k.",
        ),
        Mistake(
            lambda in_channels, out_channels, kernel_size: 1 / (out_channels * kernel_size**2),
            "The two layers are added, not multiplied: a term for each of them.",
        ),
        Mistake(
            lambda in_channels, out_channels, kernel_size: (
                1 / _ratio(in_channels, out_channels, kernel_size)
            ),
            "That is how many times fewer: the other way round. Divide the pair's weights by the "
            "normal layer's.",
        ),
    ],
    right="With many output channels it is close to 1/(k·k), and it never gets there.",
)


_EXPAND, _DEPTHWISE = _weights(24, 144, 1), _weights(144, 144, 3, groups=144)

inverted_residual = ValueCheck(
    name="inverted_residual",
    answer=lambda: {
        "expand": _EXPAND,
        "depthwise": _DEPTHWISE,
        "project": _weights(144, 24, 1),
    },
    mistakes=[
        Mistake(
            lambda: {"depthwise": _weights(24, 24, 3, groups=24)},
            "The depthwise layer stands where it is wide: it has a kernel for each of 144 "
            "channels.",
        ),
        Mistake(
            lambda: {"depthwise": _weights(144, 144, 3)},
            "That is a normal 3x3 between 144 channels. The depthwise one has one kernel a "
            "channel.",
        ),
        Mistake(
            lambda: {"project": _weights(144, 24, 3)},
            "The last layer is a 1x1 too: it only mixes.",
        ),
        Mistake(
            lambda: {"expand": _EXPAND + 144},
            "Biases are counted. BatchNorm follows each of these layers, and so they have none.",
        ),
        Mistake(
            lambda: {"expand": 144},
            "One weight for each of the 144 outputs is not enough: each reads 24 channels.",
        ),
    ],
    right="The two 1x1 layers hold five sixths of it: wide is affordable since the 3x3 is "
    "depthwise.",
)


def times_faster(guess: Any, measured: float, confidence: Any = ...) -> Result:
    """Set a guess of how many times faster against what was ``measured``, and keep it.

    The ledger counts it as right within a factor of 1.5; nothing else depends on it. While guess or
    confidence is `...`, nothing is said or kept.
    """
    number = isinstance(guess, (int, float)) and not isinstance(guess, bool)
    confidence = confidence.strip().lower() if isinstance(confidence, str) else confidence
    if not number or not 0 < guess < float("inf") or confidence not in CONFIDENCES:
        wanted = 'a number above 0, and are you "sure", do you "think" so, or "guess"?'
        return Result("times_faster", NOT_ATTEMPTED, f"how many times faster? {wanted}")
    near = max(guess / measured, measured / guess) <= NEAR
    note = record("separable/times faster on your machine", guess, near, confidence)
    rows = [
        ("you said", f"{guess:g} times ({confidence})"),
        ("here it is", f"{measured:.1f} times"),
    ]
    sentence = "whatever it is, it holds for this machine, these sizes and one thread."
    kept = tuple([*rows, ("note", note)] if note else rows)
    return Result("times_faster", RIGHT if near else WRONG, sentence, kept)
