"""The worker's side of the pool: take the next ticket, augment its chunk, say that it is done."""

import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Semaphore

import albumentations as A
import numpy as np

from .chunks import AugmentedChunks, one_thread
from .shared import SharedArray

PATIENCE = 1.0  # seconds until a worker that waits looks whether its parent is still there


@dataclass(frozen=True)
class Job:
    """What the workers of a pool share; it travels to forked and to spawned processes.

    Tickets 0, 1, 2, … are the chunks of epoch ``first``, then those of the next, and so on without
    end. Ticket t is put into slot t mod ``len(ring)``. A permit is a slot that is free.
    """

    images: SharedArray
    labels: np.ndarray
    transform: A.Compose | None
    seed: int
    first: int
    ring: SharedArray
    permits: Semaphore
    taken: Synchronized

    def chunks(self) -> AugmentedChunks:
        """Return the chunks to be augmented, over the shared images."""
        return AugmentedChunks(self.images.array, self.labels, self.transform, self.seed)


def work(job: Job, writer: Connection) -> None:
    """Fill slots until the parent ends this process, or has ended itself.

    Sends ``(ticket, None)`` for a chunk that is ready, ``(ticket, sentence)`` where it failed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent decides
    one_thread()
    chunks, ring = job.chunks(), job.ring.array
    with suppress(BrokenPipeError):  # the parent was killed while a chunk was being augmented
        while parent_process().is_alive():
            if job.permits.acquire(timeout=PATIENCE):
                with job.taken:
                    ticket = job.taken.value
                    job.taken.value += 1
                writer.send((ticket, _fill(ring[ticket % len(ring)], chunks, job.first, ticket)))


def _fill(slot: np.ndarray, chunks: AugmentedChunks, first: int, ticket: int) -> str | None:
    """Put the chunk of a ticket into its slot; return what went wrong, in a sentence."""
    later, chunk = divmod(ticket, len(chunks))
    try:
        images = chunks.augmented(first + later, chunk)
        slot[: len(images)] = images
    except Exception as error:  # the parent raises it where training waits for this chunk
        return f"augmenting images raised {type(error).__name__}: {error}"
    return None
