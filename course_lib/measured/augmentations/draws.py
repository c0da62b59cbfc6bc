"""Sixteen draws of a pipeline on a picture, and what is measured on them."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from contourpy import contour_generator

from .pipeline import PLACE, Pipeline
from .subjects import SIDE, subject

DRAWS = 16
BLOCK = 4  # pixels between two lines of the lattice
_TINY = 1e-4  # in the third channel of a place: less is nothing but rounding
_EVERY = 2  # a line of the lattice keeps each second of its points
_TORN = 1200  # points; a lattice with more of them shows nothing, and is a long text


@dataclass(frozen=True)
class Draws:
    """What came of a picture: N draws.

    ``images`` (N, H, W, 3) uint8, ``masks`` (N, H, W) or None, ``changed`` (N,) bool: whether the
    coin of any transform fell so. ``hidden`` (N, H, W) bool: inside a hole. ``places``
    (N, H, W, 3), or None where nothing moves: x and y, from 0 to 1, where a pixel was before, and
    1, or less where it is made up of what lies beyond the edge.
    """

    original: np.ndarray
    images: np.ndarray
    masks: np.ndarray | None
    changed: np.ndarray
    hidden: np.ndarray
    places: np.ndarray | None

    @property
    def first(self) -> int | None:
        """The first draw that was changed, None if none was."""
        return int(self.changed.argmax()) if self.changed.any() else None

    @property
    def moved(self) -> bool:
        """Whether pixels changed their places."""
        return self.places is not None

    @property
    def left_alone(self) -> int:
        """How many draws no transform has touched."""
        return int((~self.changed).sum())

    @property
    def hidden_shares(self) -> np.ndarray:
        """The share of the pixels that holes hide, in each draw that has some."""
        shares = self.hidden.mean(axis=(1, 2))
        return shares[shares > 0]

    @property
    def how_often_hidden(self) -> np.ndarray:
        """(H, W): in how many draws a pixel is hidden."""
        return self.hidden.sum(axis=0)

    @cached_property
    def farthest(self) -> float:
        """The longest way, in pixels, that any shown pixel has come."""
        if not self.moved:
            return 0.0
        here = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1)
        ways = np.hypot(*np.moveaxis(self.places[..., :2] * (SIDE - 1) - here, -1, 0))
        return float(ways[self._inside].max(initial=0))

    @property
    def difference(self) -> float:
        """By how much a value differs from before, 0 to 255, on average over changed draws."""
        if self.first is None:
            return 0.0
        apart = np.abs(self.images[self.changed].astype(int) - self.original)
        return float(apart.mean())

    @property
    def _inside(self) -> np.ndarray:
        return abs(self.places[..., 2] - 1) < _TINY

    @cached_property
    def lattice(self) -> list[np.ndarray] | None:
        """Lines on the original every BLOCK pixels, as the first changed draw has bent them.

        Each is (points, 2), x and y in pixels of the draw, its corner at (0, 0). None where the
        draw has torn them to pieces, or where none has moved anything.
        """
        if not self.moved or self.first is None:
            return None
        lines = []
        for axis in range(2):
            values = self.places[self.first, ..., axis].astype(float) * (SIDE - 1)
            field = contour_generator(z=np.ma.array(values, mask=~self._inside[self.first]))
            for level in range(BLOCK, SIDE, BLOCK):
                lines += [_fewer(line) + 0.5 for line in field.lines(level - 0.5)]
        return lines if sum(map(len, lines)) <= _TORN else None


def _fewer(line: np.ndarray) -> np.ndarray:
    """A line with half of its points, its ends among them."""
    return np.concatenate([line[:-1:_EVERY], line[-1:]])


@lru_cache(maxsize=64)
def drawn(name: str, pipeline: Pipeline, seed: int) -> Draws:
    """Draw sixteen times from a pipeline with that seed; raises what albumentations raises."""
    chosen = subject(name)
    augment = pipeline.make(seed)
    targets = {"image": chosen.image}
    targets |= {"mask": chosen.mask} if chosen.mask is not None else {}
    targets |= {PLACE: _places()} if pipeline.moves else {}
    results = [augment(**targets) for _ in range(DRAWS)]

    def stacked(target: str) -> np.ndarray | None:
        return np.stack([result[target] for result in results]) if target in targets else None

    return Draws(
        original=chosen.image,
        images=stacked("image"),
        masks=stacked("mask"),
        changed=np.array([bool(result["applied_transforms"]) for result in results]),
        hidden=np.stack([_hidden(result["applied_transforms"]) for result in results]),
        places=stacked(PLACE),
    )


def _places() -> np.ndarray:
    """(H, W, 3) float32: x and y of each pixel, from 0 to 1, and 1."""
    rows, columns = np.indices((SIDE, SIDE)) / (SIDE - 1)
    return np.dstack([columns, rows, np.ones((SIDE, SIDE))]).astype(np.float32)


def _hidden(applied: list[tuple[str, dict]]) -> np.ndarray:
    """(H, W) bool: the pixels inside a hole."""
    inside = np.zeros((SIDE, SIDE), bool)
    for _, drawn_parameters in applied:
        for left, top, right, bottom in drawn_parameters.get("holes", ()):
            inside[top:bottom, left:right] = True
    return inside
