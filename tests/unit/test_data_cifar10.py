"""CIFAR-10 in small, as archive, batches and folders: read alike, kept once, refused in words."""

import hashlib
import io
import os
import pickle
import resource
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_lib.data import DataError, ImageData, cache, cifar, cifar10, load
from course_lib.data.facts import CIFAR10, Facts

TRAIN, TEST = 10, 2  # images a class; two a class in each batch


class Python2Pickler(pickle._Pickler):
    """Writes strings as Python 2 did, which wrote the published archive."""

    dispatch = pickle._Pickler.dispatch.copy()

    def save_string(self, text: str | bytes) -> None:
        raw = text.encode("latin1") if isinstance(text, str) else text
        self.write(pickle.BINSTRING + len(raw).to_bytes(4, "little") + raw)
        self.memoize(text)

    dispatch[str] = dispatch[bytes] = save_string


def pickled(content: object) -> bytes:
    buffer = io.BytesIO()
    Python2Pickler(buffer, protocol=2).dump(content)
    return buffer.getvalue().replace(b"numpy._core.", b"numpy.core.")  # its name until NumPy 2


@pytest.fixture(scope="module")
def batches() -> dict[str, bytes]:
    """Six pickled batches as published, with shuffled labels; seed 5."""
    random = np.random.default_rng(5)
    names = [name for name, _ in CIFAR10.train_batches + CIFAR10.test_batches]
    content = {"batches.meta": pickled({"label_names": list(CIFAR10.classes)})}
    for name in names:
        labels = random.permutation(np.arange(10).repeat(2)).tolist()
        pixels = random.integers(0, 256, (20, 3072), dtype=np.uint8)
        content[name] = pickled({"data": pixels, "labels": labels})
    return content


@pytest.fixture(scope="module")
def packed(batches) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def facts(batches, packed) -> Facts:
    """What the small copy is, in place of what CIFAR-10 is."""
    sums = {name: hashlib.md5(content).hexdigest() for name, content in batches.items()}
    return replace(
        CIFAR10,
        train_per_class=TRAIN,
        test_per_class=TEST,
        archive_md5=hashlib.md5(packed).hexdigest(),
        archive_size=len(packed),
        train_batches=tuple((name, sums[name]) for name, _ in CIFAR10.train_batches),
        test_batches=tuple((name, sums[name]) for name, _ in CIFAR10.test_batches),
        mirrors=("http://127.0.0.1:9/nobody-listens-here",),
    )


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path, monkeypatch):
    """No test sees the data, the cache or the working folder of whoever runs it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))
    monkeypatch.setattr(cifar, "__file__", str(tmp_path / "wheel/course_lib/data/cifar.py"))


@pytest.fixture
def read(facts):
    return partial(cifar10, _facts=facts)


@pytest.fixture
def place(tmp_path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


@pytest.fixture
def archive(place, packed) -> Path:
    (place / "cifar-10-python.tar.gz").write_bytes(packed)
    return place


@pytest.fixture
def unpacked(place, batches) -> Path:
    (place / "cifar-10-batches-py").mkdir()
    for name, content in batches.items():
        (place / "cifar-10-batches-py" / name).write_bytes(content)
    return place


def write_images(home: Path, batches: dict[str, bytes], suffix: str = ".png") -> Path:
    """Write the batches as an image folder, each class numbered from 1 in its original order."""
    for name, content in batches.items():
        if name == "batches.meta":
            continue
        batch = pickle.loads(content, encoding="latin1")
        for row, label in zip(batch["data"], batch["labels"], strict=True):
            part = "test" if name == "test_batch" else "train"
            folder = home / part / CIFAR10.classes[label]
            folder.mkdir(parents=True, exist_ok=True)
            pixels = row.reshape(3, 32, 32).transpose(1, 2, 0)
            Image.fromarray(pixels).save(folder / f"{len(list(folder.iterdir())) + 1}{suffix}")
    return home


@pytest.fixture
def images(place, batches) -> Path:
    return write_images(place, batches)


def assert_same(one: ImageData, other: ImageData) -> None:
    assert one.classes == other.classes
    for name in ("train_images", "train_labels", "test_images", "test_labels"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def refusal(call, place: Path) -> str:
    """Return the sentence of the refusal: one error, no chain, and no file more or less."""
    before = sorted(place.rglob("*"))
    with pytest.raises(DataError) as caught:
        call()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert sorted(place.rglob("*")) == before
    return str(caught.value)


@contextmanager
def files_end_at(size: int):
    """Let the system refuse to write beyond ``size`` bytes, as a full disk or a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# What CIFAR-10 is, and its three forms


def test_checksums_and_files_are_those_of_torchvision():
    datasets = pytest.importorskip("torchvision.datasets")
    theirs = datasets.CIFAR10
    assert CIFAR10.archive == theirs.filename
    assert CIFAR10.archive_md5 == theirs.tgz_md5
    assert CIFAR10.folder == theirs.base_folder
    assert CIFAR10.train_batches == tuple(map(tuple, theirs.train_list))
    assert CIFAR10.test_batches == tuple(map(tuple, theirs.test_list))
    assert CIFAR10.mirrors[-1] == theirs.url


