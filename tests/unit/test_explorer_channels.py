"""The channels explorer computes, wires and counts as torch does."""

import itertools
import random

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from course_lib.explorers.base import Change, Press
from course_lib.explorers.channels.explorer import ChannelsExplorer, ChannelsState
from course_lib.explorers.channels.worked import MAP, Mixing, survives_shuffling
from course_lib.explorers.numbers import bias_value, channel_value, filter_value
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Wires
from course_lib.pictures.palette import KERNEL

SEED = 22
MOST_BYTES = 60 * 1024


def states(rng: random.Random, number: int) -> list[ChannelsState]:
    """Settings of all kinds."""
    found = []
    while len(found) < number:
        inputs, outputs = (rng.randint(1, 8) for _ in range(2))
        found.append(
            ChannelsState(
                in_channels=inputs, out_channels=outputs, bias=rng.random() < 0.5,
                kernel_size=rng.choice((1, 3)), size=rng.randint(1, 9),
                output_channel=rng.randrange(outputs),
            )
        )  # fmt: skip
    return found


def torch_layer(state: ChannelsState) -> nn.Conv2d:
    """torch's own layer, with the numbers of the picture in it."""
    layer = nn.Conv2d(
        state.in_channels, state.out_channels, state.kernel_size,
        padding=state.kernel_size // 2, bias=state.bias,
    )  # fmt: skip
    outputs = state.out_channels
    with torch.no_grad():
        for place in itertools.product(*map(range, layer.weight.shape)):
            layer.weight[place] = filter_value(*place)
        if state.bias:
            layer.bias[:] = torch.tensor([float(bias_value(o)) for o in range(outputs)])
    return layer


def picture_of(channels: int) -> torch.Tensor:
    values = [
        [[channel_value(c, row, column) for column in range(MAP)] for row in range(MAP)]
        for c in range(channels)
    ]
    return torch.tensor(values).float()[None]  # (1, C, H, W)


def grids(state: ChannelsState) -> list[Grid]:
    drawing = ChannelsExplorer().render(state)
    return [mark for mark in drawing.picture.marks if isinstance(mark, Grid)]


def middle_of(grid: Grid, row: int) -> float:
    """The y of a block of rows."""
    first, last = (grid.centre((row * grid.block + at, 0))[1] for at in (0, grid.block - 1))
    return (first + last) / 2


