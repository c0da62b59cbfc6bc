"""The convolutions of the lessons written from scratch, short enough to be read.

Each agrees with PyTorch's own, which is what the tests hold it against. Tensors are (N, C, H, W).
"""

import torch
from torch import Tensor, nn


def dilate(kernel: Tensor, rate: int) -> Tensor:
    """Spread a kernel: its weights ``rate`` apart, zeros between them.

    Shapes: (..., kh, kw) -> (..., rate (kh - 1) + 1, rate (kw - 1) + 1). An ordinary convolution
    with the result is the dilated convolution with the kernel. Lesson 04.
    """
    *leading, height, width = kernel.shape
    spread = kernel.new_zeros(*leading, rate * (height - 1) + 1, rate * (width - 1) + 1)
    spread[..., ::rate, ::rate] = kernel
    return spread


def dilated_by_phases(x: Tensor, weight: Tensor, rate: int) -> Tensor:
    """A dilated convolution as ordinary ones on rate x rate interleaved pictures.

    Each picture holds every ``rate``-th row and column; none of them ever meets another. ``weight``
    is (C_out, C_in, k, k) with k odd; the size stays. Shapes: (N, C_in, H, W) -> (N, C_out, H, W).
    Lesson 04. Source: Yu and Koltun 2016, arXiv 1511.07122; Chen and others 2018, arXiv 1606.00915.
    """
    out = x.new_empty(len(x), len(weight), *x.shape[2:])
    for row in range(rate):
        for column in range(rate):
            phase = x[..., row::rate, column::rate]
            out[..., row::rate, column::rate] = nn.functional.conv2d(phase, weight, padding="same")
    return out


def causal_convolution(x: Tensor, weight: Tensor, rate: int = 1) -> Tensor:
    """A convolution in time that reads no later moment: all padding lies on the left.

    The last tap looks at the present, each one before it ``rate`` moments further back. Shapes: x
    (N, C_in, L), weight (C_out, C_in, k) -> (N, C_out, L). Lesson 04. Source: van den Oord and
    others 2016, arXiv 1609.03499.
    """
    past = rate * (weight.shape[-1] - 1)
    return torch.conv1d(nn.functional.pad(x, (past, 0)), weight, dilation=rate)


def transposed_by_stamps(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """A transposed convolution as it is told: every input cell stamps the kernel, times its value.

    Stamps begin ``stride`` cells apart; where they overlap, they add; ``padding`` is cropped off
    all sides. ``weight`` is (C_in, C_out, kh, kw). Shapes: (N, C_in, H, W) ->
    (N, C_out, (H - 1) stride + kh - 2 padding, (W - 1) stride + kw - 2 padding). Lesson 05.
    """
    height, width = x.shape[2:]
    kh, kw = weight.shape[2:]
    tall, wide = (height - 1) * stride + kh, (width - 1) * stride + kw
    canvas = x.new_zeros(len(x), weight.shape[1], tall, wide)
    for i in range(height):
        for j in range(width):
            stamp = torch.einsum("nc,cdhw->ndhw", x[:, :, i, j], weight)
            canvas[..., i * stride : i * stride + kh, j * stride : j * stride + kw] += stamp
    return canvas[..., padding : tall - padding, padding : wide - padding]


def transposed_by_zeros(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """The same as a convolution: zeros between and round the input, and the kernel flipped.

    ``stride - 1`` zeros go between two cells, ``k - 1 - padding`` round all; most multiplications
    then meet a zero. Shapes as in ``transposed_by_stamps``. Lesson 05. Source: Dumoulin and Visin
    2016, arXiv 1603.07285, chapter 4.
    """
    height, width = x.shape[2:]
    kh, kw = weight.shape[2:]
    spread = x.new_zeros(*x.shape[:2], (height - 1) * stride + 1, (width - 1) * stride + 1)
    spread[..., ::stride, ::stride] = x
    down, across = kh - 1 - padding, kw - 1 - padding
    spread = nn.functional.pad(spread, (across, across, down, down))
    return torch.conv2d(spread, weight.flip(2, 3).transpose(0, 1))
