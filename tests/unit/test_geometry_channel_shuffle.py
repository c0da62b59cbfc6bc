"""The channel shuffle of geometry is torch's, in every division into groups."""

import pytest
import torch
from torch import nn

from course_lib.geometry import GeometryError, channel_shuffle_sources


@pytest.mark.parametrize("channels", [1, 4, 6, 12, 24])
def test_the_sources_are_the_numbers_that_torch_shuffles(channels):
    numbers = torch.arange(float(channels)).reshape(1, channels, 1, 1)
    for groups in (g for g in range(1, channels + 1) if channels % g == 0):
        expected = nn.ChannelShuffle(groups)(numbers).flatten().int().tolist()
        assert list(channel_shuffle_sources(channels, groups)) == expected, (channels, groups)


@pytest.mark.parametrize("groups", [0, -1, 5, 13])
def test_groups_that_do_not_divide_are_refused_in_words(groups):
    with pytest.raises(GeometryError, match=f"12 channels do not split into {groups} equal groups"):
        channel_shuffle_sources(12, groups)
