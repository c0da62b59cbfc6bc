"""The second way: processes that prepare the epoch to come while the device trains on this one."""

import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing.context import BaseContext

from .base import Feeder, Pair
from .chunks import AugmentedChunks
from .crew import Crew


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class PoolFeeder(Feeder):
    """The same albumentations and the same images as the loader's, prepared an epoch ahead.

    Also while the test images are judged and a checkpoint is written. ``last`` is the last epoch
    that will be asked for, beyond which nothing is prepared. Epochs are best asked for in order:
    after a jump the workers begin anew. Forked and spawned processes give the same images.
    Memory: twice the training images (twice 154 MB for CIFAR-10), shared by all processes.
    Raises ChildProcessError, while training waits, if a worker has ended or could not augment.
    """

    way = "pool"

    def __init__(
        self, chunks: AugmentedChunks, batch_size: int, workers: int | None = None,
        last: int | None = None, context: BaseContext | None = None,
    ) -> None:  # fmt: skip
        super().__init__(chunks, batch_size)
        self.workers = usable_cores() if workers is None else workers
        if self.workers < 1:
            raise ValueError(
                f"feed 'pool' was given {workers} workers; it needs 1 or more. Use feed='loader' "
                "to augment in this process"
            )
        self.last = last
        self.context = context or multiprocessing.get_context()
        self._crew: Crew | None = None

    def pieces(self, epoch: int) -> Iterator[Pair]:
        if self._crew is None or self._crew.epoch != epoch:
            self._leave()
            last = None if self.last is None else max(epoch, self.last)
            self._crew = Crew(self.chunks, self.workers, epoch, last, self.context)
        for _ in range(len(self.chunks)):
            yield self._crew.take()

    def close(self) -> None:
        super().close()
        self._leave()

    def _leave(self) -> None:
        if self._crew is not None:
            self._crew.stop()
        self._crew = None
