"""The wires of both ways, what each of them carries, the weights as bars, and the saving."""

from dataclasses import dataclass
from math import prod

from course_lib.geometry import Convolution, Pair
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Area, Box, Dot, Label, Line, Mark, Wires
from course_lib.pictures.palette import (
    FOCUS,
    INK,
    INPUT,
    KERNEL,
    LINE,
    MUTED,
    OUTPUT,
    deep,
    tint,
)
from course_lib.pictures.picture import Picture

from ..words import count, times
from .saving import saving
from .words import comparison, shape
from .worked import Separable

_WIDTH, _HEIGHT, _LEFT = 824.0, 590.0, 40.0
_STAGE = 196.0  # from one stack of channels to the next
_TOP, _TALL = 148.0, 232.0  # of the stacks
_BARS, _BAR = 340.0, 22.0
_MANY = 512  # wires of a layer that are still drawn one by one
_KERNEL_WIRE, _POINT_WIRE = tint(KERNEL, 0.55), tint(KERNEL, 0.3)

Wire = tuple[tuple[float, float], tuple[float, float]]


def draw(layers: Separable, size: Pair, chosen: int) -> Picture:
    """Draw both ways side by side; the wires into the chosen output are strong."""
    pitch = _TALL / max(layers.in_channels, layers.out_channels)
    first = _Stack(_LEFT + 16, layers.in_channels, pitch, INPUT)
    second = _Stack(first.x + _STAGE, layers.out_channels, pitch, OUTPUT, chosen)
    third = _Stack(_WIDTH - _LEFT - 16 - 2 * _STAGE, layers.in_channels, pitch, INPUT)
    fourth = _Stack(third.x + _STAGE, layers.in_channels, pitch, MUTED)
    fifth = _Stack(fourth.x + _STAGE, layers.out_channels, pitch, OUTPUT, chosen)
    marks = (
        Label(_LEFT, 34, "Normal: look and mix at once", 14, INK, bold=True),
        Label(third.x - 16, 34, "Depthwise, then pointwise: look, then mix", 14, INK, bold=True),
        *_stage(times(layers.kernel_size), layers.normal, first, second),
        *_stage("depthwise", layers.depthwise, third, fourth),
        *_stage("pointwise", layers.pointwise, fourth, fifth),
        *(mark for stack in (first, second, third, fourth, fifth) for mark in stack.marks()),
        Line(((_LEFT, 424), (_WIDTH - _LEFT, 424)), LINE, 1),
        *_bars(layers, size),
        *saving(layers, 492, 448),
    )
    return Picture(_WIDTH, _HEIGHT, marks)


@dataclass(frozen=True)
class _Stack:
    """Channels as dots below each other."""

    x: float
    channels: int
    pitch: float
    colour: str
    chosen: int | None = None

    @property
    def radius(self) -> float:
        return min(8.0, max(1.3, 0.4 * self.pitch))

    def y(self, channel: int) -> float:
        apart = min(self.pitch, 26.0)
        return _TOP + _TALL / 2 + (channel - (self.channels - 1) / 2) * apart

    def marks(self) -> list[Mark]:
        dots: list[Mark] = [
            Dot(self.x, self.y(channel), self.radius, self.colour)
            for channel in range(self.channels)
        ]
        if self.chosen is not None:
            radius = max(self.radius + 1, 3.5)
            dots.append(Dot(self.x, self.y(self.chosen), radius, FOCUS, "#FFFFFF", 1.5))
        below = _TOP + _TALL + 20
        words = str(self.channels)
        return [*dots, Label(self.x, below, words, 13, deep(self.colour), True, "middle")]


def _stage(name: str, layer: Convolution, before: _Stack, behind: _Stack) -> list[Mark]:
    """A layer: its wires, and above them how many there are and what each carries."""
    wires = layer.parameters // prod(layer.kernel_size)
    middle = (before.x + behind.x) / 2
    marks = [*_pale(layer, wires, before, behind), *_head(name, layer, middle, wires)]
    if behind.chosen is not None:
        strong = _into(behind.chosen, layer, before, behind)
        marks.append(Wires(strong, KERNEL, _thickness(layer, before.pitch) + 0.5))
    return marks


