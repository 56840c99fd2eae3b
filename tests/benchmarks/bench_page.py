"""How long until the first picture, and until a filter has redrawn it, beside an empty page with one Plotly chart.

Run by hand: ``python tests/benchmarks/bench_page.py``. Both pages are measured in turn, by the same browser, in the
same run; medians and their ratios are printed. It is no test: times on a busy machine prove nothing.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
from conftest import FLAGS, find_browser, running

REPEATS = 9
PAGES = {"dashboard": "dashboard.py", "peer": "tests/benchmarks/peer_page.py"}
# Where each keeps its chart: the dashboard opens on a tour, and the curves of healing are a page of their own.
PATHS = {"dashboard": "/healing", "peer": ""}
CHART = ".js-plotly-plot .main-svg"
# What changes on each page once TEN is chosen: the words above the chart, and the title inside it.
REDRAWN = {
    "dashboard": "document.querySelector('.js-plotly-plot')?.textContent.includes('TEN (n = 8)') && "
    "!document.querySelector('.js-plotly-plot').textContent.includes('SJS (n')",
    "peer": "document.querySelector('.js-plotly-plot')?.textContent.includes('1 kept')",
}


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def first_picture(browser: Browser, url: str) -> tuple[float, Page]:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()

    def look() -> None:
        page.goto(url, wait_until="commit")
        page.wait_for_selector(CHART)

    return seconds(look), page


def redraw(page: Page, name: str) -> float:
    page.wait_for_timeout(800)
    page.get_by_role("combobox", name="Diagnosis", exact=True).click()
    option = page.get_by_role("option", name="TEN", exact=True)
    option.wait_for()

    def click() -> None:
        option.click()
        page.wait_for_function(REDRAWN[name], polling=10)

    return seconds(click)


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        times: dict[tuple[str, str], list[float]] = {}
        for _ in range(3):
            for name, script in PAGES.items():
                start = time.perf_counter()
                with running(Path(folder) / f"{name}.txt", script) as server:
                    _, page = first_picture(browser, server.url + PATHS[name])
                    times.setdefault(("server start to first picture", name), []).append(
                        time.perf_counter() - start
                    )
                    page.context.close()
        with (
            running(Path(folder) / "dashboard.txt", PAGES["dashboard"]) as ours,
            running(Path(folder) / "peer.txt", PAGES["peer"]) as peer,
        ):
            for _ in range(REPEATS):
                for name, server in (("dashboard", ours), ("peer", peer)):
                    first, page = first_picture(browser, server.url + PATHS[name])
                    times.setdefault(("visit to first picture", name), []).append(first)
                    times.setdefault(("filter click to redrawn", name), []).append(redraw(page, name))
                    page.context.close()
        browser.close()
    for what in dict.fromkeys(what for what, _ in times):
        ours_s, peer_s = (statistics.median(times[what, name]) for name in PAGES)
        print(f"{what}: {ours_s:.2f} s, peer {peer_s:.2f} s, ratio {ours_s / peer_s:.2f}")


if __name__ == "__main__":
    main()
