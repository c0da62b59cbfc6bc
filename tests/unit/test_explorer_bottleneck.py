"""The bottleneck explorer counts what torch counts, and draws what it counts."""

import itertools
import random

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.explorers.base import Change, Press
from course_lib.explorers.bottleneck.explorer import BottleneckExplorer, BottleneckState
from course_lib.explorers.bottleneck.worked import Bottleneck
from course_lib.pictures.marks import Box, Dot, Line
from course_lib.pictures.palette import FOCUS, KERNEL

SEED = 23


def states(rng: random.Random, number: int) -> list[BottleneckState]:
    return [
        BottleneckState(
            channels=8 * rng.randint(1, 64), middle=rng.randint(1, 512),
            kernel_size=rng.choice((3, 5, 7)), size=rng.randint(1, 112),
        )
        for _ in range(number)
    ]  # fmt: skip


def built(state: BottleneckState) -> tuple[nn.Module, nn.Module]:
    """The direct layer and the bottleneck, as the PyTorch lines build them; no memory is used."""
    direct, block = BottleneckExplorer().code(state).split("  # direct\n")
    with torch.device("meta"):
        return eval(direct, {"nn": nn}), eval(block, {"nn": nn})


def weights_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def macs_of(module: nn.Module, state: BottleneckState) -> int:
    with FlopCounterMode(display=False) as counter:
        out = module(torch.empty(1, state.channels, state.size, state.size, device="meta"))
    assert out.shape[1:] == (state.channels, state.size, state.size)
    return counter.get_total_flops() // 2


def test_weights_and_macs_are_those_of_the_layers_that_the_lines_build():
    for state in states(random.Random(SEED), 40):
        direct, block = built(state)
        summary = BottleneckExplorer().render(state).summary
        expected = (
            f"has {weights_of(block):,} weights and {macs_of(block, state):,} MACs on maps of "
            f"{state.size}x{state.size}, the direct {state.kernel_size}x{state.kernel_size} "
            f"convolution {weights_of(direct):,} and {macs_of(direct, state):,}:"
        )
        assert expected in summary, (SEED, state)


def test_the_well_known_block_has_69632_weights_against_589824():
    explorer = BottleneckExplorer()
    drawing = explorer.render(explorer.start())
    assert drawing.status[0] == (
        "bottleneck = 256·64 + 3·3·64·64 + 64·256 = 16,384 + 36,864 + 16,384 = 69,632 weights\n"
        "direct = 3·3·256·256 = 589,824 weights"
    )
    assert drawing.summary.endswith("the direct layer has 8.5 times as many weights.")


def test_with_64_channels_57_is_the_widest_middle_that_is_cheaper():
    explorer = BottleneckExplorer(channels=64, middle=57)
    assert explorer.render(explorer.start()).status[2] == (
        "Cheaper up to 57 middle channels, with 36,537 weights; 58 of them cost 37,700."
    )


def test_the_widest_cheaper_middle_is_the_root_of_the_quadratic_for_all_channels():
    for channels, side in itertools.product(range(8, 520, 8), (3, 5, 7)):
        area = side**2  # area · m² + 2 · channels · m = area · channels²
        root = channels * ((1 + area**2) ** 0.5 - 1) / area
        widest = Bottleneck(channels, 1, side).widest
        assert widest < root <= widest + 1, (channels, side)


def test_a_middle_of_60_of_64_costs_more_as_the_question_says():
    direct, block = built(BottleneckState(channels=64, middle=60))
    assert weights_of(block) > weights_of(direct)
    explorer = BottleneckExplorer()
    state = explorer.update(explorer.start(), Change("answer", "fewer"))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said fewer; it is more.")
    assert f"{weights_of(block):,} against {weights_of(direct):,}" in reply


def test_the_bars_are_as_long_as_the_weights_are_many():
    for state in states(random.Random(SEED), 40):
        marks = BottleneckExplorer().render(state).picture.marks
        bars = [mark for mark in marks if isinstance(mark, Box) and mark.height == 22]
        direct = next(bar for bar in bars if bar.y == bars[0].y)
        parts = [bar for bar in bars if bar.y != bars[0].y]
        layers = [weights_of(layer) for layer in built(state)[1] if isinstance(layer, nn.Conv2d)]
        longest = max(weights_of(built(state)[0]), sum(layers))
        scale = 340 / longest
        assert direct.width == pytest.approx(scale * weights_of(built(state)[0]), abs=2)
        for bar, weights in zip(parts, layers, strict=True):
            assert bar.width == pytest.approx(scale * weights, abs=2), (SEED, state)


def test_the_dot_lies_below_the_direct_line_exactly_where_the_bottleneck_is_cheaper():
    for state in [*states(random.Random(SEED), 40), BottleneckState(channels=64, middle=58)]:
        marks = BottleneckExplorer().render(state).picture.marks
        dot = next(mark for mark in marks if isinstance(mark, Dot) and mark.fill == FOCUS)
        line = next(mark for mark in marks if isinstance(mark, Line) and mark.colour == KERNEL)
        direct, block = built(state)
        cheaper = weights_of(block) < weights_of(direct)
        assert (dot.y > line.points[0][1]) == cheaper, (SEED, state)
        assert cheaper == (state.middle <= state.bottleneck.widest)


def test_what_is_said_follows_the_width_of_the_middle():
    last = lambda **settings: BottleneckExplorer().render(BottleneckState(**settings)).status[-1]  # noqa: E731
    assert last(channels=64, middle=16).endswith("has to pass through 16.")
    assert last(channels=64, middle=64).startswith("As wide inside as outside")
    assert "inverted bottleneck" in last(channels=64, middle=384)


def test_no_setting_makes_a_large_picture_or_a_nan():
    for channels, middle, side, size in itertools.product((8, 512), (1, 512), (3, 7), (1, 112)):
        state = BottleneckState(channels=channels, middle=middle, kernel_size=side, size=size)
        svg = BottleneckExplorer().render(state).svg()
        assert len(svg.encode()) < 10_000
        assert "nan" not in svg
        assert "inf" not in svg
