"""The short training loop of the lessons; the assignment's own is ``training.loop``."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def fit(
    model: nn.Module,
    draw: Callable[[], tuple[Tensor, Tensor]],
    loss: Callable[[Tensor, Tensor], Tensor],
    steps: int,
    learning_rate: float = 0.01,
) -> list[float]:
    """Train a model for some steps, each on a batch (inputs, targets) that ``draw()`` returns.

    Returns the loss of every step. Taught in lesson 03.
    """
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    losses = []
    for _ in range(steps):
        inputs, targets = draw()
        error = loss(model(inputs), targets)  # how wrong is it?
        optimizer.zero_grad()
        error.backward()  # which way should each weight go?
        optimizer.step()  # a small step that way
        losses.append(error.item())
    return losses
