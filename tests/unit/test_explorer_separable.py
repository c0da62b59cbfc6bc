"""The separable explorer computes, wires and counts as torch does."""

import itertools
import random

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.explorers.base import Change, Press
from course_lib.explorers.numbers import channel_value, filter_value
from course_lib.explorers.separable.explorer import (
    NUMBERS,
    WIRES,
    SeparableExplorer,
    SeparableState,
)
from course_lib.explorers.separable.flow import shown_channels
from course_lib.explorers.separable.worked import Flow, Separable, mixing_value
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Box, Dot, Line, Wires
from course_lib.pictures.palette import FOCUS, INPUT, KERNEL, MUTED, OUTPUT

SEED = 27
MOST_BYTES = 60 * 1024


def states(rng: random.Random, number: int, most: int = 64, **settings) -> list[SeparableState]:
    """States that PyTorch accepts."""
    found = []
    while len(found) < number:
        out_channels = rng.randint(1, most)
        state = SeparableState(
            in_channels=rng.randint(1, most), out_channels=out_channels,
            kernel_size=rng.randint(1, 7), kernel_width=rng.randint(1, 7),
            rectangular=rng.random() < 0.5, stride=rng.randint(1, 4), dilation=rng.randint(1, 3),
            padding=rng.random() < 0.6, size=rng.randint(1, 24),
            output_channel=rng.randrange(out_channels), **settings,
        )  # fmt: skip
        if SeparableExplorer().problem(state) is None:
            found.append(state)
    return found


def built(state: SeparableState, device: str = "cpu") -> tuple[nn.Conv2d, nn.Sequential]:
    """The normal layer and the pair, as the PyTorch lines build them."""
    normal, pair = SeparableExplorer().code(state).split("  # normal\n")
    with torch.device(device):
        return eval(normal, {"nn": nn}), eval(pair, {"nn": nn})


def with_the_numbers(state: SeparableState) -> nn.Sequential:
    """torch's own pair, with the numbers of the picture in it."""
    _, pair = built(state)
    depthwise, pointwise = pair
    height, width = depthwise.kernel_size
    with torch.no_grad():
        for c, r, k in itertools.product(range(state.in_channels), range(height), range(width)):
            depthwise.weight[c, 0, r, k] = filter_value(0, c, r, k)
        for o, c in itertools.product(range(state.out_channels), range(state.in_channels)):
            pointwise.weight[o, c] = mixing_value(o, c)
    return pair


def maps(state: SeparableState) -> torch.Tensor:
    size = range(state.size)
    channels = range(state.in_channels)
    values = [[[channel_value(c, row, column) for column in size] for row in size]
              for c in channels]  # fmt: skip
    return torch.tensor(values).float()[None]  # (1, C, H, W)


def flow_of(state: SeparableState) -> Flow:
    return Flow(state.layers, state.map_size, state.output_channel)


def test_the_output_pixel_is_torchs_and_the_one_normal_filter_gives_it_too():
    for state in states(random.Random(SEED), 60, most=9, view=NUMBERS):
        flow, pair, x = flow_of(state), with_the_numbers(state), maps(state)
        place = (0, state.output_channel, *flow.cell)
        assert pair(x)[place].item() == flow.output, (SEED, state)
        seen = pair[0](x)[0, :, flow.cell[0], flow.cell[1]].tolist()
        assert seen == [flow.looked(c) for c in range(state.in_channels)], (SEED, state)
        normal, _ = built(state)
        with torch.no_grad():
            normal.weight.zero_()
            filters = [flow.filter(c) for c in range(state.in_channels)]
            normal.weight[state.output_channel] = torch.tensor(filters)
        assert normal(x)[place].item() == flow.output, (SEED, state)


def test_the_picture_of_the_numbers_shows_them_and_adds_up_what_it_leaves_out():
    for state in states(random.Random(SEED), 40, most=9, view=NUMBERS):
        flow, drawing = flow_of(state), SeparableExplorer().render(state)
        marks = drawing.picture.marks
        grids, rows = [mark for mark in marks if isinstance(mark, Grid)], shown_channels(flow)
        (out,) = (grid for grid in grids if FOCUS in grid.outlined.values())
        assert out.values == [[flow.output]]
        assert len(grids) == 6 * rows + 1
        windows, kernels, seen, shares, parts = (grids[n * rows : (n + 1) * rows] for n in range(5))
        for c in range(rows):
            assert windows[c].values == flow.window(c)
            assert kernels[c].values == flow.kernel(c)
            product = seen[c].values[0][0] * shares[c].values[0][0]
            assert parts[c].values == [[product]]
        left = [mark.text for mark in marks if hasattr(mark, "text") and "which add" in mark.text]
        total = sum(part.values[0][0] for part in parts)
        if rows < state.in_channels:
            added = int(left[0].split("add ")[1].split(" ")[0].replace("−", "-"))
            assert total + added == flow.output, (SEED, state)
        else:
            assert left == []
            assert total == flow.output


