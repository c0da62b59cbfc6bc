"""Small images inside a picture: heat maps with too many cells to draw one by one."""

import struct
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import adler32, crc32

from .marks import short
from .palette import magnitude

LEVELS = 15  # of the scale; the sixteenth colour of a four-bit image is "nothing here"
_SHARP = 2.0  # dots on the page for one pixel
_BELOW_TOP = LEVELS - 1e-9  # so that the largest value itself is in the last step
_HEX = bytes.maketrans(bytes(range(16)), b"0123456789abcdef")
_SCALE = tuple(magnitude(level / (LEVELS - 1)) for level in range(LEVELS))


@dataclass(frozen=True)
class Raster:
    """A PNG stretched over a rectangle.

    Its pixels are sharp squares where they are large enough to be seen as such; smaller ones are
    averaged, since leaving some out would show patterns that are not there.
    """

    x: float
    y: float
    width: float
    height: float
    png: bytes

    def svg(self) -> str:
        (columns,) = struct.unpack(">I", self.png[16:20])  # from the PNG's header
        sharp = ' style="image-rendering:pixelated"' if self.width >= _SHARP * columns else ""
        return (
            f'<image x="{short(self.x)}" y="{short(self.y)}" width="{short(self.width)}" '
            f'height="{short(self.height)}" preserveAspectRatio="none"{sharp} '
            f'href="data:image/png;base64,{b64encode(self.png).decode()}"/>'
        )


def levels(shares: Iterable[float]) -> list[int]:
    """The steps of the scale, 1 to LEVELS, for shares of the largest value; 0 for nothing."""
    return [int(share * _BELOW_TOP) + 1 if share > 0 else 0 for share in shares]


def product_levels(rows: Sequence[float], columns: Sequence[float]) -> list[list[int]]:
    """The ``levels`` of a map in which a pixel's share is its row's times its column's.

    Much faster than pixel by pixel: there are few different rows, and along one of them, ordered
    by their shares, the columns of one level stand together.
    """
    ordered = sorted({*columns})
    places = {share: place for place, share in enumerate(ordered)}
    ranks = [places[share] for share in columns]
    drawn = {row: _levels_of(row, ordered) for row in {*rows}}
    lines = {row: [level[rank] for rank in ranks] for row, level in drawn.items()}
    return [lines[row] for row in rows]


def _levels_of(row: float, columns: list[float]) -> list[int]:
    """The levels of a row; the shares of the columns go up."""
    if row <= 0:
        return [0] * len(columns)
    steps = (level / (row * _BELOW_TOP) for level in range(1, LEVELS))
    starts = [bisect_right(columns, 0.0), *(bisect_left(columns, step) for step in steps)]
    found = [0] * starts[0]
    for level, (start, end) in enumerate(pairwise([*starts, len(columns)]), start=1):
        found += [level] * (end - start)
    return found


def heat_png(rows: Sequence[Sequence[int]]) -> bytes:
    """A PNG of rows of ``levels``, on the cividis scale; level 0 is transparent.

    Four bits a pixel, and not compressed: the same map gives the same bytes with every zlib.
    Source: W3C, Portable Network Graphics, third edition, 2025; RFC 1950, RFC 1951.
    """
    lines = b"".join(b"\0" + _packed(row) for row in rows)
    size = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 4, 3, 0, 0, 0)
    colours = b"".join(bytes.fromhex(colour[1:]) for colour in ("#ffffff", *_SCALE))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", size), (b"PLTE", colours), (b"tRNS", b"\0"), (b"IDAT", _stored(lines)),
            (b"IEND", b""),
        )
    )  # fmt: skip


def _packed(row: Sequence[int]) -> bytes:
    """Two pixels a byte."""
    digits = bytes(row).translate(_HEX) + b"0" * (len(row) % 2)
    return bytes.fromhex(digits.decode())


def _stored(data: bytes) -> bytes:
    """A zlib stream of blocks that are stored as they are."""
    blocks = [data[at : at + 0xFFFF] for at in range(0, len(data), 0xFFFF)]
    framed = b"".join(
        struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks, start=1)
    )
    return b"\x78\x01" + framed + struct.pack(">I", adler32(data))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc32(name + data))