def test_batches_read_as_torchvision_reads_them_sorted_by_class(unpacked, batches, facts, read):
    datasets = pytest.importorskip("torchvision.datasets")

    class Small(datasets.CIFAR10):
        train_list, test_list = facts.train_batches, facts.test_batches
        meta = datasets.CIFAR10.meta | {"md5": hashlib.md5(batches["batches.meta"]).hexdigest()}

    ours = read(unpacked)
    for train, images, labels in [
        (True, ours.train_images, ours.train_labels),
        (False, ours.test_images, ours.test_labels),
    ]:
        theirs = Small(unpacked, train=train)
        order = sorted(range(len(theirs)), key=lambda index: theirs.targets[index])
        assert np.array_equal(images, theirs.data[order])
        assert labels.tolist() == sorted(theirs.targets)


def test_archive_batches_and_images_give_the_same_arrays(tmp_path, archive, batches, read):
    from_archive = read(archive)
    from_file = read(archive / "cifar-10-python.tar.gz")
    from_images = read(write_images(tmp_path / "images", batches))
    assert_same(from_archive, from_file)
    assert_same(from_archive, from_images)
    assert from_archive.label_digest == from_images.label_digest
    assert (from_archive.name, from_images.name) == ("CIFAR-10", "PNG copy of CIFAR-10")


def test_unpacked_batches_give_the_same_as_the_archive(tmp_path, packed, unpacked, read):
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed/cifar-10-python.tar.gz").write_bytes(packed)
    assert_same(read(unpacked), read(tmp_path / "packed"))
    assert_same(read(unpacked), read(unpacked / "cifar-10-batches-py"))


def test_jpeg_images_one_folder_deeper_are_found_and_named(place, batches, read):
    write_images(place / "CIFAR-10-images-master", batches, ".jpg")
    data = read(place)
    assert data.name == "JPEG copy of CIFAR-10"
    assert np.bincount(data.train_labels).tolist() == [TRAIN] * 10


# Where it is looked for


def test_course_data_and_data_under_the_working_folder_are_searched(images, monkeypatch, read):
    expected = read(images)
    images.rename(Path.cwd() / "data")
    assert_same(read(), expected)
    moved = (Path.cwd() / "data").rename(Path.cwd() / "elsewhere")
    monkeypatch.setenv("COURSE_DATA", str(moved))
    assert_same(read(), expected)


def test_data_in_the_project_is_found_from_a_folder_of_notebooks(tmp_path, images, read):
    (tmp_path / "wheel").mkdir()
    (tmp_path / "wheel/pyproject.toml").touch()
    images.rename(tmp_path / "wheel/data")
    assert read().name == "PNG copy of CIFAR-10"


def test_a_course_data_that_does_not_exist_is_named(monkeypatch, read, place):
    monkeypatch.setenv("COURSE_DATA", "synthetik")
    message = refusal(read, place)
    assert "COURSE_DATA is synthetik" in message
    assert "COURSE_DATA=synthetic" in message


@pytest.mark.parametrize("download", [True, False])
def test_without_data_and_network_the_error_names_three_ways(place, read, download):
    message = refusal(lambda: read(place, download=download), place)
    assert f"not found in {place}" in message
    assert ("127.0.0.1:9: " in message) == download
    assert "Connect to the network" in message
    assert "Put cifar-10-python.tar.gz (md5 " in message
    assert "Set COURSE_DATA to a folder" in message


def test_a_download_is_read_like_an_archive_that_was_there(tmp_path, place, archive, facts, read):
    served = archive.rename(tmp_path / "served")
    handler = partial(SimpleHTTPRequestHandler, directory=served)
    handler.log_message = lambda *_: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        url = f"http://127.0.0.1:{server.server_port}/cifar-10-python.tar.gz"
        try:
            data = cifar10(tmp_path / "new", _facts=replace(facts, mirrors=(url,)))
        finally:
            server.shutdown()
    assert_same(data, read(served))


# Bad input


def test_a_truncated_archive_is_refused_and_stays_where_it_is(archive, packed, read):
    (archive / "cifar-10-python.tar.gz").write_bytes(packed[:-500])
    message = refusal(lambda: read(archive), archive)
    assert f"found {len(packed) - 500:,} bytes with md5" in message
    assert f"expected {len(packed):,} bytes" in message
    assert "Delete it and run again" in message


def test_an_archive_of_the_right_size_and_another_md5_is_never_unpickled(archive, packed, read):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(archive / "unpickled"),)

    evil = pickle.dumps(Bomb()).ljust(len(packed), b"\0")
    (archive / "cifar-10-python.tar.gz").write_bytes(evil)
    assert hashlib.md5(evil).hexdigest() in refusal(lambda: read(archive), archive)


def test_a_damaged_batch_is_named_and_never_unpickled(unpacked, batches, read):
    damaged = unpacked / "cifar-10-batches-py/data_batch_3"
    damaged.write_bytes(batches["data_batch_3"][:-1] + b"!")
    assert "The batch data_batch_3 is damaged" in refusal(lambda: read(unpacked), unpacked)


