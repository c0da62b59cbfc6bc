"""The device's transforms: albumentations' results for equal parameters, and its distributions."""

import warnings

import albumentations as A
import cv2
import numpy as np
import pytest
import torch
from scipy.stats import binomtest, ks_2samp

from course_lib.data.augmentation import CHUNK, HOLE, assignment_augmentation
from course_lib.data.device_augmentation import DeviceAugmentation, Flip, Hole, ShiftScaleRotate
from course_lib.data.feeding import AugmentedChunks, make_feeder

MEAN = (0.4914, 0.4822, 0.4465)
SIZE = (32, 32)
# Grey levels by which a pixel may differ, and the share of values that may. OpenCV 4 rounds the
# place where it looks to 1/32 pixel; OpenCV 5 does not.
EXACT = int(cv2.__version__.split(".")[0]) >= 5
LEVELS, SHARE = (1, 0.001) if EXACT else (8, 1)
DRAWS = 4000
UNLIKELY = 1e-4  # a test with a fixed seed that fails at this level has found something


def noise(count: int, size: tuple[int, int] = SIZE, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, *size, 3), dtype=np.uint8)


def pipeline(**p: float) -> A.Compose:
    return assignment_augmentation(MEAN, **{"flip": 1, "affine": 1, "hole": 1, **p})


def theirs_at(size: tuple[int, int], row: np.ndarray) -> A.Compose:
    """ShiftScaleRotate that cannot but draw these parameters: shift, scale (x and y) and turn."""
    shift_x, shift_y, scale_x, scale_y, turn = map(float, row)
    height, width = size
    half = 0.5 * np.sign((shift_x, shift_y))  # the library cuts to whole pixels: stay clear of them
    shift = {"x": ((shift_x + half[0]) / width,) * 2, "y": ((shift_y + half[1]) / height,) * 2}
    return A.Compose([A.Affine(
        translate_percent=shift, scale={"x": (scale_x,) * 2, "y": (scale_y,) * 2},
        rotate=(turn, turn), shear=(0, 0), border_mode=cv2.BORDER_REFLECT_101, p=1,
    )])  # fmt: skip


