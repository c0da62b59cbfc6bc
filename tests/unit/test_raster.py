"""Heat maps: the quick way to their levels is the same as the one pixel by pixel."""

import random

import pytest

from course_lib.pictures.raster import LEVELS, levels, product_levels


@pytest.mark.parametrize("seed", range(20))
def test_levels_of_a_product_are_those_of_its_pixels(seed):
    drawn = random.Random(seed)
    values = [0.0, 1.0, *(drawn.random() for _ in range(6))]
    rows, columns = (drawn.choices(values, k=length) for length in (9, 14))
    expected = [levels(row * column for column in columns) for row in rows]
    assert [*map(list, product_levels(rows, columns))] == expected, f"seed {seed}"


def test_the_largest_share_has_the_last_level_and_nothing_has_none():
    assert product_levels([1.0, 0.0], [0.0, 1.0]) == [bytes([0, LEVELS]), bytes([0, 0])]
