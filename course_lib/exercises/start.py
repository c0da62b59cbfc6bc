"""The checks of lesson 00: ``from course_lib.exercises import start as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    padded = ...      # how many of the 144 outputs?
    check.reads_padding(padded, confidence=...)  # "guess", "think" or "sure"

    def to_chw(image):
        '''An image (H, W, C), a numpy array of uint8 -> a tensor (C, H, W) of floats, 0 to 1.'''
        return ...  # your line
    check.to_chw(to_chw)

    batch = {"images": ..., "channels": ..., "height": ..., "width": ..., "pixels": ...}
    check.axes(batch)  # of a tensor (8, 3, 32, 48); pixels: those of one image

    settings = {"kernel_size": ..., "stride": ..., "padding": ...}
    check.halve(settings)  # 12 becomes 6

    padding = ...  # the least that lets a 5x5 kernel read a 4x4 image
    check.least_padding(padding)
"""

from typing import TYPE_CHECKING, Any

from course_lib.geometry import Convolution, GeometryError, explain

from .comparing import TYPE, VALUE, Difference
from .engine import Mistake
from .functions import Cases, FunctionCheck
from .predictions import Prediction
from .values import ValueCheck
from .words import described, show

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


def _outputs_that_read_padding() -> int:
    layer, size = Convolution(1, 1, 3, padding=1), (12, 12)
    cells = [(row, column) for row in range(12) for column in range(12)]
    return sum(len(layer.taps(cell, size)) < 9 for cell in cells)


reads_padding = Prediction(
    name="reads_padding",
    question="convolution/outputs that read padding",
    text="a 12x12 image, a 3x3 kernel, padding 1: how many of the 144 outputs read a padded zero?",
    answer=_outputs_that_read_padding,
    mistakes=[
        Mistake(4 * 12, "Four sides of 12 are 48, but each corner belongs to two sides."),
        Mistake(2 * 14 + 2 * 12, "These are the padded cells, not the outputs that read them."),
        Mistake(12, "This is one side; there are four."),
    ],
    right="The outputs at the edge read it, 4 · 11 = 44: nearly a third of all.",
)


def _counted(*shape: int) -> "np.ndarray":
    """An image whose values all differ, the largest 255."""
    import numpy as np

    return (255 - 3 * np.arange(np.prod(shape))[::-1]).astype(np.uint8).reshape(shape)


