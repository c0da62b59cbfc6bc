"""Stripes that are made smaller: every second pixel, or a maximum, a mean, a blur of some.

The stripes have no end, so that no border meddles. All numbers are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from .worked import triangle

BRIGHT = 12
PIXELS = 36
KEEP, LARGEST, MEAN, BLURRED = "stride", "max pooling", "average pooling", "blur, then stride"
ROWS = (KEEP, LARGEST, MEAN, BLURRED)


@dataclass(frozen=True)
class Stripes:
    """Stripes that repeat every ``period`` pixels, moved to the right by ``shift``."""

    period: int
    shift: int
    stride: int

    def pixel(self, index: int) -> int:
        """The brightness of a pixel: the first half of a period, rounded down, is bright."""
        return BRIGHT if (index - self.shift) % self.period < self.period // 2 else 0

    @property
    def outputs(self) -> int:
        """How many cells the picture has after the stride."""
        return PIXELS // self.stride

    def output(self, way: str, index: int) -> Fraction:
        """One cell of the smaller row."""
        first = index * self.stride
        window = [self.pixel(first + offset) for offset in range(self.stride)]
        ways: dict[str, Callable[[], Fraction | int]] = {
            KEEP: lambda: window[0],
            LARGEST: lambda: max(window),
            MEAN: lambda: Fraction(sum(window), self.stride),
            BLURRED: lambda: sum(
                weight * self.pixel(first + offset)
                for offset, weight in triangle(self.stride).items()
            ),
        }
        return Fraction(ways[way]())

    def contrast(self, way: str) -> Fraction:
        """The brightest cell less the darkest one."""
        cells = [self.output(way, index) for index in range(self._cycle)]
        return max(cells) - min(cells)

    def change(self, way: str) -> Fraction:
        """By how much a cell changes, on average, when the stripes move on by one pixel."""
        moved = replace(self, shift=self.shift + 1)
        cells = range(self._cycle)
        return sum(abs(self.output(way, i) - moved.output(way, i)) for i in cells) / len(cells)

    @property
    def frequency(self) -> Fraction:
        """Stripes a cell of the smaller row: above 1/2 they cannot be told from coarser ones."""
        return Fraction(self.stride, self.period)

    @property
    def seen_frequency(self) -> Fraction:
        """The distance to the nearest whole number: what is left of it after the stride."""
        return abs(self.frequency - round(self.frequency))

    @property
    def seen_period(self) -> Fraction | None:
        """Every how many pixels the stripes seem to repeat; None where they vanish."""
        return self.stride / self.seen_frequency if self.seen_frequency else None

    @property
    def _cycle(self) -> int:
        """After so many cells all repeats."""
        return lcm(self.period, self.stride) // self.stride
