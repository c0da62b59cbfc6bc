"""How far the cells of a map see along one axis, cell by cell until the pattern repeats."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from .layer import Layer
from .pairs import Share, whole

Span = tuple[int, int]  # (first pixel, last pixel)


@dataclass(frozen=True)
class Reach:
    """The first and the last input pixel that each output index reads, on an endless plane.

    ``spans`` holds them for the outputs 0, 1, … until the pattern repeats, ``shift`` input pixels
    further on; None stands for an output that reads nothing. Windows alone have a pattern of one.
    """

    spans: tuple[Span | None, ...] = ((0, 0),)
    shift: int = 1

    @property
    def period(self) -> int:
        """After how many outputs the pattern repeats."""
        return len(self.spans)

    @property
    def jump(self) -> Share:
        """Input pixels from one output to the next, on average; a fraction where maps grow."""
        return whole(Fraction(self.shift, self.period))

    @property
    def reads_everywhere(self) -> bool:
        """Whether every output reads something."""
        return None not in self.spans

    def span(self, index: int) -> Span | None:
        """What one output index reads."""
        lap, place = divmod(index, self.period)
        ends = self.spans[place]
        return ends and (ends[0] + lap * self.shift, ends[1] + lap * self.shift)

    def after(self, layer: Layer, axis: int) -> "Reach":
        """The reach of an output behind one more layer."""
        step = layer.step_along(axis)
        laps = self.period // gcd(self.period, step.numerator)
        spans = (
            around(self.span(index) for index, _ in layer.taps_along(axis, output))
            for output in range(step.denominator * laps)
        )
        return Reach(tuple(spans), step.numerator * laps // self.period * self.shift)

    def joined(self, other: "Reach") -> "Reach":
        """The span around both, for reaches of the same jump."""
        period = lcm(self.period, other.period)
        spans = (around((self.span(index), other.span(index))) for index in range(period))
        return Reach(tuple(spans), period // self.period * self.shift)


def around(spans: Iterable[Span | None]) -> Span | None:
    """From the first pixel of all spans to the last; None if none of them holds any."""
    seen = [span for span in spans if span]
    return (min(first for first, _ in seen), max(last for _, last in seen)) if seen else None


def length(span: Span | None) -> int:
    """The pixels from its first to its last."""
    return span[1] - span[0] + 1 if span else 0
