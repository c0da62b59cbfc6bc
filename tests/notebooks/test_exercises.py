"""Marked solutions become stubs; hints and solutions are folded away."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from pipeline.exercises import SourceError, student_cells, student_form

MARKED = """\
def f(x):
    # <solution>
    return x + 1
    # </solution>
    # <stub>
    # y = x
    #
    # if y:
    #     return ...  # your line
    # </stub>
check(f)"""


def tagged(text: str, tag: str):
    return new_markdown_cell(text, metadata={"tags": [tag]})


def test_the_stub_takes_the_place_of_the_solution():
    student, solutions = student_form(MARKED)
    assert student == (
        "def f(x):\n    y = x\n\n    if y:\n        return ...  # your line\ncheck(f)"
    )
    assert solutions == ["return x + 1"]


def test_without_a_stub_the_student_gets_dots_in_the_same_place():
    student, solutions = student_form("for i in a:\n    # <solution>\n    b(i)\n    # </solution>")
    assert student == "for i in a:\n    ..."
    assert solutions == ["b(i)"]


def test_a_cell_may_hold_several_solutions():
    student, solutions = student_form(
        "# <solution>\na = 1\n# </solution>\n# <solution>\nb = 2\n# </solution>\n"
        "# <stub>\n# b = 0\n# </stub>"
    )
    assert student == "...\nb = 0"
    assert solutions == ["a = 1", "b = 2"]


def test_a_cell_without_marks_stays_as_it_is():
    code = "x = 1  # <solution>\n\n\ny = '# <stub>'"
    assert student_form(code) == (code, [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("# <solution>\na = 1", "# </solution> missing"),
        ("# <solution>\n# <stub>\n# a\n# </stub>", "# <stub> inside solution lines"),
        ("a = 1\n# </solution>", "# </solution> inside shared lines"),
        ("# <stub>\n# a = 1\n# </stub>", "a stub that follows no solution"),
        ("# <solution>\na\n# </solution>\nb\n# <stub>\n# a\n# </stub>", "follows no solution"),
        ("# <solution>\na\n# </solution>\n# <stub>\na = 2\n# </stub>", "must be a comment"),
        ("# <solution>\na\n# </solution>\n# <stub>\n#a = 2\n# </stub>", "must be a comment"),
        ("# <solution>\na\n# </solution>\n# <stub>\n# a = = 2\n# </stub>", "not valid Python"),
        ("def f():\n# <solution>\n    return 1\n# </solution>\n", "not valid Python"),
    ],
)
def test_a_wrong_mark_is_refused_in_words(code, words):
    with pytest.raises(SourceError, match=words):
        student_form(code)


def test_hints_are_numbered_and_the_solution_is_folded_behind_them():
    cells = [
        new_code_cell(MARKED),
        tagged("Look.", "hint"),
        tagged("Look again.", "hint"),
        tagged("Because.", "solution"),
        new_markdown_cell("## Next"),
    ]
    texts = [cell.source for cell in student_cells(cells)]
    assert texts[1] == "<details><summary>Hint 1</summary>\n\nLook.\n\n</details>"
    assert texts[2].startswith("<details><summary>Hint 2</summary>")
    assert texts[3] == (
        "<details><summary>Solution</summary>\n\n"
        "```python\nreturn x + 1\n```\n\nBecause.\n\n</details>"
    )
    assert texts[4] == "## Next"


def test_a_solution_without_words_gets_a_cell_of_its_own():
    cells = [new_code_cell(MARKED), tagged("Look.", "hint"), new_markdown_cell("## Next")]
    texts = [cell.source for cell in student_cells(cells)]
    assert [text.partition("</summary>")[0] for text in texts[1:]] == [
        "<details><summary>Hint 1",
        "<details><summary>Solution",
        "## Next",
    ]
    last = [cell.source for cell in student_cells([new_code_cell(MARKED)])]
    assert "return x + 1" in last[1]


def test_hints_count_anew_for_each_exercise():
    cells = [tagged("a", "hint"), new_markdown_cell("next"), tagged("b", "hint")]
    assert [cell.source[18:24] for cell in student_cells(cells)][::2] == ["Hint 1", "Hint 1"]
