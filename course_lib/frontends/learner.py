"""A learner of chance: what can be moved on a page, and what a browser would then send.

The tests move everything to its ends with it, the bench moves things at random.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import ipywidgets as W

from course_lib.explorers.controls import Number, Rates

from .fields import Field
from .jupyter import View

_FEW = 13  # a slider with so many places is tried at all of them


@dataclass(frozen=True)
class Handle:
    """Something that can be moved now: a widget of the control `name`, and what to set it to.

    `values` are what the widget can be set to, beside what it shows; empty for a button.
    """

    name: str
    widget: W.Widget
    values: Sequence[Any]

    def move(self, value: Any = None) -> None:
        """Do it, as the browser's message would."""
        if isinstance(self.widget, W.Button):
            self.widget.click()
        else:
            self.widget.value = value

    def message(self, value: Any = None) -> tuple[str, dict[str, Any]]:
        """Where the browser's message goes, the widget's comm, and its data."""
        if isinstance(self.widget, W.Button):
            return self.widget.model_id, {"method": "custom", "content": {"event": "click"}}
        state = {"value": value}
        if isinstance(self.widget, W.Dropdown):
            state = {"index": [held for _, held in _options(self.widget)].index(value)}
        return self.widget.model_id, {"method": "update", "state": state, "buffer_paths": []}


def handles(view: View, random: Random) -> list[Handle]:
    """Everything that a learner can move in `view` now, those of the question aside."""
    found = []
    for control in view.explorer.controls:
        field = view.fields[control.name]
        if control.name not in view.drawing.hidden:
            for widget in _movable(field.root):
                values = _values(field, widget, random)
                if values or isinstance(widget, W.Button):
                    found.append(Handle(control.name, widget, values))
    return found


def random_message(
    view: View, random: Random, names: Collection[str] = ()
) -> tuple[str, dict[str, Any]]:
    """The message of one random move, of the controls `names` where some are given."""
    movable = [each for each in handles(view, random) if not names or each.name in names]
    handle = random.choice(movable)
    return handle.message(random.choice(handle.values) if handle.values else None)


def _movable(widget: W.Widget) -> Iterator[W.Widget]:
    """The widgets within `widget` that take a value or a press, those greyed left out."""
    if isinstance(widget, W.Box):
        for child in widget.children:
            yield from _movable(child)
    elif not isinstance(widget, W.Label) and not widget.disabled:
        yield widget


def _values(field: Field, widget: W.Widget, random: Random) -> list[Any]:
    """All that the widget can be set to, or its ends and some between, less what it shows."""
    match widget:
        case W.Button():
            return []
        case W.Play():
            return [widget.value + 1]
        case W.Text():
            return [_typed(field.control, random) for _ in range(3)]
        case W.Checkbox():
            return [not widget.value]
        case W.Dropdown():
            values = [value for _, value in _options(widget)]
        case W.BoundedFloatText():
            between = [random.uniform(widget.min, widget.max) for _ in range(3)]
            values = [widget.min, widget.max, *between]
        case _:
            values = list(range(widget.min, widget.max + 1, widget.step))
            if len(values) > _FEW:
                values = [values[0], values[-1], *random.sample(values[1:-1], 3)]
    return [value for value in values if value != widget.value]


def _typed(control: Number | Rates, random: Random) -> str:
    if isinstance(control, Number):
        return str(random.randint(int(control.low), int(control.high)))
    count = random.randint(1, control.longest)
    return ", ".join(str(random.randint(control.low, control.high)) for _ in range(count))


def _options(widget: W.Dropdown) -> list[tuple[str, Any]]:
    return [option if isinstance(option, tuple) else (option, option) for option in widget.options]
