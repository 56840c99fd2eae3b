"""Loading what is no single spreadsheet: an SPSS file, two files joined, pasted cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import steps
from openpyxl.chart import BarChart
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def spss_file(folder: Path) -> Path:
    rows = range(12)
    frame = pd.DataFrame(
        {
            "bh": [f"S{row}" for row in rows],
            "fz": [float(1 + row % 2) for row in rows],
            "V3": [10.0 + row for row in rows],
            "zg": [2.0 if row else 1.0 for row in rows],
            "jsrq": [date(2023, 3, 1 + row) for row in rows],
        }
    )
    file = folder / "cohort.sav"
    pyreadstat.write_sav(
        frame, str(file), column_labels={"fz": "分组", "V3": "Time to re-epithelization (days)", "zg": "结局"},
        variable_value_labels={"fz": {1: "联合组", 2: "激素组"}, "zg": {1: "死亡", 2: "痊愈"}},
    )  # fmt: skip
    return file


def two_files(folder: Path) -> list[Path]:
    patients, labs = folder / "patients.csv", folder / "labs.csv"
    patients.write_text(
        "patient_id,arm,reepithelization_days,outcome,date_steroid_start\n"
        + "".join(
            f"P{row},{'combination' if row % 2 else 'corticosteroid'},{10 + row},healed,2023-03-01\n"
            for row in range(10)
        )
    )
    labs.write_text(
        "patient_id,test,date,result,unit\n"
        + "".join(
            f"P{row},CRP,2023-03-02,{100 + row},mg/L\nP{row},CRP,2023-03-20,{5 + row},mg/L\n"
            for row in range(1, 11)
        )
    )
    return [patients, labs]


def upload(page: Page, url: str, *files: Path) -> None:
    steps.open_page(page, url, "upload")
    page.locator("input[type=file]").set_input_files(list(files))
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()
    steps.settle(page)


def use(page: Page) -> None:
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    steps.wait_for_chart(page)


def test_from_an_spss_file_to_its_curves(page: Page, server, tmp_path: Path):
    upload(page, server.url, spss_file(tmp_path))
    expect(
        page.get_by_text("Read as an SPSS data file; rows are numbered as in the data view")
    ).to_be_visible()
    expect(page.get_by_text("5 of 5 columns are used.")).to_be_visible()
    expect(page.get_by_text("What do these codes mean?")).to_have_count(0)
    use(page)
    expect(steps.whose_data(page)).to_contain_text("cohort.sav")
    expect(steps.whose_data(page)).to_contain_text("12 of 12 patients")
    assert page.get_by_test_id("stException").count() == 0


def test_from_two_files_to_one_cohort(page: Page, server, tmp_path: Path):
    upload(page, server.url, *two_files(tmp_path))
    meets = steps.table(page, "9 patients meet")
    assert meets[1:] == [
        ["In both tables", "9", ""],
        ["Only in the first table", "1", "P0"],
        ["Only in this table", "1", "P10"],
    ]
    expect(page.get_by_text("labs.csv has a row a measurement.")).to_be_visible()
    expect(page.get_by_text("11 patients will be used.")).to_be_visible()
    steps.choose(page, "Patients only in this table", "leave them out")
    expect(page.get_by_text("10 patients will be used.")).to_be_visible()
    steps.choose(page, "Recovery value", "the last sample, if it is later than the acute one")
    expect(page.get_by_text("Found among 10 patients: CRP 9; the others stay missing.").first).to_be_visible()
    use(page)
    expect(steps.whose_data(page)).to_contain_text("patients.csv + labs.csv")
    expect(steps.whose_data(page)).to_contain_text("10 of 10 patients")
    page.get_by_text("How this was made").first.click()
    expect(
        page.get_by_text("The same card from Python, with the same files beside the script:")
    ).to_be_visible()
    expect(page.get_by_text("cohort = read_joined(")).to_be_visible()
    steps.go_to(page, "Recovery")
    steps.wait_for_chart(page)
    assert page.get_by_test_id("stException").count() == 0


def test_cells_pasted_from_a_spreadsheet(page: Page, server):
    steps.open_page(page, server.url, "upload")
    page.get_by_role("button", name="Paste from the clipboard").click()
    cells = "编号\t分组\t愈合时间\t结局\n" + "".join(
        f"{row}\t{'联合组' if row % 2 else '激素组'}\t{10 + row}\t痊愈\n" for row in range(8)
    )
    page.get_by_label("Cells copied from Excel, SPSS or Prism, with their header").fill(cells)
    page.get_by_role("button", name="Read the pasted cells").click()
    expect(page.get_by_role("heading", name="How “pasted table” is understood")).to_be_visible()
    expect(page.get_by_text("4 of 4 columns are used.")).to_be_visible()
    page.keyboard.press("Escape")
    use(page)
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")


def test_a_damaged_file_beside_a_good_one_is_named(page: Page, server, tmp_path: Path):
    patients, _ = two_files(tmp_path)
    damaged = tmp_path / "labs.sav"
    damaged.write_bytes(b"$FL2" + bytes(500))
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files([patients, damaged])
    expect(page.get_by_role("heading", name="This file cannot be read")).to_be_visible()
    expect(page.get_by_text("“labs.sav” was to be read as a table of patients.")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_a_workbook_with_notes_an_empty_sheet_and_a_chart_beside_its_patients(
    page: Page, server, tmp_path: Path
):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["Taken from the charts by two people"])
    book.create_sheet("Sheet2")
    book.create_chartsheet("Chart").add_chart(BarChart())
    patients = book.create_sheet("Patients")
    for line in two_files(tmp_path)[0].read_text().splitlines():
        patients.append(line.split(","))
    file = tmp_path / "cohort.xlsx"
    book.save(file)
    upload(page, server.url, file)
    expect(page.get_by_text("Not read, for there is no table in it: “Notes”, “Sheet2”.")).to_be_visible()
    expect(page.get_by_text("10 patients will be used.")).to_be_visible()
    expect(page.get_by_text("5 of 5 columns are used.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Table of the patients")).to_have_count(0)
    use(page)
    expect(steps.whose_data(page)).to_contain_text("10 of 10 patients")
    assert page.get_by_test_id("stException").count() == 0


def group_sheets(folder: Path) -> Path:
    """Two groups that are each numbered from 1 on, and laboratory values that nobody can tell to which they belong."""
    book = openpyxl.Workbook()
    steroid = book.active
    steroid.title = "激素组"
    steroid.append(["No", "Age", "Sex", "BSA", "愈合时间"])
    for row in range(1, 9):
        steroid.append([row, 50 + row, "MF"[row % 2], row, 20 + row])
    combination = book.create_sheet("联合组")
    combination.append(["No", "Sex", "BSA", "Age", "TNFi", "愈合时间"])
    for row in range(1, 8):
        combination.append([row, "FM"[row % 3 == 0], 30 + row, 80 - 3 * row, "etanercept", 14 + row])
    labs = book.create_sheet("检验")
    labs.append(["No", "WBC", "Hb"])
    for row in range(1, 9):
        labs.append([row, 4 + row, 100 + row])
    file = folder / "groups.xlsx"
    book.save(file)
    return file


def test_sheets_of_two_groups_stand_one_below_another(page: Page, server, tmp_path: Path):
    upload(page, server.url, group_sheets(tmp_path))
    expect(page.get_by_text("15 patients will be used.")).to_be_visible()
    said = "Put one below another, as different patients: 7 of “联合组”, 8 of “激素组”."
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("groups.xlsx, sheet 检验 is not read yet.")).to_be_visible()
    use(page)
    expect(steps.whose_data(page)).to_contain_text("15 of 15 patients")
    steps.go_to(page, "Patients")
    expect(page.get_by_text("联合组 1").first).to_be_attached()
    assert page.get_by_test_id("stException").count() == 0
