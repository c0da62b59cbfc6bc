"""The third way: images and augmentation on the device, thousands of images at once."""

from collections.abc import Iterator

import numpy as np
import torch

from course_lib.data.augmentation import CHUNK
from course_lib.data.device_augmentation import DeviceAugmentation

from .base import Feeder, Pair
from .chunks import AugmentedChunks, epoch_order

BLOCK = 32  # chunks that are augmented together: 4,096 images, some 150 MB while it lasts


class DeviceFeeder(Feeder):
    """The assignment's three transforms by torch on the device; not albumentations.

    Drawn from the same distributions, but not the same draws as the loader's and the pool's. The
    order of the images is theirs. Memory: the training images, uint8, on the device (154 MB for
    CIFAR-10). Raises ValueError for an augmentation of more than those three.
    """

    way, library = "device", "torch"

    def __init__(self, chunks: AugmentedChunks, batch_size: int, device: torch.device) -> None:
        super().__init__(chunks, batch_size)
        self.augmentation = DeviceAugmentation(chunks.transform)
        self.images = torch.from_numpy(chunks.images).to(device)
        self.labels = torch.from_numpy(chunks.labels).to(device)

    def pieces(self, epoch: int) -> Iterator[Pair]:
        order = epoch_order(len(self.labels), self.chunks.seed, epoch)
        size = self.images.shape[1:3]
        for start in range(0, len(self.chunks), BLOCK):
            block = order[start * CHUNK : (start + BLOCK) * CHUNK]
            lengths = [len(block[at : at + CHUNK]) for at in range(0, len(block), CHUNK)]
            draws = [
                self.augmentation.draw(length, size, self.chunks.seed, epoch, start + number)
                for number, length in enumerate(lengths)
            ]
            where = torch.from_numpy(block).to(self.images.device)
            images = self.augmentation.apply(self.images[where], _joined(draws))
            yield images, self.labels[where]


def _joined(draws: list) -> list[tuple[np.ndarray, np.ndarray]]:
    """Turn the draws of several chunks into those of one long chunk."""
    return [
        tuple(np.concatenate(arrays) for arrays in zip(*of_one, strict=True))
        for of_one in zip(*draws, strict=True)
    ]
