"""A messy file's way through the page: personal data, queries, the marked workbook, the matching kept, a newer file."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
import steps
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHEET, HEADER = "患者数据", 3
NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
TELEPHONE = 13800138000


def messy_with_people(folder: Path) -> Path:
    """The messy sample as a ward keeps it: with names and telephones, hospital numbers, and a few contradictions."""
    book = openpyxl.load_workbook(steps.MESSY)
    sheet = book[SHEET]
    at = {cell.value: cell.column for cell in sheet[HEADER]}
    last = sheet.max_column
    for place, header in enumerate(("姓名", "联系电话"), start=1):
        sheet.cell(HEADER, last + place, header)
    for i, name in enumerate(NAMES):
        row = HEADER + 1 + i
        sheet.cell(row, at["病例号"], 20230000 + 7 * i)
        sheet.cell(row, at["性别 "], {"男": 1, "女": 2}[sheet.cell(row, at["性别 "]).value.strip()])
        sheet.cell(row, last + 1, f"{name}某甲")
        sheet.cell(row, last + 2, str(TELEPHONE + i))
    sheet.cell(5, at["SCORTEN评分"], 9)
    sheet.cell(6, at["剥脱面积(%BSA)"], 8)
    sheet.cell(6, at["诊断"], "TEN")
    sheet.column_dimensions["A"].width = 33
    file = folder / "ward.xlsx"
    book.save(file)
    return file


def drop(page: Page, file: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_role("heading", name=f"How “{file.name}” is understood")).to_be_visible()
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()
    steps.settle(page)


def saved(page: Page, button: str, folder: Path) -> Path:
    steps.settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def answer_sex(page: Page) -> None:
    steps.choose(page, "性别: 1 means", "male")
    steps.choose(page, "性别: 2 means", "female")


def test_a_messy_file_with_people_in_it(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "upload")
    drop(page, messy_with_people(tmp_path))

    personal = page.locator(".st-key-personal_data")
    expect(personal).to_contain_text("Keep “姓名”: it holds names or initials")
    expect(personal).to_contain_text("Keep “联系电话”: it holds telephone numbers")
    expect(personal).to_contain_text("called by “病例号”, which seems to hold hospital or identity numbers")
    answer_sex(page)
    expect(page.get_by_text("3 errors and 1 note. Each deserves a look in the chart")).to_be_visible()

    marked = saved(page, "Your workbook with the queries marked", tmp_path)
    assert marked.name == "ward_queries.xlsx"
    sheet = openpyxl.load_workbook(marked)[SHEET]
    comments = {
        (cell.row, sheet.cell(HEADER, cell.column).value): cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert sheet.column_dimensions["A"].width == 33  # it is the reader's own workbook, not a new one
    assert set(comments) == {(5, "SCORTEN评分"), (6, "诊断"), (12, "最高体温(℃)"), (14, "SF(ng/ml)前")}
    assert "8 % of the skin is detached, which is SJS, but the diagnosis is TEN." in comments[6, "诊断"]

    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    steps.go_to(page, "Patients")
    expect(page.get_by_text("32 of 32 patients. A click")).to_be_visible()
    content = page.content()
    assert not any(f"{name}某甲" in content for name in NAMES)
    assert "20230007" not in content
    assert str(TELEPHONE) not in content
    assert "某甲" not in server.log


def test_a_column_of_names_stays_only_where_it_is_ticked(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "upload")
    drop(page, messy_with_people(tmp_path))
    expect(page.get_by_text("The column “姓名” holds names or initials and was left out.")).to_be_visible()
    page.get_by_text("Keep “姓名”").click()
    expect(page.get_by_text("The column “姓名” holds names or initials and was left out.")).to_have_count(0)
    expect(
        page.get_by_text("The column “联系电话” holds telephone numbers and was left out.")
    ).to_be_visible()


def test_the_matching_is_kept_and_used_again(page: Page, server, tmp_path: Path):
    file = messy_with_people(tmp_path)
    steps.open_page(page, server.url, "upload")
    drop(page, file)
    answer_sex(page)
    kept = saved(page, "Keep this matching (JSON)", tmp_path)
    memory = json.loads(kept.read_text(encoding="utf-8"))
    assert memory["codings"] == {"sex": {"1": "male", "2": "female"}}
    assert memory["study_numbers"] is True
    assert not any(secret in kept.read_text(encoding="utf-8") for secret in ("某甲", "2023000", "13800"))

    steps.open_page(page, server.url, "upload")  # a new visit
    drop(page, file)
    expect(page.get_by_text("Not answered yet: Sex.")).to_be_visible()
    page.get_by_text("Use the matching of last time").click()
    steps.settle(page)
    page.locator("input[type=file]").last.set_input_files(kept)
    expect(page.get_by_text("The matching of last time was applied to")).to_be_visible()
    expect(page.get_by_text("Not answered yet: Sex.")).to_have_count(0)


def test_a_newer_file_says_what_it_changes_before_it_counts(page: Page, server, tmp_path: Path):
    file = messy_with_people(tmp_path)
    steps.open_page(page, server.url, "upload")
    drop(page, file)
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()

    book = openpyxl.load_workbook(file)
    sheet = book[SHEET]
    at = {cell.value: cell.column for cell in sheet[HEADER]}
    sheet.cell(5, at["SCORTEN评分"], 3)
    sheet.insert_rows(HEADER + 1)  # every study number after it shifts by one
    for column in range(1, sheet.max_column + 1):
        sheet.cell(HEADER + 1, column, sheet.cell(HEADER + 4, column).value)
    sheet.cell(HEADER + 1, at["病例号"], 20239999)
    newer = tmp_path / "newer.xlsx"
    book.save(newer)

    steps.go_to(page, "Load data")
    drop(page, newer)
    page.get_by_text("What changes against “ward.xlsx”").click()
    expect(page.get_by_text("32 patients before, 33 now.")).to_be_visible()
    expect(page.get_by_text("New: 1 patient (1).")).to_be_visible()
    expect(page.get_by_text("1 cell of 1 patient differ")).to_be_visible()
    expect(page.get_by_text("The answer on healing")).to_be_visible()


def test_the_share_safe_switch_masks_screen_and_files_alike(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    page.get_by_text("Share-safe", exact=True).click()
    expect(steps.whose_data(page)).to_contain_text("Share-safe: counts under 5 masked")
    steps.wait_for_chart(page)
    assert (
        steps.table(page, "Days to healing by group")[5][2] == "<5 of <5"
    )  # TEN with the combination: 3 healed
    file = saved(page, "Numbers (Excel)", tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    cells = [cell for row in book["healing at_risk"].iter_rows(min_row=4, values_only=True) for cell in row]
    assert "<5" in cells
    assert not any(cell in (1, 2, 3, 4) for cell in cells)
    steps.go_to(page, "Patients")
    expect(page.get_by_text("patients are not listed one by one")).to_be_visible()


def test_the_filled_template_needs_no_click(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "upload")
    template = saved(page, "Blank template", tmp_path)
    book = openpyxl.load_workbook(template)
    sheet = book["Patients"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for i in range(8):
        values = {
            "Patient": f"P{i}",
            "Treatment arm": ("combination", "corticosteroid")[i % 2],
            "Outcome": "healed",
            "Time to re-epithelization (days)": 10 + i,
        }
        for header, value in values.items():
            sheet.cell(5 + i, at[header], value)
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    drop(page, filled)
    expect(page.get_by_text(f"{len(at)} of {len(at)} columns are used")).to_be_visible()
    said = "Not counted as patients, being the template's own examples: row 2, 3, 4."
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
