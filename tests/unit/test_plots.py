"""The lessons' charts draw the numbers that they are given, and tell apart without colour."""

import pytest
from matplotlib.colors import to_rgba

from course_lib.plots import costs, shares


def bars(figure):
    return figure.axes[0].patches


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def vgg_like():
    return costs(
        ["convolution", "linear", "tiny"],
        {"parameters": [200, 799, 1], "MACs": [80_000, 19_999, 1]},
        dense=[False, True, True],
        alt="Two bars a layer.",
    )


def test_costs_are_shares_of_a_hundred_one_count_on_each_side():
    lengths = [bar.get_width() for bar in bars(vgg_like()[0])]
    assert lengths == pytest.approx([-20, -79.9, -0.1, 80, 19.999, 0.001])
    assert sum(lengths[:3]) == pytest.approx(-100)
    assert sum(lengths[3:]) == pytest.approx(100)


def test_every_bar_stands_at_its_layer_and_says_its_share():
    figure, alt = vgg_like()
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["convolution", "linear", "tiny"]
    middles = [bar.get_y() + bar.get_height() / 2 for bar in bars(figure)]
    assert middles == pytest.approx([0, 1, 2, 0, 1, 2])
    assert axes.get_ylim()[0] > axes.get_ylim()[1], "the first layer is at the top"
    assert words(figure) == [
        "% of 1,000 parameters", "20.0", "79.9", "0.1",
        "% of 100,000 MACs", "80.0", "20.0", "< 0.1",
    ]  # fmt: skip
    assert alt == "Two bars a layer."


def test_fully_connected_layers_are_hatched_and_of_another_colour():
    hatches = [bar.get_hatch() for bar in bars(vgg_like()[0])]
    assert hatches == [None, "///", "///"] * 2
    colours = {to_rgba(bar.get_facecolor()) for bar in bars(vgg_like()[0])}
    assert len(colours) == 2


def test_shares_are_drawn_in_per_cent_above_their_names():
    figure, alt = shares({"one": {"first": 0.75, "last": 0.004}}, "A title", alt="Two bars.")
    axes = figure.axes[0]
    assert [bar.get_height() for bar in bars(figure)] == pytest.approx([75, 0.4])
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["first", "last"]
    assert words(figure) == ["75", "0"]
    assert axes.get_ylim()[1] > 75 * 1.1, "room for the number above the longest bar"
    assert axes.get_title(loc="left") == "A title"
    assert alt == "Two bars."
    assert axes.get_legend() is None


def test_shares_of_two_kinds_stand_side_by_side_and_are_named():
    values = {"one": {"first": 0.75, "last": 0.25}, "other": {"first": 0.5, "last": 0.5}}
    axes = shares(values, "A title", alt="Four bars.")[0].figure.axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "other"]
    first, second, *_ = sorted(axes.patches, key=lambda bar: bar.get_x())
    assert (first.get_height(), second.get_height()) == pytest.approx((75, 50))
    assert first.get_x() + first.get_width() <= second.get_x(), "no bar hides another"
    middle = (first.get_x() + second.get_x() + second.get_width()) / 2
    assert middle == pytest.approx(axes.get_xticks()[0])
