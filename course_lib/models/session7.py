"""``Session7Net``: the network that keeps the rules of the Session 7 assignment (lesson 20)."""

from collections.abc import Sequence

from torch import Tensor, nn

from course_lib.models.blocks import ConvBlock, DepthwiseSeparable, Normalize
from course_lib.models.session9 import CIFAR10_MEAN, CIFAR10_STD


class Session7Net(nn.Module):
    """Four blocks of three convolutions with a max-pool between them: C1 P C2 P C3 P C4.

    Under a million parameters, as the brief asks: 505,482. Receptive field 110 before the global
    pooling, 50 M multiply-accumulates on 32 x 32 pixels.
    Takes images in [0, 1], (N, 3, H, W), and normalises them itself; gives logits (N, num_classes).
    """

    def __init__(
        self,
        num_classes: int = 10,
        mean: Sequence[float] = CIFAR10_MEAN,
        std: Sequence[float] = CIFAR10_STD,
    ) -> None:
        super().__init__()
        self.normalize = Normalize(mean, std)
        self.c1 = nn.Sequential(  # 32x32
            ConvBlock(3, 32),
            ConvBlock(32, 32),
            DepthwiseSeparable(32, 64),
        )
        self.c2 = nn.Sequential(  # 16x16
            ConvBlock(64, 64),
            ConvBlock(64, 64, dilation=2),
            DepthwiseSeparable(64, 128),
        )
        self.c3 = nn.Sequential(  # 8x8
            ConvBlock(128, 128),
            DepthwiseSeparable(128, 128, dilation=2),
            DepthwiseSeparable(128, 256),
        )
        self.c4 = nn.Sequential(  # 4x4
            DepthwiseSeparable(256, 256),
            DepthwiseSeparable(256, 256),
            DepthwiseSeparable(256, 256),
        )
        self.pool = nn.MaxPool2d(2)  # one module, used three times
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(256, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps, (N, 256, H / 8, W / 8): what global pooling averages."""
        x = self.pool(self.c1(self.normalize(x)))
        x = self.pool(self.c2(x))
        x = self.pool(self.c3(x))
        return self.c4(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.gap(self.features(x)).flatten(1))
