"""Every explorer of the library in a notebook: each control, at its ends and between."""

from dataclasses import replace
from random import Random
from xml.etree import ElementTree

import ipywidgets as W
import pytest

from course_lib.bench import every_explorer
from course_lib.exercises import ledger
from course_lib.frontends.jupyter import explore
from course_lib.frontends.learner import handles

SEED = 4
KIB = 1024
MOVES = 40  # of a random walk

every_kind = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=name, marks=pytest.mark.slow if "measured" in kind.__module__ else ())
        for name, kind in every_explorer().items()
    ],
)


def test_there_are_explorers_and_each_is_found_once():
    assert {"convolution", "padding_modes", "channels"} <= set(every_explorer())
    assert all(name == kind.name for name, kind in every_explorer().items())


class Watched:
    """A view, and what its picture's widget was sent for the last move."""

    def __init__(self, kind, controls="sliders"):
        self.view = explore(kind(), controls)
        self.sent = []
        self.view.picture.observe(lambda change: self.sent.append(change["new"]), "value")

    def move(self, handle, value=None):
        """Make the move; returns whether anything is seen of it."""
        before = self.view.state, self.view.drawing.hidden
        self.sent.clear()
        handle.move(value)
        said = f"{handle.name} = {value!r} after {before[0]}"
        assert self.view.last_error is None, said
        assert len(self.sent) <= 1, said
        assert len(self.view.picture.value.encode()) <= 64 * KIB, said
        svg = ElementTree.fromstring(self.view.drawing.svg())
        assert svg.get("role") == "img"
        assert len(svg.get("aria-label")) > 20, said
        return self.sent or self.view.drawing.hidden != before[1]


@every_kind
def test_every_value_of_every_slider_is_seen_in_one_new_picture(kind):
    unseen = []
    for handle in handles(explore(kind()), Random(SEED)):
        watched = Watched(kind)
        for value in handle.values if isinstance(handle.widget, W.IntSlider) else ():
            own = watched.view.fields[handle.name].root
            if own.min <= value <= own.max and not watched.move(replace(handle, widget=own), value):
                unseen.append((handle.name, value))
            if watched.view.drawing.problem:
                watched = Watched(kind)
    assert unseen == []


@pytest.mark.parametrize("controls", ["sliders", "boxes"])
@every_kind
def test_every_control_takes_its_ends_and_its_presses(kind, controls):
    watched = Watched(kind, controls)
    count = len(handles(watched.view, Random(SEED)))
    assert count >= 3, "without handles there would be nothing to test"
    for number in range(count):
        if watched.view.drawing.problem:
            watched = Watched(kind, controls)
        for handle in handles(watched.view, Random(SEED))[number : number + 1]:
            for value in (handle.values[0], handle.values[-1]) if handle.values else (None, None):
                watched.move(handle, value)


@every_kind
def test_a_walk_through_random_settings_meets_no_error_and_no_flood(kind):
    random = Random(SEED)
    print("seed", SEED)
    watched = Watched(kind)
    for _ in range(MOVES):
        handle = random.choice(handles(watched.view, random))
        watched.move(handle, random.choice(handle.values) if handle.values else None)
        if watched.view.drawing.problem:
            assert "⚠" in watched.view.picture.value
            watched = Watched(kind)


@every_kind
def test_the_first_page_is_whole(kind):
    view = explore(kind())
    assert not view.drawing.problem
    assert view.drawing.code
    assert view.drawing.status
    assert view.explorer.question, "an explorer opens with a question"
    page = view._repr_mimebundle_()["text/html"]
    assert page.count("<img ") == 1
    assert view.picture.value.count("<svg ") == 1


@every_kind
def test_the_question_takes_its_right_answer_and_says_why(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LEDGER", str(tmp_path / "predictions.json"))
    view = explore(kind())
    question = view.explorer.question
    view.press("reveal")
    assert question.because not in view.drawing.reply
    view.set(answer=question.expected(), confidence="think").press("reveal")
    assert view.drawing.reply.startswith("Right: ")
    assert question.because in view.drawing.reply
    (entry,) = ledger.entries()
    assert (entry.question, entry.right, entry.confidence) == (question.key, True, "think")
