"""What the separable explorer says: both counts, their ratio in the formula, sizes, one output."""

from course_lib.geometry import Convolution, Pair
from course_lib.pictures.marks import numeral

from ..convolution.words import size_formula
from ..convolution.worked import Worked
from ..words import count, factor, times
from .worked import Flow, Separable

_TERMS = 8  # more do not fit on a line


def sentence(layers: Separable, size: Pair) -> str:
    """The picture in one sentence, for those who do not see it."""
    return (
        f"From {count(layers.in_channels, 'channel')} to {layers.out_channels} with a "
        f"{times(layers.kernel_size)} kernel: a normal convolution has "
        f"{count(layers.normal.parameters, 'weight')}, a depthwise followed by a pointwise one "
        f"{layers.depthwise.parameters:,} + {layers.pointwise.parameters:,} = {layers.weights:,}; "
        f"maps of {times(size)} become {times(layers.normal.output_size(size))} either way."
    )


def sentence_of_flow(flow: Flow) -> str:
    """The picture of the numbers in one sentence."""
    layers = flow.layers
    return (
        f"A depthwise {times(layers.kernel_size)} convolution makes one number of each of "
        f"{count(layers.in_channels, 'channel')} at output pixel {flow.cell}; the pointwise "
        f"weights of output channel {flow.chosen} add them up to {numeral(flow.output)}, as one "
        "normal filter with multiples of these kernels does."
    )


def weights(layers: Separable) -> str:
    """The weights of both, with the numbers put into the formula."""
    depthwise, pointwise = layers.pair
    product = "·".join(map(str, (*layers.kernel_size, layers.in_channels)))
    return (
        f"normal = {product}·{layers.out_channels} = {count(layers.normal.parameters, 'weight')}\n"
        f"pair = {product} + {layers.in_channels}·{layers.out_channels} = "
        f"{depthwise.parameters:,} + {pointwise.parameters:,} = {count(layers.weights, 'weight')}"
    )


def ratio(layers: Separable) -> str:
    """The ratio of the two counts, with the numbers put into the formula."""
    value = float(layers.ratio)
    return (
        f"ratio = {layers.weights:,} / {layers.normal.parameters:,} = 1/C_out + 1/(k·k) = "
        f"1/{layers.out_channels} + 1/{layers.area} = {value:.3f}: {comparison(layers)}"
    )


def comparison(layers: Separable) -> str:
    """Which of the two has more weights, and how many times as many."""
    value = layers.ratio
    if value == 1:
        return "both have as many weights"
    if value > 1:
        return f"the pair has {float(value):.2f} times as many weights"
    return f"the pair has {float(1 / value):.1f} times fewer weights"


def macs(layers: Separable, size: Pair) -> str:
    """The multiplications of both."""
    out = layers.normal.output_size(size)
    return (
        f"MACs = weights · {out[0]}·{out[1]} outputs = {layers.normal.macs(out):,} against "
        f"{layers.macs(out):,}: the same ratio"
    )


def sizes(layers: Separable, size: Pair) -> str:
    """Output size and receptive field, which both have in common."""
    normal, pair = layers.fields
    same = "in both" if normal == pair else f"against {times(pair)}"
    formula = size_formula(Worked(layers.normal, size, (0, 0)))
    return f"{formula}\nreceptive field {times(normal)} {same}: a 1x1 adds nothing to it"


def own_weights(layers: Separable, chosen: int) -> str:
    """What belongs to one output channel alone."""
    own = layers.in_channels * layers.area
    return (
        f"Output channel {chosen} has {count(own, 'weight')} of its own in the normal layer. In "
        f"the pair it has {layers.in_channels}, and shares the {layers.depthwise.parameters:,} of "
        "the depthwise layer with all other outputs."
    )


def the_sum(flow: Flow) -> str:
    """The chosen output written out."""
    channels = range(flow.layers.in_channels)
    terms = [f"{factor(flow.looked(c))}·{factor(flow.share(c))}" for c in channels]
    if len(terms) > _TERMS:
        terms[_TERMS:] = [f"… {len(terms) - _TERMS} more"]
    return f"out[{flow.chosen}] = {' + '.join(terms)} = {numeral(flow.output)}"


def meaning(flow: Flow) -> str:
    """What the last column says."""
    if flow.layers.in_channels == 1:
        return "With one input channel a depthwise convolution is a normal one with one filter."
    return (
        "The last column is the filter of a normal convolution with the same result. Another "
        "output channel has other multiples of the same kernels: that is all that a pair can do."
    )


def shape(layer: Convolution) -> str:
    """The shape of a layer's weight."""
    return str(layer.weight_shape)
