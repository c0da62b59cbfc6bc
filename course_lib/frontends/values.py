"""What a control may be set to, and how typed text is read; refusals are sentences."""

from operator import index
from typing import Any

from course_lib.explorers.controls import (
    Choice,
    Control,
    LayerList,
    Number,
    Rates,
    Row,
    Slider,
    Switch,
)


class Refused(ValueError):
    """A setting that there is not, or cannot be; a notebook shows the sentence alone."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]  # what IPython prints in place of a traceback


def accepted(control: Control, value: Any) -> Any:
    """`value` as the state holds it; raises Refused where the control could not be set to it."""
    match control:
        case Slider(_, label, low, high, step):
            number = _whole(label, value, low, high)
            if (number - low) % step:
                raise Refused(f"{label} goes up from {low} in steps of {step}, got {number}.")
            return number
        case Number():
            return None if value is None else _number(control, value)
        case Choice():
            return _one_of(control.label, value, control.options)
        case Switch():
            return _one_of(control.label, value, (True, False))
        case Rates():
            return _rates(control, value)
        case LayerList():
            return _rows(control, value)
    raise Refused(f"{control.name} can be pressed, not set.")


def read_number(control: Number, text: str) -> float | int | None:
    """The number typed into a box, with a decimal point or comma; None where it is empty."""
    typed = text.strip().replace(",", ".").replace("−", "-")
    if not typed:
        return None
    try:
        number = int(typed) if control.whole else float(typed)
    except ValueError:
        raise Refused(f"{control.label}: {_a_number(control)}, got “{text.strip()}”.") from None
    return _number(control, number)


def read_rates(control: Rates, text: str) -> tuple[int, ...]:
    """The whole numbers typed as ``1, 2, 5``, with commas or blanks between them."""
    try:
        numbers = [int(word) for word in text.replace(",", " ").split()]
    except ValueError:
        raise Refused(f"{control.label}: {_a_list(control)}, got “{text.strip()}”.") from None
    return _rates(control, numbers)


def _whole(label: str, value: Any, low: float, high: float) -> int:
    try:
        number = None if isinstance(value, bool) else index(value)
    except TypeError:
        number = None
    if number is None or not low <= number <= high:
        raise Refused(f"{label}: a whole number from {low:g} to {high:g}, got {value!r}.")
    return number


def _number(control: Number, value: Any) -> float | int:
    if control.whole:
        return _whole(control.label, value, control.low, control.high)
    real = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not real or not control.low <= value <= control.high:
        raise Refused(f"{control.label}: {_a_number(control)}, got {value!r}.")
    return value


def _one_of(label: str, value: Any, options: tuple[Any, ...]) -> Any:
    for option in options:
        if value == option and isinstance(value, type(option)):
            return option
    raise Refused(f"{label}: one of {', '.join(map(repr, options))}, got {value!r}.")


def _rates(control: Rates, value: Any) -> tuple[int, ...]:
    numbers = tuple(value) if isinstance(value, (list, tuple)) else ()
    if not 1 <= len(numbers) <= control.longest:
        raise Refused(f"{control.label}: {_a_list(control)}, got {value!r}.")
    return tuple(_whole(control.label, number, control.low, control.high) for number in numbers)


def _rows(control: LayerList, value: Any) -> tuple[Row, ...]:
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= control.longest:
        raise Refused(f"{control.label}: a list of 1 to {control.longest} layers, got {value!r}.")
    return tuple(_row(control, row, f"layer {at}") for at, row in enumerate(value, 1))


def _row(control: LayerList, row: Any, place: str) -> Row:
    if not isinstance(row, Row) or len(row.numbers) != len(control.columns):
        names = ", ".join(column.name for column in control.columns)
        raise Refused(f"{place}: expected Row(kind, ({names})), got {row!r}.")
    _one_of(f"{place}, kind", row.kind, tuple(kind for kind, _ in control.kinds))
    cells = zip(control.columns, row.numbers, strict=True)
    return Row(
        row.kind,
        tuple(_whole(f"{place}, {c.name}", number, c.low, c.high) for c, number in cells),
    )


def _a_number(control: Number) -> str:
    kind = "a whole number" if control.whole else "a number"
    return f"{kind} from {control.low:g} to {control.high:g}"


def _a_list(control: Rates) -> str:
    return (
        f"one to {control.longest} whole numbers from {control.low} to {control.high}, "
        "such as 1, 2, 5"
    )
