"""A drawn wardrobe: ten garments of 28x28 pixels, as Fashion-MNIST has them, without a download.

Each garment is a few bands: strips along one axis whose centre and half width run straight from
knot to knot. As in the real set a garment fills the picture along its longer side and stands in its
middle; shoes point left. Plain arithmetic on doubles, so that a seed gives the same bytes on every
processor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.data.errors import DataError
from course_lib.data.grey import GARMENTS, SIDE, GreyData

Knot = tuple[np.ndarray | float, np.ndarray | float, np.ndarray | float]
_GRAIN = 12  # levels


def garments(train: int = 2000, test: int = 1000, seed: int = 0) -> GreyData:
    """Draw ``train`` and ``test`` pictures of garments, classes in turn: 0, 1, …, 9, 0, 1, ….

    Cut, sleeves, brightness, prints and grain vary. T-shirt, pullover, coat, dress and shirt are
    often alike, as in the real set. Raises ``DataError`` for fewer than ten pictures.
    """
    if min(train, test) < len(GARMENTS):
        raise DataError(f"{min(train, test)} pictures; expected at least {len(GARMENTS)}, one each")
    drawn = [_draw(count, np.random.Generator(np.random.PCG64([seed, part])))
             for part, count in enumerate((train, test))]  # fmt: skip
    return GreyData("drawn garments", *drawn[0], *drawn[1])


def _draw(count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(count, dtype=np.int64) % len(GARMENTS)
    images = np.empty((count, SIDE, SIDE), np.uint8)
    for label, draw in enumerate(_CLASSES):
        page = Page(int((labels == label).sum()), random)
        draw(page)
        images[labels == label] = page.finished()
    return images, labels


@dataclass
class Page:
    """N pictures in the making: ``ink`` (N, 28, 28) is the brightness, 0 where nothing is."""

    count: int
    random: np.random.Generator

    def __post_init__(self) -> None:
        place = np.arange(SIDE) + 0.5
        self.y = np.broadcast_to(place[:, None], (self.count, SIDE, SIDE))
        self.x = np.broadcast_to(place - SIDE / 2, (self.count, SIDE, SIDE))
        self.ink = np.zeros((self.count, SIDE, SIDE))
        self.light = self.between(0.35, 0.95)

    def between(self, low: float, high: float) -> np.ndarray:
        """A number for each picture, (N, 1, 1)."""
        return low + (high - low) * self.random.random((self.count, 1, 1))

    def some(self, share: float) -> np.ndarray:
        """1 for that share of the pictures and 0 for the others, (N, 1, 1)."""
        return (self.random.random((self.count, 1, 1)) < share).astype(float)

    def down(self, knots: Sequence[Knot]) -> np.ndarray:
        """The cover of a band that runs downwards through knots (y, centre x, half width)."""
        return _band(self.y, self.x, knots)

    def along(self, knots: Sequence[Knot]) -> np.ndarray:
        """The cover of a band that runs to the right through knots (x, centre y, half height)."""
        return _band(self.x, self.y, knots)

    def paint(self, cover: np.ndarray, light: np.ndarray | float) -> None:
        """Lay a brightness over what is there, where ``cover`` is 1; 0 cuts a hole."""
        self.ink = self.ink * (1 - cover) + light * cover

    def print_on(self, share: float, low: float, high: float) -> None:
        """Darken stripes, across or along, of some pictures between two heights."""
        period = self.between(2.5, 6)
        lying, standing = self.some(0.6), self.some(0.3)
        wave = np.maximum(lying * _wave(self.y, period), standing * _wave(self.x, period))
        inside = np.clip(self.y - low, 0, 1) * np.clip(high - self.y, 0, 1)
        self.ink = self.ink * (1 - self.some(share) * self.between(0.2, 0.7) * wave * inside)

    def finished(self) -> np.ndarray:
        """Add folds and grain, and round to (N, 28, 28) uint8."""
        slope = 1 + self.between(-0.012, 0.012) * self.x + self.between(-0.01, 0.01) * self.y
        grain = self.random.integers(-_GRAIN, _GRAIN + 1, size=(2, *self.ink.shape)).sum(0)
        bright = 255 * self.ink * slope + grain * np.minimum(3 * self.ink, 1)
        return np.clip(np.rint(bright), 0, 255).astype(np.uint8)


def _band(along: np.ndarray, across: np.ndarray, knots: Sequence[Knot]) -> np.ndarray:
    (start, centre, half), last = knots[0], knots[-1][0]
    for (a, c0, h0), (b, c1, h1) in zip(knots, knots[1:], strict=False):
        way = np.clip((along - a) / (b - a), 0, 1)
        centre, half = centre + (c1 - c0) * way, half + (h1 - h0) * way
    ends = np.clip(along - start + 0.5, 0, 1) * np.clip(last - along + 0.5, 0, 1)
    return np.clip(half - np.abs(across - centre) + 0.5, 0, 1) * ends


def _wave(place: np.ndarray, period: np.ndarray) -> np.ndarray:
    return np.clip(2 * np.abs(place / period - np.rint(place / period)) * 2 - 0.5, 0, 1)


def _top(page: Page, width: tuple[float, float], sleeve: np.ndarray, collar: float = 0) -> None:
    """Shoulders, torso, two sleeves that end at a height, and a neck."""
    shoulder, hem = page.between(*width), page.between(*width)
    for side in (-1, 1):
        reach = shoulder + page.between(1.2, 2.6) + 0.08 * sleeve
        cuff = page.between(1.1, 1.8)
        page.paint(page.down([(0.8, side * (shoulder - 1.5), 1.2), (5, side * shoulder, 2.3),
                              (sleeve, side * reach, cuff)]), 0.88 * page.light)  # fmt: skip
    page.paint(page.down([(0, 0, shoulder - 3), (2.5, 0, shoulder - 0.5), (8, 0, shoulder - 1.3),
                          (28, 0, hem - 0.8)]), page.light)  # fmt: skip
    depth = page.between(1.5, 4.5) - collar
    page.paint(page.down([(-1, 0, page.between(2, 3.6)), (depth, 0, 0.3)]), 0.0)


def _t_shirt(page: Page) -> None:
    _top(page, (6.8, 9), page.between(6, 12))
    page.print_on(0.5, 7, 20)


def _trouser(page: Page) -> None:
    waist, spread = page.between(3.8, 5.5), page.between(0, 1.6)
    for side in (-1, 1):
        page.paint(page.down([(0, side * waist / 2, waist / 2), (9, side * waist / 2, waist / 2),
                              (28, side * (waist / 2 + spread), page.between(1.2, 2.3))]),
                   page.light)  # fmt: skip
    page.paint(page.down([(7, 0, 0.0), (28, 0, page.between(0.3, 1.2))]), 0.0)
    page.paint(page.down([(0, 0, waist), (1.2, 0, waist)]), 0.7 * page.light)


def _pullover(page: Page) -> None:
    _top(page, (6.6, 8.8), page.between(20, 27))
    page.print_on(0.4, 4, 26)
    hem = page.down([(25.5, 0, 9.0), (26.3, 0, 9.0)]) * page.some(0.7)
    page.ink = page.ink * (1 - 0.3 * hem)


def _dress(page: Page) -> None:
    waist, hem = page.between(3, 4.6), page.between(4.5, 9)
    top = page.between(4, 5.4)
    sleeves = page.some(0.4) * page.between(3, 12) + 6
    for side in (-1, 1):
        page.paint(page.down([(0.5, side * (top - 1.2), 1.2), (sleeves, side * (top + 0.6), 1.1)]),
                   0.88 * page.light)  # fmt: skip
    page.paint(page.down([(0, 0, top - 1), (3, 0, top), (11, 0, waist), (28, 0, hem)]), page.light)
    page.paint(page.down([(-1, 0, page.between(1.5, 3)), (page.between(1.5, 5), 0, 0.3)]), 0.0)
    page.print_on(0.35, 3, 27)


def _coat(page: Page) -> None:
    _top(page, (6.8, 8.8), page.between(21, 27), collar=1.5)
    page.print_on(0.15, 4, 26)
    opening = page.down([(1, 0, 0.45), (28, page.between(-0.8, 0.8), 0.45)])
    page.ink = page.ink * (1 - page.between(0.3, 0.9) * opening)


def _shirt(page: Page) -> None:
    sleeve = page.between(9, 13) + page.some(0.65) * page.between(10, 13)
    _top(page, (6.6, 8.9), sleeve, collar=1)
    page.print_on(0.5, 2, 27)
    placket = page.down([(2, 0, 0.4), (27, 0, 0.4)]) * _wave(page.y, page.between(2.5, 4))
    page.ink = page.ink * (1 - page.between(0.1, 0.6) * placket)


def _sandal(page: Page) -> None:
    ground, thick = page.between(18.5, 21), page.between(0.6, 1.6)
    heel = page.some(0.5) * page.between(2, 6)
    page.paint(page.along([(-13.5, ground, thick), (-3, ground, thick), (10, ground - heel, thick),
                           (13.5, ground - heel, thick)]), page.light)  # fmt: skip
    page.paint(page.down([(ground - heel, 12, 1.0), (ground + thick + 0.01, 12, 0.8)]), page.light)
    for at in (-9, -2, 9):
        lean, high = page.between(-3, 3), page.between(4, 9)
        strap = page.down([(ground - high, at + lean, 0.8), (ground, at, page.between(0.6, 1.2))])
        page.paint(strap * page.some(0.85), page.between(0.4, 0.95))
    page.paint(page.along([(-9, ground - 4, 0.6), (9, ground - page.between(5, 9), 0.7)])
               * page.some(0.6), page.light)  # fmt: skip


def _shoe(page: Page, ankle: np.ndarray, toe: np.ndarray, ground: np.ndarray) -> None:
    """A closed shoe: from the toe at the left to the heel, top edge and ground."""

    def knot(x: float | np.ndarray, top: np.ndarray) -> Knot:
        return x, (top + ground) / 2, (ground - top) / 2

    page.paint(page.along([knot(-13.5, ground - 2.2), knot(-10, toe), knot(-1, toe - 1.2),
                           knot(page.between(2, 4.5), ankle), knot(12, ankle),
                           knot(13.3, ankle + 2)]), page.light)  # fmt: skip


def _sneaker(page: Page) -> None:
    ground = page.between(18.5, 20.5)
    toe = ground - page.between(4, 6)
    _shoe(page, toe - page.between(1.5, 4.5), toe, ground)
    page.paint(page.along([(-13.5, ground, 0.9), (13.3, ground, 0.9)]), page.between(0.3, 1))
    lace = _wave(page.x, page.between(2, 3.5)) * page.along([(-6, toe, 1.6), (3, toe - 2, 1.6)])
    page.ink = page.ink * (1 - page.between(0.1, 0.7) * lace)


def _bag(page: Page) -> None:
    top, half = page.between(7, 13), page.between(8, 13.5)
    ring = np.sqrt(page.x**2 + (1.2 * (page.y - top)) ** 2) - page.between(4.5, 7)
    handle = np.clip(page.between(0.5, 1) - np.abs(ring) + 0.5, 0, 1) * (page.y < top)
    page.paint(handle * page.some(0.75), page.between(0.4, 0.9))
    page.paint(page.down([(top, 0, half * page.between(0.75, 1)),
                          (page.between(24, 27), 0, half)]), page.light)  # fmt: skip
    flap = page.down([(top, 0, half), (top + page.between(2, 6), 0, half * page.between(0.3, 1))])
    page.ink = page.ink * (1 - 0.35 * flap * page.some(0.5))
    page.print_on(0.3, 8, 25)


def _ankle_boot(page: Page) -> None:
    ground = page.between(23.5, 26)
    toe = ground - page.between(5, 7.5)
    _shoe(page, toe - page.between(5, 12), toe, ground)
    page.paint(page.along([(-13.5, ground, 0.8), (13.3, ground, 0.8)]), page.between(0.2, 0.8))
    arch = page.along([(-4, ground, 0.2), (5, ground, 2.0), (7, ground, 2.0)]) * page.some(0.5)
    page.paint(arch, 0.0)


_CLASSES: tuple[Callable[[Page], None], ...] = (
    _t_shirt, _trouser, _pullover, _dress, _coat, _sandal, _shirt, _sneaker, _bag, _ankle_boot,
)  # fmt: skip
