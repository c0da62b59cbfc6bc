"""Below the weight: what every setting of the groups dial costs, as bars."""

from collections.abc import Iterator

from course_lib.pictures.marks import Box, Label, Mark
from course_lib.pictures.palette import INK, KERNEL, MUTED, SKY, deep

from ..words import count
from .worked import Stack

_NAMES, _BAR, _ROW = 70.0, 150.0, 22.0


def dial(stack: Stack, x: float, y: float) -> Iterator[Mark]:
    """A bar for each number of groups, its length the weights; a frame round the present one."""
    settings = [*stack.dial()]
    most = settings[0].weights
    yield Label(x, y + 8, "Every setting of the dial: weights · MACs", 14, INK, bold=True)
    if stack.second:
        yield Label(x, y + 28, "left in a bar: the layer; right: the layer behind it", 12, MUTED)
    for number, setting in enumerate(settings):
        top, now = y + 42 + _ROW * number, setting.layer.groups == stack.layer.groups
        groups = count(setting.layer.groups, "group")
        yield Label(x + _NAMES - 8, top + 7, groups, 12.5, INK, now, "end")
        left = x + _NAMES
        for layer, colour in zip(setting.layers, (KERNEL, SKY), strict=False):
            long = max(1.5, _BAR * layer.parameters / most)
            yield Box(left, top, long, 14, colour, radius=0)
            left += long
        if now:
            yield Box(x + _NAMES - 2, top - 2, left - x - _NAMES + 4, 18, "none", INK, 2, 3)
        yield Label(left + 10, top + 7, f"{setting.weights:,} · {setting.table.macs:,}", 12.5,
                    deep(KERNEL) if now else INK, now)  # fmt: skip
