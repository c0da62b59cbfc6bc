"""A 1x1 convolution makes the ten maps that an average over 8 x 8 cells turns into scores.

A layer is left over from an earlier attempt, and never called.
"""

from torch import nn


def block(inside, outside, stride=1, dilation=1):
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, padding=1),
        nn.Conv2d(outside, outside, 3, padding=dilation, dilation=dilation),
        nn.SiLU(),
        nn.Conv2d(outside, 2 * outside, 3, stride, 1, groups=outside),  # two filters a channel
        nn.Conv2d(2 * outside, outside, 1),
        nn.GroupNorm(4, outside),
        nn.SiLU(),
    )


class NoLinearLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.block1 = block(3, 16, stride=2)
        self.block2 = block(16, 32, stride=2)
        self.block3 = block(32, 32, dilation=2)
        self.block4 = block(32, 48, dilation=3)
        self.old_pool = nn.MaxPool2d(2)
        self.out = nn.Conv2d(48, 10, 1)
        self.gap = nn.AvgPool2d(8)

    def forward(self, x):
        x = self.block4(self.block3(self.block2(self.block1(x))))
        return self.gap(self.out(x)).view(-1, 10)
