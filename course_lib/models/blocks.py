"""The few blocks that the assignment's networks are built from (lesson 20).

Each block counts as one convolution of the brief: a depthwise convolution and the 1x1 that follows
it are one depthwise separable convolution.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def same_padding(kernel_size: int, dilation: int) -> int:
    """Return the padding that keeps the size at stride 1, for an odd ``kernel_size``."""
    return dilation * (kernel_size - 1) // 2


def start_as_identity(norm: nn.BatchNorm2d) -> None:
    """Let a residual branch begin at zero, so that a deep network begins shallow.

    Source: Goyal et al. 2017, arXiv 1706.02677, section 5.1.
    """
    nn.init.zeros_(norm.weight)


class Normalize(nn.Module):
    """Turn images in [0, 1] into roughly zero mean and unit variance, channel by channel.

    The statistics are buffers, so they travel with the weights and nobody can forget them.
    Shapes: (N, C, H, W) -> (N, C, H, W).
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32).view(1, -1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.mean) / self.std


class ConvBlock(nn.Module):
    """A convolution, BatchNorm and ReLU, with a residual add where the shapes allow one.

    Shapes: (N, in_channels, H, W) -> (N, out_channels, ceil(H / stride), ceil(W / stride)).
    The convolution has no bias: BatchNorm adds one.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int = 3,
        stride: int = 1,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        padding = same_padding(kernel_size, dilation)
        self.conv = nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding, dilation, bias=False
        )
        self.norm = nn.BatchNorm2d(out_channels)
        self.act = nn.ReLU()
        self.residual = stride == 1 and in_channels == out_channels
        if self.residual:
            start_as_identity(self.norm)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        return self.act(x + y if self.residual else y)


class DepthwiseSeparable(nn.Module):
    """A depthwise convolution, then a pointwise one: each channel looks, then the channels talk.

    Weights: ``in_channels * kernel_size**2 + in_channels * out_channels`` instead of
    ``in_channels * out_channels * kernel_size**2`` (Chollet 2017, arXiv 1610.02357).
    Shapes: (N, in_channels, H, W) -> (N, out_channels, ceil(H / stride), ceil(W / stride)).
    A residual add joins input and output where the shapes allow one.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int = 3,
        stride: int = 1,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        padding = same_padding(kernel_size, dilation)
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, kernel_size, stride, padding, dilation,
            groups=in_channels, bias=False,
        )  # fmt: skip
        self.depthwise_norm = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)
        self.act = nn.ReLU()
        self.residual = stride == 1 and in_channels == out_channels
        if self.residual:
            start_as_identity(self.norm)

    def forward(self, x: Tensor) -> Tensor:
        y = self.act(self.depthwise_norm(self.depthwise(x)))
        y = self.norm(self.pointwise(y))
        return self.act(x + y if self.residual else y)
