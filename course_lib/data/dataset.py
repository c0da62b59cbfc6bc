"""A data set of labelled pictures, whole in memory as uint8 arrays."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from course_lib.data.errors import DataError


@dataclass(frozen=True, eq=False)
class ImageData:
    """Training and test images with their labels, and the name that figures must carry.

    Images are (N, H, W, 3) uint8 in RGB, labels (N,) int64, indices into ``classes``. A data set
    read by ``cifar10`` is sorted by class, each class in its original order. Raises ``DataError``
    for arrays of another shape or type.
    """

    name: str
    classes: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def __post_init__(self) -> None:
        _check("training", self.train_images, self.train_labels, len(self.classes))
        _check("test", self.test_images, self.test_labels, len(self.classes))

    @property
    def is_drawn(self) -> bool:
        """Whether the pictures are drawn by the program, not photographs."""
        return self.name.startswith("synthetic set")

    @cached_property
    def label_digest(self) -> str:
        """First 16 hex digits of the sha256 of the test labels, as little-endian int64 bytes."""
        return hashlib.sha256(self.test_labels.astype("<i8").tobytes()).hexdigest()[:16]

    @cached_property
    def mean(self) -> tuple[float, float, float]:
        """Mean of the training images in each channel, in [0, 1]."""
        counts, levels = self._histogram, np.arange(256) / 255
        red, green, blue = (counts * levels).sum(axis=1) / counts.sum(axis=1)
        return float(red), float(green), float(blue)

    @cached_property
    def std(self) -> tuple[float, float, float]:
        """Standard deviation over all training pixels in each channel, in [0, 1]."""
        counts, levels = self._histogram, np.arange(256) / 255
        squares = (levels - np.array(self.mean)[:, None]) ** 2
        red, green, blue = np.sqrt((counts * squares).sum(axis=1) / counts.sum(axis=1))
        return float(red), float(green), float(blue)

    @cached_property
    def _histogram(self) -> np.ndarray:
        # Counting levels is exact, and 1,000 images at a time need no float copy of all pixels.
        counts = np.zeros((3, 256), dtype=np.int64)
        for start in range(0, len(self.train_images), 1000):
            block = self.train_images[start : start + 1000]
            for channel in range(3):
                counts[channel] += np.bincount(block[..., channel].ravel(), minlength=256)
        return counts

    def hold_out(self, count: int = 5000, seed: int = 0) -> "ImageData":
        """Split the training images: ``count`` of them become the test set, the rest stay.

        Choices (network, schedule, augmentation) are made on such a split, so that the real test
        set stays unseen. The same number is drawn from each class, to within one image.
        """
        held = self._draw(count, seed)
        rest = np.setdiff1d(np.arange(len(self.train_labels)), held)
        return ImageData(
            f"{self.name} (held-out training images)",
            self.classes,
            self.train_images[rest],
            self.train_labels[rest],
            self.train_images[held],
            self.train_labels[held],
        )

    def subset(self, per_class: int, seed: int = 0) -> "ImageData":
        """Keep ``per_class`` training images of each class; the test set stays whole."""
        kept = self._draw(per_class * len(self.classes), seed)
        return replace(
            self,
            name=f"{self.name} ({len(kept):,} of the training images)",
            train_images=self.train_images[kept],
            train_labels=self.train_labels[kept],
        )

    def _draw(self, count: int, seed: int) -> np.ndarray:
        """Return the sorted indices of ``count`` training images, the same number a class."""
        random = np.random.default_rng(seed)
        share, extra = divmod(count, len(self.classes))
        drawn = []
        for label, name in enumerate(self.classes):
            members = np.flatnonzero(self.train_labels == label)
            wanted = share + (label < extra)
            if not 0 < wanted <= len(members):
                raise DataError(
                    f"{wanted} training images of class {name} were asked for, and {self.name} "
                    f"has {len(members)}. Ask for 1 to {len(members)} a class."
                )
            # Ranks of uniform numbers, not a shuffle: the order then rests on doubles alone.
            drawn.append(members[np.argsort(random.random(len(members)))[:wanted]])
        return np.sort(np.concatenate(drawn))


def _check(part: str, images: np.ndarray, labels: np.ndarray, classes: int) -> None:
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[-1] != 3:
        raise DataError(
            f"The {part} images are {images.dtype} of shape {images.shape}; expected uint8 of "
            "shape (N, H, W, 3). Scale to 0–255 and put the channels last."
        )
    if labels.dtype != np.int64 or labels.shape != (len(images),):
        raise DataError(
            f"The {part} labels are {labels.dtype} of shape {labels.shape}; expected int64 of "
            f"shape ({len(images)},), one label an image."
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() < classes:
        raise DataError(
            f"The {part} labels run from {labels.min()} to {labels.max()}; expected 0 to "
            f"{classes - 1}, an index into the {classes} classes."
        )
