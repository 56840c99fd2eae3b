"""Large tables are read column by column; the result is that of reading line by line."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from iren_core.errors import UnreadableFile
from iren_core.intake import assemble, bulk, read_table, text
from iren_core.intake.workbook import read_workbook

ROWS = bulk.FEWEST_ROWS + 500


def lines(rows=ROWS):
    """A cohort with blanks, blanks around values, limits, and a Chinese column."""
    draw = np.random.default_rng(20241123)
    yield "patient_id,性别,age_years,crp_mg_l_acute,outcome,"
    for row in range(rows):
        crp = draw.choice(["<0.5", " 12.5 ", "", "1e2", "300.25"])
        yield f"{row:05d},{draw.choice(['男', '女'])},{draw.integers(18, 90)},{crp},{draw.choice(['healed', 'died'])},"


def edited(**changes):
    """The lines with some of them exchanged, joined."""
    rows = list(lines())
    for number, row in changes.items():
        rows[int(number[1:])] = row
    return "\n".join(rows) + "\n"


VARIANTS = {
    "plain": edited(),
    "line ends of Windows": edited().replace("\n", "\r\n"),
    "blank rows": edited(_900=",,,,,", _1500=",,,,,", _2400=",,,,,"),
    "blank lines": edited(_900=""),
    "trailing blank rows": edited() + ",,,,,\n,,,,,\n",
    "a lone value": edited(_2000="a note,,,,,"),
    "a repeated header": edited(_1200=next(lines())),
    "subtotals": edited(_800="Subtotal,,412,,,", _1600="小计,,399,,,", _2100="n = 12,,,,,"),
    "a row too long": edited(_1700="x,男,50,1,died,,,9"),
    "a value beside the table": edited(_1700="x,男,50,1,died,9"),
    "quotation marks": edited(_1700='x,"男",50,"1,5",died,', _1800='"a ""b""",男,"",1,died,""'),
    "a quoted header": edited(_0=",".join(f'"{name}"' for name in next(lines()).split(","))),
    "a quotation mark out of place": edited(_1700='x,5",50,1,died,'),
    "a quotation that ends too early": edited(_1700='x,"男"女,50,1,died,'),
    "a line break in a quotation": edited(_1700='x,"男\n女",50,1,died,'),
    "characters that cannot be printed": edited(_1700="x\x0b,男,50,1,died,"),
    "a title and a comment": "# a comment\nthe cohort,,,,,\n" + edited(),
    "units under the header": edited(_1=",,years,mg/L,,"),
}


def line_by_line(monkeypatch, data, filename):
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "FEWEST_ROWS", 10**9)
        return read_table(data, filename)


def same(one, other):
    assert one.columns == other.columns
    assert one.assumptions == other.assumptions
    assert one.header_row == other.header_row
    np.testing.assert_array_equal(one.rows, other.rows)
    pd.testing.assert_frame_equal(one.cells, other.cells)
    pd.testing.assert_frame_equal(one.problems, other.problems)


@pytest.mark.parametrize("name", VARIANTS)
def test_text_column_by_column_is_text_line_by_line(monkeypatch, name):
    data = VARIANTS[name].encode()
    same(read_table(data, "a.csv"), line_by_line(monkeypatch, data, "a.csv"))


def test_regular_text_is_read_column_by_column():
    for name in (
        "plain", "line ends of Windows", "blank rows", "a lone value", "a title and a comment", "quotation marks",
        "a quoted header", "subtotals",
    ):  # fmt: skip
        start = 1 if "comment" in name else 0
        assert bulk.grid_of_text(VARIANTS[name], ",", start) is not None, name
    for name in (
        "a quotation mark out of place", "a quotation that ends too early", "a line break in a quotation",
    ):  # fmt: skip
        assert bulk.grid_of_text(VARIANTS[name], ",", 0) is None, name


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_known_of_the_columns_is_what_stands_in_them(name):
    table = read_table(VARIANTS[name].encode(), "a.csv")
    for place in table.cells:
        found = table.distinct(place)
        assert found.spread(found.values).tolist() == table.cells[place].tolist()
        assert len(set(found.values)) == len(found.values)
        assert set(found.values) - {None} == set(table.cells[place].dropna())


