"""What is different between an answer and the right one: type, rank, shape, dtype, then value.

The first aspect that differs is told, since what comes after it would only confuse. Numpy arrays
and nested lists pass for tensors, a tuple for a list, a tensor of one element for a number.
"""

from typing import Any, NamedTuple

from .words import described, is_array, kind, listed, shape, show

TYPE, RANK, SHAPE, DTYPE, VALUE = "type", "rank", "shape", "dtype", "value"


class Difference(NamedTuple):
    """One aspect in which an answer differs; ``hint`` says why, where that can be seen from it."""

    aspect: str
    found: str
    expected: str
    hint: str = ""


def difference(found: Any, expected: Any, tolerance: float = 1e-5) -> Difference | None:
    """The first aspect in which ``found`` differs from ``expected``, or None.

    ``tolerance`` is relative to the largest number expected. The dtype of a tensor matters as far
    as its numbers are floats, whole, complex or bool; how many bits they have does not.
    """
    if found is None and expected is not None:
        return Difference(TYPE, "None", _wanted(expected), "Is a `return` missing?")
    if is_array(expected) and expected.ndim:
        from .tensors import as_tensor, tensor_difference  # here, because it loads torch

        tensor = as_tensor(found)
        if tensor is None:
            return _other_type(found, expected)
        return tensor_difference(tensor, as_tensor(expected), tolerance)
    for kinds, compare in ((dict, _dicts), ((list, tuple), _lists), ((set, frozenset), _sets)):
        if isinstance(expected, kinds):
            return compare(found, expected, tolerance)
    return _scalars(_plain(found), _plain(expected), tolerance)


def _scalars(found: Any, expected: Any, tolerance: float) -> Difference | None:
    numbers = isinstance(found, (int, float)) and not isinstance(found, bool)
    if isinstance(expected, float) and numbers:
        near = abs(found - expected) <= tolerance * max(1.0, abs(expected))
    elif type(found) is not type(expected):
        return _other_type(found, expected)
    else:
        near = found == expected
    return None if near else Difference(VALUE, show(found), show(expected))


def _other_type(found: Any, expected: Any) -> Difference:
    hint = ""
    if isinstance(found, float) and isinstance(expected, int):
        hint = "`/` makes a float even where it comes out even; `//` divides whole numbers."
    elif isinstance(found, str) and not isinstance(expected, str):
        hint = "A number stands without quotes."
    return Difference(TYPE, described(found), _wanted(expected), hint)


def _lists(found: Any, expected: list | tuple, tolerance: float) -> Difference | None:
    if is_array(found) and found.ndim:
        found = found.tolist()
    if not isinstance(found, (list, tuple)):
        return _other_type(found, expected)
    if len(found) != len(expected):
        return Difference(SHAPE, f"{len(found)} entries", f"{len(expected)} entries")
    for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
        if differs := difference(one, other, tolerance):
            return differs._replace(found=f"number {number} is {differs.found}")
    return None


def _sets(found: Any, expected: set | frozenset, tolerance: float) -> Difference | None:
    if not isinstance(found, (list, tuple, set, frozenset)):
        return _other_type(found, expected)
    entries = {tuple(item) if isinstance(item, list) else item for item in found}
    if entries == expected:
        return None
    return Difference(VALUE, show(sorted(entries)), show(sorted(expected)))


def _dicts(found: Any, expected: dict, tolerance: float) -> Difference | None:
    if not isinstance(found, dict):
        return _other_type(found, expected)
    names = f"the entries {_names(expected)}"
    if missing := [name for name in expected if name not in found]:
        return Difference(SHAPE, f"no entry `{missing[0]}`", names)
    if unknown := [name for name in found if name not in expected]:
        return Difference(SHAPE, f"an entry {show(unknown[0])}", names)
    for name, value in expected.items():
        if differs := difference(found[name], value, tolerance):
            return differs._replace(found=f"`{name}` is {differs.found}")
    return None


def _plain(value: Any) -> Any:
    """The number out of a tensor or array without axes."""
    return value.item() if is_array(value) and value.ndim == 0 else value


def _names(entries: dict) -> str:
    return listed([f"`{name}`" for name in entries])


def _wanted(expected: Any) -> str:
    if is_array(expected) and expected.ndim:
        return f"a tensor of shape {shape(expected)}"
    if isinstance(expected, dict):
        return f"a dict with {_names(expected)}"
    if isinstance(expected, (list, tuple, set, frozenset)):
        return f"{kind(expected)} of {len(expected)} entries"
    return kind(_plain(expected))
