"""Path counts, receptive fields and the table of small networks with known answers."""

import math
from fractions import Fraction

import pytest

from course_lib.geometry import (
    Add,
    Concatenate,
    Convolution,
    Elementwise,
    GeometryError,
    GlobalPooling,
    Linear,
    Network,
    Padding,
    PixelShuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
    chain,
    layer_table,
    merge,
    path_counts,
    path_counts_along,
    projective_field,
    receptive_fields,
    source,
)


def convolutions(*dilations):
    return chain([Convolution(1, 1, 3, dilation=d) for d in dilations], in_channels=1)


def last_field(network, input_size):
    return receptive_fields(network, network.shapes(input_size))[network.output]


def test_three_3x3_see_what_one_7x7_sees():
    assert path_counts(convolutions(1, 1, 1)).span == (7, 7)
    assert path_counts(chain([Convolution(1, 1, 7)], 1)).span == (7, 7)


def test_ten_layers_spread_their_paths_like_a_gaussian():
    """Variance of n uniform 3-taps is n * 2/3; Luo et al. 2016, arXiv 1701.04128."""
    paths = path_counts(convolutions(*[1] * 10))
    total = sum(paths.counts.values())
    row, _ = paths.centre
    variance = sum(
        Fraction(n, total) * Fraction(r - row) ** 2 for (r, _), n in paths.counts.items()
    )
    assert (paths.span, total, variance) == ((21, 21), 9**10, Fraction(20, 3))
    assert max(paths.counts, key=paths.counts.get) == paths.centre


@pytest.mark.parametrize(
    ("dilations", "covered", "span"),
    [
        ((2, 2, 2), 7, 13),
        ((1, 2, 3), 13, 13),
        ((1, 2, 5), 17, 17),
        ((1, 2, 9), 21, 25),
        ((2, 4, 8), 15, 29),
        ((4, 4, 4), 7, 25),
    ],
)
def test_dilations_with_a_common_factor_leave_holes(dilations, covered, span):
    paths = path_counts(convolutions(*dilations))
    assert paths.span == (span, span)
    assert len(paths.counts) == covered**2
    assert math.isclose(paths.density, covered**2 / span**2)
    assert len(paths.holes) == span**2 - covered**2


def test_a_residual_add_sums_the_paths_of_both_ways():
    image = source(1)
    block = image.then(Convolution(1, 1, 3, padding=1))
    counts = path_counts(Network(merge(Add(), image, block))).counts
    assert counts[0, 0] == 2
    assert sum(counts.values()) == 9 + 1


def test_borders_cut_the_field_off():
    network = chain([Convolution(1, 1, 3, padding=1)] * 2, in_channels=1)
    assert path_counts(network).box == ((-2, 2), (-2, 2))
    assert path_counts(network, input_size=8).box == ((0, 2), (0, 2))
    with pytest.raises(GeometryError, match=r"output cell \(8, 0\) lies outside"):
        path_counts(network, (8, 0), 8)


def test_a_cell_that_reads_padding_only_says_so():
    network = chain([Padding(((2, 2), (2, 2)))], in_channels=1)
    with pytest.raises(GeometryError, match="nothing but padding"):
        _ = path_counts(network, (0, 0), 4).span


def test_the_head_sees_every_cell_that_there_is():
    network = chain([Convolution(1, 1, 3), GlobalPooling(), Linear(1, 5)], in_channels=1)
    assert path_counts(network, input_size=6).span == (6, 6)
    assert sum(path_counts(network, input_size=6).counts.values()) == 16 * 9
    with pytest.raises(GeometryError, match="Pass input_size"):
        path_counts(network)


def test_a_gate_adds_a_path_from_every_cell():
    image = source(1)
    gate = image.then(GlobalPooling())
    counts = path_counts(Network(merge(Add(), image, gate)), (2, 1), 4).counts
    assert counts == {(r, c): 1 + ((r, c) == (2, 1)) for r in range(4) for c in range(4)}


