"""The figures of lesson 05 show the pictures that they are given."""

import numpy as np

from course_lib import plots


def shown(axes):
    return axes.images[0].get_array()


def test_pictures_stand_in_their_order_under_their_names():
    random = np.random.default_rng(0)
    pictures = {name: random.random((4, 6, 3)) for name in ("one", "two", "three")}
    figure, alt = plots.transposed.side_by_side(pictures, "Three pictures of noise.")
    assert alt == "Three pictures of noise."
    assert [axes.get_title() for axes in figure.axes] == list(pictures)
    for axes, picture in zip(figure.axes, pictures.values(), strict=True):
        np.testing.assert_allclose(shown(axes), picture)


def test_values_beyond_the_scale_are_cut_and_not_wrapped():
    pictures = {"loud": np.full((2, 2, 3), 1.4), "dark": np.full((2, 2, 3), -0.4)}
    figure, _ = plots.transposed.side_by_side(pictures, "White and black.")
    assert shown(figure.axes[0]).max() == 1
    assert shown(figure.axes[1]).min() == 0


def test_flat_pictures_are_drawn_around_their_own_mean_with_more_contrast():
    checks = 0.5 + 0.02 * (np.indices((6, 6)).sum(0) % 2)
    names = ("kernel 3", "resize")
    enlarged = {name: np.linspace(0, 1, 36).reshape(6, 6) for name in names}
    flat = dict(zip(names, (checks, np.full((6, 6), 0.3)), strict=True))
    figure, alt = plots.transposed.after_training(enlarged, flat)
    tops, bottoms = figure.axes[:2], figure.axes[2:]
    for axes, name in zip(tops, names, strict=True):
        np.testing.assert_allclose(shown(axes), enlarged[name])
    darkest, brightest = tops[0].images[0].get_clim()
    for axes, name in zip(bottoms, names, strict=True):
        np.testing.assert_allclose(shown(axes), flat[name])
        low, high = axes.images[0].get_clim()
        assert np.isclose((low + high) / 2, flat[name].mean())
        assert np.isclose((brightest - darkest) / (high - low), plots.transposed.CONTRAST)
    assert "none after resize" in alt
    assert "after kernel 3" in alt
