"""The checks of lesson 06: ``from course_lib.exercises import pixel_shuffle as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    values = {"r = 2": ..., "r = 3": ..., "ICNR": ...}
    check.flat_values(values, confidence=...)  # "guess", "think" or "sure"

    def pixel_shuffle(x, upscale_factor):
        '''x: (N, C r r, H, W); returns (N, C, H r, W r).'''
        return ...  # your lines
    check.pixel_shuffle(pixel_shuffle)

    source = {"channel": ..., "row": ..., "column": ...}  # of channel 1, pixel (5, 7), r = 3, C = 2
    check.source(source)

    def icnr(filters, upscale_factor):
        '''filters: (C, C_in, k, k); returns (C r r, C_in, k, k).'''
        return ...  # your line
    check.icnr(icnr)

    answer = {"channels": ..., "parameters": ..., "size": (..., ...)}  # size: (height, width)
    check.colour_head(answer)

    def as_subpixel(weight, bias):
        '''Of a transposed convolution with kernel = stride: (C_in, C_out, r, r) and (C_out,).'''
        return {"weight": ..., "bias": ...}  # (C_out r r, C_in, 1, 1) and (C_out r r,)
    check.as_subpixel(as_subpixel)
"""

from typing import TYPE_CHECKING, Any

from course_lib.geometry import Convolution, PixelShuffle, shuffle_source

from .engine import Mistake
from .functions import FunctionCheck
from .inputs import whole
from .pixel_shuffle_weights import as_subpixel, icnr
from .predictions import Prediction
from .values import ValueCheck

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["as_subpixel", "colour_head", "flat_values", "icnr", "pixel_shuffle", "source"]


def _values_of(weight: "Tensor", upscale_factor: int) -> int:
    """How many different numbers a head with this weight makes of a flat image, inside."""
    import torch
    from torch.nn.functional import conv2d
    from torch.nn.functional import pixel_shuffle as shuffle

    flat = torch.ones(1, weight.shape[1], 9, 9)
    return len(shuffle(conv2d(flat, weight.float()), upscale_factor).unique())


def _flat_values() -> dict[str, int]:
    import torch

    random = torch.Generator().manual_seed(0)
    # whole numbers: their sums are the same in whatever order they are added
    heads = {r: torch.randint(-99, 100, (r * r, 4, 3, 3), generator=random) for r in (2, 3)}
    found = {f"r = {r}": _values_of(weight, r) for r, weight in heads.items()}
    return found | {"ICNR": _values_of(icnr.reference(heads[2][:1], 2), 2)}


flat_values = Prediction(
    name="flat_values",
    question="pixel shuffle/values of a random head on a flat image",
    text="a 3x3 convolution with random weights and a pixel shuffle enlarge a flat grey image: how "
    "many different values has a channel, away from the border? With r = 2, with r = 3, and with "
    "r = 2 and ICNR?",
    answer=_flat_values,
    mistakes=[
        Mistake(
            {"r = 2": 1, "r = 3": 1},
            "Each of the r·r filters puts out one number of its own, and they are not alike.",
        ),
        Mistake(
            {"r = 2": 2, "r = 3": 3},
            "A block has r rows and r columns, so r·r places, and a filter for each.",
        ),
        Mistake({"r = 2": 4, "r = 3": 9, "ICNR": 4}, "ICNR makes the r·r filters equal."),
        Mistake(
            {"r = 2": 36, "r = 3": 81},
            "Over a flat image all windows are the same: one filter gives one number.",
        ),
    ],
    right="A filter for each place in a block: r·r numbers, again in every block. Equal filters "
    "start equal.",
)


