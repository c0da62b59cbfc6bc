"""The effective part of a receptive field: the fewest pixels that hold most of its weight."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from course_lib.geometry import Share

MOST = 0.95
_HALVINGS = 36  # of the interval that the least weight lies in
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
    rows, columns = Counter(rows), Counter(columns)
    if not rows or not columns:
        return Core()
    tallest, widest = max(rows), max(columns)
    down = [(float(weight / tallest), count) for weight, count in rows.items()]
    across = sorted((float(weight / widest), count) for weight, count in columns.items())
    held = _Held(down, across)
    low, high = 0.0, 1.0 + _ROUNDING
    target = MOST * held(low)[1]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if held(middle)[1] >= target else (low, middle)
    pixels, mass = held(low)
    spare = int((mass - target) / high + _ROUNDING)
    return Core(pixels - spare, low * (1 - _ROUNDING) * tallest * widest)


class _Held:
    """Called with a least weight: the pixels that weigh as much or more, and their weight."""

    def __init__(self, down: list[tuple[float, int]], across: list[tuple[float, int]]) -> None:
        self._down = down
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


def _sums_from(numbers: Iterable[float]) -> list[float]:
    """The sum of the numbers from each place on, and 0 behind the last."""
    return [*accumulate(reversed([*numbers]), initial=0)][::-1]
