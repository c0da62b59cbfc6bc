"""Checks that several layers share."""

from .layer import Layer
from .pairs import Pair, as_pair, times


def normalise(layer: Layer, *names: str) -> None:
    """Turn the named fields of a frozen layer into (height, width) pairs."""
    for name in names:
        object.__setattr__(layer, name, as_pair(getattr(layer, name), name))


def at_least_one(pair: Pair, name: str, words: str) -> str | None:
    """PyTorch's words if the pair holds a number below 1, else None."""
    return None if min(pair) > 0 else f"{words}. Found {name} {pair}; take 1 or more."


def not_negative(pair: Pair, name: str) -> str | None:
    """PyTorch's words if the pair holds a number below 0, else None."""
    if min(pair) >= 0:
        return None
    return f"negative {name} is not supported. Found {pair}; take 0 or more."


def kernel_problem(kernel_size: Pair) -> str | None:
    """PyTorch's words if the kernel has no cells, else None."""
    height, width = kernel_size
    words = (
        "kernel size should be greater than zero, but got "
        f"kernel_height: {height} kernel_width: {width}"
    )
    return at_least_one(kernel_size, "kernel_size", words)


def stride_problem(stride: Pair) -> str | None:
    """PyTorch's words if a convolution stands still or walks backwards, else None."""
    return at_least_one(stride, "stride", "non-positive stride is not supported")


def dilation_problem(dilation: Pair) -> str | None:
    """PyTorch's words if taps lie on each other, else None."""
    return at_least_one(dilation, "dilation", "dilation should be greater than zero")


def empty_input(input_size: Pair) -> str:
    """The sentence on an input without cells."""
    return f"An input of ({times(input_size)}) has no cells; it needs one row and column at least."
