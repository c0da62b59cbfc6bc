"""The pixel-shuffle explorer moves numbers as torch does, and as TensorFlow's pages show it."""

import random
from collections import Counter
from dataclasses import replace
from itertools import product
from xml.etree import ElementTree

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.pixel_shuffle import PixelShuffleExplorer
from course_lib.explorers.pixel_shuffle.explorer import (
    LARGEST,
    SHUFFLE,
    UNSHUFFLE,
    PixelShuffleState,
)
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Wires
from course_lib.pictures.palette import FOCUS, INK

SEED = 6
KIB = 1024
BOUNDS = {
    control.name: (control.low, control.high)
    for control in PixelShuffleExplorer.controls
    if control.name in {"factor", "channels", "height", "width"}
}


def any_state(rng):
    return PixelShuffleState(
        direction=rng.choice([SHUFFLE, UNSHUFFLE]),
        places_first=rng.random() < 0.5,
        **{name: rng.randint(*ends) for name, ends in BOUNDS.items()},
    )


def coloured_state(rng):
    """Small maps with several channels: among any settings these are rare."""
    r, unshuffles = rng.randint(2, 3), rng.random() < 0.5
    height, width = (rng.randint(1, 3) * (r if unshuffles else 1) for _ in range(2))
    return PixelShuffleState(
        direction=UNSHUFFLE if unshuffles else SHUFFLE, factor=r, channels=rng.randint(2, 3),
        height=height, width=width, places_first=rng.random() < 0.7,
    )  # fmt: skip


def good_states(number, most=LARGEST):
    """Random settings that can be drawn, with so many numbers at most, and a random output cell."""
    explorer, rng, found = PixelShuffleExplorer(), random.Random(SEED), []
    while len(found) < number:
        state = any_state(rng) if rng.random() < 0.5 else coloured_state(rng)
        if explorer.problem(state) or torch.Size(state.moved.input_shape).numel() > most:
            continue
        channel, row, column = (rng.randrange(n) for n in state.moved.output_shape)
        found.append(replace(state, channel=channel, row=row, column=column))
    return found


def by_torch(state):
    """The output that the shown lines give, (C, H, W)."""
    first, last = PixelShuffleExplorer().code(state).splitlines()
    names = {"torch": torch, "nn": nn}
    exec(first, names)
    return eval(last, names)[0]


def sides(state):
    """The grids of the input and those of the output, one a channel."""
    marks = PixelShuffleExplorer().render(state).picture.marks
    grids = [mark for mark in marks if isinstance(mark, Grid)]
    inputs = state.moved.input_shape[0]
    assert len(grids) == inputs + state.moved.output_shape[0]
    return grids[:inputs], grids[inputs:]


def test_the_numbers_drawn_are_those_that_torch_makes_with_the_lines_shown():
    for state in good_states(60, most=200):
        inputs, outputs = ([grid.values for grid in side] for side in sides(state))
        assert torch.tensor(inputs).flatten().tolist() == [*range(torch.tensor(inputs).numel())]
        expected = by_torch(state)
        assert outputs == expected.tolist(), (SEED, state)
        channel, row, column = state.moved.cell
        assert state.moved.value(state.moved.cell) == expected[channel, row, column]


def test_in_pytorchs_order_it_is_nothing_but_the_layer():
    for state in good_states(60):
        if state.places_first:
            continue
        x = torch.arange(torch.Size(state.moved.input_shape).numel()).reshape(
            1, *state.moved.input_shape
        )
        change = F.pixel_unshuffle if state.unshuffles else F.pixel_shuffle
        expected = change(x, state.factor)[0]
        assert torch.equal(by_torch(state), expected), (SEED, state)
        assert tuple(expected.shape) == state.moved.output_shape


def test_the_other_order_is_that_of_the_examples_on_tensorflows_pages():
    """tf.nn.depth_to_space: 1, …, 12 as channels of one pixel; a row a pixel, channels last."""
    printed = [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]
    one_pixel = PixelShuffleState(channels=3, height=1, width=1, places_first=True)
    assert (by_torch(one_pixel).permute(1, 2, 0) + 1).tolist() == printed
    moved = one_pixel.moved
    assert [
        [[moved.value((channel, y, x)) + 1 for channel in range(3)] for x in range(2)]
        for y in range(2)
    ] == printed
    back = PixelShuffleState(
        direction=UNSHUFFLE, channels=3, height=2, width=2, places_first=True
    ).moved  # tf.nn.space_to_depth makes 1, …, 12 of these again
    numbers = {number: printed[y][x][c] for number, (c, y, x) in
               enumerate(product(range(3), range(2), range(2)))}  # fmt: skip
    assert [numbers[back.value((channel, 0, 0))] for channel in range(12)] == [*range(1, 13)]


