"""Workbooks and CSV give numbers back as numbers and never a formula."""

from __future__ import annotations

import csv as csv_reader
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pandas as pd
import pytest

from iren_core.card import Card, Table
from iren_core.errors import CohortError
from iren_core.export.workbook import csv, workbook


def read(*cards: Card) -> Any:
    return openpyxl.load_workbook(BytesIO(workbook(cards)))


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_each_table_has_a_sheet_with_its_numbers(curve_card: Card) -> None:
    book = read(curve_card)
    assert book.sheetnames == ["Contents", "healing", "healing summary", "healing at_risk"]
    summary = rows(book["healing summary"])
    assert summary[0][0] == "Days to healing"
    assert summary[2] == ("Group", "Median")
    assert summary[3:5] == [("A", 14.5), ("B", None)]
    at_risk = rows(book["healing at_risk"])
    assert at_risk[3] == ("SJS", "A", 4, 4, 2, 0)


def test_note_and_provenance_stand_below(curve_card: Card) -> None:
    below = [row[0] for row in rows(read(curve_card)["healing summary"])[5:] if row[0]]
    assert below == ["By Kaplan-Meier.", curve_card.provenance]


def test_the_contents_lead_to_every_sheet(curve_card: Card) -> None:
    sheet = read(curve_card)["Contents"]
    assert rows(sheet)[0] == ("Sheet", "Question", "Table", "Finding", "Provenance")
    assert rows(sheet)[1][:3] == ("healing", curve_card.title, "The answer as shown")
    assert rows(sheet)[2] == (
        "healing summary",
        curve_card.title,
        "Days to healing",
        curve_card.finding,
        curve_card.provenance,
    )
    assert sheet["A3"].hyperlink.location == "'healing summary'!A1"


def test_the_answer_stands_on_a_sheet_as_it_is_shown(curve_card: Card) -> None:
    shown = pd.DataFrame(
        {"Group": ["A", "B"], "Patients": ["14", "−2.5"], "Median": ["14 (12 to 17)", "=1+1"]}
    )
    behind = replace(curve_card.tables[1], behind=True)
    card = replace(curve_card, tables=(Table("main", "Main", shown, shown, "By hand."), behind))
    sheet = rows(read(card)["healing"])
    assert [row[0] for row in sheet[:3]] == [card.title, card.finding, card.caption]
    place = [row[0] for row in sheet].index("Main")
    assert sheet[place + 1][:3] == ("Group", "Patients", "Median")
    assert sheet[place + 2][:3] == ("A", 14, "14 (12 to 17)")
    assert sheet[place + 3][:3] == ("B", -2.5, "=1+1")
    below = [row[0] for row in sheet[place + 4 :] if row[0]]
    assert below == [
        "By hand.", "Read with care", *card.notes, "How this was made", card.methods, card.provenance,
    ]  # fmt: skip


def test_patients_behind_a_card_have_a_sheet_of_their_own(curve_card: Card, hostile_table: Table) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook([curve_card, curve_card], [hostile_table, None])))
    assert book.sheetnames[4] == "healing hostile"
    assert "healing hostile 2" not in book.sheetnames
    assert {cell.data_type for row in book["healing hostile"].iter_rows() for cell in row} <= {"s", "n"}


def test_the_same_question_twice_gets_sheets_of_its_own(curve_card: Card) -> None:
    long_key = replace(curve_card, key="a very long key: of [a] question/answer")
    names = read(curve_card, curve_card, long_key, long_key).sheetnames
    assert names[4:7] == ["healing 2", "healing summary 2", "healing at_risk 2"]
    assert len(set(names)) == 13
    assert all(len(name) <= 31 for name in names)


def test_no_cell_of_a_workbook_is_a_formula(curve_card: Card, hostile_table: Table) -> None:
    hostile = replace(curve_card, tables=(hostile_table,), finding="=1+1", provenance="@SUM(1)")
    cells = [
        cell for sheet in read(hostile) for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1" in [cell.value for cell in cells]


def test_numbers_come_back_to_the_sixteen_digits_of_a_workbook(
    curve_card: Card, hostile_table: Table
) -> None:
    sheet = read(replace(curve_card, tables=(hostile_table,)))["healing hostile"]
    assert [row[1] for row in rows(sheet)[3:7]] == pytest.approx(
        [-1.5, 0.1 + 0.2, 1e-300, 7], rel=1e-15, abs=0
    )
    assert rows(sheet)[7][1] is None


def test_cells_of_every_kind(curve_card: Card) -> None:
    kinds = pd.DataFrame(
        {
            "flag": pd.array([True, None], dtype="boolean"),
            "count": pd.array([3, None], dtype="Int64"),
            "day": pd.to_datetime(["2024-03-01", None]),
            "group": pd.Categorical(["SJS", None]),
            "bound": [float("inf"), float("-inf")],
        }
    )
    sheet = read(replace(curve_card, tables=(Table("kinds", "Kinds", kinds.astype(str), kinds),)))[
        "healing kinds"
    ]
    assert rows(sheet)[3] == (True, 3, "2024-03-01", "SJS", "infinite")
    assert rows(sheet)[4] == (None, None, None, None, "minus infinite")


def test_csv_makes_words_harmless_and_keeps_numbers(hostile_table: Table) -> None:
    lines = list(
        csv_reader.reader(StringIO(csv(hostile_table, "cohort.csv").decode("utf-8-sig"), newline=""))
    )
    assert lines[0] == ["'=A1", "number"]
    assert [line[0] for line in lines[1:-1]] == [
        "'=1+1", "'+cmd", "'-2+3", "'@SUM(A1)", "'\t=1", "'\r=1", "' =1", "'＝1", "治疗", "plain",
    ]  # fmt: skip
    assert [float(line[1]) for line in lines[1:5]] == [-1.5, 0.1 + 0.2, 1e-300, 7]
    assert lines[5][1] == ""
    assert lines[-1] == ["# cohort.csv"]


def test_excel_reads_the_csv_as_utf_8(hostile_table: Table) -> None:
    assert csv(hostile_table, "cohort.csv").startswith(b"\xef\xbb\xbf")


def test_the_same_cards_give_the_same_bytes(curve_card: Card) -> None:
    assert workbook([curve_card]) == workbook([curve_card])


def test_no_card_is_named() -> None:
    with pytest.raises(CohortError, match="There is no answer to put in it"):
        workbook([])
