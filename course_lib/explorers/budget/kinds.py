"""The layers of the game: every kind of the course, and what a listed line means in channels."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from course_lib.geometry import (
    ChannelShuffle,
    Convolution,
    Layer,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
)

from ..controls import Column, Row

COLUMNS = (
    Column("channels", 1, 512, start=16),
    Column("kernel", 1, 7, start=3),
    Column("stride", 0, 4, start=1),
    Column("padding", 0, 48, start=1),
    Column("dilation", 1, 16, start=1),
    Column("groups", 1, 64, start=4),
    Column("factor", 1, 4, start=2),
)
_PLACES = {column.name: place for place, column in enumerate(COLUMNS)}
Build = Callable[..., Layer]  # (in_channels, *numbers in the order of the columns)


@dataclass(frozen=True)
class Kind:
    """What a listed layer may be: the columns that it has, and how a layer is made of them."""

    columns: tuple[str, ...]
    build: Build


def _convolution(c: int, channels: int, k: int, s: int, p: int, d: int, groups: int = 1) -> Layer:
    return Convolution(c, channels, k, s, p, d, groups, bias=False)


def _depthwise(c: int, k: int, s: int, p: int, d: int) -> Layer:
    return Convolution(c, c, k, s, p, d, groups=c, bias=False)


def _transposed(c: int, channels: int, k: int, s: int, p: int) -> Layer:
    return TransposedConvolution(c, channels, k, s, p, bias=False)


def _pooling(kind: str) -> Build:
    return lambda c, factor: Pooling(factor, kind=kind)


def _upsampling(mode: str) -> Build:
    return lambda c, factor: Upsample(scale_factor=factor, mode=mode)


_WINDOW = ("kernel", "stride", "padding")
_DILATED = (*_WINDOW, "dilation")
KINDS = {
    "convolution": Kind(("channels", *_DILATED), _convolution),
    "pointwise": Kind(
        ("channels",), lambda c, channels: Convolution(c, channels, 1, bias=False)
    ),
    "depthwise": Kind(_DILATED, _depthwise),
    "grouped": Kind(("channels", *_DILATED, "groups"), _convolution),
    "transposed": Kind(("channels", *_WINDOW), _transposed),
    "max pool": Kind(("factor",), _pooling("max")),
    "average pool": Kind(("factor",), _pooling("average")),
    "pixel shuffle": Kind(("factor",), lambda c, factor: PixelShuffle(factor)),
    "pixel unshuffle": Kind(("factor",), lambda c, factor: PixelUnshuffle(factor)),
    "channel shuffle": Kind(("groups",), lambda c, groups: ChannelShuffle(groups)),
    "nearest upsample": Kind(("factor",), _upsampling("nearest")),
    "bilinear upsample": Kind(("factor",), _upsampling("bilinear")),
}  # fmt: skip


def row(kind: str, **numbers: int) -> Row:
    """A line of the list, with the numbers of a new line where none are given.

    A padding that is left out keeps the size at stride 1.
    """
    if unknown := sorted(numbers.keys() - set(KINDS[kind].columns)):
        raise ValueError(
            f"{kind} has no {', '.join(unknown)}; it has: {', '.join(KINDS[kind].columns)}"
        )
    made = Row(kind, tuple(numbers.get(column.name, column.start) for column in COLUMNS))
    if "padding" in numbers or "padding" not in KINDS[kind].columns:
        return made
    return with_padding(made, same_padding(made))


def number(line: Row, name: str) -> int:
    """The number that a line has in that column."""
    return line.numbers[_PLACES[name]]


def with_padding(line: Row, padding: int) -> Row:
    """The same line with another padding."""
    at = _PLACES["padding"]
    return Row(line.kind, (*line.numbers[:at], padding, *line.numbers[at + 1 :]))


def same_padding(line: Row) -> int:
    """The padding with which a window of stride 1 keeps the size."""
    dilation = number(line, "dilation") if "dilation" in KINDS[line.kind].columns else 1
    return dilation * (number(line, "kernel") - 1) // 2


@lru_cache(maxsize=512)
def layers_of(rows: tuple[Row, ...], channels: int) -> tuple[Layer, ...]:
    """The layers of a list, each with the channels that the one before puts out."""
    layers = []
    for line in rows:
        kind = KINDS[line.kind]
        layer = kind.build(channels, *(number(line, name) for name in kind.columns))
        layers.append(layer)
        channels = _after(layer, channels)
    return tuple(layers)


def kind_of(layer: Layer) -> str:
    """What kind the list calls a layer; its depthwise layers have one kernel for each channel."""
    match layer:
        case Convolution(kind="depthwise") if layer.out_channels != layer.in_channels:
            return "grouped"
        case TransposedConvolution():
            return "transposed"
        case Pooling():
            return f"{layer.kind} pool"
        case Upsample():
            return f"{layer.mode} upsample"
    return layer.kind


def _after(layer: Layer, channels: int) -> int:
    """The channels behind a layer; where it refuses them, any number does."""
    match layer:
        case Convolution() | TransposedConvolution():
            return layer.out_channels
        case PixelShuffle(factor):
            return max(1, channels // factor**2)
        case PixelUnshuffle(factor):
            return channels * factor**2
    return channels