def _into(output: int, layer: Convolution, before: _Stack, behind: _Stack) -> list[Wire]:
    """The wires into an output channel."""
    left, right = _ends(before, behind)
    y = behind.y(output)
    return [((left, before.y(channel)), (right, y)) for channel in layer.channels_read_by(output)]


def _pale(layer: Convolution, wires: int, before: _Stack, behind: _Stack) -> list[Mark]:
    """All wires but the chosen ones; very many are drawn as the area that they fill."""
    colour = _POINT_WIRE if layer.kernel_size == (1, 1) else _KERNEL_WIRE
    if wires > _MANY:
        left, right = _ends(before, behind)
        ends = ((left, before, 0), (right, behind, 0), (right, behind, -1), (left, before, -1))
        return [Area([(x, stack.y(end % stack.channels)) for x, stack, end in ends], colour)]
    drawn = [
        wire
        for output in range(layer.out_channels)
        if output != behind.chosen
        for wire in _into(output, layer, before, behind)
    ]
    return [Wires(drawn, colour, _thickness(layer, before.pitch))]


def _ends(before: _Stack, behind: _Stack) -> tuple[float, float]:
    """Where wires begin and end, from left to right."""
    return before.x + before.radius + 3, behind.x - behind.radius - 3


def _thickness(layer: Convolution, pitch: float) -> float:
    """A wire that carries a kernel is thick, one that carries a single weight is thin."""
    return (1 if layer.kernel_size == (1, 1) else 2.5) * min(1.0, max(0.4, pitch / 18))


def _head(name: str, layer: Convolution, x: float, wires: int) -> list[Mark]:
    """The kernel that a wire carries, the shape of the weight, and the wires counted."""
    height, width = layer.kernel_size
    cell = min(7.0, 24 / max(layer.kernel_size))
    glyph = Grid(
        [[None] * width] * height, [[KERNEL] * width] * height,
        x - width * cell / 2, 68 - height * cell / 2, cell,
    )  # fmt: skip
    each = layer.parameters // wires
    return [
        glyph,
        Label(x - width * cell / 2 - 8, 68, name, 12.5, INK, bold=True, anchor="end"),
        Label(x + width * cell / 2 + 8, 68, shape(layer), 12, MUTED),
        Label(x, 98, f"{count(wires, 'wire')} · {each} = {layer.parameters:,}", 13, deep(KERNEL),
              bold=True, anchor="middle"),
    ]  # fmt: skip


def _bars(layers: Separable, size: Pair) -> list[Mark]:
    """Weights as lengths; the MACs are in the same proportion."""
    longest = max(layers.weights, layers.normal.parameters)
    colour = OUTPUT if layers.ratio < 1 else FOCUS
    words = comparison(layers)
    marks: list[Mark] = [
        Label(_LEFT, 450, words[0].upper() + words[1:], 14, deep(colour), bold=True)
    ]
    out = layers.normal.output_size(size)
    rows = (("Normal", (layers.normal,), 488.0), ("Pair", layers.pair, 538.0))
    for name, parts, y in rows:
        total, work = sum(p.parameters for p in parts), sum(p.macs(out) for p in parts)
        text = f"{count(total, 'weight')} · {count(work, 'MAC')}"
        marks.append(Label(_LEFT, y - 10, name, 12.5, INK, bold=True))
        marks.append(Label(_LEFT + 62, y - 10, text, 12.5, INK))
        x = _LEFT
        for layer in parts:
            length = _BARS * layer.parameters / longest
            fill = _POINT_WIRE if layer is layers.pointwise else KERNEL
            marks.append(Box(x, y, max(2.0, length - 1), _BAR, fill, radius=2))
            x += length
    return marks
