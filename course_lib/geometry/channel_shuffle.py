"""The channel shuffle: every group deals its channels out to all groups.

Nothing is computed, only the order changes: the channels are written as a table with a group a row,
and read column by column. (Zhang et al.: ShuffleNet, arXiv 1707.01083.)
"""

from .pairs import GeometryError


def channel_shuffle_sources(channels: int, groups: int) -> tuple[int, ...]:
    """The input channel that each channel of ``torch.nn.ChannelShuffle(groups)``'s output was.

    Raises GeometryError where the channels do not split into the groups.
    """
    if groups < 1 or channels % groups:
        raise GeometryError(
            f"{channels} channels do not split into {groups} equal groups; choose a divisor of "
            f"{channels}."
        )
    width = channels // groups
    return tuple(group * width + place for place in range(width) for group in range(groups))