def test_a_sheet_column_by_column_is_a_sheet_row_by_row(monkeypatch):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("数据")
    for row, line in enumerate(lines()):
        for column, cell in enumerate(line.split(",")):
            if cell:
                sheet.write(row + 2, column + 1, float(cell) if cell.replace(".", "").isdigit() else cell)
    sheet.write_formula("E900", "=1/0", None, "#DIV/0!")
    sheet.write_datetime("G1000", pd.Timestamp("2023-03-05"), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    data = stream.getvalue()
    table = read_table(data, "a.xlsx")
    same(table, line_by_line(monkeypatch, data, "a.xlsx"))
    assert table.problems["problem"].tolist() == ["The cell shows the error #DIV/0!."]
    assert table.rows[0] == 4


def random_sheet(seed):
    """A workbook with a table somewhere on its sheet, and much beside patients in it."""
    draw = np.random.default_rng(seed)
    top, left = int(draw.integers(0, 4)), int(draw.integers(0, 3))
    header = ["id", "age", "sex", "CRP acute", "BSA (%)", "remarks", "outcome"][: draw.integers(3, 8)]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
    if top and draw.random() < 0.5:
        sheet.write(0, left, "A cohort")
    sheet.write_row(top, left, header)
    share = draw.choice([0.02, 0.5, 0.95])  # of cells that are empty
    for row in range(top + 1, top + 1 + int(draw.integers(2_000, 2_400))):
        kind = draw.choice(["patient", "blank", "header", "lone"], p=[0.9, 0.06, 0.01, 0.03])
        if kind == "header":
            sheet.write_row(row, left, header)
        elif kind == "lone":
            sheet.write(row, left + int(draw.integers(len(header))), draw.choice(["x", "a longer note here"]))
        for column in range(left, left + len(header)) if kind == "patient" else ():
            cell = draw.choice(
                ["number", "text", "error", "percent", "odd", "empty text"], p=[0.6, 0.3, *[0.025] * 4]
            )
            if draw.random() < share:
                continue
            if cell in ("number", "percent"):
                sheet.write_number(
                    row, column, float(draw.integers(100)), percent if cell == "percent" else None
                )
            elif cell in ("error", "empty text"):
                sheet.write_formula(row, column, "=A1/0", None, "#DIV/0!" if cell == "error" else "")
            else:
                sheet.write(
                    row, column, "a_x000B_ b" if cell == "odd" else str(draw.choice(["F", "rash", " x "]))
                )
    if draw.random() < 0.5:
        sheet.write(2_500, left, "Note: P7 was transferred")
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize("seed", range(12))
def test_any_sheet_column_by_column_is_that_sheet_row_by_row(monkeypatch, seed):
    data = random_sheet(seed)
    same(read_table(data, "a.xlsx"), line_by_line(monkeypatch, data, "a.xlsx"))
    (sheet,) = read_workbook(data, "a.xlsx")
    assert bulk.lay_out_grid(bulk.grid_of_sheet(sheet), ragged=False) is not None


def test_a_subtotal_in_a_large_file_is_no_patient():
    frame = assemble(VARIANTS["subtotals"].encode(), "a.csv").frame
    assert len(frame) == ROWS - 3
    assert not {801, 1601, 2101} & {*frame.index}


def test_every_patient_of_a_large_file_arrives():
    frame = assemble(VARIANTS["plain"].encode(), "a.csv").frame
    assert len(frame) == ROWS
    assert frame["patient_id"].tolist() == [f"{row:05d}" for row in range(ROWS)]
    ages = [int(line.split(",")[2]) for line in list(lines())[1:]]
    assert frame["age_years"].tolist() == ages


def test_a_text_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(text, "MOST_CELLS", 5_000)
    with pytest.raises(UnreadableFile, match="more than 5,000 cells"):
        read_table(VARIANTS["plain"].encode(), "a.csv")


def test_a_text_of_too_many_rows_is_refused():
    with pytest.raises(UnreadableFile, match="more than 200,000 rows"):
        read_table(b"id,age\n" + b"1,50\n" * 200_001, "a.csv")


def test_an_irregular_text_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(text, "MOST_CELLS_BY_LINE", 5_000)
    with pytest.raises(UnreadableFile, match="more than 5,000 cells in rows of different length"):
        read_table((VARIANTS["plain"] + "more,\n").encode(), "a.csv")
