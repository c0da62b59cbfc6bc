"""Every notebook in JupyterLab and a real browser: pictures before the run, no error after it."""

import html
import re

import build
import pytest
from pipeline.workbook import ROOT, Workbook

ARTEFACTS = ROOT / "tests" / "artefacts"
WORKBOOK = Workbook.read()
SECONDS = 1000  # playwright counts in milliseconds

KERNEL_IS_IDLE = """() =>
    window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"""
RUN_ALL = """() => {
    window.jupyterapp.commands.execute('notebook:run-all-cells').then(ok => { window.ran = ok; })
}"""
ERRORS = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
    .filter(cell => cell.cell_type === 'code').flatMap(cell => cell.getOutputs())
    .filter(output => output.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`)"""
SET_THEME = """name => {
    window.jupyterapp.commands.execute('apputils:change-theme', { theme: `JupyterLab ${name}` })
}"""
IMAGES = """() => [...document.querySelectorAll('.jp-OutputArea figure img')]
    .map(image => ({ alt: image.alt, width: image.naturalWidth, shown: image.offsetWidth }))"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("source", WORKBOOK.sources(), ids=lambda source: source.stem),
]


@pytest.fixture
def page(browser, lab, source):
    """The notebook of `source` in JupyterLab, not yet run; complaints are gathered in page.said."""
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.said = []
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
    page.goto(f"{lab.url}/lab/tree/{source.stem}.ipynb?reset", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-NotebookPanel .jp-Notebook .jp-Cell", timeout=90 * SECONDS)
    page.wait_for_function(KERNEL_IS_IDLE, timeout=90 * SECONDS)
    yield page
    page.close()


def alts(source):
    """The alt text of every picture that is stored in the notebook, in order."""
    cells = build.read(WORKBOOK.notebook(source)).cells
    pages = [o.get("data", {}).get("text/html", "") for c in cells for o in c.get("outputs", [])]
    return [html.unescape(alt) for text in pages for alt in re.findall(r'<img alt="([^"]*)"', text)]


def test_before_the_run_every_picture_shows_with_its_words(page, source):
    stored = alts(source)
    assert stored, "a lesson without a picture"
    page.wait_for_function(
        f"() => document.querySelectorAll('.jp-OutputArea figure img').length >= {len(stored)}",
        timeout=60 * SECONDS,
    )
    images = page.evaluate(IMAGES)
    assert [image["alt"] for image in images] == stored
    assert all(image["width"] > 0 and image["shown"] > 0 for image in images), images
    photograph(page, source, "before")
    assert page.said == []


def test_run_all_reaches_the_bottom_without_an_error(page, source):
    page.evaluate(RUN_ALL)
    page.wait_for_function("() => window.ran !== undefined", timeout=600 * SECONDS)
    assert page.evaluate(ERRORS) == []
    assert page.evaluate("() => window.ran") is True
    assert [image["alt"] for image in page.evaluate(IMAGES)] == alts(source)
    photograph(page, source, "after")
    assert page.said == []


def photograph(page, source, moment):
    """Leave pictures of the page in both themes, for a person to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    picture = page.locator(".jp-OutputArea figure img").first
    for theme in "Light", "Dark":
        page.evaluate(SET_THEME, theme)
        page.wait_for_function(
            "name => document.body.dataset.jpThemeName.endsWith(name)", arg=theme
        )
        picture.scroll_into_view_if_needed()
        page.screenshot(path=ARTEFACTS / f"{source.stem}-{moment}-{theme.lower()}.png")
