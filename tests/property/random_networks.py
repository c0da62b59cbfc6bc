"""Strategies: random networks, as geometry and as a torch function with every weight one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import all_ones
import torch
from hypothesis import strategies as st
from random_layers import pairs
from torch import Tensor

from course_lib.geometry import (
    Add,
    Concatenate,
    Convolution,
    Network,
    Node,
    Padding,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
    merge,
    source,
)


@dataclass(frozen=True)
class Branch:
    """A node, the function that computes its map from the image, and its channels."""

    node: Node
    run: Callable[[Tensor], Tensor]
    channels: int

    def then(self, layer, channels=None):
        before = self.run
        return Branch(
            self.node.then(layer),
            lambda image: all_ones.run(layer, before(image)),
            self.channels if channels is None else channels,
        )

    @property
    def network(self):
        return Network(self.node)


def image():
    return Branch(source(1), lambda image: image, 1)


@st.composite
def window(draw, channels):
    """A convolution of any kind."""
    return Convolution(
        channels, 1, draw(pairs(1, 3)), draw(pairs(1, 2)), draw(pairs(0, 2)), draw(pairs(1, 2))
    )


@st.composite
def stamp(draw, channels):
    """A transposed convolution; where its kernel is below its stride, cells get no input."""
    return TransposedConvolution(
        channels,
        1,
        draw(pairs(1, 4)),
        draw(pairs(1, 3)),
        draw(pairs(0, 1)),
        dilation=draw(pairs(1, 2)),
    )


@st.composite
def resized(draw, branch):
    """Nearest or bilinear upsampling by a factor."""
    mode = draw(st.sampled_from(["nearest", "bilinear"]))
    factor = draw(st.sampled_from([2, 2, 3, 1.5]))
    return branch.then(Upsample(scale_factor=factor, mode=mode))


@st.composite
def same_size(draw, branch):
    """One or two steps that keep the size of maps with an even number of cells."""
    kind = draw(st.sampled_from(["same", "same", "around", "down and up", "apart"]))
    if kind == "same":
        kernel, dilation = draw(pairs(1, 3)), draw(pairs(1, 2))
        return branch.then(Convolution(branch.channels, 1, kernel, 1, "same", dilation), 1)
    if kind == "around":
        mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
        padded = branch.then(Padding(((1, 1), (2, 1)), mode))
        return padded.then(Convolution(padded.channels, 1, (3, 4)), 1)
    down = branch.then(Convolution(branch.channels, 1, 2, 2), 1)
    if kind == "apart":  # three of four cells get nothing
        return down.then(TransposedConvolution(1, 1, 1, 2, output_padding=1))
    if draw(st.booleans()):
        return down.then(TransposedConvolution(1, 1, 4, 2, 1))
    return draw(resized(down)) if draw(st.booleans()) else down.then(Upsample(scale_factor=2))


@st.composite
def step(draw, branch):
    """One more step behind a branch."""
    kind = draw(
        st.sampled_from(
            ["window", "window", "stamp", "pool", "shuffle", "unshuffle", "resize", "add", "concat"]
        )
    )
    if kind == "window":
        return branch.then(draw(window(branch.channels)), 1)
    if kind == "stamp":
        return branch.then(draw(stamp(branch.channels)), 1)
    if kind == "pool":
        return branch.then(Pooling(draw(pairs(1, 3)), draw(pairs(1, 2)), kind="average"))
    if kind == "shuffle":
        mixed = branch.then(Convolution(branch.channels, 4, 1), 4)
        return replace(mixed, run=branch.run).then(PixelShuffle(2), 1)
    if kind == "unshuffle":
        return branch.then(PixelUnshuffle(2), branch.channels * 4)
    if kind == "resize":
        return draw(resized(branch))
    one, other = draw(same_size(branch)), draw(same_size(branch))
    if kind == "add":
        one, other = (b.then(Convolution(b.channels, 1, 1), 1) for b in (one, other))
        return joined(Add(), one, other, 1)
    return joined(Concatenate(), one, other, one.channels + other.channels)


def joined(operation, one, other, channels):
    def run(image):
        if isinstance(operation, Add):
            return one.run(image) + other.run(image)
        return torch.cat([one.run(image), other.run(image)], 1)

    return Branch(merge(operation, one.node, other.node), run, channels)


@st.composite
def networks(draw, most=4):
    branch = image()
    for _ in range(draw(st.integers(1, most))):
        branch = draw(step(branch))
    return branch


@st.composite
def window_chains(draw):
    """Convolutions alone, for the recurrence."""
    return draw(st.lists(window(1), min_size=1, max_size=6))
