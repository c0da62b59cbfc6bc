"""The figures of lesson 06 show what they are given, at the place of its name."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib import plots


def shown(axes):
    return axes.images[0].get_array()


def test_pictures_stand_in_a_row_each_under_its_own_name():
    grey, coloured = np.full((4, 6), 0.25), np.full((4, 6, 3), 0.75)
    figure, alt = plots.pixel_shuffle.in_a_row({"grey": grey, "coloured": coloured}, "Two.")
    assert [axes.get_title() for axes in figure.axes] == ["grey", "coloured"]
    assert alt == "Two."
    for axes, picture in zip(figure.axes, (grey, coloured), strict=True):
        np.testing.assert_array_equal(shown(axes), picture)
    assert figure.axes[0].images[0].get_clim() == (0, 1), "a dark grey picture stays dark"


def test_each_number_of_a_flat_head_stands_in_its_own_cell_and_a_block_is_framed():
    values = np.array([[1.0, -20.0, 1.0], [-0.0, 5.0, 0.0]])
    figure, alt = plots.pixel_shuffle.flat_heads({"r = 2": (values, 2), "r = 3": (values.T, 3)})
    first, second = figure.axes
    written = {text.get_position(): text.get_text() for text in first.texts}
    assert written == {
        (0, 0): "1", (1, 0): "−20", (2, 0): "1", (0, 1): "0", (1, 1): "5", (2, 1): "0",
    }  # fmt: skip
    for axes, r in ((first, 2), (second, 3)):
        (frame,) = axes.patches
        assert (frame.get_width(), frame.get_height()) == (r, r)
        assert frame.get_xy() == (-0.5, -0.5)
    assert shown(first)[0, 1] == 0, "the lowest of all is black"
    assert shown(first)[1, 2] == pytest.approx(0.5), "0 is the middle grey"
    assert "r = 2; r = 3" in alt


def test_under_each_enlarged_picture_stands_its_own_error():
    original = np.linspace(0, 1, 24).reshape(4, 6)
    ways = {"right": (original, 99.0), "off": (original + 0.15, 16.48)}
    figure, alt = plots.pixel_shuffle.enlarged(original, original[::2, ::2], ways)
    photo, right, off, small, *wrong = figure.axes
    assert [right.get_title(), off.get_title()] == ["right\n99.0 dB", "off\n16.5 dB"]
    np.testing.assert_array_equal(shown(photo), original)
    assert shown(small).shape == (2, 3)
    assert shown(wrong[0]).min() == 1, "no error is white"
    np.testing.assert_allclose(shown(wrong[1]), 0.5), "half of the largest error drawn"
    assert "16" not in alt
    assert "99" not in alt


def test_no_title_touches_its_neighbour():
    picture = np.zeros((60, 80))
    names = ("bicubic", "sub-pixel, alone", "sub-pixel, over bicubic", "transposed, over bicubic")
    ways = dict.fromkeys(names, (picture, 30.0))
    figure, _ = plots.pixel_shuffle.enlarged(picture, picture[::2, ::2], ways)
    FigureCanvasAgg(figure).draw()
    boxes = [axes.title.get_window_extent() for axes in figure.axes]
    assert not any(a.overlaps(b) for a in boxes for b in boxes if a is not b)
