"""A view in a notebook: what its widgets do to the explorer, and what a page shows of it.

Widgets are set here as the browser sets them; no kernel is needed. Every kind of control is driven
on a toy; the explorers themselves in test_explorers_in_widgets.py.
"""

import base64
import hashlib
import re
import sys
import types
from xml.etree import ElementTree

import pytest
from toy_explorer import Toy

from course_lib.exercises import ledger
from course_lib.explorers.base import CONFIDENCES
from course_lib.explorers.controls import Slider
from course_lib.frontends.jupyter import explore
from course_lib.frontends.values import Refused
from course_lib.frontends.widgets import field

LEARNER = ("size", "place", "shade", "framed")  # controls that are one widget with a value


@pytest.fixture(autouse=True)
def recorded(tmp_path, monkeypatch):
    """A ledger of this test's own: a function that reads what was written into it."""
    monkeypatch.setenv("COURSE_LEDGER", str(tmp_path / "predictions.json"))
    return lambda: [(e.question, e.answer, e.right, e.confidence) for e in ledger.entries()]


@pytest.fixture
def view():
    return explore(Toy())


def updates(view):
    """The values that the picture's widget takes from now on."""
    seen = []
    view.picture.observe(lambda change: seen.append(change["new"]), "value")
    return seen


def widget(view, name):
    return view.fields[name].root


def page(view):
    return view._repr_mimebundle_()["text/html"]


def test_a_slider_moves_the_state_and_the_picture_once(view):
    seen = updates(view)
    widget(view, "size").value = 7
    assert view.state.size == 7
    assert len(seen) == 1
    assert "2 of 7" in seen[0]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("size", 9, "of 9"),
        ("scale", 2.5, "2.5"),
        ("shade", "dark", "dark"),
        ("framed", True, "True"),
        ("rates", "1, 2 5", "rates (1, 2, 5)"),
    ],
)
def test_each_kind_of_control_says_its_value_in_the_picture(view, name, value, words):
    seen = updates(view)
    widget(view, name).value = value
    assert words in view.drawing.summary
    assert len(seen) == 1
    assert view.last_error is None


def test_a_button_presses_and_so_does_each_tick_of_a_play_but_not_its_reset(view):
    view.fields["step"].press()
    assert view.state.place == 3
    view.fields["step"].play.value = 1
    assert view.state.place == 4
    seen = updates(view)
    view.fields["step"].play.value = 0
    assert (view.state.place, seen) == (4, [])
    widget(view, "back").click()
    assert view.state.place == 0


def test_no_play_starts_by_itself(view):
    play = view.fields["step"].play
    running = play.playing if play.has_trait("playing") else play._playing
    assert not running
    assert play.value == 0


def test_the_bounds_of_an_index_follow_the_drawing_without_a_second_update(view):
    view.set(place=4)
    seen = updates(view)
    widget(view, "size").value = 3  # the place must go to 2 before its maximum does
    assert (widget(view, "place").max, widget(view, "place").value) == (2, 2)
    assert len(seen) == 1
    assert "The place moved to 2." in seen[0]
    widget(view, "size").value = 12
    assert widget(view, "place").max == 11
    assert len(seen) == 2
    view.set(size=1)
    assert widget(view, "place").disabled, "one place: nothing to choose"


def test_bounds_may_leap_past_each_other():
    """Neither order alone, minimum first or maximum first, allows both leaps."""
    place = field(Slider("place", "place", 0, 4), 2, lambda event: None, boxes=False)
    for low, high in ((40, 50), (1, 3), (60, 60)):
        place.show(low, (low, high))
        assert (place.root.min, place.root.max, place.root.value) == (low, high, low)


def test_a_control_that_is_not_needed_is_off_the_page(view):
    assert widget(view, "scale").layout.display == "none"
    widget(view, "framed").value = True
    assert widget(view, "scale").layout.display is None


def test_wrong_settings_dim_the_last_picture_and_say_why(view):
    widget(view, "size").value = 0
    assert "A size of 0 leaves no place; raise it to 1." in view.picture.value
    assert 'opacity="0.3"' in view.picture.value
    assert "2 of 5" in view.picture.value, "the last good picture"
    widget(view, "size").value = 5
    assert "leaves no place" not in view.picture.value


@pytest.mark.parametrize("text", ["1, x", "1, 2, 3, 4", "0", "", "1.5"])
def test_rates_that_cannot_be_read_keep_the_old_and_say_why(view, text):
    seen = updates(view)
    widget(view, "rates").value = text
    assert view.state.rates == (1, 2)
    assert widget(view, "rates").value == text, "the learner's text stays, to be mended"
    assert len(seen) == 1
    assert "⚠ dilation rates: " in seen[0]
    assert "rates (1, 2)" in seen[0]
    widget(view, "rates").value = "3"
    assert view.state.rates == (3,)
    assert "⚠" not in view.picture.value


def test_typed_text_that_means_the_same_is_left_as_typed(view):
    widget(view, "rates").value = "1   2,4"
    widget(view, "size").value = 6
    assert widget(view, "rates").value == "1   2,4"
    view.set(rates=[5, 6])
    assert widget(view, "rates").value == "5, 6"


def test_the_answer_is_an_empty_box_until_the_learner_fills_it(view, recorded):
    assert widget(view, "answer").value == ""
    assert view.state.answer is None
    widget(view, "reveal").click()
    assert "First your own answer" in view.reply.value
    assert not view.state.revealed
    assert recorded() == []


