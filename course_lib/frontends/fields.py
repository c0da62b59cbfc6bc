"""Controls as widgets, on ipywidgets 7.7 and 8 alike.

A field turns what the learner does into an event for the explorer, and shows what the state holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as W

from course_lib.explorers.base import Change, Event, Press
from course_lib.explorers.controls import Control, Play

from .values import Refused, read_number, read_rates

_TICKS = 1_000_000  # a Play counts up to here, days away


@dataclass(frozen=True)
class Misread:
    """The learner typed what the control `name` cannot be; `why` says so."""

    name: str
    why: str


Hear = Callable[[Event | Misread], None]


class Field:
    """A control on the page: `root` is what is laid out; `hear` gets what the learner did."""

    root: W.Widget

    def __init__(self, control: Control, hear: Hear) -> None:
        self.control, self.hear = control, hear

    def show(self, value: Any, limits: tuple[int, int] | None = None) -> None:
        """Show what the state holds; `limits` are the bounds of an index."""

    def hide(self, hidden: bool) -> None:
        """Take the control off the page, or put it back."""
        self.root.layout.display = "none" if hidden else None


class ValueField(Field):
    """A control that is one widget with a value."""

    def __init__(self, control: Control, hear: Hear, widget: W.Widget) -> None:
        super().__init__(control, hear)
        self.root = widget
        widget.observe(self._changed, "value")

    def read(self, raw: Any) -> Any:
        """What the state holds for the widget's value; raises Refused where there is no such."""
        return raw

    def write(self, value: Any) -> Any:
        """What the widget's value is for that of the state."""
        return value

    def show(self, value: Any, limits: tuple[int, int] | None = None) -> None:
        # First the bounds, then the value, in two messages: together, JupyterLab would hold the new
        # value inside the old bounds and report that back.
        if limits:
            with self.root.hold_sync():
                self._limit(*limits)
        self.root.value = self.write(value)

    def _limit(self, low: int, high: int) -> None:
        if high < self.root.min:  # never, not for a moment, a minimum above the maximum
            self.root.min = low
        self.root.max = high
        self.root.min = low
        self.root.disabled = low == high

    def _changed(self, change: Any) -> None:
        try:
            event = Change(self.control.name, self.read(change["new"]))
        except Refused as refusal:
            event = Misread(self.control.name, str(refusal))
        self.hear(event)


class ChoiceField(ValueField):
    """One of a few texts, or none yet: to ipywidgets None would mean that nothing is shown."""

    def read(self, raw: str) -> str | None:
        return raw or None

    def write(self, value: str | None) -> str:
        return value or ""


class TextField(ValueField):
    """A control whose value is typed; what means the same is left as the learner typed it."""

    def show(self, value: Any, limits: tuple[int, int] | None = None) -> None:
        try:
            same = self.read(self.root.value) == value
        except Refused:
            same = False
        if not same:
            self.root.value = self.write(value)


class AnswerField(TextField):
    """A number that may be missing yet."""

    def read(self, raw: str) -> float | int | None:
        return read_number(self.control, raw)

    def write(self, value: float | int | None) -> str:
        return "" if value is None else str(value)


class RatesField(TextField):
    """A list of whole numbers."""

    def read(self, raw: str) -> tuple[int, ...]:
        return read_rates(self.control, raw)

    def write(self, value: tuple[int, ...]) -> str:
        return ", ".join(map(str, value))


class PressField(Field):
    """A button; a Play has its own beside it, which presses again and again once it is started."""

    def __init__(self, control: Control, hear: Hear) -> None:
        super().__init__(control, hear)
        self.button = W.Button(description=control.label, layout=W.Layout(width="auto"))
        self.button.on_click(lambda _: self.press())
        self.root = self.button
        if isinstance(control, Play):
            self.play = W.Play(
                value=0, min=0, max=_TICKS, interval=control.milliseconds, show_repeat=False
            )
            self.play.observe(self._tick, "value")
            self.root = W.HBox([self.button, self.play])

    def press(self) -> None:
        self.hear(Press(self.control.name))

    def _tick(self, change: Any) -> None:
        if change["new"]:  # its stop button goes back to 0, and presses nothing
            self.press()
