"""Sizes, wiring, costs and complaints of single layers, held against torch."""

import itertools
import statistics
import subprocess
import sys

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.geometry import (
    Add,
    Concatenate,
    Convolution,
    GeometryError,
    Linear,
    Padding,
    Pooling,
    explain,
    positions_that_see_all,
)

IMPORT = """
import sys, time
start = time.process_time()
import course_lib.geometry
seconds = time.process_time() - start
foreign = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(seconds, *sorted(foreign - {"course_lib", "__main__"}))
"""


def test_importing_geometry_is_quick_and_loads_the_standard_library_only():
    answers = [
        subprocess.run([sys.executable, "-S", "-c", IMPORT], capture_output=True, text=True)
        for _ in range(3)
    ]
    assert [answer.stdout.split()[1:] for answer in answers] == [[], [], []], answers[0].stderr
    assert min(float(answer.stdout.split()[0]) for answer in answers) < 0.3


def test_an_int_stands_for_both_directions():
    assert Convolution(3, 8, 3) == Convolution(3, 8, (3, 3), (1, 1), (0, 0), (1, 1))
    assert Pooling(2).stride == (2, 2)


def test_the_input_5x5_of_the_course_shrinks_as_it_says():
    assert Convolution(1, 1, 3).output_size(5) == (3, 3)
    assert Convolution(1, 1, 3, stride=2, padding=1).output_size(5) == (3, 3)


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, (2, 5)])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_same_padding_keeps_the_size(kernel_size, dilation):
    layer = Convolution(1, 1, kernel_size, padding="same", dilation=dilation)
    assert layer.output_size((7, 9)) == (7, 9)


def test_a_tap_says_which_input_meets_which_weight():
    layer = Convolution(1, 1, 3, stride=2, padding=1, dilation=2)
    taps = layer.taps((0, 1), input_size=6)
    assert [(tap.input, tap.weight) for tap in taps] == [
        ((1, 1), (1, 0)),
        ((1, 3), (1, 1)),
        ((1, 5), (1, 2)),
        ((3, 1), (2, 0)),
        ((3, 3), (2, 1)),
        ((3, 5), (2, 2)),
    ]


def test_a_cell_outside_is_refused():
    with pytest.raises(GeometryError, match=r"output cell \(3, 0\) lies outside .* 3 x 3 cells"):
        Convolution(1, 1, 3).taps((3, 0), 5)
    with pytest.raises(GeometryError, match=r"input cell \(0, 5\) lies outside"):
        Convolution(1, 1, 3).outputs_fed_by((0, 5), 5)


def test_groups_read_their_own_channels_as_the_gradient_shows():
    layer = Convolution(6, 12, 1, groups=3)
    module = nn.Conv2d(6, 12, 1, groups=3)
    for channel in range(12):
        image = torch.ones(1, 6, 1, 1, requires_grad=True)
        module(image)[0, channel].sum().backward()
        assert image.grad.flatten().nonzero().flatten().tolist() == [
            *layer.channels_read_by(channel)
        ]


@pytest.mark.parametrize(
    "settings",
    [
        {"in_channels": 8, "out_channels": 16, "kernel_size": 3},
        {"in_channels": 8, "out_channels": 8, "kernel_size": (3, 5), "groups": 8, "bias": False},
        {"in_channels": 8, "out_channels": 16, "kernel_size": 3, "groups": 4, "stride": 2},
        {"in_channels": 8, "out_channels": 4, "kernel_size": 1, "padding": "valid"},
        {"in_channels": 8, "out_channels": 4, "kernel_size": 4, "padding": "same", "dilation": 2},
    ],
)
def test_parameters_and_macs_are_those_of_torch(settings):
    layer, module = Convolution(**settings), nn.Conv2d(**settings)
    assert layer.weight_shape == tuple(module.weight.shape)
    assert layer.parameters == sum(p.numel() for p in module.parameters())
    with FlopCounterMode(display=False) as counter:
        output = module(torch.zeros(1, 8, 11, 10))
    assert counter.get_total_flops() == 2 * layer.macs(tuple(output.shape[2:]))


