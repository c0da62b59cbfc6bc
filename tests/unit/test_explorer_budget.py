"""The budget game counts what torch counts, and every puzzle is known to have a solution."""

import random
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.explorers.base import Change, Press
from course_lib.explorers.budget import BudgetExplorer
from course_lib.explorers.budget.kinds import COLUMNS, KINDS, kind_of, layers_of, number, row
from course_lib.explorers.budget.puzzles import PUZZLES
from course_lib.explorers.budget.search import Search
from course_lib.explorers.budget.standing import Standing, best_of
from course_lib.explorers.code import torch_stack
from course_lib.explorers.controls import Row
from course_lib.receptive_field import analyse, measure

SEED = 8
KIB = 1024
NAMES = list(PUZZLES)
# Percent of the tighter budget that the best known stack leaves.
SCORES = dict(zip(NAMES, (86, 98, 65, 59, 55, 90), strict=True))

every_puzzle = pytest.mark.parametrize("puzzle", PUZZLES.values(), ids=NAMES)


def stack_of(puzzle, *rows: Row) -> Standing:
    return Standing(puzzle, layers_of(rows, puzzle.image[0]))


def goals(standing: Standing) -> dict[str, bool]:
    return {goal.name: goal.met for goal in standing.goals}


def found(standing: Standing, name: str):
    return next(goal.found for goal in standing.goals if goal.name == name)


def in_torch(layers) -> nn.Sequential:
    return eval(torch_stack(tuple(layers)), {"nn": nn})


