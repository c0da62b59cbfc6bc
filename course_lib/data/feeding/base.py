"""What all ways of feeding share: whole batches in order, and how long training waited for them."""

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor

from .chunks import AugmentedChunks

Pair = tuple[Tensor, Tensor]


class Feeder(ABC):
    """Batches of augmented training images, any batch size; use it in a ``with`` statement.

    ``feeder.epoch(3)`` yields ``steps`` pairs, (batch_size, H, W, 3) uint8 and (batch_size,) int64;
    a last batch that is not full is left out. The images do not depend on the batch size.
    ``waited`` are the seconds so far in which training stood still for its images. ``way`` names
    the way, ``library`` what augments. Raises ValueError for a batch larger than the data.
    """

    way: ClassVar[str]
    library: ClassVar[str] = "albumentations"

    def __init__(self, chunks: AugmentedChunks, batch_size: int) -> None:
        if not 1 <= batch_size <= len(chunks.labels):
            raise ValueError(
                f"batch_size is {batch_size}; expected 1 to {len(chunks.labels)}, "
                "the number of training images"
            )
        self.chunks, self.batch_size = chunks, batch_size
        self.steps = len(chunks.labels) // batch_size
        self.waited = 0.0
        self._pieces: Iterator[Pair] = iter(())

    def epoch(self, epoch: int) -> Iterator[Pair]:
        """Yield the batches of one epoch, counted from 1, in the order that the seed gives."""
        self._pieces = self.pieces(epoch)
        batches = in_batches(self._pieces, self.batch_size)
        while True:
            started = time.perf_counter()
            batch = next(batches, None)
            self.waited += time.perf_counter() - started
            if batch is None:
                return
            yield batch

    def description(self) -> dict[str, str | list[str]]:
        """Say for the log's header how the images came, and what was done to them."""
        transforms = self.chunks.transform.transforms if self.chunks.transform else []
        return {
            "way": self.way,
            "library": self.library,
            "version": version(self.library),
            "transforms": [re.sub(r" at 0x[0-9a-f]+", "", repr(part)) for part in transforms],
        }

    @abstractmethod
    def pieces(self, epoch: int) -> Iterator[Pair]:
        """Yield the images and labels of one epoch in order, in pieces of any length."""

    def close(self) -> None:
        """Release what the feeder holds: processes and shared memory."""
        if close := getattr(self._pieces, "close", None):
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def in_batches(pieces: Iterable[Pair], size: int) -> Iterator[Pair]:
    """Cut pieces of any length into batches of one size; what is left at the end is dropped."""
    images, labels, held = [], [], 0
    for piece, names in pieces:
        images.append(piece)
        labels.append(names)
        held += len(names)
        if held >= size:
            ready, known = _joined(images), _joined(labels)
            full = held - held % size
            for start in range(0, full, size):
                yield ready[start : start + size], known[start : start + size]
            held -= full
            images, labels = ([ready[full:]], [known[full:]]) if held else ([], [])


def _joined(parts: list[Tensor]) -> Tensor:
    """Put tensors behind each other, on the CPU by this thread alone.

    ``torch.cat`` would wake all its threads for it, and these go on spinning for a while, on the
    cores that the workers need: with two cores it cost a third of one.
    """
    if len(parts) == 1:
        return parts[0]
    if parts[0].device.type != "cpu":
        return torch.cat(parts)
    return torch.from_numpy(np.concatenate([part.numpy() for part in parts]))


def to_input(images: Tensor, device: torch.device) -> Tensor:
    """Move (N, H, W, 3) uint8 images to the device as (N, 3, H, W) float32 in [0, 1].

    The result keeps its bytes in channels-last order, which convolutions on CPU and CUDA like; on
    mps it does not, since gradients of BatchNorm were wrong there (pytorch issue 175189).
    """
    x = images.to(device).permute(0, 3, 1, 2).float().div(255)
    return x.contiguous() if device.type == "mps" else x
