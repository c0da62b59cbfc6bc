"""The budget game in JupyterLab and a real browser: a puzzle solved by typing, its best shown."""

import nbformat
import pytest
from lab_page import SECONDS, opened
from nbformat.v4 import new_code_cell, new_notebook

PAGE = """\
from course_lib.explorers.budget import BudgetExplorer
from course_lib.frontends.jupyter import explore

explore(BudgetExplorer())"""

pytestmark = pytest.mark.slow


def label(page):
    return page.locator(".cw-picture svg").get_attribute("aria-label")


def until(page, words):
    """Wait until the picture says so."""
    page.wait_for_function(
        "words => document.querySelector('.cw-picture svg')?.ariaLabel.includes(words)",
        arg=words, timeout=30 * SECONDS,
    )  # fmt: skip


def column(page, layer, place):
    """The number box of a layer, both counted from 0."""
    return page.get_by_role("spinbutton").nth(7 * layer + place)


def test_a_puzzle_is_solved_by_typing(browser, lab):
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = new_notebook(cells=[new_code_cell(PAGE)], metadata=metadata)
    nbformat.write(notebook, lab.folder / "budget.ipynb")
    with opened(browser, lab, "budget.ipynb") as shown:
        page = shown.page
        shown.run_all()
        until(page, "receptive field 7x7, wanted 19x19")
        for layer, rate in ((1, 2), (2, 6)):
            box = column(page, layer, 4)
            box.fill(str(rate))
            box.press("Enter")
            page.wait_for_function(
                "([at, rate]) => document.querySelectorAll('input[type=number]')[at].value == rate",
                arg=[7 * layer + 3, rate],
                timeout=30 * SECONDS,
            )  # fmt: skip  (the padding follows)
        until(page, "All goals are met, score 13.")
        assert "1 of 6 solved" in page.inner_text(".cw-picture")

        page.get_by_role("button", name="show or hide the best known stack").click()
        page.wait_for_function(
            "() => document.querySelector('.cw-picture').innerText.includes('best known stack')",
            timeout=30 * SECONDS,
        )
        shown.photograph("budget-solved", page.locator(".cw-picture svg"))

        puzzles = page.locator("select").filter(has_text="there and back").first
        puzzles.select_option("5 · deal the channels out")
        until(page, "Puzzle 5")
        shown.photograph("budget-fifth", page.locator(".cw-title"))
        puzzles.select_option("1 · look further")
        until(page, "All goals are met, score 13.")
        assert shown.said == []
