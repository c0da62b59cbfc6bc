"""The measured field is the gradient that a student's own lines give."""

import random
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from course_lib.data.synthetic import synthetic
from course_lib.explorers.base import Change, Press
from course_lib.explorers.receptive_field.explorer import ReceptiveFieldExplorer
from course_lib.measured.effective_field.explorer import EffectiveFieldExplorer, change
from course_lib.measured.effective_field.measure import (
    PICTURES,
    SIDE,
    SUBJECTS,
    Features,
    _run,
    _slopes,
    cells,
    gradient,
    paths,
    ten_convolutions,
)
from course_lib.measured.effective_field.picture import Sighting
from course_lib.models.pretrained import load_pretrained, make_network
from course_lib.receptive_field.gradient import Linearised

SESSIONS = ("Session7Net", "Session9Net")
PLAIN = "ten 3x3 convolutions"


@pytest.mark.parametrize("name", SESSIONS)
def test_the_lines_that_it_prints_give_the_map_that_it_draws(name):
    explorer = EffectiveFieldExplorer(network=name, row=1, column=2)
    known = {"torch": torch, "synthetic": synthetic, "load_pretrained": load_pretrained}
    exec(explorer.code(explorer.start()), known)
    assert np.allclose(known["weight"], gradient(name, True, (1, 2)), rtol=1e-9)


def test_a_finite_difference_agrees_with_the_gradient_of_a_pixel():
    network = Features(load_pretrained("session7")).double()
    drawn = torch.from_numpy(synthetic(10, 10).test_images[:PICTURES])
    images = drawn.permute(0, 3, 1, 2).double() / 255
    step, change_ = 1e-6, 0
    for colour in range(3):
        nudge = torch.zeros(1, 3, SIDE, SIDE).double()
        nudge[0, colour, 20, 18] = step
        with torch.no_grad():
            slope = (network(images + nudge) - network(images - nudge))[:, :, 2, 2].sum(1)
        change_ += (slope / (2 * step)).abs().mean().item()
    assert gradient("Session7Net", True, (2, 2))[20][18] == pytest.approx(change_, rel=1e-4)


@pytest.mark.parametrize("name", SESSIONS)
def test_no_pixel_matters_that_no_path_comes_from(name):
    reached = np.array(paths(name, (0, 3))) > 0
    for trained in (False, True):
        assert not (np.array(gradient(name, trained, (0, 3)))[~reached] > 0).any()


def test_before_training_the_residual_branches_of_session7net_carry_nothing():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = make_network("session7").eval().double().requires_grad_(False)
    for module in network.modules():
        if getattr(module, "residual", False):
            assert not module.norm.weight.any()
    seen = np.array(gradient("Session7Net", False, (2, 2))) > 0
    assert seen.sum() < 0.6 * SIDE**2 < (np.array(gradient("Session7Net", True, (2, 2))) > 0).sum()


def test_training_spreads_the_weight_over_more_pixels_in_session7net():
    explorer = EffectiveFieldExplorer()
    assert change("Session7Net", (2, 2)) == explorer.question.expected() == "more pixels"
    state = explorer.update(explorer.start(), Change("answer", "fewer pixels"))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said fewer pixels; it is more pixels.")
    assert "more pixels than before" in explorer.render(explorer.start()).status[-1]


def test_the_core_of_a_map_is_what_sorting_it_gives():
    for name in SUBJECTS:
        weights = np.array(gradient(name, False, (2, 2)))
        held = np.cumsum(np.sort(weights.ravel())[::-1]) / weights.sum()
        pixels = Sighting("", gradient(name, False, (2, 2))).core.pixels
        assert pixels == 1 + int(np.argmax(held >= 0.95))


def test_paths_are_the_gradient_of_the_linearised_network():
    model = Features(make_network("session7").eval())
    for weight in model.parameters():
        torch.nn.init.ones_(weight)
    image = torch.ones(1, 3, SIDE, SIDE, dtype=torch.float64, requires_grad=True)
    with Linearised():
        maps = model.double()(image)
    (slopes,) = torch.autograd.grad(maps[0, :, 1, 2].sum(), image)
    reached = (slopes[0].sum(0) > 0).numpy()
    assert np.array_equal(np.array(paths("Session7Net", (1, 2))) > 0, reached)


