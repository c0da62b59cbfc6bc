"""The network: what you change. It runs and learns as it is, and it breaks six rules.

See which, and again after each change:
    python -m course_lib check model.py:Net --rules session9
"""

from torch import Tensor, nn


def conv(in_channels: int, out_channels: int) -> nn.Sequential:
    """A 3x3 convolution that keeps the size, then BatchNorm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# A place for your other layers: a convolution with a stride or a dilation, a depthwise separable
# one (two layers, nn.Conv2d both). The check asks for them by what they do, not by their names.


class Net(nn.Module):
    """Two blocks of two convolutions and one linear layer. Receptive field: 16 pixels.

    Takes images in [0, 1], (N, 3, 32, 32); gives one score for each class, (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # The brief has four blocks, c1 to c4. Where may the map shrink, and by what means?
        self.c1 = nn.Sequential(conv(3, 16), conv(16, 16), nn.MaxPool2d(2))  # 32x32 -> 16x16
        self.c2 = nn.Sequential(conv(16, 32), conv(32, 32), nn.MaxPool2d(2))  # 16x16 -> 8x8
        # The head sees every cell of the map, with a weight for each. The brief ends otherwise.
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(32 * 8 * 8, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x)
        x = self.c2(x)
        return self.head(x)
