"""What a layer moves is what torch's tensors hold."""

import random

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.geometry import Convolution, GeometryError, Pooling, intensity, numbers_moved

SEED = 31


def test_numbers_moved_and_macs_for_each_are_those_of_torchs_layers():
    draw = random.Random(SEED)
    for _ in range(30):
        groups = draw.choice((1, 2, 4))
        settings = (groups * draw.randint(1, 5), groups * draw.randint(1, 5), draw.randint(1, 3),
                    draw.randint(1, 2), draw.randint(0, 2), draw.randint(1, 2), groups)  # fmt: skip
        layer = nn.Conv2d(*settings, bias=False)
        x = torch.zeros(1, settings[0], draw.randint(5, 9), draw.randint(5, 9))
        with FlopCounterMode(display=False) as counter:
            out = layer(x)
        ours = Convolution(*settings, bias=False)
        moved = x.numel() + layer.weight.numel() + out.numel()
        assert numbers_moved(ours, tuple(x.shape[1:])) == moved, (SEED, settings)
        macs = counter.get_total_flops() / 2
        assert float(intensity(ours, tuple(x.shape[1:]))) == pytest.approx(macs / moved)


def test_a_layer_without_weights_moves_its_maps():
    assert numbers_moved(Pooling(2), (3, 8, 6)) == 3 * 8 * 6 + 3 * 4 * 3
    assert intensity(Pooling(2), (3, 8, 6)) == 0


def test_what_cannot_be_is_refused():
    with pytest.raises(GeometryError, match="Kernel size"):
        numbers_moved(Convolution(1, 1, 5), (1, 3, 3))
