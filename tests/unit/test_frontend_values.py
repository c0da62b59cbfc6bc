"""What a control may be set to, and what typed text means."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_explorer import COLUMNS, KINDS

from course_lib.explorers.controls import (
    Button,
    Choice,
    LayerList,
    Number,
    Rates,
    Row,
    Slider,
    Switch,
)
from course_lib.frontends.values import Refused, accepted, read_number, read_rates

ODD = Slider("kernel_size", "kernel size", 1, 7, 2)
SHARE = Number("share", "share", 0, 1, whole=False)
COUNT = Number("answer", "outputs", -5, 144)
RATES = Rates("rates", "rates", 1, 9, longest=3)
LAYERS = LayerList("layers", "layers", KINDS, COLUMNS, longest=2)


@pytest.mark.parametrize(
    ("control", "value", "held"),
    [
        (ODD, 5, 5),
        (SHARE, 0.25, 0.25),
        (SHARE, 1, 1),
        (COUNT, None, None),
        (Choice("look", "look", ("a", "b")), "b", "b"),
        (Switch("on", "on"), True, True),
        (RATES, [1, 2], (1, 2)),
        (LAYERS, [Row("pool", (3, 1))], (Row("pool", (3, 1)),)),
    ],
)
def test_what_a_control_can_be_set_to_is_held_as_it_is(control, value, held):
    assert accepted(control, value) == held


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        (ODD, 4, "kernel size goes up from 1 in steps of 2, got 4"),
        (ODD, 9, "kernel size: a whole number from 1 to 7, got 9"),
        (ODD, 3.0, "a whole number from 1 to 7, got 3.0"),
        (ODD, True, "got True"),
        (SHARE, 1.5, "share: a number from 0 to 1, got 1.5"),
        (SHARE, "half", "got 'half'"),
        (SHARE, float("nan"), "got nan"),
        (Choice("look", "look", ("a", "b")), "c", "look: one of 'a', 'b', got 'c'"),
        (Switch("on", "on"), 1, "one of True, False, got 1"),
        (RATES, [], "one to 3 whole numbers from 1 to 9"),
        (RATES, 2, "one to 3 whole numbers"),
        (RATES, [1, 10], "from 1 to 9, got 10"),
        (Button("go", "go"), 1, "go can be pressed, not set"),
        (LAYERS, [], "a list of 1 to 2 layers"),
        (LAYERS, [Row("pool", (3, 1))] * 3, "a list of 1 to 2 layers"),
        (LAYERS, [Row("pool", (3,))], "layer 1: expected Row"),
        (LAYERS, [("pool", 3, 1)], "layer 1: expected Row"),
        (LAYERS, [Row("shuffle", (3, 1))], "layer 1, kind: one of 'convolution', 'pool'"),
        (LAYERS, [Row("pool", (3, 9))], "layer 1, stride: a whole number from 1 to 4, got 9"),
    ],
)
def test_what_it_cannot_be_set_to_is_refused_with_found_and_expected(control, value, words):
    with pytest.raises(Refused, match=r".*".join(words.split("got"))):
        accepted(control, value)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.sampled_from([", ", ",", " ", " ,"]))
def test_rates_are_read_however_they_are_separated(rates, between):
    assert read_rates(RATES, between.join(map(str, rates))) == tuple(rates)


@given(st.text(max_size=8))
def test_no_text_breaks_the_reading_of_rates_or_numbers(text):
    for read, control in ((read_rates, RATES), (read_number, COUNT), (read_number, SHARE)):
        with contextlib.suppress(Refused):
            value = read(control, text)
            assert accepted(control, value) == value


@pytest.mark.parametrize(
    ("control", "text", "number"),
    [(COUNT, " 44 ", 44), (COUNT, "−3", -3), (COUNT, "  ", None), (SHARE, "0,5", 0.5)],
)
def test_numbers_are_read_as_people_type_them(control, text, number):
    assert read_number(control, text) == number
