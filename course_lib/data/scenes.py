"""Batches of drawn scenes with the class of each pixel, for lessons on dense prediction."""

import numpy as np
import torch
from torch import Tensor

from course_lib.scene import draw_scene


def scenes(random: np.random.Generator, count: int, side: int = 48) -> tuple[Tensor, Tensor]:
    """Draw new scenes: pictures (N, 3, side, side) in [-0.5, 0.5], classes (N, side, side)."""
    drawn = [draw_scene(random, side, side) for _ in range(count)]
    images = torch.from_numpy(np.stack([one.image for one in drawn]))
    classes = torch.from_numpy(np.stack([one.semantic for one in drawn]))
    return images.permute(0, 3, 1, 2) / 255 - 0.5, classes
