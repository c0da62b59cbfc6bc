"""A stack of torch layers as the budget game knows them."""

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.geometry import (
    ChannelShuffle,
    Convolution,
    Layer,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    Shape,
    TransposedConvolution,
    Upsample,
    as_pair,
)

# What works cell by cell and channel by channel: it may stand anywhere and is no layer of the game.
CELLWISE = (
    nn.BatchNorm2d, nn.Dropout, nn.Dropout2d, nn.ELU, nn.GELU, nn.Hardswish, nn.Identity,
    nn.LeakyReLU, nn.PReLU, nn.ReLU, nn.ReLU6, nn.SELU, nn.SiLU, nn.Sigmoid, nn.Softplus, nn.Tanh,
)  # fmt: skip


class Unknown(ValueError):
    """This is no stack of layers of the game; the message says what to do."""


def layers_of(stack: Any) -> tuple[Layer, ...]:
    """The layers of a stack in their order; raises Unknown for what the game does not have."""
    return tuple(_layer(module) for module in _flat(stack) if type(module) not in CELLWISE)


def parameters_of(stack: Any) -> int:
    """The parameters of everything in it; what is used twice counts once."""
    return sum(p.numel() for p in nn.ModuleList(_flat(stack)).parameters())


def forward(stack: Any, shape: Shape) -> Tensor:
    """What a copy of the stack makes of one image (C, H, W) of zeros, as (1, C, H, W)."""
    network = copy.deepcopy(nn.Sequential(*_flat(stack))).cpu().float().eval()
    with torch.no_grad():
        return network(torch.zeros(1, *shape))


def _flat(stack: Any) -> Iterator[nn.Module]:
    if type(stack) in (nn.Sequential, nn.ModuleList, list, tuple):
        for part in stack:
            yield from _flat(part)
    elif isinstance(stack, nn.Module):
        yield stack
    else:
        raise Unknown("Build it as `nn.Sequential(nn.Conv2d(…), …)`; every part is a layer.")


def _layer(module: nn.Module) -> Layer:
    if type(module) not in _LAYERS:
        raise Unknown(
            f"{type(module).__name__} is no layer of the game. Take convolutions, poolings, "
            "shuffles and upsampling of torch.nn, one after the other; activations and BatchNorm "
            "may stand between them."
        )
    return _LAYERS[type(module)](module)


def _convolution(module: nn.Conv2d) -> Layer:
    return Convolution(
        module.in_channels, module.out_channels, module.kernel_size, module.stride, module.padding,
        module.dilation, module.groups, module.bias is not None, module.padding_mode,
    )  # fmt: skip


def _transposed(module: nn.ConvTranspose2d) -> Layer:
    return TransposedConvolution(
        module.in_channels, module.out_channels, module.kernel_size, module.stride, module.padding,
        module.output_padding, module.groups, module.bias is not None, module.dilation,
    )  # fmt: skip


def _pooling(module: nn.MaxPool2d | nn.AvgPool2d) -> Layer:
    kernel, stride = as_pair(module.kernel_size), as_pair(module.stride)
    if kernel != stride or module.padding or getattr(module, "dilation", 1) != 1:
        raise Unknown(
            "A pooling that overlaps looks around for nothing. In the game its stride is its "
            "kernel_size, without padding and dilation."
        )
    kind = "max" if isinstance(module, nn.MaxPool2d) else "average"
    return Pooling(kernel, ceil_mode=module.ceil_mode, kind=kind)


def _upsampling(module: nn.Upsample) -> Layer:
    if module.mode not in ("nearest", "bilinear") or not module.scale_factor:
        raise Unknown("Give nn.Upsample a scale_factor, and mode “nearest” or “bilinear”.")
    if module.align_corners:
        raise Unknown("Leave align_corners of nn.Upsample out: with it the places depend on sizes.")
    return Upsample(scale_factor=module.scale_factor, mode=module.mode)


_LAYERS = {
    nn.Conv2d: _convolution,
    nn.ConvTranspose2d: _transposed,
    nn.MaxPool2d: _pooling,
    nn.AvgPool2d: _pooling,
    nn.PixelShuffle: lambda module: PixelShuffle(module.upscale_factor),
    nn.PixelUnshuffle: lambda module: PixelUnshuffle(module.downscale_factor),
    nn.ChannelShuffle: lambda module: ChannelShuffle(module.groups),
    nn.Upsample: _upsampling,
}