def test_dilation_widens_the_step_and_stride_only_what_follows():
    network = chain(
        [
            Convolution(3, 8, 3, stride=2, padding=1),
            Convolution(8, 8, 3, dilation=2, padding=2),
            Pooling(2),
        ]
    )
    field = last_field(network, 32)
    assert (field.size, field.jump, field.start) == ((13, 13), (4, 4), (-5, -5))


def test_a_merge_keeps_the_larger_field_and_the_table_says_so():
    image = source(3)
    short = image.then(Convolution(3, 4, 1), "short")
    long = image.then(Convolution(3, 4, 5, padding=2), "long")
    table = layer_table(Network(merge(Concatenate(), short, long, name="join")), 8)
    assert table.receptive_field == (5, 5)
    assert table.rows[-1].output_shape == (8, 8, 8)
    assert table.notes == (
        "join: branches with different receptive fields meet; the larger one is kept.",
    )


def test_shifted_branches_are_hulled_and_told():
    image = source(1)
    left = image.then(Padding(((0, 0), (2, 0)))).then(Convolution(1, 1, (1, 3)))
    right = image.then(Padding(((0, 0), (0, 2)))).then(Convolution(1, 1, (1, 3)))
    network = Network(merge(Add(), left, right, name="join"))
    assert last_field(network, 9).box() == ((0, 0), (-2, 2)) == path_counts(network).box
    assert "join: branches with shifted fields meet" in layer_table(network, 9).notes[0]


def test_branches_that_step_differently_are_an_error_in_words():
    image = source(1)
    strided = image.then(Convolution(1, 1, 3, stride=2, padding=1))
    cropped = image.then(Padding(((-2, -2), (-2, -2))))
    with pytest.raises(GeometryError, match=r"join: .* different jumps, \(1 x 1\) and \(2 x 2\)"):
        last_field(Network(merge(Add(), strided, cropped, name="join")), 8)


def test_a_gate_that_saw_everything_does_not_hide_the_field():
    image = source(4)
    stem = image.then(Convolution(4, 4, 3, padding=1))
    gate = stem.then(GlobalPooling()).then(Convolution(4, 4, 1))
    table = layer_table(Network(merge(Add("mul"), stem, gate)), 8)
    assert table.receptive_field == (3, 3)
    assert "a branch that saw the whole image joins" in table.notes[0]


def test_an_error_names_the_layer():
    with pytest.raises(GeometryError, match="^2: Given groups=1, weight of size"):
        layer_table(chain([Convolution(3, 8, 3), Convolution(9, 8, 3)]), 8)


def test_a_network_begins_with_one_image():
    with pytest.raises(GeometryError, match="has 2 inputs"):
        Network(merge(Add(), source(), source()))


def test_what_the_output_does_not_need_is_no_part_of_the_network():
    image = source(3)
    image.then(Convolution(3, 99, 3), "unused")
    network = Network(image.then(Convolution(3, 8, 3), "used"))
    assert [row.name for row in layer_table(network, 8).rows] == ["used"]


def test_a_deep_chain_needs_no_recursion():
    assert last_field(convolutions(*[1] * 1500), 4000).size == (3001, 3001)


def test_many_branches_do_not_double_the_work():
    node = source(1)
    for _ in range(30):  # 2 ** 30 ways through the blocks
        node = merge(Add(), node, node.then(Convolution(1, 1, 3, padding=1)))
    paths = path_counts(Network(node))
    assert paths.span == (61, 61)
    assert sum(paths.counts.values()) == 10**30
    field = last_field(Network(node), 8)
    assert (field.size, len(field.parts)) == ((61, 61), 1)
    counts = path_counts(Network(node), (4, 4), 9).counts
    assert projective_field(Network(node), (4, 4), 9).counts == counts  # the kernels are symmetric


def test_behind_a_transposed_convolution_the_field_depends_on_the_position():
    """conv 3, then k=3 s=2 p=1: even outputs meet one input, odd ones two."""
    network = chain([Convolution(1, 1, 3), TransposedConvolution(1, 1, 3, 2, 1)], in_channels=1)
    field = last_field(network, 12)
    spans = [path_counts(network, (cell, 5)).span[0] for cell in range(6)]
    assert spans == [3, 4, 3, 4, 3, 4]
    assert [field.box((cell, 5))[0] for cell in range(3)] == [(0, 2), (0, 3), (1, 3)]
    assert (field.size, field.period, field.varies) == ((4, 4), (2, 2), True)
    assert field.jump == (Fraction(1, 2), Fraction(1, 2))
    table = layer_table(network, 12)
    assert table.rows[-1].cells()[6:8] == ("1/2", "4")
    assert "2: the field depends on the position; the largest one is given." in table.notes


