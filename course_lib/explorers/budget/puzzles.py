"""The puzzles, in rising difficulty; each is made for the idea of one lesson.

``best`` is what ``python -m course_lib.explorers.budget.search`` finds, and for the second puzzle a
stack that beats it: in long stacks the search tries no even kernels. The score follows from it.
"""

from .kinds import row
from .puzzle import Puzzle

_LOOK = Puzzle(
    name="1 · look further",
    task="Keep size and channels, and see 19x19 pixels with three layers.",
    idea="dilation",
    image=(16, 32, 32),
    output=(16, 32, 32),
    field=19,
    channels=16,
    side=32,
    parameters=8_000,
    macs=8_200_000,
    layers=3,
    start=(row("convolution"), row("convolution"), row("convolution")),
    best=(
        row("pointwise"), row("depthwise", kernel=5), row("depthwise", kernel=5, dilation=4),
    ),
)  # fmt: skip
_EARLY = Puzzle(
    name="2 · shrink early",
    task="Bring a picture of 64x64 down to 8x8 cells that each see nearly all of it.",
    idea="stride",
    image=(3, 64, 64),
    output=(32, 8, 8),
    field=55,
    channels=16,
    side=8,
    parameters=48_000,
    macs=4_600_000,
    layers=6,
    start=(
        row("convolution"), row("convolution", channels=32),
        row("max pool"),
        row("convolution", channels=32, stride=2), row("convolution", channels=32, stride=2),
    ),
    best=(
        row("pixel unshuffle", factor=4), row("max pool"),
        row("grouped", kernel=2, padding=1, groups=16), row("pointwise"),
        row("depthwise", kernel=2, padding=1, dilation=2),
        row("grouped", channels=32, kernel=2, padding=1, dilation=3, groups=16),
    ),
)  # fmt: skip
_TAKE_APART = Puzzle(
    name="3 · take apart",
    task="Go from 32 to 64 channels and see 7x7 pixels.",
    idea="depthwise separable",
    image=(32, 16, 16),
    output=(64, 16, 16),
    field=7,
    channels=32,
    side=16,
    parameters=4_400,
    macs=1_200_000,
    layers=4,
    start=(row("convolution", channels=64), row("convolution", channels=64),
           row("convolution", channels=64)),
    best=(
        row("pointwise", channels=32), row("depthwise", kernel=2, padding=1),
        row("depthwise", kernel=2, padding=1, dilation=2),
        row("grouped", channels=64, kernel=2, padding=1, dilation=3, groups=32),
    ),
)  # fmt: skip
_WAIST = Puzzle(
    name="4 · a narrow waist",
    task="64 channels in, 64 out, 7x7 pixels seen by three layers.",
    idea="bottleneck",
    image=(64, 16, 16),
    output=(64, 16, 16),
    field=7,
    channels=16,
    side=16,
    parameters=3_500,
    macs=1_000_000,
    layers=3,
    start=(row("depthwise", kernel=7), row("pointwise", channels=64)),
    best=(
        row("grouped", channels=16, groups=16), row("pointwise"),
        row("grouped", channels=64, dilation=2, groups=16),
    ),
)  # fmt: skip
_DEAL = Puzzle(
    name="5 · deal the channels out",
    task="64 channels in, 64 out, all of them mixed, for less than one pointwise layer costs.",
    idea="grouped, with a channel shuffle",
    image=(64, 16, 16),
    output=(64, 16, 16),
    field=3,
    channels=64,
    side=16,
    parameters=3_600,
    macs=920_000,
    layers=4,
    start=(row("depthwise"), row("pointwise", channels=64)),
    best=(
        row("grouped", channels=64, kernel=1, groups=8), row("channel shuffle", groups=8),
        row("grouped", channels=64, kernel=1, groups=8), row("depthwise"),
    ),
)  # fmt: skip
_BACK = Puzzle(
    name="6 · there and back",
    task="A dense prediction: 64x64 in, 64x64 out, and 61x61 pixels seen.",
    idea="shrink, look around, and come back by upsampling",
    image=(16, 64, 64),
    output=(16, 64, 64),
    field=61,
    channels=16,
    side=16,
    parameters=6_000,
    macs=3_800_000,
    layers=5,
    start=(row("convolution", dilation=2), row("convolution", dilation=4)),
    best=(
        row("max pool", factor=4), row("pointwise"), row("depthwise", dilation=2),
        row("depthwise", dilation=5), row("bilinear upsample", factor=4),
    ),
)  # fmt: skip

PUZZLES = {each.name: each for each in (_LOOK, _EARLY, _TAKE_APART, _WAIST, _DEAL, _BACK)}
