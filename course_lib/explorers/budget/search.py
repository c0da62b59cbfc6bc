"""Looks for the stack with the highest score of a puzzle: so each is known to have a solution.

Layer after layer, every line of the menu is tried behind every stack kept so far. Of stacks that
have come to the same map, field and mixing only the cheapest is kept, since whatever is put behind
them costs the same; and of the others, the ``width`` cheapest among those that have come about as
far. So the best of the menu may be missed, but what is found is a solution.

    python -m course_lib.explorers.budget.search
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from course_lib.geometry import GeometryError, Layer, Mixing, Seen, Shape

from ..code import torch_stack
from ..controls import Row
from .kinds import layers_of
from .menu import menu
from .puzzle import Puzzle
from .puzzles import PUZZLES
from .standing import Standing

_GRADES = 20  # of the field, for stacks to be compared with those that have come about as far


@dataclass(frozen=True, eq=False)
class Step:
    """One more layer behind a map of a known shape.

    ``reading`` is the same object for layers that read alike in space, ``wiring`` equal for those
    that wire channels alike.
    """

    row: Row
    layer: Layer
    shape: Shape
    parameters: int
    macs: int
    reading: object
    wiring: object


@dataclass(frozen=True, eq=False)
class Partial:
    """A stack on its way: where it has come to, and what it has spent.

    ``seen`` and ``mixing`` are the same object where they are equal. ``cost`` is the larger share
    of the two budgets that is spent.
    """

    rows: tuple[Row, ...]
    shape: Shape
    seen: Seen
    mixing: Mixing
    parameters: int = 0
    macs: int = 0
    cost: float = 0.0


class Search:
    """The search for one puzzle, among the lines of the menu that are ``allowed``."""

    def __init__(self, puzzle: Puzzle, allowed: Callable[[Row], bool] = lambda row: True) -> None:
        self.puzzle, self.allowed = puzzle, allowed
        self._known: dict[object, object] = {}
        self._moved: dict[object, object] = {}
        self._steps_behind = cache(lambda shape: tuple(self._steps(shape)))
        self._least = cache(lambda mixing: mixing.least)

    def best(self, width: int = 4) -> tuple[Row, ...] | None:
        """The lines with the highest score, or None where no solution was found."""
        image = self.puzzle.image
        kept = [Partial((), image, self._one(Seen()), self._one(Mixing.unmixed(image[0])))]
        best: Partial | None = None
        for left in reversed(range(self.puzzle.layers)):
            longer = self._longer(kept, left, best.cost if best else 1.0)
            best = min(filter(self._solves, longer), key=_cost, default=best)
            kept = self._cheapest(longer, width)
        return best and best.rows

    def _longer(self, kept: Iterable[Partial], left: int, most: float) -> Collection[Partial]:
        """All stacks of one more layer, the cheapest where several have come to the same.

        Stacks that spend more than ``most`` of the budget are no use.
        """
        puzzle, longer = self.puzzle, {}
        for partial in kept:
            for step in self._steps_behind(partial.shape):
                parameters, macs = partial.parameters + step.parameters, partial.macs + step.macs
                cost = max(parameters / puzzle.parameters, macs / puzzle.macs)
                if cost > most or (left == 0 and step.shape != puzzle.output):
                    continue
                seen, mixing = self._read(partial.seen, step), self._mixed(partial.mixing, step)
                place = step.shape, id(seen), id(mixing)
                if place not in longer or cost < longer[place].cost:
                    rows = (*partial.rows, step.row)
                    longer[place] = Partial(
                        rows, step.shape, seen, mixing, parameters, macs, cost
                    )  # fmt: skip
        return longer.values()

    def _solves(self, partial: Partial) -> bool:
        near = (
            partial.shape == self.puzzle.output
            and min(partial.seen.spans) >= self.puzzle.field
            and self._least(partial.mixing) == self.puzzle.image[0]
        )
        return near and Standing(self.puzzle, layers_of(partial.rows, self.puzzle.image[0])).met

    def _cheapest(self, partials: Iterable[Partial], width: int) -> list[Partial]:
        """The ``width`` cheapest of those that have come about as far."""
        wanted, equal = self.puzzle.field, defaultdict(list)
        for partial in partials:
            seen = partial.seen
            field = _GRADES * min(*seen.spans, wanted) // wanted
            full = seen.covered == seen.spans
            place = partial.shape, field, full, seen.shift, self._least(partial.mixing)
            equal[place].append(partial)
        return [partial for each in equal.values() for partial in sorted(each, key=_cost)[:width]]

    def _steps(self, shape: Shape) -> Iterator[Step]:
        puzzle = self.puzzle
        for line in filter(self.allowed, menu(shape, puzzle)):
            (layer,) = layers_of((line,), shape[0])
            try:
                after = layer.output_shape(shape)
            except GeometryError:
                continue
            if after[0] < puzzle.channels or after[1] < puzzle.side:
                continue
            step = layer.step_along(0)
            taps = tuple(tuple(layer.taps_along(0, o)) for o in range(step.denominator))
            wiring = type(layer), after[0], getattr(layer, "groups", 0)
            yield Step(
                line, layer, after, layer.parameters, layer.macs(after[1:]),
                self._one((step, taps)), wiring,
            )  # fmt: skip

    def _read(self, before: Seen, step: Step) -> Seen:
        """What is seen behind a step, worked out once."""
        key = id(before), id(step.reading)
        if key not in self._moved:
            self._moved[key] = self._one(before.after(step.layer))
        return self._moved[key]

    def _mixed(self, before: Mixing, step: Step) -> Mixing:
        """What is mixed behind a step, worked out once; without a pattern no tap matters."""
        key = id(before), step.wiring if before.period == (1, 1) else step
        if key not in self._moved:
            self._moved[key] = self._one(before.after(step.layer))
        return self._moved[key]

    def _one(self, value: object) -> object:
        """The one object that stands for all equal ones."""
        return self._known.setdefault(value, value)


def _cost(partial: Partial) -> float:
    return partial.cost


def main() -> None:
    """Print the best score that the search finds beside the one that is stored."""
    for puzzle in PUZZLES.values():
        rows = Search(puzzle).best()
        stored, found = (
            Standing(puzzle, layers_of(lines, puzzle.image[0])) if lines else None
            for lines in (puzzle.best, rows)
        )
        print(f"{puzzle.name}: stored {stored.score}, found {found and found.score}", flush=True)
        print(f"{torch_stack(found.layers)}\n" if found else "", end="")


if __name__ == "__main__":
    main()
