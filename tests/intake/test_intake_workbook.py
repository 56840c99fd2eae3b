"""Workbooks: messy ones, wrong files, and hostile ones, which must be answered while the process lives on."""

import io
import re
import sys
import time
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from iren_core.errors import UnreadableFile
from iren_core.intake import assemble, read_table, sheet_names, workbook_child
from iren_core.intake.workbook_child import MOST_EXPANDED_BYTES

sys.path.insert(0, str(Path(__file__).parent))  # archive.py

from archive import part_of, with_parts

FILES = Path(__file__).parent / "files"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(data, name, part):
    return with_parts(data, {name: part})


SMALL = workbook(["id", "age"], ["1", 50], ["2", 60])


def refusal_of(data, filename="cohort.xlsx"):
    """The sentence with which a file is refused, within ten seconds."""
    begun = time.monotonic()
    with pytest.raises(UnreadableFile) as refusal:
        read_table(data, filename)
    assert time.monotonic() - begun < 10
    error = refusal.value
    assert error.asked and error.found and error.advice
    return str(error)


# ---- good files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["small.xls", "small.ods"])
def test_older_and_open_formats(name):
    cohort = assemble((FILES / name).read_bytes(), name).frame
    assert cohort["patient_id"].tolist() == ["007", "008"]
    assert cohort["sex"].tolist() == ["male", "female"]
    assert cohort["age_years"].tolist() == [61, 48.5]
    assert cohort["date_admission"].tolist() == [datetime(2023, 3, 5), datetime(2023, 4, 1)]
    assert cohort["outcome"].tolist() == ["healed", "died"]
    assert cohort.index.tolist() == [2, 3]


def test_the_sheet_that_looks_like_patients_is_read_and_the_others_are_named():
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["irEN 多中心研究"])
    notes = book.create_sheet("Notes")
    notes.append(["id", "remark"])
    notes.append(["1", "transferred"])
    patients = book.create_sheet("数据")
    patients.append(["编号", "性别", "年龄"])
    patients.append(["1", "男", 50])
    data = saved(book)
    table = read_table(data, "cohort.xlsx")
    assert table.sheet == "数据"
    assert table.sheets == sheet_names(data, "cohort.xlsx") == ("封面", "Notes", "数据")
    assert table.assumptions == (
        "The sheet “数据” was read, which looks most like patients; not read: “封面”, “Notes”.",
    )
    assert read_table(data, "cohort.xlsx", sheet="Notes").columns == ("id", "remark")


def test_a_hidden_copy_of_the_patients_is_not_preferred():
    book = openpyxl.Workbook()
    book.active.title = "old"
    book.active.sheet_state = "hidden"
    patients = book.create_sheet("new")
    for sheet, ages in ((book["old"], [1, 2, 3, 4]), (patients, [50])):
        sheet.append(["id", "age", "sex"])
        for age in ages:
            sheet.append([str(age), age, "F"])
    assert read_table(saved(book), "cohort.xlsx").sheet == "new"


def test_an_unknown_sheet_is_refused_with_the_names_there_are():
    with pytest.raises(UnreadableFile, match="The workbook has the sheets Sheet"):
        read_table(SMALL, "cohort.xlsx", sheet="Patients")


def test_a_text_file_has_no_sheets():
    assert sheet_names(b"id,age\n1,50\n", "cohort.csv") == ()
    with pytest.raises(UnreadableFile, match="A file of this kind has no sheets"):
        read_table(b"id,age\n1,50\n", "cohort.csv", sheet="Patients")


