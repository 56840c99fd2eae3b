"""A deck leaves as everything in one file, and its settings bring it back on the page and on the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import steps
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
#: Making cards and files takes seconds on a machine that has other work.
A_WHILE_MS = 60_000


def add(page: Page) -> None:
    expect(page.get_by_role("button", name="Add to deck")).to_have_count(1, timeout=A_WHILE_MS)
    steps.settle(page)
    page.get_by_role("button", name="Add to deck").click()
    expect(page.get_by_role("button", name="In the deck · remove").first).to_be_visible(timeout=A_WHILE_MS)


def save(page: Page, button: str, path: Path) -> Path:
    steps.settle(page)
    with page.expect_download(timeout=120_000) as download:
        page.get_by_role("button", name=button).click()
    download.value.save_as(path)
    return path


@pytest.fixture
def tray(page: Page, server) -> Page:
    """The messy workbook's TEN patients' healing, and the recovery of all."""
    steps.load(page, server.url, steps.MESSY)
    steps.wait_for_chart(page)
    steps.choose(page, "Diagnosis", "TEN")
    add(page)
    page.get_by_role("button", name="Clear all filters").click()
    steps.go_to(page, "Recovery")
    steps.wait_for_chart(page)
    add(page)
    steps.go_to(page, "Slides and report")
    return page


def test_everything_leaves_in_one_file_and_is_made_again(tray: Page, tmp_path: Path):
    tray.get_by_role("button", name="Prepare everything in one file").click()
    expect(tray.get_by_role("button", name="Everything (.zip)")).to_be_visible(timeout=120_000)
    with ZipFile(save(tray, "Everything (.zip)", tmp_path / "bundle.zip")) as bundle:
        bundle.extractall(tmp_path / "first")
    assert (tmp_path / "first" / "figures" / "01_healing_174mm_600dpi.png").exists()
    assert "What is not here" not in (tmp_path / "first" / "README.txt").read_text(encoding="utf-8-sig")
    done = subprocess.run(
        [
            sys.executable, "-m", "iren_core", "replay", tmp_path / "first" / "settings.json", steps.MESSY,
            "--out", tmp_path / "second",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    files = [
        path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*") if path.is_file()
    ]
    assert len(files) > 20
    for file in files:
        if file.parts[0] not in ("figures", "report.docx"):  # an SVG bears identifiers drawn by lot
            assert (tmp_path / "second" / file).read_bytes() == (tmp_path / "first" / file).read_bytes(), file


def test_settings_bring_the_deck_back(tray: Page, tmp_path: Path):
    cards = tray.locator("[class*=st-key-tray_] p")
    expect(tray.locator("[class*=st-key-tray_] strong")).to_have_count(2, timeout=A_WHILE_MS)
    said = cards.all_inner_texts()
    settings = save(tray, "Settings", tmp_path / "settings.json")
    tray.get_by_role("button", name="Take all cards out").click()
    expect(tray.get_by_role("heading", name="The deck is empty")).to_be_visible(timeout=A_WHILE_MS)
    steps.settle(tray)
    tray.get_by_text("Bring a deck back").click()
    tray.locator(".st-key-deck_settings input[type=file]").set_input_files(settings)
    expect(tray.get_by_text("2 cards were made again from the same file")).to_be_visible(timeout=A_WHILE_MS)
    steps.settle(tray)
    assert cards.all_inner_texts() == said


def test_a_deck_made_to_be_shared_comes_back_masked(tray: Page, tmp_path: Path):
    tray.get_by_text("Share-safe", exact=True).click()
    expect(steps.whose_data(tray)).to_contain_text("Share-safe: counts under 5 masked", timeout=A_WHILE_MS)
    settings = save(tray, "Settings", tmp_path / "settings.json")
    steps.settle(tray)
    tray.get_by_text("Share-safe", exact=True).click()
    expect(steps.whose_data(tray)).not_to_contain_text("Share-safe", timeout=A_WHILE_MS)
    tray.get_by_text("Bring a deck back").click()
    tray.locator(".st-key-deck_settings input[type=file]").set_input_files(settings)
    expect(tray.get_by_text("2 cards were made again from the same file")).to_be_visible(timeout=A_WHILE_MS)
    expect(steps.whose_data(tray)).to_contain_text("Share-safe: counts under 5 masked", timeout=A_WHILE_MS)


def test_settings_that_are_none_leave_the_deck_alone(tray: Page, tmp_path: Path):
    (tmp_path / "settings.json").write_text("{}")
    steps.settle(tray)
    tray.get_by_text("Bring a deck back").click()
    tray.locator(".st-key-deck_settings input[type=file]").set_input_files(tmp_path / "settings.json")
    expect(tray.get_by_text("It is not the settings.json of a bundle")).to_be_visible(timeout=A_WHILE_MS)
    assert tray.locator("[class*=st-key-tray_]").count() > 0


def test_report_and_workbook_leave_in_the_readers_choice(tray: Page, tmp_path: Path):
    steps.choose(tray, "Language of the report", "中文")
    with ZipFile(save(tray, "Report (Word)", tmp_path / "report.docx")) as report:
        assert "统计方法" in report.read("word/document.xml").decode()
    with ZipFile(save(tray, "Workbook (Excel)", tmp_path / "workbook.xlsx")) as workbook:
        assert 'name="healing rows"' in workbook.read("xl/workbook.xml").decode()


def test_a_picture_leaves_at_its_printed_width_and_is_seen_in_grey(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    page.get_by_label("Size").select_option("85 mm, 600 dpi")
    with Image.open(save(page, "Picture (PNG)", tmp_path / "picture.png")) as picture:
        assert picture.width == pytest.approx(85 / 25.4 * 600, abs=1)
    grey = page.get_by_role("button", name="Preview in grey")
    grey.click()
    expect(grey).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-picture_healing")).to_have_css("filter", "grayscale(1)")
    grey.click()
    expect(page.locator(".st-key-picture_healing")).to_have_css("filter", "none")
