"""The figures of the shifted trouser show the numbers they are given."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_lib import plots
from course_lib.pictures.palette import magnitude

CLASSES = ("shoe", "sock", "hat")
SHIFTS = (-1, 0, 1, 2)


@pytest.fixture
def table():
    random = np.random.default_rng(3)
    table = random.random((4, 3)) ** 3
    return table / table.sum(axis=1, keepdims=True)


def test_a_cell_has_the_colour_and_the_number_of_its_probability(table):
    walk = [np.full((4, 4), value) for value in (0.1, 0.2, 0.3, 0.4)]
    tables = {"A": table, "B, C": table.round()}
    figure, alt = plots.shifts.heat_maps(tables, CLASSES, SHIFTS, 1, walk)
    first, second = figure.axes
    *cells, outline = first.patches
    colours = [to_hex(cell.get_facecolor()) for cell in cells]
    assert colours == [magnitude(share).lower() for share in table.ravel()]
    written = {(round(t.get_position()[0]), round(t.get_position()[1])): t.get_text()
               for t in first.texts}  # fmt: skip
    assert written == {place: f"{100 * share:.0f}"
                       for place, share in np.ndenumerate(table) if share >= 0.045}  # fmt: skip
    assert (outline.get_xy(), outline.get_width()) == ((-0.5, 0.5), 4), "round the row of sock"
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["A", "B, C"]
    assert [label.get_text() for label in second.get_xticklabels()] == ["−1", "0", "+1", "+2"]
    assert "A; B, C" in alt
    assert "sock" in alt


def test_the_garment_of_a_shift_stands_above_its_column(table):
    walk = [np.full((4, 4), value) for value in (0.1, 0.2, 0.3, 0.4)]
    axes = plots.shifts.heat_maps({"A": table}, CLASSES, SHIFTS, 1, walk)[0].axes[0]
    assert len(axes.images) == 4
    for column, image in enumerate(axes.images):
        left, right, low, high = image.get_extent()
        assert (left + right) / 2 == pytest.approx(column)
        assert high < low < -0.5, "above the first row"
        assert image.get_array()[0, 0] == pytest.approx(0.1 * (column + 1))


def test_each_network_has_its_line_in_each_panel():
    panels = {"drawn": {"MLP": [0.2, 0.8, 0.3, 0.1], "GAP": [0.7] * 4},
              "real": {"MLP": [0.1, 0.9, 0.2, 0.0], "GAP": [0.6] * 4}}  # fmt: skip
    figure, alt = plots.shifts.by_shift(panels, SHIFTS)
    for axes, networks in zip(figure.axes, panels.values(), strict=True):
        assert {line.get_label(): pytest.approx(list(line.get_ydata())) for line in axes.lines} == {
            name: [100 * value for value in values] for name, values in networks.items()
        }
        assert {line.get_marker() for line in axes.lines} == {"s", "o"}, "not by colour alone"
    assert "drawn; real" in alt


def test_a_bar_is_the_training_and_what_shifting_adds():
    seconds = {"no shifts": (10, 0), "shifts, one by one": (10, 30), "shifts, a batch": (10, 1)}
    by_epoch = {"MLP": [0.5, 0.6], "CNN": [0.7, 0.61]}
    figure, alt = plots.shifts.price(by_epoch, seconds, "data and seeds")
    left, right = figure.axes
    bars = [(bar.get_x(), bar.get_width()) for bar in right.patches]
    assert bars == [(0, 10), (10, 0), (0, 10), (10, 30), (0, 10), (10, 1)]
    assert [text.get_text() for text in right.texts] == ["10 s", "40 s", "11 s"]
    assert [list(line.get_ydata()) for line in left.lines] == [[50, 60], [70, 61]]
    places = [text.xy[1] for text in left.texts]
    assert sorted(text.get_text() for text in left.texts) == ["60.0", "61.0"]
    assert abs(places[0] - places[1]) > 1.1, "close ends are written apart"
    assert figure.get_suptitle() == "data and seeds"
    assert "one by one" in alt


def test_garments_stand_in_the_column_of_their_class():
    pictures = np.arange(3 * 2)[:, None, None].repeat(4, 1).repeat(4, 2).reshape(3, 2, 4, 4)
    figure, alt = plots.shifts.garments(pictures, CLASSES)
    shown = [int(axes.images[0].get_array()[0, 0]) for axes in figure.axes]
    assert shown == [0, 2, 4, 1, 3, 5]
    assert [axes.get_title() for axes in figure.axes[:3]] == list(CLASSES)
    assert "shoe, sock, hat" in alt


def test_no_alt_text_holds_a_measured_number():
    _, alt = plots.shifts.price({"MLP": [0.5]}, {"a": (3.25, 1.5)}, "")
    assert not any(character.isdigit() for character in alt)
