"""The checks of lesson 08: ``from course_lib.exercises import grouped as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    def grouped_convolution(x, weight, groups):
        '''x (N, C_in, H, W), weight (C_out, C_in / groups, k, k); F.conv2d without its groups.'''
        return ...  # your lines
    check.grouped_convolution(grouped_convolution)

    shapes = {"Conv2d(8, 16, 3, groups=4)": ..., "ConvTranspose2d(8, 16, 4, groups=4)": ...}
    check.weight_shapes(shapes)

    def channel_shuffle(x, groups):
        '''x (N, C, H, W): the channels of every group dealt out to all groups.'''
        return ...  # your lines
    check.channel_shuffle(channel_shuffle)

    weights = ...  # of 256-128-256 with 32 groups in the 3x3 between two 1x1, without biases
    check.resnext_weights(weights)

    def moved(channels, groups):
        '''Outputs that a nudge of one input moves: two layers of groups, a shuffle between.'''
        return ...  # your lines
    check.moved(moved)
"""

from typing import TYPE_CHECKING

from course_lib.geometry import Convolution, TransposedConvolution

from .engine import Mistake
from .functions import FunctionCheck
from .grouped_shuffle import channel_shuffle, moved
from .inputs import whole
from .values import ValueCheck

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["channel_shuffle", "grouped_convolution", "moved", "resnext_weights", "weight_shapes"]


def _grouped(x: "Tensor", weight: "Tensor", groups: int) -> "Tensor":
    from torch.nn.functional import conv2d

    return conv2d(x, weight, groups=groups)


def _parts(x: "Tensor", weight: "Tensor", groups: int) -> "list[Tensor]":
    """The output of each group by itself."""
    pairs = zip(x.chunk(groups, 1), weight.chunk(groups), strict=True)
    return [_grouped(part, filters, 1) for part, filters in pairs]


def _interleaved(x: "Tensor", weight: "Tensor", groups: int) -> "Tensor":
    """Each group reads every ``groups``-th channel."""
    from torch import cat

    return _grouped(cat([x[:, group::groups] for group in range(groups)], 1), weight, groups)


def _filters_interleaved(x: "Tensor", weight: "Tensor", groups: int) -> "Tensor":
    from torch import cat

    return _grouped(x, cat([weight[group::groups] for group in range(groups)]), groups)


def _one_weight(x: "Tensor", weight: "Tensor", groups: int) -> "Tensor":
    """The filters of the first group for all groups."""
    return _grouped(x, weight.chunk(groups)[0].repeat(groups, 1, 1, 1), groups)


def _outputs_in_turn(x: "Tensor", weight: "Tensor", groups: int) -> "Tensor":
    from torch import stack

    return stack(_parts(x, weight, groups), 2).flatten(1, 2)


grouped_convolution = FunctionCheck(
    name="grouped_convolution",
    reference=_grouped,
    cases=lambda: {
        "6 channels to 9 in 3 groups": (whole(2, 6, 5, 7), whole(9, 2, 3, 3), 3),
        "8 channels to 4 in 2 groups": (whole(2, 8, 4, 6), whole(4, 4, 3, 1), 2),
        "depthwise, two filters a channel": (whole(2, 4, 6, 5), whole(8, 1, 3, 3), 4),
        "one group": (whole(2, 3, 5, 4), whole(2, 3, 3, 3), 1),
    },
    mistakes=[
        Mistake(
            _interleaved,
            "Every so many channels are taken as a group. A group is a run of neighbours: with 6 "
            "channels and 3 groups 0 and 1, then 2 and 3, then 4 and 5.",
        ),
        Mistake(
            _filters_interleaved,
            "The filters are dealt out in turn. The first group has the first C_out / groups.",
        ),
        Mistake(
            _one_weight,
            "The filters of the first group are used for all. Each group has filters of its own.",
        ),
        Mistake(
            lambda x, weight, groups: sum(_parts(x, weight, groups)),
            "The groups are added up. They are laid behind each other, along the channels.",
        ),
        Mistake(
            _outputs_in_turn,
            "The outputs of the groups take turns. First come all of group 0, then all of group 1.",
        ),
    ],
    right="Split, convolve, concatenate: AlexNet's two towers, for any number of them.",
)