def counted(network: nn.Module, shape) -> tuple[int, int, tuple[int, ...]]:
    """Parameters, MACs and output shape, by torch alone."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        out = network(torch.zeros(1, *shape))
    parameters = sum(p.numel() for p in network.parameters())
    return parameters, counter.get_total_flops() // 2, tuple(out.shape[1:])


@every_puzzle
def test_the_best_known_stack_meets_its_puzzle_by_torchs_own_counts(puzzle):
    best = best_of(puzzle)
    assert all(goals(best).values()), best.goals
    network = in_torch(best.layers)
    parameters, macs, shape = counted(network, puzzle.image)
    assert shape == puzzle.output
    assert parameters <= puzzle.parameters
    assert macs <= puzzle.macs
    assert len(network) <= puzzle.layers
    score = int(100 * (1 - max(parameters / puzzle.parameters, macs / puzzle.macs)))
    assert score == best.score == SCORES[puzzle.name]
    assert analyse(network, puzzle.image[1], puzzle.image[0]).receptive_field[0] >= puzzle.field
    seen = measure(network, puzzle.image[1], puzzle.image[0])
    assert seen.receptive_field[0] >= puzzle.field
    assert seen.covered_share == 1


@every_puzzle
def test_the_best_known_stack_lets_every_channel_of_the_image_through_to_every_value(puzzle):
    network = in_torch(best_of(puzzle).layers)
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    channels, side, _ = puzzle.image
    images = torch.zeros(channels, channels, side, side)
    images[range(channels), range(channels)] = 1
    with torch.no_grad():
        assert (network(images) > 0).all()


@every_puzzle
def test_the_plain_way_to_begin_with_runs_and_does_not_solve_it(puzzle):
    start = stack_of(puzzle, *puzzle.start)
    assert start.problem is None
    assert not start.met
    assert start.score is None


def random_row(rng: random.Random) -> Row:
    numbers = {
        "channels": rng.choice([4, 8, 16, 32]),
        "kernel": rng.randint(1, 5),
        "factor": 2,
        "stride": rng.choice([1, 1, 2]),
        "padding": rng.randint(0, 4),
        "dilation": rng.choice([1, 1, 2, 3]),
        "groups": rng.choice([1, 2, 4]),
    }
    return Row(rng.choice(list(KINDS)), tuple(numbers[column.name] for column in COLUMNS))


def random_standings(count: int, puzzle):
    rng = random.Random(SEED)
    while count:
        standing = stack_of(puzzle, *(random_row(rng) for _ in range(rng.randint(1, 5))))
        if standing.problem is None:
            count -= 1
            yield standing


def test_any_stack_costs_what_torch_counts():
    puzzle = PUZZLES[NAMES[0]]
    for standing in random_standings(40, puzzle):
        parameters, macs, shape = counted(in_torch(standing.layers), puzzle.image)
        numbers = standing.parameters, standing.table.macs, standing.shapes[-1]
        assert numbers == (parameters, macs, shape), (SEED, standing.layers)


def test_every_kind_of_layer_is_named_as_the_list_names_it():
    for kind in KINDS:
        (layer,) = layers_of((row(kind),), 16)
        assert kind_of(layer) == kind


@every_puzzle
def test_the_best_known_stack_is_named_so_that_it_can_be_rebuilt(puzzle):
    assert [kind_of(layer) for layer in best_of(puzzle).layers] == [r.kind for r in puzzle.best]


# Each puzzle is solved by its idea, and by nothing else that the search tries


def without(puzzle):
    """The puzzle with its idea taken away: another puzzle, or a rule for the lines."""
    key = NAMES.index(puzzle.name) + 1
    rules = {
        1: lambda line: number(line, "dilation") == 1,
        3: lambda line: line.kind not in ("depthwise", "grouped"),
        5: lambda line: line.kind != "channel shuffle",
        6: lambda line: line.kind not in ("transposed", "pixel shuffle", "nearest upsample",
                                          "bilinear upsample"),
    }  # fmt: skip
    if key == 4:
        return replace(puzzle, channels=puzzle.image[0]), lambda line: True
    return puzzle, rules[key]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("2")])
def test_without_its_idea_the_search_finds_no_solution(name):
    puzzle, allowed = without(PUZZLES[name])
    assert Search(puzzle, allowed).best(width=2) is None


def test_the_strides_of_the_second_puzzle_have_to_be_early():
    puzzle = PUZZLES[NAMES[1]]

    def standing(*strides: int) -> Standing:
        widths = (16, *[32] * 5)
        return stack_of(puzzle, *(row("convolution", channels=c, stride=s)
                                  for c, s in zip(widths, strides, strict=True)))  # fmt: skip

    assert standing(2, 2, 2, 1, 1, 1).met
    for late in ((1, 2, 2, 2, 1, 1), (1, 1, 2, 2, 2, 1), (1, 1, 1, 2, 2, 2)):
        missed = {name for name, met in goals(standing(*late)).items() if not met}
        assert missed == {"receptive field", "MACs"}


def test_a_search_among_two_kinds_finds_the_stored_score_again():
    puzzle = PUZZLES[NAMES[0]]
    rows = Search(puzzle, lambda line: line.kind in ("pointwise", "depthwise")).best(width=2)
    assert stack_of(puzzle, *rows).score == SCORES[puzzle.name]


@pytest.mark.slow
@pytest.mark.parametrize("name", [NAMES[0], NAMES[2], NAMES[3]])
def test_the_search_among_all_kinds_finds_nothing_better_than_what_is_stored(name):
    rows = Search(PUZZLES[name]).best(width=2)
    assert stack_of(PUZZLES[name], *rows).score == SCORES[name]


# What looks like a solution


def test_dilation_with_holes_does_not_count():
    puzzle = PUZZLES[NAMES[0]]
    holes = stack_of(puzzle, *(row("convolution", dilation=d) for d in (2, 2, 6)))
    assert goals(holes)["receptive field"]
    assert found(holes, "coverage") == 27  # 11 of 21 rows, squared
    assert not holes.met


def test_groups_that_never_meet_do_not_count():
    puzzle = PUZZLES[NAMES[4]]
    grouped = row("grouped", channels=64, kernel=1, groups=8)
    apart = stack_of(puzzle, grouped, row("depthwise"), grouped)
    assert found(apart, "channels read") == 8
    assert [name for name, met in goals(apart).items() if not met] == ["channels read"]
    dealt = stack_of(puzzle, grouped, row("channel shuffle", groups=8), row("depthwise"), grouped)
    assert dealt.met


def test_where_the_field_depends_on_the_position_the_smallest_counts():
    puzzle = PUZZLES[NAMES[5]]
    back = row("transposed", kernel=3, stride=2, padding=1)
    standing = stack_of(puzzle, row("convolution", stride=2), row("depthwise"), back)
    network = in_torch(standing.layers)
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    image = torch.zeros(1, 16, 64, 64, requires_grad=True)
    spans = set()
    for place in (30, 31, 32, 33):
        (grad,) = torch.autograd.grad(network(image)[0, :, place, 32].sum(), image)
        rows = grad.sum((0, 1, 3)).nonzero()
        spans.add(int(rows.max() - rows.min() + 1))
    followed = {span for span, _ in standing.seen[0]}
    assert (min(spans), max(spans)) == (min(followed), max(followed))
    assert min(spans) < max(spans)
    assert found(standing, "receptive field") == min(spans)


def test_pixels_taken_apart_and_put_back_are_not_mixed():
    puzzle = PUZZLES[NAMES[0]]
    standing = stack_of(puzzle, row("pixel unshuffle"), row("depthwise"), row("pixel shuffle"))
    assert found(standing, "channels read") == 0
    assert not standing.met


def test_an_output_that_nothing_leads_to_has_no_field():
    puzzle = PUZZLES[NAMES[0]]
    gaps = stack_of(puzzle, row("transposed", kernel=1, stride=2, padding=0))
    assert found(gaps, "receptive field") == 0


# The game itself


def played(*events) -> tuple[BudgetExplorer, object]:
    explorer = BudgetExplorer()
    state = explorer.start()
    for event in events:
        state = explorer.update(state, event)
    return explorer, state


def test_it_opens_with_the_first_puzzle_and_its_plain_way():
    explorer, state = played()
    drawing = explorer.render(state)
    assert (state.puzzle, state.layers) == (NAMES[0], PUZZLES[NAMES[0]].start)
    assert "8 of 9 goals are met; not met: receptive field 7x7, wanted 19x19" in drawing.summary
    assert f"best known {SCORES[NAMES[0]]}" in drawing.svg()
    assert BudgetExplorer(puzzle=NAMES[3]).start().layers == PUZZLES[NAMES[3]].start
    with pytest.raises(ValueError, match="there is no puzzle '7'; there are: 1 · look further"):
        BudgetExplorer(puzzle="7")


def test_a_solution_is_scored_and_the_best_of_several_is_kept():
    puzzle = PUZZLES[NAMES[0]]
    dense = tuple(row("convolution", dilation=d) for d in (1, 2, 6))
    explorer, state = played(Change("layers", dense))
    assert dict(state.scores) == {puzzle.name: 13}
    drawing = explorer.render(state)
    assert "All goals are met, score 13" in drawing.summary
    assert "the best known is 86" in drawing.status[0]
    state = explorer.update(state, Change("layers", puzzle.best))
    assert dict(state.scores) == {puzzle.name: 86}
    assert "none better is known" in explorer.render(state).status[0]
    state = explorer.update(state, Change("layers", dense))
    assert dict(state.scores) == {puzzle.name: 86}
    svg = explorer.render(state).svg()
    assert "your best 86" in svg
    assert "1 of 6 solved" in svg


def test_each_puzzle_keeps_the_layers_that_were_left_there():
    mine = (row("depthwise", kernel=5), row("pointwise"))
    explorer, state = played(
        Change("layers", mine), Change("puzzle", NAMES[4]), Change("puzzle", NAMES[0])
    )
    assert state.layers == mine
    again = explorer.update(state, Press("again"))
    assert again.layers == PUZZLES[NAMES[0]].start
    assert explorer.update(state, Change("puzzle", NAMES[0])).layers == mine


def test_the_best_known_stack_is_hidden_until_one_has_tried():
    explorer, state = played(Press("best"))
    assert not state.shown
    assert "First a try of your own" in explorer.render(state).status[0]
    best = "The best known stack"
    assert best not in explorer.render(state).svg()
    state = explorer.update(state, Change("layers", (row("depthwise"), row("pointwise"))))
    state = explorer.update(state, Press("best"))
    svg = explorer.render(state).svg()
    assert best in svg
    assert "5x5, padding 8, dilation 4" in svg
    assert best not in explorer.render(explorer.update(state, Press("best"))).svg()
    assert not explorer.update(state, Change("puzzle", NAMES[1])).shown


@pytest.mark.parametrize(
    ("edited", "padding"),
    [
        (row("convolution", kernel=5, padding=1), 2),
        (row("convolution", dilation=4, padding=1), 4),
        (row("depthwise", kernel=3, padding=1), 1),
        (row("convolution", padding=0), 0),
        (row("convolution", kernel=7, dilation=3, padding=1), 1),
    ],
)
def test_padding_that_kept_the_size_goes_on_keeping_it_when_one_number_is_edited(edited, padding):
    first, *others = PUZZLES[NAMES[0]].start
    explorer, state = played(Change("layers", (edited, *others)))
    assert number(state.layers[0], "padding") == padding
    followed = padding != number(edited, "padding")
    assert ("padding" in state.note) == followed
    assert others == list(state.layers[1:])


def test_padding_that_was_chosen_otherwise_is_left_alone():
    unpadded = (row("convolution", padding=0), row("convolution"))
    explorer, state = played(Change("layers", unpadded))
    wider = (row("convolution", padding=0, kernel=5), row("convolution"))
    assert explorer.update(state, Change("layers", wider)).layers == wider


def test_wrong_settings_name_the_layer_and_dim_the_last_good_picture():
    explorer, state = played(Change("layers", (row("pixel shuffle", factor=3),)))
    drawing = explorer.render(state)
    assert drawing.problem.startswith("Layer 1: pixel_shuffle expects its input's 'channel'")
    assert 'opacity="0.3"' in drawing.svg()
    assert not explorer.render(explorer.update(state, Press("again"))).problem
    there_and_back = (*[row("pixel unshuffle", factor=4)] * 2, *[row("pixel shuffle")] * 2)
    apart = explorer.update(state, Change("layers", there_and_back))
    assert "squares of 16x16 pixels apart; up to 8x8" in explorer.render(apart).problem


def test_another_puzzle_can_be_opened_while_the_settings_are_wrong():
    wrong = Change("layers", (row("grouped", groups=5),))
    explorer, state = played(wrong, Change("puzzle", NAMES[2]))
    assert not explorer.render(state).problem
    back = explorer.update(state, Change("puzzle", NAMES[0]))
    assert "divisible by groups" in explorer.render(back).problem


def test_nothing_is_told_by_colour_alone():
    explorer, state = played()
    svg = explorer.render(state).svg()
    assert "at least 19x19: too little" in svg
    assert svg.count(": met") == 8


def test_a_list_without_layers_is_the_image_itself():
    explorer, state = played(Change("layers", ()))
    drawing = explorer.render(state)
    assert "0 layers from 16x32x32 to 16x32x32" in drawing.summary
    assert "receptive field 1x1, wanted 19x19" in drawing.summary


def test_the_question_is_answered_by_the_groups():
    explorer, state = played(Change("answer", 64), Press("reveal"))
    assert explorer.question.expected() == 8
    assert explorer.render(state).reply.startswith("You said 64; it is 8.")


def test_no_settings_make_a_picture_that_is_too_large_or_broken():
    rng, explorer, drawn = random.Random(SEED), BudgetExplorer(), 0
    state = explorer.start()
    for _ in range(100):
        if rng.random() < 0.2:
            event = Change("puzzle", rng.choice(NAMES))
        else:
            layers = (*state.layers, random_row(rng))[-10:]
            event = Change("layers", layers if rng.random() < 0.9 else layers[:1])
        state = explorer.update(state, event)
        drawing = explorer.render(replace(state, shown=True))
        assert len(drawing.svg().encode()) < 60 * KIB, (SEED, state)
        assert ElementTree.fromstring(drawing.svg()).get("aria-label") == drawing.summary
        drawn += not drawing.problem
    assert drawn > 20