def test_the_transposed_layer_that_summaries_give_a_negative_field_has_one_of_4():
    """torch-scan 0.1 prints -2 for it."""
    network = chain([Convolution(1, 1, 3), TransposedConvolution(1, 1, 4, 2)], in_channels=1)
    assert last_field(network, 12).size == (4, 4)


def test_a_jump_that_is_a_whole_number_again_is_an_int():
    layers = [
        Convolution(1, 1, 3, 2, 1),
        TransposedConvolution(1, 1, 4, 2, 1),
        Convolution(1, 1, 3),
    ]
    table = layer_table(chain(layers, 1), 16)
    assert [row.jump for row in table.rows] == [(2, 2), (1, 1), (1, 1)]
    assert all(type(jump) is int for row in table.rows for jump in row.jump)


def test_a_stamp_smaller_than_its_stride_leaves_cells_that_read_nothing():
    network = chain([TransposedConvolution(1, 1, 1, 2, output_padding=1)], in_channels=1)
    field = last_field(network, 4)
    assert [field.reads_anything((0, cell)) for cell in range(4)] == [True, False, True, False]
    with pytest.raises(GeometryError, match="reads nothing: no tap leads there"):
        field.box((0, 1))
    assert path_counts(network, (0, 1), 4).counts == {}
    assert (field.size, field.varies) == ((1, 1), True)


def test_a_branch_without_input_does_not_widen_the_box_of_its_neighbour():
    image = source(1)
    down = image.then(Convolution(1, 1, 2, 2))
    patchy = down.then(TransposedConvolution(1, 1, 1, 2, output_padding=1))
    network = Network(merge(Add(), image, patchy))
    field = last_field(network, 8)
    boxes = [path_counts(network, (0, column)).box for column in range(4)]
    assert boxes == [field.box((0, column)) for column in range(4)]
    assert boxes[:2] == [((0, 1), (0, 1)), ((0, 0), (1, 1))]


def test_an_encoder_and_its_decoder_meet_where_their_jumps_agree():
    image = source(1)
    down = image.then(Convolution(1, 1, 3, 2, 1))
    up = down.then(TransposedConvolution(1, 1, 4, 2, 1), "up")
    assert last_field(Network(merge(Concatenate(), image, up)), 8).jump == (1, 1)
    aligned = down.then(Upsample(scale_factor=2, mode="bilinear", align_corners=True))
    with pytest.raises(GeometryError, match=r"different jumps, \(6/7 x 6/7\) and \(1 x 1\)"):
        last_field(Network(merge(Add(), image, aligned)), 8)


def test_what_an_upsampling_to_a_size_reads_needs_the_size_of_the_image():
    network = chain([Convolution(1, 1, 3, padding=1), Upsample(size=10)], in_channels=1)
    assert path_counts(network, (9, 9), 4).box == ((2, 3), (2, 3))
    assert last_field(network, 4).jump == (Fraction(2, 5), Fraction(2, 5))
    with pytest.raises(GeometryError, match="Pass input_size"):
        path_counts(network, (9, 9))


def test_the_projective_field_is_the_receptive_field_read_backwards():
    image = source(1)
    small = image.then(Convolution(1, 4, 3, 2, 1)).then(Convolution(4, 4, 3, padding=1))
    network = Network(merge(Add(), image, small.then(PixelShuffle(2))))
    fed = projective_field(network, (3, 4), 8)
    reads = {(r, c): path_counts(network, (r, c), 8).counts for r in range(8) for c in range(8)}
    assert fed.counts == {cell: n[3, 4] for cell, n in reads.items() if (3, 4) in n}
    # Row 3 lies in two strided windows, column 4 in one; the second convolution and the shuffle
    # spread them over 4 * 2 rows and 3 * 2 columns.
    assert (fed.counts[3, 4], fed.span) == (1 + 2, (8, 6))


