"""The marks that pictures are made of; each writes itself as SVG.

No mark refers to another by an id, so that any number of pictures can stand on one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import atan2, cos, pi, sin
from typing import Protocol

from .palette import INK, LINE

SANS = "Inter,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
MONO = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
_ARROWHEAD = 7


class Mark(Protocol):
    """Anything that can write itself as SVG."""

    def svg(self) -> str: ...


def short(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


def numeral(value: float) -> str:
    """A number as it stands in a cell or a sum: a real minus, at most two decimals."""
    text = str(value) if isinstance(value, int) else f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


@dataclass(frozen=True)
class Label:
    """A line of text; ``y`` is its middle, ``anchor`` "start", "middle" or "end"."""

    x: float
    y: float
    text: str
    size: float = 13
    colour: str = INK
    bold: bool = False
    anchor: str = "start"
    mono: bool = False
    turned: bool = False  # reads upwards

    def svg(self) -> str:
        x, y = short(self.x), short(self.y + 0.36 * self.size)
        more = ' font-weight="600"' if self.bold else ""
        more += f' text-anchor="{self.anchor}"' if self.anchor != "start" else ""
        more += f' font-family="{MONO}"' if self.mono else ""
        more += f' transform="rotate(-90 {short(self.x)} {short(self.y)})"' if self.turned else ""
        text = escape(self.text, quote=False)
        return (
            f'<text x="{x}" y="{y}" font-size="{short(self.size)}" fill="{self.colour}"{more}>'
            f"{text}</text>"
        )


@dataclass(frozen=True)
class Box:
    """A rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    fill: str = "none"
    stroke: str = "none"
    stroke_width: float = 1
    radius: float = 4
    dashed: bool = False

    def svg(self) -> str:
        line = ""
        if self.stroke != "none":
            line = f' stroke="{self.stroke}" stroke-width="{short(self.stroke_width)}"'
            line += ' stroke-dasharray="5 4"' if self.dashed else ""
        return (
            f'<rect x="{short(self.x)}" y="{short(self.y)}" width="{short(self.width)}" '
            f'height="{short(self.height)}" rx="{short(self.radius)}" fill="{self.fill}"{line}/>'
        )


@dataclass(frozen=True)
class Line:
    """A straight line through two or more points, with an arrowhead at its end if wanted."""

    points: Sequence[tuple[float, float]]
    colour: str = LINE
    width: float = 1.5
    arrow: bool = False
    dashed: bool = False
    opacity: float = 1

    def svg(self) -> str:
        path = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in self.points)
        more = ' stroke-dasharray="5 4"' if self.dashed else ""
        more += f' opacity="{self.opacity:.2g}"' if self.opacity < 1 else ""
        line = (
            f'<path d="{path}" fill="none" stroke="{self.colour}" '
            f'stroke-width="{short(self.width)}" stroke-linejoin="round"{more}/>'
        )
        return line + (self._head() if self.arrow else "")

    def _head(self) -> str:
        (x0, y0), (x1, y1) = self.points[-2:]
        angle = atan2(y1 - y0, x1 - x0)
        wings = [
            (x1 - _ARROWHEAD * cos(angle + turn), y1 - _ARROWHEAD * sin(angle + turn))
            for turn in (-pi / 7, pi / 7)
        ]
        corners = " ".join(f"{short(x)},{short(y)}" for x, y in [(x1, y1), *wings])
        return f'<polygon points="{corners}" fill="{self.colour}"/>'


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = "none"
    stroke_width: float = 1

    def svg(self) -> str:
        line = ""
        if self.stroke != "none":
            line = f' stroke="{self.stroke}" stroke-width="{short(self.stroke_width)}"'
        return (
            f'<circle cx="{short(self.x)}" cy="{short(self.y)}" r="{short(self.radius)}" '
            f'fill="{self.fill}"{line}/>'
        )
