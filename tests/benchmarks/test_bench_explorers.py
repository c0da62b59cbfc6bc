"""`bench explorers` in a real kernel: what a change costs, and the budgets that must hold."""

import pytest

from course_lib.bench import every_explorer
from course_lib.bench.command import run, table
from course_lib.bench.explorers import Measured, measure_baseline, measure_explorer
from course_lib.bench.kernel import Answer, running_kernel

pytestmark = pytest.mark.slow

CHANGES = 20
SEED = 1


@pytest.fixture(scope="module")
def kernel():
    with running_kernel() as kernel:
        yield kernel


@pytest.mark.parametrize("name", every_explorer())
def test_a_change_is_answered_in_one_small_message_and_soon(kernel, name):
    measured = measure_explorer(kernel, name, CHANGES, SEED)
    print(table([measured, measured]))
    assert measured.view_messages == 1
    assert measured.most_kib <= 64
    assert measured.p95 < 1000, "generous: other programs may be running"


def test_the_same_cells_take_pyplot_far_longer(kernel):
    slow = measure_baseline(kernel, 5)
    fast = measure_explorer(
        kernel, "convolution", CHANGES, SEED, "input_size=12, stride=1", ("row", "column")
    )
    print(table([slow, fast]))
    assert slow.most_kib > 10, "it sends a picture back"
    assert slow.middle > 8 * fast.middle, "20 times and more where nothing else runs"


def test_the_kernel_is_asked_about_what_it_did(kernel):
    kernel.run("x = 2")
    assert kernel.value("[x, 'ä']") == [2, "ä"]
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        kernel.run("x / 0")
    with pytest.raises(RuntimeError, match="y: NameError"):
        kernel.value("y")


def test_the_messages_of_a_change_are_counted_and_weighed(kernel):
    kernel.run(
        "import ipywidgets as W\n"
        "slider, picture = W.IntSlider(), W.HTML()\n"
        "def draw(change):\n"
        "    picture.value = 'x' * 2048\n"
        "    picture.value = 'y' * 2048\n"
        "slider.observe(draw, 'value')"
    )
    comm, picture = kernel.value("[slider.model_id, picture.model_id]")
    data = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
    answer = kernel.change(comm, data)
    assert kernel.value("slider.value") == 7
    assert answer.messages[picture] == 2
    assert 4096 < answer.size < 6000


def test_the_table_compares_with_its_first_line():
    def line(name, milliseconds, messages):
        return Measured(name, [Answer(ms / 1000, 2048, {}) for ms in milliseconds], messages)

    lines = table([line("slow", [400] * 9, 0), line("quick", [10] * 8 + [100], 1)]).splitlines()
    assert lines[0].split() == ["p50", "ms", "p95", "ms", "KiB", "most", "KiB", "view", "messages",
                                "faster"]  # fmt: skip
    assert lines[1].split() == ["slow", "400.0", "400.0", "2.0", "2.0", "–", "–"]
    assert lines[2].split()[:2] == ["quick", "10.0"]
    assert lines[2].split()[-1] == "40x"
    assert len({len(line) for line in lines}) == 1


def test_too_few_changes_are_refused():
    with pytest.raises(ValueError, match="--changes is at least 2, got 1"):
        run(type("Options", (), {"changes": 1, "seed": 0})())