def _shuffled(x: "Tensor", upscale_factor: int, split: str = "n c dy dx h w",
              joined: str = "n c h dy w dx") -> "Tensor":  # fmt: skip
    """Shuffle with the axes of the channels read as ``split`` and put together as ``joined``."""
    sizes = {"dy": upscale_factor, "dx": upscale_factor, "h": x.shape[2], "w": x.shape[3],
             "n": x.shape[0], "c": x.shape[1] // upscale_factor**2}  # fmt: skip
    axes, order = split.split(), joined.split()
    parts = x.reshape([sizes[name] for name in axes]).permute([axes.index(name) for name in order])
    height, width = (x.shape[axis] * upscale_factor for axis in (2, 3))
    return parts.reshape(x.shape[0], -1, height, width)


pixel_shuffle = FunctionCheck(
    name="pixel_shuffle",
    reference=lambda x, upscale_factor: _shuffled(x, upscale_factor),
    cases=lambda: {
        "r = 2, to two channels": (whole(2, 8, 2, 3), 2),
        "r = 3, to two channels": (whole(1, 18, 3, 2), 3),
        "r = 2, to three channels": (whole(2, 12, 1, 4), 2),
        "r = 1": (whole(1, 3, 2, 4), 1),
    },
    mistakes=[
        Mistake(
            lambda x, upscale_factor: _shuffled(x, upscale_factor, joined="n c dy dx h w"),
            "This is a reshape alone: the numbers stay in their order. The r·r numbers of a block "
            "lie in r·r maps, so the axes have to change places in between.",
        ),
        Mistake(
            lambda x, upscale_factor: _shuffled(x, upscale_factor, split="n c dx dy h w"),
            "dy and dx are swapped: the channel is c·r·r + dy·r + dx, the row first.",
        ),
        Mistake(
            lambda x, upscale_factor: _shuffled(x, upscale_factor, split="n dy dx c h w"),
            "This is the other order of the channels, with c innermost. It passes where C is 1.",
        ),
        Mistake(
            lambda x, upscale_factor: _shuffled(x, upscale_factor, joined="n c dy h dx w"),
            "The small maps lie side by side, as tiles. They have to interleave: h before dy, w "
            "before dx.",
        ),
    ],
    right="A reshape, a permutation of axes, a reshape: that is all of it, and no weight in it.",
)


def _source() -> dict[str, int]:
    return dict(zip(("channel", "row", "column"), shuffle_source((1, 5, 7), 3), strict=True))


source = ValueCheck(
    name="source",
    answer=_source,
    mistakes=[
        Mistake({"channel": 14}, "dy and dx are swapped: the channel is c·9 + dy·3 + dx."),
        Mistake({"channel": 15}, "This is the other order, with the large channel innermost."),
        Mistake({"channel": 7}, "That is the place in the block. Channel 1 begins 9 maps later."),
        Mistake(
            {"row": 2, "column": 1},
            "Those are the remainders, 5 % 3 and 7 % 3: the place in the block. The position is "
            "what the division gives.",
        ),
    ],
    right="Two divisions with remainder: quotients say where, remainders say which map.",
)


def _colour_head(kernel: int = 3, bias: bool = True, factor: int = 4) -> dict[str, Any]:
    shuffle = PixelShuffle(factor)
    head = Convolution(32, 3 * factor**2, kernel, padding="same", bias=bias)
    _, *size = shuffle.output_shape(head.output_shape((32, 60, 80)))
    return {"channels": head.out_channels, "parameters": head.parameters, "size": tuple(size)}


colour_head = ValueCheck(
    name="colour_head",
    answer=_colour_head,
    mistakes=[
        Mistake(
            {"channels": 12},
            "Four times as high and four times as wide is 16 places in a block, not 4.",
        ),
        Mistake(
            {"channels": 3},
            "Three come out of the shuffle. The convolution before it has to make a map for each "
            "place of a block.",
        ),
        Mistake(
            lambda: {"parameters": _colour_head(bias=False)["parameters"]},
            "The biases are missing: one for each channel that the convolution puts out.",
        ),
        Mistake(
            lambda: {"parameters": _colour_head(kernel=1)["parameters"]},
            "A filter has a 3x3 kernel for each of the 32 input channels, not one weight.",
        ),
        Mistake({"size": (320, 240)}, "Height and width are swapped: sizes are (height, width)."),
        Mistake(
            {"size": (120, 160)},
            "A shuffle from 48 to 3 channels has r = 4: each side becomes four times as long.",
        ),
    ],
    right="Few filters make a whole picture: most of the work is done before, on small maps.",
)