def test_a_revealed_prediction_is_answered_in_the_card_and_recorded_once(view, recorded):
    widget(view, "answer").value = "7"
    widget(view, "confidence").value = "sure"
    assert view.reply.value == ""
    widget(view, "reveal").click()
    assert "You said 7; it is 5. They are counted from 0 to 4." in view.reply.value
    widget(view, "answer").value = "5"
    widget(view, "reveal").click()
    assert "Right: 5." in view.reply.value
    assert recorded() == [("toy/places", 7, False, "sure")]


def test_a_ledger_that_cannot_be_written_is_a_sentence(view, monkeypatch):
    monkeypatch.setenv("COURSE_LEDGER", "/dev/null/predictions.json")
    view.set(answer=5).press("reveal")
    assert "Right: 5." in view.reply.value
    assert "could not be kept" in view.reply.value
    assert view.last_error is None
    view.set(size=6)
    assert "could not be kept" in view.reply.value, "it stays beside the verdict"


def test_set_moves_widgets_too_draws_once_and_does_not_care_for_order():
    one, other = explore(Toy()), explore(Toy())
    seen = updates(one)
    assert one.set(place=9, size=10, framed=True) is one
    other.set(framed=True, size=10, place=9)
    assert len(seen) == 1
    assert one.state == other.state
    assert one.state.place == 9
    assert widget(one, "place").value == 9


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kernel": 3}, r"no control kernel; there are: size, place, .*reveal\."),
        ({"size": 13}, "size: a whole number from 0 to 12, got 13"),
        ({"framed": True, "size": "5"}, "got '5'"),
        ({"back": 1}, "back can be pressed, not set"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_a_sentence_and_nothing_moves(view, settings, words):
    before = view.state
    with pytest.raises(Refused, match=words) as refusal:
        view.set(**settings)
    assert view.state == before
    assert refusal.value._render_traceback_() == [str(refusal.value)]


def test_code_prints_the_pytorch_lines(view, capsys):
    view.set(place=3).code()
    assert capsys.readouterr().out == "x[3]\n"


class Broken(Toy):
    """Fails to draw where the place is 1."""

    def draw(self, state):
        if state.place == 1:
            raise ZeroDivisionError("no <room> for place 1")
        return super().draw(state)


def test_an_exception_in_an_explorer_is_shown_kept_and_got_over():
    view = explore(Broken())
    widget(view, "place").value = 1
    assert isinstance(view.last_error, ZeroDivisionError)
    assert "ZeroDivisionError: no &lt;room&gt; for place 1" in view.picture.value
    assert "2 of 5" in view.picture.value, "the last picture, pale"
    assert repr(view).startswith("This cannot be drawn."), "a stored notebook would tell"
    widget(view, "place").value = 3
    assert view.last_error is None
    assert "3 of 5" in view.picture.value


def test_an_explorer_that_fails_at_once_can_still_be_displayed():
    view = explore(Broken(place=1))
    assert "ZeroDivisionError" in view.picture.value
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"].startswith("This cannot be drawn. ZeroDivisionError: no <room>")
    assert "text/html" not in bundle


def test_the_bundle_holds_a_sentence_a_still_picture_and_the_live_widget(view):
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view) == view.drawing.summary
    assert set(bundle) == {
        "text/plain",
        "text/html",
        "application/vnd.jupyter.widget-view+json",
    }
    shown = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert shown == view.root.model_id


def test_the_still_picture_is_that_of_the_state_with_its_words_and_digest(view):
    view.set(place=4)
    figure = re.fullmatch(
        r'<figure data-picture="(\w{16})" style="margin: 0"><img alt="([^"]*)" width="320" '
        r'src="data:image/svg\+xml;base64,([^"]+)"><figcaption>(.*)</figcaption></figure>',
        page(view),
    )
    svg = base64.b64decode(figure[3]).decode()
    assert svg == view.drawing.svg()
    assert figure[1] == hashlib.sha256(svg.encode()).hexdigest()[:16]
    assert figure[2].startswith("Place 4 of 5")
    assert figure[4] == "place = 4<br>a &lt; b<br>and so on"
    assert ElementTree.fromstring(svg).get("aria-label") == view.drawing.summary


def test_on_colab_the_bundle_leaves_the_still_picture_out(view, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert "text/html" not in view._repr_mimebundle_()


def test_formulas_stand_in_monospace_and_sentences_do_not(view):
    assert '<p class="cw-line cw-formula">place = 2</p>' in view.picture.value
    assert '<p class="cw-line">a &lt; b</p><p class="cw-line">and so on</p>' in view.picture.value


def test_an_explorer_that_comes_again_can_leave_its_question_out():
    assert "reveal" in explore(Toy()).fields
    view = explore(Toy(), question=False)
    assert not {"answer", "confidence", "reveal"} & view.fields.keys()
    assert Toy.question is not None


def test_number_boxes_stand_in_for_sliders():
    view = explore(Toy(), controls="boxes")
    assert type(widget(view, "place")).__name__ == "BoundedIntText"
    widget(view, "size").value = 3
    assert (view.state.place, widget(view, "place").max) == (2, 2)
    with pytest.raises(Refused, match="one of 'sliders', 'boxes', got 'dials'"):
        explore(Toy(), controls="dials")


def test_every_label_has_room(view):
    """7 dots a letter hold the widest label in the front ends' 13-dot type."""
    for name in LEARNER:
        dots = int(widget(view, name).style.description_width.removesuffix("px"))
        assert dots >= 7 * len(widget(view, name).description)


def test_a_choice_can_be_open_at_first():
    view = explore(Toy(shade=None, confidence=CONFIDENCES[1]))
    shade = widget(view, "shade")
    assert (shade.label, shade.index, view.state.shade) == ("–", 0, None)
    shade.value = "dark"
    assert view.state.shade == "dark"
    shade.index = 0
    assert view.state.shade is None
    assert widget(view, "confidence").value == "think"
