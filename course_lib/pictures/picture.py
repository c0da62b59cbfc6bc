"""A picture: marks on a white card, written as one SVG text."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .marks import SANS, Mark, short
from .palette import PAPER

_EDGE = "#E6EAEF"


@dataclass(frozen=True)
class Picture:
    """Marks on a card of ``width`` x ``height``; opaque, so that dark pages do it no harm."""

    width: float
    height: float
    marks: tuple[Mark, ...]

    def svg(self, label: str) -> str:
        """The picture as SVG text; ``label`` is what a screen reader says in its place."""
        width, height = short(self.width), short(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" style="max-width:100%;height:auto" role="img" '
            f'aria-label="{escape(label)}" font-family="{SANS}">'
            f'<rect x="0.5" y="0.5" width="{short(self.width - 1)}" '
            f'height="{short(self.height - 1)}" rx="10" fill="{PAPER}" stroke="{_EDGE}"/>'
            f"{''.join(mark.svg() for mark in self.marks)}</svg>"
        )


def picture(width: float, height: float, marks: Iterable[Mark]) -> Picture:
    """A picture of these marks."""
    return Picture(width, height, tuple(marks))


@dataclass(frozen=True)
class Faded:
    """Marks that step back: drawn pale, behind an explanation."""

    marks: tuple[Mark, ...]

    def svg(self) -> str:
        return f'<g opacity="0.3">{"".join(mark.svg() for mark in self.marks)}</g>'


def faded(drawn: Picture) -> Picture:
    """The same picture, dimmed: what was right before the settings went wrong."""
    return Picture(drawn.width, drawn.height, (Faded(drawn.marks),))
