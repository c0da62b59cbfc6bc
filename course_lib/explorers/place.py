"""A chosen cell that keeps its place over the image while the map behind it changes its size."""

from dataclasses import dataclass, replace
from typing import TypeVar

from .base import Change, Event, Press, State, clamp


@dataclass(frozen=True, kw_only=True)
class PlacedState(State):
    """A state with a chosen cell (row, column) of a square map.

    ``anchor`` is the cell as it was chosen, with the side of the map that it was chosen in; None
    takes row and column as they are.
    """

    row: int = 0
    column: int = 0
    anchor: tuple[int, int, int] | None = None


Placed = TypeVar("Placed", bound=PlacedState)
MIDDLE = {"row": 0, "column": 0, "anchor": (0, 0, 1)}  # the cell of a 1x1 map: the middle of any


def chosen_anew(state: Placed, event: Event) -> Placed:
    """The state without its anchor, if the event chooses a cell."""
    if isinstance(event, Press) and event.name == "step":
        return replace(state, anchor=None)
    if isinstance(event, Change) and event.name in ("row", "column"):
        return replace(state, anchor=None)
    return state


def placed(state: Placed, cells: int) -> Placed:
    """The state with its cell inside a map of that many cells a side, and a note if it moved."""
    anchor = state.anchor or (clamp(state.row, 0, cells - 1), clamp(state.column, 0, cells - 1),
                              cells)  # fmt: skip
    row, column = ((2 * index + 1) * cells // (2 * anchor[2]) for index in anchor[:2])
    note = state.note
    if (row, column) != (state.row, state.column):
        note = f"The chosen cell moved to ({row}, {column}): there are {cells}x{cells} cells now."
    return replace(state, row=row, column=column, anchor=anchor, note=note)


def stepped(state: Placed, cells: int) -> Placed:
    """The state with the next cell, row by row; behind the last comes the first."""
    row, column = divmod((state.row * cells + state.column + 1) % cells**2, cells)
    return replace(state, row=row, column=column)
