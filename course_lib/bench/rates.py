"""What albumentations does with nothing around it: on one core, and on all at once."""

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import cv2

from course_lib.data.augmentation import CHUNK
from course_lib.data.feeding import AugmentedChunks
from course_lib.data.feeding.chunks import one_thread

_PATIENCE = 60  # seconds until a process gives up waiting for another that has ended


@dataclass(frozen=True)
class Rate:
    """Images in a time, in seconds."""

    images: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.images / self.seconds

    def __add__(self, other: "Rate") -> "Rate":
        """One after the other."""
        return Rate(self.images + other.images, self.seconds + other.seconds)


@dataclass(frozen=True)
class Bare:
    """The bare pipeline: in one process alone, and in ``processes`` at the same time, summed."""

    processes: int
    one: Rate
    together: Rate

    def __add__(self, other: "Bare") -> "Bare":
        return Bare(self.processes, self.one + other.one, self.together + other.together)


def bare(chunks: AugmentedChunks, processes: int, seconds: float = 1.0) -> Bare:
    """Measure both, for ``seconds`` each; the second is what the cores really have together.

    Two cores of one chip are seldom twice as fast as one: they share caches, memory, often clock.
    """
    return Bare(processes, one_core(chunks, seconds), all_cores(chunks, processes, seconds))


def one_core(chunks: AugmentedChunks, seconds: float = 1.0) -> Rate:
    """Measure albumentations in this process alone: no feeding, no other thread."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(0)
    rate = _measured(chunks, seconds)
    cv2.setNumThreads(threads)
    return rate


def _measured(chunks: AugmentedChunks, seconds: float) -> Rate:
    chunks.augmented(0, 0)  # the first call sets things up
    started, done, took = time.perf_counter(), 0, 0.0
    while took < seconds:
        done += len(chunks.augmented(0, done // CHUNK % max(1, len(chunks) - 1)))
        took = time.perf_counter() - started
    return Rate(done, took)


def all_cores(chunks: AugmentedChunks, processes: int, seconds: float = 1.0) -> Rate:
    """Measure the same in several processes that begin together; images of all of them."""
    context = multiprocessing.get_context()
    ready = context.Barrier(processes)
    readers = []
    for _ in range(processes):
        reader, writer = context.Pipe(duplex=False)
        readers.append(reader)
        context.Process(
            target=_one_of_many, args=(ready, chunks, seconds, writer), daemon=True
        ).start()
        writer.close()  # so that a process that dies is noticed
    rates = [reader.recv() for reader in readers]
    return Rate(sum(rate.images for rate in rates), max(rate.seconds for rate in rates))


def _one_of_many(
    ready: Barrier, chunks: AugmentedChunks, seconds: float, answer: Connection
) -> None:
    one_thread()  # for good: a forked process that asks OpenCV for its threads again may hang
    ready.wait(_PATIENCE)
    answer.send(_measured(chunks, seconds))
