"""Fashion-MNIST: 70,000 grey pictures of garments, read from its four idx files.

Source: Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747, https://github.com/zalandoresearch/fashion-mnist.
The idx format: two zero bytes, a byte for the type of the numbers, a byte for how many axes there
are, the length of each as four bytes (big-endian), and then the numbers.
"""

import gzip
import math
import os
import zlib
from pathlib import Path

import numpy as np

from course_lib.data.errors import DataError
from course_lib.data.grey import GARMENTS, SIDE, GreyData

_PARTS = ("train", "t10k")
_BYTE = 8  # the idx type of numbers from 0 to 255
_ZIPPED = b"\x1f\x8b"  # how a gzip file begins
DEBIAN = Path("/usr/share/datasets/fashion-mnist")  # where its package dataset-fashion-mnist lies
TORCHVISION = Path("data/FashionMNIST/raw")  # where torchvision puts it, given the folder data
MIRRORS = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)
DOWNLOADS = {  # md5 as torchvision has them, and bytes
    "train-images-idx3-ubyte.gz": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
    "train-labels-idx1-ubyte.gz": ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
    "t10k-images-idx3-ubyte.gz": ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
    "t10k-labels-idx1-ubyte.gz": ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
}


def fashion_mnist(folder: str | Path | None = None, download: bool = True) -> GreyData:
    """Return Fashion-MNIST: 60,000 training and 10,000 test pictures, in their own order.

    Looked for in ``folder``; without one in ``data/fashion-mnist`` and ``data/FashionMNIST/raw``
    here, and where Debian's package puts it. Files may be packed (.gz) or not. What is nowhere is
    downloaded into ``data/fashion-mnist`` (31 MB), never into a folder that was named.
    Raises ``DataError`` with what was found, what was expected and what to do.
    """
    if folder is not None:
        return read_folder(Path(folder).expanduser())
    here = Path("data/fashion-mnist")
    for place in (here, TORCHVISION, DEBIAN):
        if all(_find(place, name) for name in _names()):
            return read_folder(place)
    _download(here, download)
    return read_folder(here)


def read_folder(folder: Path) -> GreyData:
    """Read the four idx files of a folder, packed or not."""
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Name the one that holds {_four()}.")
    missing = [name for name in _names() if not _find(folder, name)]
    if missing:
        raise DataError(
            f"{folder} lacks {', '.join(missing)}; expected {_four()}, each with or without .gz. "
            "Put the missing ones there, or name another folder."
        )
    arrays = [array for part in _PARTS for array in _read_part(folder, part)]
    return GreyData("Fashion-MNIST", *arrays)


def read_idx(path: Path, axes: int) -> np.ndarray:
    """Return the numbers of an idx file of uint8, which must have that many axes."""
    content = _content(path)
    expected = bytes([0, 0, _BYTE, axes])
    if content[:4] != expected:
        raise DataError(
            f"{path} is no idx file of {axes} axes: it begins with {content[:4].hex(' ') or '–'}, "
            f"expected {expected.hex(' ')}. Replace it by the original."
        )
    start = 4 + 4 * axes
    head = content[4:start].ljust(4 * axes, b"\0")
    shape = tuple(int.from_bytes(head[at : at + 4], "big") for at in range(0, 4 * axes, 4))
    if len(content) != start + math.prod(shape):
        raise DataError(
            f"{path} holds {max(0, len(content) - start):,} numbers, and its head promises "
            f"{' x '.join(map(str, shape))}. It is cut off or damaged: replace it by the original."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()


def _names() -> list[str]:
    return [name.removesuffix(".gz") for name in DOWNLOADS]


def _four() -> str:
    return "the four files " + ", ".join(_names())


def _find(folder: Path, name: str) -> Path | None:
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def _read_part(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    images = read_idx(images_file := _find(folder, f"{part}-images-idx3-ubyte"), 3)
    labels = read_idx(labels_file := _find(folder, f"{part}-labels-idx1-ubyte"), 1)
    if images.shape[1:] != (SIDE, SIDE):
        raise DataError(
            f"The pictures of {images_file} are {images.shape[1]}x{images.shape[2]}; expected "
            f"{SIDE}x{SIDE}. Replace the file by the original."
        )
    if len(images) != len(labels):
        raise DataError(
            f"{images_file} holds {len(images):,} pictures and {labels_file} {len(labels):,} "
            "labels; expected as many of both. Take both from the same place."
        )
    if len(labels) and labels.max() >= len(GARMENTS):
        raise DataError(
            f"{labels_file} holds a label of {labels.max()}; expected 0 to {len(GARMENTS) - 1}. "
            "Replace the file by the original."
        )
    return images, labels.astype(np.int64)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_ZIPPED) else content
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(
            f"{path} cannot be unpacked ({error}). It is cut off or damaged: replace it by the "
            "original."
        ) from None


def _download(folder: Path, download: bool) -> None:
    from course_lib.data.download import Unreachable, fetch  # tqdm loads with it

    reasons = "downloading was switched off (download=False)"
    try:
        for name, (digest, size) in DOWNLOADS.items() if download else ():
            if not _find(folder, name.removesuffix(".gz")):
                fetch(folder / name, [mirror + name for mirror in MIRRORS], digest, size)
    except Unreachable as error:
        reasons, download = f"no mirror could deliver it:\n{error}", False
    if not download:
        raise DataError(
            f"Fashion-MNIST was not found in {os.path.abspath(folder)}, {TORCHVISION} or {DEBIAN}, "
            f"and {reasons}\n"
            "Three ways to get it:\n"
            "  1. Connect to the network and run again; a broken download goes on.\n"
            "  2. On Debian or Ubuntu: apt install dataset-fashion-mnist.\n"
            f"  3. Name a folder that holds {_four()}.\n"
            "Or use the drawn garments, which need no download."
        )
