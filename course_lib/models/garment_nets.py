"""The networks of the shifted trouser (lesson 09): an MLP, and one trunk with two heads.

All take grey pictures of 28x28, (N, 1, 28, 28) floats in [0, 1], and return ten scores, (N, 10).
"""

from torch import nn

from course_lib.data.grey import GARMENTS, SIDE

CHANNELS = (8, 16, 32)
_PLACES = (SIDE // 4) ** 2  # of the trunk's last map, 7x7


def mlp(hidden: int = 64) -> nn.Sequential:
    """Flatten the picture, then two linear layers: every pixel has weights of its own."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(SIDE**2, hidden), nn.ReLU(), nn.Linear(hidden, len(GARMENTS))
    )


def trunk() -> list[nn.Module]:
    """Three padded 3x3 convolutions with BatchNorm and ReLU, a max pooling after the first two."""
    layers: list[nn.Module] = []
    for number, (before, after) in enumerate(zip((1, *CHANNELS), CHANNELS, strict=False)):
        layers += [nn.MaxPool2d(2)] if number else []
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
    return layers


def cnn_flatten() -> nn.Sequential:
    """The trunk, then a linear layer on all places of its maps: a weight for each place."""
    return nn.Sequential(*trunk(), nn.Flatten(), nn.Linear(CHANNELS[-1] * _PLACES, len(GARMENTS)))


def cnn_gap() -> nn.Sequential:
    """The trunk, then the mean of each of its maps (GAP): one weight for all places."""
    return nn.Sequential(
        *trunk(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(CHANNELS[-1], len(GARMENTS))
    )
