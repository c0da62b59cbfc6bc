"""The receptive field of a model, measured by the gradient of some of its cells."""

from math import ceil, prod

import torch
from torch import Tensor, nn

from ..geometry import GeometryError, LayerRow, Pair, as_pair, layer_table
from .copies import copied, ones
from .execution import executed
from .gradient import Linearised, Measurement, support
from .trace import Trace

ENLARGEMENTS = 4  # of the image, until the field touches no border
NEIGHBOURS = 64  # cells that are looked at, at most, where the field depends on the position


@torch.inference_mode(False)
def measure(
    model: nn.Module, input_size: int | Pair | None = None, in_channels: int = 3
) -> Measurement:
    """The field of a central cell, before the whole image is pooled or flattened, by gradient.

    The model is copied, its steps made linear, and run in float64 on an image wide enough that the
    field touches no border. ``input_size`` is an image that the model takes (default 32 x 32).
    Where the field depends on the position, neighbouring cells are measured, and the largest kept.
    Raises GeometryError if the model takes no larger image; ``analyse`` still gives the table.
    """
    size = as_pair(input_size or 32, "input_size")
    network, names = executed(model, (1, in_channels, *size))
    rows = [row for row in layer_table(network, size).rows if row.receptive_field]
    if not rows:
        raise GeometryError("The model has no layer that looks at a part of the image only.")
    place = names.index(rows[-1].name) + 1  # steps are the same in number, not always in name
    cells = _neighbours(*rows[-1].period)
    size, linear = _wide_enough(size, rows, cells), copied(model, ones)
    for _ in range(ENLARGEMENTS):
        seen = _seen(linear, place, cells, (1, in_channels, *size))
        if not seen:
            name = rows[-1].name
            raise GeometryError(f"No gradient arrives from {name}; the model may cut it (detach).")
        if not any(map(_touches_a_border, seen)):
            return _measurement(seen, size)
        size = size[0] * 2, size[1] * 2
    raise GeometryError(
        f"The field reaches the border of every image up to {size}: it grows with the image, as "
        "behind an adaptive pooling. Leave that layer out to measure what comes before it."
    )


def _neighbours(down: int, across: int) -> list[Pair]:
    """Cells that have a field of each size, as distances from the central one."""
    if down * across <= NEIGHBOURS:
        return [(row, column) for row in range(down) for column in range(across)]
    return [(index, index) for index in range(min(max(down, across), NEIGHBOURS))]


def _wide_enough(size: Pair, rows: list[LayerRow], cells: list[Pair]) -> Pair:
    """An image for the fields of those cells; it exceeds the given one by whole jumps.

    A layer that wants sizes to come out even (pixel unshuffle) takes it as well, then.
    """
    lengths = []
    for axis in (0, 1):
        reach = 2 + 2 * max(cell[axis] for cell in cells)
        need = rows[-1].receptive_field[axis] + reach * rows[-1].jump[axis]
        unit = max(1, *(ceil(row.jump[axis]) for row in rows))
        lengths.append(size[axis] + max(ceil((need - size[axis]) / unit), 0) * unit)
    return lengths[0], lengths[1]


def _seen(linear: nn.Module, place: int, cells: list[Pair], shape: tuple[int, ...]) -> list[Tensor]:
    """The pixels that reach cells behind the n-th layer, each as (H, W) of booleans.

    Cells that no pixel reaches are left out.
    """
    failure = None
    with torch.enable_grad():
        # Twos, since ones minus a mean of ones would make a gate zero.
        image = torch.full(shape, 2.0, dtype=torch.float64, requires_grad=True)
        trace = Trace(linear, image)
        try:
            with trace.naming(), trace, Linearised():
                linear(image)
        except Exception as error:  # a head made for one size; the map before it is all we need
            failure = error
        if place in trace.maps:
            seen = [support(trace.maps[place], image, cell) for cell in cells]
            return [pixels for pixels in seen if pixels.any()]
    raise GeometryError(
        f"The model takes no image of {shape[2]} x {shape[3]}, which its field needs, so the field "
        f"cannot be measured ({failure}). The table of analyse holds all the same."
    ) from failure


def _touches_a_border(pixels: Tensor) -> bool:
    return any(line.any() for line in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))


def _measurement(seen: list[Tensor], size: Pair) -> Measurement:
    boxes = []
    for pixels in seen:
        places = pixels.nonzero()
        height, width = (places.amax(0) - places.amin(0) + 1).tolist()
        boxes.append((height, width))
    largest = max(range(len(seen)), key=lambda index: prod(boxes[index]))
    height, width = map(max, zip(*boxes, strict=True))
    covered = seen[largest].sum().item() / prod(boxes[largest])
    return Measurement((height, width), covered, size)
