"""The three blocks of ResNeXt that are one: paths added up, concatenated, and grouped.

Source: Xie, Girshick, Dollár, Tu, He: Aggregated Residual Transformations for Deep Neural Networks,
arXiv 1611.05431, figure 3.
"""

from .pair import ALIKE, CHANNELS_EQUAL, POSITIVE, RIGHT, Pair, Step, Variant

_SAME_PATHS = """\
narrow, look = (w[:d].repeat(g, 1, 1, 1) for w in (narrow, look))
widen = widen[:, :d].repeat(1, g, 1, 1)"""
_SHARED = {
    "source": "x",
    "weight": "look[0, 0]",
    "drawn": """\
x = ints(1, c_in, n, n + 1)
narrow, look, widen = ints(g * d, c_in, 1, 1), ints(g * d, d, 3, 3), ints(c_in, g * d, 1, 1)""",
    "special": {
        ALIKE: _SAME_PATHS,
        CHANNELS_EQUAL: "x = x[:, :1].repeat(1, c_in, 1, 1)",
        POSITIVE: "x, narrow, look = x.abs(), narrow.abs(), look.abs()",
    },
    "one": """\
def path(i):
    maps = F.relu(F.conv2d(x, narrow.chunk(g)[i]))
    return F.relu(F.conv2d(maps, look.chunk(g)[i], padding=1))
paths = [path(i) for i in range(g)]
one = x + sum(F.conv2d(maps, own) for maps, own in zip(paths, widen.chunk(g, 1)))""",
    "one_steps": (
        Step("1x1, then 3x3, each with ReLU", "paths {g}, channels in each {d}", "paths"),
        Step("1x1 in each path", "then all paths are added to x", "one"),
    ),
}

EARLY = Pair(
    title="ResNeXt (a) = (b)",
    claim="Paths that are added up at the end are paths that are concatenated before the last 1x1.",
    start={"size": 3, "in_channels": 1, "groups": 4, "width": 1,
           "weights": ALIKE, "seed": 1},
    other="""\
maps = {joined}
other = x + F.conv2d(maps, {last})""",
    other_steps=(
        Step("1x1, then 3x3, joined", "paths {g}, channels in each {d}", "maps"),
        Step("one 1x1 for all paths", "added to x", "other"),
    ),
    parts={"joined": "torch.cat(paths, 1)", "last": "widen"},
    variants=(
        Variant(
            {"joined": "torch.stack(paths, 2).flatten(1, 2)"},
            fault="the paths take turns, but the last 1x1 expects all channels of path 0 first.",
            slips="each path has one channel",
            trap={"width": 1},
        ),
        Variant(
            {"joined": "sum(paths)", "last": "widen[:, :d]"},
            fault="the paths are added up before the last 1x1, and all use that of path 0.",
            slips="all paths have the same weights",
            trap={"weights": ALIKE},
        ),
        Variant(
            {"last": "torch.cat(widen.chunk(g, 1)).reshape(widen.shape)"},
            fault="the 1x1s of the paths belong side by side, along the input channels; here they "
            "are stacked and reshaped.",
            slips="x has one channel",
            trap={"in_channels": 1},
        ),
        RIGHT,
    ),
    **_SHARED,
)  # fmt: skip

GROUPED = Pair(
    title="ResNeXt (a) = (c)",
    claim="All paths at once are three layers, the middle one of them grouped.",
    start={"size": 3, "in_channels": 2, "groups": 4, "width": 1,
           "weights": ALIKE, "input": POSITIVE, "seed": 1},
    other="""\
maps = F.relu(F.conv2d(x, narrow))
seen = {seen}
other = x + F.conv2d(seen, widen)""",
    other_steps=(
        Step("one 1x1 for all paths", "weight {narrow}", "maps"),
        Step("3x3", "weight {look}", "seen"),
        Step("one 1x1 for all paths", "added to x", "other"),
    ),
    parts={"seen": "F.relu(F.conv2d(maps, look, padding=1, groups=g))"},
    variants=(
        Variant(
            {"seen": "F.conv2d(maps, look, padding=1, groups=g)"},
            fault="the ReLU behind the 3x3 is missing.",
            slips="nothing negative reaches it",
            trap={"input": POSITIVE},
        ),
        RIGHT,
        Variant(
            {"seen": "F.relu(F.conv2d(maps, look.repeat(1, g, 1, 1), padding=1) / g)"},
            fault="the 3x3 is not grouped: every path sees the mean of all paths.",
            slips="all paths have the same weights",
            trap={"weights": ALIKE},
        ),
        Variant(
            {"seen": "F.relu(F.conv2d(maps.unflatten(1, (d, g)).transpose(1, 2).flatten(1, 2), "
                     "look, padding=1, groups=g))"},
            fault="the channels are shuffled before the 3x3: each path looks at channels of all "
            "paths.",
            slips="each path has one channel",
            trap={"width": 1},
        ),
    ),
    **_SHARED,
)  # fmt: skip
