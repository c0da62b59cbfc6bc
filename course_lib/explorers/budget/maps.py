"""The stack drawn small: each map as high as its side and as wide as its channels ask for."""

from collections.abc import Iterator
from math import log2

from course_lib.pictures.marks import Area, Box, Label, Mark
from course_lib.pictures.palette import INK, INPUT, KERNEL, MUTED, OUTPUT, deep, tint

from .standing import Standing

HEIGHT = 196.0
_TALL = 120.0


def maps(standing: Standing, x: float, y: float, width: float) -> Iterator[Mark]:
    """The maps from left to right, and between them the layers by their numbers."""
    shapes = standing.shapes
    largest = max(side for _, side, _ in shapes)
    room = width / max(len(shapes) - 0.4, 1)
    unit = min(3.0, room / 26)
    middle, edge = y + 34 + _TALL / 2, None
    for number, (channels, side, _) in enumerate(shapes):
        left = x + room * number
        thick, high = unit * (3 + log2(channels)), max(5.0, _TALL * side / largest)
        if edge is not None:
            layer = standing.layers[number - 1]
            yield from _layer(number, edge, (left, high), middle, bool(layer.parameters))
        colour = INPUT if number == 0 else OUTPUT if number == len(shapes) - 1 else MUTED
        yield Box(left, middle - high / 2, thick, high, colour, radius=2)
        below = middle + _TALL / 2
        yield Label(left + thick / 2, below + 16, str(channels), 12.5, deep(colour), bold=True,
                    anchor="middle")  # fmt: skip
        size = f"{side}x{side}" if room > 46 else f"{side}²"
        yield Label(left + thick / 2, below + 32, size, 11.5, MUTED, anchor="middle")
        edge = left + thick, high


def _layer(
    number: int,
    before: tuple[float, float],
    after: tuple[float, float],
    middle: float,
    has_weights: bool,
) -> Iterator[Mark]:
    """A layer from the edge of one map to that of the next; the pale ones have no weights."""
    (left, high), (right, low) = before, after
    corners = ((left + 2, middle - high / 2), (right - 2, middle - low / 2),
               (right - 2, middle + low / 2), (left + 2, middle + high / 2))  # fmt: skip
    yield Area(corners, tint(KERNEL, 0.6 if has_weights else 0.15))
    yield Label((left + right) / 2, middle - _TALL / 2 - 14, str(number), 12, INK, bold=True,
                anchor="middle")  # fmt: skip
