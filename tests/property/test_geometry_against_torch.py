"""Random layers and networks: the arithmetic against what torch does with them.

The examples are the same in every run (``derandomize``).
"""

from types import SimpleNamespace

import torch
import torch.nn.functional as F
from hypothesis import event, given, settings
from hypothesis import strategies as st
from torch import nn

from course_lib.geometry import (
    Add,
    Concatenate,
    Convolution,
    Network,
    Pooling,
    explain,
    merge,
    path_counts,
    receptive_fields,
    source,
)

FIXED = settings(derandomize=True, deadline=None, max_examples=120)
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def convolution_settings(draw, low=0):
    """With low=1 all values are legal by themselves; with 0 some are what a slider may reach."""
    groups = draw(st.integers(1, 3))
    strings = st.sampled_from(["same", "valid"])
    uneven = low == 0 and draw(st.integers(0, 9)) == 0
    return {
        "in_channels": groups * draw(st.integers(1, 2)),
        "out_channels": groups * draw(st.integers(1, 2)) + uneven,
        "kernel_size": draw(pairs(low, 4)),
        "stride": draw(pairs(low, 3)),
        "padding": draw(st.one_of(pairs(low - 1, 3), strings)),
        "dilation": draw(pairs(low, 3)),
        "groups": groups,
        "bias": draw(st.booleans()),
    }


@st.composite
def pooling_settings(draw, low=0):
    return {
        "kernel_size": draw(pairs(low, 4)),
        "stride": draw(st.none() | pairs(low, 3)),
        "padding": draw(pairs(low - 1, 2)),
        "dilation": draw(pairs(low, 3)),
        "ceil_mode": draw(st.booleans()),
    }


def torch_shape(build, image):
    """The shape that torch makes, or None where it refuses."""
    try:
        return tuple(build()(image).shape[1:])
    except (RuntimeError, ValueError):
        return None


@FIXED
@given(convolution_settings(), SIZES, st.integers(0, 9))
def test_torch_and_explain_refuse_the_same_convolutions(values, size, odd):
    channels = values["in_channels"] + (odd == 0)
    layer = Convolution(**values)
    found = torch_shape(lambda: nn.Conv2d(**values), torch.zeros(1, channels, *size))
    event("refused" if found is None else "accepted")
    assert (explain(layer, size, channels) is None) == (found is not None)
    if found:
        assert layer.output_shape((channels, *size)) == found
        assert layer.parameters == sum(p.numel() for p in nn.Conv2d(**values).parameters())


@FIXED
@given(pooling_settings(), SIZES)
def test_torch_and_explain_refuse_the_same_poolings(values, size):
    layer = Pooling(**values)
    found = torch_shape(lambda: nn.MaxPool2d(**values), torch.zeros(1, 2, *size))
    event("refused" if found is None else "accepted")
    assert (explain(layer, size) is None) == (found is not None)
    if found:
        assert layer.output_shape((2, *size)) == found


@FIXED
@given(convolution_settings(low=1), SIZES)
def test_one_hot_weights_pick_the_pixel_that_the_tap_names(values, size):
    layer = Convolution(**values)
    if explain(layer, size):
        return
    height, width = layer.kernel_size
    image = torch.arange(1.0, size[0] * size[1] + 1).reshape(1, 1, *size)
    one_hot = torch.eye(height * width).reshape(height * width, 1, height, width)
    options = {name: values[name] for name in ("stride", "padding", "dilation")}
    picked = F.conv2d(image, one_hot, **options)[0]
    expected = torch.zeros_like(picked)
    for row in range(picked.shape[1]):
        for column in range(picked.shape[2]):
            for tap in layer.taps((row, column), size):
                weight = tap.weight[0] * width + tap.weight[1]
                expected[weight, row, column] = image[0, 0, *tap.input]
    assert picked.equal(expected)