def test_padding_is_hatched_and_nothing_else():
    explorer = SeparableExplorer(view=NUMBERS, in_channels=2, size=2, kernel_size=5)
    state = explorer.start()
    windows = [m for m in explorer.render(state).picture.marks if isinstance(m, Grid)][:2]
    padded = torch.nn.functional.pad(torch.ones(2, 2), (2, 2, 2, 2))
    r, c = flow_of(state).cell
    expected = {tuple(p) for p in (padded[r : r + 5, c : c + 5] == 0).nonzero().tolist()}
    assert [set(window.hatched) for window in windows] == [expected, expected]
    assert len(expected) == 21


def test_a_wire_joins_two_channels_where_torch_has_a_weight():
    for state in states(random.Random(SEED), 30, most=16):
        marks = SeparableExplorer().render(state).picture.marks
        drawn = {pair for mark in marks if isinstance(mark, Wires) for pair in mark.ends}
        assert len(drawn) == sum(len(m.ends) for m in marks if isinstance(m, Wires))
        normal, pair = built(state, "meta")
        layers = (normal, pair[0], pair[1])
        wires = [layer.weight.shape[0] * layer.weight.shape[1] for layer in layers]
        by_stage = [[pair for pair in drawn if low < pair[0][0] < high]
                    for low, high in ((0, 300), (300, 570), (570, 824))]  # fmt: skip
        assert [len(stage) for stage in by_stage] == wires, (SEED, state)
        assert all(start[1] == end[1] for start, end in by_stage[1]), "each channel alone"
        strong = [pair for mark in marks if isinstance(mark, Wires) and mark.colour == KERNEL
                  for pair in mark.ends]  # fmt: skip
        assert len(strong) == 2 * state.in_channels
        assert len({end for _, end in strong}) == 2


def test_every_channel_is_a_dot():
    for state in states(random.Random(SEED), 20):
        dots = [m for m in SeparableExplorer().render(state).picture.marks if isinstance(m, Dot)]
        for colour, number in ((INPUT, 2 * state.in_channels), (MUTED, state.in_channels),
                               (OUTPUT, 2 * state.out_channels)):  # fmt: skip
            assert sum(dot.fill == colour for dot in dots) == number, (SEED, state)


