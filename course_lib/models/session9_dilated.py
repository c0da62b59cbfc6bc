"""``Session9DilatedNet``: the Session 9 assignment without a stride or a pooling (lesson 20)."""

from collections.abc import Sequence

from torch import Tensor, nn

from course_lib.models.blocks import ConvBlock, DepthwiseSeparable, Normalize
from course_lib.models.session9 import CIFAR10_MEAN, CIFAR10_STD


class Session9DilatedNet(nn.Module):
    """Four blocks of three convolutions at full resolution: dilation instead of stride.

    Every map keeps the size of the image until the global average pooling; the dilations 2, 2, 3,
    4 and 8 widen the view instead. That costs 182 M multiply-accumulates on 32 x 32 pixels, seven
    times what ``Session9Net`` needs. 180,234 parameters; receptive field 53.
    Takes images in [0, 1], (N, 3, H, W), and normalises them itself; gives logits (N, num_classes).
    Source of the idea: Yu and Koltun 2016, arXiv 1511.07122.
    """

    def __init__(
        self,
        num_classes: int = 10,
        mean: Sequence[float] = CIFAR10_MEAN,
        std: Sequence[float] = CIFAR10_STD,
    ) -> None:
        super().__init__()
        self.normalize = Normalize(mean, std)
        self.c1 = nn.Sequential(  # field 3, 5, 7
            ConvBlock(3, 24),
            ConvBlock(24, 24),
            DepthwiseSeparable(24, 32),
        )
        self.c2 = nn.Sequential(  # field 9, 13, 15
            ConvBlock(32, 32),
            DepthwiseSeparable(32, 48, dilation=2),
            ConvBlock(48, 48),
        )
        self.c3 = nn.Sequential(  # field 19, 21, 27
            ConvBlock(48, 48, dilation=2),
            DepthwiseSeparable(48, 64),
            DepthwiseSeparable(64, 64, dilation=3),
        )
        self.c4 = nn.Sequential(  # field 29, 37, 53
            ConvBlock(64, 64),
            ConvBlock(64, 64, dilation=4),
            ConvBlock(64, 64, dilation=8),
        )
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(64, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps, (N, 64, H, W): what global pooling averages."""
        return self.c4(self.c3(self.c2(self.c1(self.normalize(x)))))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.gap(self.features(x)).flatten(1))
