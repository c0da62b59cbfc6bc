"""``summary``: torchsummary's table, without its side effects (lesson 20)."""

import copy

import torch
import torchsummary
from torch import nn


def summary(model: nn.Module, size: tuple[int, ...] = (3, 32, 32)) -> None:
    """Print torchsummary's table of ``model`` for an input of ``size`` (C, H, W).

    torchsummary runs a random batch in the model's present mode: it would move BatchNorm's running
    statistics, use up random numbers, and stumble over a bare layer. This works on a copy, in eval
    mode, and puts the random state back; the model, its mode and its device stay as they were.
    """
    twin = copy.deepcopy(model).cpu().eval()
    if not list(twin.children()):
        twin = nn.Sequential(twin)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torchsummary.summary(twin, tuple(size), device="cpu")
