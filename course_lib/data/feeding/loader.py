"""The first way: a Dataset, a DataLoader and albumentations, as the assignment asks for it."""

from collections.abc import Iterator

from torch.utils.data import DataLoader

from .base import Feeder, Pair
from .chunks import AugmentedChunks, one_thread


class EpochIndex:
    """A sampler that says ``(epoch, chunk)`` for every chunk of the present epoch."""

    def __init__(self, chunks: int) -> None:
        self.epoch, self.chunks = 0, chunks

    def __len__(self) -> int:
        return self.chunks

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter([(self.epoch, chunk) for chunk in range(self.chunks)])


class LoaderFeeder(Feeder):
    """A DataLoader whose workers augment chunk after chunk; with 0 workers this process does it.

    The images do not depend on ``workers``. Memory: each worker keeps four chunks ready.
    """

    way = "loader"

    def __init__(self, chunks: AugmentedChunks, batch_size: int, workers: int = 0) -> None:
        super().__init__(chunks, batch_size)
        self.index = EpochIndex(len(chunks))
        self.loader: DataLoader | None = DataLoader(
            chunks,
            batch_size=None,
            sampler=self.index,
            num_workers=workers,
            worker_init_fn=_begin,
            persistent_workers=workers > 0,
            prefetch_factor=4 if workers else None,
        )

    def pieces(self, epoch: int) -> Iterator[Pair]:
        if self.loader is None:
            raise ValueError("the feeder is closed; make a new one")
        self.index.epoch = epoch
        yield from self.loader

    def close(self) -> None:
        super().close()
        self.loader = None  # its workers end with the last reference to it


def _begin(_worker: int) -> None:
    one_thread()
