"""Batches of scenes are the drawn scenes, as a network takes them."""

import numpy as np
import torch

from course_lib.data.scenes import scenes
from course_lib.scene import draw_scene


def test_a_batch_holds_the_scenes_that_the_generator_draws_next():
    images, classes = scenes(np.random.default_rng(3), 2, side=32)
    assert images.shape == (2, 3, 32, 32)
    assert images.dtype == torch.float32
    assert classes.shape == (2, 32, 32)
    assert classes.dtype == torch.int64
    random = np.random.default_rng(3)
    for image, labels in zip(images, classes, strict=True):
        drawn = draw_scene(random, 32, 32)
        assert np.array_equal(((image + 0.5) * 255).round().permute(1, 2, 0), drawn.image)
        assert np.array_equal(labels, drawn.semantic)
    assert -0.5 <= float(images.min()) < float(images.max()) <= 0.5
