"""``SingleStrideNet``: one stride early on, then dilation; a comparison for the results."""

from collections.abc import Sequence

from torch import Tensor, nn

from course_lib.models.blocks import ConvBlock, DepthwiseSeparable, Normalize
from course_lib.models.session9 import CIFAR10_MEAN, CIFAR10_STD


class SingleStrideNet(nn.Module):
    """Four blocks of three convolutions on 16x16 maps, nearly all of them 5x5 depthwise separable.

    Between the two networks of the assignment: ``Session9Net`` ends on 4x4 maps and
    ``Session9DilatedNet`` keeps 32x32. 198,226 parameters; receptive field 107; 56 M
    multiply-accumulates on 32x32 pixels.
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
        self.c1 = nn.Sequential(  # 32x32 -> 16x16, field 3, 7, 11
            ConvBlock(3, 72),
            DepthwiseSeparable(72, 72, kernel_size=5),
            DepthwiseSeparable(72, 112, kernel_size=5, stride=2),
        )
        self.c2 = nn.Sequential(  # field 19, 35, 43
            DepthwiseSeparable(112, 112, kernel_size=5),
            DepthwiseSeparable(112, 112, kernel_size=5, dilation=2),
            DepthwiseSeparable(112, 112, kernel_size=5),
        )
        self.c3 = nn.Sequential(  # field 51, 67, 75
            DepthwiseSeparable(112, 128, kernel_size=5),
            DepthwiseSeparable(128, 128, kernel_size=5, dilation=2),
            DepthwiseSeparable(128, 128, kernel_size=5),
        )
        self.c4 = nn.Sequential(  # field 83, 99, 107
            DepthwiseSeparable(128, 144, kernel_size=5),
            DepthwiseSeparable(144, 144, kernel_size=5, dilation=2),
            DepthwiseSeparable(144, 144, kernel_size=5),
        )
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(144, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps, (N, 144, H / 2, W / 2): what global pooling averages."""
        return self.c4(self.c3(self.c2(self.c1(self.normalize(x)))))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.gap(self.features(x)).flatten(1))
