"""The figures of lesson 09 show the pictures, accuracies and rates that they are given."""

import numpy as np
import pytest

from course_lib import plots
from course_lib.plots.augmentation import Course


def noise(*shape):
    return np.random.default_rng(0).random(shape)


def test_named_pictures_stand_under_their_names_and_long_names_are_broken():
    names = ["one", "a name that is far too long for its picture", "three"]
    pictures = dict(zip(names, noise(3, 4, 6, 3), strict=True))
    figure, alt = plots.augmentation.named(pictures, 8, "Three pictures.")
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title().replace("\n", " ") for axes in shown] == names
    assert "\n" in shown[1].get_title()
    for axes, picture in zip(shown, pictures.values(), strict=True):
        np.testing.assert_allclose(axes.images[0].get_array(), picture)
    assert alt == "Three pictures."


def test_whole_and_fractional_pictures_have_their_own_white():
    whole = np.full((2, 2, 3), 255, np.uint8)
    figure, _ = plots.augmentation.named(
        {"whole": whole, "floats": np.full((2, 2, 3), 1.3)}, 2, "a"
    )
    first, second = (axes.images[0].get_array() for axes in figure.axes)
    assert first.max() == 255
    assert second.max() == 1


def test_rows_hold_their_pictures_in_order():
    rows = {"star": list(noise(3, 4, 4, 3)), "ring": list(1 - noise(3, 4, 4, 3))}
    figure, _ = plots.augmentation.rows(rows, "Two rows.")
    shown = [axes.images[0].get_array() for axes in figure.axes]
    for found, wanted in zip(shown, [*rows["star"], *rows["ring"]], strict=True):
        np.testing.assert_allclose(found, wanted)
    assert [figure.axes[place].get_ylabel() for place in (0, 3)] == list(rows)


def test_the_gain_is_drawn_over_steps_and_over_images():
    courses = {"plain": Course((10, 20), (0.5, 1.0), (0.2, 0.3)),
               "varied": Course((10, 20), (0.4, 0.7), (0.3, 0.6))}  # fmt: skip
    by_images = {"plain": {50: 0.1, 100: 0.2, 200: 0.4}, "varied": {100: 0.5}}
    figure, alt = plots.augmentation.gain(courses, by_images)
    steps, images = figure.axes
    lines = {line.get_label(): list(line.get_ydata()) for line in steps.lines}
    assert lines["plain, training images"] == [50, 100]
    assert lines["varied, test images"] == [30, 60]
    assert images.get_xscale() == "log"
    assert [label.get_text() for label in images.get_xticklabels()] == ["50", "100", "200"]
    assert list(images.lines[0].get_ydata()) == [10, 20, 40]
    assert not any(sign.isdigit() for sign in alt)


def test_bars_are_as_long_as_their_shares_and_dots_lie_on_them():
    values, second = {"a": 0.5, "b": 0.25}, {"b": 0.7, "a": 0.6}
    figure, _ = plots.augmentation.bars(values, ["b"], "%", "Bars.", second, ["right", "sure"])
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [50, 25]
    assert list(axes.lines[0].get_xdata()) == pytest.approx([60, 70])
    assert [bool(bar.get_hatch()) for bar in axes.patches] == [True, False], "b stands out"
    assert axes.get_ylim()[0] > axes.get_ylim()[1], "the first one on top"


def test_a_label_is_a_bar_of_its_shares_the_largest_first():
    labels = np.array([[0.2, 0, 0.8], [0, 1.0, 0]])
    figure, _ = plots.augmentation.mixtures(
        noise(2, 4, 4, 3), labels, ["disc", "ring", "star"], ["MixUp", "none"], "Two."
    )
    first, second = figure.axes[2:]
    assert [bar.get_width() for bar in first.patches] == pytest.approx([0.8, 0.2])
    assert [text.get_text() for text in first.texts] == ["80% star", "20% disc"]
    assert [text.get_text() for text in second.texts] == ["100% ring"]


def test_the_words_below_one_image_end_before_those_of_the_next():
    names = ["horizontal stripes", "checkerboard"]
    figure, _ = plots.augmentation.mixtures(
        noise(8, 4, 4, 3), np.tile([0.6, 0.4], (8, 1)), names, ["RICAP"] * 8, "Eight."
    )
    figure.set_dpi(2 * figure.dpi)  # as it is shown
    figure.draw_without_rendering()
    boxes = [axes.texts[0].get_window_extent() for axes in figure.axes[8:]]
    assert all(one.x1 + 8 < other.x0 for one, other in zip(boxes, boxes[1:], strict=False))


def test_beliefs_are_drawn_with_the_straight_line_between_their_ends():
    figure, _ = plots.augmentation.beliefs([0, 0.5, 1], {"plain": [0.1, 0.2, 0.9]})
    found, straight = figure.axes[0].lines
    assert list(found.get_ydata()) == pytest.approx([10, 20, 90])
    assert list(straight.get_xdata()) == [0, 100]
    assert list(straight.get_ydata()) == pytest.approx([10, 90])


def test_arrows_point_where_the_field_says():
    field = np.zeros((2, 9, 9))
    field[0], field[1] = 2.0, -1.0  # down, and to the left
    figure, _ = plots.augmentation.fields(
        {"σ": (field, noise(9, 9, 3))}, noise(9, 9, 3), "A field."
    )
    (arrows,) = figure.axes[1].collections
    assert set(arrows.U) == {-1.0}
    assert set(arrows.V) == {2.0}
    assert figure.axes[1].get_ylim()[0] > figure.axes[1].get_ylim()[1], "rows count downwards"


def test_a_mark_stands_at_its_rate_in_the_colour_of_its_library():
    measured = {"Flip": {"albumentations": 100.0, "Pillow": 10.0}}
    published = {"Flip": {"albumentations": 50.0, "solt": 5.0}, "Blur": {"solt": 3.0}}
    figure, alt = plots.augmentation.throughput(measured, published)
    here, there = figure.axes
    assert [label.get_text() for label in there.get_yticklabels()] == ["Flip", "Blur"]
    marks = {float(line.get_xdata()[0]): line.get_color() for axes in (here, there)
             for line in axes.lines if len(line.get_xdata()) == 1}  # fmt: skip
    assert marks[100.0] == marks[50.0] != marks[10.0]
    assert marks[5.0] == marks[3.0]
    assert "albumentations, Pillow, solt" in alt
