"""Grey pictures of garments with their labels, whole in memory as uint8 arrays (lesson 09)."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

SIDE = 28
GARMENTS = ("T-shirt", "trouser", "pullover", "dress", "coat",
            "sandal", "shirt", "sneaker", "bag", "ankle boot")  # fmt: skip
TROUSER = GARMENTS.index("trouser")


@dataclass(frozen=True, eq=False)
class GreyData:
    """Training and test pictures of the ten garments, and the name that figures must carry.

    Pictures are (N, 28, 28) uint8, bright on a background of 0; labels (N,) int64, indices into
    ``GARMENTS``. Source of classes and form: Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747.
    """

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    @cached_property
    def digest(self) -> str:
        """First 16 hex digits of the sha256 of all pixels and labels, training before test."""
        digest = hashlib.sha256()
        for images, labels in ((self.train_images, self.train_labels),
                               (self.test_images, self.test_labels)):  # fmt: skip
            digest.update(np.ascontiguousarray(images))
            digest.update(labels.astype(np.uint8).tobytes())
        return digest.hexdigest()[:16]
