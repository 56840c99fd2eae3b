"""What a reader does on the page, in the reader's words."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).parents[2]
MESSY = ROOT / "sample_data" / "iren_cohort_messy.xlsx"
CHART = ".js-plotly-plot .main-svg"


def open_page(page: Page, url: str, path: str = "") -> None:
    page.goto(f"{url}/{path}")
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()


def wait_for_chart(page: Page) -> None:
    page.locator(CHART).first.wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Until the script has run to its end and has not begun anew for half a second: a click on its way is lost."""
    page.evaluate("window.quietSince = null")
    page.wait_for_function(
        """() => {
            const state = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
            window.quietSince = state === 'notRunning' ? window.quietSince ?? performance.now() : null;
            return window.quietSince !== null && performance.now() - window.quietSince > 500;
        }"""
    )


def load(page: Page, url: str, file: Path) -> None:
    """Upload a file and press the button that makes it count."""
    open_page(page, url, "upload")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a box."""
    settle(page)  # a redraw would close the list again, and so would scrolling
    box = page.get_by_role("combobox", name=label, exact=True)
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    box.click()
    box.press_sequentially(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    settle(page)


def go_to(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    settle(page)


def whose_data(page: Page) -> Locator:
    return page.locator(".st-key-whose_data")


def table(page: Page, name: str) -> list[list[str]]:
    """The cells of a table on the page, row by row, header first."""
    rows = page.get_by_role("table", name=name).locator("tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]
