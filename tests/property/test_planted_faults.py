"""The random tests bite: each fault planted here turns the claim that guards against it red."""

import dataclasses
from fractions import Fraction
from functools import wraps
from math import floor, prod

import claims
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from random_layers import (
    convolutions,
    poolings,
    shuffles,
    transposed_convolutions,
    upsamplings,
)
from random_networks import networks, window_chains

from course_lib.geometry import (
    Convolution,
    GeometryError,
    PixelShuffle,
    Pooling,
    Reach,
    TransposedConvolution,
    Upsample,
    Window,
    chain,
)
from course_lib.geometry import layer as layer_module


def if_accepted(claim):
    @wraps(claim)
    def check(sample):
        if claims.is_accepted(sample):
            claim(sample)

    return check


wired = if_accepted(claims.wired_alike)
weighted = if_accepted(claims.weighted_alike)
costed = if_accepted(claims.costs_alike)
maximal = if_accepted(claims.maximum_alike)


def counted(network):
    if claims.fits(network.network, (9, 10)):
        claims.counted_alike(network.network, network.run, (9, 10), (5, 4), (3, 6))


def boxed(network):
    if claims.fits(network.network, (96, 120)):
        claims.boxed_alike(network.network, (96, 120), [(0, 0), (7, 12), (10, 5)])


def recurrent(layers):
    claims.recurrence_holds(layers, chain(layers, 1), 400)


def sign_flipped_in_the_taps(plant):
    def taps(self, axis, output):
        first = output * self.stride[axis] - self.borders[axis][0]
        return [(first - t * self.dilation[axis], t) for t in range(self.kernel_size[axis])]

    plant(Window, "taps_along", taps)


def sign_flipped_in_the_transposed_taps(plant):
    def taps(self, axis, output):
        stride, place = self.stride[axis], output + self.padding[axis]
        reached = [(place + t * self.dilation[axis], t) for t in range(self.kernel_size[axis])]
        return [(index // stride, t) for index, t in reached if index % stride == 0]

    plant(TransposedConvolution, "taps_along", taps)


def dilation_dropped_from_the_centre(plant):
    """The formula of several public libraries: ((kernel_size - 1) / 2 - padding) * jump."""
    right = Reach.after

    def after(self, layer, axis):
        reach = right(self, layer, axis)
        if not isinstance(layer, Window):
            return reach
        taps = layer.kernel_size[axis] - 1
        lost = Fraction((layer.dilation[axis] - 1) * taps, 2) * self.jump
        spans = tuple(ends and (ends[0] - lost, ends[1] - lost) for ends in reach.spans)
        return dataclasses.replace(reach, spans=spans)

    plant(Reach, "after", after)


def fractional_jump_rounded(plant):
    plant(TransposedConvolution, "step_along", lambda self, axis: Fraction(1))


def recurrence_with_a_fractional_jump(plant):
    """r + (K - 1) * j with j / stride for a transposed layer: right on average at best."""
    right = Reach.after

    def after(self, layer, axis):
        reach = right(self, layer, axis)
        if not isinstance(layer, TransposedConvolution) or not self.reads_everywhere:
            return reach
        first, last = self.spans[0]
        jump = Fraction(self.jump, layer.stride[axis])
        more = floor((layer.effective_kernel_size[axis] - 1) * jump)
        spans = tuple((floor(first + o * jump), floor(last + o * jump) + more)
                      for o in range(reach.period))  # fmt: skip
        return dataclasses.replace(reach, spans=spans)

    plant(Reach, "after", after)


def padding_added_twice(plant):
    plant(Convolution, "borders", property(lambda self: ((2, 2), (2, 2))))


def output_padding_forgotten(plant):
    def lengths(self, size):
        kernel = self.effective_kernel_size
        height, width = (
            (size[a] - 1) * self.stride[a] - 2 * self.padding[a] + kernel[a] for a in (0, 1)
        )
        return height, width

    plant(TransposedConvolution, "_lengths", lengths)


def macs_at_output_positions(plant):
    """As summaries count them, four times too many at stride 2."""
    plant(TransposedConvolution, "macs", lambda self, size: prod(self.weight_shape) * prod(size))


def channels_in_another_order(plant):
    """TensorFlow's depth_to_space keeps the channels of a block last."""

    def source(self, cell):
        factor, (channel, row, column) = self.upscale_factor, cell
        place = row % factor * factor + column % factor
        return place * 2 + channel, row // factor, column // factor

    plant(PixelShuffle, "source", source)


def corners_in_place_of_middles(plant):
    right = Upsample._sampling

    def sampling(self, *steps):
        return dataclasses.replace(right(self, *steps), offset=(Fraction(0), Fraction(0)))

    plant(Upsample, "_sampling", sampling)


def mirror_that_repeats_the_edge(plant):
    right = layer_module.padded_index
    modes = {"reflect": "symmetric"}
    plant(layer_module, "padded_index", lambda i, n, mode: right(i, n, modes.get(mode, mode)))


def last_window_begins_in_the_padding(plant):
    def ceiled(self, padded, kernel, axis):
        return -((kernel - padded) // self.stride[axis]) + 1

    plant(Pooling, "_ceiled", ceiled)


CAUGHT = [
    (sign_flipped_in_the_taps, wired, convolutions()),
    (sign_flipped_in_the_taps, weighted, convolutions()),
    (sign_flipped_in_the_taps, maximal, poolings("max")),
    (sign_flipped_in_the_taps, counted, networks()),
    (sign_flipped_in_the_transposed_taps, wired, transposed_convolutions()),
    (sign_flipped_in_the_transposed_taps, weighted, transposed_convolutions()),
    (dilation_dropped_from_the_centre, recurrent, window_chains()),
    (dilation_dropped_from_the_centre, boxed, networks()),
    (fractional_jump_rounded, boxed, networks()),
    (recurrence_with_a_fractional_jump, boxed, networks()),
    (padding_added_twice, claims.refused_alike, convolutions()),
    (output_padding_forgotten, claims.refused_alike, transposed_convolutions()),
    (macs_at_output_positions, costed, transposed_convolutions()),
    (channels_in_another_order, claims.shuffled_alike, shuffles()),
    (corners_in_place_of_middles, wired, upsamplings()),
    (mirror_that_repeats_the_edge, wired, convolutions()),
    (last_window_begins_in_the_padding, claims.refused_alike, poolings()),
]


@pytest.mark.parametrize(
    ("fault", "claim", "examples"), CAUGHT, ids=[f"{f.__name__}-{c.__name__}" for f, c, _ in CAUGHT]
)
def test_a_planted_fault_turns_its_claim_red(fault, claim, examples, monkeypatch):
    @settings(
        derandomize=True,
        deadline=None,
        max_examples=400,
        database=None,
        phases=[Phase.generate],  # the first example that fails is enough
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(examples)
    def attempt(example):
        claim(example)

    fault(monkeypatch.setattr)
    with pytest.raises((AssertionError, GeometryError)):  # a wrong answer, or none
        attempt()
