"""What lesson 07's checks expect, held against torch and numpy; the prediction that time judges."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.exercises import separable as check
from course_lib.exercises.ledger import entries


@pytest.fixture(autouse=True)
def _ledger_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LEDGER", str(tmp_path / "predictions.json"))


def pair(*between, padding=1, **settings):
    look = nn.Conv2d(16, 16, 3, padding=padding, groups=16, bias=False, **settings)
    return nn.Sequential(look, *between, nn.Conv2d(16, 32, 1, bias=False))


def test_the_solution_has_656_weights():
    assert sum(p.numel() for p in check.build.solution.parameters()) == 656


@pytest.mark.parametrize(
    "layer",
    [pair(), pair(nn.ReLU()), pair(padding="same"), pair(padding_mode="reflect"),
     pair(padding=2, dilation=2)],
)  # fmt: skip
def test_pairs_of_other_kinds_are_right_too(layer):
    assert check.build(layer).outcome == "right"


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (pair(padding=0), "padding=1"),
        (nn.Sequential(nn.Conv2d(16, 16, 3, groups=16, bias=False),
                       nn.Conv2d(16, 32, 1, padding=1, bias=False)), "a border of zeros"),
        (pair(stride=2), "shape (64, 32, 3, 4)"),
        (nn.Conv2d(16, 32, 3, padding=1, bias=False), "normal layer"),
        (nn.Sequential(nn.Conv2d(16, 16, 3, padding=1, bias=False),
                       nn.Conv2d(16, 32, 1, bias=False)), "groups=16"),
        (nn.Conv2d(3, 32, 3), "expected input"),
        (nn.Conv2d, "class"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_layer_is_said(layer, words):
    result = check.build(layer)
    assert result.outcome == "wrong"
    assert words in repr(result).replace("\n", " "), result


class Padded(nn.Module):
    """656 parameters, of which some do nothing: right by number alone."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(16, 32, 1, bias=False)
        self.idle = nn.Parameter(torch.zeros(144))

    def forward(self, x):
        return self.mix(x)


def test_the_right_number_of_weights_is_not_enough():
    result = check.build(Padded())
    assert result.outcome == "wrong"
    assert "16 channels and 1 pixels" in repr(result)


def test_the_layer_that_is_handed_in_is_not_touched():
    layer = pair(nn.BatchNorm2d(16))
    before = layer[1].running_mean.clone()
    check.build(layer)
    assert torch.equal(layer[1].running_mean, before)
    assert layer.training
    assert all(parameter.grad is None for parameter in layer.parameters())


def test_the_ratios_are_those_of_torchs_layers():
    for (inputs, outputs, k), ratio in zip(
        check.ratio.inputs.values(), check.ratio.expected, strict=True
    ):
        weights = [nn.Conv2d(inputs, inputs, k, groups=inputs).weight.numel(),
                   nn.Conv2d(inputs, outputs, 1).weight.numel()]  # fmt: skip
        assert ratio == pytest.approx(sum(weights) / nn.Conv2d(inputs, outputs, k).weight.numel())
    assert check.ratio(lambda i, o, k: 1 / o + 1 / k**2).outcome == "right"


def test_kernels_are_separated_where_numpy_finds_rank_1():
    for (kernel,), factors in zip(
        check.separate.inputs.values(), check.separate.expected, strict=True
    ):
        exact = kernel.double().numpy()
        singular = np.linalg.svd(exact, compute_uv=False)
        assert (factors is not None) == bool(singular[1] < 1e-6 * singular[0])
        if factors:
            product = np.outer(factors["column"], factors["row"])
            np.testing.assert_allclose(product, exact, rtol=1e-5, atol=1e-6)


def by_pivot(kernel):
    """Without an SVD: the row and the column of the largest weight."""
    i, j = divmod(int(kernel.abs().argmax()), kernel.shape[1])
    column, row = kernel[:, j], kernel[i] / kernel[i, j]
    near = torch.allclose(torch.outer(column, row), kernel, rtol=1e-4, atol=0)
    return {"column": column, "row": row} if near else None


@pytest.mark.parametrize("scale", [1, -1, 1000, 1e-3])
def test_factors_of_any_scale_and_from_any_method_are_right(scale):
    def scaled(kernel):
        found = by_pivot(kernel)
        return found and {"column": found["column"] * scale, "row": found["row"] / scale}

    assert check.separate(scaled).outcome == "right"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda column, row: {"column": column, "row": row + 1e-2},
        lambda column, row: {"column": column * 1.01, "row": row},
        lambda column, row: {"column": -column, "row": row},
        lambda column, row: {"column": column[:, None], "row": row},
        lambda column, row: {"column": 0 * column, "row": row},
        lambda column, row: {"column": column, "row": 0 * row},
        lambda column, row: {"column": column, "row": "row"},
        lambda column, row: {"column": column},
        lambda column, row: (column, row),
        lambda column, row: torch.outer(column, row),
    ],
)
def test_spoiled_factors_are_refused(spoil):
    assert check.separate(lambda kernel: (f := by_pivot(kernel)) and spoil(**f)).outcome == "wrong"


def test_an_absolute_threshold_is_caught_by_small_numbers():
    def separate(kernel):
        columns, values, rows = torch.linalg.svd(kernel)
        if values[1] > 1e-3:
            return None
        return {"column": values[0] * columns[:, 0], "row": rows[0]}

    assert check.separate(separate).outcome == "wrong"


def test_a_layer_is_depthwise_where_a_channel_alone_moves_neighbours_of_its_own_outputs():
    """By gradient: no output reads two channels, and each reads more than one pixel."""
    for (layer,), expected in zip(
        check.is_depthwise.inputs.values(), check.is_depthwise.expected, strict=True
    ):
        alone = several = True
        for output in range(layer.out_channels):
            x = torch.zeros(1, layer.in_channels, 9, 9, requires_grad=True)
            layer(x)[0, output, 1, 1].backward()
            read = x.grad[0] != 0
            alone &= int(read.any(2).any(1).sum()) == 1
            several &= int(read.any(0).sum()) > 1
        assert expected == (alone and several), layer


def test_the_inverted_residual_is_torchvisions():
    from torchvision.models.mobilenetv2 import InvertedResidual

    layers = [m for m in InvertedResidual(24, 24, 1, 6).modules() if isinstance(m, nn.Conv2d)]
    expected = [layer.weight.numel() for layer in layers]
    assert list(check.inverted_residual.solution.values()) == expected == [3456, 1296, 3456]


def test_a_guess_of_the_speed_is_kept_and_counts_within_a_factor():
    assert check.times_faster(4, 5.0, "think").outcome == "right"
    assert check.times_faster(8, 5.0, "sure").outcome == "wrong"
    assert check.times_faster(3, 5.0, "guess").outcome == "wrong"
    assert [(e.answer, e.right, e.confidence) for e in entries()] == [
        (4, True, "think"), (8, False, "sure"), (3, False, "guess")
    ]  # fmt: skip
    assert {e.question for e in entries()} == {"separable/times faster on your machine"}


@pytest.mark.parametrize(
    "given",
    [(), ("4",), (4,), (0, "sure"), (4, "very"), (float("nan"), "sure"), (float("inf"), "sure")],
)
def test_without_a_number_and_a_confidence_nothing_is_said_or_kept(given):
    guess, confidence, *_ = (*given, ..., ...)
    result = check.times_faster(guess, 5.0, confidence)
    assert result.outcome == "not attempted"
    assert "5.0" not in repr(result), "what was measured is not given away"
    assert entries() == ()
