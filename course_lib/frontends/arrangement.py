"""Where things stand: title, the question's card, the controls in columns, the picture."""

from collections.abc import Mapping, Sequence

import ipywidgets as W

from course_lib.explorers.base import Explorer
from course_lib.explorers.controls import Button, Control, LayerList, Number, Play, Switch

from . import page
from .fields import Field

# In dots of the page.
_LETTER = 6.5  # of a label, generously
_BESIDE = 200  # for what stands beside a label
_WHOLE = 1020
_ANSWER = 110


def arranged(
    explorer: Explorer, fields: Mapping[str, Field], picture: W.Widget, reply: W.Widget
) -> W.Widget:
    """All of a view in one widget."""
    parts = [W.HTML(page.head(explorer.title))]
    if explorer.question is not None:
        of_question = explorer.all_controls()[len(explorer.controls) :]
        parts.append(_card(explorer.question.text, of_question, fields, reply))
    lists, buttons, columns = _sorted(explorer.controls)
    parts += [_columns(columns, fields), *(fields[control.name].root for control in lists)]
    if buttons:
        parts.append(_row([fields[control.name].root for control in buttons]))
    return W.VBox([*parts, picture], layout=W.Layout(max_width=f"{_WHOLE}px"))


def _sorted(controls: Sequence[Control]) -> tuple[list[Control], list[Control], list[Control]]:
    """Layer lists, which need the whole width; buttons, which stand in a row; the rest."""
    lists = [control for control in controls if isinstance(control, LayerList)]
    buttons = [control for control in controls if isinstance(control, (Button, Play))]
    return lists, buttons, [c for c in controls if c not in lists and c not in buttons]


def _card(
    question: str, controls: Sequence[Control], fields: Mapping[str, Field], reply: W.Widget
) -> W.Widget:
    roots = []
    for control in controls:
        root = fields[control.name].root
        if not isinstance(control, Button):
            root.style.description_width = "initial"
        narrow = isinstance(control, Number)
        root.layout.width = f"{label_width([control]) + _ANSWER}px" if narrow else "auto"
        roots.append(root)
    card = W.VBox(
        [W.HTML(page.text(question)), _row(roots), reply],
        layout=W.Layout(padding="8px 16px", margin="4px 0 12px"),
    )
    card.add_class("cw-card")
    return card


def _columns(controls: Sequence[Control], fields: Mapping[str, Field]) -> W.Widget:
    """As many columns as the page has room for; all labels as wide as the longest."""
    width = label_width(controls)
    roots = []
    for control in controls:
        root = fields[control.name].root
        root.style.description_width = f"{width}px"
        root.layout.width = "auto"
        roots.append(root)
    columns = f"repeat(auto-fill, {width + _BESIDE}px)"
    return W.GridBox(roots, layout=W.Layout(grid_template_columns=columns, grid_gap="0 12px"))


def _row(roots: Sequence[W.Widget]) -> W.Widget:
    return W.HBox(roots, layout=W.Layout(flex_flow="row wrap", grid_gap="4px 18px"))


def label_width(controls: Sequence[Control]) -> int:
    """The room that the longest label needs; a switch's stands to the right of its box."""
    labels = [control.label for control in controls if not isinstance(control, Switch)]
    return round(_LETTER * max(map(len, labels), default=0)) + 12
