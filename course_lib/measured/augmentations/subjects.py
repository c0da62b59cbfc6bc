"""The pictures that are augmented: 32x32, as the assignment's, two of them with a mask."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from course_lib.data.augmentation import fill_value
from course_lib.data.synthetic import synthetic
from course_lib.pictures.palette import FOCUS, INPUT, KERNEL, OUTPUT, PADDING, SKY
from course_lib.scene import CLASSES, draw_scene

SIDE = 32
SCENE, LETTER, STAR = "a drawn scene", "the letter b", "a star of the synthetic set"
NAMES = (SCENE, LETTER, STAR)
_PAPER, _INK = np.array([247, 240, 222.0]), np.array([38, 46, 84.0])
_SEED, _LARGE, _CORNER = 24, (96, 96), (24, 16)  # of the scene, and of the part that is shown
_BRIGHT = 0.7
_FINE = 4  # points of the letter within a pixel, each way


@dataclass(frozen=True)
class Subject:
    """A picture (32, 32, 3) uint8, and where it has one its mask (32, 32) uint8.

    ``classes`` names the mask's numbers, each with the colour that shows it.
    """

    image: np.ndarray
    mask: np.ndarray | None = None
    classes: tuple[tuple[str, str], ...] = ()

    @property
    def mean(self) -> tuple[float, ...]:
        """The mean of each colour, in [0, 1]."""
        return tuple(float(value) for value in self.image.mean(axis=(0, 1)) / 255)

    @property
    def bright(self) -> bool:
        """Whether white lines are lost on it."""
        return sum(self.mean) > 3 * _BRIGHT

    @property
    def fill(self) -> tuple[int, int, int]:
        """The same mean as the picture counts, 0 to 255."""
        return fill_value(self.mean)


@lru_cache(maxsize=len(NAMES))
def subject(name: str) -> Subject:
    """The picture of that name."""
    return {SCENE: _scene, LETTER: _letter, STAR: _star}[name]()


def _scene() -> Subject:
    """A part of a large scene at half its size, so that its edges are soft as a camera's are."""
    large = draw_scene(np.random.default_rng(_SEED), *_LARGE)
    part = tuple(slice(first, first + 2 * SIDE) for first in _CORNER)
    image = replace(large, image=large.image[part]).small(2)
    mask = large.semantic[part][1::2, 1::2].astype(np.uint8)
    colours = (SKY, OUTPUT, INPUT, PADDING, KERNEL)
    return Subject(image, mask, tuple(zip(CLASSES, colours, strict=True)))


def _letter() -> Subject:
    """A stem and a bowl, drawn finer than the pixels are and averaged."""
    rows, columns = (np.indices((SIDE * _FINE, SIDE * _FINE)) + 0.5) / _FINE
    stem = (abs(columns - 10) < 2) & (rows > 4) & (rows < 27)
    from_middle = np.sqrt((columns - 16.5) ** 2 + (rows - 19.5) ** 2)
    bowl = (abs(from_middle - 5.7) < 1.8) & (columns > 9)
    share = (stem | bowl).reshape(SIDE, _FINE, SIDE, _FINE).mean(axis=(1, 3))
    image = _PAPER + share[..., None] * (_INK - _PAPER)
    mask = (share >= 0.5).astype(np.uint8)
    return Subject(image.round().astype(np.uint8), mask, (("paper", SKY), ("ink", FOCUS)))


def _star() -> Subject:
    shipped = synthetic(10, 40)
    label = shipped.classes.index("star")
    return Subject(shipped.test_images[np.flatnonzero(shipped.test_labels == label)[1]])
