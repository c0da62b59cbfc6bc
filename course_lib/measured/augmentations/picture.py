"""The picture: the original, one draw enlarged, and all sixteen of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.explorers.layout import MARGIN, TITLE
from course_lib.explorers.legend import LINE, heat_sign
from course_lib.explorers.words import count
from course_lib.pictures.marks import Box, Label, Mark, short
from course_lib.pictures.palette import FOCUS, INK, INPUT, MUTED, OUTPUT, PAPER, deep, tint
from course_lib.pictures.picture import Picture, picture
from course_lib.pictures.raster import Raster, heat_png, levels

from .colours import overlaid, sheet_png
from .draws import BLOCK, DRAWS, Draws
from .subjects import SIDE, Subject

_ROWS = 4
_SMALL, _LARGE = 3, 6  # dots of the page for a pixel
_GAP = 4  # pixels between two small pictures
_STEP = _SMALL * (SIDE + _GAP)
_GRID = _ROWS * _STEP - _SMALL * _GAP
_SIZE = _LARGE * SIDE  # of a large picture: two of them and a title are as high as the grid
_BETWEEN = 44.0
_TOP, _BELOW = MARGIN + TITLE, MARGIN + TITLE + _GRID - _SIZE
_RIGHT = MARGIN + _SIZE + _BETWEEN
_LETTER = 7.4  # the width of a letter of the legend, generously


@dataclass(frozen=True)
class Lattice:
    """Lines of (x, y) in pixels, written as one path; a pixel is ``scale`` dots, (0, 0) at x, y."""

    x: float
    y: float
    scale: float
    lines: Sequence[Sequence[Sequence[float]]]
    colour: str

    def svg(self) -> str:
        path = "".join("M" + "L".join(map(self._point, line)) for line in self.lines)
        return f'<path d="{path}" fill="none" stroke="{self.colour}" stroke-width="1.2"/>'

    def _point(self, point: Sequence[float]) -> str:
        return f"{short(self.x + self.scale * point[0])} {short(self.y + self.scale * point[1])}"


_ENDS = (0.5, SIDE - 0.5)  # the middles of the outermost pixels
_STRAIGHT = tuple(
    tuple((end, at)[:: 1 if across else -1] for end in _ENDS)
    for across in (True, False)
    for at in range(BLOCK, SIDE, BLOCK)
)


def draw(subject: Subject, draws: Draws, masked: bool) -> Picture:
    """Draw them; ``masked`` lays the colours of the mask over all pictures."""
    original, images = subject.image, draws.images
    if masked:
        colours = [colour for _, colour in subject.classes]
        original = overlaid(original, subject.mask, colours)
        images = overlaid(images, draws.masks, colours)
    colour = MUTED if subject.bright and not masked else PAPER
    marks: list[Mark] = [
        *_large(_TOP, "Original", original),
        *([Lattice(MARGIN, _TOP, _LARGE, _STRAIGHT, colour)] if draws.moved else []),
        *_second(images, draws, colour),
        Label(_RIGHT, _TOP - 20, f"{DRAWS} draws", 14, deep(OUTPUT), bold=True),
        Raster(_RIGHT, _TOP, _GRID, _GRID, sheet_png(images, _ROWS, _GAP)),
        *_frames(draws),
        *_legend(subject, draws, masked),
    ]
    return picture(_RIGHT + _GRID + MARGIN, _TOP + _GRID + 2 * LINE + 26, marks)


def _large(y: float, title: str, image: np.ndarray) -> Iterator[Mark]:
    yield Label(MARGIN, y - 20, title, 14, deep(INPUT), bold=True)
    yield Raster(MARGIN, y, _SIZE, _SIZE, sheet_png(image[None], 1, 0))


def _second(images: np.ndarray, draws: Draws, colour: str) -> Iterator[Mark]:
    """Below the original: a draw, enlarged, or how often each pixel is hidden."""
    if draws.first is None:
        yield Box(MARGIN, _BELOW, _SIZE, _SIZE, stroke=MUTED, dashed=True)
        yield Label(MARGIN + _SIZE / 2, _BELOW + _SIZE / 2, "No draw was changed.", 12.5, MUTED,
                    anchor="middle")  # fmt: skip
    elif _enlarges(draws):
        yield from _large(_BELOW, f"Draw {draws.first + 1}, enlarged", images[draws.first])
        if draws.moved:
            lines = [line.tolist() for line in draws.lattice or []]
            yield Lattice(MARGIN, _BELOW, _LARGE, lines, colour)
    else:
        shares = draws.how_often_hidden / draws.how_often_hidden.max()
        yield Label(MARGIN, _BELOW - 20, "How often hidden", 14, deep(INPUT), bold=True)
        yield Box(MARGIN, _BELOW, _SIZE, _SIZE, tint(INPUT, 0.14), radius=0)
        yield Raster(MARGIN, _BELOW, _SIZE, _SIZE, heat_png([*map(levels, shares.tolist())]))


def _enlarges(draws: Draws) -> bool:
    """Whether one draw is shown large: not where there are only holes, they are seen anyway."""
    return draws.moved or not draws.hidden.any()


def _frames(draws: Draws) -> Iterator[Mark]:
    """Round the draws that nothing has changed, and round the one that is enlarged."""
    for number, changed in enumerate(draws.changed):
        row, column = divmod(number, _ROWS)
        x, y, side = _RIGHT + column * _STEP, _TOP + row * _STEP, _SMALL * SIDE
        if not changed:
            yield Box(x - 2.5, y - 2.5, side + 5, side + 5, "none", MUTED, 1.2, 3, dashed=True)
        elif number == draws.first and _enlarges(draws):
            yield Box(x - 2.5, y - 2.5, side + 5, side + 5, "none", FOCUS, 3, 3)


def _legend(subject: Subject, draws: Draws, masked: bool) -> Iterator[Mark]:
    y = _TOP + _GRID + 28
    if draws.first is not None and not _enlarges(draws):
        yield heat_sign(MARGIN, y)
        most = count(int(draws.how_often_hidden.max()), "draw")
        yield Label(MARGIN + 78, y, f"in few … in {most}", 12.5)
    elif draws.moved:
        torn = draws.first is not None and draws.lattice is None
        said = "The lattice is torn." if torn else f"A line every {BLOCK} pixels."
        yield Label(MARGIN, y, said, 12.5)
    yield Box(_RIGHT + 1, y - 8, 16, 16, "none", MUTED, 1.5, 3, dashed=True)
    yield Label(_RIGHT + 26, y, f"left as it is ({draws.left_alone} of {DRAWS})", 12.5)
    if draws.first is not None and _enlarges(draws):
        yield Box(_RIGHT + 211, y - 8, 16, 16, "none", FOCUS, 3, 3)
        yield Label(_RIGHT + 236, y, "enlarged on the left", 12.5)
    if masked:
        x = _RIGHT
        for name, colour in subject.classes:
            yield Box(x + 1, y + LINE - 8, 16, 16, tint(colour, 0.75), INK, 1, 2)
            yield Label(x + 24, y + LINE, name, 12.5)
            x += 24 + _LETTER * len(name) + 18
