"""What a check says of an answer: four outcomes, the first difference only, never an exception."""

import re
import subprocess
import sys
from pathlib import Path

import hypothesis.strategies as st
import nbformat
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from nbclient import NotebookClient
from torch import nn

from course_lib.exercises import results
from course_lib.exercises.comparing import difference
from course_lib.exercises.engine import Mistake
from course_lib.exercises.functions import FunctionCheck
from course_lib.exercises.values import ValueCheck

ROOT = Path(__file__).resolve().parents[2]


def doubled(x: torch.Tensor, times: int = 2) -> torch.Tensor:
    return x * times


PICTURE = torch.arange(24.0).reshape(2, 3, 4) + 1

check = FunctionCheck(
    name="doubled",
    reference=doubled,
    cases={
        "a picture": (PICTURE,),
        "three times": (PICTURE[0], 3),
        "a short one": (PICTURE[0, 0],),
    },
    mistakes=[
        Mistake(lambda x, times=2: x + times, "It adds."),
        Mistake(lambda x, times=2: x * 2, "It always takes 2."),
        Mistake(lambda x, times=2: x.flatten(), "It flattens."),
    ],
    right="Numbers grow.",
)
number = ValueCheck(
    name="number", answer=6, mistakes=[Mistake(7, "One too many.")], right="Six it is."
)


def rows(result):
    return dict(result.rows)


# The four outcomes


def test_right_says_on_how_many_inputs_and_adds_the_insight():
    result = check(doubled)
    assert (result.outcome, result.rows) == ("right", ())
    assert repr(result) == "✓ Right: on all 3 inputs. Numbers grow."


@pytest.mark.parametrize(
    "stub",
    [
        ...,
        lambda x, times=2: ...,
        lambda x, times=2: [1, (2, ...)],
        lambda x, times=2: {"result": ...},
        lambda x, times=2: ... * times,
        lambda x, times=2: x * torch.tensor(...),
    ],
    ids=range(6),
)
def test_dots_that_are_still_there_are_not_attempted(stub):
    result = check(stub)
    assert result.outcome == "not attempted"
    assert "`...`" in result.sentence


def test_a_not_implemented_error_is_not_attempted_and_an_index_of_dots_is_no_stub():
    def later(x, times=2):
        raise NotImplementedError

    def two_dots(x, times=2):
        return x.numpy()[..., ...]

    assert check(later).outcome == "not attempted"
    assert check(two_dots).outcome == "raised"


def test_an_error_tells_its_line_and_the_inputs_that_caused_it():
    def mine(x, times=2):
        return x[0] @ helper(times)

    result = check(mine)
    assert result.outcome == "raised"
    assert result.sentence == "ZeroDivisionError: division by zero"
    line = helper.__code__.co_firstlineno + 1
    assert (
        rows(result)["where"] == f"line {line} of {Path(__file__).name}: `return 1 / (times - 2)`"
    )
    assert rows(result)["input"].startswith("a picture: `doubled(x)` with `x` a float32 tensor")
    torch.testing.assert_close(result.inputs[0], PICTURE)


def helper(times):
    return 1 / (times - 2)


def test_an_error_inside_a_library_is_told_at_the_students_line():
    def mine(x, times=2):
        return x @ torch.ones(5, 5)

    result = check(mine)
    assert "shapes" in result.sentence
    assert "`return x @ torch.ones(5, 5)`" in rows(result)["where"]


def test_leaving_python_is_an_error_like_others_but_the_stop_button_works():
    assert check(lambda x, times=2: sys.exit("bye")).sentence == "SystemExit: bye"

    def stopped(x, times=2):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(stopped)


# Type, rank, shape, dtype, value: the first one only


@pytest.mark.parametrize(
    ("wrong", "aspect", "found", "expected"),
    [
        (lambda x: None, "type", "None", "a tensor of shape (2, 3, 4)"),
        (lambda x: "text", "type", "'text', a text (a str)", "a tensor of shape (2, 3, 4)"),
        (lambda x: x.long()[0] + 1, "rank", "2 axes, shape (3, 4)", "3 axes, shape (2, 3, 4)"),
        (lambda x: x.long()[:1], "shape", "shape (1, 3, 4)", "shape (2, 3, 4)"),
        (lambda x: x.long(), "dtype", "int64", "floats, such as float32"),
        (lambda x: x > 3, "dtype", "bool", "floats, such as float32"),
        (lambda x: x + 0j, "dtype", "complex64", "floats, such as float32"),
        (lambda x: x, "value", "1 at (0, 0, 0); 24 of 24 values differ", "2"),
    ],
    ids=range(8),
)
def test_the_first_aspect_that_differs_is_told(wrong, aspect, found, expected):
    result = check(lambda x, times=2: wrong(x))
    assert (result.outcome, result.sentence) == ("wrong", f"the {aspect} does not fit.")
    assert (rows(result)["found"], rows(result)["expected"]) == (found, expected)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (6.0, "`//` divides whole numbers"),
        ("6", "without quotes"),
        (True, "True, a truth value (a bool)"),
        (None, "Is a `return` missing?"),
        ([6], "[6], a list"),
        (torch.tensor([6, 6]), "[6, 6], an int64 tensor of shape (2,)"),
    ],
)
def test_a_number_is_a_whole_number(answer, words):
    result = number(answer)
    assert (result.outcome, result.sentence) == ("wrong", "the type does not fit.")
    assert words in repr(result)


