"""``StarterNet``: a plain network to be repaired, rule by rule (lesson 20)."""

from collections.abc import Sequence

from torch import Tensor, nn

from course_lib.models.blocks import Normalize
from course_lib.models.session9 import CIFAR10_MEAN, CIFAR10_STD


class StarterNet(nn.Module):
    """Two convolutions, two max-pools and three linear layers, in the manner of LeNet-5.

    It runs on a CPU in seconds an epoch and breaks six rules of the assignment: two blocks instead
    of four, the wrong number of max-pools, receptive field 16, no depthwise separable and no
    dilated convolution, no global average pooling. 62,006 parameters, most of them in the first
    linear layer.
    Takes images in [0, 1], (N, 3, 32, 32), and normalises them itself; gives logits.
    Source: LeCun et al. 1998, «Gradient-based learning applied to document recognition».
    """

    def __init__(
        self,
        num_classes: int = 10,
        mean: Sequence[float] = CIFAR10_MEAN,
        std: Sequence[float] = CIFAR10_STD,
    ) -> None:
        super().__init__()
        self.normalize = Normalize(mean, std)
        self.c1 = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2))  # 32 -> 14
        self.c2 = nn.Sequential(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2))  # 14 -> 5
        self.head = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, num_classes),
        )

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps, (N, 16, 5, 5): what the linear layers flatten."""
        return self.c2(self.c1(self.normalize(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x).flatten(1))
