"""The convolution explorer shows what torch computes, and says what is wrong when it cannot."""

import random

import pytest
import torch
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.convolution.explorer import ConvolutionExplorer
from course_lib.explorers.convolution.worked import Worked
from course_lib.explorers.numbers import input_value, kernel_value, rows_of
from course_lib.geometry import Convolution, explain

SEED = 20


def settings(rng: random.Random) -> tuple[Convolution, tuple[int, int]]:
    pair = lambda low, high: (rng.randint(low, high), rng.randint(low, high))  # noqa: E731
    layer = Convolution(1, 1, pair(1, 5), pair(1, 4), pair(0, 3), pair(1, 3), bias=False)
    return layer, pair(1, 12)


def on_torch(layer: Convolution, size: tuple[int, int]) -> torch.Tensor:
    image = torch.tensor(rows_of(input_value, *size)).float()[None, None]
    kernel = torch.tensor(rows_of(kernel_value, *layer.kernel_size)).float()[None, None]
    return F.conv2d(image, kernel, None, layer.stride, layer.padding, layer.dilation)[0, 0]


def test_all_numbers_are_those_of_torch():
    rng = random.Random(SEED)
    drawn = 0
    while drawn < 200:
        layer, size = settings(rng)
        if explain(layer, size):
            continue
        drawn += 1
        expected = on_torch(layer, size)
        worked = Worked(layer, size, (expected.shape[0] - 1, 0))
        assert worked.outputs == expected.int().tolist(), (SEED, layer, size)
        assert worked.value == expected[-1, 0], (SEED, layer, size)


def test_crossed_cells_are_those_without_a_gradient():
    rng = random.Random(SEED)
    crossed = 0
    while crossed < 40:
        layer, size = settings(rng)
        if explain(layer, size):
            continue
        image = torch.ones(1, 1, *size, requires_grad=True)
        kernel = torch.ones(1, 1, *layer.kernel_size)
        F.conv2d(image, kernel, None, layer.stride, layer.padding, layer.dilation).sum().backward()
        unread = {tuple(cell) for cell in (image.grad[0, 0] == 0).nonzero().tolist()}
        assert Worked(layer, size, (0, 0)).unread == unread, (SEED, layer, size)
        crossed += bool(unread)


def test_it_opens_on_the_lectures_example_with_the_right_output():
    explorer = ConvolutionExplorer()
    drawing = explorer.render(explorer.start())
    assert Worked(explorer.start().layer, (5, 5), (1, 1)).outputs == [
        [1, 5, 6], [7, 8, 3], [3, 10, 4],
    ]  # fmt: skip
    assert "out[1,1] = 1·2 + 3·0 + 0·1 + 3·1 + 0·0 + 1·0 + 3·0 + 2·1 + 1·1 = 8" in drawing.status
    assert "size = ⌊(5 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3" in drawing.status
    assert drawing.code == "nn.Conv2d(1, 1, kernel_size=3, stride=2, padding=1, bias=False)"


def test_44_of_144_outputs_read_the_padding():
    ones = torch.ones(1, 1, 12, 12)
    seen = F.conv2d(ones, torch.ones(1, 1, 3, 3), padding=1)
    assert ConvolutionExplorer.question.expected() == int((seen < 9).sum()) == 44


def test_a_prediction_is_answered_only_once_it_is_made():
    explorer = ConvolutionExplorer()
    pressed = explorer.update(explorer.start(), Press("reveal"))
    assert not pressed.revealed
    assert "First your own answer" in explorer.render(pressed).reply
    wrong = explorer.update(explorer.update(pressed, Change("answer", 48)), Press("reveal"))
    assert explorer.render(wrong).reply.startswith("You said 48; it is 44.")
    right = explorer.update(wrong, Change("answer", 44))
    assert explorer.render(right).reply.startswith("Right: 44.")


def test_wrong_settings_keep_the_last_good_picture_and_say_what_to_do():
    explorer = ConvolutionExplorer(input_size=4, padding=0, stride=1, row=0)
    good = explorer.start()
    wrong = explorer.update(good, Change("kernel_size", 5))
    worse = explorer.update(wrong, Change("kernel_size", 6))
    drawing = explorer.render(worse)
    assert "Kernel size can't be greater than actual input size" in drawing.problem
    assert 'opacity="0.3"' in drawing.svg()
    assert "Kernel 3x3" in drawing.svg()
    assert explorer.update(worse, Change("kernel_size", 3)) == good


def test_a_chosen_cell_that_is_gone_moves_inside_and_says_so():
    explorer = ConvolutionExplorer(input_size=8, stride=1, row=7, column=7)
    moved = explorer.update(explorer.start(), Change("stride", 3))
    assert (moved.row, moved.column) == (2, 2)
    assert "moved to (2, 2): there are 3x3 cells now" in explorer.render(moved).status[0]


def test_play_steps_through_every_output_and_begins_again():
    explorer = ConvolutionExplorer(row=0, column=0)
    state, seen = explorer.start(), []
    for _ in range(10):
        seen.append((state.row, state.column))
        state = explorer.update(state, Press("step"))
    assert seen == [(r, c) for r in range(3) for c in range(3)] + [(0, 0)]


def test_outputs_can_be_left_to_work_out():
    explorer = ConvolutionExplorer(row=0, column=0, all_outputs=False)
    drawing = explorer.render(explorer.start())
    assert drawing.svg().count(">?<") == 8
    shown = explorer.update(explorer.start(), Change("all_outputs", True))
    assert explorer.render(shown).svg().count(">?<") == 0


def test_an_input_cell_shows_all_outputs_that_it_feeds():
    explorer = ConvolutionExplorer(look="an input cell", row=1, column=1)
    assert "feeds 4 output cells" in explorer.render(explorer.start()).summary


def test_an_unknown_setting_or_control_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no setting kernel; there are: all_outputs, column"):
        ConvolutionExplorer(kernel=3)
    explorer = ConvolutionExplorer()
    with pytest.raises(ValueError, match="no control 'colour'; there are: input_size"):
        explorer.update(explorer.start(), Change("colour", 1))
