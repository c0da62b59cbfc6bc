"""A list of layers as widgets: a line a layer, to add, remove, reorder and edit."""

from collections.abc import Callable, Sequence

import ipywidgets as W

from course_lib.explorers.base import Change
from course_lib.explorers.controls import Column, LayerList, Row

from .fields import Field, Hear

_KIND, _NUMBER, _BUTTON, _PLACE = "150px", "68px", "36px", "22px"


class LayerListField(Field):
    """All lines are made at once and shown as needed: widgets are slow to make, quick to change.

    With `boxes`, each number carries its own label, for those who hear the page.
    """

    def __init__(self, control: LayerList, hear: Hear, boxes: bool) -> None:
        super().__init__(control, hear)
        look = _Look(boxes)
        self._rows: tuple[Row, ...] = ()
        self._lines = [self._line(at, look) for at in range(control.longest)]
        self.listed = W.VBox()
        self.add = W.Button(description="add a layer", layout=W.Layout(width="auto"))
        self.add.on_click(lambda _: self._tell((*self._rows, self._fresh())))
        head = W.Label(control.label) if boxes else look.header(control)
        self.root = W.VBox([head, self.listed, W.HBox([self.add])])

    def show(self, value: tuple[Row, ...], limits: None = None) -> None:
        self._rows = value
        for line, row in zip(self._lines, value, strict=False):
            line.show(row, len(value))
        if len(self.listed.children) != len(value):
            self.listed.children = [line.root for line in self._lines[: len(value)]]
        self.add.disabled = len(value) == self.control.longest

    def _line(self, at: int, look: "_Look") -> "_Line":
        return _Line(
            self.control, at, look,
            edit=lambda row: self._tell((*self._rows[:at], row, *self._rows[at + 1 :])),
            move=lambda by: self._tell(_swapped(self._rows, at, at + by)),
            remove=lambda: self._tell(self._rows[:at] + self._rows[at + 1 :]),
        )  # fmt: skip

    def _fresh(self) -> Row:
        kind = self._rows[-1].kind if self._rows else self.control.kinds[0][0]
        return Row(kind, tuple(column.start for column in self.control.columns))

    def _tell(self, rows: Sequence[Row]) -> None:
        self.hear(Change(self.control.name, tuple(rows)))


class _Line:
    """The widgets of one layer."""

    def __init__(
        self,
        control: LayerList,
        at: int,
        look: "_Look",
        edit: Callable[[Row], None],
        move: Callable[[int], None],
        remove: Callable[[], None],
    ) -> None:
        self._has = dict(control.kinds)
        self._columns = [column.name for column in control.columns]
        self._at = at
        name = f"layer {at + 1}"
        self._kind = look.choice(list(self._has), name)
        self._numbers = [look.number(column) for column in control.columns]
        self._up = look.button("↑", f"{name}: earlier", lambda: move(-1))
        self._down = look.button("↓", f"{name}: later", lambda: move(1))
        self._remove = look.button("×", f"{name}: remove", remove)
        for widget in (self._kind, *self._numbers):
            widget.observe(lambda _: edit(self._row()), "value")
        buttons = (self._up, self._down, self._remove)
        self.root = look.line(at, [self._kind, *self._numbers, *buttons])

    def show(self, row: Row, count: int) -> None:
        self._kind.value = row.kind
        for name, widget, number in zip(self._columns, self._numbers, row.numbers, strict=True):
            widget.value = number
            widget.disabled = name not in self._has[row.kind]
        self._up.disabled = self._at == 0
        self._down.disabled = self._at == count - 1
        self._remove.disabled = count == 1

    def _row(self) -> Row:
        return Row(self._kind.value, tuple(widget.value for widget in self._numbers))


class _Look:
    """Makes the widgets of lines, which share layouts and styles.

    To ipywidgets each layout and each style is a widget too: lines with their own would send the
    page three times as much.
    """

    def __init__(self, boxes: bool) -> None:
        self._boxes = boxes
        widths = ("auto", "auto") if boxes else (_KIND, _NUMBER)
        self._wide, self._narrow, self._square, self._thin = (
            W.Layout(width=width) for width in (*widths, _BUTTON, _PLACE)
        )
        self._row = W.Layout(flex_flow="row wrap")
        self._styles: dict[type[W.Widget], W.Widget] = {}

    def header(self, control: LayerList) -> W.Widget:
        """The columns' names, above the boxes."""
        names = [self._label("", self._thin), self._label(control.label, self._wide)]
        names += [self._label(column.name, self._narrow) for column in control.columns]
        return W.HBox(names)

    def line(self, at: int, widgets: Sequence[W.Widget]) -> W.Widget:
        """A line of widgets, with its place in front."""
        place = [] if self._boxes else [self._label(str(at + 1), self._thin)]
        return W.HBox([*place, *widgets], layout=self._row)

    def choice(self, options: list[str], name: str) -> W.Widget:
        """A dropdown of the kinds of layer."""
        shown = name if self._boxes else ""
        return self._made(W.Dropdown, options=options, description=shown, layout=self._wide)

    def number(self, column: Column) -> W.Widget:
        """A box for a number of a layer."""
        return self._made(
            W.BoundedIntText,
            value=column.start,
            min=column.low,
            max=column.high,
            description=column.name if self._boxes else "",
            layout=self._narrow,
        )

    def button(self, sign: str, tooltip: str, press: Callable[[], None]) -> W.Widget:
        """A small button."""
        button = self._made(W.Button, description=sign, tooltip=tooltip, layout=self._square)
        button.on_click(lambda _: press())
        return button

    def _label(self, text: str, layout: W.Layout) -> W.Widget:
        return self._made(W.Label, value=text, layout=layout)

    def _made(self, kind: type[W.Widget], **traits: object) -> W.Widget:
        if kind in self._styles:
            return kind(style=self._styles[kind], **traits)
        widget = kind(**traits)
        if kind in (W.Dropdown, W.BoundedIntText):
            widget.style.description_width = "initial"
        self._styles[kind] = widget.style
        return widget


def _swapped(rows: tuple[Row, ...], first: int, second: int) -> tuple[Row, ...]:
    order = list(rows)
    order[first], order[second] = order[second], order[first]
    return tuple(order)
