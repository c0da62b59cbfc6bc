"""What is claimed of layers and networks. Each claim raises AssertionError where torch disagrees.

They are plain functions, so that ``test_planted_faults.py`` can show that each of them can fail.
"""

import all_ones
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from course_lib.geometry import (
    GeometryError,
    TransposedConvolution,
    explain,
    overlap_counts,
    path_counts,
    projective_field,
    receptive_fields,
    unread,
)

# The part of torch's messages that ours have to share.
PHRASES = [
    "must be divisible by groups", "groups must be a positive integer",
    "Invalid padding string", "padding='same' is not supported for strided convolutions",
    "padding_mode must be one of", "negative padding is not supported",
    "negative output_padding is not supported", "non-positive stride is not supported",
    "kernel size should be greater than zero", "dilation should be greater than zero",
    "output padding must be smaller than either stride or dilation",
    "Kernel size can't be greater than actual input size", "Output size is too small",
    "Padding size should be less than the corresponding input dimension",
    "Padding value causes wrapping around more than once", "stride should not be zero",
    "pad must be non-negative", "half of", "divisible by the square of upscale_factor",
    "to be divisible by downscale_factor", "expects a positive upscale_factor",
    "expects a positive downscale_factor", "Input and output sizes should be greater than 0",
    "either size or scale_factor should be defined", "only one of size or scale_factor",
    "align_corners option can only be set", "channels, but got",
]  # fmt: skip


def refused_alike(sample):
    """Torch and ``explain`` refuse the same layers, in the same words; else shapes agree."""
    layer, shape = sample.layer(), (sample.channels, *sample.size)
    explanation = explain(layer, sample.size, sample.channels) or ""
    module, output, refusal = tried(sample)
    if refusal:
        words = next((phrase for phrase in PHRASES if phrase in refusal), None)
        assert words, f"torch has new words: {refusal}"
        assert words in explanation, f"torch: {refusal}\nours: {explanation}"
        return
    assert not explanation, f"torch takes it, we say: {explanation}"
    assert layer.output_shape(shape) == tuple(output.shape[1:])
    assert layer.parameters == sum(p.numel() for p in module.parameters())


def tried(sample):
    """The module, its output and None; or what torch says against them."""
    try:
        module = sample.module().double()  # in float32 some faults end in oneDNN's own words
        output = module(torch.zeros(1, sample.channels, *sample.size, dtype=torch.float64))
    except (RuntimeError, ValueError) as error:
        return None, None, str(error)
    return module, output, None


def is_accepted(sample):
    return explain(sample.layer(), sample.size, sample.channels) is None


def wired_alike(sample):
    """Every input cell, alone in an image, lights up the outputs that the geometry says."""
    layer, size = sample.layer(), sample.size
    pixels = size[0] * size[1]
    one_hot = torch.eye(pixels, dtype=torch.float64).reshape(pixels, 1, *size)
    found = all_ones.run(layer, one_hot).sum(1).reshape(*size, *layer.output_size(size))
    expected = torch.zeros_like(found)
    outputs = [(r, c) for r in range(found.shape[2]) for c in range(found.shape[3])]
    for output in outputs:
        for (row, column), share in layer.shares(output, size).items():
            expected[row, column, *output] = float(share)
    assert expected.allclose(found, atol=1e-6)
    overlaps = torch.tensor([[float(n) for n in row] for row in overlap_counts(layer, size)])
    assert overlaps.to(found).allclose(found.sum((0, 1)), atol=1e-6)
    rows, columns = unread(layer, size)
    lost = (found.abs() < 1e-6).all(-1).all(-1)
    inputs = [(r, c) for r in range(size[0]) for c in range(size[1])]
    assert all(lost[r, c] == (r in rows or c in columns) for r, c in inputs)
    read = {tap for output in outputs for tap in layer.taps(output, size)}
    assert read == {tap for pixel in inputs for tap in layer.outputs_fed_by(pixel, size)}