def test_a_linear_layer_costs_what_torch_says():
    layer, module = Linear(20, 7), nn.Linear(20, 7)
    assert layer.parameters == sum(p.numel() for p in module.parameters())
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(1, 20))
    assert counter.get_total_flops() == 2 * layer.macs((1, 1))


def test_the_kind_is_the_word_of_the_field():
    kinds = [
        Convolution(8, 8, 3).kind,
        Convolution(8, 8, 3, groups=8).kind,
        Convolution(8, 8, 3, groups=2).kind,
        Convolution(8, 8, 1).kind,
    ]
    assert kinds == ["convolution", "depthwise", "grouped", "pointwise"]


# What is planted, the phrase that torch's message and ours must share, and a word of our cure.
REFUSED_CONVOLUTIONS = [
    ({"kernel_size": 9}, "Kernel size can't be greater than actual input size", "Pad by"),
    ({"dilation": 5}, "Kernel size: (11 x 11)", "smaller kernel_size or dilation"),
    ({"padding": "valid", "kernel_size": 7}, "Calculated padded input size per channel", "Pad"),
    ({"kernel_size": 0}, "kernel size should be greater than zero", "take 1 or more"),
    ({"stride": 0}, "non-positive stride is not supported", "take 1 or more"),
    ({"padding": -1}, "negative padding is not supported", "take 0 or more"),
    ({"dilation": 0}, "dilation should be greater than zero", "take 1 or more"),
    ({"groups": 2}, "in_channels must be divisible by groups", "divisor"),
    ({"groups": 3}, "out_channels must be divisible by groups", "divisor"),
    ({"groups": 0}, "groups must be a positive integer", "1 mixes all"),
    ({"padding": "same", "stride": 2}, "padding='same' is not supported for strided", "number"),
    ({"padding": "full"}, "Invalid padding string 'full'", "number"),
    ({"in_channels": 4}, "expected input[1, 3, 8, 6] to have 4 channels, but got 3", "Set in_ch"),
]


@pytest.mark.parametrize(("fault", "phrase", "cure"), REFUSED_CONVOLUTIONS)
def test_a_refused_convolution_is_explained_in_torchs_words(fault, phrase, cure):
    settings = {"in_channels": 3, "out_channels": 8, "kernel_size": 3, **fault}
    with pytest.raises((RuntimeError, ValueError)) as refusal:
        nn.Conv2d(**settings)(torch.zeros(1, 3, 8, 6))
    explanation = explain(Convolution(**settings), (8, 6), in_channels=3)
    assert phrase in str(refusal.value)
    assert phrase in explanation
    assert cure in explanation


REFUSED_POOLINGS = [
    ({"kernel_size": 9}, "Output size is too small"),
    ({"kernel_size": 3, "dilation": 4}, "Output size is too small"),
    ({"kernel_size": 2, "stride": 0}, "stride should not be zero"),
    ({"kernel_size": 2, "stride": -1}, "stride should be greater than zero"),
    ({"kernel_size": -1, "stride": 1}, "kernel size should be greater than zero"),
    ({"kernel_size": 2, "padding": -1}, "pad must be non-negative"),
    ({"kernel_size": 3, "padding": 2}, "half of"),
    ({"kernel_size": 3, "padding": 2, "dilation": 2}, "half of"),
    ({"kernel_size": 2, "dilation": 0}, "dilation should be greater than zero"),
]


@pytest.mark.parametrize(("settings", "phrase"), REFUSED_POOLINGS)
def test_a_refused_pooling_is_explained_in_torchs_words(settings, phrase):
    with pytest.raises(RuntimeError) as refusal:
        nn.MaxPool2d(**settings)(torch.zeros(1, 3, 8, 6))
    assert phrase in str(refusal.value)
    assert phrase in explain(Pooling(**settings), (8, 6))


@pytest.mark.parametrize("kind", [nn.MaxPool2d, nn.AvgPool2d])
def test_every_small_pooling_that_rounds_up_has_torchs_size(kind):
    """All at once: a last window may begin inside the image or the padding before it, not after."""
    grid = itertools.product(range(1, 10), range(1, 5), range(1, 6), range(3))
    for length, kernel, stride, padding in grid:
        if padding > kernel // 2 or length + 2 * padding < kernel:
            continue
        found = kind(kernel, stride, padding, ceil_mode=True)(torch.zeros(1, 1, length, length))
        layer = Pooling(kernel, stride, padding, ceil_mode=True)
        assert layer.output_size(length) == tuple(found.shape[2:]), (length, layer)


