"""The charts of lesson 07 show the numbers they are given."""

import numpy as np
import pytest

from course_lib import plots
from course_lib.plots.separable import Timed


def test_a_bar_is_hatched_where_no_path_leads_to_the_answer():
    figure, alt = plots.separable.answered(
        ["a, b", "c, d"], {"one": {"a, b"}, "two": {"c, d"}}, {"one": [1, 0.5], "two": [0.4, 0.9]}
    )
    bars = [list(axes.patches) for axes in figure.axes]
    assert [[bar.get_height() for bar in row] for row in bars] == [[1, 0.5], [0.4, 0.9]]
    assert [[bool(bar.get_hatch()) for bar in row] for row in bars] == [[0, 1], [1, 0]]
    assert "one, two" in alt


def test_each_layer_has_its_line_of_shares():
    shares = {"trained": [0.5, 0.8, 1.0], "random": [0.3, 0.7, 1.0]}
    (axes,) = plots.separable.kept(shares)[0].axes
    assert {line.get_label(): list(line.get_ydata()) for line in axes.lines} == {
        name: pytest.approx([100 * value for value in values]) for name, values in shares.items()
    }
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--"]


def test_the_rank_is_the_number_of_bars_that_are_not_flat():
    random = np.random.default_rng(5)
    kernels = {f"rank {rank}": random.normal(size=(4, rank)) @ random.normal(size=(rank, 5))
               for rank in (1, 2, 3)}  # fmt: skip
    figure, alt = plots.separable.ranks(kernels)
    top, bottom = figure.axes[:3], figure.axes[3:]
    assert [axes.get_xlabel() for axes in bottom] == list(kernels)
    for axes, rank in zip(bottom, (1, 2, 3), strict=True):
        assert sum(bar.get_height() > 1e-9 for bar in axes.patches) == rank
    for axes, kernel in zip(top, kernels.values(), strict=True):
        assert len(axes.texts) == kernel.size
        shown = [float(text.get_text().replace("−", "-")) for text in axes.texts]
        np.testing.assert_allclose(shown, kernel.ravel(), rtol=1e-4, atol=1e-5)
    assert all(name in alt for name in kernels)


def test_a_block_is_as_long_as_its_layers_together():
    costs = {"A": [("normal", 900, 5_000_000)], "B": [("depthwise", 9, 1000), ("pointwise", 90, 2)]}
    parameters, macs = plots.separable.blocks(costs)[0].axes
    for axes, number in ((parameters, 1), (macs, 2)):
        widths = [bar.get_width() for bar in axes.patches]
        assert widths == [layer[number] for layers in costs.values() for layer in layers]
        totals = [f"{sum(layer[number] for layer in layers):,}" for layers in costs.values()]
        assert [text.get_text() for text in axes.texts] == totals
    starts = [bar.get_x() for bar in parameters.patches]
    assert starts == [0, 0, 9], "a layer begins where the one before it ends"


def test_a_point_lies_at_its_macs_time_and_speed():
    timed = [Timed(kind, channels, macs, macs / 7, 0.001 * channels)
             for kind in ("normal", "depthwise", "pointwise", "pair")
             for channels, macs in ((16, 1000), (32, 4000))]  # fmt: skip
    times, rates = plots.separable.speed(timed)[0].axes
    for axes in (times, rates):
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    *kinds, same = times.lines
    for line, other in zip(kinds, rates.lines, strict=True):
        assert line.get_xdata().tolist() == [1000, 4000]
        assert line.get_ydata() == pytest.approx([16, 32])  # milliseconds
        assert other.get_xdata() == pytest.approx([1000 / 7, 4000 / 7])
        assert other.get_ydata() == pytest.approx([1000 / 0.016 / 1e9, 4000 / 0.032 / 1e9])
    assert same.get_ydata() == pytest.approx([8, 32]), "through the largest normal layer"


def test_no_alt_text_holds_a_measured_number():
    timed = [Timed(kind, 16, 1000, 3.25, 0.0625) for kind in ("normal", "depthwise", "pointwise",
                                                             "pair")]  # fmt: skip
    _, alt = plots.separable.speed(timed)
    assert not any(character.isdigit() for character in alt)
