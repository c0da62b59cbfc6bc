"""How a stack stands in a puzzle: what it reaches, what it spends, and its score."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from math import prod

from course_lib.geometry import Layer, LayerTable, Seen, Shape, channels_read

from ..receptive_field.sight import Stack, stack_of
from ..words import times
from .kinds import layers_of
from .puzzle import AT_LEAST, AT_MOST, EXACTLY, Goal, Puzzle

Span = tuple[int, int]
_APART = 8  # the largest squares of pixels whose places are followed as channels


@dataclass(frozen=True)
class Standing:
    """The layers of somebody who plays a puzzle.

    ``other_parameters`` belong to steps that are no layers here, such as BatchNorm.
    """

    puzzle: Puzzle
    layers: tuple[Layer, ...]
    other_parameters: int = 0

    @property
    def stack(self) -> Stack:
        """The layers on the puzzle's image."""
        channels, size, _ = self.puzzle.image
        return stack_of(self.layers, size, channels)

    @property
    def table(self) -> LayerTable:
        """Sizes, fields and costs, layer by layer."""
        return self.stack.table

    @property
    def parameters(self) -> int:
        """All parameters."""
        return self.table.parameters + self.other_parameters

    @cached_property
    def problem(self) -> str | None:
        """Why PyTorch would refuse a layer, or why the game cannot follow it, or None."""
        apart = prod(getattr(layer, "downscale_factor", 1) for layer in self.layers)
        if apart > _APART and self.stack.problem is None:
            return (
                f"The pixel unshuffles take squares of {apart}x{apart} pixels apart; up to "
                f"{_APART}x{_APART} are followed here. Take smaller factors, or fewer of them."
            )
        return self.stack.problem

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The (C, H, W) of the image and of the map behind each layer."""
        return self.puzzle.image, *(row.output_shape for row in self.table.rows)

    @cached_property
    def seen(self) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """(pixels from first to last, those that are read) of each output, down and across."""
        down, across = (
            reduce(lambda seen, layer, axis=axis: seen.after(layer, axis), self.layers, Seen())
            for axis in (0, 1)
        )
        return (tuple(zip(down.spans, down.covered, strict=True)),
                tuple(zip(across.spans, across.covered, strict=True)))  # fmt: skip

    @cached_property
    def channels(self) -> int:
        """The channels of the image that every value of the output reads."""
        return channels_read(self.layers, self.puzzle.image[0])

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """What the puzzle asks for, goal by goal."""
        puzzle = self.puzzle
        maps = self.shapes[1:] or self.shapes
        return (
            self._output(),
            self._field(),
            self._coverage(),
            _number("channels read", self.channels, puzzle.image[0], AT_LEAST),
            _number("fewest channels", min(shape[0] for shape in maps), puzzle.channels, AT_LEAST),
            self._smallest(min(min(shape[1:]) for shape in maps)),
            _number("parameters", self.parameters, puzzle.parameters, AT_MOST),
            _number("MACs", self.table.macs, puzzle.macs, AT_MOST),
            _number("layers", len(self.layers), puzzle.layers, AT_MOST),
        )

    @property
    def met(self) -> bool:
        """Whether the puzzle is solved."""
        return all(goal.met for goal in self.goals)

    @property
    def share(self) -> Fraction:
        """The larger of the shares of the two budgets that are spent."""
        return max(
            Fraction(self.parameters, self.puzzle.parameters),
            Fraction(self.table.macs, self.puzzle.macs),
        )

    @property
    def score(self) -> int | None:
        """Percent that are left of the budget of which less is left; None while unsolved."""
        return int(100 * (1 - self.share)) if self.met else None

    def _smallest(self, side: int) -> Goal:
        wanted = self.puzzle.side
        shown = times((side, side)), times((wanted, wanted))
        return Goal("smallest map", side, wanted, AT_LEAST, *shown)

    def _output(self) -> Goal:
        found, wanted = self.shapes[-1], self.puzzle.output
        return Goal("output", int(found == wanted), 1, EXACTLY, shape_text(found),
                    shape_text(wanted))  # fmt: skip

    def _field(self) -> Goal:
        spans = [span for axis in self.seen for span, _ in axis]
        least, most = min(spans), max(spans)
        shown = times((least, least)) if least == most else f"{least} to {most}"
        wanted = times((self.puzzle.field, self.puzzle.field))
        return Goal("receptive field", least, self.puzzle.field, AT_LEAST, shown, wanted)

    def _coverage(self) -> Goal:
        """The share of the box is that of its rows times that of its columns."""
        rows, columns = (min(_share(*span) for span in axis) for axis in self.seen)
        percent = int(100 * rows * columns)
        return Goal("coverage", percent, 100, AT_LEAST, f"{percent} %", "100 %")


@lru_cache(maxsize=64)
def standing_of(puzzle: Puzzle, layers: tuple[Layer, ...]) -> Standing:
    """How these layers stand; what was found out is kept for the next picture."""
    return Standing(puzzle, layers)


def best_of(puzzle: Puzzle) -> Standing:
    """How the best known stack of a puzzle stands."""
    return standing_of(puzzle, layers_of(puzzle.best, puzzle.image[0]))


def shape_text(shape: Shape) -> str:
    """A shape as "16x32x32"."""
    return "x".join(map(str, shape))


def _share(span: int, read: int) -> Fraction:
    """The part of a span that is read; of nothing, nothing."""
    return Fraction(read, max(span, 1))


def _number(name: str, found: int, limit: int, sense: str) -> Goal:
    return Goal(name, found, limit, sense, f"{found:,}", f"{limit:,}")
