"""Exactly which pixels a cell reads along one axis: ``reach.py`` gives their ends, this the holes.

Layers are taken as mixing all channels; ``mixing.py`` says whether they do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

from .layer import Layer

Pixels = tuple[int, int]  # (first pixel, bits: the n-th is set where the n-th from there is read)


@dataclass(frozen=True)
class Seen:
    """The input pixels that each output index reads, on an endless plane.

    ``pixels`` holds them for the outputs 0, 1, … until the pattern repeats, ``shift`` input pixels
    further on. An output that reads nothing has no bits.
    """

    pixels: tuple[Pixels, ...] = ((0, 1),)
    shift: int = 1

    def at(self, index: int) -> Pixels:
        """What one output index reads."""
        lap, place = divmod(index, len(self.pixels))
        first, bits = self.pixels[place]
        return first + lap * self.shift, bits

    def after(self, layer: Layer, axis: int = 0) -> "Seen":
        """What an output behind one more layer reads."""
        step, period = layer.step_along(axis), len(self.pixels)
        laps = period // gcd(period, step.numerator)
        outputs = range(step.denominator * laps)
        taps = (layer.taps_along(axis, output) for output in outputs)
        pixels = tuple(_together(self.at(index) for index, _ in each) for each in taps)
        return Seen(pixels, step.numerator * laps // period * self.shift)

    @property
    def spans(self) -> tuple[int, ...]:
        """The pixels from the first to the last that each output reads."""
        return tuple(bits.bit_length() for _, bits in self.pixels)

    @property
    def covered(self) -> tuple[int, ...]:
        """How many of them are read; fewer than the span where there are holes."""
        return tuple(bits.bit_count() for _, bits in self.pixels)


def _together(parts: Iterable[Pixels]) -> Pixels:
    """The pixels of all parts, counted from the first that is read."""
    read = [(first, bits) for first, bits in parts if bits]
    start = min((first for first, _ in read), default=0)
    together = 0
    for first, bits in read:
        together |= bits << (first - start)
    return start, together
