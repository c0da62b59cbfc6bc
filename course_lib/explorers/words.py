"""How explorers write sizes, settings and sums."""

from collections.abc import Iterable
from fractions import Fraction

from course_lib.geometry import Pair
from course_lib.pictures.marks import numeral


def times(pair: Pair) -> str:
    """A size as "5x4"."""
    return f"{pair[0]}x{pair[1]}"


def both(setting: Pair | str) -> str:
    """A setting as "2", or "2x1" where the directions differ, or the text that it is."""
    if isinstance(setting, str):
        return f"“{setting}”"
    return str(setting[0]) if setting[0] == setting[1] else times(setting)


def factor(weight: int) -> str:
    """A number behind a product sign: negative ones in brackets."""
    return f"({numeral(weight)})" if weight < 0 else numeral(weight)


def count(number: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: "1 cell", "12 cells"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(numbers: Iterable[int]) -> str:
    """Indices as "1, 2, 3", or "1 to 5" where they are consecutive and more than three."""
    numbers = list(numbers)
    if len(numbers) > 3 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))


def plain(value: Fraction | int) -> float | int:
    """An exact number as cells and ``numeral`` take it: whole where it can be."""
    return int(value) if value == int(value) else float(value)
