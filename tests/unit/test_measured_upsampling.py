"""The enlarged pictures are those that a student's own lines give; equal counts are not enough."""

import random
from statistics import median
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.measured.upsampling.explorer import UpsamplingExplorer
from course_lib.measured.upsampling.measure import (
    EQUAL,
    FLAT,
    RANDOM,
    SCENE,
    SHOWN,
    WAYS,
    enlarged,
    network,
    stays_flat,
)
from course_lib.measured.upsampling.picture import counts_in_words

K3, K4, K2, RESIZE = WAYS
STAMPED = (K3, K4, K2)
SEEDS = range(20)


def rippling(layers, weights, seed=0):
    return [way for way in WAYS if not stays_flat(way, layers, weights, seed)]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_with_equal_weights_uneven_counts_alone_leave_a_pattern(layers):
    assert rippling(layers, EQUAL) == [K3]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_with_random_weights_only_the_resize_stays_flat_whatever_the_seed(layers):
    for seed in SEEDS:
        assert rippling(layers, RANDOM, seed) == list(STAMPED), seed
        assert enlarged(FLAT, RESIZE, layers, RANDOM, seed).ripple < 1e-12
        assert min(enlarged(FLAT, way, layers, RANDOM, seed).ripple for way in STAMPED) > 0.5


def test_equal_weights_ripple_by_the_ratio_of_the_counts():
    ones = F.conv_transpose2d(torch.ones(1, 1, 9, 9), torch.ones(1, 1, 3, 3), stride=2)[0, 0]
    period = ones[8:10, 8:10]
    expected = (period.max() - period.min()) / period.mean()
    assert enlarged(FLAT, K3, 1, EQUAL, 0).ripple == pytest.approx(float(expected))
    assert enlarged(FLAT, K3, 3, EQUAL, 0).ripple == pytest.approx(2.107, abs=1e-3)


def test_more_layers_ripple_more():
    for way in STAMPED:
        by_depth = [
            median(enlarged(FLAT, way, layers, RANDOM, seed).ripple for seed in SEEDS)
            for layers in (1, 2, 3)
        ]
        assert by_depth == sorted(by_depth), way


def test_the_values_are_those_of_the_layer_on_an_endless_grey():
    """By hand: each phase is the sum of its weights; no border is seen."""
    for seed in (0, 7):
        torch.manual_seed(seed)
        weight = nn.ConvTranspose2d(1, 1, 4, 2, padding=1, bias=False).weight.detach().double()
        sums = torch.stack([weight[0, 0, a::2, b::2].sum() for a in (1, 0) for b in (1, 0)])
        expected = sums / sums.abs().mean() * (1 if sums.mean() > 0 else -1)
        values = enlarged(FLAT, K4, 1, RANDOM, seed).values.float()
        assert values.shape == (SHOWN, SHOWN)
        torch.testing.assert_close(values[::2, ::2], expected[0].float().expand(24, 24))
        for place, phase in enumerate(expected):
            a, b = divmod(place, 2)
            assert values[a::2, b::2].double() == pytest.approx(float(phase), abs=1e-6)


