"""Pictures as indices into few colours, so that seventeen of them are one small message."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from course_lib.pictures.raster import indexed_png

MOST = 255  # colours; one more index means "nothing here"
_MASK_SHARE = 0.62  # of a class's colour, over a picture


def sheet_png(images: np.ndarray, columns: int, gap: int) -> bytes:
    """A PNG of pictures (N, H, W, 3) uint8 in rows, ``gap`` transparent pixels between them.

    Exact where the pictures have no more than MOST colours together; else each pixel gets the
    nearest of MOST that Pillow's median cut chooses.
    """
    indices, colours = _indexed(images)
    count, height, width = indices.shape
    cells = np.zeros((count, height + gap, width + gap), np.uint8)
    cells[:, :height, :width] = indices
    rows = cells.reshape(-1, columns, height + gap, width + gap).swapaxes(1, 2)
    sheet = rows.reshape(-1, columns * (width + gap))[: -gap or None, : -gap or None]
    return indexed_png([row.tobytes() for row in sheet], colours)


def overlaid(images: np.ndarray, masks: np.ndarray, colours: Sequence[str]) -> np.ndarray:
    """Pictures (…, 3) uint8 under the colours of their masks (…); other classes stay bare."""
    table = np.array([tuple(bytes.fromhex(colour[1:])) for colour in colours], float)
    known = masks < len(colours)
    tints = table[np.where(known, masks, 0)]
    share = _MASK_SHARE * known[..., None]
    return np.rint(images * (1 - share) + tints * share).astype(np.uint8)


def _indexed(images: np.ndarray) -> tuple[np.ndarray, bytes]:
    """(N, H, W) indices from 1 on, and the colours, three bytes each, the first one unused."""
    red, green, blue = np.moveaxis(images.astype(np.int32), -1, 0)
    found, places = np.unique(red << 16 | green << 8 | blue, return_inverse=True)
    if len(found) <= MOST:
        colours = b"".join(int(colour).to_bytes(3, "big") for colour in found)
    else:
        flat = Image.fromarray(images.reshape(-1, images.shape[2], 3))
        reduced = flat.quantize(MOST, Image.Quantize.MEDIANCUT)
        places, colours = np.asarray(reduced), bytes(reduced.getpalette())
    return places.reshape(images.shape[:-1]).astype(np.uint8) + 1, b"\xff\xff\xff" + colours
