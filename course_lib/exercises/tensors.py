"""Tensors compared, and what was done to all their values alike where that is easily seen."""

from itertools import permutations
from typing import Any

import torch
from torch import Tensor

from .comparing import DTYPE, RANK, SHAPE, VALUE, Difference
from .words import is_array, shape

_MANY = 16  # numbers that are still shown, when they differ


def as_tensor(value: Any) -> Tensor | None:
    """A tensor on the CPU of what holds numbers: a tensor, an array, nested lists; else None."""
    if isinstance(value, (list, tuple)) and value and is_array(value[0]) and value[0].ndim:
        rows = [as_tensor(row) for row in value]
        alike = all(row is not None and row.shape == rows[0].shape for row in rows)
        return torch.stack(rows) if alike else None
    if not is_array(value) and not isinstance(value, (list, tuple)):
        return None
    if not isinstance(value, Tensor) and hasattr(value, "copy"):
        value = value.copy()  # torch takes no array that runs backwards
    try:
        return torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError, RuntimeError, NotImplementedError):
        return None


def tensor_difference(found: Tensor, expected: Tensor, tolerance: float) -> Difference | None:
    """The first of rank, shape, dtype and value in which they differ, or None."""
    if found.ndim != expected.ndim:
        axes = (f"{t.ndim} axes, shape {shape(t)}" for t in (found, expected))
        return Difference(RANK, *axes, _axes_hint(found, expected))
    if found.shape != expected.shape:
        shapes = (f"shape {shape(t)}" for t in (found, expected))
        return Difference(SHAPE, *shapes, _axes_hint(found, expected))
    if _number(found) != _number(expected):
        wanted = f"{_number(expected)}, such as {_dtype(expected)}"
        return Difference(DTYPE, _dtype(found), wanted, _dtype_hint(found, expected))
    wrong = _far(found, expected, tolerance)
    if not wrong.any():
        return None
    hint = _axes_hint(found, expected) or _pattern(found, expected, tolerance)
    if found.numel() <= _MANY and found.squeeze().ndim <= 2:
        return Difference(VALUE, _numbers(found), _numbers(expected), hint)
    place = tuple(wrong.nonzero()[0].tolist())
    there = f"at {place}; {int(wrong.sum())} of {wrong.numel()} values differ"
    return Difference(
        VALUE, f"{_short(found[place].item())} {there}", _short(expected[place].item()), hint
    )


def _dtype_hint(found: Tensor, expected: Tensor) -> str:
    """What to do where whole numbers stand and fractions are wanted."""
    if expected.is_floating_point() and not found.is_floating_point():
        return "Whole numbers cut fractions off: make it with floats, such as `np.zeros(n)`."
    return ""


def _far(found: Tensor, expected: Tensor, tolerance: float) -> Tensor:
    """Where the two differ; a nan differs from everything."""
    found, expected = _wide(found), _wide(expected)
    room = tolerance * max(1.0, float(expected.abs().max())) if expected.numel() else 0
    return ~((found - expected).abs() <= room)


def _axes_hint(found: Tensor, expected: Tensor) -> str:
    """Whether these are the right values on other axes."""
    if found.shape != expected.shape and found.squeeze().shape == expected.squeeze().shape:
        return "Only axes of length 1 are too many or missing."
    if not 2 <= found.ndim == expected.ndim <= 4:
        return ""
    for order in list(permutations(range(found.ndim)))[1:]:
        turned = expected.permute(order)
        if turned.shape == found.shape and not _far(found, turned, 1e-4).any():
            return f"They are the right values with their axes in the order {order}."
    return ""


def _pattern(found: Tensor, expected: Tensor, tolerance: float) -> str:
    """What happened to all values alike, of the same shape."""
    found, expected = _wide(found), _wide(expected)
    if found.isnan().any():
        return "There is a nan: zero was divided by zero, or infinity taken from itself."
    if not found.any():
        return "All values are zero: is the result ever written into?"
    for axis in range(found.ndim):
        if not _far(found.flip(axis), expected, tolerance).any():
            return f"They are the right values, the other way round along axis {axis}."
    if found.numel() < 3:
        return ""
    largest = expected.abs().argmax()
    factor = found.flatten()[largest] / expected.flatten()[largest]
    if not _far(found, expected * factor, tolerance).any():
        return f"Every value is {_short(factor.item())} times what it should be."
    offset = (found - expected).flatten()[0]
    if not _far(found, expected + offset, tolerance).any():
        return f"Every value is off by {_short(offset.item())}."
    return ""


def _wide(tensor: Tensor) -> Tensor:
    return tensor if tensor.is_complex() else tensor.double()


def _number(tensor: Tensor) -> str:
    if tensor.dtype is torch.bool:
        return "bool"
    if tensor.is_complex():
        return "complex numbers"
    return "floats" if tensor.is_floating_point() else "whole numbers"


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _numbers(tensor: Tensor) -> str:
    """Few numbers, a row a line; axes of length 1 are left out."""
    table = tensor.squeeze() if tensor.ndim > 2 else tensor
    rows = table if table.ndim == 2 else [table.flatten()]
    return "\n".join("[" + ", ".join(map(_short, row.tolist())) + "]" for row in rows)


def _short(number: complex) -> str:
    """The number; whole ones without the point, as many as there may be in a row."""
    return f"{number:.6g}"
