"""Two checks of lesson 08 on the channel shuffle: do it, and say how far it lets a nudge go."""

from math import prod
from typing import TYPE_CHECKING, Any

from course_lib.geometry import Convolution, channel_shuffle_sources

from .engine import Mistake
from .functions import FunctionCheck

if TYPE_CHECKING:
    from torch import Tensor


def _shuffled(x: "Tensor", groups: int) -> "Tensor":
    from torch.nn.functional import channel_shuffle

    return channel_shuffle(x, groups)


def _numbered(*shape: int) -> "Tensor":
    """Every number once."""
    from torch import arange

    return arange(float(prod(shape))).reshape(shape)


channel_shuffle = FunctionCheck(
    name="channel_shuffle",
    reference=_shuffled,
    cases=lambda: {
        "12 channels, 3 groups": (_numbered(1, 12, 1, 1), 3),
        "8 channels, 2 groups": (_numbered(2, 8, 2, 3), 2),
        "15 channels, 5 groups": (_numbered(2, 15, 3, 2), 5),
        "one group": (_numbered(1, 5, 2, 1), 1),
    },
    mistakes=[
        Mistake(
            lambda x, groups: _shuffled(x, x.shape[1] // groups),
            "This is the inverse: it gathers what the shuffle deals out. The channels are a table "
            "with a group a row; read it column by column.",
        ),
        Mistake(
            lambda x, groups: x.roll(x.shape[1] // groups, 1),
            "The groups moved on, each as a whole. Every group is to get something of all.",
        ),
        Mistake(
            lambda x, groups: x.flip(1),
            "The order is reversed: the groups still hold the same channels together.",
        ),
        Mistake(
            lambda x, groups: x.reshape(len(x), groups, -1, *x.shape[2:]).flatten(1, 2),
            "`reshape` there and back changes nothing. Between the two, the axes change places.",
        ),
    ],
    right="It costs no MAC and has no weight: view, transpose, flatten.",
)


def _moved(channels: int, groups: int) -> int:
    layer = Convolution(channels, channels, 1, groups=groups)
    first = {output for output in range(channels) if 0 in layer.channels_read_by(output)}
    order = channel_shuffle_sources(channels, groups)
    shuffled = {place for place, source in enumerate(order) if source in first}
    return sum(not shuffled.isdisjoint(layer.channels_read_by(out)) for out in range(channels))


def _case(channels: int, groups: int) -> dict[str, tuple[Any, ...]]:
    return {f"{channels} channels, {groups} groups": (channels, groups)}


moved = FunctionCheck(
    name="moved",
    reference=_moved,
    cases=_case(8, 2) | _case(12, 3) | _case(12, 4) | _case(12, 12) | _case(24, 6) | _case(6, 1),
    mistakes=[
        Mistake(
            lambda channels, groups: channels,
            "Not always all. A group of 3 channels has only 3 to deal out: with 4 groups, one of "
            "them gets none.",
        ),
        Mistake(
            lambda channels, groups: channels // groups,
            "This is one group: so far a nudge gets without the shuffle.",
        ),
        Mistake(
            lambda channels, groups: (channels // groups) ** 2,
            "Each channel of the group reaches a group of its own, but there may be fewer groups "
            "than that: it cannot be more than all channels.",
        ),
        Mistake(
            lambda channels, groups: min(channels, 2 * (channels // groups)),
            "The shuffle does not stop at one more group: a group's channels go to as many groups "
            "as there are, or as it has channels.",
        ),
    ],
    right="All are reached where a group has at least as many channels as there are groups.",
)