def test_a_pixel_that_every_stride_steps_over_feeds_nothing():
    network = chain([Convolution(1, 1, 1, 2)], in_channels=1)
    assert projective_field(network, (1, 0), 4).counts == {}
    with pytest.raises(GeometryError, match="feeds no output"):
        _ = projective_field(network, (1, 0), 4).box
    with pytest.raises(GeometryError, match=r"input cell \(4, 0\) lies outside"):
        projective_field(network, (4, 0), 4)


def test_one_pixel_feeds_the_head_through_every_cell_of_the_map():
    network = chain([Convolution(1, 1, 3, padding=1), GlobalPooling(), Linear(1, 5)], 1)
    assert projective_field(network, (0, 0), 4).counts == {(0, 0): 4}
    assert projective_field(network, (1, 1), 4).counts == {(0, 0): 9}


def test_through_a_gate_one_pixel_feeds_every_cell():
    image = source(1)
    network = Network(merge(Add("mul"), image, image.then(GlobalPooling())))
    fed = projective_field(network, (2, 1), 3).counts
    assert fed == {(r, c): 1 + ((r, c) == (2, 1)) for r in range(3) for c in range(3)}


def test_holes_come_and_go_down_a_network():
    """Yu et al. and Wang et al.: dilations 2, 2, 2 grid; 1, 2, 3 do not."""
    found = path_counts_along(convolutions(2, 2, 2))
    assert [(paths.span[0], paths.covered) for paths in found.values()] == [
        (1, 1), (5, 9), (9, 25), (13, 49),
    ]  # fmt: skip
    assert [paths.density for paths in path_counts_along(convolutions(1, 2, 3)).values()] == [1] * 4
    headed = chain([Convolution(1, 1, 3), GlobalPooling(), Linear(1, 2)], in_channels=1)
    assert [node.label for node in path_counts_along(headed)] == ["input", "1"]


def test_reflected_borders_lead_paths_back_into_the_image():
    layers = [Padding(((1, 1), (1, 1)), "reflect"), Convolution(1, 1, 3)]
    counts = path_counts(chain(layers, 1), (0, 0), 5).counts
    assert counts == {(0, 0): 1, (0, 1): 2, (1, 0): 2, (1, 1): 4}


def test_bilinear_paths_count_by_their_share():
    network = chain([Upsample(scale_factor=2, mode="bilinear"), Convolution(1, 1, 2)], 1)
    counts = path_counts(network, (1, 1), 4).counts
    assert counts == {(r, c): 1 for r in (0, 1) for c in (0, 1)}
    assert sum(path_counts(network, (2, 2), 4).counts.values()) == 4


TABLE = """\
layer   kind            kernel  stride  dilation    output  jump  field  parameters     MACs
------  --------------  ------  ------  --------  --------  ----  -----  ----------  -------
stem    convolution        3x3       2         1  16x16x16     2      3         448  110,592
deep    depthwise          3x1       1         2  16x16x16     2   11x3          64   12,288
add     add                  -       -         -  16x16x16     2   11x3           0        0
pool    global pooling       -       -         -    16x1x1     -  image           0        0
output  linear               -       -         -    10x1x1     -  image         170      160

input: 3x32x32
receptive field before the whole image is seen: 11x3, jump 2
parameters: 682 (0 in steps without a row)
MACs: 123,040
note: add: branches with different receptive fields meet; the larger one is kept."""


def test_the_table_prints_in_columns():
    stem = source().then(Convolution(3, 16, 3, 2, 1), "stem").then(Elementwise("relu"))
    deep = stem.then(Convolution(16, 16, (3, 1), 1, "same", 2, groups=16), "deep")
    head = merge(Add(), stem, deep).then(GlobalPooling(), "pool").then(Linear(16, 10), "output")
    table = layer_table(Network(head), 32)
    assert str(table) == repr(table) == TABLE
    assert not hasattr(table, "_repr_html_")
