"""What lesson 04's checks expect, held against torch and numpy."""

from itertools import combinations_with_replacement, permutations

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.exercises import dilated as check


def reached(rates):
    """The places that three taps of 1 read, by numpy's convolution of spread kernels."""
    paths = np.ones(1)
    for rate in rates:
        spread = np.zeros(2 * rate + 1)
        spread[::rate] = 1
        paths = np.convolve(paths, spread)
    return paths


def test_a_transposed_convolution_with_a_single_weight_spreads_a_kernel():
    one = torch.ones(1, 1, 1, 1)
    result = check.dilate(
        lambda kernel, rate: nn.functional.conv_transpose2d(kernel[None, None], one, stride=rate)[
            0, 0
        ]
    )
    assert result.outcome == "right", result


def test_the_padding_keeps_the_size_in_torch():
    for (kernel_size, dilation), padding in zip(
        check.same_padding.inputs.values(), check.same_padding.expected, strict=True
    ):
        layer = nn.Conv2d(1, 1, kernel_size, padding=padding, dilation=dilation)
        assert layer(torch.zeros(1, 1, 40, 50)).shape == (1, 1, 40, 50)


def test_the_places_are_those_of_numpy():
    for (rates,), places in zip(check.places.inputs.values(), check.places.expected, strict=True):
        assert places == (np.flatnonzero(reached(rates)) - sum(rates)).tolist()


def test_any_three_rates_without_a_hole_are_accepted_and_no_others():
    for rates in combinations_with_replacement(range(1, 12), 3):
        line = reached(rates)
        right = bool(line.all()) and len(line) >= 17
        assert (check.full_rates(list(rates)).outcome == "right") == right, rates
        assert (check.largest_rates(rates).outcome == "right") == (right and len(line) == 27), rates


def test_the_widest_are_1_3_9_in_any_order():
    assert check.largest_rates.solution == [1, 3, 9]
    for rates in permutations((1, 3, 9)):
        assert check.largest_rates(rates).outcome == "right"


@pytest.mark.parametrize("answer", [[1, 2], [1, 2, 5, 1], [1, 2, 5.0], [0, 1, 8], 7, "1, 2, 5"])
def test_what_is_not_three_rates_is_refused_in_words(answer):
    result = check.full_rates(answer)
    assert result.outcome == "wrong"
    assert "three" in dict(result.rows)["expected"]


def test_the_causal_stack_sees_1024_moments_by_gradient():
    x = torch.zeros(1, 1, 1100, requires_grad=True)
    row = x
    for rate in (2**number for number in range(10)):
        row = nn.functional.conv1d(nn.functional.pad(row, (rate, 0)), torch.ones(1, 1, 2),
                                   dilation=rate)  # fmt: skip
    row[..., -1].backward()
    assert int((x.grad != 0).sum()) == check.causal_field.solution == 1024
