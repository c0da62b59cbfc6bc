"""Decode once: the arrays of a data set in one .npz file beside it, or in the user's cache."""

import hashlib
import os
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from course_lib.data.dataset import ImageData
from course_lib.files import write_atomically

FILE = "cifar10-decoded.npz"
FORMAT = 1
ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")


def cached(home: Path, files: Iterable[Path], decode: Callable[[], ImageData]) -> ImageData:
    """Return ``decode()``, or what an earlier call kept of it, if ``files`` are still the same.

    The arrays are kept in ``home``, else (read-only, full) in the user's cache folder; where
    neither takes them, a warning says so and the data come back all the same.
    """
    key = fingerprint(files)
    places = [home / FILE, user_cache(home)]
    for place in places:
        data = _load(place, key)
        if data is not None:
            return data
    data = decode()
    _keep(data, places, key)
    return data


def fingerprint(files: Iterable[Path]) -> str:
    """Digest names, sizes and times of change, so that a changed folder is decoded anew."""
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for file in files:
        state = file.stat()
        digest.update(f"{os.path.abspath(file)}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def user_cache(home: Path) -> Path:
    """Return the cache file for ``home`` in the user's cache folder (XDG_CACHE_HOME, ~/.cache)."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    return base / "course_lib" / f"{name}-{FILE}"


def _load(place: Path, key: str) -> ImageData | None:
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if kept["key"] != key:
                return None
            arrays = {name: kept[name] for name in ARRAYS}
            return ImageData(str(kept["name"]), tuple(kept["classes"].tolist()), **arrays)
    # Absent, unreadable or damaged: only a copy of what can be decoded again.
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _keep(data: ImageData, places: list[Path], key: str) -> None:
    reasons = []
    for place in places:
        try:
            _write(data, place, key)
            return
        except OSError as error:
            reasons.append(f"{place}: {error.strerror or error}")
    warnings.warn(
        f"{data.name} was read, but its arrays could not be kept for the next time "
        f"({'; '.join(reasons)}). Free about 190 MB, or pass cache=False to go on without.",
        stacklevel=4,
    )


def _write(data: ImageData, place: Path, key: str) -> None:
    arrays = {name: getattr(data, name) for name in ARRAYS}
    facts = {"key": key, "name": data.name, "classes": data.classes}
    write_atomically(place, lambda file: np.savez(file, **facts, **arrays))
