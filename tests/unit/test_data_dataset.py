"""ImageData: its statistics, its splits, and the arrays that it refuses."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from course_lib.data import DataError, ImageData, cifar10


@pytest.fixture
def data() -> ImageData:
    random = np.random.default_rng(7)
    return ImageData(
        "noise",
        ("one", "two", "three"),
        random.integers(0, 256, (60, 8, 8, 3), dtype=np.uint8),
        np.arange(3).repeat(20),
        random.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8),
        np.arange(3).repeat(2),
    )


@pytest.fixture(scope="module")
def real(real_data) -> ImageData:
    return cifar10(real_data, download=False)


def images_as_set(images: np.ndarray) -> set[bytes]:
    return {image.tobytes() for image in images}


def test_mean_and_std_are_those_that_numpy_computes_from_floats(data):
    pixels = data.train_images / 255
    np.testing.assert_allclose(data.mean, pixels.mean(axis=(0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(data.std, pixels.std(axis=(0, 1, 2)), rtol=1e-12)


def test_the_digest_is_of_the_test_labels_as_little_endian_int64(data):
    raw = b"".join(int(label).to_bytes(8, "little") for label in data.test_labels)
    assert data.label_digest == hashlib.sha256(raw).hexdigest()[:16]


def test_hold_out_splits_the_training_images_in_equal_shares_and_leaves_the_test_set_out(data):
    split = data.hold_out(15, seed=3)
    assert np.bincount(split.test_labels).tolist() == [5, 5, 5]
    kept, held = images_as_set(split.train_images), images_as_set(split.test_images)
    assert kept.isdisjoint(held)
    assert kept | held == images_as_set(data.train_images)
    assert split.name == "noise (held-out training images)"


def test_hold_out_keeps_each_image_with_its_own_label(data):
    label_of = {
        image.tobytes(): label
        for image, label in zip(data.train_images, data.train_labels, strict=True)
    }
    split = data.hold_out(15)
    for images, labels in [
        (split.train_images, split.train_labels),
        (split.test_images, split.test_labels),
    ]:
        assert [label_of[image.tobytes()] for image in images] == labels.tolist()


def test_hold_out_depends_on_the_seed_and_on_nothing_else(data):
    first, again, other = data.hold_out(15, 0), data.hold_out(15, 0), data.hold_out(15, 1)
    assert np.array_equal(first.test_images, again.test_images)
    assert not np.array_equal(first.test_images, other.test_images)


def test_subset_takes_the_same_number_a_class_and_says_so_in_the_name(data):
    small = data.subset(4)
    assert np.bincount(small.train_labels).tolist() == [4, 4, 4]
    assert images_as_set(small.train_images) < images_as_set(data.train_images)
    assert np.array_equal(small.test_images, data.test_images)
    assert small.name == "noise (12 of the training images)"


@pytest.mark.parametrize("per_class", [0, 21])
def test_subset_refuses_what_the_class_does_not_have(data, per_class):
    with pytest.raises(DataError, match=f"{per_class} training images of class one .* has 20"):
        data.subset(per_class)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train_images": np.zeros((60, 8, 8, 3), np.float32)}, "training images are float32"),
        ({"test_images": np.zeros((6, 3, 8, 8), np.uint8)}, r"test images .* \(6, 3, 8, 8\)"),
        ({"test_labels": np.zeros(5, np.int64)}, r"expected int64 of shape \(6,\)"),
        ({"test_labels": np.full(6, 3)}, "run from 3 to 3; expected 0 to 2"),
    ],
)
def test_arrays_of_another_kind_are_refused_in_words(data, change, message):
    with pytest.raises(DataError, match=message):
        replace(data, **change)


def test_real_images_have_the_published_mean_and_std(real):
    published = {
        "CIFAR-10": [(0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)],
        "JPEG copy of CIFAR-10": [(0.4913, 0.4821, 0.4465), (0.2452, 0.2428, 0.2606)],
    }
    mean, std = published[real.name]
    np.testing.assert_allclose(real.mean, mean, atol=6e-5)
    np.testing.assert_allclose(real.std, std, atol=6e-5)


def test_real_images_are_all_there_in_canonical_order(real):
    assert real.train_images.shape == (50_000, 32, 32, 3)
    assert real.test_images.shape == (10_000, 32, 32, 3)
    assert np.array_equal(real.test_labels, np.arange(10).repeat(1000))
    assert real.label_digest == hashlib.sha256(real.test_labels.tobytes()).hexdigest()[:16]
    assert np.bincount(real.hold_out().test_labels).tolist() == [500] * 10
