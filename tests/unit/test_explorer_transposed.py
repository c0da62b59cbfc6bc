"""The transposed explorer: four views of the numbers that torch computes, and torch's refusals."""

import random
from dataclasses import replace
from itertools import product
from xml.etree import ElementTree

import pytest
import torch
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.numbers import rows_of, small_value, stamp_value
from course_lib.explorers.transposed import matrix as transposed_matrix
from course_lib.explorers.transposed.explorer import (
    MATRIX,
    OVERLAPS,
    STAMPS,
    ZEROS,
    TransposedExplorer,
    TransposedState,
)
from course_lib.explorers.transposed.worked import Upsampled
from course_lib.geometry import TransposedConvolution

SEED = 5
KIB = 1024
READINGS = (STAMPS, ZEROS, MATRIX, OVERLAPS)
# input size, kernel size, stride, padding, output_padding, dilation of the largest files
LARGE = ((6, 5, 3, 4, 0, 1), (6, 1, 3, 0, 1, 3), (6, 5, 3, 0, 2, 3), (4, 5, 4, 1, 0, 2),
         (6, 5, 4, 0, 3, 3))  # fmt: skip
BOUNDS = {
    control.name: (control.low, control.high)
    for control in TransposedExplorer.controls
    if control.name in {"input_size", "kernel_size", "stride", "padding", "output_padding",
                        "dilation"}
}  # fmt: skip


def any_settings(rng):
    return {name: rng.randint(*ends) for name, ends in BOUNDS.items()}


def good_states(number):
    """States of random settings that torch takes, all stamps laid, a random cell chosen."""
    explorer, rng = TransposedExplorer(), random.Random(SEED)
    found = []
    while len(found) < number:
        state = TransposedState(**any_settings(rng))
        if explorer.problem(state):
            continue
        length = state.worked.length
        found.append(replace(state, stamps=state.input_size**2, row=rng.randrange(length),
                             column=rng.randrange(length)))  # fmt: skip
    return found


def tensors(state):
    image = torch.tensor(rows_of(small_value, state.input_size, state.input_size)).float()
    kernel = torch.tensor(rows_of(stamp_value, state.kernel_size, state.kernel_size)).float()
    return image[None, None], kernel[None, None]


def on_torch(state, image=None, kernel=None):
    given = tensors(state)
    image, kernel = given[0] if image is None else image, given[1] if kernel is None else kernel
    return F.conv_transpose2d(
        image, kernel, None, state.stride, state.padding, state.output_padding,
        dilation=state.dilation,
    )[0, 0].int().tolist()  # fmt: skip


def test_stamps_taps_and_matrix_all_give_the_numbers_of_torch():
    for state in good_states(150):
        worked, expected = state.worked, on_torch(state)
        assert worked.outputs == expected, (SEED, state)
        kept = slice(state.padding, state.padding + worked.length)
        stamped = [[value or 0 for value in row[kept]] for row in worked.canvas[kept]]
        assert stamped == expected, (SEED, state)
        tapped = sum(small_value(*tap.input) * stamp_value(*tap.weight) for tap in worked.taps)
        assert tapped == expected[state.row][state.column], (SEED, state)
        inputs = [small_value(i, c) for i, _ in worked.rows_read for c in range(worked.size)]
        for weights, value in zip(
            transposed_matrix.matrix(worked), expected[state.row], strict=True
        ):
            summed = sum((w or 0) * x for w, x in zip(weights, inputs, strict=True))
            assert summed == value, (SEED, state)


def test_the_zeros_put_in_are_slid_over_as_the_picture_shows_them():
    for state in good_states(100):
        worked, kernel = state.worked, tensors(state)[1]
        spread = torch.tensor(
            [
                [0 if None in (r, c) else small_value(r, c) for c in worked.spread]
                for r in worked.spread
            ]
        ).float()
        slid = F.conv2d(spread[None, None], kernel.flip(2, 3), dilation=state.dilation)
        assert slid[0, 0].int().tolist() == worked.outputs, (SEED, state)


def test_the_lines_shown_with_the_zeros_run_and_agree():
    explorer = TransposedExplorer()
    for state in good_states(60):
        x, w = tensors(state)
        code = explorer.render(replace(state, reading=ZEROS)).code.splitlines()
        names = {"x": x, "w": w, "F": F, "nn": torch.nn}
        exec("\n".join(code[:-1]), names)
        layer = eval(code[0], names)
        with torch.no_grad():
            layer.weight.copy_(w)
        assert torch.equal(eval(code[-1], names), layer(x)), (SEED, state)


