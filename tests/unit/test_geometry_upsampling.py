"""Layers that make maps larger, and what lies around a map: against torch and published numbers."""

from fractions import Fraction

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.geometry import (
    Convolution,
    GeometryError,
    Padding,
    PixelShuffle,
    PixelUnshuffle,
    TransposedConvolution,
    Upsample,
    explain,
    overlap_counts,
    overlaps_along,
    padded_index,
    shuffle_source,
    shuffle_target,
    unread,
)


def transposed(kernel_size, **settings):
    return TransposedConvolution(1, 1, kernel_size, **settings)


def test_a_transposed_convolution_has_the_taps_of_the_convolution_walked_backwards():
    """The course's 5x5 of stride 2 comes from 3x3, tap for tap."""
    settings = {"kernel_size": 3, "stride": 2, "padding": 1}
    down, up = Convolution(1, 1, **settings), TransposedConvolution(1, 1, **settings)
    assert down.output_size(5) == (3, 3)
    assert up.output_size(3) == (5, 5)
    forwards = {(tap.input, tap.output, tap.weight)
                for r in range(3) for c in range(3) for tap in down.taps((r, c), 5)}  # fmt: skip
    backwards = {(tap.output, tap.input, tap.weight)
                 for r in range(5) for c in range(5) for tap in up.taps((r, c), 3)}  # fmt: skip
    assert forwards == backwards


def test_output_padding_chooses_among_the_sizes_that_a_stride_maps_alike():
    assert [Convolution(1, 1, 3, 2, 1).output_size(n)[0] for n in (7, 8)] == [4, 4]
    assert [transposed(3, stride=2, padding=1, output_padding=e).output_size(4)[0]
            for e in (0, 1)] == [7, 8]  # fmt: skip


# Odena et al., Distill 2016: even where the stride divides the kernel, a checkerboard where not.
PROFILES = [
    (2, 2, [1, 1]),
    (3, 2, [2, 1]),
    (4, 2, [2, 2]),
    (5, 2, [3, 2]),
    (5, 3, [2, 2, 1]),
    (6, 3, [2, 2, 2]),
    (2, 3, [1, 1, 0]),
]


@pytest.mark.parametrize(("kernel", "stride", "period"), PROFILES)
def test_overlaps_repeat_with_the_stride(kernel, stride, period):
    profile = overlaps_along(transposed(kernel, stride=stride), 0, 8)
    assert profile[2 * stride : 6 * stride] == period * 4
    ones = F.conv_transpose1d(torch.ones(1, 1, 8), torch.ones(1, 1, kernel), stride=stride)
    assert profile == ones.flatten().tolist()


def test_the_rows_that_output_padding_adds_get_no_stamp():
    layer = transposed(3, stride=2, output_padding=1)
    assert overlaps_along(layer, 0, 4) == [1, 1, 2, 1, 2, 1, 2, 1, 1, 0]
    stamps = F.conv_transpose2d(
        torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3), stride=2, output_padding=1
    )
    assert overlap_counts(layer, 4) == stamps[0, 0].tolist()


def test_its_products_are_counted_at_input_positions():
    """torchinfo multiplies by output positions: four times this at stride 2."""
    module = nn.ConvTranspose2d(8, 16, 4, 2, 1)
    layer = TransposedConvolution(8, 16, 4, 2, 1)
    with FlopCounterMode(display=False) as counter:
        output = module(torch.zeros(1, 8, 10, 10))
    assert counter.get_total_flops() == 2 * layer.macs(tuple(output.shape[2:])) == 409_600
    assert layer.weight_shape == tuple(module.weight.shape) == (8, 16, 4, 4)
    assert layer.parameters == sum(p.numel() for p in module.parameters())


def test_the_input_of_an_output_is_known_or_there_is_none():
    layer = transposed((3, 4), stride=(2, 3), padding=1, output_padding=(1, 0))
    assert layer.input_size(layer.output_size((5, 7))) == (5, 7)
    with pytest.raises(GeometryError, match="No input gives 11 x 20 cells"):
        layer.input_size((11, 20))


def test_weights_of_groups_are_shaped_as_torch_shapes_them():
    module = nn.ConvTranspose2d(8, 12, 4, groups=4)
    layer = TransposedConvolution(8, 12, 4, groups=4)
    assert layer.weight_shape == tuple(module.weight.shape) == (8, 3, 4, 4)
    assert [*layer.channels_read_by(5)] == [2, 3]
    image = torch.ones(1, 8, 1, 1, requires_grad=True)
    module(image)[0, 5].sum().backward()
    assert image.grad.flatten().nonzero().flatten().tolist() == [2, 3]


