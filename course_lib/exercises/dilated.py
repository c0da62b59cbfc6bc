"""The checks of lesson 04: ``from course_lib.exercises import dilated as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    def dilate(kernel, rate):
        '''kernel: a tensor of shape (height, width).'''
        return ...  # your lines
    check.dilate(dilate)

    def same_padding(kernel_size, dilation):
        '''The padding on each side that keeps the size at stride 1; kernel_size is odd.'''
        return ...  # your line
    check.same_padding(same_padding)

    def places(rates):
        '''The places that layers of three taps with these rates read, sorted; 0 is the own.'''
        return ...  # your lines
    check.places(places)

    rates = ...  # three, that leave no hole and span 17 places or more
    check.full_rates(rates)

    rates = ...  # three, that leave no hole and span as much as three can
    check.largest_rates(rates)

    field = ...  # of ten causal layers of two taps with rates 1, 2, 4, ..., 512
    check.causal_field(field)
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any

from course_lib.geometry import Convolution, PathCounts, chain, path_counts

from .comparing import SHAPE, TYPE, VALUE, Difference
from .engine import Mistake
from .functions import FunctionCheck
from .values import ValueCheck
from .words import described, show

AT_LEAST = 17  # places to span, in the first of the two puzzles


def _dilate(kernel: Any, rate: int) -> Any:
    from course_lib.convolutions import dilate  # here, because it loads torch

    return dilate(kernel, rate)


def _kernels() -> dict[str, tuple[Any, int]]:
    from torch import arange, float32

    def numbered(height: int, width: int) -> Any:
        return arange(1, height * width + 1, dtype=float32).reshape(height, width)

    return {
        "a 3x3 with rate 2": (numbered(3, 3), 2),
        "a 2x4 with rate 3": (numbered(2, 4), 3),
        "rate 1": (numbered(3, 2), 1),
        "a single weight": (numbered(1, 1), 4),
    }


def _repeated(kernel: Any, rate: int) -> Any:
    return kernel.repeat_interleave(rate, 0).repeat_interleave(rate, 1)


def _zeros_behind(kernel: Any, rate: int) -> Any:
    """Each weight followed by its zeros, the last ones too."""
    height, width = kernel.shape
    spread = kernel.new_zeros(rate * height, rate * width)
    spread[::rate, ::rate] = kernel
    return spread


def _one_way(kernel: Any, rate: int) -> Any:
    return _dilate(kernel, rate)[::rate]


dilate = FunctionCheck(
    name="dilate",
    reference=_dilate,
    cases=_kernels,
    mistakes=[
        Mistake(_repeated, "The weights are repeated. Between two of them belong zeros."),
        Mistake(
            _zeros_behind,
            "There are zeros behind the last weight too: the side is rate * (k - 1) + 1, not "
            "rate * k.",
        ),
        Mistake(
            lambda kernel, rate: _dilate(kernel, rate + 1),
            "One zero too many: with rate 2 a weight lies 2 further, with one zero between.",
        ),
        Mistake(_one_way, "The columns are apart, and the rows are not: it goes both ways."),
    ],
    right="The zeros are never multiplied by PyTorch: it steps over the places instead.",
)


def _same_padding(kernel_size: int, dilation: int) -> int:
    return Convolution(1, 1, kernel_size, padding="same", dilation=dilation).borders[0][0]


same_padding = FunctionCheck(
    name="same_padding",
    reference=_same_padding,
    cases={
        "a 3x3 with rate 2": (3, 2),
        "a 5x5 with rate 3": (5, 3),
        "a 7x7 with rate 1": (7, 1),
        "a 1x1": (1, 4),
    },
    mistakes=[
        Mistake(
            lambda kernel_size, dilation: (kernel_size - 1) // 2,
            "The dilation is missing: a kernel that is spread loses more at the edges.",
        ),
        Mistake(
            lambda kernel_size, dilation: dilation,
            "Padding by the rate is right for 3x3 kernels, and for no others.",
        ),
        Mistake(
            lambda kernel_size, dilation: kernel_size // 2 + dilation,
            "The rate does not add to the padding, it multiplies it.",
        ),
        Mistake(
            lambda kernel_size, dilation: dilation * (kernel_size - 1),
            "That is what both sides lose together; half of it goes to each.",
        ),
    ],
    right="For a 3x3 it is the rate itself: so one often sees `padding=2, dilation=2`.",
)


def _paths(rates: Sequence[int]) -> PathCounts:
    layers = [Convolution(1, 1, (1, 3), padding=(0, r), dilation=(1, r)) for r in rates]
    return path_counts(chain(layers, in_channels=1))


def _places(rates: Sequence[int]) -> list[int]:
    return sorted({column for _, column in _paths(rates).counts})


def _sums(steps: Callable[[int], Sequence[int]]) -> Callable[[Sequence[int]], list[int]]:
    """The sums of one step for each rate."""

    def added(rates: Sequence[int]) -> list[int]:
        found = {0}
        for rate in rates:
            found = {place + step for place in found for step in steps(rate)}
        return sorted(found)

    return added


places = FunctionCheck(
    name="places",
    reference=_places,
    cases={
        "rates 2, 2, 2": ([2, 2, 2],),
        "rates 1, 2, 9": ([1, 2, 9],),
        "one layer": ([4],),
        "five layers": ([1, 1, 3, 3, 7],),
    },
    mistakes=[
        Mistake(
            lambda rates: [*range(-sum(rates), sum(rates) + 1)],
            "That is the whole span. Which of its places can be reached by one step a layer?",
        ),
        Mistake(
            _sums(lambda rate: (-rate, rate)),
            "The tap in the middle is missing: a step may also be 0.",
        ),
        Mistake(
            _sums(lambda rate: (0, rate, 2 * rate)),
            "All steps go to the right. The middle tap stays, the others go to either side.",
        ),
        Mistake(
            lambda rates: sorted({step for rate in rates for step in (-rate, 0, rate)}),
            "Each layer is looked at alone. The steps of all layers add up.",
        ),
    ],
    right="The set of all sums of one step a layer: that is a receptive field, holes and all.",
)


def _full(rates: Sequence[int]) -> bool:
    return len(_places(rates)) == _span(rates)


def _span(rates: Sequence[int]) -> int:
    return 2 * sum(rates) + 1


def _holes(rates: Sequence[int]) -> str:
    """The nearest place that is not reached, and why."""
    seen = _places(rates)
    nearest = next(place for place in range(1, sum(rates)) if place not in seen)
    rest = f"The nearest hole is at {nearest}: no sum of steps from {show(list(rates))} makes it."
    if all(rate % 2 == 0 for rate in rates):
        return f"All rates are even, so no odd place is read. {rest}"
    return rest


def _three_rates(rates: Any) -> Difference | None:
    """What is wrong before the rates are looked at, or None."""
    if not isinstance(rates, (list, tuple)):
        return Difference(TYPE, described(rates), "a list of three rates")
    if len(rates) != 3:
        return Difference(SHAPE, f"{len(rates)} rates", "three, one for each layer")
    if not all(type(rate) is int and 0 < rate < 100 for rate in rates):
        return Difference(TYPE, show(rates), "three whole numbers from 1 to 99")
    return None


def _fit(rates: Any, span: int, advice: str) -> Difference | None:
    if wrong := _three_rates(rates):
        return wrong
    if not _full(rates):
        found = f"{len(_places(rates))} of {_span(rates)} places"
        return Difference(VALUE, found, "all of them", _holes(rates))
    if _span(rates) < span:
        return Difference(VALUE, f"no holes, and a span of {_span(rates)}", "more", advice)
    return None


def _wide_enough(rates: Any) -> Difference | None:
    return _fit(rates, AT_LEAST, f"The span is to be {AT_LEAST} or more; it is 1 + 2 * sum(rates).")


@lru_cache(maxsize=1)
def _best() -> tuple[int, ...]:
    """The rates with the largest span without a hole; three layers have 27 paths, so 27 at most."""
    return max(filter(_full, combinations_with_replacement(range(1, 14), 3)), key=sum)


def _widest(rates: Any) -> Difference | None:
    advice = "A wider span is possible. There are 3 * 3 * 3 paths: what if no two of them met?"
    return _fit(rates, _span(_best()), advice)


def _refused(judge: Callable[[Any], Difference | None], *wrong: list[int]) -> list[Mistake]:
    return [Mistake(rates, judge(rates).hint) for rates in wrong]


full_rates = ValueCheck(
    name="full_rates",
    answer=[1, 2, 5],
    accept=_wide_enough,
    mistakes=_refused(_wide_enough, [2, 4, 8], [1, 2, 9], [1, 4, 8], [1, 2, 3]),
    right="27 weights cover a box that one kernel would need 289 for. It can be wider still.",
)

largest_rates = ValueCheck(
    name="largest_rates",
    answer=lambda: list(_best()),
    accept=_widest,
    mistakes=_refused(_widest, [2, 4, 8], [1, 2, 9], [1, 4, 8], [1, 2, 5]),
    right="Each of 27 places by exactly one path. With n layers it is 3 to the n, at rates of 3 to "
    "the i: that is growth by factors.",
)

_WAVENET = [2**number for number in range(10)]


def _causal_field(taps: int, rates: Sequence[int]) -> int:
    layers = [Convolution(1, 1, (1, taps), dilation=(1, rate)) for rate in rates]
    return path_counts(chain(layers, in_channels=1)).span[1]


causal_field = ValueCheck(
    name="causal_field",
    answer=lambda: _causal_field(2, _WAVENET),
    mistakes=[
        Mistake(
            lambda: _causal_field(2, _WAVENET) - 1,
            "That is how far it looks back. The present moment is seen as well.",
        ),
        Mistake(
            lambda: _causal_field(3, _WAVENET),
            "That is with three taps a layer. With two, a layer adds its rate once.",
        ),
        Mistake(
            lambda: _WAVENET[-1],
            "That is what the last layer adds. The others look back too.",
        ),
        Mistake(
            lambda: 2 * len(_WAVENET),
            "The rates are not used: with rate r, the two taps lie r apart.",
        ),
    ],
    right="Ten layers and twenty weights for 1,024 moments: 64 milliseconds of sound at 16 kHz.",
)
