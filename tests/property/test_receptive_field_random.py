"""Random modules: the field in the table is the one that a gradient sees."""

import random

import pytest
import torch
import torch.nn.functional as F
from tally import counts
from torch import nn

from course_lib.receptive_field import analyse, measure

CHANNELS = 4


class Residual(nn.Module):
    """Two convolutions beside a shortcut, which is 1x1 where they take a stride."""

    def __init__(self, rng):
        super().__init__()
        stride, dilation = rng.choice([1, 1, 2]), rng.choice([1, 2])
        self.first = nn.Conv2d(CHANNELS, CHANNELS, 3, stride, 1)
        self.norm = nn.BatchNorm2d(CHANNELS)
        self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=dilation, dilation=dilation)
        self.shortcut = nn.Conv2d(CHANNELS, CHANNELS, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, image):
        features = self.second(F.relu(self.norm(self.first(image)), inplace=True))
        features += self.shortcut(image)
        return features


class Branches(nn.Module):
    """Concatenation of a wide and a narrow view."""

    def __init__(self, rng):
        super().__init__()
        reach = rng.choice([1, 2, 3])
        self.wide = nn.Conv2d(CHANNELS, CHANNELS // 2, 2 * reach + 1, padding=reach)
        self.narrow = nn.Conv2d(CHANNELS, CHANNELS // 2, 1)

    def forward(self, image):
        return torch.cat([self.wide(image), self.narrow(image)], 1)


class Called(nn.Module):
    """A function in place of a layer."""

    def __init__(self, rng):
        super().__init__()
        self.function = rng.choice(
            [
                lambda x: F.max_pool2d(x, 2),
                lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True),
                lambda x: F.avg_pool2d(x, (3, 2), 1),
                lambda x: F.conv2d(x, -torch.ones(CHANNELS, 1, 3, 1), padding=1, groups=CHANNELS),
                lambda x: F.pad(x, (0, 1, 2, 0)),
                lambda x: F.gelu(x),
            ]
        )

    def forward(self, image):
        return self.function(image)


class Larger(nn.Sequential):
    """A step that makes maps larger, and a convolution or an unshuffle behind it."""

    def __init__(self, rng):
        kernel, groups = rng.randint(2, 4), rng.choice([1, 2])
        step = rng.choice(
            [
                lambda: [nn.ConvTranspose2d(CHANNELS, CHANNELS, kernel, 2, 1, groups=groups)],
                lambda: [nn.ConvTranspose2d(CHANNELS, CHANNELS, kernel, (1, 2), dilation=2)],
                lambda: [nn.Conv2d(CHANNELS, 4 * CHANNELS, 3, padding=1), nn.PixelShuffle(2)],
                lambda: [nn.Upsample(scale_factor=rng.choice([2, 3, 1.5]))],
                lambda: [nn.Upsample(scale_factor=rng.choice([2, 3]), mode="bilinear")],
            ]
        )()
        last = rng.choice(
            [
                lambda: [nn.Conv2d(CHANNELS, CHANNELS, rng.randint(1, 3), rng.choice([1, 2]))],
                lambda: [nn.Upsample(scale_factor=2), nn.PixelUnshuffle(2),
                         nn.Conv2d(4 * CHANNELS, CHANNELS, 1)],
            ]
        )()  # fmt: skip
        super().__init__(*step, *last)


class Plain(nn.Sequential):
    """One convolution of any kind, normalised and activated."""

    def __init__(self, rng):
        kernel, dilation = (rng.randint(1, 5), rng.randint(1, 5)), rng.choice([1, 1, 2, 3])
        settings = {"stride": rng.choice([1, 1, 1, 2]), "dilation": dilation}
        settings |= {"padding": rng.randint(0, 2), "groups": rng.choice([1, 2, CHANNELS])}
        activation = rng.choice([nn.ReLU, nn.SiLU, nn.Hardswish, nn.Tanh, nn.Identity])
        layer = nn.Conv2d(CHANNELS, CHANNELS, kernel, **settings)
        super().__init__(layer, nn.BatchNorm2d(CHANNELS), activation())


def model(seed, kinds):
    rng = random.Random(seed)
    blocks = [rng.choice(kinds)(rng) for _ in range(rng.randint(2, 6))]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(CHANNELS, 3)]
    return nn.Sequential(nn.Conv2d(3, CHANNELS, 3, padding=1), *blocks, *head)


@pytest.mark.parametrize("seed", range(50))
@counts("networks")
def test_the_table_and_the_gradient_see_the_same_field(seed):
    network = model(seed, [Plain, Residual, Branches, Called])
    table, measured = analyse(network, 96), measure(network, 96)
    assert measured.receptive_field == table.receptive_field, f"seed {seed}:\n{network}\n{table}"
    assert 0 < measured.covered_share <= 1


@pytest.mark.parametrize("seed", range(50))
@counts("networks")
def test_so_they_do_behind_steps_that_make_maps_larger(seed):
    network = model(seed, [Plain, Residual, Called, Larger, Larger])
    table, measured = analyse(network, 48), measure(network, 48)
    assert measured.receptive_field == table.receptive_field, f"seed {seed}:\n{network}\n{table}"
