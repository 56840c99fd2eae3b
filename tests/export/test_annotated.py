"""The reader's own workbook comes back with every query in its place, and nothing else changed."""

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from iren_core.export.annotated import FILLS, QUERIES_SHEET, annotated_workbook
from iren_core.intake import assemble_table, match_columns, read_table

SAMPLES = Path(__file__).parents[2] / "sample_data"


def annotated(data: bytes, name: str, sheet: str | None = None):
    table = read_table(data, name, sheet=sheet)
    assembled = assemble_table(table, match_columns(table))
    made = annotated_workbook(data, table, assembled.problems)
    return openpyxl.load_workbook(io.BytesIO(made)), assembled, made


def test_the_messy_workbook_keeps_every_cell_and_gains_its_marks():
    data = (SAMPLES / "iren_cohort_messy.xlsx").read_bytes()
    book, _, _ = annotated(data, "iren_cohort_messy.xlsx")
    before = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["说明", "患者数据", QUERIES_SHEET]
    for name in before.sheetnames:
        was = [[cell.value for cell in row] for row in before[name].iter_rows()]
        assert [[cell.value for cell in row] for row in book[name].iter_rows()] == was
    marked = [cell for row in book["患者数据"].iter_rows() for cell in row if cell.comment]
    # Row 12 of the sheet, the ninth patient: 38.9 °C typed as 389 (sample_data/README.md).
    # Row 14: a ferritin of 999 ng/mL, which is one, but is what many write for a missing value.
    assert [(cell.value, cell.row) for cell in marked] == [(389, 12), (999, 14)]
    assert book["患者数据"].cell(3, marked[0].column).value == "最高体温(℃)"
    assert marked[0].comment.text.startswith(
        "Error: [最高体温(℃)] Peak temperature lies outside 30 to 44 °C."
    )
    assert marked[0].fill.fgColor.rgb.endswith(FILLS["error"])
    line = [cell.value for cell in book[QUERIES_SHEET][2]]
    assert line[:5] == [marked[0].coordinate, 12, "最高体温(℃)", "389", "Error"]
    assert book.active.title == "患者数据"


def test_rows_and_columns_of_a_text_file_are_kept():
    text = "irEN\n\nid,SCORTEN,,outcome,healing time\n1,3,x,healed,20\n\n2,9,,healed,\n"
    book, assembled, _ = annotated(text.encode(), "mine.csv")
    sheet = book["Cohort"]
    assert [cell.value for cell in sheet[3]] == ["id", "SCORTEN", "column C", "outcome", "healing time"]
    assert [cell.value for cell in sheet[6]] == ["2", "9", None, "healed", None]
    # In the file, row 6 holds the score of 9 (column B) and the healed patient without a day (column E).
    assert sheet["B6"].comment.text.startswith("Error: [SCORTEN] SCORTEN lies outside 0 to 7.")
    assert sheet["E6"].comment.text.startswith(
        "Error: [healing time] The patient healed, but the day is lacking."
    )
    assert len(assembled.problems) == sum(1 for row in sheet.iter_rows() for cell in row if cell.comment)


def test_a_file_whose_names_stand_above_row_1_gets_them_in_row_1():
    frame = pd.DataFrame({"patient_id": ["A", "B"], "scorten": [3.0, 9.0], "age_years": [60.0, 70.0]})
    stream = io.BytesIO()
    frame.to_parquet(stream)
    book, assembled, _ = annotated(stream.getvalue(), "mine.parquet")
    sheet = book["Cohort"]
    assert [cell.value for cell in sheet[1]] == ["patient_id", "scorten", "age_years"]
    assert [cell.value for cell in sheet[3]] == ["B", 9, 70]
    # The score of 9 is row 2 of the file, and row 3 of a sheet with a header.
    assert sheet["B3"].comment.text.startswith("Error: [scorten] SCORTEN lies outside 0 to 7.")
    assert [cell.value for cell in book[QUERIES_SHEET][2]][:2] == ["B3", 2]
    assert len(assembled.problems) == 1


def test_no_cell_can_run_anything():
    text = 'id,age,remark\n"=1+1",500,"=HYPERLINK(""http://192.0.2.1"")"\n-2,60,@SUM(A1)\n'
    book, _, _ = annotated(text.encode(), "mine.csv")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert book["Cohort"]["A2"].value == "=1+1"
    assert book["Cohort"]["A2"].quotePrefix


