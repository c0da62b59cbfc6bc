"""How much memory something takes: this process and its children, shared pages counted once."""

import multiprocessing
import os
from pathlib import Path
from typing import Self

import torch


class MemoryOf:
    """The most memory that was taken inside a ``with`` statement, in MiB, beyond that before it.

    ``most`` is main memory, looked at by ``look()``, 0 where the system does not say (it is
    Linux that does); ``most_gpu`` is torch's on a CUDA device.
    """

    def __init__(self, device: torch.device) -> None:
        self.cuda = device if device.type == "cuda" else None
        self.most = self.most_gpu = 0.0

    def __enter__(self) -> Self:
        self._before = _taken()
        if self.cuda:
            torch.cuda.reset_peak_memory_stats(self.cuda)
            self._before_gpu = torch.cuda.memory_allocated(self.cuda)
        return self

    def __exit__(self, *_error: object) -> None:
        if self.cuda:
            peak = torch.cuda.max_memory_allocated(self.cuda)
            self.most_gpu = (peak - self._before_gpu) / 2**20

    def look(self) -> None:
        """Look at what is taken now."""
        self.most = max(self.most, _taken() - self._before)


def _taken() -> float:
    """The proportional set sizes of this process and its children, in MiB: shared pages once."""
    processes = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
    return sum(map(_of_one, processes))


def _of_one(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # another system, or the process has just ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
