"""The PNG that is stored in the place of an explorer's SVG."""

import base64
import io
import runpy
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.ft2font import FT2Font
from PIL import Image
from pipeline.stills import png, with_stills

from course_lib.bench import every_explorer
from course_lib.frontends.still import digest, still
from course_lib.pictures.marks import Box, Label
from course_lib.pictures.picture import picture

RED, INK = (213, 94, 0), (31, 36, 48)


def drawn(marks, width=200, height=100):
    svg = picture(width, height, marks).svg("A test.")
    return np.asarray(Image.open(io.BytesIO(png(svg))).convert("RGB"))


def test_two_dots_are_drawn_for_one_and_a_colour_is_that_colour():
    pixels = drawn([Box(50, 20, 40, 30, fill="#D55E00")])
    assert pixels.shape == (200, 400, 3)
    assert tuple(pixels[70, 140]) == RED
    assert tuple(pixels[70, 220]) == (255, 255, 255)
    assert tuple(pixels[0, 0]) == (255, 255, 255), "the corner too is opaque"


def test_text_is_drawn_and_fat_text_fatter_and_monospace_in_columns():
    ink = [
        int((drawn([Label(10, 50, "illi", 30, **style)]) < 128).all(axis=2).sum())
        for style in ({}, {"bold": True})
    ]
    assert 300 < ink[0] < ink[1]
    thin, wide = (drawn([Label(10, 50, text, 30, mono=True)]) for text in ("iiii|", "mmmm|"))
    assert _last_column(thin) == pytest.approx(_last_column(wide), abs=2)


def _last_column(pixels):
    """Where the ink ends, in dots from the left, the card's own edge left out."""
    return np.flatnonzero((pixels[20:-20, 20:-20] < 128).all(axis=2).any(axis=0)).max()


def test_no_font_of_the_machine_is_used():
    """A family that only this machine may have draws as DejaVu Sans."""
    svg = picture(200, 100, [Label(10, 50, "Riga 3x3", 24)]).svg("A test.")
    assert png(svg.replace("Inter,", "Georgia,Arial,Liberation Serif,")) == png(svg)


@pytest.mark.parametrize("kind", every_explorer().values(), ids=every_explorer())
def test_every_sign_of_a_picture_is_in_the_font_of_the_stills(kind):
    font = FT2Font(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    signs = set(kind().render(kind().start()).svg()) - {"\n"}
    assert len(signs) > 30
    assert {sign for sign in signs if ord(sign) not in font.get_charmap()} == set()


def test_only_the_address_of_the_picture_changes_on_the_page():
    svg = picture(200, 100, [Label(10, 50, "a")]).svg("A <test>.")
    live = still(svg, 200, "A <test>.", ["1 < 2"])
    stored = with_stills(f"<p>before</p>{live}{live}")
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    new = "data:image/png;base64," + base64.b64encode(png(svg)).decode()
    assert stored == f"<p>before</p>{live}{live}".replace(address, new)
    assert stored.count(f'data-picture="{digest(svg)}"') == 2


def test_a_page_without_svg_stays_as_it_is():
    page = '<img alt="x" src="data:image/png;base64,AAAA"><svg></svg>'
    assert with_stills(page) == page


def test_what_is_no_svg_is_refused():
    with pytest.raises(ValueError, match=r"."):
        png("<svg")


@pytest.mark.parametrize("name", ["convolution", "effective_field"])
def test_the_live_pictures_in_the_readme_are_as_the_library_draws_them_now(name):
    folder = Path(__file__).parents[2] / "images"
    make = runpy.run_path(str(folder / "make.py"))
    stored = (folder / f"{name}.png").read_bytes()
    assert stored == make[name](), "run `python images/make.py`, and look at the pictures"
