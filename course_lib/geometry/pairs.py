"""Sizes as (height, width) pairs, and the one error that this package raises."""

from fractions import Fraction
from operator import index

Pair = tuple[int, int]
Shape = tuple[int, int, int]  # (C, H, W)
Share = int | Fraction  # a whole number wherever it is one


class GeometryError(ValueError):
    """A layer, a size or a network that cannot be; the message says why and what to do."""


def as_pair(value: int | tuple[int, int] | list[int], name: str = "size") -> Pair:
    """Turn an int, or two of them, into a (height, width) pair.

    Raises GeometryError for anything else; ``name`` is what the message calls the value.
    """
    parts = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    try:
        height, width = map(index, parts)
    except (TypeError, ValueError):
        raise GeometryError(
            f"{name}={value!r} was found; expected a whole number or a pair (height, width)."
        ) from None
    return height, width


def times(pair: tuple[Share, Share]) -> str:
    """The pair as PyTorch's messages write it: ``4 x 6``."""
    return f"{pair[0]} x {pair[1]}"


def whole(number: Share) -> Share:
    """An int where the number is one, so that it prints and indexes like one."""
    return int(number) if number == int(number) else number
