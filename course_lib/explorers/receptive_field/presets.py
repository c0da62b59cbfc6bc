"""Stacks of layers to begin with, some made up and some from well-known networks.

Branches and 1x1 convolutions are left out: the longest way through the 3x3 and larger kernels is
what the receptive field grows along.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..controls import Column, Row
from .layers import row_of

OWN = "your own"


@dataclass(frozen=True)
class Wish:
    """A layer of a preset: its kind, and the numbers that it needs."""

    kind: str
    numbers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Preset:
    """Layers, and the side of the square image to show them on."""

    size: int
    layers: tuple[Wish, ...]

    def fits(self, kinds: Sequence[str]) -> bool:
        """Whether it needs no other kinds than these."""
        return all(layer.kind in kinds for layer in self.layers)

    def rows(self, columns: Sequence[Column]) -> tuple[Row, ...]:
        """Its layers as a ``LayerList`` with those columns holds them."""
        return tuple(row_of(layer.kind, columns, dict(layer.numbers)) for layer in self.layers)


def _wish(kind: str, **numbers: int) -> Wish:
    return Wish(kind, tuple(numbers.items()))


def _conv(kernel: int = 3, stride: int = 1, padding: int | None = None, dilation: int = 1) -> Wish:
    """A convolution; without ``padding``, padded so that stride 1 keeps the size."""
    if padding is None:
        padding = dilation * (kernel - 1) // 2
    window = {"kernel": kernel, "stride": stride, "padding": padding}
    if dilation == 1:
        return _wish("convolution", **window)
    return _wish("dilated", **window, dilation=dilation)


def _pool(kernel: int = 2) -> tuple[Wish]:
    return (_wish("max pool", kernel=kernel, stride=2, padding=0),)


def _convs(*strides: int) -> tuple[Wish, ...]:
    return tuple(_conv(stride=stride) for stride in strides)


def _dilated(*rates: int) -> tuple[Wish, ...]:
    return tuple(_conv(dilation=rate) for rate in rates)


_TWO, _THREE = (*_convs(1, 1), *_pool()), (*_convs(1, 1, 1), *_pool())
_UP = _wish("transposed", kernel=4, stride=2, padding=1)

PRESETS = {
    "three 3x3": Preset(10, _convs(1, 1, 1)),
    "one 7x7": Preset(10, (_conv(7),)),
    "ten 3x3": Preset(32, _convs(*[1] * 10)),
    "stride early": Preset(12, _convs(2, 1, 1)),
    "stride late": Preset(12, _convs(1, 1, 2)),
    "VGG-like stack": Preset(32, (*_TWO, *_TWO, *_THREE)),
    "StarterNet": Preset(32, (_conv(5, padding=0), *_pool()) * 2),
    "AlexNet": Preset(
        224,
        (_conv(11, 4, 2), *_pool(3), _conv(5), *_pool(3), *_convs(1, 1, 1), *_pool(3)),
    ),
    "VGG-16": Preset(224, (*_TWO, *_TWO, *_THREE, *_THREE, *_THREE)),
    "MobileNet": Preset(224, _convs(2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)),
    "rates 1, 2, 4": Preset(18, _dilated(1, 2, 4)),
    "rates 2, 2, 2": Preset(18, _dilated(2, 2, 2)),
    "Session9Net": Preset(
        32,
        (*_convs(1, 1, 2, 1), _conv(dilation=2), *_convs(2, 1), _conv(dilation=2),
         *_convs(2, 1, 1, 1)),
    ),
    "Session9DilatedNet": Preset(32, _dilated(1, 1, 1, 1, 2, 1, 2, 1, 3, 1, 4, 8)),
    "Session7Net": Preset(
        32,
        (*_THREE, *_convs(1), *_dilated(2, 1), *_pool(), *_convs(1), *_dilated(2, 1), *_pool(),
         *_convs(1, 1, 1)),
    ),
    "down and up again": Preset(16, (*_convs(2, 2), _UP, _UP)),
    "pixel shuffle at the end": Preset(
        12, (*_convs(1, 1), _wish("pixel shuffle", factor=2))
    ),
    "enlarge, then 3x3": Preset(12, (_wish("nearest upsample", factor=2), *_convs(1))),
}  # fmt: skip
