"""Bring augmented images to the device: chunks from workers, batches in order (lesson 20).

Images travel as uint8, a quarter of the bytes of float32, and are scaled to [0, 1] on the device.
"""

from collections.abc import Iterator
from functools import lru_cache

import albumentations as A
import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

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
        epoch, chunk = index
        order = epoch_order(len(self.labels), self.seed, epoch)
        where = order[chunk * CHUNK : (chunk + 1) * CHUNK]
        images = self.images[where]
        if self.transform is not None:
            images = augment(self.transform, images, self.seed, epoch, chunk)
        return torch.from_numpy(images), torch.from_numpy(self.labels[where])


def _one_thread(_worker: int) -> None:
    cv2.setNumThreads(0)
    torch.set_num_threads(1)


class EpochIndex:
    """A sampler that says ``(epoch, chunk)`` for every chunk of the present epoch."""

    def __init__(self, chunks: int) -> None:
        self.epoch, self.chunks = 0, chunks

    def __len__(self) -> int:
        return self.chunks

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter([(self.epoch, chunk) for chunk in range(self.chunks)])


class Feeder:
    """Batches of augmented training images, any batch size, any number of workers.

    ``feeder.epoch(3)`` yields (batch_size, H, W, 3) uint8 and (batch_size,) int64; a last batch
    that is not full is left out. The images do not depend on ``workers`` or ``batch_size``.
    """

    def __init__(self, dataset: AugmentedChunks, batch_size: int, workers: int = 0) -> None:
        if not 1 <= batch_size <= len(dataset.labels):
            raise ValueError(
                f"batch_size is {batch_size}; expected 1 to {len(dataset.labels)}, "
                "the number of training images"
            )
        self.batch_size = batch_size
        self.steps = len(dataset.labels) // batch_size
        self.index = EpochIndex(len(dataset))
        self.loader = DataLoader(
            dataset,
            batch_size=None,
            sampler=self.index,
            num_workers=workers,
            worker_init_fn=_one_thread,
            persistent_workers=workers > 0,
            prefetch_factor=4 if workers else None,
        )

    def epoch(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        self.index.epoch = epoch
        images, labels, held = [], [], 0
        for chunk_images, chunk_labels in self.loader:
            images.append(chunk_images)
            labels.append(chunk_labels)
            held += len(chunk_labels)
            if held >= self.batch_size:
                ready, names = torch.cat(images), torch.cat(labels)
                full = held - held % self.batch_size
                for start in range(0, full, self.batch_size):
                    stop = start + self.batch_size
                    yield ready[start:stop], names[start:stop]
                images, labels, held = [ready[full:]], [names[full:]], held - full


def to_input(images: Tensor, device: torch.device) -> Tensor:
    """Move (N, H, W, 3) uint8 images to the device as (N, 3, H, W) float32 in [0, 1].

    The result keeps its bytes in channels-last order, which convolutions on CPU and CUDA like; on
    mps it does not, since gradients of BatchNorm were wrong there (pytorch issue 175189).
    """
    x = images.to(device).permute(0, 3, 1, 2).float().div(255)
    return x.contiguous() if device.type == "mps" else x
