"""The picture of the workbench: the field on the image, the layer table, the output cell."""

from collections.abc import Iterator

from course_lib.pictures.marks import Label, Mark
from course_lib.pictures.palette import FOCUS, INPUT, OUTPUT, deep
from course_lib.pictures.picture import Picture, picture

from ..layout import MARGIN, TITLE
from ..legend import output_map
from ..words import times
from .image import Image
from .sight import Sight
from .table import Table

_GAP = 38.0
_MAP = 96.0  # the side of the output's map


def draw(sight: Sight) -> Picture:
    """Draw what the cell sees, and how the layers came to see it."""
    image, table = Image(sight, MARGIN, MARGIN + TITLE), Table(sight)
    left = MARGIN + image.side + _GAP
    below = MARGIN + table.height + 34
    high = max(image.y + image.side + image.legend_height, below + _MAP)
    marks = (*image.marks(), *table.marks(left, MARGIN), *_output(sight, left, below))
    return picture(left + table.width + MARGIN, high + MARGIN, marks)


def _output(sight: Sight, x: float, y: float) -> Iterator[Mark]:
    """The last map, with the cell that is looked through."""
    cells = sight.stack.sizes[-1]
    side = min(14.0, _MAP / cells)
    yield from output_map(x, y, side, cells, sight.cell)
    words = x + side * cells + 18
    yield Label(words, y + 10, f"Output {times((cells, cells))}", 14, deep(OUTPUT), bold=True)
    yield Label(words, y + 32, f"You look through cell {sight.cell}.", 12.5, deep(FOCUS))
    yield Label(words, y + 52, _step(sight), 12.5, deep(INPUT))


def _step(sight: Sight) -> str:
    field = sight.stack.field
    if sight.stack.sizes[-1] == 1:
        return "It is the only one."
    jump = field.jump[0]
    pixels = f"{jump} pixel" if jump <= 1 else f"{jump} pixels"
    average = " on average" if field.varies or jump < 1 else ""
    return f"One cell further, the field lies {pixels} further{average} (the jump)."
