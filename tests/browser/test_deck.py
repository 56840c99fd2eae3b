"""The deck: cards put in on several pages under several filters leave together as one file."""

from __future__ import annotations

from pathlib import Path

import pytest
import steps
from playwright.sync_api import Page, expect
from pptx import Presentation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def add(page: Page) -> None:
    page.get_by_role("button", name="Add to deck").first.click()
    expect(page.get_by_role("button", name="In the deck · remove").first).to_be_visible()


def open_tray(page: Page) -> None:
    steps.go_to(page, "Slides and report")


@pytest.fixture
def full_tray(page: Page, server) -> Page:
    """All patients' healing, then the TEN patients' healing and mortality."""
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    add(page)
    steps.choose(page, "Diagnosis", "TEN")
    expect(page.get_by_role("button", name="Add to deck")).to_be_visible()
    add(page)
    steps.go_to(page, "Mortality")
    steps.wait_for_chart(page)
    add(page)
    open_tray(page)
    return page


def test_cards_stay_what_they_were_when_they_were_added(full_tray: Page, tmp_path: Path):
    page = full_tray
    tray = page.locator("[class*=st-key-tray_]")
    expect(tray.filter(has_text="32 of 32 patients: all patients")).to_have_count(1)
    expect(tray.filter(has_text="11 of 32 patients: diagnosis TEN")).to_have_count(2)
    page.get_by_role("button", name="Clear all filters").click()
    steps.settle(page)
    expect(tray.filter(has_text="11 of 32 patients: diagnosis TEN")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Slides (PowerPoint)").click()
    download.value.save_as(tmp_path / "deck.pptx")
    slides = list(Presentation(str(tmp_path / "deck.pptx")).slides)
    of_ten = ["11 of 32" in slide.notes_slide.notes_text_frame.text for slide in slides]
    assert of_ten == sorted(of_ten)  # a long table has slides of its own behind its card
    assert set(of_ten) == {False, True}


def test_cards_are_moved_and_taken_out(full_tray: Page):
    page = full_tray
    titles = page.locator("[class*=st-key-tray_] strong")
    first, last = titles.first.inner_text(), titles.last.inner_text()
    assert first.startswith("1. ")
    for place in (2, 1):
        page.get_by_role("button", name="Up", exact=True).nth(place).click()
        steps.settle(page)
    expect(titles.first).to_have_text("1. " + last.removeprefix("3. "))
    page.get_by_role("button", name="Remove", exact=True).first.click()
    expect(titles).to_have_count(2)
    page.get_by_role("button", name="Take all cards out").click()
    expect(page.get_by_role("heading", name="The deck is empty")).to_be_visible()


def test_a_card_is_taken_out_where_it_was_put_in(page: Page, server):
    steps.open_page(page, server.url, "mortality")
    steps.wait_for_chart(page)
    add(page)
    page.get_by_role("button", name="In the deck · remove").click()
    expect(page.get_by_role("button", name="Add to deck")).to_be_visible()
    open_tray(page)
    expect(page.get_by_role("heading", name="The deck is empty")).to_be_visible()


def test_a_deck_belongs_to_one_visit(page: Page, server):
    steps.open_page(page, server.url, "mortality")
    steps.wait_for_chart(page)
    add(page)
    other = page.context.browser.new_context()
    try:
        theirs = other.new_page()
        steps.open_page(theirs, server.url, "report")
        expect(theirs.get_by_role("heading", name="The deck is empty")).to_be_visible()
    finally:
        other.close()
