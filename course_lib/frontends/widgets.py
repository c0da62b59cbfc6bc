"""Which widget a control becomes."""

from typing import Any

import ipywidgets as W

from course_lib.explorers.controls import (
    Button,
    Choice,
    Control,
    LayerList,
    Number,
    Play,
    Rates,
    Slider,
    Switch,
)

from .fields import AnswerField, ChoiceField, Field, Hear, PressField, RatesField, ValueField
from .layer_list import LayerListField

_NOTHING = "–"


def field(control: Control, first: Any, hear: Hear, boxes: bool) -> Field:
    """The field of a control whose state holds `first`; with `boxes`, without sliders."""
    match control:
        case Play() | Button():
            return PressField(control, hear)
        case LayerList():
            return LayerListField(control, hear, boxes)
        case Rates():
            return RatesField(control, hear, _text(control, "1, 2, 5"))
        case Choice():
            return ChoiceField(control, hear, _dropdown(control, first))
        case Number() if first is None:
            return AnswerField(control, hear, _text(control, "a number"))
    return ValueField(control, hear, _widget(control, first, boxes))


def _widget(control: Control, first: Any, boxes: bool) -> W.Widget:
    label = {"description": control.label}
    match control:
        case Slider(_, _, low, high, step):
            kind = W.BoundedIntText if boxes else W.IntSlider
            return kind(value=first, min=low, max=high, step=step, **label)
        case Number(_, _, low, high, whole):
            kind = W.BoundedIntText if whole else W.BoundedFloatText
            return kind(value=first, min=low, max=high, **label)
        case Switch():
            return W.Checkbox(value=first, indent=True, **label)
    raise TypeError(f"no widget for a {type(control).__name__}")


def _dropdown(control: Choice, first: str | None) -> W.Dropdown:
    listed = [(option, option) for option in control.options]
    missing = [(_NOTHING, "")] if first is None else []
    return W.Dropdown(options=missing + listed, description=control.label)


def _text(control: Control, placeholder: str) -> W.Text:
    return W.Text(description=control.label, placeholder=placeholder, continuous_update=False)
