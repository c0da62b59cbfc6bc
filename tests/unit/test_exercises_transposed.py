"""What lesson 05's checks expect, held against torch."""

from itertools import product

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.exercises import transposed as check


@pytest.mark.parametrize("one", [check.stamp_and_sum, check.by_zeros], ids=lambda one: one.name)
def test_the_layers_expected_are_those_of_torch(one):
    result = one(
        lambda x, kernel, stride, padding: F.conv_transpose2d(
            x[None, None], kernel[None, None], stride=stride, padding=padding
        )[0, 0]
    )
    assert result.outcome == "right", result


@pytest.mark.parametrize("one", [check.stamp_and_sum, check.by_zeros], ids=lambda one: one.name)
def test_the_inputs_hide_nothing(one):
    for case, (x, kernel, _, padding) in one.inputs.items():
        assert x.shape[0] != x.shape[1], case
        assert not torch.equal(kernel, kernel.flip(0, 1)), case
        assert padding < min(kernel.shape), case
    rims = {(k.shape[0] - 1 - p, p) for _, k, _, p in one.inputs.values()}
    assert any(rim != padding for rim, padding in rims if padding), "k 3 with p 1 would hide it"
    assert {stride for _, _, stride, _ in one.inputs.values()} >= {1, 2, 3}


def test_the_output_padding_gives_back_the_size_in_torch():
    for (n, k, s, p), extra in zip(
        check.output_padding.inputs.values(), check.output_padding.expected, strict=True
    ):
        small = nn.Conv2d(1, 1, k, s, p)(torch.zeros(1, 1, n, n))
        assert nn.ConvTranspose2d(1, 1, k, s, p, extra)(small).shape[2:] == (n, n)


def test_the_formula_of_the_lesson_is_right_for_all_settings():
    for n, k, s, p in product(range(5, 12), (2, 3, 5), (1, 2, 3, 4), (0, 1)):
        small = F.conv1d(torch.zeros(1, 1, n), torch.ones(1, 1, k), stride=s, padding=p)
        extra = check.output_padding.reference(n, k, s, p)
        assert extra == (n + 2 * p - k) % s
        back = F.conv_transpose1d(small, torch.ones(1, 1, k), None, s, p, extra)
        assert back.shape[-1] == n, (n, k, s, p)


def test_the_most_to_the_fewest_stamps_is_four_to_one():
    ones = F.conv_transpose2d(torch.ones(1, 1, 9, 9), torch.ones(1, 1, 5, 5), stride=3)[0, 0]
    inner = ones[9:12, 9:12]
    assert check.overlap_ratio.solution == int(inner.max() / inner.min()) == 4
    assert {2, 2.25, 9} <= {answer for answer, _ in check.overlap_ratio.wrong_answers()}


def test_an_even_kernel_leaves_a_flat_image_flat_and_only_that_does():
    for (kernel, stride), even in zip(
        check.evened.inputs.values(), check.evened.expected, strict=True
    ):
        for weights, flat in ((even, True), (kernel, False)):
            out = F.conv_transpose2d(torch.ones(1, 1, 8, 8), weights[None, None], stride=stride)
            middle = out[0, 0, 3 * stride : 5 * stride, 3 * stride : 5 * stride]
            spread = float(middle.max() - middle.min())
            assert (spread < 1e-5) == (flat or stride == 1)
            assert not flat or torch.allclose(middle, torch.ones_like(middle))


def test_a_kernel_evened_in_place_is_told():
    def in_place(kernel, stride):
        for row in range(stride):
            for column in range(stride):
                kernel[row::stride, column::stride] /= kernel[row::stride, column::stride].sum()
        return kernel

    result = check.evened(in_place)
    assert result.outcome == "wrong"
    assert "changed `kernel` in place" in result.sentence
