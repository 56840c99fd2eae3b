"""Loading a file while something else is set, pending or hostile."""

from __future__ import annotations

from pathlib import Path

import pytest
import steps
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser


def write_cohort(folder: Path, name: str, *, ages: range = range(80, 88), arm: str = "combination") -> Path:
    rows = "".join(f"P{age},{arm},{age - 70},healed,{age}\n" for age in ages)
    file = folder / name
    file.write_text("patient_id,arm,reepithelization_days,outcome,age_years\n" + rows, encoding="utf-8")
    return file


def narrow_age(page: Page) -> None:
    steps.choose(page, "Further filters", "Age")
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    steps.settle(page)


def test_a_range_filter_of_the_cohort_before_is_gone(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    narrow_age(page)
    expect(steps.whose_data(page)).to_contain_text("age at least")
    steps.go_to(page, "Load data")
    page.locator("input[type=file]").set_input_files(write_cohort(tmp_path, "old.csv"))
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    assert "only_age" not in page.url
    steps.choose(page, "Further filters", "Age")
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    page.get_by_role("button", name="Clear all filters").click()
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    assert page.get_by_test_id("stException").count() == 0


def test_the_ends_of_a_range_in_a_link_are_round_not_a_patients(page: Page, server):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    narrow_age(page)
    # The sample's ages run from 36 to 75.
    link = page.url.partition("?")[2]
    assert "only_age_years=80" in link
    assert "75" not in link


def test_a_second_file_stands_beside_a_pending_one_until_one_is_taken_away(
    page: Page, server, tmp_path: Path
):
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(write_cohort(tmp_path, "first.csv"))
    expect(page.get_by_role("heading", name="How “first.csv” is understood")).to_be_visible()
    steps.settle(page)
    page.locator("input[type=file]").set_input_files(write_cohort(tmp_path, "second.csv"))
    expect(page.get_by_role("heading", name="How “first.csv + second.csv” is understood")).to_be_visible()
    # The second holds nothing that the first has not, so it is not joined unasked.
    expect(page.get_by_text("Not used: “second.csv”.")).to_be_visible()
    page.get_by_role("button", name="Remove first.csv").click()
    expect(page.get_by_role("heading", name="How “second.csv” is understood")).to_be_visible()


def test_a_picture_in_a_cell_is_never_fetched(context: BrowserContext, page: Page, server, tmp_path: Path):
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    file = tmp_path / "cohort.csv"
    rows = "".join(f"{i},{i % 2},![x](http://192.0.2.7/{i % 2}.png),{10 + i},healed\n" for i in range(8))
    file.write_text("id,sex,TNF inhibitor arm,reepithelization_days,outcome\n" + rows)
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()
    steps.settle(page)
    assert [url for url in asked if "192.0.2.7" in url] == []


def test_the_codes_can_be_changed_after_loading(page: Page, server, tmp_path: Path):
    steps.load(page, server.url, write_cohort(tmp_path, "mine.csv"))
    steps.go_to(page, "Load data")
    page.get_by_role("button", name="Change the matching or the codes").click()
    expect(page.get_by_role("heading", name="How “mine.csv” is understood")).to_be_visible()
