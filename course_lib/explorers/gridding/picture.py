"""The picture of the gridding lab: a row with its paths, the plane below it, numbers beside."""

from course_lib.pictures.marks import Label
from course_lib.pictures.palette import INPUT, deep
from course_lib.pictures.picture import Picture, picture

from ..layout import MARGIN
from ..words import times
from .coverage import Coverage
from .graph import Graph
from .panel import WIDTH, Panel
from .plane import Plane

_NAMES = 76.0  # the room for what stands at the left
_SIDE, _ALONE = 374.0, 460.0  # of the map in the plane; of the row where it stands alone
_MOST = 40.0  # the largest cell
_GAP = 40.0


def draw(seen: Coverage, place: int) -> Picture:
    """Draw what one output reads, and mark the chosen place."""
    side = _ALONE if seen.causal else _SIDE
    cell = min(_MOST, side / seen.span)
    left, top = MARGIN + _NAMES, MARGIN
    across = left + (side - cell * seen.span) / 2
    graph = Graph(seen, place, across, top, cell)
    panel = Panel(seen, place, left + side + _GAP, MARGIN)
    marks, bottom = [*graph.marks()], top + graph.height
    if not seen.causal:
        box = times((seen.span, seen.span))
        title = Label(left - 16, bottom + 46, "in the", 13, deep(INPUT), True, "end")
        again = Label(left - 16, bottom + 63, "plane", 13, deep(INPUT), True, "end")
        size = Label(left - 16, bottom + 83, box, 12.5, anchor="end")
        marks += [title, again, size, *Plane(seen, place, across, bottom + 28, cell).marks()]
        bottom += 28 + cell * seen.span
    marks += panel.marks()
    high = max(bottom, MARGIN + panel.height)
    return picture(panel.x + WIDTH + MARGIN, high + MARGIN, marks)