def test_the_numbers_at_the_pixel_are_those_of_torch():
    for state in states(random.Random(SEED), 150):
        output = torch_layer(state)(picture_of(state.in_channels))[0, :, MAP // 2, MAP // 2]
        mixing = Mixing(state.layer, state.output_channel)
        assert mixing.outputs == output.int().tolist(), (SEED, state)
        assert [[value] for value in mixing.outputs] == grids(state)[-1].values, (SEED, state)


def test_the_drawn_weight_is_torchs_weight():
    for state in states(random.Random(SEED), 60):
        weight = torch_layer(state).weight.detach()
        matrix = weight.permute(0, 2, 1, 3).flatten(2).flatten(0, 1)  # (C_out * k, C_in * k)
        assert grids(state)[2].values == matrix.int().tolist(), (SEED, state)


def test_a_wire_joins_an_input_and_an_output_where_torch_has_a_gradient():
    for state in states(random.Random(SEED), 60):
        layer = torch_layer(state)
        nn.init.ones_(layer.weight)
        image = torch.ones(1, state.in_channels, MAP, MAP)
        jacobian = torch.autograd.functional.jacobian(lambda x, f=layer: f(x).sum((0, 2, 3)), image)
        expected = {tuple(pair) for pair in jacobian.sum((1, 3, 4)).nonzero().tolist()}
        inputs, outputs, *_ = grids(state)
        marks = ChannelsExplorer().render(state).picture.marks
        wires = [mark for mark in marks if isinstance(mark, Wires)]
        sources = {middle_of(inputs, c): c for c in range(state.in_channels)}
        targets = {middle_of(outputs, o): o for o in range(state.out_channels)}
        joined = [(targets[b[1]], sources[a[1]]) for wire in wires for a, b in wire.ends]
        assert len(joined) == len(set(joined))
        assert set(joined) == expected, (SEED, state)
        chosen = {targets[b[1]] for wire in wires if wire.colour == KERNEL for _, b in wire.ends}
        assert chosen == {state.output_channel}


def test_an_output_map_its_row_of_weights_its_bias_and_its_value_are_level():
    for state in states(random.Random(SEED), 60):
        _, outputs, weight, _, *rest = grids(state)
        for channel in range(state.out_channels):
            level = middle_of(outputs, channel)
            for grid in (weight, *rest):
                assert middle_of(grid, channel) == pytest.approx(level), (SEED, state)


def test_parameters_and_macs_are_those_that_torch_counts():
    for state in states(random.Random(SEED), 60):
        layer, status = torch_layer(state), ChannelsExplorer().render(state).status
        assert str(tuple(layer.weight.shape)) in status[1]
        assert status[1].endswith(counted(sum(p.numel() for p in layer.parameters()), "parameter"))
        with FlopCounterMode(display=False) as counter:
            layer(torch.ones(1, state.in_channels, state.size, state.size))
        assert status[2].endswith(counted(counter.get_total_flops() // 2, "MAC")), (SEED, state)


def counted(number: int, noun: str) -> str:
    return f"= {number:,} {noun}{'' if number == 1 else 's'}"


def test_a_pointwise_layer_is_a_linear_layer_on_the_channels_as_the_lines_say():
    for bias in (True, False):
        explorer = ChannelsExplorer(in_channels=3, out_channels=5, kernel_size=1, bias=bias)
        convolution, linear = map(build, explorer.render(explorer.start()).code.splitlines())
        with torch.no_grad():
            linear.weight[:] = convolution.weight[:, :, 0, 0]
            if bias:
                linear.bias[:] = convolution.bias
        x = torch.randn(2, 3, 4, 6, generator=torch.Generator().manual_seed(SEED))  # (N, C, H, W)
        as_linear = linear(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        torch.testing.assert_close(convolution(x), as_linear)


def build(line: str) -> nn.Module:
    return eval(line, {"nn": nn})


def test_the_pytorch_line_builds_the_layer_that_is_drawn():
    for state in states(random.Random(SEED), 40):
        explorer = ChannelsExplorer()
        built, drawn = build(explorer.code(state).splitlines()[0]), torch_layer(state)
        assert repr(built) == repr(drawn)
        assert ("nn.Linear" in explorer.code(state)) == (state.kernel_size == 1)


def test_only_a_1x1_layer_survives_a_shuffle_of_the_pixels():
    generator = torch.Generator().manual_seed(SEED)
    image = torch.randn(1, 3, 6, 7, generator=generator)
    order = torch.randperm(42, generator=generator)
    for side in (1, 3, 5):
        weight = torch.randn(2, 3, side, side, generator=generator)
        shuffled = F.conv2d(image.flatten(2)[..., order].view_as(image), weight, padding=side // 2)
        unshuffled = torch.empty(1, 2, 42)
        unshuffled[..., order] = shuffled.flatten(2)
        same = torch.allclose(
            unshuffled, F.conv2d(image, weight, padding=side // 2).flatten(2), atol=1e-5
        )
        assert survives_shuffling(side) == same == (side == 1)
    explorer = ChannelsExplorer(kernel_size=1)
    state = explorer.update(explorer.start(), Change("answer", "both"))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said both; it is only the 1x1.")


def test_a_filter_of_3x3_on_8_channels_has_72_weights():
    explorer = ChannelsExplorer()
    assert explorer.question.expected() == nn.Conv2d(8, 4, 3).weight[0].numel() == 72
    state = explorer.update(explorer.start(), Change("answer", 9))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said 9; it is 72. A filter is not 3x3.")


def test_it_opens_on_a_filter_that_is_3x3x3():
    explorer = ChannelsExplorer()
    drawing = explorer.render(explorer.start())
    assert drawing.status == (
        "out[1] = (−2) from channel 0 + 8 from channel 1 + 3 from channel 2 + (−1) bias = 8",
        "weight (C_out, C_in, k, k) = (4, 3, 3, 3), bias (4,): 4·3·3·3 + 4 = 112 parameters",
        "every weight works at every pixel: 108 · 32·32 = 110,592 MACs",
        "The framed row is a filter: not 3x3 but 3x3x3, one kernel for each input channel, 27 "
        "numbers for one output channel.",
    )
    assert drawing.summary.endswith("each through its own 3x3 kernel, and is 8 at the pixel shown.")
    assert drawing.code == "nn.Conv2d(3, 4, kernel_size=3, padding=1)"


def test_at_1x1_the_sum_is_a_row_of_the_matrix_times_the_pixel():
    explorer = ChannelsExplorer(kernel_size=1)
    status = explorer.render(explorer.start()).status
    assert status[0] == "out[1] = 2·1 + 1·1 + 3·0 + (−1) bias = 2"
    assert status[-1].endswith("a Linear layer over the channels.")


def test_no_two_kernels_agree_so_that_a_mix_up_of_channels_shows():
    kernels = {
        tuple(filter_value(o, c, row, column) for row in range(3) for column in range(3))
        for o in range(8)
        for c in range(8)
    }
    assert len(kernels) == 64


def test_a_chosen_output_channel_that_is_gone_moves_inside_and_says_so():
    explorer = ChannelsExplorer(out_channels=8, output_channel=7)
    moved = explorer.update(explorer.start(), Change("out_channels", 3))
    drawing = explorer.render(moved)
    assert moved.output_channel == 2
    assert drawing.limits == {"output_channel": (0, 2)}
    assert drawing.status[0].startswith("The chosen output channel moved to 2")


def test_play_steps_through_the_output_channels_and_begins_again():
    explorer = ChannelsExplorer(output_channel=0)
    state, seen = explorer.start(), []
    for _ in range(5):
        seen.append(state.output_channel)
        state = explorer.update(state, Press("step"))
    assert seen == [0, 1, 2, 3, 0]


def test_no_setting_makes_a_picture_larger_than_60_kib():
    explorer, largest = ChannelsExplorer(), 0
    ends = itertools.product((1, 8), (1, 8), (1, 3), (True, False), (1, 64))
    for inputs, outputs, side, bias, size in ends:
        state = ChannelsState(
            in_channels=inputs, out_channels=outputs, kernel_size=side, bias=bias, size=size,
            output_channel=outputs - 1,
        )  # fmt: skip
        largest = max(largest, len(explorer.render(state).svg().encode()))
    assert 30_000 < largest <= MOST_BYTES, largest
