"""CIFAR-10 as an image folder: ``train/<class>/0000.jpg`` … and ``test/<class>/…``."""

import re
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from course_lib.data.dataset import ImageData
from course_lib.data.errors import DataError
from course_lib.data.facts import Facts

SIDE = 32
SUFFIXES = {".jpg", ".jpeg", ".png"}


def find_folder(place: Path, facts: Facts) -> Path | None:
    """Return ``place``, or a folder in it, whose train/ or test/ holds a class of CIFAR-10."""
    parts = [f"{part}/{name}" for part in ("train", "test") for name in facts.classes]
    for home in [place, *sorted(place.glob("*/"))]:
        if any((home / part).is_dir() for part in parts):
            return home
    return None


def list_images(home: Path, facts: Facts) -> dict[str, list[Path]]:
    """List the images of both parts in canonical order: by class, then in numeric order of name.

    Returns ``{"train": [...], "test": [...]}``. Raises ``DataError`` for a missing class folder or
    a class with another number of images.
    """
    counts = {"train": facts.train_per_class, "test": facts.test_per_class}
    return {
        part: [file for name in facts.classes for file in _class_files(home / part / name, count)]
        for part, count in counts.items()
    }


def read_folder(home: Path, files: dict[str, list[Path]], facts: Facts) -> ImageData:
    """Decode the listed images to arrays; a bad image is named in a ``DataError``."""
    kinds = {file.suffix.lower() for part in files.values() for file in part}
    images = {}
    total = sum(map(len, files.values()))
    with tqdm(total=total, desc=f"Decoding {home}", unit=" images") as bar:
        for part, paths in files.items():
            images[part] = np.empty((len(paths), SIDE, SIDE, 3), dtype=np.uint8)
            for index, path in enumerate(paths):
                images[part][index] = _decode(path)
                bar.update()
    labels = np.arange(len(facts.classes))
    return ImageData(
        "PNG copy of CIFAR-10" if kinds == {".png"} else "JPEG copy of CIFAR-10",
        facts.classes,
        images["train"],
        labels.repeat(facts.train_per_class),
        images["test"],
        labels.repeat(facts.test_per_class),
    )


def _class_files(folder: Path, expected: int) -> list[Path]:
    if not folder.is_dir():
        raise DataError(
            f"The class folder {folder} is missing; expected train/<class>/ and test/<class>/ for "
            "all ten classes of CIFAR-10. Unpack the images again, or put the missing folder there."
        )
    files = [file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES]
    if len(files) != expected:
        raise DataError(
            f"{folder} holds {len(files):,} images (.jpg, .png); expected {expected:,}. Unpack the "
            "images again; to train on fewer, load all of them and call .subset(per_class)."
        )
    return sorted(files, key=_numeric_order)


def _numeric_order(file: Path) -> list[tuple[int, str]]:
    """Sort 2.png before 10.png: the original order, whether or not numbers have leading zeros."""
    pieces = re.split(r"(\d+)", file.name)
    return [(int(piece) if piece.isdigit() else -1, piece) for piece in pieces]


def _decode(path: Path) -> np.ndarray:
    try:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
    # Pillow's decoders raise many types on damaged bytes, SyntaxError and ValueError among them.
    except Exception as error:
        raise DataError(
            f"{path} cannot be read as an image ({error}); expected a whole .jpg or .png file. "
            "Replace this file, or unpack the images again."
        ) from None
    if pixels.shape != (SIDE, SIDE, 3):
        height, width = pixels.shape[:2]
        raise DataError(
            f"{path} is {width} x {height} pixels; expected {SIDE} x {SIDE}. "
            "CIFAR-10 is used at its own size: replace this file by the original."
        )
    return pixels
