"""Three checks of lesson 05: a transposed convolution by stamps, by zeros, and even kernels."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .engine import Mistake
from .functions import FunctionCheck
from .inputs import whole

if TYPE_CHECKING:
    from torch import Tensor


def _layers() -> dict[str, tuple[Any, ...]]:
    """Inputs (H, W) that are not square, kernels without symmetry, strides and paddings."""
    return {
        "kernel 6, stride 3, padding 2": (whole(3, 5), whole(6, 6) + 1, 3, 2),
        "kernel 3, stride 2, no padding": (whole(4, 3), whole(3, 3), 2, 0),
        "kernel 2x3, stride 1": (whole(5, 4), whole(2, 3), 1, 0),
        "kernel 4, stride 2, padding 1": (whole(3, 4), whole(4, 4) + 1, 2, 1),
        "kernel 2, stride 3: gaps": (whole(2, 3) + 5, whole(2, 2) + 5, 3, 0),
    }


def _transposed(x: "Tensor", kernel: "Tensor", stride: int, padding: int) -> "Tensor":
    from course_lib.convolutions import transposed_by_stamps  # here, because it loads torch

    return transposed_by_stamps(x[None, None], kernel[None, None], stride, padding)[0, 0]


def _flipped(x: "Tensor", kernel: "Tensor", stride: int, padding: int) -> "Tensor":
    return _transposed(x, kernel.flip(0, 1), stride, padding)


def _overwritten(x: "Tensor", kernel: "Tensor", stride: int, padding: int) -> "Tensor":
    """Each stamp replaces what lay below it."""
    (height, width), (kh, kw) = x.shape, kernel.shape
    canvas = x.new_zeros((height - 1) * stride + kh, (width - 1) * stride + kw)
    for i in range(height):
        for j in range(width):
            canvas[i * stride : i * stride + kh, j * stride : j * stride + kw] = x[i, j] * kernel
    return _cropped(canvas, padding)


def _cropped(canvas: "Tensor", padding: int) -> "Tensor":
    tall, wide = canvas.shape
    return canvas[padding : tall - padding, padding : wide - padding]


def _padded(x: "Tensor", kernel: "Tensor", stride: int, padding: int) -> "Tensor":
    from torch.nn.functional import pad

    return pad(_transposed(x, kernel, stride, 0), (padding,) * 4)


stamp_and_sum = FunctionCheck(
    name="stamp_and_sum",
    reference=_transposed,
    cases=_layers,
    mistakes=[
        Mistake(
            _overwritten, "A stamp wipes out what lay below it. Where stamps overlap, they add: +="
        ),
        Mistake(
            _flipped, "The kernel is flipped. A stamp shows it as it is; only the zeros flip it."
        ),
        Mistake(
            lambda x, kernel, stride, padding: _transposed(x, kernel, 1, padding),
            "The stride is missing: the stamp of row i begins at row i * stride.",
        ),
        Mistake(
            lambda x, kernel, stride, padding: _transposed(x, kernel, stride, 0),
            "The padding is missing: it takes that many rows and columns off every side.",
        ),
        Mistake(
            _padded, "Padding adds zeros around the output here. It is the other way: it crops."
        ),
        Mistake(
            lambda x, kernel, stride, padding: _transposed(x, kernel, stride, 0)[
                padding:, padding:
            ],
            "The padding is cropped at the top and left only. It crops all four sides.",
        ),
    ],
    right="One multiplication for each input cell and weight, and not one of them with a zero.",
)


def _zeros(x: "Tensor", kernel: "Tensor", stride: int, rim: int, gap: int, flip: bool) -> "Tensor":
    """An ordinary convolution of the input with zeros put in, ``gap`` of them between two cells."""
    from torch.nn.functional import conv2d, pad

    height, width = x.shape
    spread = x.new_zeros((height - 1) * (gap + 1) + 1, (width - 1) * (gap + 1) + 1)
    spread[:: gap + 1, :: gap + 1] = x
    rims = [kernel.shape[axis] - 1 - rim for axis in (1, 1, 0, 0)]
    kernel = kernel.flip(0, 1) if flip else kernel
    return conv2d(pad(spread, rims)[None, None], kernel[None, None])[0, 0]


def _by_zeros(x: "Tensor", kernel: "Tensor", stride: int, padding: int) -> "Tensor":
    from course_lib.convolutions import transposed_by_zeros  # here, because it loads torch

    return transposed_by_zeros(x[None, None], kernel[None, None], stride, padding)[0, 0]


def _with(**changes: Any) -> Callable[..., Any]:
    """The same with another rim, gap or kernel; each a function of (kernel, stride, padding)."""

    def wrong(x: "Tensor", kernel: "Tensor", stride: int, padding: int) -> "Tensor":
        settings = {"rim": padding, "gap": stride - 1, "flip": True}
        settings |= {name: made(kernel, stride, padding) for name, made in changes.items()}
        return _zeros(x, kernel, stride, **settings)

    return wrong


by_zeros = FunctionCheck(
    name="by_zeros",
    reference=_by_zeros,
    cases=_layers,
    mistakes=[
        Mistake(
            _with(flip=lambda kernel, stride, padding: False),
            "The kernel is not flipped. `conv2d` slides it as it is, and the first cell would then "
            "meet its last weight.",
        ),
        Mistake(
            _with(rim=lambda kernel, stride, padding: len(kernel) - 1 - padding),
            "The rim of zeros is `padding` wide. It is k - 1 - padding: padding crops the output, "
            "so less is put round the input. (For k 3 and padding 1 the two agree.)",
        ),
        Mistake(
            _with(gap=lambda kernel, stride, padding: stride),
            "One zero too many between two cells: with stride s they lie s apart, with s - 1 "
            "between.",
        ),
        Mistake(
            _with(rim=lambda kernel, stride, padding: 0),
            "The padding is missing: the rim is k - 1 zeros, less the padding.",
        ),
        Mistake(
            _with(rim=lambda kernel, stride, padding: -padding),
            "The padding is added to the rim. It takes away: k - 1 - padding zeros.",
        ),
    ],
    right="The very numbers of the stamps, at many times the cost: a way to think, not to compute.",
)


def _kernels() -> dict[str, tuple[Any, int]]:
    return {
        "kernel 4, stride 2": (whole(4, 4) + 6, 2),
        "kernel 3, stride 2: uneven counts": (whole(3, 3) + 6, 2),
        "kernel 5, stride 3": (whole(5, 5) + 6, 3),
        "kernel 2, stride 2": (whole(2, 2) + 6, 2),
        "stride 1": (whole(3, 3) + 6, 1),
    }


def _evened(kernel: "Tensor", stride: int) -> "Tensor":
    even = kernel.clone()
    for row in range(stride):
        for column in range(stride):
            phase = even[row::stride, column::stride]
            phase /= phase.sum()  # a view: this changes the kernel
    return even


def _by_blocks(kernel: "Tensor", stride: int) -> "Tensor":
    """Neighbouring weights taken together instead of those that are a stride apart."""
    even = kernel.clone()
    for row in range(0, len(kernel), stride):
        for column in range(0, len(kernel), stride):
            block = even[row : row + stride, column : column + stride]
            block /= block.sum()
    return even


def _means(kernel: "Tensor", stride: int) -> "Tensor":
    even = kernel.clone()
    for row in range(stride):
        for column in range(stride):
            phase = even[row::stride, column::stride]
            phase /= phase.mean()
    return even


evened = FunctionCheck(
    name="evened",
    reference=_evened,
    cases=_kernels,
    mistakes=[
        Mistake(
            lambda kernel, stride: kernel / kernel.sum(),
            "All weights are divided by one number: what was uneven stays so. Each phase has a "
            "sum of its own.",
        ),
        Mistake(
            _by_blocks,
            "Neighbours were taken together. An output reads weights that lie a stride apart: "
            "`kernel[row::stride, column::stride]`.",
        ),
        Mistake(
            _means,
            "The means are equal now, and not the sums. Where the counts differ, as with kernel 3, "
            "a flat image still ripples.",
        ),
        Mistake(
            lambda kernel, stride: kernel / kernel.sum() * stride**2,
            "That makes the mean of the sums 1. Each phase has to have the sum 1 by itself.",
        ),
    ],
    right="A flat image now stays flat, even with kernel 3 and stride 2. Training is free to "
    "change it again.",
)