def test_paths_of_the_plain_stack_are_those_of_the_workbench():
    explorer = ReceptiveFieldExplorer(preset="ten 3x3")
    stack = explorer._stack(explorer.start())
    rows, columns = stack.paths_along(5), stack.paths_along(20)
    expected = [[rows.get(r, 0) * columns.get(c, 0) for c in range(SIDE)] for r in range(SIDE)]
    assert [list(row) for row in paths(PLAIN, (5, 20))] == expected


def test_with_random_weights_the_plain_stack_uses_little_of_its_box():
    pixels = Sighting("", gradient(PLAIN, False, (16, 16))).core.pixels
    assert 0.2 < pixels / 21**2 < 0.45  # its paths: 28 %


def test_a_share_of_the_box_is_given_only_where_the_whole_box_was_counted():
    def words(network: str, cell: int) -> str:
        explorer = EffectiveFieldExplorer(network=network, row=cell, column=cell)
        return explorer.render(explorer.start()).svg()

    assert "of the box" in words(PLAIN, 16)
    assert "of the box" not in words(PLAIN, 3), "the box hangs over the edge"
    assert "of the box" not in words("Session7Net", 2), "the box is larger than the image"
    assert "of the image" in words("Session7Net", 2)


def test_a_network_without_trained_weights_says_so():
    explorer = EffectiveFieldExplorer(network=PLAIN, row=16, column=16)
    drawing = explorer.render(explorer.start())
    assert "No trained weights" in drawing.svg()
    assert "before training" in drawing.summary
    assert "after" not in drawing.summary


def test_the_cell_keeps_its_place_when_the_network_changes():
    explorer = EffectiveFieldExplorer(row=3, column=0)
    state = explorer.update(explorer.start(), Change("network", PLAIN))
    assert (state.row, state.column) == (28, 4)
    assert explorer.render(state).limits == {"row": (0, 31), "column": (0, 31)}
    assert "moved to (28, 4): there are 32x32 cells now" in explorer.render(state).status[0]
    back = explorer.update(state, Change("network", "Session9Net"))
    assert (back.row, back.column) == (3, 0)
    assert explorer.update(back, Change("row", 9)).row == 3


def test_stepping_visits_every_cell():
    explorer = EffectiveFieldExplorer(row=0, column=0)
    state, seen = explorer.start(), set()
    for _ in range(cells("Session7Net") ** 2):
        seen.add((state.row, state.column))
        state = explorer.update(state, Press("step"))
    assert len(seen) == 16
    assert state == explorer.start()


def test_pictures_are_small_well_formed_and_the_same_again():
    rng = random.Random(3)
    for name in SUBJECTS:
        cell = rng.randrange(cells(name)), rng.randrange(cells(name))
        explorer = EffectiveFieldExplorer(network=name, row=cell[0], column=cell[1])
        drawing = explorer.render(explorer.start())
        assert ElementTree.fromstring(drawing.svg()).get("aria-label") == drawing.summary
        assert len(drawing.svg().encode()) <= 60 * 1024
        _slopes.cache_clear()
        assert explorer.render(explorer.start()).svg() == drawing.svg()


def test_looking_changes_neither_the_random_state_nor_what_gradients_are_recorded():
    state = torch.random.get_rng_state()
    _slopes.cache_clear()
    _run.cache_clear()
    with torch.inference_mode():
        assert max(map(max, gradient("Session9Net", False, (0, 0)))) > 0
    assert torch.equal(torch.random.get_rng_state(), state)


def test_the_plain_stack_is_ten_convolutions_that_keep_the_size():
    network = ten_convolutions(8)
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in network) == 10
    assert network(torch.zeros(2, 3, 7, 9)).shape == (2, 8, 7, 9)
