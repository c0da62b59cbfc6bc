"""One convolution of each block is called twice: three convolutions are executed, two are stored.

The layers lie in one list, and a block is a part of it.
"""

from torch import nn


class Twice(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.depth = nn.Conv2d(inside, inside, 3, stride, 1, groups=inside)
        self.point = nn.Conv2d(inside, outside, 1)
        self.again = nn.Conv2d(outside, outside, 3, padding=2, dilation=2)
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(self.point(self.depth(x)))
        x = self.act(self.again(x))
        return self.act(self.again(x))


class CalledTwice(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [3, 16, 32, 32, 64]
        self.layers = nn.ModuleList(
            Twice(widths[i], widths[i + 1], stride=2 if i < 2 else 1) for i in range(4)
        )
        self.c1, self.c2, self.c3, self.c4 = self.layers
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.fc(nn.functional.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1))