def test_formulas_of_the_readers_own_come_to_rest():
    own = openpyxl.Workbook()
    for row in (["id", "age", "healing time", "note"], ["1", 50, 20, None], ["2", 500, 30, None]):
        own.active.append(row)
    own.active["D2"] = "=WEBSERVICE(A1)"
    own.active["D3"].value = "=text only"
    own.active["D3"].data_type = "s"
    stream = io.BytesIO()
    own.save(stream)
    book, _, _ = annotated(stream.getvalue(), "mine.xlsx")
    # openpyxl saves no values with its formulas, so the formula itself is what is left, as text.
    assert [(book["Sheet"][place].value, book["Sheet"][place].data_type) for place in ("D2", "D3")] == [
        ("=WEBSERVICE(A1)", "s"),
        ("=text only", "s"),
    ]


def test_a_comment_of_the_readers_own_stays_and_joined_cells_are_marked_once():
    own = openpyxl.Workbook()
    for row in (["id", "age", "scorten"], ["1", 500, 3], ["2", 60, 9], ["3", 61, 3]):
        own.active.append(row)
    own.active["B2"].comment = openpyxl.comments.Comment("Asked the ward.", "me")
    own.active.merge_cells("C3:C4")
    stream = io.BytesIO()
    own.save(stream)
    book, _, _ = annotated(stream.getvalue(), "mine.xlsx")
    said = book["Sheet"]["B2"].comment.text
    assert said.startswith("Asked the ward.\n\nError: [age] Age lies outside 0 to 120 years.")
    assert book["Sheet"]["C3"].comment.text.startswith("Error: [scorten] SCORTEN lies outside 0 to 7.")


def test_a_query_on_a_whole_column_stands_at_its_header():
    data = b"id,CD4 acute (/uL)\n1,35.2\n2,28.1\n3,41\n4,39\n"
    book, _, _ = annotated(data, "mine.csv")
    assert "these look like percentages" in book["Cohort"]["B1"].comment.text


def test_a_query_on_a_field_that_the_file_lacks_stands_at_the_patient():
    data = b"id,healing time,outcome\n1,20,healed\n2,,not healed\n"
    book, _, _ = annotated(data, "mine.csv")
    assert "[Follow-up]" in book["Cohort"]["A3"].comment.text


@pytest.mark.parametrize("name", ["small.xls", "small.ods"])
def test_of_any_other_workbook_an_xlsx_is_made(name: str):
    data = (Path(__file__).parents[1] / "intake" / "files" / name).read_bytes()
    table = read_table(data, name)
    book, _, _ = annotated(data, name)
    sheet = book.worksheets[0]
    assert sheet.title == table.sheet
    row = int(table.rows[0])
    shown = [sheet.cell(row, place + 1).value for place in table.positions]
    assert shown == table.cells.iloc[0].tolist()


def test_the_same_file_gives_the_same_bytes():
    data = (SAMPLES / "iren_cohort_messy.xlsx").read_bytes()
    assert annotated(data, "a.xlsx")[2] == annotated(data, "a.xlsx")[2]


def test_a_table_put_together_from_several_is_written_out_as_it_is():
    data = (SAMPLES / "iren_cohort_messy.xlsx").read_bytes()
    table = read_table(data, "iren_cohort_messy.xlsx")
    joined = replace(table, columns=(*table.columns, "more"), cells=table.cells.assign(**{"more": "x"}))
    joined.cells.columns = range(len(joined.columns))
    problems = assemble_table(joined, match_columns(joined)).problems
    book = openpyxl.load_workbook(io.BytesIO(annotated_workbook(data, joined, problems)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[table.header_row]] == list(joined.columns)
    assert sheet.cell(12, joined.columns.index("最高体温(℃)") + 1).comment


def test_without_the_bytes_a_workbook_is_made():
    table = read_table(b"id,scorten\n1,9\n2,3\n", "mine.csv")
    problems = assemble_table(table, match_columns(table)).problems
    book = openpyxl.load_workbook(io.BytesIO(annotated_workbook(None, table, problems)))
    assert book["Cohort"]["B2"].comment