REFUSED = [
    ({"stride": 2, "output_padding": 2}, "output padding must be smaller than either", "at most 1"),
    ({"output_padding": -1}, "negative output_padding is not supported", "take 0 or more"),
    ({"padding": 7}, "Output size is too small", "lower it by 4"),
    ({"padding": -1}, "negative padding is not supported", "take 0 or more"),
    ({"in_channels": 4}, "expected input[1, 3, 5, 6] to have 4 channels, but got 3", "Set in_ch"),
    ({"groups": 2}, "in_channels must be divisible by groups", "divisor"),
]


@pytest.mark.parametrize(("fault", "phrase", "cure"), REFUSED)
def test_a_refused_transposed_convolution_is_explained_in_torchs_words(fault, phrase, cure):
    settings = {"in_channels": 3, "out_channels": 8, "kernel_size": 3, **fault}
    with pytest.raises((RuntimeError, ValueError)) as refusal:
        nn.ConvTranspose2d(**settings)(torch.zeros(1, 3, 5, 6))
    explanation = explain(TransposedConvolution(**settings), (5, 6), in_channels=3)
    assert phrase in str(refusal.value)
    assert phrase in explanation
    assert cure in explanation


def test_the_cure_for_a_map_that_shrinks_to_nothing_is_enough_and_no_more():
    for padding in range(4, 12):
        layer = transposed(3, padding=padding)
        lower = int(explain(layer, (5, 6)).split("lower it by ")[1].split(",")[0])
        assert explain(transposed(3, padding=padding - lower), (5, 6)) is None
        assert explain(transposed(3, padding=padding - lower + 1), (5, 6)) is not None


def test_a_dilated_one_may_take_output_padding_up_to_its_dilation():
    settings = {"kernel_size": 3, "stride": 1, "dilation": 3, "output_padding": 2}
    found = nn.ConvTranspose2d(1, 1, **settings)(torch.zeros(1, 1, 5, 6)).shape[2:]
    assert transposed(**settings).output_size((5, 6)) == tuple(found)


def test_pixel_shuffle_only_moves_numbers():
    numbered = torch.arange(2 * 9 * 2 * 3).reshape(18, 2, 3)
    layer, shuffled = PixelShuffle(3), F.pixel_shuffle(numbered, 3)
    assert layer.output_shape((18, 2, 3)) == tuple(shuffled.shape) == (2, 6, 9)
    cells = [(c, y, x) for c in range(2) for y in range(6) for x in range(9)]
    assert all(shuffled[cell] == numbered[layer.source(cell)] for cell in cells)
    assert all(layer.target(layer.source(cell)) == cell for cell in cells)
    back = PixelUnshuffle(3)
    assert all(back.target(cell) == shuffle_source(cell, 3) == layer.source(cell) for cell in cells)
    assert all(back.source(shuffle_source(cell, 3)) == cell for cell in cells)
    assert shuffle_target((7, 1, 2), 3) == (0, 5, 7)


def test_in_space_a_shuffled_cell_has_one_tap_and_an_unshuffled_one_a_block():
    (tap,) = PixelShuffle(2).taps((3, 4), 5)
    assert (tap.input, tap.weight) == ((1, 2), (1, 0))
    taps = PixelUnshuffle(2).taps((1, 0), 6)
    assert [tap.input for tap in taps] == [(2, 0), (2, 1), (3, 0), (3, 1)]


@pytest.mark.parametrize(
    ("layer", "module", "shape", "phrase", "cure"),
    [
        (PixelShuffle(2), nn.PixelShuffle(2), (6, 4, 4), "input.size(-3)=6 is not", "8 channels"),
        (PixelShuffle(0), nn.PixelShuffle(0), (4, 4, 4), "positive upscale_factor", "1 or more"),
        (PixelUnshuffle(2), nn.PixelUnshuffle(2), (1, 5, 4), "input.size(-2)=5 is not", "by 1"),
        (PixelUnshuffle(3), nn.PixelUnshuffle(3), (1, 6, 7), "expects width to be", "Pad"),
    ],
)
def test_refused_shuffles_are_explained_in_torchs_words(layer, module, shape, phrase, cure):
    with pytest.raises(RuntimeError) as refusal:
        module(torch.zeros(1, *shape))
    assert phrase in str(refusal.value)
    assert phrase in layer.problem(shape)
    assert cure in layer.problem(shape)


