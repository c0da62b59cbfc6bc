"""A list of layers on the page: add, remove, reorder, edit."""

import pytest
from toy_explorer import COLUMNS, KINDS

from course_lib.explorers.controls import LayerList, Row
from course_lib.frontends.layer_list import LayerListField

FIRST = (Row("convolution", (3, 2)), Row("pool", (2, 1)))


class Page:
    """The list, and what an explorer makes of it: the state is what was last told."""

    def __init__(self, boxes=False):
        control = LayerList("layers", "layers", KINDS, COLUMNS, longest=3)
        self.field = LayerListField(control, self.hear, boxes)
        self.told = []
        self.deaf = False
        self.show(FIRST)

    def hear(self, event):
        if not self.deaf:
            self.told.append(event.value)
            self.show(event.value)

    def show(self, rows):
        self.deaf = True
        self.field.show(rows)
        self.deaf = False

    def line(self, at):
        """The widgets of a line: kind, two numbers, up, down, remove."""
        return [w for w in self.lines()[at].children if type(w).__name__ != "Label"]

    def lines(self):
        return self.field.listed.children


@pytest.fixture
def shown():
    return Page()


def test_it_shows_a_line_a_layer_and_greys_what_a_kind_has_not(shown):
    (kind, kernel, stride, *_), (pool, size, greyed, *_) = shown.line(0), shown.line(1)
    assert (kind.value, kernel.value, stride.value) == ("convolution", 3, 2)
    assert (pool.value, size.value) == ("pool", 2)
    assert (stride.disabled, greyed.disabled) == (False, True)


def test_a_changed_number_is_told_once_and_makes_no_new_widget(shown):
    before = [widget.model_id for at in (0, 1) for widget in shown.line(at)]
    shown.line(0)[1].value = 5
    assert shown.told == [(Row("convolution", (5, 2)), FIRST[1])]
    assert before == [widget.model_id for at in (0, 1) for widget in shown.line(at)]


def test_a_changed_kind_keeps_the_numbers_and_greys_anew(shown):
    shown.line(0)[0].value = "pool"
    assert shown.told == [(Row("pool", (3, 2)), FIRST[1])]
    assert shown.line(0)[2].disabled


def test_layers_change_places(shown):
    up, down = shown.line(1)[3], shown.line(0)[4]
    up.click()
    assert shown.told[-1] == FIRST[::-1]
    down.click()
    assert shown.told[-1] == FIRST
    assert shown.line(0)[3].disabled, "the first cannot go up"
    assert shown.line(1)[4].disabled, "the last cannot go down"


def test_layers_come_and_go_between_one_and_the_most(shown):
    shown.field.add.click()
    assert shown.told[-1] == (*FIRST, Row("pool", (3, 1)))
    assert shown.field.add.disabled
    for _ in range(2):
        shown.line(0)[5].click()
    assert shown.told[-1] == (Row("pool", (3, 1)),)
    assert shown.line(0)[5].disabled
    assert not shown.field.add.disabled
    assert not shown.line(0)[0].disabled


def test_lines_are_reused_when_layers_come_back(shown):
    (first,) = (widget.model_id for widget in shown.lines()[1:])
    shown.line(1)[5].click()
    shown.field.add.click()
    assert shown.lines()[1].model_id == first


def test_as_boxes_each_number_says_its_name():
    shown = Page(boxes=True)
    assert [w.description for w in shown.line(1)[:3]] == ["layer 2", "kernel", "stride"]
    assert [w.tooltip for w in shown.line(1)[3:]] == [
        "layer 2: earlier",
        "layer 2: later",
        "layer 2: remove",
    ]