def test_what_lies_elsewhere_than_in_pytorchs_order_is_marked_and_counted():
    seen = Counter()
    for state in good_states(60):
        differs = (by_torch(state) != by_torch(replace(state, places_first=False))).nonzero()
        cells = {tuple(cell) for cell in differs.tolist()}
        assert state.moved.misplaced == cells, (SEED, state)
        drawing = PixelShuffleExplorer().render(state)
        (strokes,) = (mark for mark in drawing.picture.marks if isinstance(mark, Wires))
        assert len(strokes.ends) == len(cells)
        assert (f"{len(cells)} pixels differ" in drawing.summary) == bool(cells)
        if state.places_first and min(state.channels, state.factor) == 1:
            assert not cells, "with one channel, or no enlargement, the orders agree"
            assert "both orders are the same" in drawing.status[-1]
        seen[bool(cells)] += 1
    assert min(seen.values()) > 10


def colours(grid):
    return [list(row) for row in grid.fills]


def test_a_block_is_a_miniature_of_how_the_small_maps_are_laid_out():
    for state in good_states(80):
        r, moved = state.factor, state.moved
        small, large = sides(state)[:: -1 if state.unshuffles else 1]
        tiles = [{colour for row in colours(grid) for colour in row} for grid in small]
        assert all(len(colour) == 1 for colour in tiles), "a small map has one colour"
        corners = [(grid.y, grid.x) for grid in small]
        assert len({y for y, _ in corners}) == r * state.channels, "r rows for each large map"
        assert corners == sorted(corners), "row by row, as the places of a block are counted"
        if state.places_first:
            continue
        for channel, grid in enumerate(large):
            layout = [tiles[channel * r * r + place] for place in range(r * r)]
            assert len(set(map(frozenset, layout))) == r * r
            top, left = (n // r // 2 * r for n in moved.large_shape[1:])
            fills = colours(grid)
            block = [{fills[top + down][left + across]} for down, across in
                     product(range(r), repeat=2)]  # fmt: skip
            assert block == layout, (SEED, state)


def test_the_chosen_number_and_its_block_are_outlined_on_both_sides():
    for state in good_states(60):
        moved = state.moved
        found, numbers = [], []
        for side, source in zip(sides(state), (tuple, moved.source), strict=True):
            framed = [(channel, *cell, colour) for channel, grid in enumerate(side)
                      for cell, colour in grid.outlined.items()]  # fmt: skip
            assert len(framed) == moved.block
            assert Counter(colour for *_, colour in framed)[INK] == moved.block - 1
            found.append([tuple(cell) for *cell, colour in framed if colour == FOCUS])
            numbers.append({moved.number(source(tuple(cell))) for *cell, _ in framed})
        assert found == [[moved.source(moved.cell)], [moved.cell]], (SEED, state)
        assert numbers[0] == numbers[1], "the same numbers, before and after"


def test_the_formula_in_the_status_comes_out():
    for state in good_states(80):
        _, where, found, *_ = PixelShuffleExplorer().render(state).status
        sums, index = where.rsplit("channel ", 1)[1].split(" = ")
        assert eval(sums.replace("·", "*")) == int(index), (SEED, state)
        assert int(index) == state.moved.chosen_small[0]
        cell, value = found.removeprefix("out").split(" = ")[0], found.split(" = ")[-1]
        assert by_torch(state)[tuple(eval(cell))] == int(value)


def test_what_torch_refuses_is_refused_in_its_words():
    explorer, rng, refused = PixelShuffleExplorer(), random.Random(SEED), 0
    for _ in range(400):
        state = any_state(rng)
        x = torch.zeros(1, *state.moved.input_shape)
        try:
            (F.pixel_unshuffle if state.unshuffles else F.pixel_shuffle)(x, state.factor)
        except RuntimeError as error:
            refused += 1
            words = str(error).split(", but")[0]
            assert words in explorer.problem(state), (SEED, state)
        else:
            problem = explorer.problem(state)
            assert problem is None or (x.numel() > LARGEST and f"up to {LARGEST}" in problem)
    assert refused > 80


def test_wrong_settings_leave_the_last_good_picture():
    explorer = PixelShuffleExplorer()
    good = explorer.start()
    wrong = explorer.update(good, Change("factor", 0))
    drawing = explorer.render(wrong)
    assert "positive upscale_factor" in drawing.problem
    assert drawing.picture.width == explorer.render(good).picture.width


def test_turned_round_it_is_the_same_pair_of_maps_and_the_same_chosen_pair():
    explorer = PixelShuffleExplorer()
    for state in good_states(60):
        moved = state.moved
        other = UNSHUFFLE if state.direction == SHUFFLE else SHUFFLE
        turned = explorer.update(state, Change("direction", other))
        assert explorer.problem(turned) is None, (SEED, state)
        if max(moved.output_shape[1:]) <= BOUNDS["height"][1]:
            assert turned.moved.input_shape == moved.output_shape
            assert turned.moved.cell == moved.source(moved.cell)
            assert turned.moved.source(turned.moved.cell) == moved.cell
            assert turned.note == ""


def test_a_chosen_pixel_that_is_gone_moves_inside_and_says_so():
    explorer = PixelShuffleExplorer(channel=1, row=3, column=5)
    state = explorer.update(explorer.start(), Change("width", 1))
    assert (state.channel, state.row, state.column) == (1, 3, 1)
    assert "(1, 3, 1)" in explorer.render(state).status[0]
    assert explorer.render(state).limits == {"channel": (0, 1), "row": (0, 3), "column": (0, 1)}


def test_play_comes_by_every_pixel_once_and_then_begins_anew():
    for state in (PixelShuffleState(), PixelShuffleState(direction=UNSHUFFLE, height=4, width=2)):
        explorer = PixelShuffleExplorer()
        state = explorer.update(state, Change("channels", 2))
        first, seen = state.moved.cell, []
        for _ in range(state.moved.output_shape[0] * 4 * 3 * 8):
            seen.append(state.moved.cell)
            state = explorer.update(state, Press("step"))
            if state.moved.cell == first:
                break
        assert sorted(seen) == [*state.moved.outputs()]
        assert len(set(seen)) == len(seen)


def test_the_questions_expect_what_torch_does():
    explorer = PixelShuffleExplorer()
    x = torch.arange(24).reshape(1, 4, 2, 3)
    one, other = F.pixel_shuffle(x, 2)[0, 0, 0, :2].tolist()
    apart = other - one  # numbers of one channel are 1 or 3 apart, those of neighbours 6
    assert apart == 6
    assert explorer.question.expected() == "at the same place, in two channels"
    assert explorer.question.expected() in explorer.question.answer_control.options
    back = PixelShuffleExplorer(direction=UNSHUFFLE, height=4, width=6)
    assert back.question.expected() == nn.PixelUnshuffle(4)(torch.zeros(1, 3, 32, 48)).shape[1]


def test_every_picture_is_whole_and_small_enough_to_be_sent():
    explorer, largest = PixelShuffleExplorer(), 0
    full = [
        PixelShuffleState(factor=3, channels=1, height=6, width=9),
        PixelShuffleState(factor=3, channels=1, height=5, width=6),  # 270 numbers, all written
        PixelShuffleState(factor=3, channels=3, height=3, width=6, places_first=True),
        PixelShuffleState(factor=2, channels=3, height=5, width=8, places_first=True),
        PixelShuffleState(direction=UNSHUFFLE, channels=3, height=8, width=8, places_first=True),
    ]
    assert [state for state in full if explorer.problem(state)] == []
    for state in [*full, *good_states(60)]:
        drawing = explorer.render(explorer.update(state, Change("column", 0)))
        svg = drawing.svg()
        root = ElementTree.fromstring(svg)
        width, height = map(float, root.get("viewBox").split()[2:])
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 < float(text.get("x")) < width, (state, text.text)
            assert 0 < float(text.get("y")) < height, (state, text.text)
        assert root.get("aria-label") == drawing.summary
        largest = max(largest, len(svg) + sum(map(len, drawing.status)))
    assert 20 * KIB < largest < 48 * KIB