def test_shuffles_take_one_factor_for_both_directions_as_in_torch():
    with pytest.raises(TypeError, match="must be int"):
        F.pixel_shuffle(torch.zeros(1, 4, 2, 2), (2, 2))
    with pytest.raises(GeometryError, match="expected one int for both directions"):
        PixelShuffle((2, 2))


def test_doubling_bilinearly_mixes_four_cells_as_9_3_3_1():
    layer = Upsample(scale_factor=2, mode="bilinear")
    shares = layer.shares((3, 4), 6)
    sixteenths = {cell: share * 16 for cell, share in shares.items()}
    assert sixteenths == {(1, 1): 3, (1, 2): 9, (2, 1): 1, (2, 2): 3}
    assert sum(shares.values()) == 1
    assert layer.shares((0, 0), 6) == {(0, 0): 1}  # the border is repeated


def test_with_corners_aligned_the_shares_depend_on_the_size():
    layer = Upsample(size=(5, 1), mode="bilinear", align_corners=True)
    assert layer.shares((1, 0), (3, 1)) == {(0, 0): Fraction(1, 2), (1, 0): Fraction(1, 2)}
    assert layer.shares((1, 0), (2, 1)) == {(0, 0): Fraction(3, 4), (1, 0): Fraction(1, 4)}
    with pytest.raises(GeometryError, match="Pass input_size"):
        layer.taps_along(0, 1)


def test_values_that_are_no_scales_and_modes_without_taps_are_refused_at_once():
    with pytest.raises(GeometryError, match="scale_factor='2' was found"):
        Upsample(scale_factor="2")
    with pytest.raises(GeometryError, match="mode='bicubic' was found; expected 'nearest' or"):
        Upsample(scale_factor=2, mode="bicubic")


@pytest.mark.parametrize(
    ("mode", "row"),
    [
        ("zeros", [None] * 3 + [0, 1, 2, 3] + [None] * 3),
        ("replicate", [0, 0, 0, 0, 1, 2, 3, 3, 3, 3]),
        ("circular", [1, 2, 3, 0, 1, 2, 3, 0, 1, 2]),
        ("reflect", [3, 2, 1, 0, 1, 2, 3, 2, 1, 0]),
        ("symmetric", [2, 1, 0, 0, 1, 2, 3, 3, 2, 1]),
    ],
)
def test_each_padding_mode_shows_its_own_cells(mode, row):
    assert [padded_index(position, 4, mode) for position in range(-3, 7)] == row


def test_borders_that_torch_refuses_are_explained():
    with pytest.raises(GeometryError, match=r"should be less than .* pad by 3 at most"):
        padded_index(-4, 4, "reflect")
    with pytest.raises(GeometryError, match=r"wrapping around more than once.* pad by 4 at most"):
        padded_index(8, 4, "circular")
    assert padded_index(-4, 4, "circular") == 0
    with pytest.raises(NotImplementedError) as refusal:
        F.pad(torch.zeros(1, 1, 4, 4), (1, 1, 1, 1), mode="symmetric")
    explanation = explain(Padding(((1, 1), (1, 1)), "symmetric"), 4)
    assert str(refusal.value) in explanation
    assert "'reflect' is the nearest" in explanation


def test_a_convolution_reads_the_mirrored_cells_where_its_padding_reflects():
    layer = Convolution(1, 1, 3, padding=1, padding_mode="reflect")
    assert [tap.input for tap in layer.taps((0, 2), 5)][:3] == [(1, 1), (1, 2), (1, 3)]
    assert len(Convolution(1, 1, 3, padding=1).taps((0, 2), 5)) == 6
    assert overlap_counts(layer, 4) == [[9] * 4] * 4


def test_rows_that_no_output_reads_are_named():
    """PyTorch floors where a stride does not come out even: the last row is lost."""
    assert unread(Convolution(1, 1, 3, stride=2), (6, 7)) == ([5], [])
    assert unread(Convolution(1, 1, 1, stride=3), (7, 5)) == ([1, 2, 4, 5], [1, 2, 4])
    assert unread(Convolution(1, 1, 2, dilation=2), (3, 4)) == ([1], [])
    image = torch.ones(1, 1, 6, 7, requires_grad=True)
    F.conv2d(image, torch.ones(1, 1, 3, 3), stride=2).sum().backward()
    assert [row for row in range(6) if not image.grad[0, 0, row].any()] == [5]
