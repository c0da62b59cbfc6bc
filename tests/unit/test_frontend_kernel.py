"""A view in a real kernel: what comes back over the wire."""

import pytest

from course_lib.bench.kernel import running_kernel

pytestmark = pytest.mark.slow

OPEN = """
from random import Random
from course_lib.explorers.convolution.explorer import ConvolutionExplorer
from course_lib.frontends.jupyter import explore
from course_lib.frontends.learner import handles
view = explore(ConvolutionExplorer())
"""


@pytest.fixture(scope="module")
def kernel():
    with running_kernel() as kernel:
        yield kernel


@pytest.fixture(autouse=True)
def _opened(kernel):
    kernel.run(OPEN)


def test_a_refused_setting_is_one_sentence_in_the_notebook(kernel):
    with pytest.raises(RuntimeError) as refusal:
        kernel.run("view.set(stride=99)")
    assert str(refusal.value) == "stride: a whole number from 0 to 4, got 99."


def test_what_a_browser_sends_does_what_the_same_move_does_in_python(kernel):
    """The bench sends these messages; the unit tests make these moves."""
    count = kernel.value("len(handles(view, Random(0)))")
    assert count >= 10
    for number in range(count):
        kernel.run(OPEN)
        chosen = f"each = handles(view, Random(0))[{number}]\n"
        chosen += "value = each.values[-1] if each.values else None\n"
        kernel.run(chosen)
        picture, message = kernel.value("[view.picture.model_id, each.message(value)]")
        answer = kernel.change(*message)
        sent = kernel.value("repr(view.state)")
        kernel.run(OPEN + chosen + "each.move(value)")
        assert sent == kernel.value("repr(view.state)")
        assert sent != kernel.value("repr(view.explorer.start())")
        assert answer.messages[picture] <= 1


def test_bounds_and_value_of_an_index_travel_in_one_message(kernel):
    kernel.run("view.set(input_size=12, stride=1, row=11)")
    size, row = kernel.value("[view.fields[name].root.model_id for name in ('input_size', 'row')]")
    data = {"method": "update", "state": {"value": 3}, "buffer_paths": []}
    answer = kernel.change(size, data)
    assert answer.messages[row] == 1
    assert kernel.value("[view.fields['row'].root.max, view.fields['row'].root.value]") == [2, 2]
