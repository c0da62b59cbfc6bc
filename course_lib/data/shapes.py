"""The ten shapes and patterns of the synthetic set, as soft masks in [0, 1].

A shape is given by its signed distance in pixels, negative inside; half a pixel of softness at the
edge is what a camera would see. Source of the distances: Inigo Quilez, «2D distance functions».
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Placement:
    """Where N figures stand: coordinates of each pixel seen from the figure, and its radius.

    ``x`` and ``y`` are (N, side, side) in pixels, turned with the figure; ``radius`` is (N, 1, 1).
    """

    x: np.ndarray
    y: np.ndarray
    radius: np.ndarray

    @staticmethod
    def draw(count: int, side: int, random: np.random.Generator) -> "Placement":
        """Draw a radius of 27–40 % of the side, a place that shows it whole, and a slight turn."""
        radius = side * (0.27 + 0.13 * random.random((count, 1, 1)))
        room = side / 2 - radius
        dx, dy = (2 * random.random((2, count, 1, 1)) - 1) * room
        # t = tan(angle / 2) gives cosine and sine by division alone, the same on every processor.
        t = 0.12 * (2 * random.random((count, 1, 1)) - 1)
        cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        place = np.arange(side) + 0.5 - side / 2
        x, y = place[None, None, :] - dx, place[None, :, None] - dy
        return Placement(cosine * x + sine * y, cosine * y - sine * x, radius)


Shape = Callable[[Placement, np.random.Generator], np.ndarray]


def _soft(distance: np.ndarray) -> np.ndarray:
    return np.clip(0.5 - distance, 0, 1)


def disc(at: Placement, random: np.random.Generator) -> np.ndarray:
    return _soft(np.sqrt(at.x**2 + at.y**2) - at.radius)


def ring(at: Placement, random: np.random.Generator) -> np.ndarray:
    thickness = at.radius * (0.18 + 0.1 * random.random(at.radius.shape))
    middle = at.radius - thickness
    return _soft(np.abs(np.sqrt(at.x**2 + at.y**2) - middle) - thickness)


def square(at: Placement, random: np.random.Generator) -> np.ndarray:
    return _soft(np.maximum(np.abs(at.x), np.abs(at.y)) - 0.85 * at.radius)


def triangle(at: Placement, random: np.random.Generator) -> np.ndarray:
    """Point up: under the base line, and inside both slopes (normals (±√3/2, -1/2))."""
    slopes = np.sqrt(0.75) * np.abs(at.x) - 0.5 * (at.y - 0.2 * at.radius)
    return _soft(np.maximum(slopes - 0.6 * at.radius, at.y - 0.8 * at.radius))


def cross(at: Placement, random: np.random.Generator) -> np.ndarray:
    width = at.radius * (0.2 + 0.12 * random.random(at.radius.shape))
    x, y = np.abs(at.x), np.abs(at.y)
    long, short = np.maximum(x, y), np.minimum(x, y)
    return _soft(np.maximum(long - at.radius, short - width))


def star(at: Placement, random: np.random.Generator) -> np.ndarray:
    """Four points, drawn in by the curve √|x| + √|y| = √radius."""
    reach = np.sqrt(np.abs(at.x)) + np.sqrt(np.abs(at.y))
    return _soft((reach - np.sqrt(at.radius * 1.2)) * np.sqrt(at.radius) * 0.7)


def _wave(along: np.ndarray, period: np.ndarray) -> np.ndarray:
    """A triangle wave of distances: negative in one half of each period, zero at its edges."""
    return np.abs(along - period * np.rint(along / period)) - period / 4


def _period(at: Placement, random: np.random.Generator) -> np.ndarray:
    return 5 + 5 * random.random(at.radius.shape)


def horizontal_stripes(at: Placement, random: np.random.Generator) -> np.ndarray:
    return _soft(_wave(at.y, _period(at, random)))


def vertical_stripes(at: Placement, random: np.random.Generator) -> np.ndarray:
    return _soft(_wave(at.x, _period(at, random)))


def checkerboard(at: Placement, random: np.random.Generator) -> np.ndarray:
    period = 1.3 * _period(at, random)
    across, down = 2 * _soft(_wave(at.x, period)) - 1, 2 * _soft(_wave(at.y, period)) - 1
    return (1 + across * down) / 2


def dots(at: Placement, random: np.random.Generator) -> np.ndarray:
    period = 1.2 * _period(at, random)
    x, y = at.x - period * np.rint(at.x / period), at.y - period * np.rint(at.y / period)
    return _soft(np.sqrt(x**2 + y**2) - 0.3 * period)


SHAPES: dict[str, Shape] = {
    "disc": disc,
    "ring": ring,
    "square": square,
    "triangle": triangle,
    "cross": cross,
    "star": star,
    "horizontal stripes": horizontal_stripes,
    "vertical stripes": vertical_stripes,
    "checkerboard": checkerboard,
    "dots": dots,
}
