"""Cells merged over several rows, and hidden rows."""

import io
import sys
from pathlib import Path

import openpyxl
import pytest

from iren_core.export.annotated import annotated_workbook
from iren_core.intake import assemble

sys.path.insert(0, str(Path(__file__).parent))  # corpus.py, the maker of workbooks

import corpus

HEADER = ["ID", "Age", "Sex", "Group", "detachment (%)"]
ROWS = [
    [1, 50, "F", "steroid", 12],
    [2, 51, "M", None, 8],
    [3, 52, "F", None, 9],
    [4, 60, "F", "steroid + etanercept", 40],
    [5, 61, "F", None, 31],
]


def book(rows, merged=(), **choices):
    return corpus.as_workbook(rows, merged=merged, **choices)


def read(*args, **choices):
    return assemble(book(*args, **choices), "cohort.xlsx")


def test_a_group_merged_down_is_that_of_each_patient_and_said():
    result = read([HEADER, *ROWS], ["D2:D4", "D5:D6"])
    assert result.frame["arm"].tolist() == ["corticosteroid"] * 3 + ["combination"] * 2
    said = "3 cells are merged with the one above, whose value was read for each row; the first in row 3."
    assert said in result.table.assumptions


def test_what_is_not_merged_stays_missing():
    result = read([HEADER, *ROWS], ["D2:D3"])
    assert result.frame["arm"].isna().tolist() == [False, False, True, False, True]


def test_a_share_in_percent_format_counts_as_shown_for_each_row():
    rows = [[1, 50, "F", "steroid", 0.62], [2, 51, "M", "steroid", None], [3, 52, "F", "steroid", 0.4]]
    result = read([HEADER, *rows], ["E2:E3"], percent=["E2", "E4"])
    assert result.frame["detachment_bsa_pct"].tolist() == [62, 62, 40]


def test_names_merged_over_both_lines_of_a_header():
    lines = [
        ["ID", "Age", "Sex", "Acute", None, "Recovery", None],
        [None, None, None, "CRP", "IL-6", "CRP", "IL-6"],
    ]
    patients = [[row, 50 + row, "F", 100, 30, 5, 3] for row in range(1, 5)]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"]
    result = read([*lines, *patients], merged)
    assert result.frame.index.tolist() == [3, 4, 5, 6]
    assert result.frame["crp_mg_l_recovery"].tolist() == [5] * 4
    assert result.frame["il6_pg_ml_acute"].tolist() == [30] * 4


def test_a_title_and_a_note_over_two_rows_stay_one_each():
    rows = [["A cohort of patients"], [], HEADER, *ROWS, ["Note: the detachment is the largest one"], [], []]
    result = read(rows, ["A1:E2", "A9:E11"])
    assert len(result.frame) == 5
    assert result.problems["problem"].str.contains("summary or a note").sum() == 1


@pytest.mark.parametrize("merged", [["D2:D4"], ["D2:E3"]])
def test_queries_about_merged_cells_are_marked_in_the_readers_own_workbook(merged):
    rows = [[1, 50, "F", "xyzzy 1", None], [2, 51, "M", None, None], [3, 52, "F", None, None]]
    data = book([HEADER, *rows], merged)
    result = assemble(data, "cohort.xlsx", codings={})
    marked = annotated_workbook(data, result.table, result.problems)
    assert openpyxl.load_workbook(io.BytesIO(marked)).active["D2"].value == "xyzzy 1"


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ([3], "Row 3 is hidden in the sheet; it was read like the others."),
        ([3, 5, 40], "2 rows are hidden in the sheet, and were read like the others: 3, 5."),
        ([], None),
    ],
)
def test_hidden_rows_are_patients_and_said(hidden, said):
    result = read([HEADER, *ROWS], hidden=hidden)
    assert len(result.frame) == 5
    assert [words for words in result.table.assumptions if "hidden" in words] == [said] * bool(said)


def test_a_unit_merged_over_two_phases_is_that_of_both():
    rows = [["ID", "Age", "CRP acute", "CRP recovery", "Outcome"], [None, "y", "mg/dL", None, None],
            ["P1", 50, 9, 2.1, "healed"], ["P2", 51, 8, 1.1, "died"]]  # fmt: skip
    result = read(rows, ["C2:D2"])
    assert result.frame["crp_mg_l_recovery"].tolist() == [21, 11]
    assert read(rows).frame["crp_mg_l_acute"].tolist() == [90, 80]