@pytest.mark.parametrize("six", [6, np.int64(6), np.array(6), torch.tensor(6)])
def test_a_whole_number_may_come_out_of_an_array(six):
    assert number(six).outcome == "right"


def test_a_wrong_value_is_not_given_away():
    result = number(7)
    assert (result.sentence, rows(result)) == (
        "this is not it yet.", {"found": "7", "likely": "One too many."}
    )  # fmt: skip
    assert "6" not in repr(number(8))


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (lambda x: 2 * x.mT, "axes in the order (0, 2, 1)"),
        (lambda x: 2 * x.permute(2, 0, 1), "axes in the order (2, 0, 1)"),
        (lambda x: 2 * x.flip(1), "the other way round along axis 1"),
        (lambda x: 5 * x, "Every value is 2.5 times"),
        (lambda x: 2 * x - 3, "Every value is off by -3"),
        (lambda x: 0 * x, "All values are zero"),
        (lambda x: 2 * x[None], "Only axes of length 1"),
        (lambda x: x * float("nan"), "nan"),
    ],
    ids=range(8),
)
def test_what_happened_to_all_values_alike_is_seen(wrong, hint):
    result = check(lambda x, times=2: wrong(x) if x.ndim == 3 else x)
    assert result.outcome == "wrong"
    assert hint in result.cause


def test_small_results_are_shown_whole():
    found = difference(torch.tensor([[1.0, 2], [3, 4]]), torch.tensor([[1.0, 2], [3, 5]]))
    assert found.found == "[1, 2]\n[3, 4]"
    assert found.expected == "[1, 2]\n[3, 5]"


@pytest.mark.parametrize(
    "other",
    [
        lambda x: x.numpy() * 2,
        lambda x: (x * 2).double(),
        lambda x: (x * 2).tolist(),
        lambda x: list(x * 2),
        lambda x: (x * 2).requires_grad_(),
        lambda x: np.flip(x.numpy()[::-1] * 2, 0),
        lambda x: x.numpy()[::-1][::-1] * 2,
    ],
    ids=["numpy", "float64", "lists", "rows", "gradient", "flipped view", "backwards twice"],
)
def test_what_holds_the_right_numbers_is_right(other):
    assert check(lambda x, times=2: other(x) if times == 2 else x * times).outcome == "right"


def test_a_tensor_that_holds_no_values_is_another_type():
    result = check(lambda x, times=2: x.to("meta"))
    assert rows(result)["found"] == "a float32 tensor of shape (2, 3, 4) on meta"


def test_numbers_within_the_tolerance_are_equal_and_nan_never_is():
    assert difference(torch.tensor([1.0, 1e-7]), torch.tensor([1.0, 0.0])) is None
    assert difference(torch.tensor([1.0, 1e-3]), torch.tensor([1.0, 0.0])) is not None
    assert difference(torch.tensor([float("nan")]), torch.tensor([1.0])) is not None
    assert difference(0.1 + 0.2, 0.3) is None
    assert difference(float("nan"), 0.3) is not None
    assert difference(torch.ones(1000), torch.ones(1000)) is None


# The likely cause, and what else is told


def test_the_mistake_that_fits_most_inputs_is_the_likely_cause():
    always_two = check(lambda x, times=2: 2 * x)
    assert always_two.cause == "It always takes 2."
    assert rows(always_two)["so far"] == "1 of 3 inputs came out right"
    assert check(lambda x, times=2: x + times).cause == "It adds."


def test_the_same_wrong_shape_is_cause_enough():
    assert check(lambda x, times=2: x.flatten() * 7).cause == "It flattens."
    assert check(lambda x, times=2: x - times).cause != "It adds."


def test_an_input_that_was_changed_in_place_is_told():
    def in_place(x, times=2):
        x *= times
        return x

    result = check(in_place)
    assert result.outcome == "wrong"
    assert "changed `x` in place" in result.sentence
    assert check(doubled).outcome == "right", "the next student gets the inputs as they were"


