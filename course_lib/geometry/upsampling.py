"""Upsampling without weights: nearest and bilinear.

Output ``o`` looks at a place between the input cells, ``o * step + offset``. Nearest takes the
cell at or before it; bilinear takes the cells on both sides, each with a share that falls with its
distance. With align_corners=False the middles of cells are laid over each other, so that place is
``(o + 1/2) * step - 1/2``; with True the first and the last cells are. Places are exact here;
PyTorch has them in float32, and so misses a whole number now and then (output 11 of 26 to 22).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite
from numbers import Real

from .checks import normalise
from .layer import Layer
from .pairs import GeometryError, Pair, Share

FINEST = 1000  # the largest denominator that a float is taken for: 0.3333 means a third


@dataclass(frozen=True)
class Sampling(Layer):
    """What an ``Upsample`` reads once its step is known: output o looks at o * step + offset."""

    step: tuple[Fraction, Fraction]
    offset: tuple[Fraction, Fraction]
    mode: str = "nearest"
    kind = "sampling"
    padding_mode = "replicate"

    def step_along(self, axis: int) -> Fraction:
        return self.step[axis]

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        return [(index, tap) for tap, (index, _) in enumerate(self._weighed(axis, output))]

    def _weighed(self, axis: int, output: int) -> list[tuple[int, Share]]:
        place = output * self.step[axis] + self.offset[axis]
        before = floor(place)
        share = place - before
        if self.mode == "nearest" or share == 0:
            return [(before, 1)]
        return [(before, 1 - share), (before + 1, share)]


@dataclass(frozen=True)
class Upsample(Layer):
    """Nearest or bilinear resizing, parametrised as ``torch.nn.Upsample``.

    Give ``size`` (an int or a pair) or ``scale_factor`` (a number or a pair, also below 1);
    ``align_corners`` is for mode="bilinear" only. A bilinear tap's weight is 0 for the cell before
    the place and 1 for the one behind; ``shares`` gives what they count. Channels stay.
    """

    size: int | Pair | None = None
    scale_factor: float | tuple[float, float] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None
    padding_mode = "replicate"

    def __post_init__(self) -> None:
        if self.size is not None:
            normalise(self, "size")
        scales = _as_scales(self.scale_factor) if self.scale_factor else None  # 0 is none in torch
        object.__setattr__(self, "scale_factor", scales)
        if self.mode not in ("nearest", "bilinear"):
            raise GeometryError(f"mode={self.mode!r} was found; expected 'nearest' or 'bilinear'.")

    @property
    def kind(self) -> str:
        """The mode, as in "bilinear upsampling"."""
        return f"{self.mode} upsampling"

    def on(self, input_size: Pair) -> Sampling:
        """Where its outputs look, on an input of that size."""
        steps = [self._step(axis, input_size[axis]) for axis in (0, 1)]
        return self._sampling(steps[0], steps[1])

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        return self._endless.taps_along(axis, output)

    def step_along(self, axis: int) -> Fraction:
        return self._endless.step_along(axis)

    def setting_problem(self) -> str | None:
        if self.size is not None and self.scale_factor is not None:
            return "only one of size or scale_factor should be defined. Leave one of them out."
        if self.size is None and self.scale_factor is None:
            return (
                "either size or scale_factor should be defined. Set size=(height, width), or a "
                "scale_factor above 0."
            )
        if self.align_corners is not None and self.mode == "nearest":
            return (
                "align_corners option can only be set with the interpolating modes: linear | "
                "bilinear | bicubic | trilinear. Leave it out, or take mode='bilinear'."
            )
        return None

    def size_problem(self, input_size: Pair) -> str | None:
        output = self._lengths(input_size)
        if min(*input_size, *output) > 0:
            return None
        (height, width), (high, wide) = input_size, output
        return (
            "Input and output sizes should be greater than 0, but got input "
            f"(H: {height}, W: {width}) output (H: {high}, W: {wide}). Take a larger "
            f"{'size' if self.size else 'scale_factor'}."
        )

    def _lengths(self, input_size: Pair) -> Pair:
        if self.size is not None:
            return self.size
        height, width = (floor(input_size[a] * self.scale_factor[a]) for a in (0, 1))
        return height, width

    @property
    def _endless(self) -> Sampling:
        """On a plane without borders: only a scale_factor means something there."""
        if self.scale_factor is None or self.align_corners:
            raise GeometryError(
                f"{self.kind}: with size, and with align_corners=True, the places that it looks at "
                "depend on the size of its input. Pass input_size."
            )
        return self._sampling(*map(_step_of, self.scale_factor))

    def _step(self, axis: int, length: int) -> Fraction:
        """The input cells from one place to the next, along an input of that length."""
        outputs = self._lengths((length, length))[axis]
        if self.align_corners:
            return Fraction(length - 1, outputs - 1) if outputs > 1 else Fraction(0)
        if self.scale_factor is None:
            return Fraction(length, outputs)
        return _step_of(self.scale_factor[axis])

    def _sampling(self, *steps: Fraction) -> Sampling:
        middles = self.mode == "bilinear" and not self.align_corners
        down, across = ((step - 1) / 2 if middles else Fraction(0) for step in steps)
        return Sampling((steps[0], steps[1]), (down, across), self.mode)


def _step_of(scale_factor: float) -> Fraction:
    """The fraction that a float like 1.7 or 0.333 stands for, turned over."""
    if scale_factor > 1:
        return 1 / Fraction(scale_factor).limit_denominator(FINEST)
    return (1 / Fraction(scale_factor)).limit_denominator(FINEST)


def _as_scales(value: float | tuple[float, float]) -> tuple[float, float]:
    parts = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(parts) != 2 or not all(isinstance(p, Real) and isfinite(p) for p in parts):
        raise GeometryError(
            f"scale_factor={value!r} was found; expected a number or a pair (height, width)."
        )
    return parts
