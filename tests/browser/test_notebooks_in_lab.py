"""Every notebook in JupyterLab and a real browser: pictures before the run, no error after it."""

import html
import re

import build
import pytest
from lab_page import opened
from pipeline.workbook import Workbook

WORKBOOK = Workbook.read()
WIDGET = "application/vnd.jupyter.widget-view+json"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("source", WORKBOOK.sources(), ids=lambda source: source.stem),
]


@pytest.fixture
def shown(browser, lab, source):
    with opened(browser, lab, f"{source.stem}.ipynb") as page:
        yield page


def alts(source, live=False):
    """The pictures' alt texts, in order; `live` leaves out those that a widget has replaced."""
    cells = build.read(WORKBOOK.notebook(source)).cells
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    pages = [data.get("text/html", "") for data in shown if not (live and WIDGET in data)]
    return [html.unescape(alt) for text in pages for alt in re.findall(r'<img alt="([^"]*)"', text)]


def test_before_the_run_every_picture_shows_with_its_words(shown, source):
    stored = alts(source)
    if not stored:
        pytest.skip("a page without pictures")
    images = shown.images(len(stored))
    assert [image["alt"] for image in images] == stored
    assert all(image["width"] > 0 and image["shown"] > 0 for image in images), images
    shown.photograph(f"{source.stem}-before", first_picture(shown))
    assert shown.said == []


def test_run_all_reaches_the_bottom_without_an_error(shown, source):
    shown.run_all()
    still = alts(source, live=True)
    assert [image["alt"] for image in shown.images(len(still))] == still
    if alts(source):
        shown.photograph(f"{source.stem}-after", first_picture(shown))
    assert shown.said == []


def first_picture(shown):
    return shown.page.locator(".jp-OutputArea figure img, .cw-picture svg").first
