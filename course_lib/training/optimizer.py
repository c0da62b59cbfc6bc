"""The optimiser, its schedule, and the running average of the weights: torch's own, set up."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel

from course_lib.training.recipe import Recipe


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    """Return SGD with Nesterov momentum; weight decay on convolutions and linear weights only.

    Decaying a bias or BatchNorm's scale pulls it to zero without making the network simpler.
    """
    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.SGD(groups, lr=recipe.peak_lr, momentum=recipe.momentum, nesterov=True)


def make_schedule(optimizer: torch.optim.Optimizer, recipe: Recipe, steps: int) -> OneCycleLR:
    """Return one linear rise and one linear fall that end exactly with the run (Smith and Topin,
    arXiv 1708.07120)."""
    total = recipe.epochs * steps + 1  # torch steps once more after the last batch
    return OneCycleLR(
        optimizer,
        max_lr=recipe.peak_lr,
        total_steps=total,
        # a rise of a single step is a division by zero in torch
        pct_start=float(max(recipe.warmup, 2 / total) if recipe.warmup else 0),
        anneal_strategy="linear",
        div_factor=25,
        final_div_factor=1000,
        cycle_momentum=False,
    )


def _warm_average(decay: float) -> Callable[[list[Tensor], list[Tensor], Tensor], None]:
    """Return an averaging step whose decay grows with the steps, so that a short run works too."""

    @torch.no_grad()
    def update(averages: list[Tensor], currents: list[Tensor], count: Tensor) -> None:
        steps = int(count)
        weight = 1 - min(decay, (1 + steps) / (10 + steps))
        if averages[0].is_floating_point():  # torch groups the tensors by type
            torch._foreach_lerp_(averages, currents, weight)
        else:
            torch._foreach_copy_(averages, currents)

    return update


def make_average(model: nn.Module, recipe: Recipe) -> AveragedModel:
    """Return the exponential moving average of the model, BatchNorm's buffers included.

    An average that forgets the buffers keeps the statistics of other weights, and fails.
    """
    return AveragedModel(model, multi_avg_fn=_warm_average(recipe.ema), use_buffers=True)
