"""How long a call takes on the machine that it runs on."""

from collections.abc import Callable
from time import get_clock_info, perf_counter, process_time
from typing import Any

_FINE = 1e-5  # seconds; some systems count a process's time in steps of many milliseconds


def seconds(
    call: Callable[[], Any], repeats: int = 9, clock: Callable[[], float] = perf_counter
) -> float:
    """The shortest of some runs, behind one that does not count; in seconds.

    What else the machine does can only make a run longer, so the shortest says most about the call.
    Raises ValueError for fewer than one run.
    """
    if repeats < 1:
        raise ValueError(f"repeats={repeats}; at least one run has to be measured")
    call()
    return min(_once(call, clock) for _ in range(repeats))


def busy() -> float:
    """A clock that stands while the processor does something else: for calls on one thread.

    Where the system has none that is fine enough, it is the usual clock.
    """
    fine = get_clock_info("process_time").resolution <= _FINE
    return process_time() if fine else perf_counter()


def _once(call: Callable[[], Any], clock: Callable[[], float]) -> float:
    start = clock()
    call()
    return clock() - start
