"""CIFAR-10 as published: the archive for Python, or the folder of batches that it unpacks to.

A batch is a pickle, and a pickle can run code. Nothing is unpickled before its md5 was checked.
"""

import hashlib
import pickle
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from course_lib.data.dataset import ImageData
from course_lib.data.errors import DataError
from course_lib.data.facts import Facts


def read_archive(path: Path, facts: Facts) -> ImageData:
    """Read cifar-10-python.tar.gz without unpacking it to disk."""
    found = md5(path)
    if found != facts.archive_md5:
        raise DataError(
            f"{path} is not the whole archive of CIFAR-10: found {path.stat().st_size:,} bytes "
            f"with md5 {found}, expected {facts.archive_size:,} bytes with md5 "
            f"{facts.archive_md5}. Delete it and run again, and it will be downloaded."
        )
    with tarfile.open(path) as tar:
        return _assemble(
            {Path(m.name).name: tar.extractfile(m).read() for m in tar if m.isfile()}, facts
        )


def read_batches(folder: Path, facts: Facts) -> ImageData:
    """Read cifar-10-batches-py, the unpacked archive."""
    return _assemble({file.name: file.read_bytes() for file in batch_files(folder, facts)}, facts)


def batch_files(folder: Path, facts: Facts) -> list[Path]:
    """Return the paths of the six batches; the md5 of each is checked when it is read."""
    files = [folder / name for name, _ in facts.train_batches + facts.test_batches]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise DataError(
            f"{folder} lacks {', '.join(missing)}; expected all {len(files)} batches of CIFAR-10. "
            f"Unpack {facts.archive} again, or delete the folder and run again to download it."
        )
    return files


def md5(path: Path) -> str:
    """Return the md5 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _assemble(contents: Mapping[str, bytes], facts: Facts) -> ImageData:
    train_images, train_labels = _part(contents, facts.train_batches)
    test_images, test_labels = _part(contents, facts.test_batches)
    return ImageData(
        "CIFAR-10", facts.classes, train_images, train_labels, test_images, test_labels
    )


def _part(
    contents: Mapping[str, bytes], batches: tuple[tuple[str, str], ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Join batches and put them in canonical order: by class, each in its original order."""
    read = [_batch(name, contents[name], expected) for name, expected in batches]
    pixels = np.concatenate([batch["data"] for batch in read])  # (N, 3072): red, green, blue
    labels = np.concatenate([batch["labels"] for batch in read]).astype(np.int64)
    order = np.argsort(labels, kind="stable")
    images = pixels.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images[order]), labels[order]


def _batch(name: str, content: bytes, expected: str) -> dict[str, object]:
    found = hashlib.md5(content).hexdigest()
    if found != expected:
        raise DataError(
            f"The batch {name} is damaged: found {len(content):,} bytes with md5 {found}, expected "
            f"md5 {expected}. Unpack the archive again, or delete the folder to download it."
        )
    return pickle.loads(content, encoding="latin1")  # written by Python 2
