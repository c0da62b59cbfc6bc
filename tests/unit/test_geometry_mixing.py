"""Holes and channels are followed exactly: against the gradients and the maps of torch."""

import random
from functools import reduce
from itertools import product
from math import prod

import pytest
import torch
from torch import nn

from course_lib.explorers.code import torch_line
from course_lib.geometry import (
    ChannelShuffle,
    Convolution,
    GeometryError,
    Layer,
    Mixing,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    Seen,
    TransposedConvolution,
    Upsample,
    chain,
    channels_read,
)

SEED = 5
SIDE = 48  # of the images; wide enough for a cell in the middle to see no border


def built(layers) -> nn.Sequential:
    """The layers in torch, with every weight 1."""
    network = nn.Sequential(*(eval(torch_line(layer), {"nn": nn}) for layer in layers)).double()
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    return network


def window(rng: random.Random, c: int, out: int, groups: int) -> Convolution:
    kernel = rng.choice([(1, 1), (2, 2), (3, 3), (3, 1), (2, 5)])
    return Convolution(c, out, kernel, rng.choice([1, 1, 2, 3]), rng.randint(0, 2),
                       rng.choice([1, 2, 3]), groups, bias=False)  # fmt: skip


def layer_behind(rng: random.Random, c: int, mixes: bool) -> Layer:
    """Some layer for c channels; a dense one where it ``mixes``."""
    groups = 1 if mixes else rng.choice([g for g in (1, 2, 4, 8) if c % g == 0])
    out = groups * rng.choice([2, 4]) if mixes else rng.choice([c, 2 * c]) if c < 16 else c
    transposed = TransposedConvolution(c, out, rng.choice([2, 3, 4]), rng.choice([1, 2, 3]),
                                       rng.randint(0, 1), groups=groups, bias=False)  # fmt: skip
    if mixes:
        return rng.choice([window(rng, c, out, 1), transposed])
    return rng.choice([
        window(rng, c, out, groups), window(rng, c, out, groups), transposed,
        ChannelShuffle(groups), ChannelShuffle(groups),
        Pooling(rng.choice([2, 3]), kind="average"), PixelShuffle(2), PixelUnshuffle(2),
        Upsample(scale_factor=2), Upsample(scale_factor=2, mode="bilinear"),
    ])  # fmt: skip


def stacks(number: int, mixes: bool):
    """Random stacks that torch accepts, for images with so many channels."""
    rng, found = random.Random(SEED), 0
    while found < number:
        channels = rng.choice([1, 4, 8])
        layers, c = [], channels
        for _ in range(rng.randint(1, 5)):
            layers.append(layer_behind(rng, c, mixes and len(layers) % 2 == 1))
            try:
                shape = chain(layers, channels).shapes(SIDE)
            except GeometryError:
                layers.pop()
                continue
            c, high, wide = [*shape.values()][-1]
        unshuffled = prod(getattr(layer, "downscale_factor", 1) for layer in layers)
        if mixes and len(layers) % 2:
            continue  # every other layer is dense, the last one too
        if layers and min(high, wide) > 6 and max(high, wide) < 100 and unshuffled <= 4:
            found += 1
            yield channels, tuple(layers), (high, wide)


def test_the_pixels_that_are_seen_are_those_with_a_gradient():
    for channels, layers, (high, wide) in stacks(40, mixes=True):
        image = torch.zeros(1, channels, SIDE, SIDE, dtype=torch.double, requires_grad=True)
        cell = high // 2, wide // 2
        out = built(layers)(image)[..., cell[0], cell[1]]
        if not out.requires_grad:
            continue
        out.sum().backward()
        grad = image.grad.sum((0, 1))
        for axis in (0, 1):
            seen = reduce(lambda s, layer, axis=axis: s.after(layer, axis), layers, Seen())
            first, bits = seen.at(cell[axis])
            pixels = [first + n for n in range(bits.bit_length()) if bits >> n & 1]
            inside = [pixel for pixel in pixels if 0 <= pixel < SIDE]
            found = grad.sum(1 - axis).nonzero().flatten().tolist()
            assert found == inside, (SEED, layers, axis)


def test_spans_and_holes_of_well_known_rates():
    rates = {(2, 2, 2): (13, 7), (1, 2, 5): (17, 17), (1, 3, 9): (27, 27), (2, 4, 8): (29, 15)}
    for given, (span, covered) in rates.items():
        seen = reduce(Seen.after, (Convolution(1, 1, 3, dilation=d) for d in given), Seen())
        assert (seen.spans, seen.covered) == ((span,), (covered,))


def test_what_no_tap_leads_to_is_seen_as_nothing():
    seen = Seen().after(TransposedConvolution(1, 1, 1, stride=2))
    assert (seen.spans, seen.covered) == ((1, 0), (1, 0))


def read_in_torch(layers, channels: int) -> int:
    """The channels that every value reads: which images with a single channel make it nonzero."""
    side = prod(getattr(layer, "downscale_factor", 1) for layer in layers)
    images = torch.zeros(channels, side, side, channels, SIDE, SIDE, dtype=torch.double)
    for channel, row, column in product(range(channels), range(side), range(side)):
        images[channel, row, column, channel, row::side, column::side] = 1
    out = built(layers)(images.flatten(0, 2)) > 0
    high, wide = out.shape[-2:]
    middle = out[..., high // 3 : -(high // 3), wide // 3 : -(wide // 3)]
    whole = middle.unflatten(0, (channels, side * side)).all(1)
    return int(whole.sum(0).min())


def test_the_channels_that_are_read_are_those_that_torch_carries_through():
    numbers = []
    for channels, layers, size in stacks(50, mixes=False):
        if min(size) >= 20:  # so that the middle shows the whole pattern, and no padding
            numbers.append(channels_read(layers, channels))
            assert numbers[-1] == read_in_torch(layers, channels), (SEED, channels, layers)
    assert len(numbers) > 15
    assert {1, 2, 4, 8} <= set(numbers)


@pytest.mark.parametrize(("shuffles", "read"), [((), 8), ((8,), 64), ((4,), 32), ((8, 8), 8)])
def test_two_layers_of_8_groups_read_64_channels_with_a_channel_shuffle(shuffles, read):
    grouped = Convolution(64, 64, 1, groups=8)
    assert channels_read([grouped, *map(ChannelShuffle, shuffles), grouped], 64) == read


def test_a_shuffle_there_and_back_mixes_nothing():
    assert channels_read([ChannelShuffle(2), ChannelShuffle(8)], 16) == 1
    assert channels_read([PixelUnshuffle(2), PixelShuffle(2)], 16) == 0, "one place, not all four"
    dense = Convolution(16, 16, 1)
    assert channels_read([PixelUnshuffle(2), Convolution(64, 64, 1), PixelShuffle(2)], 16) == 16
    assert channels_read([PixelShuffle(2), dense], 64) == 16, "a quarter of them at each place"


def test_a_wrong_number_of_groups_is_explained_in_torchs_words():
    assert "divisible by groups" in ChannelShuffle(3).problem((16, 4, 4))
    assert "must be positive" in ChannelShuffle(0).problem((16, 4, 4))
    assert ChannelShuffle(4).problem((16, 4, 4)) is None
    assert Mixing.unmixed(3).after(ChannelShuffle(3)).reads == Mixing.unmixed(3).reads
