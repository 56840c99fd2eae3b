"""The road from a spreadsheet to a slide, walked in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import steps
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pptx import Presentation

pytestmark = pytest.mark.browser

PAGES = {
    "": "Start",
    "healing": "Healing",
    "robustness": "Robustness",
    "steroids": "Steroid exposure",
    "mortality": "Mortality",
    "adverse_events": "Adverse events",
    "baseline": "Baseline",
    "recovery": "Recovery",
    "correlates": "Correlates",
    "prognosis": "Prognosis",
    "report": "Slides and report",
    "published": "Published study",
    "patients": "Patients",
    "upload": "Load data",
}


def test_from_a_messy_workbook_to_a_slide(page: Page, server, tmp_path: Path):
    steps.load(page, server.url, steps.MESSY)
    expect(steps.whose_data(page)).to_contain_text("32 of 32 patients")
    steps.choose(page, "Diagnosis", "TEN")
    expect(steps.whose_data(page)).to_contain_text("11 of 32 patients")
    steps.wait_for_chart(page)
    # The study prints p = 0.004 for TEN (Results 3.2).
    on_page = steps.table(page, "Comparison of the groups")[1][1]
    assert on_page == "Log-rank test: χ² = 8.18, df 1, p = 0.004"

    steps.go_to(page, "Mortality")
    expect(steps.whose_data(page)).to_contain_text("11 of 32 patients")
    steps.go_to(page, "Healing")
    steps.wait_for_chart(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="Slide (PowerPoint)").click()
    file = tmp_path / "slide.pptx"
    download.value.save_as(file)
    slide = Presentation(str(file)).slides[0]
    texts = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert on_page in texts
    assert "iren_cohort_messy.xlsx" in texts
    assert on_page in slide.notes_slide.notes_text_frame.text
    assert any(shape.has_chart for shape in slide.shapes)
    at_risk = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in at_risk.rows[1].cells][2:5] == ["3", "3", "3"]


@pytest.mark.slow
def test_pictures_leave_at_their_own_size(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    saved = {}
    for kind in ("PNG", "SVG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Picture ({kind})").click()
        saved[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[kind])
    assert saved["PNG"].name == "iren_healing.png"
    with Image.open(saved["PNG"]) as picture:
        assert picture.width == 3 * 1100
    svg = saved["SVG"].read_text(encoding="utf-8")
    assert "SHA-256" in svg
    assert "Not yet healed" in svg


@pytest.mark.slow
def test_a_png_saved_at_a_printed_width_says_its_dots_an_inch(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    page.get_by_label("Size").select_option("85 mm, 300 dpi")
    for _ in range(2):  # the second picture as the first
        with page.expect_download() as download:
            page.get_by_role("button", name="Picture (PNG)").click()
        download.value.save_as(tmp_path / "picture.png")
        with Image.open(tmp_path / "picture.png") as picture:
            assert picture.width == pytest.approx(85 / 25.4 * 300, abs=1)
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            picture.load()


@pytest.mark.parametrize("button, start", [("Numbers (Excel)", b"PK"), ("Numbers (CSV)", b"\xef\xbb\xbf")])
@pytest.mark.slow
def test_numbers_leave_as_files(page: Page, server, tmp_path: Path, button: str, start: bytes):
    steps.open_page(page, server.url, "mortality")
    steps.wait_for_chart(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    file = tmp_path / "numbers"
    download.value.save_as(file)
    assert file.read_bytes().startswith(start)


def test_two_visits_never_see_each_others_rows(browser: Browser, server, tmp_path: Path):
    files = {}
    for name, patient in (("one.csv", "ALPHA-1"), ("two.csv", "OMEGA-1")):
        rows = "".join(
            f"{patient}{i},{arm},{10 + i},healed\n"
            for i, arm in enumerate(["combination", "corticosteroid"] * 4)
        )
        files[name] = tmp_path / name
        files[name].write_text("patient_id,arm,reepithelization_days,outcome\n" + rows)
    contexts = [browser.new_context(), browser.new_context()]
    try:
        pages = [context.new_page() for context in contexts]
        for page, file in zip(pages, files.values(), strict=True):
            steps.load(page, server.url, file)
        for page, own, other in zip(pages, files, reversed(files), strict=True):
            steps.go_to(page, "Load data")
            steps.go_to(page, "Healing")
            expect(steps.whose_data(page)).to_contain_text(own)
            assert other not in page.content()
            assert ("OMEGA" if own == "one.csv" else "ALPHA") not in page.content()
    finally:
        for context in contexts:
            context.close()


def test_no_request_leaves_this_machine(context: BrowserContext, page: Page, server):
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    steps.load(page, server.url, steps.MESSY)
    for title in PAGES.values():
        steps.go_to(page, title)
    inside = re.compile(r"^(https?|wss?)://localhost[:/]|^(data|blob):")
    assert [url for url in asked if not inside.match(url)] == []


@pytest.mark.slow
def test_filters_survive_a_reload_and_a_copied_link(context: BrowserContext, page: Page, server):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    steps.choose(page, "Diagnosis", "SJS")
    steps.choose(page, "Further filters", "Sex")
    steps.choose(page, "Sex", "female")
    count = steps.whose_data(page).inner_text()
    link = page.url
    page.reload()
    steps.wait_for_chart(page)
    assert steps.whose_data(page).inner_text() == count
    other = context.new_page()
    other.goto(link)
    steps.wait_for_chart(other)
    assert steps.whose_data(other).inner_text() == count
    other.get_by_role("button", name="Clear all filters").click()
    expect(steps.whose_data(other)).to_contain_text("32 of 32 patients")


@pytest.mark.slow
def test_filters_cleared_on_the_way_to_another_page_stay_cleared(page: Page, server):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    steps.choose(page, "Diagnosis", "TEN")
    page.get_by_role("button", name="Clear all filters").click()
    steps.go_to(page, "Recovery")  # before the healing page is drawn anew
    steps.wait_for_chart(page)
    expect(steps.whose_data(page)).to_contain_text("32 of 32 patients")
    page.get_by_role("button", name="Add to deck").click()
    expect(page.get_by_role("button", name="In the deck · remove")).to_be_visible()
    assert "only_" not in page.url


@pytest.mark.slow
def test_after_a_reload_the_sample_is_never_passed_off_as_the_readers_file(page: Page, server):
    steps.load(page, server.url, steps.MESSY)
    assert "data=own" in page.url
    assert "S0" not in page.url
    page.reload()
    expect(page.get_by_text("Your file is no longer held.")).to_be_visible()
    page.get_by_role("button", name="Go on with the sample").click()
    expect(page.get_by_text("Your file is no longer held.")).to_have_count(0)


@pytest.mark.slow
def test_no_choice_of_a_patient_reaches_the_link(page: Page, server):
    steps.open_page(page, server.url, "patients?only_diagnosis=TEN")
    steps.wait_for_chart(page)
    page.get_by_role("combobox", name="Patient", exact=True).scroll_into_view_if_needed()
    steps.settle(page)  # an open list closes when the page scrolls
    steps.choose(page, "Patient", "S12")
    search = page.get_by_role("textbox", name="Search")
    search.fill("s12 male")
    search.press("Enter")
    expect(page.get_by_text("1 of 11 patients. A click")).to_be_visible()
    expect(page.get_by_role("table", name="SCORTEN")).to_be_visible()
    assert page.url.endswith("/patients?only_diagnosis=TEN")


@pytest.mark.slow
def test_an_empty_selection_says_so_and_offers_the_way_back(page: Page, server):
    steps.open_page(page, server.url, "healing?only_diagnosis=SJS&only_fields=Outcome&only_outcome=died")
    expect(page.get_by_text("No patient is left")).to_be_visible()
    page.get_by_role("button", name="Show all patients").click()
    expect(steps.whose_data(page)).to_contain_text("32 of 32 patients")
    steps.wait_for_chart(page)


def test_a_wrong_file_is_answered_in_words(page: Page, server, tmp_path: Path):
    pdf = tmp_path / "cohort.xlsx"
    pdf.write_bytes(b"%PDF-1.7\n%binary")
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(pdf)
    expect(page.get_by_text("This file cannot be read")).to_be_visible()
    expect(page.get_by_text("PDF").first).to_be_visible()
    page.get_by_role("button", name="Choose another file").click()
    expect(page.get_by_text("What is loaded now")).to_be_visible()


@pytest.mark.slow
def test_an_ambiguous_code_is_asked_for(page: Page, server, tmp_path: Path):
    file = tmp_path / "codes.csv"
    rows = "".join(f"{i},{i % 2},combination,{10 + i},healed\n" for i in range(8))
    file.write_text("id,sex,arm,reepithelization_days,outcome\n" + rows)
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("What the file does not say")).to_be_visible()
    for code, meaning in (("0", "female"), ("1", "male")):
        steps.choose(page, f"sex: {code} means", meaning)
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    steps.choose(page, "Further filters", "Sex")
    steps.choose(page, "Sex", "female")
    expect(steps.whose_data(page)).to_contain_text("4 of 8 patients")


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.slow
def test_every_page_fits_a_wide_and_a_narrow_window(page: Page, server, path: str):
    steps.open_page(page, server.url, path)
    expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
    if path not in ("upload", "report"):  # an empty deck has no picture
        steps.wait_for_chart(page)
    for width in (1400, 900):
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(500)  # charts follow the window
        too_wide = page.evaluate(
            "[...document.querySelectorAll('[data-testid=stMain] table, [data-testid=stMain] .main-svg')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
        )
        assert too_wide == 0
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.slow
def test_the_buttons_of_a_picture_lie_on_none_of_its_words_in_a_narrow_window(page: Page, server):
    page.set_viewport_size({"width": 900, "height": 900})
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    page.locator(".js-plotly-plot").first.hover()
    page.mouse.wheel(0, 200)  # to where the end of the picture is in sight
    page.wait_for_timeout(500)
    on_words = page.evaluate(
        """() => {
            const box = e => e.getBoundingClientRect();
            const picture = document.querySelector('.js-plotly-plot');
            const words = [...picture.querySelectorAll('svg text')].filter(e => e.textContent.trim());
            const buttons = [...picture.querySelectorAll('.modebar-btn')];
            if (!buttons.length || !words.length) return ['nothing is drawn'];
            const seen = button => {
                const {left, right, top, bottom} = box(button);
                return button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
            };
            if (!buttons.every(seen)) return ['a button is hidden'];
            const lie = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            return words.filter(e => buttons.some(button => lie(box(e), box(button)))).map(e => e.textContent);
        }"""
    )
    assert on_words == []


@pytest.mark.slow
def test_a_first_visit_opens_on_the_tour_which_leads_to_each_page(page: Page, server):
    steps.open_page(page, server.url)
    steps.wait_for_chart(page)
    expect(page.locator(".js-plotly-plot")).to_have_count(4)
    for title in ("Healing", "Mortality", "Steroid exposure", "Recovery"):
        expect(page.get_by_role("link", name=f"Open {title}")).to_be_visible()
    page.get_by_role("link", name="Every printed number of the study beside these patients").click()
    expect(page.get_by_role("heading", name="Published study", exact=True)).to_be_visible()


@pytest.mark.slow
def test_a_link_to_a_page_works_on_a_server_that_has_just_started(page: Page, fresh_server):
    steps.open_page(page, fresh_server.url, "mortality?only_diagnosis=TEN")
    expect(page.get_by_role("heading", name="Mortality", exact=True)).to_be_visible()
    expect(steps.whose_data(page)).to_contain_text("11 of 32 patients")
    assert page.get_by_text("Page not found").count() == 0
