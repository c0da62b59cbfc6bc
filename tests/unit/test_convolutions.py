"""The convolutions written to be read agree with PyTorch's own."""

import pytest
import torch
from torch import nn

from course_lib.convolutions import causal_convolution, dilate, dilated_by_phases

SEED = 11


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(SEED)


@pytest.mark.parametrize("rate", [1, 2, 3, 5])
def test_an_ordinary_convolution_with_the_spread_kernel_is_the_dilated_one(rate):
    x, weight = torch.randn(2, 3, 17, 22), torch.randn(4, 3, 3, 4)
    spread = dilate(weight, rate)
    assert spread.shape == (4, 3, 2 * rate + 1, 3 * rate + 1)
    assert int((spread != 0).sum()) == weight.numel()
    torch.testing.assert_close(
        nn.functional.conv2d(x, spread), nn.functional.conv2d(x, weight, dilation=rate)
    )


def test_a_spread_3x3_is_a_5x5_with_16_holes():
    spread = dilate(torch.ones(3, 3), 2)
    assert spread.shape == (5, 5)
    assert int((spread == 0).sum()) == 16


@pytest.mark.parametrize(("rate", "side"), [(1, 3), (2, 3), (3, 5), (4, 3)])
def test_interleaved_pictures_convolved_apart_are_the_dilated_convolution(rate, side):
    x, weight = torch.randn(2, 3, 19, 26), torch.randn(5, 3, side, side)
    torch.testing.assert_close(
        dilated_by_phases(x, weight, rate),
        nn.functional.conv2d(x, weight, padding=rate * (side - 1) // 2, dilation=rate),
    )


@pytest.mark.parametrize(("rate", "taps"), [(1, 2), (4, 2), (3, 3)])
def test_a_causal_convolution_is_padded_on_the_left_and_reads_nothing_to_come(rate, taps):
    x, weight = torch.randn(2, 3, 30, requires_grad=True), torch.randn(4, 3, taps)
    out = causal_convolution(x, weight, rate)
    past = rate * (taps - 1)
    both = nn.functional.conv1d(x, weight, padding=past, dilation=rate)
    torch.testing.assert_close(out, both[..., : x.shape[-1]])
    out[0, :, 20].sum().backward()
    read = x.grad[0].abs().sum(0).nonzero().flatten().tolist()
    assert read == [20 - rate * back for back in range(taps)][::-1]
