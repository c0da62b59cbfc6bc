"""``Session9Net``: the network that keeps the rules of the Session 9 assignment (lesson 20)."""

from collections.abc import Sequence

from torch import Tensor, nn

from course_lib.models.blocks import ConvBlock, DepthwiseSeparable, Normalize

# Mean and standard deviation of the CIFAR-10 training images, in [0, 1].
CIFAR10_MEAN = (0.4914, 0.4822, 0.4465)
CIFAR10_STD = (0.2470, 0.2435, 0.2616)


class Session9Net(nn.Module):
    """Four blocks of three convolutions, then global average pooling and one linear layer.

    The last convolution of C1, C2 and C3 has stride 2, and there is no pooling but the global one.
    182,986 parameters; receptive field 103 before the global pooling.
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
        self.c1 = nn.Sequential(  # 32x32 -> 16x16
            ConvBlock(3, 32),
            ConvBlock(32, 32),
            DepthwiseSeparable(32, 64, stride=2),
        )
        self.c2 = nn.Sequential(  # 16x16 -> 8x8
            DepthwiseSeparable(64, 64),
            ConvBlock(64, 64, dilation=2),
            DepthwiseSeparable(64, 96, stride=2),
        )
        self.c3 = nn.Sequential(  # 8x8 -> 4x4
            DepthwiseSeparable(96, 96),
            DepthwiseSeparable(96, 128, dilation=2),
            DepthwiseSeparable(128, 128, stride=2),
        )
        self.c4 = nn.Sequential(  # 4x4
            DepthwiseSeparable(128, 160),
            DepthwiseSeparable(160, 160),
            DepthwiseSeparable(160, 160),
        )
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(160, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps, (N, 160, H / 8, W / 8): what global pooling averages."""
        return self.c4(self.c3(self.c2(self.c1(self.normalize(x)))))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.gap(self.features(x)).flatten(1))
