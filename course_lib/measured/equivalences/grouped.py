"""Grouped convolution: split and joined, as a dense layer with blocks, with a channel shuffle."""

from .pair import (
    ALIKE,
    ANY,
    CHANNELS_EQUAL,
    POSITIVE,
    RIGHT,
    Pair,
    Settings,
    Step,
    Variant,
    convolves,
)
from .resnext import EARLY, GROUPED

WEIGHTS, INPUTS = (ANY, ALIKE), (ANY, CHANNELS_EQUAL, POSITIVE)

_SPECIAL = {
    ALIKE: "w = w[: c_out // g].repeat(g, 1, 1, 1)",
    CHANNELS_EQUAL: "x = x[:, :1].repeat(1, c_in, 1, 1)",
    POSITIVE: "x = x.abs()",
}


def _divides(settings: Settings) -> str | None:
    """What is wrong with the groups; the padding is such that any kernel fits."""
    return convolves(settings, kernel_size=1)


_SPLIT = Pair(
    title="split and concatenate",
    claim="A grouped convolution is several smaller ones side by side, each with its own channels.",
    start={"size": 3, "kernel_size": 3, "in_channels": 4, "out_channels": 4, "groups": 4,
           "weights": ALIKE, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_out, c_in // g, k, k)",
    special=_SPECIAL,
    one="one = F.conv2d(x, w, padding=k // 2, groups=g)",
    one_steps=(Step("F.conv2d", "groups {g}, weight {w}", "one"),),
    other="""\
groups = {groups}
filters = {filters}
parts = [F.conv2d(part, own, padding=k // 2) for part, own in zip(groups, filters)]
other = {joined}""",
    other_steps=(
        Step("split x", "groups {g}", "groups"),
        Step("F.conv2d in each group", "with the filters of the group", "parts"),
        Step("join the groups", "channels {c_out}", "other"),
    ),
    parts={"groups": "x.chunk(g, 1)", "filters": "w.chunk(g)", "joined": "torch.cat(parts, 1)"},
    variants=(
        Variant(
            {"groups": "[x[:, i::g] for i in range(g)]"},
            fault="each group gets every g-th channel, but the channels of a group stand next to "
            "each other.",
            slips="each group has one input channel",
            trap={"in_channels": 4, "groups": 4},
        ),
        Variant(
            {"joined": "torch.stack(parts, 2).flatten(1, 2)"},
            fault="the groups take turns in the output, but all channels of group 0 come first.",
            slips="each group has one output channel",
            trap={"out_channels": 4, "groups": 4},
        ),
        Variant(
            {"filters": "w.chunk(g)[:1] * g"},
            fault="all groups use the filters of group 0; each has its own.",
            slips="all groups have the same filters",
            trap={"weights": ALIKE},
        ),
        RIGHT,
    ),
    problem=_divides,
)  # fmt: skip

_BLOCKS = Pair(
    title="dense, with blocks",
    claim="A grouped convolution is an ordinary one whose weight is zero outside of g blocks.",
    start={"size": 3, "kernel_size": 3, "in_channels": 4, "out_channels": 4, "groups": 4,
           "input": CHANNELS_EQUAL, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_out, c_in // g, k, k)",
    weight="dense[:, :, 0, 0]",
    special=_SPECIAL,
    one="one = F.conv2d(x, w, padding=k // 2, groups=g)",
    one_steps=(Step("F.conv2d", "groups {g}, weight {w}", "one"),),
    other="""\
dense = w.new_zeros(c_out, c_in, k, k)
blocks = dense.view({view}, k, k)
for i in range(g):
    blocks[{place}] = w.chunk(g)[i]
other = F.conv2d(x, dense, padding=k // 2)""",
    other_steps=(
        Step("put the filters into a dense weight", "the rest is 0", "dense"),
        Step("F.conv2d", "no groups, weight {dense}", "other"),
    ),
    parts={"view": "g, c_out // g, g, c_in // g", "place": "i, :, i"},
    variants=(
        Variant(
            {"place": "i, :, g - 1 - i"},
            fault="the blocks lie on the other diagonal: the first group reads the last channels.",
            slips="all input channels are equal",
            trap={"input": CHANNELS_EQUAL},
        ),
        RIGHT,
        Variant(
            {"view": "c_out // g, g, c_in // g, g", "place": ":, i, :, i"},
            fault="the weights stand in stripes, every g-th row and column, and not in blocks.",
            slips="each group has one channel in and one out",
            trap={"in_channels": 4, "out_channels": 4, "groups": 4},
        ),
        Variant(
            lines="""\
dense = w.repeat(1, g, 1, 1)
other = F.conv2d(x, dense, padding=k // 2) / g""",
            steps=(
                Step("put the filters into a dense weight", "once for each group", "dense"),
                Step("F.conv2d", "no groups, weight {dense}; then / {g}", "other"),
            ),
            fault="every filter reads all groups, and the mean is taken. A group must not see the "
            "other groups at all.",
            slips="all input channels are equal",
            trap={"input": CHANNELS_EQUAL},
        ),
    ),
    problem=_divides,
)  # fmt: skip

_SHUFFLE = Pair(
    title="grouped 1x1 and shuffle",
    claim="A grouped pointwise convolution and a channel shuffle are one matrix: the blocks with "
    "their rows dealt out.",
    start={"size": 3, "in_channels": 4, "out_channels": 4, "groups": 4, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_out, c_in // g)",
    weight="matrix",
    one="""\
maps = F.conv2d(x, w[..., None, None], groups=g)
one = maps.unflatten(1, (g, -1)).transpose(1, 2).flatten(1, 2)""",
    one_steps=(
        Step("F.conv2d, 1x1", "groups {g}", "maps"),
        Step("channel shuffle", "one channel from each group in turn", "one"),
    ),
    other="""\
blocks = torch.block_diag(*w.chunk(g))
matrix = {dealt}
other = F.conv2d(x, matrix[..., None, None])""",
    other_steps=(
        Step("the blocks, rearranged", "a row for each output channel", "matrix"),
        Step("F.conv2d, 1x1", "no groups", "other"),
    ),
    parts={"dealt": "blocks.unflatten(0, (g, -1)).transpose(0, 1).flatten(0, 1)"},
    variants=(
        RIGHT,
        Variant(
            {"dealt": "blocks.unflatten(0, (-1, g)).transpose(0, 1).flatten(0, 1)"},
            fault="that is the shuffle backwards.",
            slips="there are g·g output channels: then the shuffle undoes itself",
            trap={"out_channels": 4, "groups": 2},
        ),
        Variant(
            {"dealt": "blocks"},
            fault="the shuffle is missing.",
            slips="each group has one output channel",
            trap={"out_channels": 4, "groups": 4},
        ),
        Variant(
            {"dealt": "blocks.unflatten(1, (g, -1)).transpose(1, 2).flatten(1, 2)"},
            fault="the columns are dealt out: the shuffle is in front of the layer, not behind it.",
            slips="each group has one channel in and one out",
            trap={"in_channels": 4, "out_channels": 4, "groups": 4},
        ),
    ),
    problem=_divides,
)  # fmt: skip

PAIRS = (_SPLIT, _BLOCKS, EARLY, GROUPED, _SHUFFLE)
