"""The controls of explorers, as plain data; a front end turns each into a widget.

A control is named after the field of the state that it sets. Layer parameters have fixed bounds,
wide enough to be wrong; the bounds of an index (a chosen cell) follow the drawing's ``limits``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """What all controls have: the field of the state that they set, and a label."""

    name: str
    label: str


@dataclass(frozen=True)
class Slider(Control):
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int
    step: int = 1


@dataclass(frozen=True)
class Number(Control):
    """A number to type: a whole one, or with decimals where ``whole`` is false."""

    low: float
    high: float
    whole: bool = True


@dataclass(frozen=True)
class Choice(Control):
    """One of a few texts."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class Switch(Control):
    """On or off."""


@dataclass(frozen=True)
class Rates(Control):
    """A short list of whole numbers, typed as ``1, 2, 5``; the state holds a tuple of ints."""

    low: int
    high: int
    longest: int


@dataclass(frozen=True)
class Button(Control):
    """Something to press; it sets no field, the explorer's ``press`` acts on its name."""


@dataclass(frozen=True)
class Play(Control):
    """A button that presses itself again and again until it is stopped, never unasked."""

    milliseconds: int = 700


@dataclass(frozen=True)
class Column:
    """One whole number of a layer in a list, with its bounds and what a new layer gets."""

    name: str
    low: int
    high: int
    start: int


@dataclass(frozen=True)
class LayerList(Control):
    """Layers to add, remove and reorder; the state holds a tuple of ``Row``.

    ``kinds`` maps what a layer may be to the names of the columns that it has; other columns are
    greyed for it.
    """

    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[Column, ...]
    longest: int = 12


@dataclass(frozen=True)
class Row:
    """One layer of a ``LayerList``: its kind and its numbers, in the order of the columns."""

    kind: str
    numbers: tuple[int, ...]
