"""Grey garments: drawn from a seed, or read from Fashion-MNIST's idx files and refused in words."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from course_lib.data import DataError, fashion
from course_lib.data.fashion import DEBIAN, DOWNLOADS, fashion_mnist, read_idx
from course_lib.data.garments import garments
from course_lib.data.grey import GARMENTS, TROUSER

# Drawn garments


@pytest.fixture(scope="module")
def wardrobe():
    return garments(train=400, test=100)


def test_a_seed_gives_the_same_bytes_everywhere(wardrobe):
    assert wardrobe.digest == "193cd239672daf46"
    assert garments(400, 100, seed=1).digest != wardrobe.digest


def test_classes_come_in_turn_and_training_and_test_pictures_differ(wardrobe):
    assert wardrobe.train_images.shape == (400, 28, 28)
    assert wardrobe.train_images.dtype == np.uint8
    assert wardrobe.train_labels.tolist() == [*range(10)] * 40
    assert not (wardrobe.train_images[:100] == wardrobe.test_images).all(axis=(1, 2)).any()


def test_each_garment_stands_in_the_middle_and_fills_its_longer_side(wardrobe):
    inked = wardrobe.train_images > 0
    columns, rows = inked.any(axis=1), inked.any(axis=2)
    place = np.arange(28) - 13.5
    middle = (columns * place).sum(1) / columns.sum(1)
    assert abs(np.median(middle)) < 1
    assert np.abs(middle).max() < 3.5
    longer = np.maximum(columns.sum(1), rows.sum(1))
    assert np.median(longer) >= 26
    trousers = wardrobe.train_labels == TROUSER
    assert (columns[trousers].sum(1) < 20).all(), "a trouser can be moved by 4 and stay whole"
    assert not inked[trousers][:, :, :4].any()


def test_fewer_pictures_than_classes_are_refused():
    with pytest.raises(DataError, match="9 pictures; expected at least 10"):
        garments(9)


# Fashion-MNIST


def idx(array: np.ndarray) -> bytes:
    """The idx form, written by what its authors say of it."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def twin(tmp_path) -> Path:
    """A small Fashion-MNIST: 30 and 20 pictures, the training files packed; seed 9."""
    random = np.random.default_rng(9)
    for part, count in (("train", 30), ("t10k", 20)):
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = (np.arange(count) % 10).astype(np.uint8)
        for kind, array in ((f"{part}-images-idx3-ubyte", images),
                            (f"{part}-labels-idx1-ubyte", labels)):  # fmt: skip
            content = idx(array)
            if part == "train":
                (tmp_path / f"{kind}.gz").write_bytes(gzip.compress(content))
            else:
                (tmp_path / kind).write_bytes(content)
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        fashion_mnist(folder)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_packed_and_unpacked_files_are_read_as_they_were_written(twin):
    data = fashion_mnist(twin)
    random = np.random.default_rng(9)
    assert np.array_equal(data.train_images, random.integers(0, 256, (30, 28, 28), dtype=np.uint8))
    assert np.array_equal(data.test_images, random.integers(0, 256, (20, 28, 28), dtype=np.uint8))
    assert data.test_labels.tolist() == [*range(10)] * 2
    assert data.test_labels.dtype == np.int64
    assert data.name == "Fashion-MNIST"


def test_torchvision_reads_the_same_numbers_from_an_idx_file(twin):
    mnist = pytest.importorskip("torchvision.datasets.mnist")
    path = twin / "t10k-images-idx3-ubyte"
    theirs = mnist.read_image_file(str(path)).numpy()
    assert np.array_equal(read_idx(path, 3), theirs)


def test_downloads_classes_and_sums_are_those_of_torchvision():
    theirs = pytest.importorskip("torchvision.datasets").FashionMNIST
    assert {name: digest for name, (digest, _) in DOWNLOADS.items()} == dict(theirs.resources)
    assert list(fashion.MIRRORS) == list(theirs.mirrors)
    simplified = [name.split("/")[0].lower() for name in theirs.classes]
    assert simplified == [name.lower() for name in GARMENTS]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    assert f"no folder {tmp_path / 'none'}" in refusal(tmp_path / "none")


def test_a_missing_file_is_named_and_what_is_expected(twin):
    (twin / "t10k-labels-idx1-ubyte").unlink()
    message = refusal(twin)
    assert f"{twin} lacks t10k-labels-idx1-ubyte; expected the four files" in message
    assert "name another folder" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x00\x0d\x03" + b"\0" * 40, "begins with 00 00 0d 03, expected 00 00 08 03"),
        (b"\x00\x00\x08\x01" + b"\0" * 40, "no idx file of 3 axes"),
        (b"", "begins with –"),
        (b"<html>404</html>", "no idx file"),
        (b"\x00\x00\x08\x03" + struct.pack(">3I", 20, 28, 28) + b"\7" * 99,
         "holds 99 numbers, and its head promises 20 x 28 x 28"),
        (b"\x00\x00\x08\x03\x00\x00", "cut off or damaged"),
        (idx(np.zeros((20, 14, 14), np.uint8)), "are 14x14; expected 28x28"),
        (idx(np.zeros((19, 28, 28), np.uint8)), "holds 19 pictures and"),
        (gzip.compress(b"\0" * 5000)[:-9], "cannot be unpacked"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_with_what_was_found(twin, content, words):
    (twin / "t10k-images-idx3-ubyte").write_bytes(content)
    message = refusal(twin)
    assert words in message
    assert "t10k-images-idx3-ubyte" in message


def test_a_label_that_is_no_class_is_refused(twin):
    (twin / "t10k-labels-idx1-ubyte").write_bytes(idx(np.full(20, 10, np.uint8)))
    assert "a label of 10; expected 0 to 9" in refusal(twin)


def test_without_data_and_download_the_error_names_three_ways(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path / "debian")
    with pytest.raises(DataError) as caught:
        fashion_mnist(download=False)
    for words in ("was not found", "Connect", "apt install dataset-fashion-mnist", "Name a folder"):
        assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_mirror_is_told_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(fashion, "MIRRORS", ("http://127.0.0.1:9/",))
    with pytest.raises(DataError, match="no mirror could deliver it"):
        fashion_mnist()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")
def test_the_real_set_has_its_known_counts():
    data = fashion_mnist(DEBIAN)
    assert np.bincount(data.train_labels).tolist() == [6000] * 10
    assert np.bincount(data.test_labels).tolist() == [1000] * 10
    assert abs(data.train_images.mean() / 255 - 0.2860) < 0.0001  # the mean that recipes quote
