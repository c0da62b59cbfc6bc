"""Layers as torch functions of one channel with every weight one: the oracle of path counts."""

import torch
import torch.nn.functional as F

from course_lib.geometry import (
    Convolution,
    Padding,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
)


def run(layer, image):
    """What the layer makes of (N, C, H, W) in float64.

    A convolution sums the channels, pixel shuffle gets each map in every channel.
    """
    return FUNCTIONS[type(layer)](layer, image)


def _ones(layer):
    return torch.ones(1, 1, *layer.kernel_size, dtype=torch.float64)


def _bordered(image, borders, mode):
    (top, bottom), (left, right) = borders
    name = "constant" if mode == "zeros" else mode
    return F.pad(image, (left, right, top, bottom), mode=name)


def _convolution(layer, image):
    image = image.sum(1, keepdim=True)
    options = {"stride": layer.stride, "dilation": layer.dilation}
    if layer.padding_mode != "zeros":
        padded = _bordered(image, layer.borders, layer.padding_mode)
        return F.conv2d(padded, _ones(layer), **options)
    return F.conv2d(image, _ones(layer), padding=layer.padding, **options)


def _transposed(layer, image):
    names = ("stride", "padding", "output_padding", "dilation")
    options = {name: getattr(layer, name) for name in names}
    return F.conv_transpose2d(image.sum(1, keepdim=True), _ones(layer), **options)


def _pooling(layer, image):
    if layer.dilation != (1, 1):
        raise NotImplementedError("only a maximum can be dilated, and that is not linear")
    settings = (layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode)
    return F.avg_pool2d(image, *settings, divisor_override=1)


def _shuffle(layer, image):
    factor = layer.upscale_factor
    return F.pixel_shuffle(image.sum(1, keepdim=True).repeat(1, factor**2, 1, 1), factor)


def _upsample(layer, image):
    return F.interpolate(image, layer.size, layer.scale_factor, layer.mode, layer.align_corners)


FUNCTIONS = {
    Convolution: _convolution,
    Padding: lambda layer, image: _bordered(image, layer.borders, layer.padding_mode),
    PixelShuffle: _shuffle,
    PixelUnshuffle: lambda layer, image: F.pixel_unshuffle(image, layer.downscale_factor),
    Pooling: _pooling,
    TransposedConvolution: _transposed,
    Upsample: _upsample,
}