def _images() -> Cases:
    import numpy as np

    return {
        "4 rows of 5 pixels": (_counted(4, 5, 3),),
        "one row of 2 pixels": (np.array([[[0, 51, 255], [102, 0, 51]]], dtype=np.uint8),),
        "4 channels": (_counted(3, 6, 4),),
        "a dark picture": (_counted(4, 5, 3) // 2,),
    }


def _bytes(image: "np.ndarray", *order: int) -> "Tensor":
    """The image as a tensor with its axes in that order."""
    import torch

    return torch.from_numpy(image).permute(order)


def _to_chw(image: "np.ndarray") -> "Tensor":
    return _bytes(image, 2, 0, 1) / 255


def _reshaped(image: "np.ndarray") -> "Tensor":
    height, width, channels = image.shape
    return _bytes(image, 0, 1, 2).reshape(channels, height, width) / 255


to_chw = FunctionCheck(
    name="to_chw",
    reference=_to_chw,
    cases=_images,
    mistakes=[
        Mistake(
            lambda image: _bytes(image, 0, 1, 2) / 255,
            "The axes still stand as (H, W, C): move the last one to the front.",
        ),
        Mistake(
            _reshaped,
            "`reshape` leaves the values in their order and cuts them anew, so the colours of one "
            "pixel land side by side in one channel. `permute` moves the axes.",
        ),
        Mistake(
            lambda image: _bytes(image, 2, 1, 0) / 255,
            "This is (C, W, H): height and width have changed places, the image lies on its side.",
        ),
        Mistake(
            lambda image: _bytes(image, 2, 0, 1).float(),
            "The values still run from 0 to 255. Divide by 255.",
        ),
        Mistake(
            lambda image: _bytes(image, 2, 0, 1),
            "The axes are right, but these are still bytes, 0 to 255. Divide by 255.",
        ),
        Mistake(
            lambda image: _bytes(image, 2, 0, 1) // 255,
            "`//` throws the fractions away, and only full brightness is left. Divide with `/`.",
        ),
        Mistake(
            lambda image: _bytes(image, 2, 0, 1) / float(image.max()),
            "You divide by the largest value of this picture, so a dark one becomes bright. All "
            "pictures have the same scale: 255.",
        ),
        Mistake(
            lambda image: _bytes(image, 2, 0, 1) / 256,
            "There are 256 levels, but the largest is 255, and it has to become 1.",
        ),
    ],
    right="`permute` copies nothing: the same values are only read in another order.",
)

axes = ValueCheck(
    name="axes",
    answer={"images": 8, "channels": 3, "height": 32, "width": 48, "pixels": 32 * 48},
    mistakes=[
        Mistake(
            {"height": 48, "width": 32},
            "Rows come first: (N, C, H, W). Height and width have changed places.",
        ),
        Mistake(
            {"channels": 48, "height": 3, "width": 32},
            "This reads the shape as (N, H, W, C), as image files have it. Torch puts the channels "
            "before height and width.",
        ),
        Mistake(
            {"channels": 32},
            "Channels are the second axis. 32 is a height: a channel has a size, it is none.",
        ),
        Mistake(
            {"pixels": 3 * 32 * 48},
            "These are the values of one image. A pixel is a place; it has 3 values here.",
        ),
        Mistake({"pixels": 8 * 32 * 48}, "These are the pixels of all 8 images; count one image."),
    ],
    right="(N, C, H, W), for every image tensor in this workbook: 1,536 places, 3 values at each.",
)


def _halves(settings: Any) -> Difference | None:
    """What is wrong with settings that should turn 12 into 6."""
    names = {"kernel_size", "stride", "padding", "dilation"}
    if not isinstance(settings, dict):
        return Difference(TYPE, described(settings), "a dict of settings")
    if unknown := [name for name in settings if name not in names]:
        return Difference("setting", show(unknown[0]), "kernel_size, stride, padding, dilation")
    if "kernel_size" not in settings:
        return Difference("setting", "no kernel_size", "kernel_size, stride and padding")
    try:
        size = Convolution(1, 1, **settings).output_size(12)
    except GeometryError as error:
        return Difference("setting", str(error), "settings that PyTorch takes")
    if size == (6, 6):
        return None
    return Difference(VALUE, f"12 becomes {size[0]}", "6")


halve = ValueCheck(
    name="halve",
    answer={"kernel_size": 3, "stride": 2, "padding": 1},
    accept=_halves,
    mistakes=[
        Mistake(
            {"kernel_size": 3, "stride": 2, "padding": 0},
            "Nearly: (12 - 3) / 2 + 1 is 5.5, and the half is dropped. One row of padding brings "
            "the last window back.",
        ),
        Mistake(
            {"kernel_size": 2, "stride": 1, "padding": 0},
            "A kernel of 2 does not move by 2: the stride does that, and here it is 1.",
        ),
        Mistake(
            {"kernel_size": 3, "stride": 1, "padding": 1},
            "These are the settings that keep the size. Halving needs a stride of 2.",
        ),
    ],
    right="Many answers do: mostly stride 2, with padding that makes good for the kernel.",
)


def _least_padding() -> int:
    layers = (Convolution(1, 1, 5, padding=padding) for padding in range(5))
    return next(layer.padding[0] for layer in layers if explain(layer, 4) is None)


least_padding = ValueCheck(
    name="least_padding",
    answer=_least_padding,
    mistakes=[
        Mistake(0, "Without padding the kernel of 5 is larger than the 4 rows: PyTorch refuses."),
        Mistake(2, "It works, and keeps the size 4, but less is enough: both sides are padded."),
        Mistake("same", "It works, but it pads by 2. Which number is the least?"),
    ],
    right="4 + 2 · 1 = 6 rows: a kernel of 5 fits, at two places.",
)
