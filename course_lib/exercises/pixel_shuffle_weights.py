"""Two checks of lesson 06 about weights: how ICNR starts a head, and a stamp as filters."""

from typing import TYPE_CHECKING

from .engine import Mistake
from .functions import FunctionCheck
from .inputs import whole

if TYPE_CHECKING:
    from torch import Tensor


def _icnr(filters: "Tensor", upscale_factor: int) -> "Tensor":
    from course_lib.models.super_resolution import icnr  # here, because it loads torch

    return icnr(filters, upscale_factor)


icnr = FunctionCheck(
    name="icnr",
    reference=lambda filters, upscale_factor: _icnr(filters, upscale_factor),
    cases=lambda: {
        "two filters, r = 2": (whole(2, 3, 3, 3) + 0.5, 2),
        "three filters, r = 3": (whole(3, 2, 1, 1) + 0.5, 3),
        "one filter, r = 2": (whole(1, 4, 3, 2) + 0.5, 2),
    },
    mistakes=[
        Mistake(
            lambda filters, upscale_factor: filters.repeat(upscale_factor**2, 1, 1, 1),
            "The whole list is repeated: a, b, a, b, … The shuffle takes r·r filters in a row for "
            "a channel, so it has to be a, a, …, b, b, …: `repeat_interleave`.",
        ),
        Mistake(
            lambda filters, upscale_factor: 0 * _icnr(filters, upscale_factor),
            "All zeros are equal too, but every channel then starts with nothing to say.",
        ),
        Mistake(
            lambda filters, upscale_factor: (
                _icnr(filters, upscale_factor)
                + whole(len(filters) * upscale_factor**2)[:, None, None, None]
            ),
            "The r·r filters of a channel differ. ICNR takes one filter, and copies it.",
        ),
        Mistake(
            lambda filters, upscale_factor: filters.repeat_interleave(upscale_factor, 0),
            "Each filter stands there r times. A block has r·r places.",
        ),
        Mistake(
            lambda filters, upscale_factor: filters.repeat_interleave(upscale_factor**2, 1),
            "The copies go along the input channels. Filters lie along the first axis.",
        ),
    ],
    right="The head starts as nearest upsampling, and learns from there to tell the places apart.",
)


def _as_subpixel(weight: "Tensor", bias: "Tensor", order: str = "oyxi") -> dict[str, "Tensor"]:
    """The pointwise layer, with the axes of the weight (in, out, row, column) in that order."""
    inputs, _, r, _ = weight.shape
    axes = ["ioyx".index(name) for name in order]
    return {
        "weight": weight.permute(axes).reshape(-1, inputs, 1, 1),
        "bias": bias.repeat_interleave(r * r),
    }


as_subpixel = FunctionCheck(
    name="as_subpixel",
    reference=lambda weight, bias: _as_subpixel(weight, bias),
    cases=lambda: {
        "2 channels to 4, r = 2": (whole(2, 4, 2, 2), whole(4) + 0.5),
        "4 channels to 2, r = 3": (whole(4, 2, 3, 3), whole(2) + 0.5),
        "1 channel to 2, r = 2": (whole(1, 2, 2, 2), whole(2) + 0.5),
    },
    mistakes=[
        Mistake(
            lambda weight, bias: _as_subpixel(weight, bias, "ioyx"),
            "A reshape alone: the first axis of a transposed layer's weight is the input channel, "
            "and it has to come last.",
        ),
        Mistake(
            lambda weight, bias: _as_subpixel(weight, bias, "oiyx"),
            "Input and output channel have changed places, and that is not enough: the input "
            "channel has to come last, behind row and column.",
        ),
        Mistake(
            lambda weight, bias: _as_subpixel(weight, bias, "oxyi"),
            "Row and column of the kernel are swapped: every block is turned about its diagonal.",
        ),
        Mistake(
            lambda weight, bias: _as_subpixel(weight, bias, "yxoi"),
            "The output channel changes fastest here; the shuffle wants the r·r places of channel "
            "0 first.",
        ),
        Mistake(
            lambda weight, bias: _as_subpixel(weight.flip(2, 3), bias),
            "Nothing is flipped: the number at (dy, dx) of the kernel makes the pixel at (dy, dx).",
        ),
        Mistake(
            lambda weight, bias: (
                _as_subpixel(weight, bias) | {"bias": bias.repeat(weight[0, 0].numel())}
            ),
            "The biases are in another order than the filters: r·r times the first one, and so on.",
        ),
        Mistake(
            lambda weight, bias: _as_subpixel(weight, bias) | {"bias": bias},
            "Each of the r·r filters of a channel needs the channel's bias.",
        ),
    ],
    right="The two layers are one function, so a trained decoder can be rewritten without loss.",
)
