"""The extra points are for full resolution: no layer of any kind may change it."""

import pytest
import torch
from torch import nn

from course_lib.assignment import check
from course_lib.models.session9_dilated import Session9DilatedNet


class Behind(nn.Module):
    """The dilated network behind another layer."""

    def __init__(self, first: nn.Module) -> None:
        super().__init__()
        self.first = first
        self.network = Session9DilatedNet()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(self.first(x))


def stride_rule(first: nn.Module):
    blocks = [f"network.c{number}" for number in (1, 2, 3, 4)]
    report = check(Behind(first), rules="session9-dilated", blocks=blocks)
    return report["stride"]


@pytest.mark.parametrize(
    "first",
    [
        nn.Conv2d(3, 3, 2, stride=2),
        nn.AvgPool2d(2),
        nn.Upsample(scale_factor=2),
        nn.Upsample(size=(16, 16)),
        nn.ConvTranspose2d(3, 3, 2, stride=2),
        nn.Sequential(nn.PixelUnshuffle(2), nn.PixelShuffle(2)),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_that_changes_the_resolution_is_named(first):
    row = stride_rule(first)
    assert row.state == "failed", row
    assert "first" in row.found


@pytest.mark.parametrize("first", [nn.Identity(), nn.Upsample(size=(32, 32)), nn.Conv2d(3, 3, 1)])
def test_a_layer_that_keeps_it_is_not(first):
    assert stride_rule(first).state == "passed"


def test_a_map_that_only_lacks_padding_keeps_it_and_nothing_is_said_of_its_size():
    row = stride_rule(nn.Conv2d(3, 3, 7))  # 26x26
    assert (row.state, row.found) == ("passed", "no stride, no resizing")
