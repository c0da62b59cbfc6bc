"""Transposed convolution: as inserted zeros, as a gradient, as a matrix on its side."""

from .pair import (
    ANY,
    CONSTANT,
    RIGHT,
    SINGLE,
    SYMMETRIC,
    Pair,
    Step,
    Variant,
    convolves,
    transposes,
)

WEIGHTS, INPUTS = (ANY, SYMMETRIC, SINGLE), (ANY, CONSTANT)

_SPECIAL = {
    SYMMETRIC: "w = w + w.flip(2, 3)",
    SINGLE: "w = torch.zeros_like(w)\nw[..., k // 2, k // 2] = 1",
    CONSTANT: "v = torch.full_like(v, 2)",
}

_ZEROS = Pair(
    title="zeros and a flipped kernel",
    claim="A transposed convolution is an ordinary one with stride 1, on an input with zeros put "
    "between its cells and round them.",
    start={"size": 3, "kernel_size": 3, "stride": 2, "padding": 1, "in_channels": 1,
           "out_channels": 2, "weights": SYMMETRIC, "seed": 1},
    source="x",
    drawn="x = ints(1, c_in, n, n + 1)\nw = ints(c_in, c_out, k, k)",
    special=_SPECIAL,
    one="one = F.conv_transpose2d(x, w, stride=s, padding=p)",
    one_steps=(Step("F.conv_transpose2d", "stride {s}, padding {p}, weight {w}", "one"),),
    other="""\
spread = x.new_zeros(1, c_in, s * (n - 1) + 1, s * n + 1)
spread[..., ::s, ::s] = x
rim = {rim}
framed = F.pad(spread, (rim, rim, rim, rim))
kernel = {kernel}
other = F.conv2d(framed, kernel)""",
    other_steps=(
        Step("put zeros between the cells", "the cells lie {s} apart now", "spread"),
        Step("F.pad", "{rim} on each side", "framed"),
        Step("F.conv2d", "stride 1, weight {kernel}", "other"),
    ),
    parts={"rim": "k - 1 - p", "kernel": "w.transpose(0, 1).flip(2, 3)"},
    variants=(
        Variant(
            {"rim": "p"},
            fault="padding crops here, so the rim of zeros is k − 1 − p wide, not p.",
            slips="k − 1 − p = p, as with kernel 3 and padding 1",
            trap={"kernel_size": 3, "padding": 1},
        ),
        Variant(
            {"kernel": "w.reshape(c_out, c_in, k, k).flip(2, 3)"},
            fault="a reshape swaps no axes, it deals the kernels out anew: kernels end between the "
            "wrong channels.",
            slips="there is one channel in or one out",
            trap={"in_channels": 1},
        ),
        RIGHT,
        Variant(
            {"kernel": "w.transpose(0, 1)"},
            fault="the kernel is not flipped. What a stamp lays down to its right, an output finds "
            "on its left.",
            slips="the kernel is symmetric",
            trap={"weights": SYMMETRIC},
        ),
    ),
    problem=transposes,
)  # fmt: skip

_GRADIENT = Pair(
    title="gradient of a convolution",
    claim="What backpropagation sends through a convolution is a transposed convolution with the "
    "same weight.",
    start={"size": 5, "kernel_size": 3, "stride": 1, "padding": 0, "in_channels": 1,
           "out_channels": 1, "weights": SYMMETRIC, "seed": 1},
    source="v",
    drawn="x = ints(1, c_in, n, n + 1).requires_grad_()\nw = ints(c_out, c_in, k, k)",
    special=_SPECIAL,
    one="""\
y = F.conv2d(x, w, stride=s, padding=p)
v = ints(*y.shape)  # the gradient that arrives at y
(one,) = torch.autograd.grad((v * y).sum(), x)""",
    one_steps=(Step("backwards through F.conv2d", "stride {s}, padding {p}, weight {w}", "one"),),
    other="""\
extra = {extra}
other = F.conv_transpose2d(v, {kernel}, stride=s, padding=p, output_padding=extra)""",
    other_steps=(
        Step("F.conv_transpose2d", "stride {s}, padding {p}, output_padding {extra}", "other"),
    ),
    parts={"extra": "[(size + 2 * p - k) % s for size in x.shape[2:]]", "kernel": "w"},
    variants=(
        Variant(
            {"extra": "[0, 0]"},
            fault="where the division by the stride leaves something over, the last rows or "
            "columns of x are missing; output_padding brings them back.",
            slips="it leaves nothing over",
            trap={"stride": 1},
        ),
        RIGHT,
        Variant(
            {"kernel": "w.flip(2, 3)"},
            fault="conv_transpose2d already walks the wires backwards; flipping the kernel as well "
            "is once too often.",
            slips="the kernel is symmetric",
            trap={"weights": SYMMETRIC},
        ),
        Variant(
            {"extra": "[s - 1, s - 1]"},
            fault="output_padding is what the division leaves over, (n + 2p − k) mod s, and not "
            "always s − 1.",
            slips="s − 1 is what is left over, in height and in width",
            trap={"stride": 1},
        ),
    ),
    problem=convolves,
)  # fmt: skip

_MATRIX = Pair(
    title="the matrix, transposed",
    claim="A convolution is a matrix; the transposed convolution multiplies with that matrix on "
    "its side.",
    start={"size": 6, "kernel_size": 3, "stride": 2, "padding": 0, "weights": SINGLE,
           "input": CONSTANT, "seed": 1},
    source="v",
    drawn="""\
x = ints(1, 1, n, n + 1)
w = ints(1, 1, k, k)
v = ints(*F.conv2d(x, w, stride=s, padding=p).shape)""",
    special=_SPECIAL,
    one="""\
extra = [(size + 2 * p - k) % s for size in x.shape[2:]]
one = F.conv_transpose2d(v, w, stride=s, padding=p, output_padding=extra)""",
    one_steps=(
        Step("F.conv_transpose2d", "stride {s}, padding {p}, output_padding {extra}", "one"),
    ),
    other="""\
pixels = torch.eye(x.numel(), dtype=torch.double).reshape(-1, *x.shape[1:])  # one 1 in each
matrix = F.conv2d(pixels, {kernel}, stride=s, padding=p).flatten(1).T  # @ x.flatten() convolves x
turned = {turned}
other = (turned @ {vector}).reshape(x.shape)""",
    other_steps=(
        Step("the matrix of F.conv2d", "a column for each cell of x", "matrix"),
        Step("on its side", "a row for each cell of x", "turned"),
        Step("times the numbers of v", "then back to rows and columns", "other"),
    ),
    parts={"kernel": "w", "turned": "matrix.T", "vector": "v.flatten()"},
    variants=(
        Variant(
            {"vector": "v.mT.flatten()"},
            fault="the numbers of v are taken column by column, but PyTorch keeps them row by row.",
            slips="all numbers of v are equal",
            trap={"input": CONSTANT},
        ),
        Variant(
            {"kernel": "w.flip(2, 3)"},
            fault="conv2d does not flip its kernel, so neither may the matrix; turning it on its "
            "side does all that is needed.",
            slips="the kernel is symmetric",
            trap={"kernel_size": 3, "weights": SYMMETRIC},
        ),
        Variant(
            {"turned": "torch.linalg.pinv(matrix).round(decimals=9)"},
            fault="that is the inverse, as far as there is one. A transposed convolution brings "
            "back the size, not the values.",
            slips="the kernel is a single 1: then the matrix only picks cells",
            trap={"weights": SINGLE},
        ),
        RIGHT,
    ),
    problem=convolves,
)  # fmt: skip

PAIRS = (_ZEROS, _GRADIENT, _MATRIX)
