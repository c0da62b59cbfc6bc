"""Strategies: random layers, each with its geometry, its torch module and an input size.

Sizes are small, so that thousands run in seconds, and rectangular. With ``faults`` every third
layer has one setting that torch refuses by itself; sizes that do not fit come up anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass

import hypothesis
from hypothesis import strategies as st
from torch import nn

from course_lib.geometry import (
    Convolution,
    Layer,
    Pair,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
)


def fixed(examples):
    """That many examples, the same in every run, however slow the machine is."""
    return hypothesis.settings(
        derandomize=True,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@dataclass(frozen=True)
class Sample:
    """A layer as both sides build it, and the channels and the size that arrive."""

    layer: Callable[[], Layer]
    module: Callable[[], nn.Module]
    channels: int
    size: Pair
    text: str

    def __repr__(self):
        return f"{self.text} on {self.channels} channels of {self.size}"


def sample(layer, module, settings, channels, size, **ours):
    """``ours`` are settings that torch has in the name of the class."""
    return Sample(
        lambda: layer(**settings, **ours),
        lambda: module(**settings),
        channels,
        size,
        f"{module.__name__}({settings})",
    )


# Before these torch looks at the other settings, so they have to be innocent.
INNOCENT = {
    "kernel_size": {"kernel_size": (1, 1)},
    "dilation": {"kernel_size": (1, 1), "padding": (0, 0)},
}


@st.composite
def broken(draw, settings, faults):
    """The settings with one pair spoilt on one side, or with a value of its own."""
    name, bad = draw(st.sampled_from(faults))
    settings = {**settings, **INNOCENT.get(name, {})}
    if not isinstance(settings.get(name), tuple):
        return {**settings, name: bad}
    value = [*settings[name]]
    value[draw(st.integers(0, 1))] = bad
    return {**settings, name: tuple(value)}


SHARED_FAULTS = [("kernel_size", 0), ("stride", 0), ("padding", -1), ("dilation", 0), ("groups", 0),
                 ("groups", 5), ("out_channels", 7), ("in_channels", 6)]  # fmt: skip


@st.composite
def channels(draw):
    """Groups, and channels that split into them."""
    groups = draw(st.integers(1, 3))
    return {
        "in_channels": groups * draw(st.integers(1, 2)),
        "out_channels": groups * draw(st.integers(1, 2)),
        "groups": groups,
        "bias": draw(st.booleans()),
    }


@st.composite
def convolutions(draw, faults=False):
    settings = draw(channels())
    arriving = settings["in_channels"]
    settings |= {
        "kernel_size": draw(pairs(1, 4)),
        "stride": draw(pairs(1, 3)),
        "dilation": draw(pairs(1, 3)),
        "padding": draw(pairs(0, 3)),
        "padding_mode": draw(
            st.sampled_from(["zeros", "zeros", "zeros", "reflect", "replicate", "circular"])
        ),
    }
    string = draw(st.sampled_from(["", "", "same", "valid"]))
    if string:
        settings |= {"padding": string, "stride": (1, 1)}
    if faults and draw(st.integers(0, 2)) == 0:
        settings["padding_mode"] = "zeros"
        more = [("padding_mode", "symmetric"), ("padding", "full")]
        if string == "same":
            more.append(("stride", 2))
        settings = draw(broken(settings, [*SHARED_FAULTS, *more]))
    return sample(Convolution, nn.Conv2d, settings, arriving, draw(pairs(1, 8)))


@st.composite
def transposed_convolutions(draw, faults=False):
    settings = draw(channels())
    arriving = settings["in_channels"]
    stride, dilation = draw(pairs(1, 3)), draw(pairs(1, 3))
    bounds = [max(pair) for pair in zip(stride, dilation, strict=True)]
    settings |= {
        "kernel_size": draw(pairs(1, 4)),
        "stride": stride,
        "dilation": dilation,
        "padding": draw(pairs(0, 3)),
        "output_padding": tuple(draw(st.integers(0, bound - 1)) for bound in bounds),
    }
    if faults and draw(st.integers(0, 2)) == 0:
        more = [("output_padding", -1), ("output_padding", max(bounds))]
        settings = draw(broken(settings, [*SHARED_FAULTS, *more]))
    size = draw(pairs(1, 5))
    return sample(TransposedConvolution, nn.ConvTranspose2d, settings, arriving, size)


@st.composite
def poolings(draw, kind=None, faults=False):
    kind = kind or draw(st.sampled_from(["max", "average"]))
    kernel = draw(pairs(1, 4))
    settings = {
        "kernel_size": kernel,
        "stride": draw(st.none() | pairs(1, 3)),
        "padding": tuple(draw(st.integers(0, length // 2)) for length in kernel),
        "ceil_mode": draw(st.booleans()),
    }
    if kind == "max":
        settings["dilation"] = draw(pairs(1, 3))
    if faults and draw(st.integers(0, 2)) == 0:
        settings["stride"] = settings["stride"] or kernel
        kinds = [("stride", 0), ("padding", -1), ("padding", 3)]
        settings = draw(broken(settings, kinds + [("dilation", 0)] * (kind == "max")))
    module = nn.MaxPool2d if kind == "max" else nn.AvgPool2d
    return sample(Pooling, module, settings, 2, draw(pairs(1, 9)), kind=kind)


@st.composite
def shuffles(draw, faults=False):
    factor = draw(st.integers(-1 if faults else 1, 4))
    even = not faults or draw(st.booleans())
    size = draw(pairs(1, 5))
    if draw(st.booleans()):
        channels = draw(st.integers(1, 2)) * factor**2 if even else draw(st.integers(1, 20))
        return sample(
            PixelShuffle, nn.PixelShuffle, {"upscale_factor": factor}, channels or 1, size
        )
    size = tuple(max(length * factor, 1) for length in size) if even else size
    return sample(PixelUnshuffle, nn.PixelUnshuffle, {"downscale_factor": factor}, 2, size)


SCALES = [1, 2, 3, 4, 0.5, 1.5, 2.5, 0.75, 1 / 3, 1.7]


@st.composite
def upsamplings(draw, faults=False):
    mode = draw(st.sampled_from(["nearest", "bilinear"]))
    settings = {"mode": mode}
    if draw(st.booleans()):
        settings["size"] = draw(pairs(1, 12))
    else:
        scales = st.sampled_from(SCALES)
        settings["scale_factor"] = draw(scales | st.tuples(scales, scales))
    if mode == "bilinear":
        settings["align_corners"] = draw(st.sampled_from([None, False, True]))
    if faults and draw(st.integers(0, 2)) == 0:
        kinds = [("size", 0), ("scale_factor", 0), ("scale_factor", 2), ("scale_factor", -1)]
        if mode == "nearest":
            kinds.append(("align_corners", draw(st.booleans())))
        settings = draw(broken(settings, kinds))
    return sample(Upsample, nn.Upsample, settings, 2, draw(pairs(1, 7)))
