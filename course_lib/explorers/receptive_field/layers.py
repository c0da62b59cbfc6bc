"""The layers of the receptive-field workbench: what may be listed, and the layers that it means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

from course_lib.geometry import (
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
    Column("kernel", 1, 11, start=3),
    Column("stride", 0, 4, start=1),
    Column("padding", 0, 8, start=1),
    Column("dilation", 1, 16, start=2),
    Column("output padding", 0, 3, start=0),
    Column("factor", 1, 4, start=2),
)
Build = Callable[..., Layer]  # (in_channels, out_channels, *numbers in the order of the columns)


@dataclass(frozen=True)
class Kind:
    """What a listed layer may be: the columns that it has, and how a layer is made of them."""

    columns: tuple[str, ...]
    build: Build


def _convolution(
    c_in: int, c_out: int, kernel: int, stride: int, padding: int, d: int = 1
) -> Layer:
    return Convolution(c_in, c_out, kernel, stride, padding, d, bias=False)


def _transposed(c_in: int, c_out: int, kernel: int, stride: int, padding: int, extra: int) -> Layer:
    return TransposedConvolution(c_in, c_out, kernel, stride, padding, extra, bias=False)


def _pooling(kind: str) -> Build:
    return lambda c_in, c_out, k, s, p: Pooling(k, s, p, kind=kind)


def _upsampling(mode: str) -> Build:
    return lambda c_in, c_out, factor: Upsample(scale_factor=factor, mode=mode)


_WINDOW = ("kernel", "stride", "padding")
KINDS = {
    "convolution": Kind(_WINDOW, _convolution),
    "max pool": Kind(_WINDOW, _pooling("max")),
    "average pool": Kind(_WINDOW, _pooling("average")),
    "dilated": Kind((*_WINDOW, "dilation"), _convolution),
    "transposed": Kind((*_WINDOW, "output padding"), _transposed),
    "pixel shuffle": Kind(("factor",), lambda c_in, c_out, factor: PixelShuffle(factor)),
    "pixel unshuffle": Kind(("factor",), lambda c_in, c_out, factor: PixelUnshuffle(factor)),
    "nearest upsample": Kind(("factor",), _upsampling("nearest")),
    "bilinear upsample": Kind(("factor",), _upsampling("bilinear")),
}
_WITH_WEIGHTS = ("convolution", "dilated", "transposed")


def columns_of(kinds: Sequence[str]) -> tuple[Column, ...]:
    """The columns that these kinds need; raises ValueError for a kind that there is not."""
    if unknown := sorted(set(kinds) - KINDS.keys()):
        raise ValueError(
            f"there is no kind of layer {', '.join(map(repr, unknown))}; there are: "
            f"{', '.join(KINDS)}"
        )
    needed = {name for kind in kinds for name in KINDS[kind].columns}
    return tuple(column for column in COLUMNS if column.name in needed)


def row_of(kind: str, columns: Sequence[Column], numbers: Mapping[str, int]) -> Row:
    """A row of that kind with those numbers, the others as a new layer has them."""
    return Row(kind, tuple(numbers.get(column.name, column.start) for column in columns))


@lru_cache(maxsize=256)
def layers_of(rows: tuple[Row, ...], columns: tuple[Column, ...]) -> tuple[Layer, ...]:
    """The layers of a list: one channel throughout, but what pixel shuffle needs before it."""
    channels, outputs = _channels(rows, columns)
    layers = []
    for row, out_channels in zip(rows, outputs, strict=True):
        kind = KINDS[row.kind]
        layers.append(kind.build(channels, out_channels, *_numbers(row, columns)))
        channels = _after(row, columns, channels, out_channels)
    return tuple(layers)


def channels_in(rows: tuple[Row, ...], columns: tuple[Column, ...]) -> int:
    """The channels of the image: one, unless pixel shuffle comes before any weights."""
    return _channels(rows, columns)[0]


def _numbers(row: Row, columns: Sequence[Column]) -> list[int]:
    named = {column.name: number for column, number in zip(columns, row.numbers, strict=True)}
    return [named[name] for name in KINDS[row.kind].columns]


def _channels(rows: tuple[Row, ...], columns: Sequence[Column]) -> tuple[int, list[int]]:
    """The fewest channels of the image, and behind each layer with weights, that come out even."""
    need, outputs = 1, []
    for row in reversed(rows):
        outputs.append(need)
        if row.kind in _WITH_WEIGHTS:
            need = 1
        elif row.kind == "pixel shuffle":
            need *= _numbers(row, columns)[0] ** 2
        elif row.kind == "pixel unshuffle":
            need //= gcd(need, _numbers(row, columns)[0] ** 2)
    return need, outputs[::-1]


def _after(row: Row, columns: Sequence[Column], channels: int, out_channels: int) -> int:
    if row.kind in _WITH_WEIGHTS:
        return out_channels
    if row.kind == "pixel shuffle":
        return channels // _numbers(row, columns)[0] ** 2
    if row.kind == "pixel unshuffle":
        return channels * _numbers(row, columns)[0] ** 2
    return channels
