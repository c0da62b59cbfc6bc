"""The picture of the bottleneck explorer: both paths drawn to scale, their cost, the break-even.

Above, channels are heights, so that the bottleneck looks like one. Below, weights are lengths, and
a curve shows the weights for every width of the middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from course_lib.geometry import Convolution
from course_lib.pictures.marks import Area, Box, Dot, Label, Line, Mark
from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, LINE, MUTED, OUTPUT, deep, tint
from course_lib.pictures.picture import Picture

from ..words import count, times
from .words import comparison, path
from .worked import Bottleneck

_WIDTH, _HEIGHT, _LEFT = 824.0, 488.0, 36.0
_SLAB, _LAYER, _TALL, _LEVEL = 14.0, 120.0, 112.0, 152.0  # of the paths; their middle line
_BARS = 340.0
_PLOT_LEFT, _PLOT_BOTTOM, _PLOT_WIDTH, _PLOT_HEIGHT = 466.0, 424.0, 316.0, 128.0

Point = tuple[float, float]


def draw(block: Bottleneck, size: int) -> Picture:
    """Draw both paths, their weights and MACs, and the weights over the width of the middle."""
    right = _WIDTH - _LEFT - 4 * _SLAB - 3 * _LAYER
    direct = f"Direct: {block.channels} → {block.channels}"
    marks = (
        *_path((block.direct,), _LEFT, direct, _scale(block)),
        *_path(block.layers, right, f"Bottleneck: {path(block)}", _scale(block)),
        Line(((_LEFT, 246), (_WIDTH - _LEFT, 246)), LINE, 1),
        *_bars(block, size),
        *_curve(block),
    )
    return Picture(_WIDTH, _HEIGHT, marks)


def _scale(block: Bottleneck) -> float:
    """How high a channel is drawn."""
    return _TALL / max(block.channels, block.middle)


def _path(layers: Sequence[Convolution], x: float, title: str, scale: float) -> list[Mark]:
    """Slabs as high as there are channels, and the layers between them."""
    marks: list[Mark] = [Label(x, 36, title, 14, INK, bold=True)]
    for number, layer in enumerate(layers):
        marks += _slab(layer.in_channels, x, INPUT if number == 0 else MUTED, scale)
        marks += _layer(layer, x + _SLAB, scale)
        x += _SLAB + _LAYER
    return [*marks, *_slab(layers[-1].out_channels, x, OUTPUT, scale)]


def _slab(channels: int, x: float, colour: str, scale: float) -> list[Mark]:
    high = max(2.0, channels * scale)
    below = _LEVEL + _TALL / 2 + 16
    return [
        Box(x, _LEVEL - high / 2, _SLAB, high, colour, radius=min(3, high / 2)),
        Label(x + _SLAB / 2, below, str(channels), 13, deep(colour), bold=True, anchor="middle"),
    ]


def _layer(layer: Convolution, x: float, scale: float) -> list[Mark]:
    """A layer widens or narrows from the channels that it reads to those that it writes."""
    left, right = (max(2.0, n * scale) / 2 for n in (layer.in_channels, layer.out_channels))
    middle, above = x + _LAYER / 2, _LEVEL - _TALL / 2
    corners = ((x + 3, _LEVEL - left), (x + _LAYER - 3, _LEVEL - right),
               (x + _LAYER - 3, _LEVEL + right), (x + 3, _LEVEL + left))  # fmt: skip
    return [
        Area(corners, _shade(layer)),
        Label(middle, above - 30, times(layer.kernel_size), 13, INK, bold=True, anchor="middle"),
        Label(middle, above - 14, count(layer.parameters, "weight"), 12, deep(KERNEL),
              anchor="middle"),
    ]  # fmt: skip


def _shade(layer: Convolution) -> str:
    """Pale for a 1x1, strong for a kernel that looks around."""
    return tint(KERNEL, 0.3 if layer.kernel_size == (1, 1) else 0.75)


def _bars(block: Bottleneck, size: int) -> list[Mark]:
    """Weights as lengths; MACs are in the same proportion, so that one bar shows both."""
    longest = max(block.weights, block.direct.parameters)
    cheaper = block.weights <= block.direct.parameters
    marks: list[Mark] = [
        Label(_LEFT, 270, _sentence_case(comparison(block)), 14, deep(OUTPUT if cheaper else FOCUS),
              bold=True)
    ]  # fmt: skip
    rows = (("Direct", (block.direct,), 312.0), ("Bottleneck", block.layers, 378.0))
    for name, layers, y in rows:
        total = sum(layer.parameters for layer in layers)
        macs = sum(layer.macs((size, size)) for layer in layers)
        text = f"{count(total, 'weight')} · {count(macs, 'MAC')}"
        marks.append(Label(_LEFT, y - 12, name, 12.5, INK, bold=True))
        marks.append(Label(_LEFT + 92, y - 12, text, 12.5, INK))
        x = _LEFT
        for layer in layers:
            length = _BARS * layer.parameters / longest
            marks.append(Box(x, y, max(2.0, length - 1), 22, _shade(layer), radius=2))
            x += length
    note = f"MACs on maps of {size}x{size}; pale: the 1x1 layers"
    return [*marks, Label(_LEFT, 422, note, 12, MUTED)]


@dataclass(frozen=True)
class _Plot:
    """Where a number of middle channels and a number of weights lie in the plot."""

    block: Bottleneck

    @property
    def most(self) -> int:
        """The most middle channels on the axis."""
        return round(1.1 * max(self.block.channels, self.block.middle))

    @cached_property
    def top(self) -> int:
        return self.block.at(self.most).weights

    def place(self, middle: int, weights: int) -> Point:
        return (
            _PLOT_LEFT + _PLOT_WIDTH * middle / self.most,
            _PLOT_BOTTOM - _PLOT_HEIGHT * weights / self.top,
        )

    def curve(self, end: int) -> list[Point]:
        """The weights of every middle up to this one, at 40 widths at most."""
        widths = sorted({round(end * step / 40) for step in range(41)})
        return [self.place(middle, self.block.at(middle).weights) for middle in widths]


def _curve(block: Bottleneck) -> list[Mark]:
    """The weights for every width of the middle, the direct layer's, and where they cross."""
    plot, direct = _Plot(block), block.direct.parameters
    start, end = plot.place(0, direct), plot.place(plot.most, direct)
    cheaper, all_widths = plot.curve(block.widest), plot.curve(plot.most)
    crossing, now = cheaper[-1], plot.place(block.middle, block.weights)
    return [
        Label(_PLOT_LEFT, 270, "Weights, by the channels in the middle", 14, INK, bold=True),
        Area((*cheaper, (crossing[0], start[1]), start), tint(OUTPUT, 0.18)),
        Line((start, end), KERNEL, 2),
        Label(start[0] + 4, start[1] - 10, "direct", 12, deep(KERNEL)),
        *_dropped(crossing, OUTPUT, f"cheaper up to {block.widest}", 16),
        *_dropped(now, FOCUS, f"now {block.middle}", 33),
        Line((plot.place(0, 0), plot.place(plot.most, 0)), MUTED, 1),
        Line(all_widths, INK, 2),
        Dot(*now, 5, FOCUS),
    ]


def _dropped(point: Point, colour: str, text: str, below: float) -> list[Mark]:
    """A line from a point of the curve down to the axis, and what it means, below."""
    x, foot = point[0], _PLOT_BOTTOM + below
    half = 3.4 * len(text)  # of the text's width: it must not leave the picture
    middle = min(max(x, _PLOT_LEFT + half), _PLOT_LEFT + _PLOT_WIDTH - half)
    return [
        Line((point, (x, _PLOT_BOTTOM)), colour, 1.5, dashed=True),
        Label(middle, foot, text, 12, deep(colour), bold=True, anchor="middle"),
    ]


def _sentence_case(text: str) -> str:
    return text[0].upper() + text[1:]
