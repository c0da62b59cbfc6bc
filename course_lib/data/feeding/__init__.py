"""Bring augmented images to the device: three ways behind one ``Feeder`` (lessons 09 and 20).

``loader`` is a DataLoader, ``pool`` gives the same images from processes that work an epoch ahead,
``device`` does the assignment's three transforms by torch. Images travel as uint8, a quarter of the
bytes of float32, and are scaled to [0, 1] on the device. `bench feed` measures all three.
"""

import torch

from .base import Feeder, to_input
from .chunks import AugmentedChunks, epoch_order
from .device import DeviceFeeder
from .loader import LoaderFeeder
from .pool import PoolFeeder, usable_cores

WAYS = ("loader", "pool", "device")

__all__ = [
    "WAYS",
    "AugmentedChunks",
    "DeviceFeeder",
    "Feeder",
    "LoaderFeeder",
    "PoolFeeder",
    "epoch_order",
    "make_feeder",
    "to_input",
    "usable_cores",
]


def make_feeder(
    way: str,
    chunks: AugmentedChunks,
    batch_size: int,
    *,
    workers: int | None = None,
    device: torch.device | str = "cpu",
    last: int | None = None,
) -> Feeder:
    """Return the feeder of one of the ``WAYS``; close it, or use it in a ``with`` statement.

    ``workers`` is the number of processes: none for the loader and one a core for the pool where it
    is None; the device needs none. ``device`` is where the third way augments, ``last`` the last
    epoch that will be asked for. Raises ValueError for another way, or one that cannot be taken.
    """
    if way == "loader":
        return LoaderFeeder(chunks, batch_size, workers or 0)
    if way == "pool":
        return PoolFeeder(chunks, batch_size, workers, last)
    if way == "device":
        return DeviceFeeder(chunks, batch_size, torch.device(device))
    raise ValueError(f"feed is {way!r}; expected one of {', '.join(WAYS)}")
