"""What the channels explorer says: one output written out, shapes, cost, and what it means."""

from course_lib.pictures.marks import numeral

from ..words import count, factor, listed, times
from .worked import Mixing


def sentence(mixing: Mixing) -> str:
    """The picture in one sentence, for those who do not see it."""
    layer, size = mixing.layer, times(mixing.layer.kernel_size)
    own, channels = f"through one {size} kernel", "input channel 0"
    if layer.in_channels > 1:
        own = f"each through its own {size} kernel"
        channels = f"input channels {listed(range(layer.in_channels))}"
    return (
        f"A {size} {kind(mixing)} from {count(layer.in_channels, 'input channel')} to "
        f"{count(layer.out_channels, 'output channel')} with weights of shape "
        f"{layer.weight_shape}: output channel {mixing.chosen} reads "
        f"{channels}, {own}, and is {numeral(mixing.outputs[mixing.chosen])} "
        "at the pixel shown."
    )


def the_sum(mixing: Mixing) -> str:
    """The chosen output written out: products for a 1x1 kernel, else one part a channel."""
    chosen, read = mixing.chosen, range(mixing.layer.in_channels)
    if mixing.side == 1:
        terms = [f"{mixing.patch(c)[0][0]}·{factor(mixing.kernel(chosen, c)[0][0])}" for c in read]
    else:
        terms = [f"{factor(mixing.part(chosen, c))} from channel {c}" for c in read]
    if mixing.layer.bias:
        terms.append(f"{factor(mixing.bias(chosen))} bias")
    return f"out[{chosen}] = {' + '.join(terms)} = {numeral(mixing.outputs[chosen])}"


def shapes(mixing: Mixing) -> str:
    """The shapes of weight and bias, and the number of parameters."""
    layer = mixing.layer
    shape = f"weight (C_out, C_in, k, k) = {layer.weight_shape}"
    if not layer.bias:
        return f"{shape}: {_product(mixing)} = {count(layer.parameters, 'parameter')}"
    return (
        f"{shape}, bias ({layer.out_channels},): {_product(mixing)} + {layer.out_channels} = "
        f"{count(layer.parameters, 'parameter')}"
    )


def cost(mixing: Mixing, size: int) -> str:
    """The multiplications on maps of that size."""
    layer = mixing.layer
    macs = layer.macs(layer.output_size(size))
    weights = layer.parameters - layer.bias * layer.out_channels
    return f"every weight works at every pixel: {weights:,} · {size}·{size} = {count(macs, 'MAC')}"


def meaning(mixing: Mixing) -> str:
    """What to take away from these settings."""
    layer, size = mixing.layer, times(mixing.layer.kernel_size)
    if layer.kind == "pointwise":
        return (
            f"At every pixel the same matrix ({layer.out_channels}x{layer.in_channels}) times the "
            f"pixel's {count(layer.in_channels, 'number')}: a Linear layer over the channels."
        )
    if layer.in_channels == 1:
        return f"The framed row is a filter: with one input channel, one {size} kernel."
    return (
        f"The framed row is a filter: not {size} but {layer.in_channels}x{size}, one kernel for "
        f"each input channel, {count(layer.in_channels * mixing.side**2, 'number')} for one output "
        "channel."
    )


def kind(mixing: Mixing) -> str:
    """What the layer is called, behind its kernel size."""
    plain = mixing.layer.kind == "convolution"
    return "convolution" if plain else f"{mixing.layer.kind} convolution"


def _product(mixing: Mixing) -> str:
    return "·".join(map(str, mixing.layer.weight_shape))
