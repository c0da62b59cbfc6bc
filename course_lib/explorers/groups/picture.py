"""The picture of the groups explorer: wires on the left, the weight and the dial on the right."""

from course_lib.pictures.picture import Picture, picture

from ..layout import MARGIN
from . import weight, wiring
from .dial import dial
from .worked import Stack

_GAP = 30.0


def draw(stack: Stack) -> Picture:
    """Draw which channels read which, the weight, and what every setting of the dial costs."""
    right = MARGIN + wiring.WIDTH + _GAP
    marks = (
        *wiring.wiring(stack, MARGIN, MARGIN),
        *weight.weight(stack, right, MARGIN),
        *dial(stack, right, MARGIN + weight.HEIGHT + 14),
    )
    return picture(right + weight.WIDTH + MARGIN, 2 * MARGIN + wiring.HEIGHT + 20, marks)
