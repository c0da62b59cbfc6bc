"""Find CIFAR-10 on this computer, or download it; and the choice of a data set by name."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from course_lib.data.cache import cached
from course_lib.data.dataset import ImageData
from course_lib.data.errors import DataError
from course_lib.data.facts import CIFAR10, Facts
from course_lib.data.synthetic import synthetic

SETTING = "COURSE_DATA"


@dataclass(frozen=True)
class Source:
    """CIFAR-10 as found: where its decoded copy may be kept, its files, and how to read them."""

    home: Path
    files: list[Path]
    read: Callable[[], ImageData]


def cifar10(
    root: str | Path | None = None,
    download: bool = True,
    cache: bool = True,
    *,
    _facts: Facts = CIFAR10,
) -> ImageData:
    """Return CIFAR-10: 50,000 training and 10,000 test images of 32 x 32 pixels in ten classes.

    Looked for in ``root``, else in the folder that COURSE_DATA names, else in ``data/`` here and
    in the project: cifar-10-python.tar.gz, or the cifar-10-batches-py that it unpacks to, or an
    image folder train/<class>/, test/<class>/ (.jpg, .png; also one level deeper). If there is
    none it is downloaded into that place (170 MB). Decoded once, then kept as arrays (184 MB).

    Sorted by class, each class in its original order, so that labels, indices and ``label_digest``
    agree whichever way the data came. ``name`` says which: «CIFAR-10», «JPEG copy of CIFAR-10», …

    Raises ``DataError`` with what was found, what was expected and what to do. Never another data
    set in its place. Source: Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html
    """
    places = _places(root)
    source = _first_source(places, _facts)
    if source is None:
        source = _downloaded(places, download, _facts)
    return cached(source.home, source.files, source.read) if cache else source.read()


def load(name: str = "auto") -> ImageData:
    """Return the data set of that name: "cifar10", "synthetic" or "auto".

    "auto" is what COURSE_DATA names; where it names nothing, CIFAR-10 with a GPU and the synthetic
    set without one, because real training takes an hour or two there, even where the images lie
    ready. The caller says which it is by ``ImageData.name``.
    """
    if name not in ("auto", "cifar10", "synthetic"):
        raise DataError(f'Data set "{name}"; expected "auto", "cifar10" or "synthetic".')
    if name == "auto":
        name = _automatic()
    return cifar10() if name == "cifar10" else synthetic()


def _automatic() -> str:
    setting = os.environ.get(SETTING)
    if setting == "synthetic":
        return "synthetic"
    return "cifar10" if setting or _has_gpu() else "synthetic"


def _has_gpu() -> bool:
    import torch  # here, because this package loads numpy only

    return torch.cuda.is_available() or torch.backends.mps.is_available()


def _places(root: str | Path | None) -> list[Path]:
    """Return the places to look in; a download goes to the last of them."""
    if root is not None:
        return [Path(root).expanduser()]
    setting = os.environ.get(SETTING)
    if setting and setting != "synthetic":
        place = Path(setting).expanduser()
        if not place.exists():
            raise DataError(
                f"{SETTING} is {setting}, and there is no such folder. Correct it, create the "
                f"folder (CIFAR-10 is then downloaded into it), or set {SETTING}=synthetic."
            )
        return [place]
    here, project = Path.cwd(), Path(__file__).resolve().parents[2]
    # A student's notebook runs in a folder of the project; an installed wheel has no project.
    in_project = (project / "pyproject.toml").is_file() and project != here
    return [home / "data" for home in ([here, project] if in_project else [here])]


def _first_source(places: list[Path], facts: Facts) -> Source | None:
    return next((source for place in places if (source := _source(place, facts))), None)


def _source(place: Path, facts: Facts) -> Source | None:
    from course_lib.data import archive, folder  # Pillow loads with these

    packed = place if place.is_file() else place / facts.archive
    if packed.is_file():
        return Source(packed.parent, [packed], partial(archive.read_archive, packed, facts))
    batches = place if place.name == facts.folder else place / facts.folder
    if batches.is_dir():
        files = archive.batch_files(batches, facts)
        return Source(batches.parent, files, partial(archive.read_batches, batches, facts))
    home = folder.find_folder(place, facts)
    if home is None:
        return None
    images = folder.list_images(home, facts)
    files = images["train"] + images["test"]
    return Source(home, files, partial(folder.read_folder, home, images, facts))


def _downloaded(places: list[Path], download: bool, facts: Facts) -> Source:
    from course_lib.data.download import Unreachable, fetch

    target = places[-1] / facts.archive
    reasons = "downloading was switched off (download=False)"
    if download:
        try:
            fetch(target, facts.mirrors, facts.archive_md5, facts.archive_size)
            return _source(target, facts)
        except Unreachable as error:
            reasons = f"no mirror could deliver it:\n{error}"
    looked = " and ".join(map(str, places))
    raise DataError(
        f"CIFAR-10 was not found in {looked}, and {reasons}\nThree ways to get it:\n"
        "  1. Connect to the network and run again; a broken download goes on where it stopped.\n"
        f"  2. Put {facts.archive} (md5 {facts.archive_md5}) into {places[-1]}.\n"
        f"  3. Set {SETTING} to a folder that holds that archive, cifar-10-batches-py, or images "
        "as train/<class>/ and test/<class>/.\n"
        f"Or use the synthetic set, which needs no download: {SETTING}=synthetic."
    )