def test_overlap_counts_are_the_transposed_convolution_of_ones():
    explorer = TransposedExplorer()
    for state in good_states(100):
        ones = (torch.ones_like(tensor) for tensor in tensors(state))
        assert state.worked.overlaps == on_torch(state, *ones), (SEED, state)
        line = explorer.render(replace(state, reading=OVERLAPS)).code.splitlines()[-1]
        counted = eval(line, {"F": F, "torch": torch})
        assert counted[0, 0].int().tolist() == state.worked.overlaps, (SEED, line)


def test_a_flat_input_becomes_the_period_that_is_drawn():
    for state in good_states(60):
        large = replace(state, input_size=24, padding=0, output_padding=0)
        seen = on_torch(large, image=torch.ones(1, 1, 24, 24))
        first, stride = 12 * state.stride, state.stride  # a multiple of the stride, far inside
        period = [row[first : first + stride] for row in seen[first : first + stride]]
        assert replace(state, padding=0, output_padding=0).worked.from_flat == period, (SEED, state)


@pytest.mark.parametrize(
    ("kernel_size", "stride", "profile", "ratio"),
    [(2, 2, [1, 1], 1), (3, 2, [1, 2], 4), (4, 2, [2, 2], 1), (5, 2, [2, 3], 2.25),
     (5, 3, [1, 2, 2], 4), (6, 3, [2, 2, 2], 1)],
)  # fmt: skip
def test_known_profiles_and_ratios(kernel_size, stride, profile, ratio):
    worked = Upsampled(TransposedConvolution(1, 1, kernel_size, stride), 6, (0, 0), 1)
    assert sorted(worked.profile) == profile
    assert worked.ratio == ratio


@pytest.mark.parametrize(
    ("settings", "sizes", "percent"),
    [({"input_size": 5, "stride": 1}, (5, 7), 49),
     ({"input_size": 5, "stride": 2, "padding": 1}, (5, 9), 77)],
)  # fmt: skip
def test_half_and_three_quarters_of_the_multiplications_meet_a_zero(settings, sizes, percent):
    explorer = TransposedExplorer(reading=ZEROS, **settings)
    worked = explorer.start().worked
    assert (worked.size, worked.length) == sizes
    spread = torch.tensor([float(place is not None) for place in worked.spread])
    windows = torch.outer(spread, spread).unfold(0, 3, 1).unfold(1, 3, 1)
    assert worked.wasted == int((windows == 0).sum())
    assert worked.multiplications == windows.numel()
    assert f"({percent} %) meet a zero" in explorer.render(explorer.start()).status[0]


def test_what_torch_refuses_is_refused_in_its_words():
    explorer, rng = TransposedExplorer(), random.Random(SEED)
    refused = 0
    for _ in range(600):
        state = TransposedState(**any_settings(rng))
        try:
            on_torch(state)
            said = None
        except RuntimeError as error:
            said = str(error).split(";")[0]
        problem = explorer.problem(state)
        assert (problem is None) == (said is None), (SEED, state, said)
        if said:
            refused += 1
            words = said.split(". ")[0].split(", but got")[0].removesuffix(".")
            assert words.split(" (")[0] in problem, (SEED, state, said)
    assert refused > 100


def test_output_padding_chooses_among_the_sizes_that_a_strided_convolution_makes_alike():
    explorer = TransposedExplorer()
    for state in good_states(60):
        base = state.worked.length - state.output_padding
        if base < 1:
            continue
        back = []
        for extra in range(max(state.stride, state.dilation)):
            image = torch.ones(1, 1, base + extra, base + extra)
            kernel = torch.ones(1, 1, state.kernel_size, state.kernel_size)
            back.append(F.conv2d(image, kernel, None, state.stride, state.padding,
                                 state.dilation).shape[-1])  # fmt: skip
        assert [size == state.input_size for size in back] == [
            extra < state.stride for extra in range(len(back))
        ], (SEED, state)
        beyond = f"From {state.stride} on, the other way gives more than {state.input_size}."
        status = "\n".join(explorer.render(state).status)
        assert (beyond in status) == (len(back) > state.stride)


