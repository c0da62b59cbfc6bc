"""How long a call takes on the machine that it runs on."""

from collections.abc import Callable
from time import perf_counter
from typing import Any


def seconds(call: Callable[[], Any], repeats: int = 9) -> float:
    """The shortest of some runs, behind one that does not count; in seconds.

    What else the machine does can only make a run longer, so the shortest says most about the call.
    Raises ValueError for fewer than one run.
    """
    if repeats < 1:
        raise ValueError(f"repeats={repeats}; at least one run has to be measured")
    call()
    return min(_once(call) for _ in range(repeats))


def _once(call: Callable[[], Any]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start
