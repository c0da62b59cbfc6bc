"""The lines that the search tries behind a map: likely settings, not all that there are."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from course_lib.geometry import Shape

from ..controls import Row
from .kinds import row, same_padding, with_padding
from .puzzle import Puzzle

Sizes = tuple[int, ...]

_KERNELS, _STRIDES, _RATES = (3, 5, 7), (1, 2, 4), (1, 2, 3, 4, 5, 6, 7, 8, 9)
_EVEN = (2, 4)  # kernels that are tried in short stacks: they double the sizes to follow
_SHORT = 4
_GROUPED_RATES = (1, 2, 3)
_GROUPS, _FACTORS = (2, 4, 8, 16, 32), (2, 4)
_TRANSPOSED = ((2, 2, 0), (4, 2, 1), (4, 4, 0), (6, 4, 1))  # kernel, stride, padding
_ENLARGING = ("transposed", "pixel shuffle", "nearest upsample", "bilinear upsample")


def menu(shape: Shape, puzzle: Puzzle) -> Iterator[Row]:
    """The lines that are tried behind a map of that shape."""
    widths = tuple(sorted({16, 32, 64, shape[0], 4 * puzzle.output[0], puzzle.output[0]}))
    even = _EVEN if puzzle.layers <= _SHORT else ()
    for kind, lines in _MENU.items():
        if kind not in _ENLARGING or shape[1] < puzzle.output[1]:
            yield from lines(kind, shape[0], widths, even)


def _windows(
    kind: str, kernels: Iterable[int] = _KERNELS, rates: Iterable[int] = _RATES, **numbers: int
) -> Iterator[Row]:
    """With the padding that keeps the size at stride 1, or makes it one smaller or one larger."""
    for kernel, stride, rate in product(kernels, _STRIDES, rates):
        if (stride == 1 or rate == 1) and (kernel > 1 or stride == rate == 1):
            line = row(kind, kernel=kernel, stride=stride, dilation=rate, **numbers)
            yield line
            if rate * (kernel - 1) % 2:
                yield with_padding(line, same_padding(line) + 1)


def _convolutions(kind: str, c: int, widths: Sizes, even: Sizes) -> Iterator[Row]:
    for width in widths:
        yield from _windows(kind, channels=width)


def _grouped(kind: str, c: int, widths: Sizes, even: Sizes) -> Iterator[Row]:
    kernels = (1, 3, *even[:1])
    for width, groups in product(widths, _GROUPS):
        if c % groups == 0 == width % groups and (groups < c or width > c):
            yield from _windows(kind, kernels, _GROUPED_RATES, channels=width, groups=groups)


def _transposed(kind: str, c: int, widths: Sizes, even: Sizes) -> Iterator[Row]:
    for width, (k, s, p) in product(widths, _TRANSPOSED):
        yield row(kind, channels=width, kernel=k, stride=s, padding=p)


def _factors(kind: str, c: int, widths: Sizes, even: Sizes) -> Iterator[Row]:
    for factor in _FACTORS:
        yield row(kind, factor=factor)


_MENU: dict[str, Callable[[str, int, Sizes, Sizes], Iterator[Row]]] = {
    "convolution": _convolutions,
    "pointwise": lambda kind, c, widths, even: (row(kind, channels=width) for width in widths),
    "depthwise": lambda kind, c, widths, even: _windows(kind, (*_KERNELS, *even)),
    "grouped": _grouped,
    "transposed": _transposed,
    "max pool": _factors,
    "average pool": _factors,
    "pixel shuffle": _factors,
    "pixel unshuffle": _factors,
    "channel shuffle": lambda kind, c, widths, even: (row(kind, groups=g) for g in _GROUPS),
    "nearest upsample": _factors,
    "bilinear upsample": _factors,
}