def weighted_alike(sample):
    """With one weight at a time, each tap of a convolution meets the weight that it names."""
    layer, size = sample.layer(), sample.size
    (height, width), pixels = layer.kernel_size, size[0] * size[1]
    image = torch.eye(pixels).reshape(pixels, 1, *size)
    kernels = torch.eye(height * width).reshape(-1, height, width)
    options = {name: getattr(layer, name) for name in ("stride", "padding", "dilation")}
    if isinstance(layer, TransposedConvolution):
        options["output_padding"] = layer.output_padding
        found = F.conv_transpose2d(image, kernels[None], **options)
    else:
        found = F.conv2d(image, kernels[:, None], **options)
    wires = {
        ((pixel // size[1], pixel % size[1]), (row, column), (weight // width, weight % width))
        for pixel, weight, row, column in found.nonzero().tolist()
    }
    rows, columns = (range(length) for length in layer.output_size(size))
    assert wires == {tap for r in rows for c in columns for tap in layer.taps((r, c), size)}


def costs_alike(sample):
    """FlopCounterMode counts an addition for each of our products."""
    with FlopCounterMode(display=False) as counter, torch.device("meta"):
        output = sample.module()(torch.zeros(1, sample.channels, *sample.size))
    assert counter.get_total_flops() == 2 * sample.layer().macs(tuple(output.shape[2:]))


def maximum_alike(sample):
    """On an image that rises towards its end, a maximum is the last tap."""
    layer, size = sample.layer(), sample.size
    image = torch.arange(1.0, size[0] * size[1] + 1).reshape(1, 1, *size)
    maxima = sample.module()(image)[0, 0].tolist()
    for row, line in enumerate(maxima):
        for column, maximum in enumerate(line):
            taps = layer.taps((row, column), size)  # none where a dilated window sees padding only
            assert maximum == (image[0, 0, *taps[-1].input] if taps else float("-inf"))


def shuffled_alike(sample):
    """Torch moves every number of a map to where the index map says, and back."""
    layer, shape = sample.layer(), (sample.channels, *sample.size)
    numbered = torch.arange(sample.channels * sample.size[0] * sample.size[1]).reshape(shape)
    moved = sample.module()(numbered[None])[0]
    for channel, plane in enumerate(moved.tolist()):
        for row, line in enumerate(plane):
            for column, number in enumerate(line):
                source = layer.source((channel, row, column))
                assert number == numbered[source]
                assert layer.target(source) == (channel, row, column)


def counted_alike(network, run, size, cell, pixel):
    """Path counts are the gradient of the network of ones, the projective field its response."""
    image = torch.ones(1, 1, *size, dtype=torch.float64, requires_grad=True)
    output = run(image)
    rows, columns = output.shape[2:]
    cell, pixel = (cell[0] % rows, cell[1] % columns), (pixel[0] % size[0], pixel[1] % size[1])
    (gradient,) = torch.autograd.grad(output[..., cell[0], cell[1]].sum(), image)
    assert_same(path_counts(network, cell, size).counts, gradient[0, 0])
    one_hot = torch.zeros(1, 1, *size, dtype=torch.float64)
    one_hot[..., pixel[0], pixel[1]] = 1
    assert_same(projective_field(network, pixel, size).counts, run(one_hot)[0].sum(0))


def assert_same(counts, found):
    """The same cells, with the same numbers up to what floats lose."""
    expected = torch.zeros_like(found)
    for cell, paths in counts.items():
        expected[cell] = float(paths)
    assert expected.allclose(found, rtol=1e-9, atol=1e-9)
    assert counts.keys() == {tuple(cell) for cell in (found.abs() > 1e-9).nonzero().tolist()}


def boxed_alike(network, size, cells):
    """The box that is carried from layer to layer is the box of the exact set of pixels."""
    field = receptive_fields(network, network.shapes(size))[network.output]
    for cell in cells:
        exact = path_counts(network, cell)
        assert field.reads_anything(cell) == bool(exact.counts)
        if exact.counts:
            assert (field.box(cell), field.centre(cell)) == (exact.box, exact.centre)
    rows, columns = field.period
    if rows * columns > 36:
        return field
    exact = [path_counts(network, (r, c)) for r in range(rows) for c in range(columns)]
    spans = {paths.span if paths.counts else (0, 0) for paths in exact}
    assert field.size == tuple(map(max, zip(*spans, strict=True)))
    assert field.varies == (len(spans) > 1)
    return field


def recurrence_holds(layers, network, size):
    """Behind windows alone, three numbers an axis are enough (Araujo et al., Distill 2019)."""
    field = receptive_fields(network, network.shapes(size))[network.output]
    for axis in (0, 1):
        width, jump, start, centre = 1, 1, 0, 0
        for layer in layers:
            kernel = layer.dilation[axis] * (layer.kernel_size[axis] - 1) + 1
            padding = layer.borders[axis][0]
            width, start = width + (kernel - 1) * jump, start - padding * jump
            centre, jump = centre + ((kernel - 1) / 2 - padding) * jump, jump * layer.stride[axis]
        found = (field.size[axis], field.jump[axis], field.start[axis], field.centre()[axis])
        assert found == (width, jump, start, centre)
        assert not field.varies


def fits(network, size):
    """Whether every layer can work on that image."""
    try:
        network.shapes(size)
    except GeometryError:
        return False
    return True