def random_rows(count: int, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.stack([
        random.integers(-4, 5, count), random.integers(-4, 5, count),
        random.uniform(0.7, 1.4, count), random.uniform(0.7, 1.4, count),
        random.uniform(-60, 60, count),
    ], axis=1)  # fmt: skip


# Equal parameters, equal images


@pytest.mark.parametrize("size", [(32, 32), (20, 33)])
def test_shift_scale_rotate_agrees_with_albumentations_to_the_grey_level(size):
    images, rows = noise(60, size), random_rows(60)
    ours = ShiftScaleRotate(pipeline().transforms[1]).act(
        torch.from_numpy(images), torch.from_numpy(rows).float()
    )
    theirs = np.stack([theirs_at(size, row)(image=image)["image"]
                       for row, image in zip(rows, images, strict=True)])  # fmt: skip
    apart = np.abs(ours.numpy().astype(int) - theirs)
    print(f"most {apart.max()} levels, {(apart > 0).mean():.5f} of all values differ")
    edge = np.ones(size, bool)
    edge[4:-4, 4:-4] = False
    for part in (apart[:, edge], apart[:, ~edge]):  # the mirrored border, and what lies inside
        assert part.max() <= LEVELS
        assert (part > 0).mean() <= SHARE


def test_whole_pixels_are_moved_without_a_trace_and_the_border_is_mirrored_without_repeating():
    images = noise(2)
    still = torch.tensor([[0, 0, 1, 1, 0], [3, -2, 1, 1, 0]], dtype=torch.float32)
    ours = ShiftScaleRotate(pipeline().transforms[1]).act(torch.from_numpy(images), still).numpy()
    np.testing.assert_array_equal(ours[0], images[0])
    padded = np.pad(images[1], ((2, 2), (3, 3), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(ours[1], padded[4:36, 0:32])


def test_a_flip_and_a_hole_are_albumentations_to_the_last_bit():
    flip, _, dropout = pipeline().transforms
    images = noise(5)
    np.testing.assert_array_equal(
        Flip(flip).act(torch.from_numpy(images), torch.empty(5, 0)).numpy(),
        np.stack([A.HorizontalFlip(p=1)(image=image)["image"] for image in images]),
    )
    corners = np.array([[0, 0], [16, 16], [0, 16], [7, 3], [16, 0]])  # top, left
    ours = Hole(dropout).act(torch.from_numpy(images), torch.from_numpy(corners)).numpy()
    for result, image, (top, left) in zip(ours, images, corners, strict=True):
        holes = np.array([[left, top, left + HOLE, top + HOLE]])
        np.testing.assert_array_equal(result, dropout.apply(image, holes=holes, seed=0))


# The same distributions


def test_each_transform_happens_as_often_as_it_should_and_apart_from_the_others():
    ours = DeviceAugmentation(pipeline(flip=0.5, affine=0.3, hole=0.2))
    happens = np.stack([happens for happens, _ in ours.draw(DRAWS, SIZE, 3, 1, 0)])
    for share, p in zip(happens.mean(axis=1), (0.5, 0.3, 0.2), strict=True):
        assert binomtest(round(share * DRAWS), DRAWS, p).pvalue > UNLIKELY
    assert np.abs(np.corrcoef(happens) - np.eye(3)).max() < 0.07


def their_affine_rows(count: int) -> np.ndarray:
    """What albumentations itself draws for the assignment's ShiftScaleRotate."""
    compose = pipeline()
    compose.set_random_seed(11)
    rows = []
    for _ in range(count):
        drawn = compose.transforms[1].get_params_dependent_on_data({"shape": (*SIZE, 3)}, {})
        middle = np.array([15.5, 15.5, 1])
        shift = (drawn["matrix"] @ middle - middle)[:2]
        rows.append([*shift, drawn["scale"]["x"], drawn["scale"]["y"], drawn["rotate"]])
    return np.array(rows)


def test_shifts_scales_and_turns_have_albumentations_distributions():
    theirs = their_affine_rows(DRAWS)
    random = np.random.default_rng(5)
    ours = ShiftScaleRotate(pipeline().transforms[1]).parameters(random, DRAWS, SIZE)
    for column in (0, 1):  # whole pixels: -1, 0 and 1, of which 0 is drawn half of the time
        for rows in (ours, theirs):
            values, drawn = np.unique(rows[:, column].round(6), return_counts=True)
            assert values.tolist() == [-1, 0, 1]
            np.testing.assert_allclose(drawn / DRAWS, [0.25, 0.5, 0.25], atol=0.04)
    for column in (2, 3, 4):
        assert ks_2samp(ours[:, column], theirs[:, column]).pvalue > UNLIKELY
        for bound in (np.min, np.max):
            near = np.ptp(theirs[:, column]) / 100
            assert abs(bound(ours[:, column]) - bound(theirs[:, column])) < near
    for rows in (ours, theirs):  # both axes are scaled apart, and nothing depends on anything
        assert np.abs(np.corrcoef(rows.T) - np.eye(5)).max() < 0.07


def test_holes_lie_where_albumentations_puts_them():
    compose = pipeline()
    compose.set_random_seed(11)
    drawn = [compose.transforms[2].get_params_dependent_on_data({"shape": (*SIZE, 3)}, {})
             for _ in range(DRAWS)]  # fmt: skip
    theirs = np.array([params["holes"][0][[1, 0]] for params in drawn])
    ours = Hole(compose.transforms[2]).parameters(np.random.default_rng(5), DRAWS, SIZE)
    for column in (0, 1):
        assert (ours[:, column].min(), ours[:, column].max()) == (0, 16)
        assert ks_2samp(ours[:, column], theirs[:, column]).pvalue > UNLIKELY


# Draws are a pure function


def test_a_draw_is_a_pure_function_of_seed_epoch_and_chunk_and_every_image_has_its_own():
    ours = DeviceAugmentation(pipeline(flip=0.5, affine=0.5, hole=0.5))
    images = torch.from_numpy(np.tile(noise(1), (CHUNK, 1, 1, 1)))

    def changed(*number: int) -> torch.Tensor:
        return ours.apply(images, ours.draw(CHUNK, SIZE, *number))

    first = changed(1, 2, 3)
    assert torch.equal(changed(1, 2, 3), first)
    for other in ((2, 2, 3), (1, 3, 3), (1, 2, 4)):
        assert not torch.equal(changed(*other), first)
    assert len({image.numpy().tobytes() for image in first}) > CHUNK / 2
    assert torch.equal(images, torch.from_numpy(np.tile(noise(1), (CHUNK, 1, 1, 1))))


def test_the_feeder_applies_the_draws_of_each_chunk_and_no_batch_size_changes_them():
    count = 2 * CHUNK + 30
    chunks = AugmentedChunks(noise(count), np.arange(count), pipeline(flip=0.5), seed=4)
    images = [torch.cat([batch for batch, _ in make_feeder("device", chunks, size).epoch(2)])
              for size in (1, 95)]  # fmt: skip
    assert torch.equal(images[0][: len(images[1])], images[1])
    ours = DeviceAugmentation(chunks.transform)
    where = chunks.where(2, 2)
    alone = ours.apply(torch.from_numpy(chunks.images[where]), ours.draw(30, SIZE, 4, 2, 2))
    assert torch.equal(images[0][2 * CHUNK :], alone)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")
def test_a_gpu_gives_the_cpus_images_but_for_a_rounding():
    chunks = AugmentedChunks(noise(500), np.arange(500), pipeline(flip=0.5), seed=4)
    here, there = (torch.cat([images.cpu() for images, _ in
                              make_feeder("device", chunks, 50, device=device).epoch(1)])
                   for device in ("cpu", "cuda"))  # fmt: skip
    apart = (here.int() - there.int()).abs()
    assert apart.max() <= 1
    assert (apart > 0).float().mean() < 0.001


# What it does not know, it says


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([A.GaussianBlur()], "GaussianBlur"),
        ([A.SafeRotate(border_mode=cv2.BORDER_REFLECT_101)], "SafeRotate"),
        ([A.Affine(rotate=5)], "Affine with border_mode=0"),
        ([A.Affine(shear=5, border_mode=cv2.BORDER_REFLECT_101)], "Affine with shear="),
        (
            [A.Affine(translate_px=2, border_mode=cv2.BORDER_REFLECT_101)],
            "Affine with translate_px",
        ),
        ([A.CoarseDropout((1, 2), (16, 16), (16, 16))], "num_holes_range=\\(1, 2\\)"),
        ([A.CoarseDropout((1, 1), (8, 16), (16, 16))], "hole_height_range=\\(8, 16\\)"),
        ([A.CoarseDropout((1, 1), (0.5, 0.5), (0.5, 0.5))], "CoarseDropout"),
        ([A.CoarseDropout((1, 1), (16, 16), (16, 16), fill="random")], "CoarseDropout"),
        ([A.OneOf([A.HorizontalFlip()])], "OneOf"),
    ],
)
def test_anything_but_the_three_is_refused_with_what_was_found_and_what_to_do(parts, found):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compose = A.Compose(parts)
    with pytest.raises(ValueError, match=f"it found .*{found}.*Use feed='loader' or 'pool'"):
        DeviceAugmentation(compose)


def test_an_affine_without_a_shift_is_known():
    turn = A.Compose([A.Affine(rotate=(5, 5), border_mode=cv2.BORDER_REFLECT_101, p=1)])
    ((_, rows),) = DeviceAugmentation(turn).draw(3, SIZE, 0, 0, 0)
    assert rows.tolist() == [[0, 0, 1, 1, 5]] * 3


def test_a_compose_that_may_not_happen_is_refused():
    with pytest.raises(ValueError, match="a Compose with p=0.5"):
        DeviceAugmentation(A.Compose([A.HorizontalFlip()], p=0.5))
