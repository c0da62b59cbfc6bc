"""The checks of lesson 04: ``from course_lib.exercises import dilated as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    distances = [...]  # of 0 to 8, those at which rates 1, 2, 9 fail in the copy task
    check.copy_holes(distances, confidence=...)  # "guess", "think" or "sure"

    def dilate(kernel, rate):
        '''kernel: a tensor of shape (height, width).'''
        return ...  # your lines
    check.dilate(dilate)

    def same_padding(kernel_size, dilation):
        '''The padding on each side that keeps the size at stride 1; kernel_size is odd.'''
        return ...  # your line
    check.same_padding(same_padding)

    def places(rates):
        '''The places that layers of three taps with these rates read, sorted; 0 is the own.'''
        return ...  # your lines
    check.places(places)

    rates = ...  # three, that leave no hole and span 17 places or more
    check.full_rates(rates)

    rates = ...  # three, that leave no hole and span as much as three can
    check.largest_rates(rates)

    field = ...  # of ten causal layers of two taps with rates 1, 2, 4, ..., 512
    check.causal_field(field)
"""

from collections.abc import Sequence
from typing import Any

from course_lib.geometry import Convolution, chain, path_counts

from .dilated_rates import copy_holes, full_rates, largest_rates, places
from .engine import Mistake
from .functions import FunctionCheck
from .values import ValueCheck

__all__ = [
    "causal_field", "copy_holes", "dilate", "full_rates", "largest_rates", "places", "same_padding",
]  # fmt: skip


def _dilate(kernel: Any, rate: int) -> Any:
    from course_lib.convolutions import dilate  # here, because it loads torch

    return dilate(kernel, rate)


def _kernels() -> dict[str, tuple[Any, int]]:
    from torch import arange, float32

    def numbered(height: int, width: int) -> Any:
        return arange(1, height * width + 1, dtype=float32).reshape(height, width)

    return {
        "a 3x3 with rate 2": (numbered(3, 3), 2),
        "a 2x4 with rate 3": (numbered(2, 4), 3),
        "rate 1": (numbered(3, 2), 1),
        "a single weight": (numbered(1, 1), 4),
    }


def _repeated(kernel: Any, rate: int) -> Any:
    return kernel.repeat_interleave(rate, 0).repeat_interleave(rate, 1)


def _zeros_behind(kernel: Any, rate: int) -> Any:
    """Each weight followed by its zeros, the last ones too."""
    height, width = kernel.shape
    spread = kernel.new_zeros(rate * height, rate * width)
    spread[::rate, ::rate] = kernel
    return spread


def _zeros_around(kernel: Any, rate: int) -> Any:
    from torch.nn.functional import pad

    return pad(kernel, (rate - 1,) * 4)


dilate = FunctionCheck(
    name="dilate",
    reference=_dilate,
    cases=_kernels,
    mistakes=[
        Mistake(_repeated, "The weights are repeated. Between two of them belong zeros."),
        Mistake(
            _zeros_behind,
            "There are zeros behind the last weight too: the side is rate * (k - 1) + 1, not "
            "rate * k.",
        ),
        Mistake(
            lambda kernel, rate: _dilate(kernel, rate + 1),
            "One zero too many: with rate 2 a weight lies 2 further, with one zero between.",
        ),
        Mistake(
            lambda kernel, rate: _dilate(kernel, rate)[::rate],
            "The columns are apart, and the rows are not: it goes both ways.",
        ),
        Mistake(
            lambda kernel, rate: _dilate(kernel, rate)[:, ::rate],
            "The rows are apart, and the columns are not: it goes both ways.",
        ),
        Mistake(
            _zeros_around,
            "The zeros stand around the kernel, as padding does. They belong between the weights.",
        ),
    ],
    right="The zeros are never multiplied by PyTorch: it steps over the places instead.",
)


def _same_padding(kernel_size: int, dilation: int) -> int:
    return Convolution(1, 1, kernel_size, padding="same", dilation=dilation).borders[0][0]


same_padding = FunctionCheck(
    name="same_padding",
    reference=_same_padding,
    cases={
        "a 3x3 with rate 2": (3, 2),
        "a 5x5 with rate 3": (5, 3),
        "a 7x7 with rate 1": (7, 1),
        "a 1x1": (1, 4),
    },
    mistakes=[
        Mistake(
            lambda kernel_size, dilation: (kernel_size - 1) // 2,
            "The dilation is missing: a kernel that is spread loses more at the edges.",
        ),
        Mistake(
            lambda kernel_size, dilation: dilation,
            "Padding by the rate is right for 3x3 kernels, and for no others.",
        ),
        Mistake(
            lambda kernel_size, dilation: kernel_size // 2 + dilation,
            "The rate does not add to the padding, it multiplies it.",
        ),
        Mistake(
            lambda kernel_size, dilation: dilation * kernel_size // 2,
            "From the first of k taps to the last there are k - 1 steps of the rate, not k.",
        ),
        Mistake(
            lambda kernel_size, dilation: dilation * (kernel_size - 1),
            "That is what both sides lose together; half of it goes to each.",
        ),
    ],
    right="For a 3x3 it is the rate itself: so one often sees `padding=2, dilation=2`.",
)


_WAVENET = [2**number for number in range(10)]


def _causal_field(taps: int, rates: Sequence[int]) -> int:
    layers = [Convolution(1, 1, (1, taps), dilation=(1, rate)) for rate in rates]
    return path_counts(chain(layers, in_channels=1)).span[1]


causal_field = ValueCheck(
    name="causal_field",
    answer=lambda: _causal_field(2, _WAVENET),
    mistakes=[
        Mistake(
            lambda: _causal_field(2, _WAVENET) - 1,
            "That is how far it looks back. The present moment is seen as well.",
        ),
        Mistake(
            lambda: _causal_field(3, _WAVENET),
            "That is with three taps a layer. With two, a layer adds its rate once.",
        ),
        Mistake(
            lambda: _WAVENET[-1],
            "That is what the last layer adds. The others look back too.",
        ),
        Mistake(
            lambda: _causal_field(2, [1] * len(_WAVENET)),
            "That would be with all rates 1: with rate r, the two taps lie r apart.",
        ),
        Mistake(
            lambda: 2 * len(_WAVENET),
            "That is the number of weights. With rate r, the two taps of a layer lie r apart.",
        ),
    ],
    right="Ten layers and twenty weights for 1,024 moments: 64 milliseconds of sound at 16 kHz.",
)
