"""What the bottleneck explorer says: both counts written out, where it stops paying, its price."""

from course_lib.geometry import Convolution

from ..words import count, times
from .worked import Bottleneck


def sentence(block: Bottleneck, size: int) -> str:
    """The picture in one sentence, for those who do not see it."""
    return (
        f"A bottleneck {path(block)} has {count(block.weights, 'weight')} and "
        f"{count(block.macs(size), 'MAC')} on maps of {size}x{size}, the direct "
        f"{times(block.direct.kernel_size)} convolution {block.direct.parameters:,} and "
        f"{block.direct.macs((size, size)):,}: {comparison(block)}."
    )


def path(block: Bottleneck) -> str:
    """The channels on the way through: "256 → 64 → 64 → 256"."""
    return " → ".join(map(str, (block.channels, block.middle, block.middle, block.channels)))


def comparison(block: Bottleneck) -> str:
    """Which of the two has more weights, and how many times as many."""
    mine, direct = block.weights, block.direct.parameters
    ratio = max(mine, direct) / min(mine, direct)
    if mine == direct:
        return "both have as many weights"
    who = "the bottleneck" if mine > direct else "the direct layer"
    if ratio < 1.005:
        return f"{who} has hardly more weights"
    number = f"{ratio:.2f}" if ratio < 2 else f"{ratio:.1f}" if ratio < 20 else f"{ratio:,.0f}"
    return f"{who} has {number} times as many weights"


def weights(block: Bottleneck) -> str:
    """The weights of both, with the numbers put into the formula."""
    products = " + ".join(map(_product, block.layers))
    parts = " + ".join(f"{layer.parameters:,}" for layer in block.layers)
    return (
        f"bottleneck = {products} = {parts} = {count(block.weights, 'weight')}\n"
        f"direct = {_product(block.direct)} = {count(block.direct.parameters, 'weight')}"
    )


def macs(block: Bottleneck, size: int) -> str:
    """The multiplications of both."""
    mine, direct = block.macs(size), block.direct.macs((size, size))
    return (
        f"MACs = weights · {size}·{size} pixels = {mine:,} against {direct:,}: every weight works "
        "once at every pixel, so their ratio is that of the weights"
    )


def limit(block: Bottleneck) -> str:
    """The widest middle that is still cheaper."""
    last, beyond = block.at(block.widest), block.at(block.widest + 1)
    return (
        f"Cheaper up to {count(last.middle, 'middle channel')}, with {last.weights:,} weights; "
        f"{beyond.middle} of them cost {beyond.weights:,}."
    )


def price(block: Bottleneck) -> str:
    """What the saving is paid with."""
    if block.middle > block.channels:
        return (
            "Wider inside than outside, an inverted bottleneck: MobileNetV2 makes its middle layer "
            "depthwise to afford it."
        )
    if block.middle == block.channels:
        return "As wide inside as outside: nothing is squeezed, and two layers come on top."
    return (
        f"The price: whatever the {block.channels} numbers of a pixel say has to pass through "
        f"{block.middle}."
    )


def _product(layer: Convolution) -> str:
    """The weights of a layer as a product: "3·3·64·64", or "256·64" for a 1x1."""
    side = layer.kernel_size[0]
    square = f"{side}·{side}·" if side > 1 else ""
    return f"{square}{layer.in_channels}·{layer.out_channels}"