def _shapes(conv: tuple | None = None, transposed: tuple | None = None) -> dict[str, tuple]:
    """The right shapes, or only what is given."""
    right = (
        Convolution(8, 16, 3, groups=4).weight_shape,
        TransposedConvolution(8, 16, 4, groups=4).weight_shape,
    )
    names = ("Conv2d(8, 16, 3, groups=4)", "ConvTranspose2d(8, 16, 4, groups=4)")
    shapes = right if conv is transposed is None else (conv, transposed)
    return {name: shape for name, shape in zip(names, shapes, strict=True) if shape}


weight_shapes = ValueCheck(
    name="weight_shapes",
    answer=_shapes,
    mistakes=[
        Mistake(
            _shapes(conv=(4, 8, 3, 3)),
            "The first axis of Conv2d counts filters, and there is still one for each of the 16 "
            "output channels. What is divided is how many inputs a filter reads.",
        ),
        Mistake(
            _shapes(conv=(4, 2, 3, 3)),
            "Both axes are divided. That is the weight of one group; there are 4 of them.",
        ),
        Mistake(
            _shapes(conv=(8, 4, 3, 3)),
            "That is how ConvTranspose2d keeps it. Conv2d has its output channels first.",
        ),
        Mistake(
            _shapes(conv=(16, 4, 3, 3)),
            "There are 4 groups, and so each filter reads 8 / 4 input channels.",
        ),
        Mistake(_shapes(conv=(16, 8, 3, 3)), "This is Conv2d with one group."),
        Mistake(
            _shapes(transposed=(16, 2, 4, 4)),
            "That is how Conv2d keeps it. ConvTranspose2d has its input channels first.",
        ),
        Mistake(
            _shapes(transposed=(2, 16, 4, 4)),
            "The first axis stays whole here too: each of the 8 inputs has its stamps. What is "
            "divided is how many outputs it feeds.",
        ),
        Mistake(_shapes(transposed=(8, 16, 4, 4)), "This is ConvTranspose2d with one group."),
    ],
    right="In both, the first axis stays whole and the second is divided.",
)


def _block(outside: int, inside: int, groups: int) -> int:
    """All weights of 1x1 down, a grouped 3x3, 1x1 up."""
    layers = (
        Convolution(outside, inside, 1, bias=False),
        Convolution(inside, inside, 3, groups=groups, bias=False),
        Convolution(inside, outside, 1, bias=False),
    )
    return sum(layer.parameters for layer in layers)


resnext_weights = ValueCheck(
    name="resnext_weights",
    answer=lambda: _block(256, 128, 32),
    mistakes=[
        Mistake(
            lambda: _block(256, 128, 1),
            "This is with one group. In the 3x3, each filter reads only 4 of the 128 channels.",
        ),
        Mistake(
            lambda: _block(256, 64, 1),
            "This is ResNet's bottleneck, with 64 channels in the middle and one group.",
        ),
        Mistake(
            lambda: 2 * Convolution(256, 128, 1, bias=False).parameters,
            "These are the two 1x1 layers. The 3x3 between them has weights too.",
        ),
        Mistake(
            lambda: Convolution(128, 128, 3, groups=32, bias=False).parameters,
            "This is the 3x3 alone. The two 1x1 layers are by far the larger part.",
        ),
        Mistake(
            lambda: _block(256, 128, 32) + 2 * 128 + 256,
            "Biases are counted. These layers have none, since BatchNorm follows each.",
        ),
    ],
    right="As many as ResNet's bottleneck has, within one per cent, with twice the width inside.",
)
