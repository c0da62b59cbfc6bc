"""All lessons keep one form, so that a reader knows where things are."""

import ast
import re

import jupytext
import pytest
from pipeline.workbook import Workbook

from course_lib.bench.found import every_explorer
from course_lib.exercises.catalogue import lessons
from course_lib.exercises.predictions import Prediction

SOURCES = Workbook.read().sources()
A_LESSON = r"(0\d|1[0-5])_"  # 10 to 15 are free for later ones
LESSONS = [source for source in SOURCES if re.match(A_LESSON, source.stem)]
LONGEST = 25  # lines of a cell
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
every_lesson = pytest.mark.parametrize("source", LESSONS, ids=lambda path: path.stem)


def cells(source):
    return jupytext.read(source, fmt="py:percent").cells


def words(source):
    return "\n".join(cell.source for cell in cells(source) if cell.cell_type == "markdown")


def code(source):
    return [cell.source for cell in cells(source) if cell.cell_type == "code"]


def without_solution(text):
    return re.sub(r"(?s)# <solution>.*?# </solution>", "", text)


@every_source
def test_a_notebook_opens_with_what_is_seen_what_is_needed_and_how_long_it_takes(source):
    title = cells(source)[0].source
    assert title.startswith("# ")
    places = [title.index(f"**{word}**") for word in ("You will see", "You need", "Time")]
    assert places == sorted(places)


@every_source
def test_sections_are_numbered_from_1_on(source):
    numbers = [int(n) for n in re.findall(r"(?m)^## (\d+)\. ", words(source))]
    assert numbers == list(range(1, len(numbers) + 1))
    unnumbered = re.findall(r"(?m)^## (?!\d+\. )(.*)", words(source))
    assert unnumbered == ["Further reading"]


@pytest.mark.parametrize("source", LESSONS[1:], ids=lambda path: path.stem)
def test_a_lesson_ends_with_recap_exercises_and_further_reading(source):
    text = words(source)
    titles = ("Recap", "Exercises", "Further reading")
    places = [re.search(rf"(?m)^## (\d+\. )?{title}", text) for title in titles]
    assert all(places), titles
    starts = [place.start() for place in places]
    assert starts == sorted(starts)


@every_lesson
def test_a_lesson_has_four_exercises_with_their_checks_minutes_and_hints(source):
    cards = re.findall(r"\*\*Exercise (\d+)\. [^*]+\*\* \(★+, \d+ minutes[^)]*\)", words(source))
    assert list(map(int, cards)) == list(range(1, len(cards) + 1))
    assert len(cards) >= 4
    calls = [text for text in code(source) if re.search(r"(?m)^check\.\w+\(", text)]
    assert len(calls) >= 4
    hints = [cell for cell in cells(source) if "hint" in cell.metadata.get("tags", [])]
    assert len(hints) >= len(cards)


@every_lesson
def test_a_lesson_has_live_pictures_and_not_too_many(source):
    shown = [text for text in code(source) if re.search(r"(?m)^explore\(", text)]
    assert 1 <= len(shown) <= 5


def test_a_lesson_with_a_number_that_is_kept_free_would_not_escape():
    stems = ["00_start_here", "09_augmentation", "10_attention", "15_x", "16_x", "20_assignment"]
    assert [stem for stem in stems if re.match(A_LESSON, stem)] == stems[:4]


def test_the_page_of_predictions_knows_where_each_topic_is_asked():
    (page,) = (source for source in SOURCES if source.stem == "30_your_predictions")
    cells_of_topics = re.findall(r"(?m)^\| ([\w ,]+?) \| [\d and]+ \|$", words(page))
    listed = {topic for cell in cells_of_topics for topic in cell.split(", ")}
    checks = [check for checks in lessons().values() for check in checks.values()]
    asked = {check.question for check in checks if isinstance(check, Prediction)}
    explorers = [kind() for kind in every_explorer().values()]
    asked |= {explorer.question.key for explorer in explorers if explorer.question}
    topics = {question.split("/")[0] for question in asked}
    assert len(topics) >= 14
    assert topics <= listed, topics - listed


@every_source
def test_no_cell_is_too_long_to_take_in(source):
    for text in code(source):
        lines = [line for line in without_solution(text).splitlines() if line.strip()]
        assert len(lines) <= LONGEST, text[:200]


@every_source
def test_prose_is_calm(source):
    text = re.sub(r"(?s)```.*?```|`[^`]*`|\$\$?[^$]*\$\$?", "", words(source))
    assert "!" not in re.sub(r"!\[", "", text)
    assert not re.search(r"(?i)\b(simply|obviously|of course|easy to see|trivial(ly)?)\b", text)
    assert not re.search(r"[\U0001F300-\U0001FAFF]", text)


@every_source
def test_lessons_import_what_they_share_and_define_little(source):
    """A function that two lessons need belongs to course_lib."""
    names = [
        node.name
        for text in code(source)
        for node in ast.parse(text).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    assert len(names) == len(set(names))
