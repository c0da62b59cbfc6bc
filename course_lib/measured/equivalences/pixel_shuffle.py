"""Pixel shuffle: against transposed convolution, strided convolution, nearest upsampling."""

from .pair import ANY, CONSTANT, RIGHT, SYMMETRIC, Pair, Step, Variant, convolves

WEIGHTS, INPUTS = (ANY, SYMMETRIC), (ANY, CONSTANT)

_SPECIAL = {SYMMETRIC: "w = w + w.mT", CONSTANT: "x = torch.full_like(x, 2)"}


_TRANSPOSED = Pair(
    title="transposed, kernel = stride",
    claim="Where no stamps overlap, a transposed convolution is a 1x1 convolution and a shuffle.",
    start={"size": 3, "factor": 2, "in_channels": 1, "out_channels": 1, "weights": SYMMETRIC,
           "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_in, c_out, r, r)",
    special=_SPECIAL,
    one="one = F.conv_transpose2d(x, w, stride=r)",
    one_steps=(Step("F.conv_transpose2d", "stride {r}, weight {w}", "one"),),
    other="""\
pointwise = {pointwise}
maps = F.conv2d(x, pointwise)
other = F.pixel_shuffle(maps, r)""",
    other_steps=(
        Step("F.conv2d, 1x1", "weight {pointwise}", "maps"),
        Step("F.pixel_shuffle", "r = {r}", "other"),
    ),
    parts={"pointwise": "w.permute(1, 2, 3, 0).reshape(-1, c_in, 1, 1)"},
    variants=(
        RIGHT,
        Variant(
            {"pointwise": "w.permute(2, 3, 1, 0).reshape(-1, c_in, 1, 1)"},
            fault="pixel_shuffle expects the r·r places of output channel 0 first, then those of "
            "channel 1; here the channel changes fastest.",
            slips="there is one output channel",
            trap={"out_channels": 1},
        ),
        Variant(
            {"pointwise": "w.reshape(-1, c_in, 1, 1)"},
            fault="the first axis of w is the input channel; a reshape alone does not bring it to "
            "the end.",
            slips="there is one input channel",
            trap={"in_channels": 1},
        ),
        Variant(
            {"pointwise": "w.permute(1, 3, 2, 0).reshape(-1, c_in, 1, 1)"},
            fault="row and column inside the r x r block are swapped.",
            slips="each kernel is symmetric about its diagonal",
            trap={"weights": SYMMETRIC},
        ),
    ),
)  # fmt: skip

_UNSHUFFLED = Pair(
    title="unshuffle, then convolve",
    claim="A convolution behind pixel_unshuffle is a strided convolution of the large map; its "
    "weight is rearranged as the map was.",
    start={"size": 4, "factor": 2, "kernel_size": 1, "padding": 0, "in_channels": 1,
           "out_channels": 1, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, r * n, r * (n + 1))\nw = ints(c_out, c_in * r * r, k, k)",
    one="""\
maps = F.pixel_unshuffle(x, r)
one = F.conv2d(maps, w, padding=p)""",
    one_steps=(
        Step("F.pixel_unshuffle", "r = {r}", "maps"),
        Step("F.conv2d", "padding {p}, weight {w}", "one"),
    ),
    other="""\
kernel = {kernel}
rim = {rim}
other = F.conv2d(x, kernel, stride=r, padding=rim)""",
    other_steps=(Step("F.conv2d", "stride {r}, padding {rim}, weight {kernel}", "other"),),
    parts={"kernel": "F.pixel_shuffle(w, r)", "rim": "r * p"},
    variants=(
        Variant(
            {"rim": "p"},
            fault="a cell of padding on the small map is r cells on the large one.",
            slips="there is no padding",
            trap={"padding": 0},
        ),
        Variant(
            {"kernel": "w.reshape(c_out, c_in, r * k, r * k)"},
            fault="a reshape fills the large kernel row by row; the taps of a channel belong r "
            "cells apart.",
            slips="the kernel on the small map is 1x1",
            trap={"kernel_size": 1},
        ),
        Variant(
            {"kernel": "F.pixel_shuffle("
                       "w.unflatten(1, (-1, c_in)).transpose(1, 2).flatten(1, 2), r)"},
            fault="pixel_unshuffle puts the r·r places of input channel 0 first, then those of "
            "channel 1; here the channel changes fastest.",
            slips="there is one input channel",
            trap={"in_channels": 1},
        ),
        RIGHT,
    ),
    problem=convolves,
)  # fmt: skip

_NEAREST = Pair(
    title="nearest upsampling by ICNR",
    claim="With r·r equal filters for each output channel, as ICNR starts them, a shuffle behind "
    "a convolution is nearest upsampling: no checkerboard.",
    start={"size": 3, "factor": 2, "kernel_size": 1, "in_channels": 1, "out_channels": 1,
           "input": CONSTANT, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_out, c_in, k, k)",
    special=_SPECIAL,
    one="""\
maps = F.conv2d(x, w, padding=k // 2)
one = F.interpolate(maps, scale_factor=r, mode="nearest")""",
    one_steps=(
        Step("F.conv2d", "weight {w}", "maps"),
        Step("F.interpolate", "nearest, {r} times as large", "one"),
    ),
    other="""\
filters = {filters}
deep = F.conv2d(x, filters, padding=k // 2)
other = {shuffled}""",
    other_steps=(
        Step("F.conv2d", "weight {filters}", "deep"),
        Step("to rows and columns", "r = {r}", "other"),
    ),
    parts={"filters": "w.repeat_interleave(r * r, 0)", "shuffled": "F.pixel_shuffle(deep, r)"},
    variants=(
        Variant(
            {"filters": "w.repeat(r * r, 1, 1, 1)"},
            fault="repeat copies the whole list of filters; the r·r copies of one filter have to "
            "stand next to each other.",
            slips="there is one output channel",
            trap={"out_channels": 1},
        ),
        Variant(
            lines="""\
large = F.interpolate(x, scale_factor=r, mode="nearest")
other = F.conv2d(large, w, padding=k // 2)""",
            steps=(
                Step("F.interpolate", "nearest, {r} times as large", "large"),
                Step("F.conv2d", "weight {w}", "other"),
            ),
            fault="upsampling first and convolving then is another function: the kernel sees the "
            "copies as neighbours.",
            slips="the kernel is 1x1",
            trap={"kernel_size": 1},
        ),
        RIGHT,
        Variant(
            {"shuffled": "deep.reshape(1, c_out, r * maps.shape[2], r * maps.shape[3])"},
            fault="a reshape puts the r·r maps of a channel below each other and does not "
            "interleave them.",
            slips="all numbers of a map are equal",
            trap={"kernel_size": 1, "input": CONSTANT},
        ),
    ),
)  # fmt: skip

PAIRS = (_TRANSPOSED, _UNSHUFFLED, _NEAREST)