def test_a_missing_batch_is_named(unpacked, read):
    (unpacked / "cifar-10-batches-py/data_batch_4").unlink()
    assert "lacks data_batch_4; expected all 6" in refusal(lambda: read(unpacked), unpacked)


@pytest.mark.parametrize("lost", ["train/cat", "test/truck", "test"])
def test_a_missing_class_folder_is_named(images, tmp_path, read, lost):
    (images / lost).rename(tmp_path / "lost")
    name = "test/airplane" if lost == "test" else lost
    message = refusal(lambda: read(images), images)
    assert f"class folder {images / name} is missing; expected train/<class>/" in message


def test_a_class_with_another_number_of_images_is_refused(images, read):
    (images / "train/dog/3.png").unlink()
    message = refusal(lambda: read(images), images)
    assert f"{images / 'train/dog'} holds 9 images (.jpg, .png); expected 10" in message


def test_other_files_beside_the_images_do_no_harm(images, read):
    (images / "train/dog/.DS_Store").write_bytes(b"junk")
    assert len(read(images).train_images) == 100


def test_an_image_of_another_size_is_named(images, read):
    Image.new("RGB", (40, 24)).save(images / "train/frog/7.png")
    message = refusal(lambda: read(images), images)
    assert f"{images / 'train/frog/7.png'} is 40 x 24 pixels; expected 32 x 32" in message


@pytest.mark.parametrize("content", [b"", b"not an image", "half"])
def test_an_unreadable_image_is_named(images, read, content):
    victim = images / "test/ship/1.png"
    if content == "half":
        content = victim.read_bytes()[:1000]
    victim.write_bytes(content)
    message = refusal(lambda: read(images), images)
    assert f"{victim} cannot be read as an image" in message


# The decoded copy


def no_decoding(*_):
    raise AssertionError("decoded a second time")


def test_images_are_decoded_once(images, monkeypatch, read):
    first = read(images)
    monkeypatch.setattr("course_lib.data.folder._decode", no_decoding)
    again = read(images)
    assert_same(first, again)
    assert first.name == again.name
    assert first.label_digest == again.label_digest


def test_a_changed_image_is_not_served_from_the_old_copy(images, read):
    for colour in [(9, 9, 9), (1, 2, 3)]:  # uncompressed, so that both files are of one size
        picture = Image.new("RGB", (32, 32), colour)
        picture.save(images / "test/airplane/1.png", compress_level=0)
        assert (read(images).test_images[0] == colour).all()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 rubbish", "cut"])
def test_a_damaged_copy_is_made_anew(images, read, damage):
    first = read(images)
    copy = images / cache.FILE
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2] if damage == "cut" else damage)
    assert_same(read(images), first)
    assert len(copy.read_bytes()) == len(whole)


def test_without_a_cache_nothing_is_written(images, read):
    before = sorted(images.rglob("*"))
    read(images, cache=False)
    assert sorted(images.rglob("*")) == before


def test_a_place_that_takes_no_files_is_cached_for_the_user(images, monkeypatch, read):
    # A folder in the copy's place refuses it, for the superuser too.
    (images / cache.FILE / "in the way").mkdir(parents=True)
    first = read(images)
    assert cache.user_cache(images).is_file()
    monkeypatch.setattr("course_lib.data.folder._decode", no_decoding)
    assert_same(read(images), first)


def test_a_full_disk_costs_the_copy_not_the_data_and_leaves_no_half_file(images, read):
    before = sorted(images.rglob("*"))
    with files_end_at(100_000), pytest.warns(UserWarning, match="could not be kept") as warned:
        data = read(images)
    assert len(data.train_images) == 100
    assert "pass cache=False" in str(warned[0].message)
    assert sorted(images.rglob("*")) == before
    assert not list(cache.user_cache(images).parent.iterdir())


# load()


@pytest.mark.parametrize(
    ("setting", "gpu", "expected"),
    [
        ("synthetic", True, "synthetic set"),
        (None, False, "synthetic set"),
        (None, True, "CIFAR-10"),
        (".", False, "CIFAR-10"),
    ],
)
def test_auto_is_the_real_set_where_it_is_asked_for_or_can_be_trained(
    monkeypatch, setting, gpu, expected
):
    if setting:
        monkeypatch.setenv("COURSE_DATA", setting)
    monkeypatch.setattr(cifar, "_has_gpu", lambda: gpu)
    monkeypatch.setattr(cifar, "cifar10", lambda: "CIFAR-10")
    assert getattr(load("auto"), "name", "CIFAR-10") == expected


def test_auto_without_a_gpu_starts_no_hour_of_training_only_because_the_images_lie_there(
    images, monkeypatch
):
    images.rename("data")
    monkeypatch.setattr(cifar, "_has_gpu", lambda: False)
    assert load().name == "synthetic set"


def test_a_name_that_load_does_not_know_is_refused(place):
    assert 'expected "auto"' in refusal(lambda: load("mnist"), place)
