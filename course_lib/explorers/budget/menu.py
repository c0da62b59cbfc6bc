"""The lines that the search tries behind a map: the settings that people use, not all there are."""

from collections.abc import Callable, Iterator
from itertools import product

from course_lib.geometry import Shape

from ..controls import Row
from .kinds import row
from .puzzle import Puzzle

_KERNELS, _STRIDES, _RATES = (3, 5, 7), (1, 2, 4), (1, 2, 3, 4, 5, 6, 7, 8, 9)
_GROUPS, _FACTORS = (2, 4, 8, 16, 32), (2, 4)
_TRANSPOSED = ((2, 2, 0), (4, 2, 1), (4, 4, 0), (6, 4, 1))  # kernel, stride, padding
_ENLARGING = ("transposed", "pixel shuffle", "nearest upsample", "bilinear upsample")


def menu(shape: Shape, puzzle: Puzzle) -> Iterator[Row]:
    """The lines that are tried behind a map of that shape."""
    widths = {16, 32, 64, shape[0], 4 * puzzle.output[0], puzzle.output[0]}
    for kind, lines in _MENU.items():
        if kind not in _ENLARGING or shape[1] < puzzle.output[1]:
            yield from lines(kind, shape[0], tuple(sorted(widths)))


def _windows(kind: str, **numbers: int) -> Iterator[Row]:
    for kernel, stride, rate in product(_KERNELS, _STRIDES, _RATES):
        if stride == 1 or rate == 1:
            yield row(kind, kernel=kernel, stride=stride, dilation=rate, **numbers)


def _convolutions(kind: str, c: int, widths: tuple[int, ...]) -> Iterator[Row]:
    for width in widths:
        yield from _windows(kind, channels=width)


def _grouped(kind: str, c: int, widths: tuple[int, ...]) -> Iterator[Row]:
    for width, groups in product(widths, _GROUPS):
        if c % groups == 0 == width % groups and (groups < c or width > c):
            for kernel, stride in ((1, 1), (3, 1), (3, 2)):
                yield row(kind, channels=width, kernel=kernel, stride=stride, groups=groups)


def _transposed(kind: str, c: int, widths: tuple[int, ...]) -> Iterator[Row]:
    for width, (k, s, p) in product(widths, _TRANSPOSED):
        yield row(kind, channels=width, kernel=k, stride=s, padding=p)


def _factors(kind: str, c: int, widths: tuple[int, ...]) -> Iterator[Row]:
    for factor in _FACTORS:
        yield row(kind, factor=factor)


_MENU: dict[str, Callable[[str, int, tuple[int, ...]], Iterator[Row]]] = {
    "convolution": _convolutions,
    "pointwise": lambda kind, c, widths: (row(kind, channels=width) for width in widths),
    "depthwise": lambda kind, c, widths: _windows(kind),
    "grouped": _grouped,
    "transposed": _transposed,
    "max pool": _factors,
    "average pool": _factors,
    "pixel shuffle": _factors,
    "pixel unshuffle": _factors,
    "channel shuffle": lambda kind, c, widths: (row(kind, groups=groups) for groups in _GROUPS),
    "nearest upsample": _factors,
    "bilinear upsample": _factors,
}
