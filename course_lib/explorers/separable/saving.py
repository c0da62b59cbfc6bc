"""How many times fewer weights the pair has, for every number of output channels: a curve."""

from functools import lru_cache

from course_lib.geometry import Pair
from course_lib.pictures.marks import Dot, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, KERNEL, MUTED, deep

from .worked import Separable

_WIDTH, _HEIGHT, _MOST = 284.0, 78.0, 64
_DRAWN = (*range(1, 12), *range(12, _MOST + 1, 4))  # closer where the curve bends

Point = tuple[float, float]


def saving(layers: Separable, x: float, y: float) -> list[Mark]:
    """The curve, its limit k·k, and where the settings lie on it."""
    foot = y + 24 + _HEIGHT
    top = layers.area + 0.6

    def place(channels: int, times_fewer: float) -> Point:
        return x + _WIDTH * channels / _MOST, foot - _HEIGHT * times_fewer / top

    curve = [place(n, _fewer(layers.kernel_size, n)) for n in _DRAWN]
    limit = place(0, layers.area), place(_MOST, layers.area)
    now = place(layers.out_channels, _fewer(layers.kernel_size, layers.out_channels))
    return [
        Label(x, y + 2, "Times fewer, by output channels", 14, INK, bold=True),
        Line(limit, KERNEL, 1.5, dashed=True),
        Label(x - 6, limit[0][1], str(layers.area), 12, deep(KERNEL), anchor="end"),
        Label(x - 6, foot, "0", 12, MUTED, anchor="end"),
        Line((place(0, 0), place(_MOST, 0)), MUTED, 1),
        Line(curve, INK, 2),
        Line((now, (now[0], foot)), FOCUS, 1.5, dashed=True),
        Dot(*now, 5, FOCUS),
        Label(now[0], foot + 14, str(layers.out_channels), 12, deep(FOCUS), True, "middle"),
    ]


@lru_cache(maxsize=64 * 49)
def _fewer(kernel_size: Pair, channels: int) -> float:
    """With so many output channels; the number of input channels does not matter."""
    return float(1 / Separable(1, channels, kernel_size).ratio)