def test_an_average_cannot_be_dilated():
    with pytest.raises(TypeError) as refusal:
        nn.AvgPool2d(2, dilation=2)
    explanation = explain(Pooling(2, dilation=2, kind="average"), 8)
    assert "got an unexpected keyword argument 'dilation'" in str(refusal.value)
    assert "got an unexpected keyword argument 'dilation'" in explanation


def test_merges_and_linear_layers_complain_in_torchs_words():
    small, large, wide = (3, 4, 4), (3, 8, 8), (4, 8, 8)
    cases = [
        (Add().problem(large, small), lambda: torch.zeros(1, *large) + torch.zeros(1, *small)),
        (Add().problem(large, wide), lambda: torch.zeros(1, *large) + torch.zeros(1, *wide)),
        (
            Concatenate().problem(large, small),
            lambda: torch.cat([torch.zeros(1, *large), torch.zeros(1, *small)], 1),
        ),
        (Linear(400, 10).problem(wide), lambda: nn.Linear(400, 10)(torch.zeros(1, 256))),
    ]
    for ours, provoke in cases:
        with pytest.raises(RuntimeError) as refusal:
            provoke()
        theirs = str(refusal.value).removeprefix("addmm: ").rstrip(".")
        assert theirs in ours


def test_what_torch_accepts_needs_no_explanation():
    assert explain(Convolution(3, 8, 3), 32, in_channels=3) is None
    assert explain(Pooling(9, ceil_mode=True), (8, 6)) is None
    assert nn.MaxPool2d(9, ceil_mode=True)(torch.zeros(1, 1, 8, 6)).shape[2:] == (1, 1)


def test_values_that_are_no_sizes_are_refused_at_once():
    with pytest.raises(GeometryError, match="kernel_size=3.0 was found; expected a whole number"):
        Convolution(3, 8, 3.0)
    with pytest.raises(GeometryError, match="kind='avg' was found"):
        Pooling(2, kind="avg")
    with pytest.raises(GeometryError, match="has no cells"):
        Convolution(3, 8, 3, padding=1).output_size((0, 4))


def test_padding_adds_and_negative_padding_cuts_off():
    borders = ((1, 2), (-1, 0))
    found = nn.functional.pad(torch.zeros(1, 1, 4, 4), (-1, 0, 1, 2)).shape[2:]
    assert Padding(borders).output_size(4) == tuple(found) == (7, 3)
    with pytest.raises(GeometryError, match="is non-positive"):
        Padding(((-2, -2), (0, 0))).output_size(4)


@pytest.mark.parametrize(("field", "number"), [(31, 0), (33, 2), (45, 14), (63, 32)])
def test_how_many_of_32_positions_see_every_pixel(field, number):
    """Counted with a box of that width slid over a row of 32 ones."""
    row = torch.ones(1, 1, 32)
    box = torch.ones(1, 1, field)
    seen = nn.functional.conv1d(row, box, padding=field // 2).flatten()
    positions = [index for index, pixels in enumerate(seen.tolist()) if pixels == 32]
    assert [*positions_that_see_all(field, 32)] == positions
    assert len(positions) == number


def test_the_centre_is_the_first_to_see_everything():
    assert [*positions_that_see_all(33, 32)] == [15, 16]
    assert statistics.mean(positions_that_see_all(45, 32)) == 15.5


@pytest.mark.parametrize("jump", [1, 2, 4, 8])
@pytest.mark.parametrize("field", [20, 31, 47, 55, 103])
@pytest.mark.parametrize("start", [-60, -47, -9, 0])
def test_positions_of_a_strided_map_are_those_whose_box_holds_the_image(field, jump, start):
    expected = [
        index
        for index in range(-(-32 // jump))
        if set(range(32)) <= set(range(start + jump * index, start + jump * index + field))
    ]
    assert [*positions_that_see_all(field, 32, jump, start)] == expected


def test_a_field_without_pixels_is_refused():
    with pytest.raises(GeometryError, match="receptive_field is 0"):
        positions_that_see_all(0, 32)