@pytest.mark.parametrize(("layers", "side"), [(1, 2), (2, 4), (3, 8)])
def test_the_pattern_repeats_with_the_power_of_the_stride_and_reaches_every_edge(layers, side):
    for way in WAYS:
        values = np.asarray(enlarged(FLAT, way, layers, RANDOM, 5).values)
        period = values[:side, :side]
        assert np.allclose(values, np.tile(period, (SHOWN // side, SHOWN // side)), atol=1e-12)
        if way in STAMPED:
            assert len(np.unique(period.round(9))) == side * side


@pytest.mark.parametrize("state", [{}, {"weights": RANDOM, "seed": 3},
                                   {"weights": RANDOM, "layers": 2}, {"layers": 3}])  # fmt: skip
def test_the_lines_that_it_prints_give_the_period_that_it_draws(state):
    explorer = UpsamplingExplorer(**state)
    start = explorer.start()
    *lines, last = explorer.code(start).splitlines()
    names = {"torch": torch, "nn": nn}
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        exec("\n".join(lines), names)
        found = eval(last, names).double().numpy()
    side = 2**start.layers
    assert found.shape == (side, side)
    wanted = np.asarray(enlarged(FLAT, K4, start.layers, start.weights, start.seed).values)
    found = found / np.abs(found).mean() * np.sign(found.mean())
    assert found == pytest.approx(wanted[:side, :side], abs=1e-4)


def test_the_layers_enlarge_alike_and_are_those_that_are_named():
    for way in WAYS:
        for layers in (1, 2, 3):
            stack = network(way, layers, RANDOM, 0)
            out = stack(torch.zeros(1, 1, 5, 7).double())
            assert out.shape == (1, 1, 5 * 2**layers, 7 * 2**layers)
            kernels = {m.kernel_size for m in stack if hasattr(m, "kernel_size")}
            assert kernels == {(3, 3) if way == RESIZE else (int(way.split()[1].rstrip(",")),) * 2}


def test_the_counts_below_the_pictures_are_those_of_torch():
    for way, kernel in zip(STAMPED, (3, 4, 2), strict=True):
        ones = F.conv_transpose1d(torch.ones(1, 1, 9), torch.ones(1, 1, kernel), stride=2)
        counts = sorted(ones[0, 0, 8:10].int().tolist())
        said = counts_in_words(WAYS[way])
        assert sorted(map(int, said.split(": ")[1].split(", "))) == counts
        assert said.startswith("stamps")
    assert counts_in_words(WAYS[RESIZE]) == "taps along an axis: 3, 3"


def test_the_question_is_asked_before_the_picture_gives_it_away():
    explorer = UpsamplingExplorer()
    assert explorer.start().weights == EQUAL
    assert explorer.question.expected() == "only resize"
    state = explorer.update(explorer.start(), Change("answer", "kernel 4, kernel 2 and resize"))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said kernel 4, kernel 2 and resize; it is only resize.")


def test_a_seed_is_offered_where_it_changes_something():
    explorer = UpsamplingExplorer()
    assert explorer.render(explorer.start()).hidden == {"seed"}
    state = explorer.update(explorer.start(), Change("weights", RANDOM))
    assert explorer.render(state).hidden == frozenset()
    other = explorer.update(state, Change("seed", 1))
    assert explorer.render(other).svg() != explorer.render(state).svg()


def test_what_is_said_is_what_is_seen():
    explorer = UpsamplingExplorer(weights=RANDOM, layers=2, image=SCENE)
    drawing = explorer.render(explorer.start())
    assert "A drawn scene enlarged 4 times" in drawing.summary
    assert drawing.summary.endswith("It stays flat after: resize, then 3x3.")
    ripples = [float(n) for n in drawing.status[0].split(": ")[1].split(". ")[0].split(", ")]
    assert ripples == [round(enlarged(FLAT, way, 2, RANDOM, 0).ripple, 2) for way in WAYS]
    assert "repeats every 4x4 outputs" in drawing.status[1]
    for number in ripples:
        assert f"ripple {number:g}<" in drawing.svg()


def test_a_scene_keeps_its_shapes_and_gets_the_pattern_on_top():
    clean = np.asarray(enlarged(SCENE, RESIZE, 1, EQUAL, 0).values)
    assert clean.std() > 0.05
    stamped = np.asarray(enlarged(SCENE, K3, 1, EQUAL, 0).values)
    assert abs(np.diff(stamped, axis=1)).mean() > 5 * abs(np.diff(clean, axis=1)).mean()


def test_pictures_are_small_well_formed_and_the_same_again():
    rng = random.Random(4)
    for _ in range(12):
        explorer = UpsamplingExplorer(
            image=rng.choice((FLAT, SCENE)), weights=rng.choice((EQUAL, RANDOM)),
            layers=rng.randint(1, 3), seed=rng.randrange(20),
        )  # fmt: skip
        drawing = explorer.render(explorer.start())
        svg = ElementTree.fromstring(drawing.svg())
        assert svg.get("aria-label") == drawing.summary
        assert len(drawing.svg().encode()) <= 60 * 1024
        for text in svg.iter("{http://www.w3.org/2000/svg}text"):
            wide = 0.5 * float(text.get("font-size")) * len(text.text)
            assert float(text.get("x")) + wide <= drawing.picture.width
        enlarged.cache_clear()
        assert explorer.render(explorer.start()).svg() == drawing.svg()


def test_looking_changes_neither_the_random_state_nor_what_gradients_are_recorded():
    state = torch.random.get_rng_state()
    enlarged.cache_clear()
    with torch.inference_mode():
        assert enlarged(FLAT, K3, 2, RANDOM, 1).ripple > 0
    enlarged.cache_clear()
    assert enlarged(SCENE, K3, 2, RANDOM, 1).ripple > 0
    assert torch.equal(torch.random.get_rng_state(), state)
