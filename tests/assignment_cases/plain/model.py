"""A student's network that keeps every rule; the tests break it, one line at a time."""

from torch import nn


def conv(in_channels, out_channels, stride=1, dilation=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride, dilation, dilation, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


def separable(in_channels, out_channels, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, in_channels, 3, stride, 1, groups=in_channels, bias=False),
        nn.BatchNorm2d(in_channels),
        nn.Conv2d(in_channels, out_channels, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Sequential(conv(3, 32), conv(32, 32), separable(32, 32, stride=2))
        self.c2 = nn.Sequential(conv(32, 32), conv(32, 32), separable(32, 64, stride=2))
        self.c3 = nn.Sequential(separable(64, 64), conv(64, 64, dilation=2), separable(64, 64))
        self.c4 = nn.Sequential(separable(64, 64), separable(64, 64), separable(64, 64))
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.c4(self.c3(self.c2(self.c1(x))))
        return self.fc(self.flatten(self.gap(x)))
