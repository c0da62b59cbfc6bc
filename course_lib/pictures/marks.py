"""The marks that pictures are made of; each writes itself as SVG.

No mark refers to another by an id, so that any number of pictures can stand on one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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


@lru_cache(maxsize=4096)  # a picture has thousands of coordinates, many of them equal
def short(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number + 0.0:.1f}".removesuffix(".0")  # + 0.0, since the cache takes -0.0 for 0.0


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
        return line + (_arrowhead(*self.points[-2:], self.colour) if self.arrow else "")


@dataclass(frozen=True)
class Bow:
    """A bow from one point to another, with an arrowhead where it lands; it rises by ``rise``."""

    start: tuple[float, float]
    end: tuple[float, float]
    rise: float
    colour: str = LINE
    width: float = 1.5

    def svg(self) -> str:
        (x0, y0), (x1, y1) = self.start, self.end
        top = ((x0 + x1) / 2, min(y0, y1) - 2 * self.rise)  # the curve comes halfway to it
        path = f"M{short(x0)} {short(y0)}Q{short(top[0])} {short(top[1])} {short(x1)} {short(y1)}"
        return (
            f'<path d="{path}" fill="none" stroke="{self.colour}" '
            f'stroke-width="{short(self.width)}"/>{_arrowhead(top, self.end, self.colour)}'
        )


@dataclass(frozen=True)
class Wires:
    """Many straight lines of one colour, each from (x, y) to (x, y), written as one path."""

    ends: Sequence[tuple[tuple[float, float], tuple[float, float]]]
    colour: str = LINE
    width: float = 1.5

    def svg(self) -> str:
        path = "".join(
            f"M{short(x0)} {short(y0)}L{short(x1)} {short(y1)}" for (x0, y0), (x1, y1) in self.ends
        )
        return f'<path d="{path}" fill="none" stroke="{self.colour}" stroke-width="{self.width}"/>'


@dataclass(frozen=True)
class Area:
    """A filled shape with straight edges through these corners."""

    corners: Sequence[tuple[float, float]]
    fill: str

    def svg(self) -> str:
        corners = " ".join(f"{short(x)},{short(y)}" for x, y in self.corners)
        return f'<polygon points="{corners}" fill="{self.fill}"/>'


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


def _arrowhead(before: tuple[float, float], tip: tuple[float, float], colour: str) -> str:
    angle = atan2(tip[1] - before[1], tip[0] - before[0])
    wings = [
        (tip[0] - _ARROWHEAD * cos(angle + turn), tip[1] - _ARROWHEAD * sin(angle + turn))
        for turn in (-pi / 7, pi / 7)
    ]
    corners = " ".join(f"{short(x)},{short(y)}" for x, y in [tip, *wings])
    return f'<polygon points="{corners}" fill="{colour}"/>'