def test_a_messy_chinese_sheet():
    """Title rows, a two-line header with merged phases, dates as dates, an age formatted as a date, an error."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("病例")
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("B1:H1", "免疫相关表皮坏死松解症 病例登记表")
    sheet.merge_range("E3:F3", "急性期")
    sheet.merge_range("G3:H3", "恢复期")
    sheet.write_row("B4", ["患者编号", "年龄（岁）", "入院日期", "CRP(mg/L)", "IL-6", "CRP(mg/L)", "IL-6"])
    sheet.write_row("B5", ["007", 61])
    sheet.write_datetime("D5", datetime(2023, 3, 5), date)
    sheet.write_row("E5", [112.5, "<1.5", 8, 2.5])
    sheet.write("B6", "008")
    sheet.write_number("C6", 45, date)
    sheet.write_formula("E6", "=1/0", None, "#DIV/0!")
    book.close()
    result = assemble(stream.getvalue(), "病例.xlsx")
    frame = result.frame
    assert frame.index.tolist() == [5, 6]
    assert frame["age_years"].tolist() == [61, 45]
    assert frame["crp_mg_l_acute"].dropna().tolist() == [112.5]
    assert frame["crp_mg_l_recovery"].dropna().tolist() == [8]
    assert frame["il6_pg_ml_recovery"].dropna().tolist() == [2.5]
    assert result.limits.to_numpy().tolist() == [[5, "il6_pg_ml_acute", "<", 1.5]]
    assert "The header has two lines, rows 3 and 4." in result.table.assumptions
    assert result.problems[["row", "column", "value", "problem"]].to_numpy().tolist() == [
        [6, "CRP(mg/L) 急性期", "#DIV/0!", "The cell shows the error #DIV/0!."],
        [
            6,
            "年龄（岁）",
            "1900-02-14",
            "The cell is formatted as a date; it was read as the number 45.",
        ],
    ]


def test_a_formula_whose_value_was_not_saved_is_a_query():
    table = read_table(workbook(["id", "age", "bmi"], ["1", 50, "=B2/2"], ["2", 60, 22]), "cohort.xlsx")
    assert table.problems[["row", "column", "problem"]].to_numpy().tolist() == [
        [2, "bmi", "The cell holds a formula whose value was not saved."]
    ]


def test_a_cell_of_a_column_that_is_not_used_weighs_little():
    made = workbook(["id", "age", "bmi", "remarks"], ["1", 50, "=B2/2", "=B2/3"], ["2", 60, 22, "moved"])
    problems = assemble(made, "cohort.xlsx").problems
    assert dict(zip(problems["column"], problems["severity"], strict=True)) == {
        "bmi": "error",
        "remarks": "note",
    }


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell():
    book = workbook(["id", "age"], ["1", '=IF(A2="","",2)'], ["2", 60])
    xml = part_of(book, SHEET)
    for value in ("<v></v>", "<v/>"):
        cell = f'<c r="B2" t="str"><f>IF(A2="","",2)</f>{value}</c>'
        changed = re.sub(r'<c r="B2".*?</c>', cell, xml)
        assert changed != xml
        table = read_table(with_part(book, SHEET, changed), "cohort.xlsx")
        assert table.cells[1].tolist() == [None, 60]
        assert table.problems.empty


def test_control_characters_as_excel_writes_them_are_taken_out_and_said():
    table = read_table(workbook(["id", "note_x000B_s"], ["1", "a_x000B_b_x0007_"], ["2", "c"]), "cohort.xlsx")
    assert table.columns == ("id", "note s")
    assert table.cells[1].tolist() == ["a b", "c"]
    assert "Characters that cannot be printed were taken out of row 1, 2." in table.assumptions


def test_row_numbers_are_those_of_the_spreadsheet():
    table = read_table(workbook([], [], ["id", "age"], ["1", 50], [], ["2", 60]), "cohort.xlsx")
    assert table.header_row == 3
    assert table.rows.tolist() == [4, 6]


def test_an_absurd_dimension_alone_does_no_harm():
    xml = re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>', part_of(SMALL, SHEET))
    assert "XFD1048576" in xml
    assert len(read_table(with_part(SMALL, SHEET, xml), "cohort.xlsx").cells) == 2


# ---- wrong files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "The file is empty."),
        (b" \r\n\t", "The file is empty."),
        (b"%PDF-1.7 ...", "It is a PDF document."),
        (b"\x89PNG\r\n\x1a\n....", "It is a picture."),
        (b"\xff\xd8\xff\xe0....", "It is a picture."),
        (b"{\\rtf1 ...}", "It is a text document (RTF)."),
        (b"$FL2@(#) SPSS DATA FILE", "The file is damaged, was cut short, or is protected by a password."),
        (b"\x1f\x8b\x08\x00rest", "It is an archive."),
        (
            b"<html><table><tr><td>id</td></tr></table></html>",
            "It is a web page or XML, though its name may end in .xls.",
        ),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>",
            "It is a web page or XML, though its name may end in .xls.",
        ),
        (b"id,age\n", "It holds no row under its header."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "The file is damaged or was cut short."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "It is protected by a password.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "WordDocument".encode("utf-16-le"),
            "It is a Word document.",
        ),
    ],
)
def test_a_wrong_file_is_named_for_what_it_is(data, found):
    assert found in refusal_of(data)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("word/document.xml", "It is a Word document."),
        ("ppt/presentation.xml", "It is a PowerPoint presentation."),
        ("Index/Document.iwa", "It is a document of Apple Numbers."),
        ("photo.jpg", "It is a zip archive without a workbook."),
    ],
)
def test_another_archive_is_named_for_what_it_is(name, found):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    assert found in refusal_of(stream.getvalue())


def test_an_open_document_that_is_no_spreadsheet():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    assert "It is an OpenDocument file, but not a spreadsheet." in refusal_of(stream.getvalue())


def test_an_open_document_under_a_password():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "\x01\x02")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert "It is protected by a password." in refusal_of(stream.getvalue())


def test_an_empty_workbook():
    assert "It is empty." in refusal_of(workbook())


def test_a_file_without_any_known_column():
    with pytest.raises(UnreadableFile) as refusal:
        assemble(b"apples,pears\n1,2\n", "fruit.csv")
    assert str(refusal.value) == (
        "“fruit.csv” was to be read as a table of patients. None of its columns is known: “apples”, “pears”. "
        "Match the columns by hand on the page Load data, or paste the patients into the blank template."
    )


# ---- hostile files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["small.xls", "small.ods", "small.xlsx"])
def test_a_file_cut_short(name, share):
    data = SMALL if name == "small.xlsx" else (FILES / name).read_bytes()
    assert "The file is damaged or was cut short." in refusal_of(data[: int(len(data) * share)], name)


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576"])
def test_a_stray_cell_far_off(cell):
    book = openpyxl.load_workbook(io.BytesIO(SMALL))
    book.active[cell] = "x"
    assert f"Its cells reach as far as {cell.replace('A', 'B')}" in refusal_of(saved(book))


def test_a_stray_cell_on_another_sheet_does_not_stand_in_the_way():
    book = openpyxl.load_workbook(io.BytesIO(SMALL))
    book.create_sheet("Notes")["XFD1048576"] = "x"
    assert read_table(saved(book), "cohort.xlsx").sheet == "Sheet"


def test_a_bomb_that_tells_its_size():
    stream = io.BytesIO(SMALL)
    zeros = bytes(1 << 22)
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media/image1.png", "w") as part,
    ):
        for _ in range(MOST_EXPANDED_BYTES // len(zeros) + 1):
            part.write(zeros)
    assert "Unpacked it would be far larger than any table of patients." in refusal_of(stream.getvalue())


def test_a_bomb_that_lies_about_its_size():
    xml = part_of(SMALL, SHEET).replace("</sheetData>", '<row r="9"/>' * 2_000_000 + "</sheetData>")
    data = with_part(SMALL, SHEET, xml)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    lying = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != data
    assert "The file is damaged or was cut short." in refusal_of(lying)


def test_an_archive_of_thousands_of_parts():
    stream = io.BytesIO(SMALL)
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"xl/media/{number}.txt", "x")
    assert "Unpacked it would be far larger than any table of patients." in refusal_of(stream.getvalue())


def test_entities_are_not_expanded():
    book = part_of(SMALL, "xl/workbook.xml")
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    hostile = with_part(SMALL, "xl/workbook.xml", laughs + book.split("?>")[-1].replace("Sheet", "&b;"))
    assert "The file is damaged or was cut short." in refusal_of(hostile)


def test_a_sheet_that_reaches_too_far_tells_how_far(monkeypatch):
    monkeypatch.setattr(workbook_child, "MOST_CELLS", 5)
    (entry,) = workbook_child.read_sheets(workbook(*[["id", "age"]] * 3), {}, names_only=False)
    assert entry["far"] == "B3"


def test_a_large_file_may_take_longer_than_a_small_one_that_swells():
    # 100,000 patients with 60 columns take 24 MB, 30,000 of them 7 MB
    assert workbook_child.MOST_CELLS > 100_001 * 60
    assert workbook_child.cpu_seconds(1024**2) == 9
    assert workbook_child.cpu_seconds(7 * 1024**2) > 12
    assert workbook_child.cpu_seconds(24 * 1024**2) > 30
