"""Cells with letters that are raised or struck out: footnotes, exponents, corrections."""

import io

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from iren_core.intake import assemble, bulk
from iren_core.intake.read import read_table
from iren_core.intake.rich_text import Run, read_runs

HEADER = ["ID", "Age", "CRP acute (mg/L)", "Ferritin acute (ng/mL)"]
ROWS = [["P1", 50, 36, 529], ["P2", 51, 20, 600], ["P3", 52, 7, 700]]
RAISED, STRUCK = InlineFont(vertAlign="superscript"), InlineFont(strike=True)


def book(cells=(), struck=(), rows=ROWS, header=HEADER):
    """A workbook whose texts stand in its sheet."""
    made = openpyxl.Workbook()
    for row in [header, *rows]:
        made.active.append(row)
    for place, (text, font, more) in dict(cells).items():
        made.active[place] = (
            CellRichText(text, TextBlock(font, more)) if text else CellRichText(TextBlock(font, more))
        )
    for place in struck:
        made.active[place].font = Font(strike=True)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def shared_book(cells=(), rows=ROWS, header=HEADER):
    """A workbook whose texts stand in a list of their own, as Excel saves them."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream)
    sheet = made.add_worksheet()
    raised, struck = made.add_format({"font_script": 1}), made.add_format({"font_strikeout": True})
    for at, row in enumerate([header, *rows]):
        sheet.write_row(at, 0, row)
    for place, (text, font, more) in dict(cells).items():
        sheet.write_rich_string(place, text, raised if font is RAISED else struck, more, " ")
    made.close()
    return stream.getvalue()


@pytest.mark.parametrize("make", [book, shared_book])
def test_a_raised_mark_behind_a_number_is_no_digit_of_it(make):
    result = assemble(
        make({"C2": ("36", RAISED, "2"), "D2": ("529", RAISED, "1"), "C4": ("7", RAISED, "a")}), "c.xlsx"
    )
    assert result.frame["crp_mg_l_acute"].tolist() == [36, 20, 7]
    assert result.frame["ferritin_ng_ml_acute"].tolist() == [529, 600, 700]
    said = (
        "Raised marks of footnotes were left out in C2 (read as “36”), D2 (read as “529”), C4 (read as “7”)."
    )
    assert said in result.table.assumptions
    assert result.problems.empty


def test_a_struck_number_is_no_part_of_the_one_beside_it():
    cells = {"C2": ("28", STRUCK, "36")}
    for data in (book(cells), shared_book(cells)):
        result = assemble(data, "cohort.xlsx")
        assert result.frame["crp_mg_l_acute"].tolist() == [28, 20, 7]
        assert "Text that is struck out was left out in C2 (read as “28”)." in result.table.assumptions


def test_a_cell_struck_out_as_a_whole_is_left_out_and_queried():
    result = assemble(book({"D4": ("", STRUCK, "700")}, struck=["C3"]), "cohort.xlsx")
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [False, True, False]
    assert result.frame["ferritin_ng_ml_acute"].isna().tolist() == [False, False, True]
    queries = result.problems[["row", "column", "value", "problem", "severity"]].values.tolist()
    said = "The cell is struck out. The value was left out."
    assert queries == [
        [3, HEADER[2], "20", said, "error"],
        [4, HEADER[3], "700", said, "error"],
    ]


def test_a_patient_struck_out_is_queried():
    result = assemble(book(struck=["A3", "B3", "C3", "D3"]), "cohort.xlsx")
    assert result.frame["crp_mg_l_acute"].tolist() == [36, 20, 7]
    (query,) = result.problems.itertuples()
    assert (query.row, query.value, query.severity) == (3, "P2", "warning")
    assert query.problem == "This row is struck out; it was counted as a patient."


@pytest.mark.parametrize("make", [book, shared_book])
def test_exponents_in_headers_and_cells_stay_exponents(make):
    header = ["ID", "Age", "x", "BSA (m"]
    rows = [["P1", 50, 5, 1.6], ["P2", 51, 4, 1.7]]
    cells = {
        "C1": ("Lymphocytes acute, 10", RAISED, "9"),
        "C2": ("5.2×10", RAISED, "9"),
        "D1": ("Area m", RAISED, "2"),
    }
    table = read_table(make(cells, rows=rows, header=header), "c.xlsx")
    assert table.columns[2:] == ("Lymphocytes acute, 10^9", "Area m2")
    assert table.cells[2].tolist()[0] == "5.2×10^9"
    assert not any("Raised" in said for said in table.assumptions)


@pytest.mark.parametrize(
    ("before", "raised", "after", "read"),
    [
        ("36", "2", " mg/L", "36 mg/L"),
        ("12.5 ", "*", "", "12.5"),
        ("36", "1,2", "", "36"),
        ("36", "(a)", "", "36"),
        ("SJS", "1", "", "SJS"),
        ("联合组", "1", "", "联合组"),
        ("210", "9", "", "210"),
        ("10", "9", "", "10^9"),
        ("10", "-3", "", "10^-3"),
        ("kg/m", "2", "", "kg/m2"),
        ("1.73m", "2", "", "1.73m2"),
        ("mm", "3", "", "mm3"),
        ("CD4", "+", " T cells", "CD4+ T cells"),
        ("g·L", "-1", "", "g·L-1"),
        ("Patient 1", "st", " visit", "Patient 1st visit"),
        ("", "18", "F", "18F"),
    ],
)
def test_what_is_raised_is_a_mark_or_belongs_to_the_text(before, raised, after, read):
    runs = [Run(before, False, False), Run(raised, True, False), Run(after, False, False)]
    assert read_runs(runs).text == read
    assert read_runs(runs).marked == (raised not in read)


def test_a_large_sheet_is_read_the_same(monkeypatch):
    monkeypatch.setattr(bulk, "FEWEST_ROWS", 10)
    rows = [[f"P{row}", 50, 36, 529] for row in range(1_000)]
    cells = {"C500": ("36", RAISED, "2"), "C600": ("28", STRUCK, "36")}
    for data in (book(cells, struck=["D700"], rows=rows), shared_book(cells, rows=rows)):
        table = read_table(data, "cohort.xlsx")
        assert [table.cells[2][498], table.cells[2][598]] == ["36", "28"]
    queries = read_table(book(cells, struck=["D700"], rows=rows), "c.xlsx").problems
    assert queries[["row", "value"]].values.tolist() == [[700, "529"]]
