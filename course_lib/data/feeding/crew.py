"""The parent's side of the pool: start workers, wait for the next chunk, notice who is missing."""

import ctypes
import signal
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pickle import PicklingError

import torch

from course_lib.data.augmentation import CHUNK

from .base import Pair
from .chunks import AugmentedChunks
from .shared import SharedArray
from .worker import Job, work


class Crew:
    """Worker processes that augment from epoch ``first`` on, up to ``last``, an epoch ahead.

    The ring has one slot for each chunk of an epoch. A slot is filled anew as soon as its chunk is
    taken, so the workers are an epoch ahead of training, as with two buffers that take turns, in
    half the memory. Ended by ``stop()``, with the object, or with this process.
    """

    def __init__(
        self, chunks: AugmentedChunks, workers: int, first: int, last: int | None,
        context: BaseContext,
    ) -> None:  # fmt: skip
        slots = len(chunks)
        self._total = None if last is None else (last - first + 1) * slots
        images = SharedArray(chunks.images.shape, context)
        images.array[:] = chunks.images
        self._chunks, self._first = chunks, first
        ring = SharedArray((slots, CHUNK, *chunks.images.shape[1:]), context)
        self._job = Job(
            images, chunks.labels, chunks.transform, chunks.seed, first, ring,
            context.Semaphore(slots), context.Value(ctypes.c_int64, 0),
        )  # fmt: skip
        self._ring = ring.array
        self._next, self._ready = 0, set()
        self._processes: list[BaseProcess] = []
        self._readers: list[Connection] = []
        self.stop = weakref.finalize(self, _end, self._processes)
        for _ in range(workers):
            self._start(context)

    def _start(self, context: BaseContext) -> None:
        reader, writer = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(self._job, writer), daemon=True)
        self._processes.append(process)
        self._readers.append(reader)
        try:
            with _ctrl_c_held_back():
                process.start()
        except (PicklingError, AttributeError, TypeError) as error:
            raise ValueError(
                f"the augmentation cannot be sent to a process that is started anew: {error}. "
                "Define its functions in a module, not in a notebook or inside a function"
            ) from error
        writer.close()  # the worker's end is now the only one: if it dies, the pipe says so

    @property
    def epoch(self) -> int | None:
        """The epoch whose first chunk is next; None inside an epoch, and after the end."""
        done, inside = divmod(self._next, len(self._chunks))
        return self._first + done if self.stop.alive and not inside else None

    def take(self) -> Pair:
        """Wait for the next chunk; return its images, (128, H, W, 3) uint8, and its labels.

        Raises ChildProcessError with a sentence if augmenting it failed or a worker has ended.
        """
        while self._next not in self._ready:
            self._listen()
        self._ready.remove(self._next)
        later, chunk = divmod(self._next, len(self._chunks))
        labels = self._chunks.names(self._first + later, chunk)
        # A copy, since the slot is filled with another chunk at once.
        images = self._ring[self._next % len(self._ring)][: len(labels)].copy()
        self._next += 1
        if self._total is None or self._next + len(self._ring) <= self._total:
            self._job.permits.release()
        return torch.from_numpy(images), labels

    def _listen(self) -> None:
        """Wait until a worker says something, or has ended."""
        sentinels = {process.sentinel: process for process in self._processes}
        for source in wait([*self._readers, *sentinels]):
            if source in sentinels:
                self._give_up(sentinels[source])
            try:
                ticket, problem = source.recv()
            except (EOFError, OSError):
                self._give_up(self._processes[self._readers.index(source)])
            if problem:
                self.stop()
                raise ChildProcessError(problem)
            self._ready.add(ticket)

    def _give_up(self, process: BaseProcess) -> None:
        process.join(1)
        self.stop()
        code = process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        why = "often because memory ran out" if code < 0 else "what it wrote stands above"
        raise ChildProcessError(
            f"a process that augments images {how}, {why}. Fewer workers take less memory; "
            'feed="loader" with workers=0 takes none. On Windows and macOS a script has to train '
            'behind if __name__ == "__main__":'
        )


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Hold back Ctrl-C for a moment; a process that is started in it never gets one.

    Until it can say so itself it loads modules, for seconds where it is started anew, and Ctrl-C
    would end it there with a traceback. Windows has no such means.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(processes: list[BaseProcess]) -> None:
    """End processes that may be anywhere in their work; they own nothing that could be harmed."""
    started = [process for process in processes if process.pid is not None]
    for process in started:
        process.terminate()
    for process in started:
        process.join(2)
        if process.is_alive():
            process.kill()
            process.join()
    processes.clear()
