"""Layers that learn their number of input channels from the first image, built by a function."""

from torch import nn


def convolution(channels, stride=1, dilation=1):
    layer = nn.LazyConv2d(channels, 3, stride, dilation, dilation, bias=False)
    return nn.Sequential(layer, nn.LazyBatchNorm2d(), nn.ReLU())


def block(channels, stride, dilation):
    return nn.Sequential(
        convolution(channels),
        convolution(channels, dilation=dilation),
        nn.Conv2d(channels, channels, 3, stride, 1, groups=channels),
        nn.LazyConv2d(channels, 1),
        nn.ReLU(),
    )


class Classifier(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.c1, self.c2, self.c3, self.c4 = blocks
        self.fc = nn.LazyLinear(10)

    def forward(self, x):
        x = self.c4(self.c3(self.c2(self.c1(x))))
        return self.fc(x.mean([-1, -2]))


def make_network():
    return Classifier([block(24, 2, 1), block(32, 2, 2), block(32, 1, 2), block(40, 1, 1)])
