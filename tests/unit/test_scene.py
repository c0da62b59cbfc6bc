"""The drawn scene: its targets agree with each other and with what is painted."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.scene import CLASSES, HOUSE, LAKE, MEADOW, SKY, THINGS, TREE, draw_scene

SEEDS = range(12)


@pytest.fixture(params=SEEDS)
def scene(request):
    return draw_scene(np.random.default_rng(request.param), 48, 60)


def test_the_lake_has_exactly_the_colour_of_the_sky_and_no_other_class_has(scene):
    colours = {
        kind: {tuple(pixel) for pixel in scene.image[scene.semantic == kind].tolist()}
        for kind in range(len(CLASSES))
    }
    assert len(colours[SKY]) == 1
    assert colours[SKY] == colours[LAKE]
    assert not colours[SKY] & (colours[MEADOW] | colours[HOUSE] | colours[TREE])


def test_instances_are_the_things_and_each_is_of_one_class(scene):
    assert np.array_equal(scene.instance > 0, np.isin(scene.semantic, THINGS))
    for number in np.unique(scene.instance[scene.instance > 0]):
        assert len(np.unique(scene.semantic[scene.instance == number])) == 1
        assert len(np.unique(scene.depth[scene.instance == number])) == 1


def test_panoptic_tells_both_the_class_and_the_thing(scene):
    stuff = scene.panoptic < len(CLASSES)
    assert np.array_equal(scene.panoptic[stuff], scene.semantic[stuff])
    assert np.array_equal(scene.panoptic[~stuff] - len(CLASSES) + 1, scene.instance[~stuff])


def test_what_covers_another_thing_is_nearer(scene):
    depths = [scene.depth[scene.instance == n].max() for n in np.unique(scene.instance) if n]
    assert depths == sorted(depths, reverse=True)
    assert scene.depth[scene.semantic == SKY].min() > scene.depth[scene.semantic != SKY].max()


def test_edges_are_where_neighbours_differ(scene):
    objects = scene.panoptic
    for row, column in np.ndindex(objects.shape):
        pairs = [(row, column + 1), (row + 1, column)]
        inside = [p for p in pairs if p[0] < objects.shape[0] and p[1] < objects.shape[1]]
        differs = any(objects[p] != objects[row, column] for p in inside)
        assert scene.edges[row, column] == differs


def test_keypoints_stand_on_the_highest_pixel_of_each_thing(scene):
    spots = scene.keypoints(1.5)
    assert spots.max() <= 1
    for number, (row, column) in enumerate(scene.tops, start=1):
        rows = np.argwhere(scene.instance == number)[:, 0]
        if len(rows) and row >= 0 and 0 <= column < 60:
            assert spots[int(row), int(column)] > 0.8
            assert rows.min() >= row - 1  # nearer things may cover the top


def test_small_is_the_mean_of_blocks_as_torch_pools(scene):
    image = torch.from_numpy(scene.image).permute(2, 0, 1)[None].double()
    pooled = nn.functional.avg_pool2d(image, 6)[0].permute(1, 2, 0).round()
    assert np.array_equal(scene.small(6), pooled.numpy())
    with pytest.raises(ValueError, match="factor of 7 does not divide 48x60"):
        scene.small(7)


def test_the_mosaic_keeps_one_colour_a_pixel_and_green_on_half_of_them(scene):
    mosaic = scene.mosaic()
    assert ((mosaic > 0).sum(axis=2) == 1).all()
    assert ((mosaic > 0).sum(axis=(0, 1)) == [48 * 60 / 4, 48 * 60 / 2, 48 * 60 / 4]).all()
    assert np.array_equal(mosaic.max(axis=2), (mosaic * (mosaic > 0)).sum(axis=2))
    assert (mosaic[mosaic > 0] == scene.image[mosaic > 0]).all()


def test_noise_has_the_strength_that_was_asked_for():
    scene = draw_scene(np.random.default_rng(0), 96, 96)
    noise = scene.noisy(10, np.random.default_rng(1)).astype(float) - scene.image
    assert noise[scene.semantic == MEADOW].std() == pytest.approx(10, rel=0.1)


def test_the_same_state_draws_the_same_scene_and_the_next_another():
    random, again = np.random.default_rng(5), np.random.default_rng(5)
    first = draw_scene(random)
    assert np.array_equal(first.image, draw_scene(again).image)
    assert not np.array_equal(first.image, draw_scene(random).image)
