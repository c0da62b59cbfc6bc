"""Random layers of all kinds: the arithmetic against what torch does with them.

The examples are the same in every run (``derandomize``).
"""

import claims
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import event, given
from hypothesis import strategies as st
from random_layers import (
    convolutions,
    fixed,
    poolings,
    shuffles,
    transposed_convolutions,
    upsamplings,
)
from tally import counts

from course_lib.geometry import GeometryError, border_problem, padded_index


@fixed(600)
@given(convolutions(faults=True))
@counts("layers")
def test_torch_and_explain_refuse_the_same_convolutions(sample):
    claims.refused_alike(sample)


@fixed(600)
@given(transposed_convolutions(faults=True))
@counts("layers")
def test_torch_and_explain_refuse_the_same_transposed_convolutions(sample):
    claims.refused_alike(sample)


@fixed(300)
@given(poolings(faults=True))
@counts("layers")
def test_torch_and_explain_refuse_the_same_poolings(sample):
    claims.refused_alike(sample)


@fixed(200)
@given(shuffles(faults=True))
@counts("layers")
def test_torch_and_explain_refuse_the_same_pixel_shuffles(sample):
    claims.refused_alike(sample)


@fixed(300)
@given(upsamplings(faults=True))
@counts("layers")
def test_torch_and_explain_refuse_the_same_upsamplings(sample):
    claims.refused_alike(sample)


@fixed(600)
@given(convolutions())
@counts("layers")
def test_convolutions_are_wired_as_in_torch(sample):
    if not claims.is_accepted(sample):
        return False
    claims.wired_alike(sample)
    if sample.layer().padding_mode == "zeros":
        claims.weighted_alike(sample)
    claims.costs_alike(sample)


@fixed(600)
@given(transposed_convolutions())
@counts("layers")
def test_transposed_convolutions_are_wired_as_in_torch(sample):
    if not claims.is_accepted(sample):
        return False
    claims.wired_alike(sample)
    claims.weighted_alike(sample)
    claims.costs_alike(sample)


@fixed(400)
@given(poolings())
@counts("layers")
def test_poolings_read_the_window_that_torch_reads(sample):
    if not claims.is_accepted(sample):
        return False
    if sample.layer().kind == "max":
        claims.maximum_alike(sample)
    else:
        claims.wired_alike(sample)


@fixed(100)
@given(shuffles())
@counts("layers")
def test_pixel_shuffles_move_every_number_where_torch_moves_it(sample):
    claims.shuffled_alike(sample)
    claims.wired_alike(sample)


@fixed(300)
@given(upsamplings())
@counts("layers")
def test_upsamplings_share_out_what_torch_shares_out(sample):
    if not claims.is_accepted(sample):
        return False
    claims.wired_alike(sample)


MODES = ["reflect", "replicate", "circular"]


@fixed(200)
@given(st.sampled_from(MODES), st.integers(1, 6), st.integers(0, 8), st.integers(0, 8))
def test_padded_cells_are_those_of_torch_and_the_same_borders_are_refused(
    mode, length, before, after
):
    numbered = torch.arange(float(length)).reshape(1, 1, length)
    try:
        found = F.pad(numbered, (before, after), mode=mode)[0, 0].tolist()
    except RuntimeError as error:
        event("refused")
        words = next(phrase for phrase in claims.PHRASES if phrase in str(error))
        assert words in border_problem(before, after, length, mode)
        with pytest.raises(GeometryError, match=words):
            [padded_index(position, length, mode) for position in range(-before, length + after)]
        return
    positions = range(-before, length + after)
    assert border_problem(before, after, length, mode) is None
    assert [padded_index(position, length, mode) for position in positions] == found


@fixed(100)
@given(st.integers(1, 6), st.integers(0, 20), st.integers(0, 20))
def test_the_mode_that_torch_lacks_is_numpys(length, before, after):
    found = np.pad(np.arange(length), (before, after), mode="symmetric").tolist()
    positions = range(-before, length + after)
    assert [padded_index(position, length, "symmetric") for position in positions] == found
