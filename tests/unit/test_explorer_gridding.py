"""The gridding lab reads what autograd reads, and its numbers are the published ones."""

import random
from itertools import combinations_with_replacement, pairwise

import pytest
import torch
from torch import nn

from course_lib.explorers.base import Change, Press
from course_lib.explorers.gridding.coverage import Coverage, coverage_of, largest_gaps
from course_lib.explorers.gridding.explorer import OWN, PRESETS, GriddingExplorer, GriddingState
from course_lib.explorers.gridding.graph import Graph
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Wires
from course_lib.pictures.palette import FOCUS
from course_lib.pictures.raster import Raster

SEED = 31
KIB = 1024


def built(state: GriddingState) -> nn.Module:
    """The network of the PyTorch lines, with all weights 1."""
    network = eval(GriddingExplorer().code(state), {"nn": nn})
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    return network


def gradient(state: GriddingState, side: int) -> torch.Tensor:
    """What the middle output of the network reads of an input of that side, as path counts."""
    shape = (1, 1, side) if state.causal else (1, 1, side, side)
    x = torch.zeros(shape, dtype=torch.double, requires_grad=True)
    out = built(state).double()(x)
    assert out.shape == x.shape
    middle = (0, 0, *[side // 2] * (out.ndim - 2))
    out[middle].backward()
    return x.grad[0, 0]


def states(rng: random.Random, number: int) -> list[GriddingState]:
    found = []
    while len(found) < number:
        state = GriddingState(
            rates=tuple(rng.randint(1, 7) for _ in range(rng.randint(1, 4))),
            kernel_size=rng.randint(2, 5), causal=rng.random() < 0.4,
        )  # fmt: skip
        if GriddingExplorer().problem(state) is None:
            found.append(state)
    return found


def seen(state: GriddingState) -> Coverage:
    return coverage_of(state.rates, state.kernel_size, state.causal)


def test_places_and_paths_are_the_gradient_of_the_network_that_the_lines_build():
    for state in states(random.Random(SEED), 30):
        coverage = seen(state)
        side = 2 * coverage.span + 1
        reads, middle = gradient(state, side), side // 2
        line = coverage.line
        for place in range(-middle, side - middle):
            if state.causal:
                assert reads[middle + place] == line.get(place, 0), (SEED, state)
                continue
            row = [line.get(p, 0) * line.get(place, 0) for p in range(-middle, side - middle)]
            assert reads[middle + place].tolist() == row, (SEED, state)


@pytest.mark.parametrize(
    ("rates", "span", "covered", "percent", "gap"),
    [
        ((2, 2, 2), 13, 7, 29, 2),
        ((1, 2, 3), 13, 13, 100, 2),
        ((1, 2, 5), 17, 17, 100, 2),
        ((1, 3, 9), 27, 27, 100, 3),
        ((2, 4, 8), 29, 15, 27, 4),
        ((1, 2, 9), 25, 21, 71, 5),
        ((4, 4, 4), 25, 7, 8, 4),
    ],
)
def test_span_coverage_and_the_hybrid_rule_of_well_known_rates(rates, span, covered, percent, gap):
    coverage = coverage_of(rates, 3, False)
    assert (coverage.span, coverage.covered) == (span, covered)
    assert round(100 * coverage.share) == percent
    assert coverage.largest_gaps[-1] == gap
    drawing = GriddingExplorer(rates=rates).render(GriddingState(rates=rates, place=0))
    assert f"{percent} % of a box of {span}x{span}" in drawing.summary
    assert f"= {gap}" in drawing.status[2]


def test_rates_1_3_9_read_each_of_27_places_by_exactly_one_path():
    assert coverage_of((1, 3, 9), 3, False).line == dict.fromkeys(range(-13, 14), 1)


def test_two_causal_taps_up_to_512_see_1024_moments():
    coverage = Coverage(tuple(2**n for n in range(10)), 2, causal=True)
    assert coverage.line == dict.fromkeys(range(-1023, 1), 1)


def test_the_rule_accepts_20_stacks_with_holes_all_without_a_first_rate_of_1():
    """The distance that it is to bound, taken from the places themselves."""
    accepted_with_holes = []
    for rates in combinations_with_replacement(range(1, 10), 3):
        places = sorted(coverage_of(rates, 3, False).line)
        full = max(b - a for a, b in pairwise(places)) == 1
        if largest_gaps(rates)[-1] <= 3:
            accepted_with_holes += [] if full else [rates]
        else:
            assert not full
    assert len(accepted_with_holes) == 20
    assert min(rates[0] for rates in accepted_with_holes) == 2


def test_the_ways_to_a_place_are_as_many_as_its_paths_and_add_up_to_it():
    for state in states(random.Random(SEED), 20):
        coverage = seen(state)
        first, last = coverage.ends
        for place in range(first, last + 1):
            ways = coverage.ways(place)
            assert len(set(ways)) == len(ways) == coverage.line.get(place, 0), (SEED, state)
            assert {sum(steps) for steps in ways} <= {place}


def drawn_wires(coverage: Coverage, place: int) -> list[set]:
    """The thin and the thick wires as (level, place above, place below), read off the picture."""
    graph = Graph(coverage, place, 0, 0, 10)
    thin, thick = (mark for mark in graph.marks() if isinstance(mark, Wires))
    assert thick.colour == FOCUS
    heights = sorted({y for ends in thin.ends for _, y in ends})
    first = coverage.ends[0]
    return [
        {
            (heights.index(y0), round(x0 / 10 - 0.5) + first, round(x1 / 10 - 0.5) + first)
            for (x0, y0), (x1, y1) in wires.ends
            if y1 == heights[heights.index(y0) + 1]
        }
        for wires in (thin, thick)
    ]


def test_each_layer_is_drawn_with_its_own_rate_the_first_next_to_the_image():
    for state in [GriddingState(rates=(1, 4, 2)), *states(random.Random(SEED), 20)]:
        coverage = seen(state)
        wires, _ = drawn_wires(coverage, 0)
        for level, rate in enumerate(reversed(state.rates)):
            steps = {below - above for at, above, below in wires if at == level}
            assert len(steps) == state.kernel_size
            assert {b - a for a, b in pairwise(sorted(steps))} == {rate}, (SEED, state)
        bottom = len(state.rates) - 1
        assert {below for at, _, below in wires if at == bottom} == coverage.line.keys()


def test_the_thick_wires_lead_from_the_output_to_the_chosen_place():
    for state in [GriddingState(rates=(1, 4, 2)), *states(random.Random(SEED), 20)]:
        coverage = seen(state)
        for place in coverage.line:
            wires, thick = drawn_wires(coverage, place)
            assert thick <= wires, (SEED, state)
            ends = {0}
            for level in range(len(state.rates)):
                assert {above for at, above, _ in thick if at == level} == ends, (SEED, state)
                ends = {below for at, _, below in thick if at == level}
            assert ends == {place}
    assert not drawn_wires(coverage_of((2, 2, 2), 3, False), 1)[1]


def test_few_places_are_drawn_with_their_numbers_and_holes_hatched():
    explorer = GriddingExplorer(preset="2, 2, 2")
    grids = [m for m in explorer.render(explorer.start()).picture.marks if isinstance(m, Grid)]
    row, plane = grids
    assert row.values == [[1, None, 3, None, 6, None, 7, None, 6, None, 3, None, 1]]
    assert len(row.hatched) == 6
    assert len(plane.hatched) == 169 - 49
    assert plane.values[6][6] == 49


def test_many_places_are_drawn_as_one_image():
    marks = GriddingExplorer(rates=(1, 2, 4, 8)).render(GriddingState(rates=(1, 2, 4, 8))).picture
    assert any(isinstance(mark, Raster) for mark in marks.marks)


def test_a_causal_stack_has_no_plane():
    explorer = GriddingExplorer(preset="WaveNet: two taps, 1, 2, 4, 8")
    drawing = explorer.render(explorer.start())
    assert len([m for m in drawing.picture.marks if isinstance(m, Grid)]) == 1
    assert "100 %" in drawing.summary
    assert drawing.limits["place"] == (-15, 0)


def test_the_hybrid_rule_is_not_asked_about_what_it_does_not_speak_of():
    """It is for two layers or more that look to both sides; a causal stack looks back only."""
    for rates, causal, asked in [((1, 2, 5), False, True), ((1, 2, 5), True, False),
                                 ((4,), False, False)]:  # fmt: skip
        drawing = GriddingExplorer(rates=rates, causal=causal).render(
            GriddingState(rates=rates, causal=causal, place=0)
        )
        assert any(line.startswith("hybrid rule") for line in drawing.status) == asked
        assert ("The rule says: no holes." in drawing.svg()) == asked


def test_where_the_rule_is_wrong_the_picture_says_so():
    for rates, wrong in [((2, 2, 2), True), ((2, 3, 4), True), ((1, 2, 9), False),
                         ((1, 3, 9), False), ((4,), False)]:  # fmt: skip
        svg = GriddingExplorer().render(GriddingState(rates=rates, place=0)).svg()
        assert ("Here the rule is wrong" in svg) == wrong, rates


def test_one_layer_and_a_hardly_read_box_are_put_into_words_that_fit():
    one = GriddingExplorer().render(GriddingState(rates=(4,), place=0)).summary
    assert one.startswith("One layer of kernel 3 with rate 4 spans 9 places in a row and reads 3 ")
    few = GriddingExplorer().render(GriddingState(rates=(16,) * 4, place=0)).summary
    assert "less than 1 % of a box of 129x129" in few


def test_a_preset_sets_what_it_names_and_is_left_once_it_is_changed():
    explorer = GriddingExplorer()
    for name, (rates, kernel_size, causal) in PRESETS.items():
        state = explorer.update(explorer.start(), Change("preset", name))
        found = (state.rates, state.kernel_size, state.causal, state.preset)
        assert found == (rates, kernel_size, causal, name)
        assert explorer.update(state, Change("rates", (1, 7))).preset == OWN
    state = explorer.update(explorer.start(), Change("rates", (2, 2, 2)))
    assert state.preset == "2, 2, 2"
    with pytest.raises(ValueError, match="no preset 'nine'"):
        GriddingExplorer(preset="nine")


def test_the_question_is_answered_by_the_paths():
    explorer = GriddingExplorer()
    state = explorer.update(explorer.start(), Change("answer", 100))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said 100; it is 50.")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rates": (1, 0)}, "dilation should be greater than zero"),
        ({"kernel_size": 2}, "needs 1 zero for the size to stay: 0 on one side and 1 on the other"),
        ({"kernel_size": 4, "rates": (3,)}, "needs 9 zeros"),
        ({"kernel_size": 5, "rates": (16,) * 5}, "span 321 places; up to 129 are drawn"),
    ],
)
def test_wrong_settings_keep_the_last_picture_dimmed_and_say_what_to_do(settings, words):
    explorer = GriddingExplorer()
    state = explorer.start()
    for name, value in settings.items():
        state = explorer.update(state, Change(name, value))
    drawing = explorer.render(state)
    assert words in drawing.problem
    assert 'opacity="0.3"' in drawing.svg()
    good = explorer.update(state, Change("preset", "1, 2, 3"))
    assert not explorer.render(good).problem


def test_an_even_kernel_works_with_even_rates_and_in_a_causal_stack():
    for settings in ({"rates": (2, 4)}, {"causal": True}):
        state = GriddingState(kernel_size=2, **settings)
        assert GriddingExplorer().problem(state) is None


def test_a_place_outside_the_span_moves_to_its_end_and_that_is_said():
    explorer = GriddingExplorer(place=6)
    state = explorer.update(explorer.start(), Change("rates", (1, 1)))
    assert state.place == 2
    assert "The place moved to 2" in explorer.render(state).status[0]


def test_no_settings_make_a_picture_that_is_too_large():
    rng, explorer = random.Random(SEED), GriddingExplorer()
    print("seed", SEED)
    drawn = 0
    for _ in range(250):
        most = rng.choice((2, 4, 16))
        rates = tuple(rng.randint(1, most) for _ in range(rng.randint(1, 5)))
        state = GriddingState(rates=rates, kernel_size=rng.choice((3, 5)), place=0)
        if explorer.problem(state) is None:
            drawn += 1
            assert len(explorer.render(state).svg()) < 64 * KIB, state
    assert drawn > 100
