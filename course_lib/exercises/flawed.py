"""Networks with the mistakes that real submissions of the assignment had."""

import torch
from torch import Tensor, nn

from course_lib.models.session7 import Session7Net
from course_lib.models.session9 import Session9Net
from course_lib.models.session9_dilated import Session9DilatedNet


def grouped_by_half() -> nn.Module:
    """``Session9Net`` whose «depthwise» convolutions have half as many groups as channels."""
    return _grouped_by_half(Session9Net())


def grouped_by_half_of_session7() -> nn.Module:
    """The same mistake in ``Session7Net``."""
    return _grouped_by_half(Session7Net())


def pooled_before_gap() -> nn.Module:
    """``Session9Net`` with an average pooling in front of the global one."""
    net = Session9Net()
    net.gap = nn.Sequential(nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1))
    return net


def flattened() -> nn.Module:
    """``Session9Net`` that flattens its last map instead of averaging it."""
    net = Session9Net()
    net.gap, net.head = nn.Identity(), nn.Linear(160 * 4 * 4, 10)
    return net


def flattened_of_session7() -> nn.Module:
    """The same mistake in ``Session7Net``."""
    net = Session7Net()
    net.gap, net.head = nn.Identity(), nn.Linear(256 * 4 * 4, 10)
    return net


def pooled_behind_c4() -> nn.Module:
    """``Session7Net`` with a fourth max-pool, in front of the global pooling."""
    net = Session7Net()
    net.c4.append(nn.MaxPool2d(2))
    return net


def strided_convolution() -> nn.Module:
    """``Session9DilatedNet`` with a stride in its first block."""
    net = Session9DilatedNet()
    net.c1[0].conv.stride = (2, 2)
    return net


def strided_skip() -> nn.Module:
    """``Session9DilatedNet`` with a 1x1 of stride 2 in the skip of a block that shrinks."""
    net = Session9DilatedNet()
    net.c1[1] = _Shrinking(24)
    return net


def max_pooled() -> nn.Module:
    """``Session9DilatedNet`` with a max-pool behind its first block."""
    net = Session9DilatedNet()
    net.c1.append(nn.MaxPool2d(2))
    return net


def _grouped_by_half(net: nn.Module) -> nn.Module:
    for block in net.modules():
        if hasattr(block, "depthwise"):
            old = block.depthwise
            block.depthwise = nn.Conv2d(
                old.in_channels, old.out_channels, 3, old.stride, old.padding, old.dilation,
                groups=old.in_channels // 2, bias=False,
            )  # fmt: skip
    return net


class _Shrinking(nn.Module):
    """32x32 to 16x16 without a stride, by a dilated 3x3 that is not padded; its skip has one."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, dilation=8, bias=False)
        self.shortcut = nn.Conv2d(channels, channels, 1, stride=2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.conv(x) + self.shortcut(x))
