"""Memory that processes share."""

import ctypes
import math
from multiprocessing.context import BaseContext

import numpy as np


class SharedArray:
    """A uint8 array in memory that this process and those it starts share.

    On Linux and macOS the memory is a mapped file that has no name any more, in /dev/shm or, where
    that is too small (64 MB in a container, often), in the folder for temporary files: it is gone
    with the last process that has it, however that ends, and nothing is left to clean up.
    """

    def __init__(self, shape: tuple[int, ...], context: BaseContext) -> None:
        self.shape = shape
        self._memory = context.RawArray(ctypes.c_uint8, math.prod(shape))

    @property
    def array(self) -> np.ndarray:
        """The array itself; whoever keeps it keeps the memory."""
        return np.frombuffer(self._memory, dtype=np.uint8).reshape(self.shape)
