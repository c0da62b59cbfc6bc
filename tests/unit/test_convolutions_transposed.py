"""The two transposed convolutions written to be read agree with PyTorch's own."""

import pytest
import torch
from torch.nn import functional as F

from course_lib.convolutions import transposed_by_stamps, transposed_by_zeros

SEED = 17
# kernel height and width, stride, padding
SETTINGS = [(3, 3, 1, 0), (3, 3, 2, 1), (4, 4, 2, 1), (2, 3, 3, 0), (5, 4, 3, 2), (1, 1, 2, 0)]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(SEED)


@pytest.mark.parametrize("ours", [transposed_by_stamps, transposed_by_zeros])
@pytest.mark.parametrize(("kh", "kw", "stride", "padding"), SETTINGS)
def test_stamps_and_zeros_are_the_transposed_convolution(ours, kh, kw, stride, padding):
    x, weight = torch.randn(2, 3, 4, 6), torch.randn(3, 5, kh, kw)
    torch.testing.assert_close(
        ours(x, weight, stride, padding),
        F.conv_transpose2d(x, weight, stride=stride, padding=padding),
    )


@pytest.mark.parametrize(("kh", "kw", "stride", "padding"), SETTINGS)
def test_it_is_the_gradient_of_the_convolution_with_the_same_weight(kh, kw, stride, padding):
    gradient, weight = torch.randn(2, 3, 4, 6), torch.randn(3, 5, kh, kw)
    back = transposed_by_stamps(gradient, weight, stride, padding)
    images = torch.zeros_like(back, requires_grad=True)
    F.conv2d(images, weight, stride=stride, padding=padding).backward(gradient)
    torch.testing.assert_close(images.grad, back)
