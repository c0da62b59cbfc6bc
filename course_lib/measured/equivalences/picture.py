"""The picture of two ways: what is done and the shapes, then a crop of what comes out of both."""

from course_lib.pictures.picture import Picture, picture

from .compare import Compared
from .diagram import WIDTH, bottom_of, diagram
from .outputs import height_of, outputs
from .pair import Pair
from .words import Exposed


def draw(pair: Pair, letter: str, seen: Compared, exposed: Exposed) -> Picture:
    """Draw both ways, the second in the variant with that letter."""
    bottom = bottom_of(pair, letter) + 6
    marks = [*diagram(pair, letter, seen, exposed), *outputs(seen, bottom)]
    return picture(WIDTH, bottom + height_of(seen), marks)
