"""Separable convolutions: depthwise and pointwise as one layer, and one layer as both."""

from .pair import ANY, POSITIVE, RIGHT, SYMMETRIC, Pair, Step, Variant, convolves

WEIGHTS, INPUTS = (ANY, SYMMETRIC), (ANY, POSITIVE)

_FACTORED = Pair(
    title="depthwise, then pointwise",
    claim="A depthwise and a pointwise convolution behind it are one ordinary convolution, whose "
    "weight is a product.",
    start={"size": 5, "kernel_size": 3, "padding": 0, "in_channels": 2, "out_channels": 1,
           "input": POSITIVE, "seed": 1},
    source="x",
    drawn="""\
x = ints(1, c_in, n, n + 1)
depth = ints(c_in, 1, k, k)
mix = ints(c_in, c_out)  # a column for each output channel""",
    weight="depth[0, 0]",
    special={POSITIVE: "x, depth = x.abs(), depth.abs()"},
    one="""\
w = mix.T[..., None, None] * depth.transpose(0, 1)
one = F.conv2d(x, w, padding=p)""",
    one_steps=(Step("F.conv2d", "padding {p}, weight {w}", "one"),),
    other="""\
maps = F.conv2d(x, depth, padding={first}, groups=c_in)
other = F.conv2d({between}, {pointwise}[..., None, None], padding={second})""",
    other_steps=(
        Step("F.conv2d, depthwise", "groups {c_in}, weight {depth}", "maps"),
        Step("F.conv2d, pointwise", "channels {c_in} to {c_out}", "other"),
    ),
    parts={"first": "p", "second": "0", "between": "maps", "pointwise": "mix.T"},
    variants=(
        Variant(
            {"between": "F.relu(maps)"},
            fault="there is a ReLU between the two. What it sets to 0 no single convolution can.",
            slips="nothing negative reaches it",
            trap={"input": POSITIVE},
        ),
        Variant(
            {"pointwise": "mix.reshape(c_out, c_in)"},
            fault="a matrix on its side is not the same numbers in other rows: reshape for "
            "transpose.",
            slips="there is one channel in or one out",
            trap={"out_channels": 1},
        ),
        RIGHT,
        Variant(
            {"first": "0", "second": "p"},
            fault="the padding is at the pointwise layer. The size is right, but the border is "
            "all zeros.",
            slips="there is no padding",
            trap={"padding": 0},
        ),
    ),
    problem=convolves,
)  # fmt: skip

_MULTIPLIED = Pair(
    title="any kernel, multiplier k²",
    claim="With k·k depthwise kernels for each channel, depthwise and pointwise can do what any "
    "k x k convolution does.",
    start={"size": 4, "kernel_size": 3, "in_channels": 1, "out_channels": 1,
           "weights": SYMMETRIC, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_out, c_in, k, k)",
    special={SYMMETRIC: "w = w + w.flip(2, 3)"},
    one="one = F.conv2d(x, w, padding=k // 2)",
    one_steps=(Step("F.conv2d", "weight {w}", "one"),),
    other="""\
taps = torch.eye(k * k, dtype=torch.double).reshape(-1, 1, k, k)  # a single 1 in each
depth = {depth}
maps = F.conv2d(x, depth, padding=k // 2, groups=c_in)
other = F.conv2d(maps, w.reshape(c_out, -1, 1, 1))""",
    other_steps=(
        Step("F.conv2d, depthwise", "groups {c_in}, weight {depth}", "maps"),
        Step("F.conv2d, pointwise", "channels {c_out}", "other"),
    ),
    parts={"depth": "taps.repeat(c_in, 1, 1, 1)"},
    variants=(
        Variant(
            {"depth": "taps.repeat_interleave(c_in, 0)"},
            fault="the pointwise weights expect all taps of channel 0 first, then those of channel "
            "1; here the taps go to the channels in turn.",
            slips="there is one input channel",
            trap={"in_channels": 1},
        ),
        RIGHT,
        Variant(
            lines="""\
depth = w[:1].transpose(0, 1)
maps = F.conv2d(x, depth, padding=k // 2, groups=c_in)
other = F.conv2d(maps, torch.ones(c_out, c_in, 1, 1, dtype=torch.double))""",
            fault="with one kernel a channel (multiplier 1) all filters are sums of the same maps; "
            "here all do what the first one does.",
            slips="there is one output channel",
            trap={"out_channels": 1},
        ),
        Variant(
            {"depth": "taps.flip(0).repeat(c_in, 1, 1, 1)"},
            fault="the taps are in reversed order, so that the kernel comes out flipped.",
            slips="the kernel is symmetric",
            trap={"weights": SYMMETRIC},
        ),
    ),
)  # fmt: skip

_OUTER = Pair(
    title="column, then row",
    claim="Where a kernel is a column times a row, the column alone and then the row alone do the "
    "same with 2k weights instead of k².",
    start={"size": 6, "kernel_size": 3, "stride": 1, "padding": 0, "weights": SYMMETRIC, "seed": 1},
    source="x",
    drawn="x = ints(1, 1, n, n + 1)\ncolumn, row = ints(1, 1, k, 1), ints(1, 1, 1, k)",
    special={SYMMETRIC: "row = column.mT"},
    one="""\
w = column * row
one = F.conv2d(x, w, stride=s, padding=p)""",
    one_steps=(Step("F.conv2d", "stride {s}, padding {p}, weight {w}", "one"),),
    other="""\
tall = F.conv2d(x, {down}, stride={first_stride}, padding={first_padding})
other = F.conv2d(tall, {across}, stride={then_stride}, padding={then_padding})""",
    other_steps=(
        Step("F.conv2d with the column", "kernel {k}x1", "tall"),
        Step("F.conv2d with the row", "kernel 1x{k}", "other"),
    ),
    parts={"down": "column", "across": "row", "first_stride": "(s, 1)", "then_stride": "(1, s)",
           "first_padding": "(p, 0)", "then_padding": "(0, p)"},
    variants=(
        Variant(
            {"first_stride": "s", "then_stride": "s"},
            fault="both steps have the stride in both directions, so it is taken twice.",
            slips="the stride is 1",
            trap={"stride": 1},
        ),
        Variant(
            {"first_padding": "0", "then_padding": "p"},
            fault="the padding above and below comes after the column has passed: rows of zeros "
            "are added to its result.",
            slips="there is no padding",
            trap={"padding": 0},
        ),
        Variant(
            {"down": "row.mT", "across": "column.mT"},
            fault="column and row have changed places: that is the kernel turned about its "
            "diagonal.",
            slips="column and row hold the same numbers",
            trap={"weights": SYMMETRIC},
        ),
        RIGHT,
    ),
    problem=convolves,
)  # fmt: skip

PAIRS = (_FACTORED, _MULTIPLIED, _OUTER)
