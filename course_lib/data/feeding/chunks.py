"""The unit of work: a chunk of 128 shuffled, augmented images, a pure function of its number."""

from functools import lru_cache

import albumentations as A
import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from course_lib.data.augmentation import CHUNK, augment


@lru_cache(maxsize=2)
def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """Return the order of the training images in one epoch; pure, so that a resume repeats it."""
    return np.random.default_rng([seed, epoch]).permutation(count)


class AugmentedChunks(Dataset):
    """Chunks of 128 shuffled, augmented images; the index is ``(epoch, chunk)``.

    The index carries everything that a draw depends on, so a worker needs no state of its own.
    An item is ``(images, labels)``: (128, H, W, 3) uint8 and (128,) int64; the last may be shorter.
    """

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, transform: A.Compose | None, seed: int
    ) -> None:
        self.images, self.labels = images, labels
        self.transform, self.seed = transform, seed

    def __len__(self) -> int:
        return -(-len(self.labels) // CHUNK)

    def __getitem__(self, index: tuple[int, int]) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(self.augmented(*index)), self.names(*index)

    def where(self, epoch: int, chunk: int) -> np.ndarray:
        """Return which training images the chunk holds, (128,) or fewer in the last."""
        order = epoch_order(len(self.labels), self.seed, epoch)
        return order[chunk * CHUNK : (chunk + 1) * CHUNK]

    def augmented(self, epoch: int, chunk: int) -> np.ndarray:
        """Return the images of a chunk, augmented, (128, H, W, 3) uint8."""
        images = self.images[self.where(epoch, chunk)]
        if self.transform is None:
            return images
        return augment(self.transform, images, self.seed, epoch, chunk)

    def names(self, epoch: int, chunk: int) -> Tensor:
        """Return the labels of a chunk, (128,) int64."""
        return torch.from_numpy(self.labels[self.where(epoch, chunk)])


def one_thread() -> None:
    """Keep OpenCV and torch in this worker to one thread: the workers are the parallelism."""
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
