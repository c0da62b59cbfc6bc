"""A drawn scene that knows the answer to every question one can ask of each of its pixels.

Sky, a meadow, a lake, houses and trees, painted from far to near, and beside the picture the maps
that a network for *dense prediction* would be asked for (lesson 04). The lake has exactly the
colour of the sky, so what a blue pixel is can only be told by what lies around it.
"""

from dataclasses import dataclass

import numpy as np

SKY, MEADOW, LAKE, HOUSE, TREE = range(5)
CLASSES = ("sky", "meadow", "lake", "house", "tree")
THINGS = (HOUSE, TREE)  # what can be counted; the rest is stuff
_BLUE, _GREEN = (120, 180, 230), (130, 190, 90)
_WALL, _ROOF, _CROWN, _TRUNK = (226, 204, 160), (190, 70, 50), (40, 110, 60), (110, 75, 45)
_FARTHEST = 255.0
_PLACES = 6  # where a house or a tree is put, unless it is in the lake


@dataclass(frozen=True)
class Scene:
    """A picture and its dense targets, all of one height H and width W.

    ``image`` (H, W, 3) uint8; ``semantic`` (H, W) the class of each pixel; ``instance`` (H, W) 0,
    or the number of the house or tree; ``depth`` (H, W) in steps away from the viewer; ``tops``
    (row, column) of each thing's highest point, by its number from 1 on.
    """

    image: np.ndarray
    semantic: np.ndarray
    instance: np.ndarray
    depth: np.ndarray
    tops: tuple[tuple[float, float], ...]

    @property
    def panoptic(self) -> np.ndarray:
        """(H, W): stuff by its class, things by their number behind the last class."""
        return np.where(self.instance > 0, len(CLASSES) + self.instance - 1, self.semantic)

    @property
    def edges(self) -> np.ndarray:
        """(H, W) bool: pixels with another object to their right or below them."""
        objects = self.panoptic
        found = np.zeros(objects.shape, bool)
        found[:, :-1] |= objects[:, :-1] != objects[:, 1:]
        found[:-1] |= objects[:-1] != objects[1:]
        return found

    def keypoints(self, width: float) -> np.ndarray:
        """(H, W) in [0, 1]: a soft spot of that width, in pixels, on each thing's top."""
        rows, columns = np.indices(self.semantic.shape) + 0.5  # the middles of the pixels
        spots = [
            np.exp(-((rows - r) ** 2 + (columns - c) ** 2) / (2 * width**2)) for r, c in self.tops
        ]
        return np.max(spots, axis=0) if spots else np.zeros(self.semantic.shape)

    def noisy(self, strength: float, random: np.random.Generator) -> np.ndarray:
        """(H, W, 3) uint8: the picture with normal noise; its denoised target is the picture."""
        noise = strength * random.standard_normal(self.image.shape)
        return (self.image + noise).clip(0, 255).astype(np.uint8)

    def small(self, factor: int) -> np.ndarray:
        """(H / factor, W / factor, 3) uint8: block means; its super-resolved target is the picture.

        Raises ValueError where the factor does not divide the size.
        """
        height, width, _ = self.image.shape
        if height % factor or width % factor:
            raise ValueError(
                f"a factor of {factor} does not divide {height}x{width}; take one that divides both"
            )
        blocks = self.image.reshape(height // factor, factor, width // factor, factor, 3)
        return blocks.mean(axis=(1, 3)).round().astype(np.uint8)

    def mosaic(self) -> np.ndarray:
        """(H, W, 3) uint8: one colour a pixel, as a camera's sensor sees: green on half of them."""
        rows, columns = np.indices(self.semantic.shape)
        colour = rows % 2 + columns % 2  # 0 red, 1 green, 2 blue
        return np.where(colour[..., None] == np.arange(3), self.image, 0).astype(np.uint8)


class _Canvas:
    """Paints from far to near; what is nearer covers what is there."""

    def __init__(self, height: int, width: int) -> None:
        self.rows, self.columns = np.indices((height, width)) + 0.5  # the middles of the pixels
        self.image = np.empty((height, width, 3), np.uint8)
        self.semantic = np.zeros((height, width), np.int64)
        self.instance = np.zeros((height, width), np.int64)
        self.depth = np.full((height, width), _FARTHEST)
        self.tops: list[tuple[float, float]] = []
        self.image[:] = _BLUE

    def stuff(self, kind: int, colour: tuple[int, int, int], where: np.ndarray) -> None:
        """Paint an area of the ground; each row lies as far away as it is high."""
        self.image[where], self.semantic[where] = colour, kind
        self.depth[where] = self.distance(self.rows[where])

    def thing(self, kind: int, base: float, parts: list, top: tuple[float, float]) -> None:
        """Paint the parts (colour, where) of a thing that stands on row ``base``."""
        self.tops.append(top)
        for colour, where in parts:
            self.image[where], self.semantic[where] = colour, kind
            self.instance[where], self.depth[where] = len(self.tops), self.distance(base)

    def distance(self, row: np.ndarray | float) -> np.ndarray | float:
        """Steps to the ground at a row: 0 at the lower edge, more towards the horizon."""
        return self.rows.shape[0] - row

    def house(self, base: float, column: float, size: float) -> None:
        """A wall with a roof; ``size`` is half its width."""
        y, x = base - self.rows, self.columns - column  # up from the ground, right of the middle
        wall = (y >= 0) & (y < size) & (abs(x) < size)
        roof = (size <= y) & (y < 2 * size) & (abs(x) < 1.2 * (2 * size - y))
        self.thing(HOUSE, base, [(_WALL, wall), (_ROOF, roof)], (base - 2 * size, column))

    def tree(self, base: float, column: float, size: float) -> None:
        """A trunk with a round crown of that radius."""
        y, x = base - self.rows, self.columns - column
        trunk = (y >= 0) & (y < 1.2 * size) & (abs(x) < 0.25 * size)
        crown = x**2 + (y - 1.9 * size) ** 2 < size**2
        self.thing(TREE, base, [(_TRUNK, trunk), (_CROWN, crown)], (base - 2.9 * size, column))


def draw_scene(random: np.random.Generator, height: int = 48, width: int = 48) -> Scene:
    """Draw a scene of that size; the same state of the generator gives the same scene."""
    canvas = _Canvas(height, width)
    horizon = random.uniform(0.3, 0.42) * height
    ground = height - horizon
    canvas.stuff(MEADOW, _GREEN, canvas.rows >= horizon)
    row, column = horizon + random.uniform(0.4, 0.55) * ground, random.uniform(0.3, 0.7) * width
    high, wide = 0.3 * ground, random.uniform(0.22, 0.28) * width  # half the lake's axes

    def in_lake(y: np.ndarray | float, x: np.ndarray | float) -> np.ndarray | bool:
        return ((y - row) / high) ** 2 + ((x - column) / wide) ** 2 < 1

    canvas.stuff(LAKE, _BLUE, in_lake(canvas.rows, canvas.columns))
    for base in np.sort(random.uniform(horizon + 0.05 * ground, height, _PLACES)):
        at, share = random.uniform(0.05, 0.95) * width, (base - horizon) / ground
        draw = canvas.house if random.random() < 0.4 else canvas.tree
        if not in_lake(base, at):
            draw(base, at, height * (0.05 + 0.05 * share))  # larger where it is nearer
    return Scene(canvas.image, canvas.semantic, canvas.instance, canvas.depth, tuple(canvas.tops))
