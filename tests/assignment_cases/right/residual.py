"""Residual blocks whose shortcuts are 1x1 convolutions; the blocks sit inside a backbone."""

from torch import nn


class Residual(nn.Module):
    def __init__(self, inside, outside, stride, dilation=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inside, outside, 3, padding=1, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
            nn.Conv2d(outside, outside, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
            nn.Conv2d(outside, outside, 3, stride, 1, groups=outside, bias=False),
            nn.Conv2d(outside, outside, 1, bias=False),
            nn.BatchNorm2d(outside),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)
        )
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.body(x)
        y += self.shortcut(x)
        return self.act(y)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.C1 = Residual(3, 16, 2)
        self.C2 = Residual(16, 32, 2)
        self.C3 = Residual(32, 48, 1, dilation=2)
        self.C4 = Residual(48, 64, 1, dilation=2)

    def forward(self, x):
        return self.C4(self.C3(self.C2(self.C1(x))))


class ResidualNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.backbone = Backbone()
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), nn.Linear(64, classes)
        )

    def forward(self, x):
        return self.head(self.backbone(x))
