"""The figures of lesson 04 show the fields, phases, targets and classes that they are given."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib import plots
from course_lib.scene import CLASSES, draw_scene

FIELDS = {
    "rates 1, 1, 1, …": [2 * n + 1 for n in range(1, 10)],
    "rates 1, 2, 4, …": [2 ** (n + 1) - 1 for n in range(1, 10)],
}


def numbers(axes):
    """The map that is written on the axes, as (row, column) -> number."""
    return {(int(t.get_position()[1]), int(t.get_position()[0])): int(t.get_text())
            for t in axes.texts}  # fmt: skip


def colours(axes):
    return np.asarray(axes.images[0].get_array())


def test_growth_is_a_line_a_stack_named_at_its_end_on_a_logarithmic_axis():
    figure, alt = plots.dilated.growth(FIELDS)
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    assert [line.get_ydata().tolist() for line in axes.lines] == [*FIELDS.values()]
    assert [text.get_text() for text in axes.texts] == [*FIELDS]
    assert len({line.get_marker() for line in axes.lines}) == len(FIELDS)
    assert all(name in alt for name in FIELDS)


def test_no_name_of_a_line_stands_on_the_axes_where_grid_lines_would_cross_it():
    figure, _ = plots.dilated.growth(FIELDS)
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    for text in axes.texts:
        box = text.get_window_extent()
        assert box.x0 > axes.bbox.x1
        assert box.x1 < figure.bbox.x1


@pytest.mark.parametrize(("size", "rate"), [(8, 2), (9, 3)])
def test_a_phase_holds_every_rate_th_row_and_column_and_is_shown_in_one_piece(size, rate):
    figure, alt = plots.dilated.phases(size, rate)
    mixed, apart = figure.axes
    number = numbers(mixed)
    for (row, column), phase in number.items():
        assert phase == number[row % rate, column % rate]
    assert {number[row, column] for row in range(rate) for column in range(rate)} == set(
        range(1, rate**2 + 1)
    )
    side = size // rate
    for (row, column), phase in numbers(apart).items():
        assert phase == 1 + rate * (row // side) + column // side
    assert f"{rate * rate} pictures of {side}x{side}" in alt


def test_a_phase_has_one_colour_and_it_is_the_same_on_both_sides():
    figure, _ = plots.dilated.phases(8, 2)
    seen = {}
    for axes in figure.axes:
        for (row, column), phase in numbers(axes).items():
            seen.setdefault(phase, set()).add(tuple(colours(axes)[row, column]))
    assert [len(found) for found in seen.values()] == [1] * 4
    assert len(set.union(*seen.values())) == 4


def test_the_dense_targets_are_those_of_the_scene_each_with_its_name():
    scene = draw_scene(np.random.default_rng(18), 48, 60)
    figure, _ = plots.dilated.dense_targets(scene)
    shown = {axes.get_title(): colours(axes) for axes in figure.axes}
    assert len(shown) == 10
    assert np.array_equal(shown["the image"], scene.image)
    assert shown["for super-resolution"].shape == (8, 10, 3)
    for title, labels in (("semantic", scene.semantic), ("panoptic", scene.panoptic)):
        pairs = {(int(n), tuple(c)) for n, c in zip(labels.flat, shown[title].reshape(-1, 3),
                                                    strict=True)}  # fmt: skip
        assert len(pairs) == len(np.unique(labels)), "one colour a label"
        assert len({colour for _, colour in pairs}) == len(pairs), "and one label a colour"


def test_class_maps_are_named_rows_under_their_pictures_with_a_key():
    scenes = [draw_scene(np.random.default_rng(seed)) for seed in range(3)]
    images = np.stack([scene.image for scene in scenes]) / 255
    maps = np.stack([scene.semantic for scene in scenes])
    figure, alt = plots.dilated.segmentations(images, {"truth": maps, "sky": 0 * maps}, "A word.")
    grid = np.array(figure.axes).reshape(3, 3)
    assert [line[0].get_ylabel() for line in grid] == ["the image", "truth", "sky"]
    assert np.array_equal(colours(grid[0, 1]), images[1])
    assert len(np.unique(colours(grid[2, 0]).reshape(-1, 3), axis=0)) == 1
    (key,) = figure.legends
    looks = {t.get_text(): p.get_facecolor()[:3] for t, p in
             zip(key.get_texts(), key.get_patches(), strict=True)}  # fmt: skip
    assert tuple(looks) == CLASSES
    where = maps[2] == CLASSES.index("lake")
    assert where.any()
    assert np.allclose(colours(grid[1, 2])[where], looks["lake"])
    assert alt.startswith("3 drawn scenes")
    assert alt.endswith("truth, sky. A word.")


def test_found_has_a_bar_in_per_cent_for_each_class_and_network():
    shares = {"near": [1, 0.9, 0.4, 0.8, 0.7], "far": [1, 1, 0.95, 0.9, 0.85]}
    figure, alt = plots.dilated.found(shares)
    (axes,) = figure.axes
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == pytest.approx([100 * share for row in shares.values() for share in row])
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [*CLASSES]
    middles = [round(bar.get_x() + bar.get_width() / 2) for bar in axes.patches]
    assert middles == [*range(5)] * 2
    assert len({bar.get_hatch() for bar in axes.patches}) == 2, "told apart without colour"
    assert "lake" in alt
