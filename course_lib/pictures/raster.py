"""Small images inside a picture: heat maps with too many cells to draw one by one."""

import struct
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import adler32, crc32

from .marks import short
from .palette import magnitude

LEVELS = 15  # of the scale; the sixteenth colour of a four-bit image is "nothing here"
_SHARP = 2.0  # dots on the page for one pixel
_BELOW_TOP = LEVELS - 1e-9  # so that the largest value itself is in the last step
_RUN = tuple(bytes([level]) for level in range(LEVELS + 1))
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


def product_levels(rows: Sequence[float], columns: Sequence[float]) -> list[bytes]:
    """The ``levels`` of a map in which a pixel's share is its row's times its column's.

    Much faster than pixel by pixel: there are few different rows, and along one of them, ordered
    by their shares, the columns of one level stand together. Raises ValueError for more than 256
    different columns, which would not fit a byte.
    """
    ordered = sorted({*columns})
    places = {share: place for place, share in enumerate(ordered)}
    ranks = bytes(places[share] for share in columns)
    # the level of each rank as a table of 256 bytes, as translate wants it
    lines = {row: ranks.translate(_levels_of(row, ordered).ljust(256)) for row in {*rows}}
    return [lines[row] for row in rows]


def _levels_of(row: float, columns: list[float]) -> bytes:
    """The levels of a row; the shares of the columns go up."""
    if row <= 0:
        return bytes(len(columns))
    highest = int(row * columns[-1] * _BELOW_TOP) + 1
    starts = [bisect_right(columns, 0.0)]
    for level in range(1, highest):
        starts.append(bisect_left(columns, level / (row * _BELOW_TOP), starts[-1]))
    ends = [*starts[1:], len(columns)]
    runs = (_RUN[level] * (e - s) for level, (s, e) in enumerate(zip(starts, ends, strict=True), 1))
    return bytes(starts[0]) + b"".join(runs)


def heat_png(rows: Sequence[Sequence[int]]) -> bytes:
    """A PNG of rows of ``levels``, on the cividis scale; level 0 is transparent.

    Four bits a pixel, and not compressed: the same map gives the same bytes with every zlib.
    Source: W3C, Portable Network Graphics, third edition, 2025; RFC 1950, RFC 1951.
    """
    packed = {row: b"\0" + _packed(row) for row in {*map(bytes, rows)}}
    lines = b"".join(packed[bytes(row)] for row in rows)
    colours = b"".join(bytes.fromhex(colour[1:]) for colour in ("#ffffff", *_SCALE))
    return _png((len(rows[0]), len(rows)), 4, colours, lines)


def indexed_png(rows: Sequence[bytes], colours: bytes) -> bytes:
    """A PNG of rows of indices, a byte a pixel, into at most 256 colours of three bytes each.

    Index 0 is transparent; not compressed, for the same reason.
    """
    lines = b"".join(b"\0" + row for row in rows)
    return _png((len(rows[0]), len(rows)), 8, colours, lines)


def _png(size: tuple[int, int], depth: int, colours: bytes, lines: bytes) -> bytes:
    """The file of width x height pixels, of ``depth`` bits each; a line begins with its filter."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", *size, depth, 3, 0, 0, 0)), (b"PLTE", colours),
            (b"tRNS", b"\0"), (b"IDAT", _stored(lines)), (b"IEND", b""),
        )
    )  # fmt: skip


def _packed(row: bytes) -> bytes:
    """Two pixels a byte."""
    digits = row.translate(_HEX) + b"0" * (len(row) % 2)
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