def test_weights_macs_and_sizes_are_those_of_the_layers_that_the_lines_build():
    for state in states(random.Random(SEED), 40):
        normal, pair = built(state, "meta")
        x = torch.empty(1, state.in_channels, state.size, state.size, device="meta")
        counted = []
        for module in (normal, pair):
            with FlopCounterMode(display=False) as counter:
                out = module(x)
            weights = sum(p.numel() for p in module.parameters())
            counted.append((weights, counter.get_total_flops() // 2, tuple(out.shape[2:])))
        (direct, work, size), (weights, less, same) = counted
        assert size == same
        drawing = SeparableExplorer().render(state)
        said = "\n".join(drawing.status)
        assert f"= {direct:,} weight" in said
        assert f"= {weights:,} weight" in said
        assert f"outputs = {work:,} against {less:,}" in said, (SEED, state)
        assert f"become {size[0]}x{size[1]} either way" in drawing.summary
        assert weights / direct == pytest.approx(float(state.layers.ratio))


def test_the_formula_gives_the_ratio_for_all_sizes():
    for inputs, outputs, height, width in itertools.product((1, 7, 64), (1, 2, 33), (1, 3), (1, 5)):
        layers = Separable(inputs, outputs, (height, width))
        assert float(layers.ratio) == pytest.approx(1 / outputs + 1 / (height * width))
        assert layers.macs((6, 7)) / layers.normal.macs((6, 7)) == pytest.approx(layers.ratio)


def test_the_course_example_has_656_weights_against_4608():
    explorer = SeparableExplorer()
    drawing = explorer.render(explorer.start())
    assert drawing.status[0] == (
        "normal = 3·3·16·32 = 4,608 weights\npair = 3·3·16 + 16·32 = 144 + 512 = 656 weights"
    )
    assert "1/32 + 1/9 = 0.142: the pair has 7.0 times fewer weights" in drawing.status[1]


def test_padding_keeps_the_size_for_odd_kernels_at_any_dilation():
    for kernel, dilation in itertools.product((1, 3, 5, 7), (1, 2, 3, 4)):
        state = SeparableState(in_channels=2, kernel_size=kernel, dilation=dilation, size=9)
        for module in built(state):
            assert module(torch.zeros(1, 2, 9, 9)).shape[2:] == (9, 9)


def test_the_receptive_field_is_that_of_torchs_gradient():
    for state in states(random.Random(SEED), 12, most=3):
        spans = []
        for module in built(state):
            for parameter in module.parameters():
                nn.init.ones_(parameter)
            x = torch.zeros(1, state.in_channels, 40, 40, requires_grad=True)
            out = module(x)
            out[0, :, out.shape[2] // 2, out.shape[3] // 2].sum().backward()
            rows, columns = (x.grad.abs().sum((0, 1, 3 - axis)).nonzero() for axis in (0, 1))
            spans.append(tuple(int(at.max() - at.min()) + 1 for at in (rows, columns)))
        assert spans == list(state.layers.fields), (SEED, state)


def test_with_one_output_channel_the_pair_is_dearer_and_it_says_so():
    explorer = SeparableExplorer(out_channels=1, output_channel=0)
    assert "the pair has 1.11 times as many weights" in explorer.render(explorer.start()).status[1]


def test_the_bars_are_as_long_as_the_weights_are_many():
    for state in states(random.Random(SEED), 30):
        marks = SeparableExplorer().render(state).picture.marks
        bars = [mark for mark in marks if isinstance(mark, Box) and mark.height == 22]
        normal, (depthwise, pointwise) = built(state, "meta")
        weights = [layer.weight.numel() for layer in (normal, depthwise, pointwise)]
        scale = 340 / max(weights[0], weights[1] + weights[2])
        for bar, number in zip(bars, weights, strict=True):
            assert bar.width == pytest.approx(scale * number, abs=2), (SEED, state)


def test_the_saving_never_reaches_the_area_of_the_kernel():
    for state in states(random.Random(SEED), 30):
        marks = SeparableExplorer().render(state).picture.marks
        (dot,) = (m for m in marks if isinstance(m, Dot) and m.fill == FOCUS and m.radius == 5)
        limit = next(m for m in marks if isinstance(m, Line) and m.colour == KERNEL and m.dashed)
        assert dot.y > limit.points[0][1], (SEED, state)
        assert 1 / state.layers.ratio < state.layers.area


def test_the_question_is_answered_by_sliding():
    """Of the three settings, move each in torch: the ratio stays for the input channels alone."""

    def ratio(inputs, outputs, kernel):
        normal, pair = built(SeparableState(in_channels=inputs, out_channels=outputs,
                                            kernel_size=kernel))  # fmt: skip
        return sum(p.numel() for p in pair.parameters()) / normal.weight.numel()

    first = ratio(4, 8, 3)
    moved = {"input channels": ratio(16, 8, 3), "output channels": ratio(4, 16, 3),
             "kernel size": ratio(4, 8, 5)}  # fmt: skip
    (right,) = (name for name, value in moved.items() if value == pytest.approx(first))
    explorer = SeparableExplorer()
    state = explorer.update(explorer.start(), Change("answer", right))
    assert explorer.render(explorer.update(state, Press("reveal"))).reply.startswith("Right")
    state = explorer.update(explorer.start(), Change("answer", "kernel size"))
    assert explorer.render(explorer.update(state, Press("reveal"))).reply.startswith("You said")


def test_the_chosen_output_steps_round_and_stays_inside():
    explorer = SeparableExplorer(out_channels=3, output_channel=2)
    assert explorer.update(explorer.start(), Press("step")).output_channel == 0
    state = explorer.update(explorer.start(), Change("out_channels", 2))
    assert (state.output_channel, bool(state.note)) == (1, True)
    assert explorer.render(state).limits == {"output_channel": (0, 1)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("stride", 0), "non-positive stride"),
        (Change("size", 2), "Kernel size can't be greater than actual input size"),
    ],
)
def test_what_torch_refuses_is_said_in_its_words(change, words):
    explorer = SeparableExplorer(padding=False)
    state = explorer.update(explorer.start(), change)
    drawing = explorer.render(state)
    assert words in drawing.problem
    with pytest.raises(RuntimeError, match=words):
        built(state)[0](torch.zeros(1, state.in_channels, state.size, state.size))


def test_the_width_is_asked_for_only_where_it_counts():
    explorer = SeparableExplorer()
    assert "kernel_width" in explorer.render(explorer.start()).hidden
    state = explorer.update(explorer.start(), Change("rectangular", True))
    assert explorer.render(state).hidden == frozenset()


def test_no_setting_makes_a_large_picture_or_a_nan():
    ends = itertools.product((WIRES, NUMBERS), (1, 24, 64), (1, 25, 64), (1, 7), (1, 64), (1, 4))
    for view, inputs, outputs, kernel, size, dilation in ends:
        state = SeparableState(view=view, in_channels=inputs, out_channels=outputs,
                               kernel_size=kernel, size=size, dilation=dilation)  # fmt: skip
        if SeparableExplorer().problem(state):
            continue
        svg = SeparableExplorer().render(state).svg()
        assert len(svg.encode()) < MOST_BYTES, state
        assert "nan" not in svg
        assert "inf" not in svg
