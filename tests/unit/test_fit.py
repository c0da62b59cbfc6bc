"""The training loop of the lessons: a batch a step, a loss a step, and steps of Adam's size."""

import torch
from torch import nn

from course_lib.training.fit import fit

mean_square = nn.functional.mse_loss


def points():
    """Points on the line y = 3x - 2."""
    x = torch.linspace(-1, 1, 8)[:, None]
    return x, 3 * x - 2


def test_a_line_is_found():
    torch.manual_seed(0)
    line = nn.Linear(1, 1)
    losses = fit(line, points, mean_square, steps=400, learning_rate=0.1)
    torch.testing.assert_close(line.weight.item(), 3.0, atol=1e-3, rtol=0)
    torch.testing.assert_close(line.bias.item(), -2.0, atol=1e-3, rtol=0)
    assert losses[-1] < 1e-6 < losses[0]


def test_each_step_draws_a_batch_and_returns_the_loss_before_it():
    torch.manual_seed(0)
    line, drawn = nn.Linear(1, 1), []

    def draw():
        drawn.append(points())
        return drawn[-1]

    untrained = mean_square(line(points()[0]), points()[1]).item()
    losses = fit(line, draw, mean_square, steps=3)
    assert len(losses) == len(drawn) == 3
    assert losses[0] == untrained


def test_the_first_step_moves_each_weight_by_the_learning_rate():
    """So it is with Adam (Kingma, Ba, arXiv 1412.6980, section 2.1), however large the gradient."""
    torch.manual_seed(0)
    for rate in (0.01, 0.3):
        line = nn.Linear(1, 1)
        before = [p.detach().clone() for p in line.parameters()]
        fit(line, points, mean_square, 1, *([] if rate == 0.01 else [rate]))
        for old, new in zip(before, line.parameters(), strict=True):
            torch.testing.assert_close((new - old).abs(), torch.full_like(old, rate))


def test_gradients_do_not_pile_up_over_the_steps():
    """With a loss that is linear in the weight the gradient stays as it is, 1, after any step."""
    weight = nn.Linear(1, 1, bias=False)
    one = torch.ones(1, 1)
    fit(weight, lambda: (one, one), lambda found, _: found.sum(), steps=5)
    assert weight.weight.grad.item() == 1
