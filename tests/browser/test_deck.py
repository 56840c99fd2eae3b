"""The deck: cards put in on several pages under several filters leave together as one file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import steps
from playwright.sync_api import Page, expect
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Inches

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
        expect(titles.nth(place - 1)).to_have_text(f"{place}. " + last.removeprefix("3. "))
        steps.settle(page)
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


def download(page: Page, file: Path) -> bytes:
    steps.settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Slides (PowerPoint)").click()
    download.value.save_as(file)
    return file.read_bytes()


def test_slides_take_the_shape_and_colours_that_are_chosen(full_tray: Page, tmp_path: Path):
    page = full_tray
    page.get_by_text("Layout of the slides").click()
    steps.choose(page, "Shape", "4:3")
    steps.choose(page, "Colours and font", "Like The Lancet")
    presentation = Presentation(BytesIO(download(page, tmp_path / "deck.pptx")))
    assert presentation.slide_width / presentation.slide_height == pytest.approx(4 / 3)
    theme = presentation.slide_master.part.part_related_by(RT.THEME).blob
    assert b"Times New Roman" in theme
    assert b"00468B" in theme


def test_a_template_stays_until_it_is_let_go(full_tray: Page, tmp_path: Path):
    page = full_tray
    ward = Presentation()
    ward.slide_width, ward.slide_height = Inches(11), Inches(7)
    ward.save(tmp_path / "ward.pptx")
    (tmp_path / "broken.pptx").write_bytes(b"PK no presentation")
    page.get_by_text("Layout of the slides").click()
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="Your own template").locator("input")
    uploader.set_input_files(tmp_path / "broken.pptx")
    expect(page.get_by_text("It cannot be read as one")).to_be_visible()
    expect(uploader).to_have_count(1)  # the refused file has left the uploader
    steps.settle(page)
    uploader.set_input_files(tmp_path / "ward.pptx")
    expect(page.get_by_text("The slides follow ward.pptx")).to_be_visible()
    steps.go_to(page, "Healing")
    steps.go_to(page, "Slides and report")
    made = Presentation(BytesIO(download(page, tmp_path / "deck.pptx")))
    assert made.slide_width == Inches(11)
    page.get_by_role("button", name="Go without the template").click()
    made = Presentation(BytesIO(download(page, tmp_path / "deck.pptx")))
    assert made.slide_width / made.slide_height == pytest.approx(16 / 9, abs=1e-3)
