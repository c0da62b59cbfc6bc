"""Checks of lesson 04: which places layers of three taps read, and rates without a hole."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement, product
from typing import Any

from course_lib.geometry import Convolution, chain, path_counts

from .comparing import SHAPE, TYPE, VALUE, Difference
from .engine import Mistake
from .functions import FunctionCheck
from .predictions import Prediction
from .values import ValueCheck
from .words import described, is_array, show

AT_LEAST = 17  # places to span, in the first of the two puzzles
_DISTANCES = range(9)  # of the copy task


def _places(rates: Sequence[int]) -> list[int]:
    layers = [Convolution(1, 1, (1, 3), padding=(0, r), dilation=(1, r)) for r in rates]
    return sorted({column for _, column in path_counts(chain(layers, in_channels=1)).counts})


def _sums(steps: Callable[[int], Sequence[int]]) -> Callable[[Sequence[int]], list[int]]:
    """The sums of one step for each rate."""

    def added(rates: Sequence[int]) -> list[int]:
        found = {0}
        for rate in rates:
            found = {place + step for place in found for step in steps(rate)}
        return sorted(found)

    return added


def _copy_holes() -> list[int]:
    """The distances to which rates 1, 2, 9 have no path."""
    return [distance for distance in _DISTANCES if distance not in _places([1, 2, 9])]


def _same_distances(answer: Any) -> Difference | None:
    """Any order will do, and a set; what is wrong otherwise."""
    found, right = _plain(answer), _copy_holes()
    if not isinstance(found, list) or not all(type(one) is int for one in found):
        return Difference(TYPE, described(answer), "a list of distances from 0 to 8")
    if sorted(set(found)) == right:
        return None
    return Difference(VALUE, show(answer), show(right))


copy_holes = Prediction(
    name="copy_holes",
    question="dilated/the distances that rates 1, 2, 9 cannot copy",
    text="three layers of kernel 3 with rates 1, 2, 9 span 25 places, 12 on each side. They must "
    "put out the bit that stands D places to the right: at which D from 0 to 8 does training fail?",
    answer=_copy_holes,
    accept=_same_distances,
    mistakes=[
        Mistake([], "All nine lie in the span, and the span has holes: what do 1, 2 and 9 add to?"),
        Mistake([4, 5, 6, 7, 8], "A step of 9 to the right and up to 3 back leads to 6, 7 and 8."),
        Mistake([1, 3, 5, 7], "That is so where all rates are even. With a rate of 1 there are odd "
                "sums too."),
        Mistake([0, 3, 4, 5, 6, 7, 8], "A step may be 0, and the steps of all layers add up: "
                "3 = 1 + 2 + 0."),
    ],
    right="The first two layers reach 3 places, the third one jumps by 9: 9 - 3 = 6. No path leads "
    "to 4 or 5.",
)  # fmt: skip


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
        Mistake(
            lambda rates: [place for place in _places(rates) if place >= 0],
            "The places to the left are missing: a step goes to either side.",
        ),
        Mistake(
            lambda rates: sorted(map(sum, product(*[(-rate, 0, rate) for rate in rates]))),
            "A place is listed once for each path to it. List each place once: a `set` does that.",
        ),
        Mistake(
            lambda rates: set(_places(rates)),
            "These are the places, but not in order: `sorted` makes a list that is.",
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


def _plain(answer: Any) -> Any:
    """A list of numbers out of what may pass for one; anything else as it is."""
    if is_array(answer):
        return answer.tolist()
    if isinstance(answer, (list, tuple, set)):
        return [one.item() if is_array(one) and not one.ndim else one for one in answer]
    return answer


def _three_rates(rates: Any) -> Difference | None:
    """What is wrong before the rates are looked at, or None."""
    if not isinstance(rates, list):
        return Difference(TYPE, described(rates), "a list of three rates")
    if len(rates) != 3:
        return Difference(SHAPE, f"{len(rates)} rates", "three, one for each layer")
    if not all(type(rate) is int for rate in rates):
        return Difference(TYPE, show(rates), "three whole numbers")
    if not all(0 < rate < 100 for rate in rates):
        return Difference(VALUE, show(rates), "three whole numbers from 1 to 99")
    return None


def _fit(answer: Any, span: int, advice: str) -> Difference | None:
    rates = _plain(answer)
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
    right="That is a box of 17x17 or more from 27 weights. One kernel without holes has 289 there.",
)

largest_rates = ValueCheck(
    name="largest_rates",
    answer=lambda: list(_best()),
    accept=_widest,
    mistakes=_refused(_widest, [2, 4, 8], [1, 2, 9], [1, 4, 8], [1, 2, 5]),
    right="Each of 27 places by exactly one path. With n layers it is 3 to the n, at rates of 3 to "
    "the i: that is growth by factors.",
)
