"""What lesson 06's checks expect, held against torch."""

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.exercises import pixel_shuffle as check
from course_lib.models.super_resolution import icnr


def test_torchs_own_pixel_shuffle_is_right():
    assert check.pixel_shuffle(F.pixel_shuffle).outcome == "right"


def test_slices_written_one_place_at_a_time_are_right_too():
    def by_slices(x, upscale_factor):
        n, channels, height, width = x.shape
        r = upscale_factor
        out = x.new_empty(n, channels // r**2, height * r, width * r)
        for place in range(r * r):
            out[..., place // r :: r, place % r :: r] = x[:, place :: r * r]
        return out

    assert check.pixel_shuffle(by_slices).outcome == "right"


def test_the_inputs_of_the_shuffle_let_no_order_of_the_channels_pass():
    for x, r in check.pixel_shuffle.inputs.values():
        assert x.shape[2] != x.shape[3]
        assert x.shape[1] // r**2 >= 2, "with one channel both orders agree"
    assert max(len(x) for x, _ in check.pixel_shuffle.inputs.values()) > 1


def test_the_source_is_where_a_number_comes_out_of_torch():
    shape = (1, 18, 4, 5)
    x = torch.arange(torch.Size(shape).numel()).reshape(shape)
    number = int(F.pixel_shuffle(x, 3)[0, 1, 5, 7])
    place = (x[0] == number).nonzero()[0].tolist()
    assert check.source.solution == dict(zip(("channel", "row", "column"), place, strict=True))
    assert check.source.solution == {"channel": 16, "row": 1, "column": 2}


def test_icnr_starts_as_nearest_upsampling():
    torch.manual_seed(6)
    x, filters = torch.randn(2, 3, 5, 7), torch.randn(4, 3, 3, 3)
    for r in (1, 2, 3):
        shuffled = F.pixel_shuffle(F.conv2d(x, icnr(filters, r), padding=1), r)
        wanted = F.interpolate(F.conv2d(x, filters, padding=1), scale_factor=r)
        torch.testing.assert_close(shuffled, wanted)


def test_the_subpixel_layer_with_its_biases_is_the_transposed_one_exactly():
    for weight, bias in check.as_subpixel.inputs.values():
        inputs, outputs, r, _ = weight.shape
        x = torch.arange(2.0 * inputs * 12).reshape(2, inputs, 3, 4) % 7
        layers = nn.Sequential(nn.Conv2d(inputs, outputs * r * r, 1), nn.PixelShuffle(r))
        layers[0].load_state_dict(check.as_subpixel.reference(weight, bias))
        wanted = F.conv_transpose2d(x, weight, bias, stride=r)
        assert float((layers(x) - wanted).abs().max()) == 0.0


def test_a_random_head_makes_4_and_9_values_and_icnr_one():
    assert check.flat_values.solution == {"r = 2": 4, "r = 3": 9, "ICNR": 1}
