"""Explorers in a notebook: ``explore(explorer)`` shows one, live where there is a kernel.

Runs on ipywidgets 7.7 (Colab's) and 8 alike: plain widgets, no output widgets, no JavaScript.
"""

import sys
from typing import Any

import ipywidgets as W

from course_lib.exercises import ledger
from course_lib.explorers.base import Change, Drawing, Event, Explorer, Press, State

from . import page
from .arrangement import arranged
from .fields import Misread
from .still import still
from .values import Refused, accepted
from .widgets import field

_CONTROLS = ("sliders", "boxes")


def explore(explorer: Explorer, controls: str = "sliders", question: bool = True) -> "View":
    """Show `explorer`; as the last line of a cell, or with ``display``.

    Without `question` its question is left out, for an explorer that comes a second time.

    `controls` is "sliders", or "boxes" for number boxes, whose labels screen readers say. Raises
    Refused for anything else.
    """
    if controls not in _CONTROLS:
        raise Refused(f"controls: one of {', '.join(map(repr, _CONTROLS))}, got {controls!r}.")
    if not question:
        explorer.question = None
    return View(explorer, boxes=controls == "boxes")


class View:
    """An explorer on the page: its widgets, its state, and the last drawing.

    ``last_error`` is what the explorer raised at the last event, or None; the page says it too.
    """

    def __init__(self, explorer: Explorer, boxes: bool = False) -> None:
        self.explorer = explorer
        self.state: State = explorer.start()
        self.drawing: Drawing | None = None
        self.last_error: Exception | None = None
        self.fields = {
            control.name: field(control, getattr(self.state, control.name, None), self._hear, boxes)
            for control in explorer.all_controls()
        }
        self.picture = W.HTML()
        self.reply = W.HTML()
        self._deaf = self._recorded = False
        self._kept = ""
        self.root = arranged(explorer, self.fields, self.picture, self.reply)
        self._apply()

    def set(self, **settings: Any) -> "View":
        """Set controls by their names, as sliding would, and return the view to be shown.

        Raises Refused, with nothing changed, for a control that there is not or a value outside
        its bounds. In a notebook that is one sentence.
        """
        controls = {control.name: control for control in self.explorer.all_controls()}
        if unknown := [name for name in settings if name not in controls]:
            raise Refused(f"no control {', '.join(unknown)}; there are: {', '.join(controls)}.")
        values = {name: accepted(controls[name], value) for name, value in settings.items()}
        changes = [Change(name, value) for name, value in values.items()]
        self._apply(*changes, *changes)  # twice, so that their order does not matter
        return self

    def press(self, name: str) -> "View":
        """Press the button `name`, and return the view."""
        self._apply(Press(name))
        return self

    def code(self) -> None:
        """Print the PyTorch lines of what is drawn."""
        print(self.drawing.code or self.drawing.problem)

    def __repr__(self) -> str:
        if self.last_error is not None:
            return page.cannot(self.last_error)
        return self.drawing.summary

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = {
            "text/plain": repr(self),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.root.model_id,
            },
        }
        # Colab may show the still picture in place of the widget.
        if self.last_error is None and "google.colab" not in sys.modules:
            shown["text/html"] = still(
                self.drawing.svg(),
                self.drawing.picture.width,
                self.drawing.summary,
                page.plain_lines(self.drawing),
            )
        return shown

    def _hear(self, event: Event | Misread) -> None:
        if self._deaf:  # a widget reports back what it is being shown
            return
        if isinstance(event, Misread):
            self.picture.value = page.live(self.drawing, event.why)
        else:
            self._apply(event)

    def _apply(self, *events: Event) -> None:
        """Let the explorer work; what it raises is shown and kept, or nobody would see it."""
        try:
            for event in events:
                self.state = self.explorer.update(self.state, event)
            self.drawing = self.explorer.render(self.state)
        except Exception as error:
            self.last_error = error
            self.picture.value = page.failure(self.drawing, error)
            return
        self.last_error = None
        self._remember()
        self._show()

    def _show(self) -> None:
        """Bring the widgets in line with state and drawing; the picture moves in one message."""
        self._deaf = True
        try:
            for name, each in self.fields.items():
                each.hide(name in self.drawing.hidden)
                each.show(getattr(self.state, name, None), self.drawing.limits.get(name))
            self.reply.value = page.text(f"{self.drawing.reply} {self._kept}".strip())
            self.picture.value = page.live(self.drawing)
        finally:
            self._deaf = False

    def _remember(self) -> None:
        """Write the prediction into the learner's ledger, once, when it is revealed."""
        question = self.explorer.question
        if question is None or self._recorded or not self.state.revealed:
            return
        self._recorded = True
        right = self.state.answer == question.expected()
        self._kept = ledger.record(question.key, self.state.answer, right, self.state.confidence)
