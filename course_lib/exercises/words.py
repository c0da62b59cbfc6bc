"""Values in words, the same on every machine: no addresses, no long dumps."""

import re
from collections.abc import Sequence
from typing import Any

_MANY = 12  # numbers that are still shown one by one
_LINES = 6  # of what was printed
_LONG = 200  # characters of a text or a message that are shown

_KINDS: dict[type, str] = {
    bool: "a truth value (a bool)",
    int: "a whole number (an int)",
    float: "a float",
    str: "a text (a str)",
    type(None): "None",
    type(...): "the three dots",
    list: "a list",
    tuple: "a tuple",
    dict: "a dict",
    set: "a set",
    type: "a class",
}


def is_array(value: Any) -> bool:
    """Whether it is a torch tensor, a numpy array or something alike."""
    return not isinstance(value, type) and all(
        hasattr(value, n) for n in ("shape", "dtype", "ndim")
    )


def kind(value: Any) -> str:
    """What it is: "a list", "a float32 tensor of shape (2, 3)", "an object of type Foo"."""
    if is_array(value):
        where = "" if _device(value) == "cpu" else f" on {_device(value)}"
        noun = "tensor" if hasattr(value, "permute") else "array"
        dtype = str(value.dtype).removeprefix("torch.")
        article = "an" if dtype[0] in "aeio" else "a"
        return f"{article} {dtype} {noun} of shape {shape(value)}{where}"
    if type(value) in _KINDS:
        return _KINDS[type(value)]
    if callable(value) and hasattr(value, "__name__"):
        return "a class" if isinstance(value, type) else "a function"
    return f"an object of type {type(value).__name__}"


def show(value: Any) -> str:
    """The value as one would type it, where it is short; else what it is."""
    if is_array(value):
        small = value.ndim <= 2 and 0 < _count(value) <= _MANY and _device(value) == "cpu"
        return show(value.tolist()) if small else kind(value)
    if isinstance(value, float):
        return repr(float(f"{value:.6g}"))
    if value is ...:
        return "..."
    if isinstance(value, (bool, int, type(None))):
        return repr(value)
    if isinstance(value, str):
        return cut(repr(value))
    if type(value) in (list, tuple, dict, set) and len(value) <= _MANY:
        return cut(_items(value))
    if type(value) in (list, tuple, dict, set):
        return f"{kind(value)} of {len(value)}"
    return kind(value)


def shape(value: Any) -> str:
    """The shape as a plain tuple."""
    return str(tuple(int(length) for length in value.shape))


def described(value: Any) -> str:
    """The value and what it is: «5.0, a float»."""
    return f"{show(value)}, {kind(value)}" if written_out(value) else kind(value)


def written_out(value: Any) -> bool:
    """Whether ``show`` gives the value itself, and not only what it is."""
    return show(value) != kind(value)


def call(name: str, parameters: Sequence[str], arguments: Sequence[Any]) -> str:
    """The call as one would type it; what is too long for that is described behind it."""
    pairs = list(zip(parameters, arguments, strict=False))
    given = ", ".join(f"{n}={show(a)}" if written_out(a) else n for n, a in pairs)
    rest = [f"`{n}` {kind(a)}" for n, a in pairs if not written_out(a)]
    return f"`{name}({given})`" + (f" with {listed(rest)}" if rest else "")


def cut(text: str) -> str:
    """The text on one line, without addresses, and not too long."""
    text = " ".join(re.sub(r" at 0x[0-9a-fA-F]+", "", text).split())
    return text if len(text) <= _LONG else f"{text[:_LONG].rstrip()} …"


def first_lines(text: str) -> str:
    """The first lines of what was printed."""
    lines = [cut(line) for line in text.splitlines() if line.strip()]
    return "\n".join([*lines[:_LINES], "…"] if len(lines) > _LINES else lines)


def listed(words: Sequence[str]) -> str:
    """«a, b and c»."""
    return " and ".join([", ".join(words[:-1]), *words[-1:]] if len(words) > 1 else words)


def _items(value: list | tuple | dict) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{show(k)}: {show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, set):
        return "{" + ", ".join(sorted(map(show, value))) + "}" if value else "set()"
    inside = ", ".join(map(show, value))
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside},)" if len(value) == 1 else f"({inside})"


def _device(value: Any) -> str:
    return getattr(getattr(value, "device", None), "type", "cpu")


def _count(value: Any) -> int:
    count = 1
    for length in value.shape:
        count *= int(length)
    return count
