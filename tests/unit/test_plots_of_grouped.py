"""The figures of lesson 08 show the layers and the numbers that they are given."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from course_lib.geometry import Convolution, Linear, Pooling
from course_lib.pictures.palette import FOCUS
from course_lib.plots.grouped import Block, blocks, cardinality, learned, macs_and_time, towers

NETWORK = {
    "one": Convolution(3, 8, 5),
    "two": Convolution(8, 12, 3, groups=2),
    "three": Convolution(12, 16, 3),
    "four": Linear(16, 6),
    "five": Linear(6, 5),
}


def words(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def arrows(axes):
    """(start, end, colour) of each arrow."""
    return [
        (text.xyann, text.xy, to_hex(text.arrow_patch.get_edgecolor()).upper())
        for text in axes.texts
        if getattr(text, "arrow_patch", None)
    ]


def test_each_tower_has_half_of_the_channels_and_the_last_layer_all():
    figure, alt = towers(NETWORK)
    shown = words(figure.axes[0])
    for half in ("4", "6", "8", "3"):
        assert shown.count(half) == 2
    assert shown.count("5") == 1
    assert {"8x3x5x5", "12x4x3x3", "16x12x3x3", "6x16", "5x6"} <= set(shown)
    assert "one, three, four, five" in alt


def test_arrows_cross_where_a_layer_has_one_group_and_only_there():
    drawn = arrows(towers(NETWORK)[0].axes[0])
    counts = [2, 2, 4, 4, 2]  # from the image, straight, crossed, crossed, to the end
    for column, (layer, count) in enumerate(zip(NETWORK.values(), counts, strict=True)):
        into = [arrow for arrow in drawn if arrow[1][0] == pytest.approx(column - 0.37)]
        assert len(into) == count
        straight = getattr(layer, "groups", 1) == 2
        for start, end, colour in into:
            assert (colour != FOCUS) == straight
            assert not straight or start[1] == end[1]


def block_words(block):
    figure, _ = blocks({"a block": block}, "A block.")
    return words(figure.axes[0])


def test_a_box_tells_kernel_groups_and_channels():
    shown = block_words(Block([[Convolution(8, 12, 3, groups=4), Pooling(3, 1, 1)]]))
    assert shown == ["3x3, 4 groups\n8 → 12", "max\npooling"]


def test_few_branches_are_all_drawn_and_of_many_the_first_and_the_last():
    branch = [Convolution(4, 2, 1)]
    for number in (2, 5):
        assert block_words(Block([branch] * number)).count("1x1\n4 → 2") == number
    many = [*[branch] * 31, [Convolution(4, 9, 1)]]
    shown = block_words(Block(many, "+"))
    assert shown.count("1x1\n4 → 2") == 3
    assert shown.count("1x1\n4 → 9") == 1
    assert "…\n32 in\nall" in shown
    assert "+" in shown


def test_boxes_do_not_overlap_and_stay_inside():
    drawn = {
        "wide": Block([[Convolution(256, 128, 1), Convolution(128, 128, 3, groups=32)]]),
        "many": Block([[Convolution(9, 4, 1)] * 2] * 32, "concatenate", [Convolution(128, 9, 1)]),
        "few": Block([[Convolution(192, 96, 1)] * n for n in (1, 2, 3)], "+"),
    }  # fmt: skip
    figure, _ = blocks(drawn, "Three blocks.")
    FigureCanvasAgg(figure).draw()
    for axes in figure.axes:
        boxes = [patch.get_window_extent() for patch in axes.patches]
        for number, box in enumerate(boxes):
            assert axes.bbox.padded(2).contains(*box.min)
            assert axes.bbox.padded(2).contains(*box.max)
            assert not any(box.padded(-1).overlaps(other) for other in boxes[:number])
        for text in axes.texts:
            if "→" in text.get_text():
                extent = text.get_window_extent()
                assert any(box.contains(*extent.min) and box.contains(*extent.max) for box in boxes)


def test_a_bar_is_as_high_as_the_accuracy_and_hatched_where_no_wire_leads():
    reached = {"first": [{0}, {1, 2}], "second": [{0, 1, 2}, {0}]}
    accuracies = {"first": [[1.0, 0.5, 0.4], [0.6, 0.9, 1.0]],
                  "second": [[0.9, 0.8, 0.7], [0.3, 0.2, 0.1]]}  # fmt: skip
    figure, _ = learned(reached, accuracies)
    grid = np.array(figure.axes).reshape(2, 2)
    for column, name in enumerate(reached):
        for half in (0, 1):
            bars = grid[half, column].patches
            assert [bar.get_height() for bar in bars] == accuracies[name][half]
            assert [not bar.get_hatch() for bar in bars] == [
                channel in reached[name][half] for channel in range(3)
            ]


def test_errors_stand_at_their_names_with_the_weights_below():
    figure, _ = cardinality({"1x64": 23.9, "32x4": 22.2}, [69_632, 70_144])
    axes = figure.axes[0]
    assert axes.lines[0].get_ydata() == pytest.approx([23.9, 22.2])
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1x64", "32x4"]
    assert words(axes) == ["23.9", "69,632", "22.2", "70,144"]


def test_macs_and_times_are_shares_of_those_with_one_group():
    figure, alt = macs_and_time([1, 2, 4], [80, 40, 20], {"wide": [6.0, 9.0, 3.0], "thin": [2, 1]})
    macs, wide, thin, _ = figure.axes[0].lines
    assert macs.get_ydata() == pytest.approx([1, 0.5, 0.25])
    assert wide.get_ydata() == pytest.approx([1, 1.5, 0.5])
    assert thin.get_ydata() == pytest.approx([1, 0.5])
    assert not any(character.isdigit() for character in alt)