@pytest.mark.parametrize(("settings", "sizes", "said"), [
    ({"stride": 3}, [9, 10, 11], "makes 3 of 9, 10 or 11; output_padding says"),
    ({"stride": 1}, [5], "makes 3 of 5 alone. It may only be 0"),
    ({"kernel_size": 2, "stride": 4, "padding": 3, "output_padding": 1, "input_size": 2},
     [1, 2, 3], "makes 2 of 1, 2 or 3; output_padding says"),
    ({"kernel_size": 1, "padding": 2, "output_padding": 2, "dilation": 3, "input_size": 2},
     [], "no input gives 2."),
])  # fmt: skip
def test_only_sizes_that_there_are_come_back(settings, sizes, said):
    state = TransposedState(row=0, column=0, stamps=1, **settings)
    kernel = torch.ones(1, 1, state.kernel_size, state.kernel_size)
    layer = (None, state.stride, state.padding, state.dilation)
    smallest = max(1, state.dilation * (state.kernel_size - 1) + 1 - 2 * state.padding)
    made = {
        size: F.conv2d(torch.ones(1, 1, size, size), kernel, *layer).shape[-1]
        for size in range(smallest, 15)
    }
    assert [size for size in made if made[size] == state.input_size] == sizes
    assert said in TransposedExplorer().render(state).status[-1]


def test_the_receptive_field_that_is_named_is_what_the_gradient_reaches():
    explorer = TransposedExplorer()
    for state in good_states(80):
        image, kernel = tensors(state)
        image.requires_grad_()
        out = F.conv_transpose2d(image, kernel, None, state.stride, state.padding,
                                 state.output_padding, dilation=state.dilation)  # fmt: skip
        out[0, 0, state.row, state.column].backward()
        rows, columns = (image.grad[0, 0].any(axis).nonzero().flatten() for axis in (1, 0))
        status = "\n".join(explorer.render(state).status)
        if not len(rows):
            assert "receptive field" not in status, (SEED, state)
            continue
        high, wide = (int(reached[-1] - reached[0]) + 1 for reached in (rows, columns))
        place = f"out[{state.row},{state.column}]"
        assert f"receptive field of {place}: {high}x{wide} of the input" in status, (SEED, state)
        jump = f"1/{state.stride}" if state.stride > 1 else "1"
        assert f"along an axis; jump {jump}" in status


def test_a_dead_strip_is_there_only_where_output_padding_is_more_than_padding():
    explorer = TransposedExplorer()
    for padding, extra in product(range(3), repeat=2):
        state = explorer._settled(
            TransposedState(stride=3, padding=padding, output_padding=extra, input_size=4)
        )
        dead = [row for row in on_torch(state)[::-1] if not any(row)]
        assert state.worked.dead == len(dead) == max(0, extra - padding)
        drawing = explorer.render(state)
        assert ("lie beyond every stamp" in "\n".join(drawing.status)) == bool(dead)
        assert ("Crossed: beyond the last stamp" in drawing.svg()) == bool(dead)


def test_it_opens_halfway_through_the_stamps_with_the_sum_written_out():
    explorer = TransposedExplorer()
    drawing = explorer.render(explorer.start())
    value = on_torch(explorer.start())[2][2]
    assert (
        "out[2,2] = in[0,0]·w[2,2] + in[0,1]·w[2,0] + in[1,0]·w[0,2] + in[1,1]·w[0,0]\n"
        f"         = 3·4 + 3·2 + 1·1 + 2·1 = {value}"
    ) in drawing.status
    assert "size = (3 − 1)·2 − 2·0 + 1·(3 − 1) + 0 + 1 = 7" in drawing.status
    assert "Output 7x7 after 5 of 9 stamps" in drawing.svg()
    assert drawing.code == "nn.ConvTranspose2d(1, 1, kernel_size=3, stride=2, bias=False)"


def test_a_cell_that_waits_for_stamps_says_how_many_it_has():
    explorer = TransposedExplorer(stamps=3, padding=1, row=1, column=1)
    drawing = explorer.render(explorer.start())
    assert "with 2 of its 4 stamps so far" in drawing.svg()
    assert "at rows −1 to 1, columns 3 to 5 of the output; what lies outside" in drawing.status[0]
    complete = explorer.update(explorer.start(), Change("stamps", 9))
    assert "so far" not in explorer.render(complete).svg()


def test_equal_counts_are_not_called_an_even_picture():
    explorer = TransposedExplorer(reading=OVERLAPS, kernel_size=4, padding=1)
    drawing = explorer.render(explorer.start())
    assert "Equal counts do not make an even picture" in drawing.status[0]
    assert "not flat: the weights differ" in drawing.svg()
    uneven = explorer.render(explorer.update(explorer.start(), Change("kernel_size", 3)))
    assert "max : min = 4 : 1. That is the checkerboard." in uneven.status[0]
    gaps = explorer.render(explorer.update(explorer.start(), Change("kernel_size", 1)))
    assert "some outputs get no stamp at all" in gaps.status[0]


