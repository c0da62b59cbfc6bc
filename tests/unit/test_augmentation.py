"""The three albumentations of the brief, and the traps around them."""

import warnings

import albumentations as A
import numpy as np
import pytest

from course_lib.data.augmentation import assignment_augmentation, augment, fill_value

MEAN = (0.4914, 0.4822, 0.4465)


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 256, (count, 32, 32, 3), dtype=np.uint8)


def test_the_pipeline_holds_the_three_transforms_with_the_values_of_the_brief():
    flip, affine, dropout = assignment_augmentation(MEAN).transforms
    assert isinstance(flip, A.HorizontalFlip)
    assert isinstance(affine, A.ShiftScaleRotate)
    assert isinstance(dropout, A.CoarseDropout)
    assert dropout.num_holes_range == (1, 1)
    assert dropout.hole_height_range == dropout.hole_width_range == (16, 16)
    assert tuple(dropout.fill) == (125, 123, 114)
    assert dropout.fill_mask is None
    assert [t.p for t in (flip, affine, dropout)] == [0.5, 0.5, 0.5]


def test_the_hole_is_one_16_by_16_square_of_the_mean():
    transform = assignment_augmentation(MEAN, flip=0, affine=0, hole=1)
    image = np.zeros((32, 32, 3), np.uint8)
    for chunk in range(20):
        changed = augment(transform, image[None], 0, 0, chunk)[0]
        rows, columns = np.nonzero((changed != 0).all(-1))
        assert len(rows) == 256
        assert np.ptp(rows) == np.ptp(columns) == 15
        assert (changed[rows, columns] == (125, 123, 114)).all()


def test_the_argument_names_of_albumentations_1_are_refused_not_ignored():
    old = {"max_holes": 1, "max_height": 16, "max_width": 16, "fill_value": MEAN}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        silently_wrong = A.CoarseDropout(**old)
    assert any("not valid" in str(warning.message) for warning in caught)
    assert silently_wrong.hole_height_range != (16, 16)  # the trap: a warning, then other holes
    with pytest.raises(ValueError, match="max_holes"):
        A.Compose([A.CoarseDropout(**old)], strict=True)


def test_a_mean_in_0_to_1_would_paint_black_so_the_fill_is_converted():
    trap = A.CoarseDropout((1, 1), (16, 16), (16, 16), fill=MEAN, p=1)
    image = np.full((32, 32, 3), 200, np.uint8)
    assert (trap(image=image)["image"].min(axis=(0, 1)) == 0).all()
    assert fill_value(MEAN) == (125, 123, 114)
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        fill_value((125.3, 123.0, 113.9))


def test_a_rotated_picture_has_no_black_border():
    white = np.full((1, 32, 32, 3), 255, np.uint8)
    ours = assignment_augmentation(MEAN, flip=0, affine=1, hole=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        default = A.Compose([A.ShiftScaleRotate(rotate_limit=(15, 15), p=1)], seed=0)
    assert default(image=white[0])["image"].min() == 0  # the trap: black wedges
    for chunk in range(10):
        assert augment(ours, white, 0, 0, chunk).min() == 255


def test_a_draw_is_a_pure_function_of_seed_epoch_and_chunk():
    images = pictures(8)
    transform = assignment_augmentation(MEAN)
    first = augment(transform, images, 1, 2, 3)
    augment(transform, images, 9, 9, 9)
    np.testing.assert_array_equal(augment(transform, images, 1, 2, 3), first)
    np.testing.assert_array_equal(augment(assignment_augmentation(MEAN), images, 1, 2, 3), first)
    for other in ((2, 2, 3), (1, 3, 3), (1, 2, 4)):
        assert (augment(transform, images, *other) != first).any(), other


def test_the_probabilities_are_the_ones_asked_for():
    images = np.tile(pictures(1), (600, 1, 1, 1))
    flips = augment(assignment_augmentation(MEAN, flip=0.25, affine=0, hole=0), images, 0, 0, 0)
    share = (flips == images[0][:, ::-1]).all(axis=(1, 2, 3)).mean()
    assert 0.19 < share < 0.31  # 0.25 within 3.4 standard deviations; the seed is fixed
