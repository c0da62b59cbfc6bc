"""The copy task: targets are the bits further right, and what is not seen is not learnt."""

import pytest
import torch
from torch import nn

from course_lib.data.copy_task import CopyTask
from course_lib.training.fit import fit


def test_each_target_is_the_row_moved_by_its_distance():
    task = CopyTask(range(0, 9, 4), length=20, batch=3)
    inputs, targets = task.draw()
    assert inputs.shape == (3, 1, 20)
    assert targets.shape == (3, 3, 20)
    assert set(inputs.unique().tolist()) == {-1, 1}
    bits = (inputs[:, 0] + 1) / 2
    for number, distance in enumerate((0, 4, 8)):
        assert torch.equal(targets[:, number, : 20 - distance], bits[:, distance:])
        assert not targets[:, number, 20 - distance :].any()


def test_the_same_seed_draws_the_same_bits_and_then_others():
    first, second = CopyTask(range(3), seed=5), CopyTask(range(3), seed=5)
    one, two = first.draw()[0], first.draw()[0]
    assert torch.equal(one, second.draw()[0])
    assert not torch.equal(one, two)
    assert not torch.equal(one, CopyTask(range(3), seed=6).draw()[0])


def test_a_network_that_knows_is_always_right_and_one_that_does_not_half_of_the_time():
    class Knows(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([x, x.roll(-2, dims=2), x.roll(1, dims=2)], 1)

    accuracy = CopyTask(range(0, 5, 2), seed=1).accuracy(Knows())
    assert accuracy[:2] == [1, 1]
    assert accuracy[2] == pytest.approx(0.5, abs=0.03)


def test_a_layer_of_three_taps_learns_distance_1_and_not_2():
    torch.manual_seed(0)
    task = CopyTask(range(3), batch=32)
    model = nn.Conv1d(1, 3, 3, padding=1)
    losses = fit(model, task.draw, nn.functional.binary_cross_entropy_with_logits, 150, 0.05)
    near, next_to, beyond = task.accuracy(model)
    assert near == next_to == 1
    assert beyond == pytest.approx(0.5, abs=0.05)
    assert len(losses) == 150
    assert losses[-1] < losses[0]
