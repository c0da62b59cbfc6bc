"""The lower half of the picture: a crop of both outputs, and the sign between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.marks import Box, Label, Mark
from course_lib.pictures.palette import FOCUS, INK, MUTED, OUTPUT, deep

from .compare import Compared
from .diagram import LEFT, MIDDLE, RIGHT
from .words import figure

_ROWS, _COLUMNS = 5, 7  # are drawn at most
_CELL = 32.0
_LEAST = 3 * _CELL  # the room that the sign needs


@dataclass(frozen=True)
class Crop:
    """The channel, rows and columns that are drawn of an output of shape (1, C, H, W)."""

    channel: int
    rows: range
    columns: range

    def of(self, maps: Tensor) -> Tensor:
        """That part of it, (H, W)."""
        rows, columns = (slice(axis.start, axis.stop) for axis in (self.rows, self.columns))
        return maps[0, self.channel, rows, columns]

    def words(self, name: str, maps: Tensor) -> str:
        """That part of it as one writes it in Python."""
        whole = self.of(maps).shape == maps.shape[2:]
        sides = (f", {axis.start}:{axis.stop}" for axis in (self.rows, self.columns))
        return f"{name}[0, {self.channel}{'' if whole else ''.join(sides)}]"


def crop_of(maps: Tensor, apart: Tensor | None) -> Crop:
    """Where the difference is largest; the first corner where there is none to take."""
    *_, height, width = maps.shape
    place = 0 if apart is None else apart.argmax().item()  # of the first, where all are 0
    place, column = divmod(place, width)
    channel, row = divmod(place, height)
    return Crop(channel, _around(row, height, _ROWS), _around(column, width, _COLUMNS))


def height_of(seen: Compared) -> float:
    """The room that the crops, and what is written below them, need."""
    return _high(seen) + 66


def outputs(seen: Compared, top: float) -> Iterator[Mark]:
    """Both crops, and between them whether the outputs are equal."""
    high = _high(seen)
    yield from _part(LEFT, top, "one", seen.one, seen.apart, marked=False)
    yield from _sign(seen, top + high / 2)
    if seen.other is None:
        yield from _refused(top, high)
    else:
        yield from _part(RIGHT, top, "other", seen.other, seen.apart, marked=True)
    if seen.difference:
        part = crop_of(seen.one, seen.apart).of(seen.one).numel() < seen.one.numel()
        text = "Outlined: numbers that differ." + " Drawn: where they differ most." * part
        yield Label(MIDDLE, top + high + 42, text, 12.5, MUTED, anchor="middle")


def _high(seen: Compared) -> float:
    rows = max(maps.shape[2] for maps in (seen.one, seen.other) if maps is not None)
    return max(_LEAST, _CELL * min(rows, _ROWS))


def _part(
    middle: float, top: float, name: str, maps: Tensor, apart: Tensor | None, marked: bool
) -> Iterator[Mark]:
    """The numbers of a part, and which part it is; ``marked`` outlines those that lie apart."""
    crop = crop_of(maps, apart)
    values = crop.of(maps).tolist()
    differ = crop.of(apart).nonzero().tolist() if marked and apart is not None else []
    outlined = dict.fromkeys(map(tuple, differ), FOCUS)
    x = middle - _CELL * len(values[0]) / 2
    grid = Grid(values, tinted(values, OUTPUT), x, top, _CELL, outlined=outlined)
    yield grid
    below, words = top + grid.height + 16, crop.words(name, maps)
    yield Label(middle, below, words, 12, MUTED, anchor="middle", mono=True)


def _refused(top: float, high: float) -> Iterator[Mark]:
    """In the place of the second output."""
    width = _COLUMNS * _CELL
    yield Box(RIGHT - width / 2, top, width, high, stroke=FOCUS, dashed=True)
    text = "PyTorch refuses these lines."
    yield Label(RIGHT, top + high / 2, text, 13, deep(FOCUS), anchor="middle")


def _sign(seen: Compared, middle: float) -> Iterator[Mark]:
    """Equal or not, and by how much."""
    sign, colour = ("=", deep(OUTPUT)) if seen.equal else ("≠", deep(FOCUS))
    yield Label(MIDDLE, middle - 28, sign, 44, colour, anchor="middle")
    if seen.apart is not None:
        yield Label(MIDDLE, middle + 14, "max |difference|", 12.5, INK, anchor="middle")
        value = figure(seen.difference)
        yield Label(MIDDLE, middle + 38, value, 18, colour, bold=True, anchor="middle")
    elif seen.other is not None:
        yield Label(MIDDLE, middle + 14, "other shape", 13, colour, anchor="middle")


def _around(index: int, length: int, most: int) -> range:
    """At most so many indices below ``length``, the given one in their middle if it can be."""
    first = max(0, min(index - most // 2, length - most))
    return range(first, min(first + most, length))
