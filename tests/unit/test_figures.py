"""`show` draws a figure that can be seen on any page, and heard."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from course_lib.frontends import figures
from course_lib.frontends.figures import picture, show


def drawn():
    figure, axes = plt.subplots(figsize=(4, 2))
    axes.plot([0, 1], [0, 1])
    return figure


def decoded(shown):
    data = re.search(r'src="data:image/png;base64,([^"]+)"', shown._repr_html_())[1]
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_the_page_gets_one_image_with_its_alt_text():
    shown = picture(drawn(), 'Loss "falls" & stays\n    < 1.')
    assert repr(shown) == 'Loss "falls" & stays < 1.'
    page = shown._repr_html_()
    assert page.startswith("<figure><img ")
    assert page.endswith("></figure>")
    assert 'alt="Loss &quot;falls&quot; &amp; stays &lt; 1."' in page
    assert page.count("<img") == 1


def test_the_picture_is_opaque_white_whatever_the_figure_was():
    figure = drawn()
    figure.set_facecolor("none")
    pixels = np.asarray(decoded(picture(figure, "A line.")).convert("RGBA"))
    assert pixels[..., 3].min() == 255
    assert pixels[0, 0].tolist() == [255, 255, 255, 255]


def test_it_holds_two_dots_for_each_dot_of_the_page():
    shown = picture(drawn(), "A line.")
    width = int(re.search(r'width="(\d+)"', shown._repr_html_())[1])
    assert decoded(shown).width in (2 * width, 2 * width + 1)
    assert 300 < width < 500  # 4 inches at matplotlib's 100 dots, trimmed


def test_the_same_figure_gives_the_same_bytes():
    assert picture(drawn(), "A line.").png == picture(drawn(), "A line.").png


def test_the_figure_is_closed_so_that_no_cell_shows_it_twice():
    plt.close("all")
    picture(drawn(), "A line.")
    assert plt.get_fignums() == []


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="no alt text"):
        picture(drawn(), alt)


def test_show_displays_the_picture(monkeypatch):
    displayed = []
    monkeypatch.setattr(figures, "display", displayed.append)
    show(drawn(), "A line.")
    assert [repr(shown) for shown in displayed] == ["A line."]


def test_outside_a_notebook_show_prints_the_sentence(capsys):
    show(drawn(), "A line.")
    assert capsys.readouterr().out == "A line.\n"
