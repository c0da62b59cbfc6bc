"""A notebook open in JupyterLab, as a test sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.workbook import ROOT

ARTEFACTS = ROOT / "tests" / "artefacts"
SECONDS = 1000  # playwright counts in milliseconds

_KERNEL_IS_IDLE = """() =>
    window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"""
_RUN_ALL = """() => {
    window.jupyterapp.commands.execute('notebook:run-all-cells').then(ok => { window.ran = ok; })
}"""
_ERRORS = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
    .filter(cell => cell.cell_type === 'code').flatMap(cell => cell.getOutputs())
    .filter(output => output.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`)"""
_SET_THEME = """name => {
    window.jupyterapp.commands.execute('apputils:change-theme', { theme: `JupyterLab ${name}` })
}"""
_THEME_IS = "name => document.body.dataset.jpThemeName.endsWith(name)"
_IMAGES = """() => [...document.querySelectorAll('.jp-OutputArea figure img')]
    .map(image => ({ alt: image.alt, width: image.naturalWidth, shown: image.offsetWidth }))"""


class LabPage:
    """The page of a notebook; `said` gathers the browser's complaints."""

    def __init__(self, page):
        self.page = page
        self.said = []
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)

    def images(self, count):
        """Alt text and widths of the still pictures, once there are `count` of them."""
        self.page.wait_for_function(
            "count => document.querySelectorAll('.jp-OutputArea figure img').length >= count",
            arg=count,
            timeout=60 * SECONDS,
        )
        return self.page.evaluate(_IMAGES)

    def run_all(self):
        """Run every cell; no cell may fail."""
        self.page.evaluate(_RUN_ALL)
        self.page.wait_for_function("() => window.ran !== undefined", timeout=600 * SECONDS)
        assert self.page.evaluate(_ERRORS) == []
        assert self.page.evaluate("() => window.ran") is True

    def photograph(self, name, element):
        """Leave pictures of the page, with `element` in sight, in both themes for a person."""
        ARTEFACTS.mkdir(exist_ok=True)
        for theme in "Light", "Dark":
            self.page.evaluate(_SET_THEME, theme)
            self.page.wait_for_function(_THEME_IS, arg=theme)
            self.page.wait_for_selector("#jupyterlab-splash", state="detached")
            element.scroll_into_view_if_needed()
            self.page.screenshot(path=ARTEFACTS / f"{name}-{theme.lower()}.png")


@contextmanager
def opened(browser, lab, name) -> Iterator[LabPage]:
    """The notebook `name` of the lab's folder, not yet run."""
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    shown = LabPage(page)
    page.goto(f"{lab.url}/lab/tree/{name}?reset", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-NotebookPanel .jp-Notebook .jp-Cell", timeout=90 * SECONDS)
    page.wait_for_function(_KERNEL_IS_IDLE, timeout=90 * SECONDS)
    try:
        yield shown
    finally:
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()
