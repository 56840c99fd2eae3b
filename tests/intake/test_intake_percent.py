"""Cells in percent format: a workbook shows "62%" and stores 0.62."""

import io
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from iren_core.intake import assemble
from iren_core.intake.workbook_child import scan_sheet

sys.path.insert(0, str(Path(__file__).parent))  # archive.py

from archive import part_of, with_parts

SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["id", "detachment (%)", "age", "CD4 acute", "fever"]
ROWS = [
    ["A", 0.62, 50, 350, 1],
    ["B", 8, 60, 0.35, 1],
    ["C", "35%", 61, 320, 0],
    ["D", 0.5, 62, 310, 0],
]
#: The cells that are shown as a percentage, and how.
SHOWN = {"B2": "0%", "B3": "General", "B5": "0.0%", "C3": "0%", "D3": '0.00" of 100"\\ %', "E2": "0%"}


def book(formats=SHOWN, rows=ROWS):
    made = openpyxl.Workbook()
    for row in [HEADER, *rows]:
        made.active.append(row)
    for place, shown in formats.items():
        made.active[place].number_format = shown
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def shares(result):
    return result.frame["detachment_bsa_pct"].tolist()


def test_a_percent_format_counts_beside_plain_numbers_and_text():
    result = assemble(book(), "cohort.xlsx")
    assert shares(result) == [62, 8, 35, 50]
    assert result.frame["diagnosis"].tolist() == ["TEN", "SJS", "TEN", "TEN"]
    said = "In “detachment (%)” 2 cells are in percent format, which stores a share of 1: row 2, 0.62 became 62 %."
    assert said in result.table.assumptions


def test_other_fields_take_the_number_behind_the_format():
    result = assemble(book(), "cohort.xlsx")
    assert result.frame["age_years"].tolist() == [50, 60, 61, 62]
    assert result.frame["cd4_cells_ul_acute"].dropna().tolist() == [350, 320, 310]
    assert result.frame["fever"].tolist() == [True, True, False, False]
    found = result.problems[result.problems["row"] == 3]
    noted = found[found["problem"].str.contains("percent format")]
    assert noted[["column", "value", "problem"]].to_numpy().tolist() == [
        ["age", "6000%", "The cell is in percent format; it was read as the number 60."],
        ["CD4 acute", "35%", "The cell is in percent format and shows 35%. The value was left out."],
    ]


def test_a_percent_sign_that_is_only_written_or_escaped_is_no_percent_format():
    result = assemble(book({"B2": '0.00" %"', "B5": "0.0\\%"}), "cohort.xlsx")
    assert shares(result) == [0.62, 8, 35, 0.5]


def test_a_percentage_above_100_is_a_query_and_shows_what_the_cell_shows():
    result = assemble(book({"B3": "0%"}), "cohort.xlsx")
    (query,) = result.problems[result.problems["problem"].str.contains("outside")].to_dict("records")
    assert (query["row"], query["value"], query["severity"]) == (3, "800%", "error")


def test_a_column_that_names_fractions_is_not_multiplied_twice():
    rows = [["A", 0.62, 50, 350, 1], ["B", 0.08, 51, 340, 1]]
    renamed = openpyxl.load_workbook(io.BytesIO(book({"B2": "0%"}, rows)))
    renamed.active["B1"] = "detachment (fraction)"
    stream = io.BytesIO()
    renamed.save(stream)
    assert shares(assemble(stream.getvalue(), "cohort.xlsx")) == [62, 8]


def test_the_same_in_a_sheet_that_is_read_column_by_column():
    rows = [[f"P{i}", 0.62 if i % 2 else 8, 50, 350, 1] for i in range(2_500)]
    formats = {f"B{i + 2}": "0%" for i in range(2_500) if i % 2}
    result = assemble(book(formats, rows), "cohort.xlsx")
    assert shares(result) == [62 if i % 2 else 8 for i in range(2_500)]


def open_document(rows):
    """A spreadsheet of LibreOffice; each cell is its XML."""
    cells = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def text(words):
    return f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'


def number(value, kind="float", repeated=1):
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="{kind}" '
        f'office:value="{value}"><text:p>x</text:p></table:table-cell>'
    )


def test_the_same_in_an_open_document():
    data = open_document(
        [
            ["<table:table-cell/>", *map(text, ("id", "erythema (%)", "detachment (%)"))],
            ["<table:table-cell/>", text("A"), number(0.62, "percentage", repeated=2)],
            ["<table:table-cell/>", text("B"), number(80), number(8)],
            ["<table:table-cell/>", text("C"), number(0.7, "percentage"), number(0.5)],
        ]
    )
    result = assemble(data, "cohort.ods")
    assert shares(result) == [62, 8, 0.5]
    assert result.frame["erythema_bsa_pct"].tolist() == [62, 80, 70]


@pytest.mark.parametrize("ending", ["csv", "xls"])
def test_a_share_among_percentages_is_asked_about_where_no_format_tells(ending):
    lines = ["id,detachment (%)", "A,0.62", "B,8", "C,35", "D,40"]
    result = assemble("\n".join(lines).encode(), f"cohort.{ending}")
    assert shares(result) == [0.62, 8, 35, 40]
    (query,) = result.problems[result.problems["problem"].str.contains("share of 1")].to_dict("records")
    assert (query["row"], query["value"], query["severity"]) == (2, "0.62", "warning")
    assert query["problem"] == (
        "The value is 0.62 among values up to 40: is it 0.62 %, or 62 % written as a share of 1? It was kept as 0.62 %."
    )
    assert query["advice"] == "Look it up, and write 62 into the cell if that is meant."


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_a_sheet_is_searched_in_pieces_wherever_they_are_cut(size):
    xml = b'<sheetData><row r="2" s="3"><c r="A2" s="1"><v>1</v></c>'
    xml += b'<c r="C2" t="n" s="3"><v>0.5</v></c><c r="D2" s="3"/></row>'
    xml += b'<row r="12"><c s="13" r="A12"><v>1</v></c><c s="3" r="AB12"><v>0.1</v></c></row></sheetData>'
    pieces = [xml[start : start + size] for start in range(0, len(xml), size)]
    percent = scan_sheet(lambda: pieces, {b"3"}).percent
    assert {column: rows.tolist() for column, rows in percent.items()} == {2: [1], 27: [11]}


@pytest.mark.parametrize("place", ["Z9", "A9", "Z3", "ZZ900"])
def test_empty_cells_in_percent_format_beyond_the_values_are_no_cells(place):
    letters, number = place.rstrip("0123456789"), place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    sheet = part_of(book(), SHEET)
    style = sheet.split('r="B2" s="')[1].split('"')[0]
    row = f'<row r="{number}"><c r="{letters}{number}" s="{style}"></c></row></sheetData>'
    data = with_parts(book(), {SHEET: sheet.replace("</sheetData>", row)})
    assert shares(assemble(data, "cohort.xlsx")) == [62, 8, 35, 50]
