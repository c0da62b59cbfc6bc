"""The receptive field seen by a gradient, as a check on the arithmetic.

Every step of the network is made linear with positive weights, so that the gradient of one output
cell is nonzero exactly at the pixels that it reads: nothing can cancel or saturate. In float64 and
with weights that average, nothing overflows or vanishes either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

from ..geometry import Pair

IDENTITIES = {
    "alpha_dropout", "batch_norm", "celu", "celu_", "clamp", "clamp_", "dropout", "elu", "elu_",
    "feature_alpha_dropout", "gelu", "group_norm", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "hardtanh_", "instance_norm", "layer_norm", "leaky_relu", "leaky_relu_",
    "local_response_norm", "log_softmax", "logsigmoid", "mish", "prelu", "relu", "relu6", "relu_",
    "rms_norm", "rrelu", "rrelu_", "selu", "selu_", "sigmoid", "sigmoid_", "silu", "softmax",
    "softplus", "softshrink", "softsign", "tanh", "tanh_", "tanhshrink", "threshold", "threshold_",
}  # fmt: skip


@dataclass(frozen=True)
class Measurement:
    """What a gradient found: the box (height, width) that one output cell reads, and how much.

    ``covered_share`` is the part of the box's pixels with a gradient: below 1 there are holes.
    Where the box depends on the position, both are those of the largest one. ``input_size`` is the
    image that was used, wide enough for the whole box.
    """

    receptive_field: Pair
    covered_share: float
    input_size: Pair


class Linearised(TorchFunctionMode):
    """Inside it, torch functions called by modules or directly are replaced by linear ones."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name, kwargs = getattr(func, "__name__", ""), kwargs or {}
        if name in IDENTITIES:
            image = args[0] if args else kwargs["input"]
            return image if name.endswith("_") else image.clone()  # += on it must not reach back
        result = LINEAR.get(name, func)(*args, **kwargs)
        is_gate = args and name not in ("conv2d", "conv_transpose2d", "max_pool2d")
        return _without_gate(args[0], result) if is_gate else result


def support(cell_map: Tensor, image: Tensor, distance: Pair = (0, 0)) -> Tensor:
    """Which pixels (H, W) of the image reach a cell of a map (1, C, h, w).

    It is the cell that lies a ``distance`` of (rows, columns) behind the central one.
    """
    row, column = (n // 2 + d for n, d in zip(cell_map.shape[-2:], distance, strict=True))
    cell = cell_map[..., row, column].sum()
    (gradient,) = torch.autograd.grad(cell, image, retain_graph=True)
    return gradient[0].abs().sum(0) > 0


def _convolution(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Pair = 1,
    padding: int | Pair | str = 0,
    dilation: int | Pair = 1,
    groups: int = 1,
) -> Tensor:
    """All weights equal: then each group is its mean channel, convolved once and repeated."""
    output = _average(_means(input, groups), weight.shape[2:], stride, padding, dilation)
    return _repeated(output, weight.shape[0] // groups)


def _transposed_convolution(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    output_padding: int | Pair = 0,
    groups: int = 1,
    dilation: int | Pair = 1,
) -> Tensor:
    """The same for the transpose, whose weight has the output channels of a group second."""
    mean, (height, width) = _means(input, groups), weight.shape[2:]
    kernel = torch.full((groups, 1, height, width), 1 / (height * width)).to(mean)
    settings = (stride, padding, output_padding, groups, dilation)
    return _repeated(F.conv_transpose2d(mean, kernel, None, *settings), weight.shape[1])


def _means(input: Tensor, groups: int) -> Tensor:
    """The mean channel of each group."""
    batch, _, *size = input.shape
    return input.reshape(batch, groups, -1, *size).mean(2)


def _repeated(maps: Tensor, times: int) -> Tensor:
    """Each channel that often, one copy behind the other."""
    return maps.unsqueeze(2).expand(-1, -1, times, -1, -1).flatten(1, 2).contiguous()


def _average(input: Tensor, kernel_size: Sequence[int], *settings: Any) -> Tensor:
    """A depthwise convolution with equal weights; settings as for conv2d, from the stride on."""
    height, width = kernel_size
    kernel = torch.full((input.shape[1], 1, height, width), 1 / (height * width))
    return F.conv2d(input, kernel.to(input), None, *settings, input.shape[1])


def _linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return input.mean(-1, keepdim=True).expand(*input.shape[:-1], weight.shape[0])


def _max_pooling(
    input: Tensor,
    kernel_size: int | Pair,
    stride: int | Pair | None = None,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """An average over the same window: a maximum would pass on only the winner's gradient."""
    stride = stride or kernel_size
    if dilation in (1, (1, 1)):
        return F.avg_pool2d(input, kernel_size, stride, padding, ceil_mode)
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    return _average(input, kernel_size, stride, padding, dilation)


def _adaptive_max_pooling(input: Tensor, output_size: int | Pair, *unused: Any) -> Tensor:
    return F.adaptive_avg_pool2d(input, output_size)


LINEAR: dict[str, Callable[..., Tensor]] = {
    "conv2d": _convolution,
    "conv_transpose2d": _transposed_convolution,
    "linear": _linear,
    "max_pool2d": _max_pooling,
    "adaptive_max_pool2d": _adaptive_max_pooling,
}


def _without_gate(source: Any, result: Any) -> Any:
    """Cut the gradient behind a global pooling: a gate built on it would light up every pixel."""
    if not (isinstance(source, Tensor) and isinstance(result, Tensor) and source.dim() == 4):
        return result
    one_cell = result.dim() < 3 or tuple(result.shape[-2:]) == (1, 1)
    return result.detach() if one_cell and tuple(source.shape[-2:]) != (1, 1) else result
