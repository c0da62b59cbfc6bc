"""The ledger keeps every prediction, loses none, and says what to ask again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.exercises import ledger, review
from course_lib.exercises.ledger import LedgerError, entries, record
from course_lib.exercises.predictions import Prediction, _answered

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def book(tmp_path, monkeypatch):
    """The file of a ledger that is not there yet."""
    path = tmp_path / "folder" / "predictions.json"
    monkeypatch.setenv("COURSE_LEDGER", str(path))
    return path


@pytest.fixture
def prediction():
    """A question that nobody has answered in this process."""
    _answered.discard("toys/legs of a spider")
    return Prediction(
        name="legs",
        question="toys/legs of a spider",
        text="how many legs has a spider?",
        answer=8,
        mistakes=[],
        right="Four pairs: it is no insect.",
    )


def test_what_is_recorded_is_read_by_the_next_process():
    assert record("a/one", 44, True, "sure") == ""
    assert record("a/two", {"1x1": True, "size": (3, 3)}, False, "guess") == ""
    program = "from course_lib.exercises.ledger import entries\nfor e in entries(): print(e)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    first, second = done.stdout.splitlines()
    assert first == "Entry(question='a/one', answer=44, right=True, confidence='sure')"
    assert "answer={'1x1': True, 'size': [3, 3]}, right=False" in second


def test_without_the_variable_it_lies_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_LEDGER")
    monkeypatch.chdir(tmp_path)
    record("a/one", 1, True, "think")
    content = json.loads((tmp_path / "predictions.json").read_text(encoding="utf-8"))
    assert content["predictions"] == [
        {"question": "a/one", "answer": 1, "right": True, "confidence": "think"}
    ]


def test_the_same_answer_again_adds_nothing_and_another_one_does():
    for answer, right in [(44, True), (44, True), (48, False), (48, False), (44, True)]:
        record("a/one", answer, right, "sure")
        record("a/other", (1, 2), right, "sure")
    assert [e.answer for e in entries() if e.question == "a/one"] == [44, 48, 44]
    assert len(entries()) == 6


def test_answers_of_any_kind_are_kept():
    for number, answer in enumerate(["π", 1.5, None, {1, 2}, [(0, 0)], Path("x"), float("inf")]):
        assert record(f"a/{number}", answer, False, "guess") == ""
    assert len(entries()) == 7
    assert entries()[0].answer == "π"


def test_a_confidence_that_is_none_is_refused_before_anything_is_written(book):
    with pytest.raises(ValueError, match="expected guess, think or sure"):
        record("a/one", 1, True, "certain")
    assert not book.exists()


BROKEN = {
    "cut in half": b'{"format": 1, "predic',
    "empty": b"",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"3",
    "nested": b"[" * 100_000,
    "without a format": b'{"predictions": []}',
    "of another version": b'{"format": 2, "predictions": []}',
    "an entry with other fields": b'{"format": 1, "predictions": [{"q": 1}]}',
    "an entry of other types": b'{"format": 1, "predictions": [{"question": 1, "answer": 1, '
    b'"right": "yes", "confidence": "sure"}]}',
    "an unknown confidence": b'{"format": 1, "predictions": [{"question": "a", "answer": 1, '
    b'"right": true, "confidence": "very"}]}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_set_aside_with_a_sentence_and_never_lost(book, content):
    book.parent.mkdir()
    book.write_bytes(content)
    with pytest.raises(LedgerError, match="predictions.json"):
        entries()
    assert "sets the file aside" in repr(review())
    assert book.read_bytes() == content, "looking changes nothing"
    said = record("a/one", 44, True, "sure")
    aside = book.with_name("predictions.unreadable-1.json")
    assert aside.read_bytes() == content
    assert str(aside) in said
    assert [entry.answer for entry in entries()] == [44]


def test_a_second_broken_file_does_not_replace_the_first(book):
    book.parent.mkdir()
    for number in (1, 2, 3):
        book.write_text(f"broken {number}")
        record("a/one", number, True, "sure")
    asides = sorted(book.parent.glob("*.unreadable-*"))
    assert [path.read_text() for path in asides] == ["broken 1", "broken 2", "broken 3"]


def test_a_failure_while_writing_leaves_the_old_file(book, monkeypatch):
    record("a/one", 1, True, "sure")
    before = book.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = record("a/two", 2, True, "sure")
    assert said == f"This answer could not be kept in {book}: No space left on device."
    assert book.read_bytes() == before
    assert [path.name for path in book.parent.iterdir()] == ["predictions.json"]


def test_a_place_that_cannot_be_a_file_is_told(book):
    book.mkdir(parents=True)
    assert "could not be kept" in record("a/one", 1, True, "sure")
    assert "cannot be read" in repr(review())


def fill():
    for question, answer, right, confidence in [
        ("strides/edge", 3, False, "guess"),
        ("padding/zeros", 48, False, "sure"),
        ("padding/columns", 4, True, "guess"),
        ("strides/field", 46, False, "sure"),
        ("padding/same", 1, True, "sure"),
        ("strides/even", 5, False, "sure"),
        ("strides/even", 6, True, "think"),
        ("padding/reflect", 2, False, "think"),
    ]:
        record(question, answer, right, confidence)


def test_sure_and_wrong_comes_first_by_topic_and_a_lucky_guess_last():
    fill()
    assert review().again == (
        "strides/field", "padding/zeros", "strides/edge", "padding/reflect", "padding/columns",
    )  # fmt: skip
    text = repr(review())
    titles = [line for line in text.splitlines() if line and not line.startswith(" ")][1:]
    assert titles == ["Sure and wrong", "Wrong", "Right by a guess"]
    assert "strides: field (you said 46)" in text
    assert "strides: even" not in text, "it has been put right since"


def test_the_review_counts_how_often_each_confidence_was_right():
    fill()
    assert review().summary() == (
        "Sure: 1 of 4 right; think: 1 of 2 right; guess: 1 of 2 right. To ask again: 5."
    )


def test_an_empty_ledger_says_so_and_a_settled_one_too():
    assert repr(review()) == "There are no predictions yet: the lessons' questions make them."
    record("a/one", 44, True, "sure")
    assert repr(review()) == "Sure: 1 of 1 right. Nothing to ask again."


def test_the_page_escapes_what_was_typed():
    record("a/<b>", "<script>", False, "sure")
    assert "<script>" not in review()._repr_html_()
    assert "<b>" not in review()._repr_html_()


# Predictions in a cell


def test_nothing_is_written_before_there_is_an_answer_and_a_confidence(prediction, book):
    for arguments in [
        (),
        (...,),
        (..., ...),
        (8,),
        (8, ...),
        (8, "certain"),
        (8, 3),
        ("8", "sure"),
    ]:
        assert prediction(*arguments).outcome == "not attempted"
    assert not book.exists()
    assert prediction().sentence == "how many legs has a spider?"
    assert '"sure"' in prediction(8).sentence
    assert dict(prediction(8, "certain").rows)["found"] == "'certain'"


def test_a_prediction_is_revealed_and_kept(prediction):
    result = prediction(6, confidence="Sure ")
    assert result.outcome == "wrong"
    assert dict(result.rows)["you said"] == "6 (sure)"
    assert dict(result.rows)["it is"] == "8"
    assert prediction.right in result.sentence
    (entry,) = entries()
    assert (entry.question, entry.answer, entry.right, entry.confidence) == (
        "toys/legs of a spider", 6, False, "sure"
    )  # fmt: skip


def test_several_numbers_are_told_without_brackets(book):
    pair = Prediction(
        name="pair", question="toys/two numbers", text="which two?", answer={"a": 1.6, "b": 6.5},
        mistakes=[], right="They are neither small nor large.",
    )  # fmt: skip
    rows = dict(pair({"a": 1, "b": 6.5}, "think").rows)
    assert rows["you said"] == "a: 1, b: 6.5 (think)"
    assert rows["it is"] == "a: 1.6, b: 6.5"


def test_after_the_reveal_the_first_answer_counts(prediction):
    prediction(6, "sure")
    assert "first answer" in repr(prediction(8, "sure"))
    assert [entry.answer for entry in entries()] == [6]


def test_trouble_with_the_file_stands_beside_the_answer(prediction, book):
    book.parent.mkdir()
    book.write_text("broken")
    assert "unreadable-1" in repr(prediction(8, "think"))


def test_the_ledger_needs_the_standard_library_only():
    program = (
        "import sys; before = set(sys.modules)\nimport course_lib.exercises.ledger\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert set(done.stdout.split()) - set(sys.stdlib_module_names) == {"course_lib"}
    assert ledger.__doc__.count("Nothing is sent anywhere")
