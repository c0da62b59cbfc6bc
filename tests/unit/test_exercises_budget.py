"""The checks of the budget game take any stack of torch layers, and count as torch does."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.exercises import budget as check
from course_lib.exercises.budget import CAUSES, StackCheck
from course_lib.exercises.budget_layers import layers_of
from course_lib.exercises.budget_stacks import RIGHT, WRONG
from course_lib.explorers.budget.puzzles import PUZZLES
from course_lib.explorers.budget.standing import Standing, best_of

CHECKS = [value for value in vars(check).values() if isinstance(value, StackCheck)]
NAMES = [each.name for each in CHECKS]
every_check = pytest.mark.parametrize("one", CHECKS, ids=NAMES)


def rows(result):
    return dict(result.rows)


def test_there_is_a_check_for_each_puzzle():
    assert [each.puzzle for each in CHECKS] == list(PUZZLES.values())
    assert NAMES == list(RIGHT) == list(WRONG)


@every_check
def test_the_score_of_the_worked_solution_follows_from_what_torch_counts(one):
    network = one.solution
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        out = network(torch.zeros(1, *one.puzzle.image))
    assert tuple(out.shape[1:]) == one.puzzle.output
    parameters = sum(p.numel() for p in network.parameters())
    macs = counter.get_total_flops() / 2
    left = 1 - max(parameters / one.puzzle.parameters, macs / one.puzzle.macs)
    assert one(network).sentence.startswith(f"score {int(100 * left)}, the best known is ")


def test_every_goal_is_missed_by_some_stack_that_people_try():
    assert {goal for stacks in WRONG.values() for goal in stacks} == set(CAUSES)


def test_a_field_one_layer_short_and_a_field_with_holes_are_told_apart():
    short = check.look_further(WRONG["look_further"]["receptive field"]())
    assert rows(short)["found"] == "receptive field 17x17"
    assert rows(short)["expected"] == "at least 19x19"
    assert rows(short)["so far"] == "8 of 9 goals are met"
    holes = check.look_further(WRONG["look_further"]["coverage"]())
    assert rows(holes)["found"] == "coverage 27 %"


def test_layers_inside_other_containers_count_and_activations_do_not():
    hidden = check.look_further(WRONG["look_further"]["layers"]())
    assert rows(hidden)["found"] == "layers 4"
    with_relu = [part for layer in check.look_further.solution for part in (layer, nn.ReLU())]
    assert check.look_further(nn.Sequential(*with_relu)).outcome == "right"


def test_a_list_of_layers_is_a_stack_too():
    assert check.deal_out(list(check.deal_out.solution)).outcome == "right"


def test_the_parameters_of_batchnorm_and_of_a_layer_used_twice_count_as_torch_counts_them():
    slim = [nn.Conv2d(64, 64, 1, groups=8, bias=False), nn.ChannelShuffle(8),
            nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)]  # fmt: skip
    twice = nn.Sequential(*slim, slim[0])  # 512 + 576 parameters
    assert check.deal_out(twice).sentence.startswith("score 55,")
    norms = [nn.BatchNorm2d(64) for _ in range(20)]  # 2,560 more
    crowded = check.deal_out(nn.Sequential(*twice, *norms))
    assert rows(crowded)["found"] == f"parameters {512 + 576 + 2560:,}"


def test_what_torch_refuses_is_said_in_torchs_words_and_with_a_cure():
    result = check.look_further(nn.Sequential(nn.Conv2d(3, 16, 3)))
    assert result.outcome == "raised"
    assert "to have 3 channels, but got 16 channels instead" in result.sentence
    assert "Set in_channels=16" in result.cause


class Hidden(nn.Module):
    """A layer that could do anything."""

    def forward(self, x):
        return x


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (nn.MaxPool2d(3, 1, 1), "looks around for nothing"),
        (Hidden(), "Hidden is no layer of the game"),
        (nn.Flatten(), "Flatten is no layer of the game"),
        (nn.Upsample(size=32), "scale_factor"),
        (nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), "align_corners"),
        (nn.Conv2d, "every part is a layer"),
    ],
)
def test_what_is_no_layer_of_the_game_is_refused_in_words(part, words):
    result = check.look_further([part])
    assert result.outcome == "wrong"
    assert words in result.cause


def test_kernels_that_are_not_square_are_followed_in_both_directions():
    long = nn.Sequential(
        nn.Conv2d(16, 16, (1, 19), padding=(0, 9), groups=16, bias=False),
        nn.Conv2d(16, 16, 1, bias=False),
    )
    assert rows(check.look_further(long))["found"] == "receptive field 1 to 19"
    tall = nn.Conv2d(16, 16, (19, 1), padding=(9, 0), groups=16, bias=False)
    assert check.look_further(nn.Sequential(*long, tall)).outcome == "right"


def test_the_students_network_is_left_as_it_was():
    network = nn.Sequential(check.look_further.solution, nn.BatchNorm2d(16, affine=False)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert check.look_further(network).outcome == "right"
    assert network.training
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])


def test_the_task_is_said_in_a_sentence():
    assert check.look_further.task == (
        "From 16x32x32 to 16x32x32: every value sees at least 19x19 pixels without a hole and all "
        "16 channels; no map below 16 channels or 32x32; at most 8,000 parameters, 8,200,000 MACs "
        "and 3 layers."
    )


@every_check
def test_the_best_known_stack_leaves_more_than_the_plain_solution(one):
    plain = Standing(one.puzzle, layers_of(one.solution)).score
    best = best_of(one.puzzle).score
    assert plain < best or (one.name == "deal_out" and plain == best), "its idea is its best"