@FIXED
@given(convolution_settings(low=1), SIZES)
def test_an_input_feeds_as_many_outputs_as_its_gradient_says(values, size):
    layer = Convolution(**values)
    if explain(layer, size):
        return
    image = torch.ones(1, 1, *size, requires_grad=True)
    options = {name: values[name] for name in ("stride", "padding", "dilation")}
    F.conv2d(image, torch.ones(1, 1, *layer.kernel_size), **options).sum().backward()
    for row in range(size[0]):
        for column in range(size[1]):
            fed = layer.outputs_fed_by((row, column), size)
            assert len(fed) == image.grad[0, 0, row, column]
            assert all(tap in layer.taps(tap.output, size) for tap in fed)


@FIXED
@given(pooling_settings(low=1), SIZES)
def test_the_last_tap_of_a_window_is_the_maximum_of_a_rising_image(values, size):
    layer = Pooling(**values)
    if explain(layer, size):
        return
    image = torch.arange(1.0, size[0] * size[1] + 1).reshape(1, 1, *size)
    maxima = F.max_pool2d(image, **values)[0, 0].tolist()
    for row, line in enumerate(maxima):
        for column, maximum in enumerate(line):
            taps = layer.taps((row, column), size)  # none where a dilated window sees padding only
            assert maximum == (image[0, 0, *taps[-1].input] if taps else float("-inf"))


def all_ones(layer):
    """The convolution with every weight one; further channels are summed, as such weights do."""
    kernel = torch.ones(1, 1, *layer.kernel_size, dtype=torch.float64)
    settings = {"stride": layer.stride, "dilation": layer.dilation, "padding": layer.padding}
    return lambda image: F.conv2d(image.sum(1, keepdim=True), kernel, **settings)


@st.composite
def networks(draw):
    """A random network, as geometry and as a torch function of one-channel images."""
    node, run, channels = source(1), lambda image: image, 1

    def convolution(parent, inner, channels, keep_size=False):
        kernel, dilation = draw(pairs(1, 3)), draw(pairs(1, 2))
        stride, padding = (1, "same") if keep_size else (draw(pairs(1, 2)), draw(pairs(0, 2)))
        layer = Convolution(channels, 1, kernel, stride, padding, dilation)
        ones = all_ones(layer)
        return parent.then(layer), lambda image: ones(inner(image))

    for kind in draw(st.lists(st.sampled_from(["plain", "add", "concatenate"]), max_size=4)):
        if kind == "plain":
            node, run = convolution(node, run, channels)
            channels = 1
            continue
        first = convolution(node, run, channels, keep_size=True)
        second = convolution(first[0], first[1], 1, keep_size=True)
        third = convolution(node, run, channels, keep_size=True)
        operation = Add() if kind == "add" else Concatenate()
        node = merge(operation, second[0], third[0])
        run = joined(kind, second[1], third[1])
        channels = 1 if kind == "add" else 2
    return SimpleNamespace(geometry=Network(node), run=run)


def joined(kind, one, other):
    if kind == "add":
        return lambda image: one(image) + other(image)
    return lambda image: torch.cat([one(image), other(image)], 1)


@FIXED
@given(networks(), st.data())
def test_path_counts_are_the_gradient_of_the_network_with_all_weights_one(network, data):
    size = data.draw(pairs(9, 14))
    image = torch.ones(1, 1, *size, dtype=torch.float64, requires_grad=True)
    try:
        output = network.run(image)
    except RuntimeError:
        event("too small for its kernels")
        return
    cell = tuple(data.draw(st.integers(0, length - 1)) for length in output.shape[2:])
    (gradient,) = torch.autograd.grad(output[..., cell[0], cell[1]].sum(), image)
    counts = path_counts(network.geometry, cell, size).counts
    assert counts == {
        (row, column): int(gradient[0, 0, row, column])
        for row, column in gradient[0, 0].nonzero().tolist()
    }


@FIXED
@given(networks(), pairs(0, 9))
def test_the_recurrence_gives_the_box_of_the_exact_set(network, cell):
    shapes = network.geometry.shapes(200)
    field = receptive_fields(network.geometry, shapes)[network.geometry.output]
    exact = path_counts(network.geometry, cell)
    assert field.box(cell) == exact.box
    assert (field.size, field.centre(cell)) == (exact.span, exact.centre)
