"""What lesson 08's checks expect, held against torch and the published numbers."""

import pytest
import torch
from torch import nn

from course_lib.exercises import grouped as check


def wrong(exercise):
    return [answer for answer, _ in exercise.wrong_answers()]


def test_the_grouped_convolution_is_that_of_torchs_layer():
    for (x, weight, groups), expected in zip(
        check.grouped_convolution.inputs.values(), check.grouped_convolution.expected, strict=True
    ):
        layer = nn.Conv2d(x.shape[1], len(weight), weight.shape[2:], groups=groups, bias=False)
        layer.weight.data = weight
        torch.testing.assert_close(layer(x).detach(), expected)


def test_a_block_diagonal_weight_is_accepted_too():
    def dense(x, weight, groups):
        inputs, outputs = x.shape[1] // groups, len(weight) // groups
        full = weight.new_zeros(len(weight), x.shape[1], *weight.shape[2:])
        for row in range(len(weight)):
            first = row // outputs * inputs
            full[row, first : first + inputs] = weight[row]
        return nn.functional.conv2d(x, full)

    assert check.grouped_convolution(dense).outcome == "right"


def test_the_inputs_tell_channels_batches_and_sides_apart():
    several = 0
    for x, weight, groups in check.grouped_convolution.inputs.values():
        assert x.shape[2] != x.shape[3]
        assert len(x) == 2
        assert len(weight) != x.shape[1]
        several += groups > 1
    assert several >= 3
    shuffles = [(x.shape[1], groups) for x, groups in check.channel_shuffle.inputs.values()]
    assert all(c != groups * groups for c, groups in shuffles), "such a shuffle is its own inverse"


def test_the_shapes_are_those_of_torch():
    assert check.weight_shapes.solution == {
        name: tuple(eval(f"nn.{name}", {"nn": nn}).weight.shape)
        for name in check.weight_shapes.solution
    }
    answers = [value for answer in wrong(check.weight_shapes) for value in answer.values()]
    assert {(4, 8, 3, 3), (4, 2, 3, 3), (16, 2, 4, 4)} <= set(answers)


def test_a_torch_size_and_a_list_pass_for_a_shape():
    right = {name: list(shape) for name, shape in check.weight_shapes.solution.items()}
    assert check.weight_shapes(right).outcome == "right"
    right = {name: torch.Size(shape) for name, shape in check.weight_shapes.solution.items()}
    assert check.weight_shapes(right).outcome == "right"


def test_the_shuffle_is_that_of_torchs_layer():
    assert check.channel_shuffle(lambda x, groups: nn.ChannelShuffle(groups)(x)).outcome == "right"


def test_a_resnext_block_has_70144_weights_and_the_tempting_numbers_are_refused():
    layers = nn.Sequential(
        nn.Conv2d(256, 128, 1, bias=False),
        nn.Conv2d(128, 128, 3, groups=32, bias=False),
        nn.Conv2d(128, 256, 1, bias=False),
    )
    assert check.resnext_weights.solution == sum(p.numel() for p in layers.parameters()) == 70_144
    answers = {answer() for answer in [m.wrong for m in check.resnext_weights.mistakes]}
    assert {212_992, 69_632, 65_536} <= answers


@torch.no_grad()
@pytest.mark.parametrize("case", check.moved.inputs.values(), ids=str)
def test_a_nudge_moves_as_many_channels_as_in_torch(case):
    channels, groups = case
    first, second = (nn.Conv2d(channels, channels, 1, groups=groups) for _ in range(2))
    net = nn.Sequential(first, nn.ChannelShuffle(groups), second)
    for weight in net.parameters():
        weight.fill_(1)
    x = torch.zeros(1, channels, 1, 1)
    nudged = x.clone()
    nudged[:, 0] = 1
    moved = int((net(x) != net(nudged)).sum())
    assert check.moved.reference(channels, groups) == moved
