"""What lesson 04's checks expect, held against torch and numpy."""

from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.exercises import dilated as check


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """A ledger of its own, and a question that nobody has answered in this process."""
    monkeypatch.setenv("COURSE_LEDGER", str(tmp_path / "predictions.json"))
    monkeypatch.setattr("course_lib.exercises.predictions._answered", set())
    return tmp_path / "predictions.json"


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


@pytest.mark.parametrize("answer", [
    (1, 2, 5), [5, 2, 1], {1, 2, 5}, np.array([1, 2, 5]), torch.tensor([1, 2, 5]),
    [np.int64(1), 2, torch.tensor(5)],
])  # fmt: skip
def test_rates_may_come_in_any_order_and_as_any_list_of_whole_numbers(answer):
    assert check.full_rates(answer).outcome == "right"


@pytest.mark.parametrize(
    "answer",
    [[1, 2], [1, 2, 5, 1], [1, 2, 5.0], [0, 1, 8], [1, 2, 1000], [True, 2, 5], 7, "1, 2, 5",
     np.array([[1, 2, 5]]), np.array([1.0, 2.0, 5.0]), torch.tensor(7)],
)  # fmt: skip
def test_what_is_not_three_rates_is_refused_in_words(answer):
    result = check.full_rates(answer)
    assert result.outcome == "wrong"
    assert "three" in dict(result.rows)["expected"]


def test_the_holes_of_rates_1_2_9_are_those_of_numpy():
    line = reached([1, 2, 9])
    assert check.copy_holes.solution == [d for d in range(9) if not line[len(line) // 2 + d]]


@pytest.mark.parametrize("answer", [[4, 5], (5, 4), {4, 5}, np.array([4, 5])])
def test_distances_may_come_in_any_order(answer, ledger):
    assert check.copy_holes(answer, "sure").outcome == "right"


@pytest.mark.parametrize("answer", [4, "4, 5", [4.0, 5.0], ["4", "5"]])
def test_a_slip_of_the_pen_is_no_prediction(answer, ledger):
    assert check.copy_holes(answer, "sure").outcome == "not attempted"
    assert not ledger.exists()


@pytest.mark.parametrize("answer", [[], [4], [4, 5, 6], [6, 7, 8], [*range(9)]])
def test_other_distances_are_wrong(answer, ledger):
    result = check.copy_holes(answer, "sure")
    assert result.outcome == "wrong"
    assert dict(result.rows)["it is"] == "[4, 5]"
    assert ledger.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda kernel, rate: nn.functional.pad(kernel, (rate - 1,) * 4), "around"),
        (lambda kernel, rate: spread_once(kernel, rate, 1), "columns are not"),
        (lambda kernel, rate: spread_once(kernel, 1, rate), "rows are not"),
    ],
)
def test_zeros_in_the_wrong_place_are_told_by_where_they_are(wrong, words):
    assert words in check.dilate(wrong).cause


def spread_once(kernel, down, across):
    one = torch.ones(1, 1, 1, 1)
    return nn.functional.conv_transpose2d(kernel[None, None], one, stride=(down, across))[0, 0]


def test_a_wrong_list_of_places_is_told_by_what_is_wrong_with_it():
    def sums(rates):
        return [sum(steps) for steps in product(*[(-rate, 0, rate) for rate in rates])]

    for wrong, words in [
        (lambda rates: sorted(sums(rates)), "once for each path"),
        (lambda rates: sorted({abs(place) for place in sums(rates)}), "to the left are missing"),
        (lambda rates: set(sums(rates)), "not in order"),
    ]:
        assert words in check.places(wrong).cause


def test_the_causal_stack_sees_1024_moments_by_gradient():
    x = torch.zeros(1, 1, 1100, requires_grad=True)
    row = x
    for rate in (2**number for number in range(10)):
        row = nn.functional.conv1d(nn.functional.pad(row, (rate, 0)), torch.ones(1, 1, 2),
                                   dilation=rate)  # fmt: skip
    row[..., -1].backward()
    assert int((x.grad != 0).sum()) == check.causal_field.solution == 1024
