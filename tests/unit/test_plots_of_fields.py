"""The charts of lesson 03 show the numbers they are given, and each name at its own point."""

import ast
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib import plots

# The residual units of ResNet-50, -101 and -152, block by block (He and others, arXiv 1512.03385,
# Table 1), and the fields published for them: https://github.com/google-research/receptive_field
RESNETS = {
    "ResNet-50 v2": ((3, 4, 6, 3), 483),
    "ResNet-101 v2": ((3, 4, 23, 3), 1027),
    "ResNet-152 v2": ((3, 8, 36, 3), 1507),
}


def bars_of(axes):
    return {round(bar.get_x() + bar.get_width() / 2): bar for bar in axes.patches}


def test_a_bar_is_as_high_as_the_accuracy_and_hatched_where_no_path_leads():
    measured = [[1.0, 0.52, 0.97], [0.4, 0.8, 1.0]]
    figure, alt = plots.copy_task([0, 3, 5], [{0, 5, -9}, {3}], measured, ["one", "two"])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["one", "two"]
    bars = [bars_of(axes) for axes in figure.axes]
    assert [[row[d].get_height() for d in (0, 3, 5)] for row in bars] == measured
    assert [[bool(row[d].get_hatch()) for d in (0, 3, 5)] for row in bars] == [
        [False, True, False],
        [True, False, True],
    ]
    looks = {text.get_text(): patch for text, patch in key_of(figure)}
    for distance, name in ((0, "a path leads there"), (3, "no path")):
        bar, key = bars[0][distance], looks[name]
        assert (bar.get_facecolor(), bar.get_hatch()) == (key.get_facecolor(), key.get_hatch())
    assert "accuracy" in alt


def key_of(figure):
    (key,) = figure.legends
    return zip(key.get_texts(), key.get_patches(), strict=True)


def test_more_accuracies_than_distances_are_refused():
    with pytest.raises(ValueError, match="zip"):
        plots.copy_task([0, 1], [{0}], [[1.0, 0.5, 0.5]], ["one"])


def test_the_line_goes_through_points_that_lie_on_one():
    """Accuracy 40 + 3 · log2(field), to be found again on the page."""
    published = {f"network {n}": (2**n, 40 + 3 * n) for n in (9, 10, 11)}
    axes = plots.accuracy_by_field(published)[0].axes[0]
    (line,) = axes.lines
    np.testing.assert_allclose(line.get_ydata(), 40 + 3 * np.log2(line.get_xdata()))
    assert axes.get_xscale() == "log"
    assert axes.collections[0].get_offsets().tolist() == [list(p) for p in published.values()]


def test_no_name_touches_another_name_a_point_the_line_or_the_edge(lesson_03):
    figure, _ = plots.accuracy_by_field(lesson_03)
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    boxes = {text.get_text(): text.get_window_extent() for text in axes.texts}
    assert boxes.keys() == lesson_03.keys()
    assert [
        pair for pair in combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]])
    ] == []
    (line,) = axes.lines
    x, y = np.log2(line.get_xdata()), line.get_ydata()
    along = [(2 ** np.interp(t, (0, 1), x), np.interp(t, (0, 1), y)) for t in np.linspace(0, 1, 99)]
    points = axes.transData.transform([*lesson_03.values(), *along])
    assert not [name for name in boxes for point in points if boxes[name].contains(*point)]
    for box in boxes.values():
        assert axes.bbox.contains(*box.min)
        assert axes.bbox.contains(*box.max)


def test_the_published_fields_of_resnets_follow_from_their_layers(lesson_03):
    """TF-Slim gives the last unit of each block but the fourth its stride of 2."""
    for name, (blocks, published) in RESNETS.items():
        field, jump = 7 + 2 * 2, 4  # a 7x7 and a 3x3 pooling, both with stride 2
        for number, units in enumerate(blocks, start=1):
            field += units * 2 * jump
            jump *= 2 if number < 4 else 1
        assert lesson_03[name][0] == field == published


@pytest.fixture(scope="module")
def lesson_03():
    """The table `published` of the lesson; the fields that it works out as their authors do."""
    lesson = Path(__file__).parents[2] / "notebooks/sources/03_receptive_field.py"
    (table,) = [
        node.value
        for node in ast.parse(lesson.read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "published"
    ]
    theirs = {"VGG-16": 212, "MobileNet": 315}
    names, points = (ast.literal_eval(key) for key in table.keys), (v.elts for v in table.values)
    return {
        name: (theirs.get(name) or ast.literal_eval(field), ast.literal_eval(accuracy))
        for name, (field, accuracy) in zip(names, points, strict=True)
    }