def test_nine_inputs_at_most_feed_an_output_of_the_question():
    ones = F.conv_transpose2d(torch.ones(1, 1, 9, 9), torch.ones(1, 1, 5, 5), stride=2)
    explorer = TransposedExplorer()
    assert explorer.question.expected() == int(ones.max()) == 9
    state = explorer.update(explorer.update(explorer.start(), Change("answer", 25)),
                            Press("reveal"))  # fmt: skip
    assert explorer.render(state).reply.startswith("You said 25; it is 9.")


def test_play_lays_stamp_after_stamp_and_elsewhere_goes_from_cell_to_cell():
    explorer = TransposedExplorer(stamps=8)
    state, laid = explorer.start(), []
    for _ in range(3):
        laid.append(state.stamps)
        state = explorer.update(state, Press("step"))
    assert laid == [8, 9, 1]
    state = TransposedExplorer(reading=ZEROS, row=2, column=6).start()
    cells = []
    for _ in range(3):
        cells.append((state.row, state.column))
        state = explorer.update(state, Press("step"))
    assert cells == [(2, 6), (3, 0), (3, 1)]
    last = TransposedExplorer(reading=ZEROS, row=6, column=6)
    again = last.update(last.start(), Press("step"))
    assert (again.row, again.column) == (0, 0)
    wrong = explorer.update(state, Change("stride", 0))
    assert explorer.update(wrong, Press("step")).row == wrong.row


def test_a_cell_and_stamps_that_are_gone_move_inside_and_say_so():
    explorer = TransposedExplorer(row=6, column=6, stamps=9)
    moved = explorer.update(explorer.start(), Change("input_size", 2))
    assert (moved.row, moved.column, moved.stamps) == (4, 4, 4)
    note = explorer.render(moved).status[0]
    assert "moved to (4, 4): there are 5x5 now" in note
    assert "4 stamps are laid" in note


def test_wrong_settings_keep_the_last_good_picture():
    explorer = TransposedExplorer()
    wrong = explorer.update(explorer.start(), Change("output_padding", 2))
    drawing = explorer.render(wrong)
    assert "output padding must be smaller than either stride or dilation" in drawing.problem
    assert "at most 1 in height" in drawing.problem
    assert 'opacity="0.3"' in drawing.svg()
    assert explorer.update(wrong, Change("output_padding", 0)) == explorer.start()


@pytest.mark.parametrize("reading", READINGS)
def test_the_largest_pictures_stay_small_files(reading):
    explorer = TransposedExplorer()
    names = tuple(BOUNDS)
    for values in LARGE:
        settings = dict(zip(names, values, strict=True))
        middle, stamps = TransposedState(**settings).worked.length // 2, settings["input_size"] ** 2
        state = TransposedState(
            reading=reading, row=middle, column=middle, stamps=stamps, **settings
        )
        svg = explorer.render(state).svg()
        ElementTree.fromstring(svg)
        assert len(svg.encode()) <= 60 * KIB, values


@pytest.mark.parametrize("reading", READINGS)
def test_titles_and_captions_end_inside_the_picture(reading):
    explorer = TransposedExplorer()
    for state in good_states(40):
        picture = explorer.render(replace(state, reading=reading)).picture
        svg = ElementTree.fromstring(picture.svg("seen"))
        for text in svg.iter("{http://www.w3.org/2000/svg}text"):
            if text.get("text-anchor") or not text.get("font-size"):
                continue
            wide = 0.5 * float(text.get("font-size")) * len(text.text)
            assert float(text.get("x")) + wide <= picture.width, (SEED, state, text.text)


@pytest.mark.slow
def test_every_setting_is_drawn_in_every_reading_within_the_budget():
    explorer = TransposedExplorer()
    largest = dict.fromkeys(READINGS, 0)
    for values in product(*(range(low, high + 1) for low, high in BOUNDS.values())):
        state = TransposedState(**dict(zip(BOUNDS, values, strict=True)))
        if explorer.problem(state):
            continue
        middle = state.worked.length // 2
        for reading in READINGS:
            shown = replace(state, reading=reading, row=middle, column=middle,
                            stamps=state.input_size**2)  # fmt: skip
            size = len(explorer.render(shown).svg().encode())
            largest[reading] = max(largest[reading], size)
    print(largest)
    assert max(largest.values()) <= 60 * KIB
