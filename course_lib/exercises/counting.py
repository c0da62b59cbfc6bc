"""Two checks of lesson 20: count the parameters of a plain network, then choose its widths."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from course_lib.geometry import Convolution, Linear

from .comparing import SHAPE, TYPE, VALUE, Difference
from .engine import Mistake
from .functions import FunctionCheck
from .values import ValueCheck
from .words import described, show

LEAST, LIMIT = 190_000, 200_000


def _parts(widths: Sequence[int]) -> dict[str, int]:
    """The parameters by where they are, for four blocks of three 3x3 convolutions."""
    channels = [3, *(width for width in widths for _ in range(3))]
    layers = [Convolution(before, after, 3) for before, after in pairwise(channels)]
    return {
        "convolutions": sum(layer.parameters - layer.out_channels for layer in layers),
        "biases": sum(channels[1:]),
        "head": Linear(widths[-1], 10).parameters,
        "BatchNorm": 2 * sum(channels[1:]),
    }


def _count(widths: Sequence[int], without: str = "") -> int:
    return sum(count for part, count in _parts(widths).items() if part != without)


def _count_parameters(widths: Sequence[int]) -> int:
    return _count(widths)


count_parameters = FunctionCheck(
    name="count_parameters",
    reference=_count_parameters,
    cases={
        "growing": ([16, 24, 32, 48],),
        "all alike": ([20, 20, 20, 20],),
        "shrinking": ([40, 24, 16, 8],),
    },
    mistakes=[
        Mistake(
            lambda widths: _count(widths, "biases"),
            "The biases of the convolutions are missing: torch adds one for each output channel, "
            "also in front of a BatchNorm, which makes it useless.",
        ),
        Mistake(
            lambda widths: _count(widths, "BatchNorm"),
            "The BatchNorms are missing: two for each channel, a scale and a shift.",
        ),
        Mistake(
            lambda widths: _count(widths, "head"),
            "The head is missing: the linear layer has widths[3] * 10 weights and 10 biases.",
        ),
        Mistake(
            lambda widths: _count(widths) + 2 * sum(3 * width for width in widths),
            "The running means and variances are counted. They are buffers: nothing trains them.",
        ),
    ],
    right="In front of a BatchNorm the biases do nothing: `bias=False` makes them a gift.",
)


def _forgotten(widths: Sequence[int]) -> str:
    """The part whose omission explains that these widths seemed to be narrow enough."""
    sentences = {
        "biases": "the biases of the convolutions, which torch adds unless told otherwise",
        "head": "the linear layer at the end",
        "BatchNorm": "the BatchNorms, two parameters a channel",
    }
    over = _count(widths) - LIMIT
    for part, words in sentences.items():
        if 0 <= over < _parts(widths)[part]:
            return f"It would be enough without {words}. Are they in your count?"
    return ""


def _in_range(widths: Any) -> Difference | None:
    if not isinstance(widths, (list, tuple)):
        return Difference(TYPE, described(widths), "a list of four whole numbers")
    if len(widths) != 4:
        return Difference(SHAPE, f"{len(widths)} widths", "four, one for each block")
    if not all(type(width) is int and width > 0 for width in widths):
        return Difference(TYPE, show(widths), "four whole numbers above 0")
    count = _count(widths)
    if LEAST <= count < LIMIT:
        return None
    expected = f"{LEAST:,} to {LIMIT - 1:,}"
    return Difference(VALUE, f"{count:,} parameters", expected, _forgotten(widths))


_TEMPTING = ([28, 32, 48, 64], [12, 40, 40, 72], [20, 24, 48, 72])  # a little above the limit

widths = ValueCheck(
    name="widths",
    answer=[24, 32, 48, 64],
    accept=_in_range,
    mistakes=[Mistake(wide, _forgotten(wide)) for wide in _TEMPTING],
    right="Plain 3x3 convolutions stop at 64 channels here; depthwise separable ones reach 160.",
)
