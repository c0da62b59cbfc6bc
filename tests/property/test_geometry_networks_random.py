"""Random networks: path counts, projective fields and receptive fields against autograd.

The examples are the same in every run (``derandomize``).
"""

import claims
from hypothesis import event, given
from hypothesis import strategies as st
from random_layers import fixed, pairs
from random_networks import networks, window_chains
from tally import counts, ran

from course_lib.geometry import chain


@fixed(600)
@given(networks(), pairs(6, 12), pairs(0, 30), pairs(0, 30))
@counts("networks")
def test_path_counts_are_the_gradient_and_projective_fields_the_response(
    network, size, cell, pixel
):
    if not claims.fits(network.network, size):
        event("too small for its kernels")
        return False
    claims.counted_alike(network.network, network.run, size, cell, pixel)


@fixed(400)
@given(networks(), st.lists(pairs(0, 40), min_size=3, max_size=3))
@counts("networks")
def test_the_box_of_a_field_is_the_box_of_the_exact_set(network, cells):
    size = (96, 120)
    if not claims.fits(network.network, size):
        event("too small for its kernels")
        return False
    field = claims.boxed_alike(network.network, size, cells)
    ran["fields that depend on the position"] += field.varies


@fixed(200)
@given(window_chains())
@counts("networks")
def test_behind_windows_alone_the_recurrence_gives_size_jump_start_and_centre(layers):
    claims.recurrence_holds(layers, chain(layers, 1), 400)