def test_prints_are_kept_out_of_the_page_and_shown_with_the_result(capsys):
    def talks(x, times=2):
        print("shape", tuple(x.shape))
        for step in range(9):
            print("step", step)
        return x * times

    printed = rows(check(talks))["printed"].splitlines()
    assert printed == ["shape (2, 3, 4)", *(f"step {n}" for n in range(5)), "…"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (PICTURE, "do not call it"),
        (12, "12, a whole number (an int)"),
        (lambda: 1, "`doubled()`"),
        (lambda x, y, z, w: 1, "`doubled(x, y, z, w)`"),
    ],
    ids=range(4),
)
def test_what_cannot_be_called_like_this_is_told_before(answer, words):
    result = check(answer)
    assert result.outcome == "wrong"
    assert words in repr(result)
    assert "a function of `x` and `times`" in repr(result)


def test_parameters_may_have_other_names_and_callables_be_of_any_kind():
    class Doubler(nn.Module):
        def forward(self, picture, factor=2):
            return picture * factor

    assert check(lambda picture, n=2: picture * n).outcome == "right"
    assert check(Doubler()).outcome == "right"
    assert check(torch.mul).outcome == "raised"  # a builtin, and without the default


def test_an_error_in_a_module_is_told_at_the_line_of_its_forward():
    class Broken(nn.Module):
        def forward(self, x, times=2):
            return nn.functional.relu(x, 1, 2, 3)

    assert "`return nn.functional.relu(x, 1, 2, 3)`" in rows(check(Broken()))["where"]


class Hostile:
    """Nothing can be done with it."""

    def _refuse(self, *_, **__):
        raise RuntimeError("no")

    __eq__ = __repr__ = __str__ = __len__ = __iter__ = __bool__ = __getattr__ = _refuse
    __hash__ = None


class Wordless(Exception):
    def __str__(self):
        raise RuntimeError("no")


def test_hostile_objects_are_survived():
    endless = []
    endless.append(endless)

    def wordless(x, times=2):
        raise Wordless

    for answer in (Hostile(), endless, {Hostile: 1}, {1, 2}, Hostile):
        for one in (check, number):
            assert one(answer).outcome in ("wrong", "raised")
            repr(one(answer))
        assert check(lambda x, times=2, answer=answer: answer).outcome == "wrong"
    assert check(wordless).sentence == "Wordless"
    assert check(lambda x, times=2: check(Hostile())).outcome == "wrong"


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=5,
)


@settings(max_examples=150)
@given(junk)
def test_whatever_is_handed_in_there_is_an_outcome_and_a_text(value):
    for result in (check(value), number(value), check(lambda x, times=2: value)):
        assert result.outcome in ("wrong", "not attempted") or value == 6
        assert repr(result)
        assert result._repr_html_().count("<div") == result._repr_html_().count("</div>")


# On the page


def test_the_page_says_it_with_sign_word_and_line_and_escapes_what_students_write():
    result = number("<script>alert(1)</script> & `code`")
    page = result._repr_html_()
    assert "<strong>✗ Wrong:</strong>" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    shown = (number(6), number(7), number(...), check(lambda x, times=2: 1 / 0))
    lines = [re.search(r"border-left: \S+ (\w+)", r._repr_html_())[1] for r in shown]
    assert len(set(lines)) == 4, "four kinds of line, whatever the colours"


def test_plain_text_is_wrapped_and_names_no_address():
    result = check(lambda x, times=2: object())
    assert rows(result)["found"] == "an object of type object"
    for line in repr(check(lambda x, times=2: x.mT)).splitlines():
        assert len(line) <= 100


def test_all_outcomes_of_a_process_are_kept_in_order():
    before = len(results)
    number(6), number(7), number(...)
    assert [r.outcome for r in results[before:]] == ["right", "wrong", "not attempted"]


def test_the_checks_load_the_standard_library_only():
    program = (
        "import sys; before = set(sys.modules)\n"
        "from course_lib.exercises.catalogue import lessons\n"
        "assert len(lessons()) >= 5\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) - set(sys.stdlib_module_names) == {"course_lib"}


@pytest.mark.slow
def test_a_notebook_shows_text_and_box_and_counts_lines_in_the_cell():
    cells = [
        "from course_lib.exercises import normal as check",
        "def output_size(n, k, s=1, p=0, d=1):\n    m = n - k\n    return m / (s - 1)\n\n"
        "check.output_size(output_size)",
        "output_size(*_.inputs)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute(cwd=str(ROOT))
    data = notebook.cells[1].outputs[0].data
    assert data["text/plain"].startswith("! Your code raised: ZeroDivisionError: division by zero")
    assert "line 3 of the cell: `return m / (s - 1)`" in data["text/plain"]
    assert "<code>return m / (s - 1)</code>" in data["text/html"]
    assert notebook.cells[2].outputs[0].ename == "ZeroDivisionError"
