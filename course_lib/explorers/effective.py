"""The effective part of a receptive field: the fewest pixels that hold most of its weight."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from course_lib.geometry import Share

MOST = 0.95
_HALVINGS = 36  # of the interval that the least weight lies in, where many weigh nearly the same
_FEW = 64  # pixels between its ends that are quicker looked at one by one
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Core:
    """How many ``pixels`` hold 95 % of the weight, and the ``least`` weight among them.

    Of pixels that weigh as much as the least, no more are counted than are needed.
    """

    pixels: int = 0
    least: float = 0.0


def core_of(weights: Iterable[float]) -> Core:
    """The core of any map, given as the weights of its pixels in any order."""
    ordered = sorted(weights, reverse=True)
    held = [*accumulate(ordered, initial=0)]
    pixels = bisect_left(held, MOST * held[-1])
    return Core(pixels, ordered[pixels - 1]) if pixels else Core()


def core_of_product(rows: Iterable[Share], columns: Iterable[Share]) -> Core:
    """The core of a map in which a pixel weighs its row's weight times its column's.

    Found by halving the interval of the least weight, since products are too many to be sorted
    while somebody waits.
    """
    rows, columns = Counter(filter(None, rows)), Counter(filter(None, columns))
    if not rows or not columns:
        return Core()
    tallest, widest = max(rows), max(columns)
    down = [(float(weight / tallest), count) for weight, count in rows.items()]
    across = sorted((float(weight / widest), count) for weight, count in columns.items())
    held = _Held(down, across)
    low, high = 0.0, 1.0 + _ROUNDING
    fewer, more = held(high), held(low)
    target = MOST * more[1]
    for _ in range(_HALVINGS):
        if more[0] - fewer[0] <= _FEW:
            break
        middle = (low + high) / 2
        if (there := held(middle))[1] >= target:
            low, more = middle, there
        else:
            high, fewer = middle, there
    pixels, mass = fewer
    for weight, count in sorted(held.between(low, high), reverse=True):
        needed = min(count, ceil((target - mass) / weight - _ROUNDING))
        pixels, mass = pixels + needed, mass + needed * weight
        if mass >= target * (1 - _ROUNDING):
            break
    return Core(pixels, weight * (1 - _ROUNDING) * tallest * widest)


class _Held:
    """Called with a least weight: the pixels that weigh as much or more, and their weight."""

    def __init__(self, down: list[tuple[float, int]], across: list[tuple[float, int]]) -> None:
        self._down = down
        self._across = across
        self._weights = [weight for weight, _ in across]
        self._counts = _sums_from(count for _, count in across)
        self._masses = _sums_from(weight * count for weight, count in across)

    def __call__(self, least: float) -> tuple[int, float]:
        pixels, mass = 0, 0.0
        for weight, count in self._down:
            place = bisect_left(self._weights, least / weight)
            pixels += count * self._counts[place]
            mass += count * weight * self._masses[place]
        return pixels, mass

    def between(self, least: float, most: float) -> Iterator[tuple[float, int]]:
        """The weights from ``least`` to below ``most``, each with the pixels that have it."""
        for down, count in self._down:
            first, last = (bisect_left(self._weights, end / down) for end in (least, most))
            yield from ((down * weight, count * n) for weight, n in self._across[first:last])


def _sums_from(numbers: Iterable[float]) -> list[float]:
    """The sum of the numbers from each place on, and 0 behind the last."""
    return [*accumulate(reversed([*numbers]), initial=0)][::-1]
