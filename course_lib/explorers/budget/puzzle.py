"""What a puzzle asks for, and when it is met."""

from dataclasses import dataclass

from course_lib.geometry import Shape

from ..controls import Row

AT_LEAST, AT_MOST, EXACTLY = "at least", "at most", "exactly"


@dataclass(frozen=True, kw_only=True)
class Puzzle:
    """From ``image`` to ``output``, both (C, H, W) with H = W, within a budget.

    Every value of the output is to see ``field`` x ``field`` pixels without a hole, and every
    channel of the image. No layer may put out fewer than ``channels`` channels, or a map smaller
    than ``side`` x ``side``. ``parameters``, ``macs`` (for one image) and ``layers`` are limits.
    ``start`` is the plain way to begin with,
    ``best`` the stack with the highest score that is known (``search.py``).
    """

    name: str
    task: str
    idea: str
    image: Shape
    output: Shape
    field: int
    channels: int
    side: int
    parameters: int
    macs: int
    layers: int
    start: tuple[Row, ...]
    best: tuple[Row, ...]


@dataclass(frozen=True)
class Goal:
    """One limit, and what was found; ``shown`` and ``wanted`` are both in words."""

    name: str
    found: int
    limit: int
    sense: str
    shown: str
    wanted: str

    @property
    def met(self) -> bool:
        """Whether what was found keeps the limit."""
        if self.sense == AT_LEAST:
            return self.found >= self.limit
        if self.sense == AT_MOST:
            return self.found <= self.limit
        return self.found == self.limit
