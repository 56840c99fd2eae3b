"""A newer file is told from the older one: patients, cells, fields, and what became of the answer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from iren_core import read_cohort
from iren_core.analyses.changes import compare_cohorts, summary
from iren_core.cohort import Cohort

SAMPLE = Path(__file__).parents[2] / "sample_data" / "iren_cohort.csv"
LINES = SAMPLE.read_text(encoding="utf-8").splitlines()
HEADER = LINES[0].split(",")


def cohort(lines: list[str], name: str = "cohort.csv", **reading) -> Cohort:
    return read_cohort(("\n".join(lines) + "\n").encode(), name, **reading)


def with_cell(lines: list[str], row: int, field: str, value: str) -> list[str]:
    cells = lines[row].split(",")
    cells[HEADER.index(field)] = value
    return [*lines[:row], ",".join(cells), *lines[row + 1 :]]


@pytest.fixture(scope="module")
def before() -> Cohort:
    return cohort(LINES)


def test_the_same_file_changes_nothing(before):
    changes = compare_cohorts(before, cohort(LINES, "again.csv"))
    assert not changes
    assert changes.headline_before == changes.headline_after
    assert summary(changes) == ("32 patients before, 32 now.", "No cell differs.")


def test_an_edited_cell_is_told_with_both_values_and_the_answer_moves(before):
    # S15 in the sample: healed on day 9 of corticosteroids alone.
    row = next(row for row, line in enumerate(LINES) if line.startswith("S15,"))
    old = LINES[row].split(",")[HEADER.index("reepithelization_days")]
    lines = with_cell(LINES, row, "reepithelization_days", "47")
    lines = with_cell(lines, row, "date_healing", "")
    lines = with_cell(lines, row, "sex", "")
    changes = compare_cohorts(before, cohort(lines))
    edited = changes.edited.set_index("field")
    assert set(edited["patient"]) == {"S15"}
    assert edited.loc["Time to re-epithelization (days)", ["before", "after"]].tolist() == [old, "47"]
    assert edited.loc["Sex", "after"] == ""
    assert edited.loc["Sex", "before"] in ("female", "male")
    assert changes.headline_before != changes.headline_after
    assert "p < 0.001" in changes.headline_before


def test_patients_added_and_removed_are_named_and_order_means_nothing(before):
    new = LINES[1].replace("S01,", "S99,", 1)
    lines = [LINES[0], new, *reversed(LINES[2:])]
    changes = compare_cohorts(before, cohort(lines))
    assert (changes.added, changes.removed) == (("S99",), ("S01",))
    assert changes.edited.empty
    assert "New: 1 patient (S99)." in summary(changes)
    assert "No longer there: 1 patient (S01)." in summary(changes)


def test_a_column_more_or_less_is_one_line_not_one_a_patient(before):
    place = HEADER.index("albumin_g_l")
    lines = list(csv.reader(LINES))
    for at, cells in enumerate(lines):
        cells[place] = "alden" if at == 0 else "4"
    changes = compare_cohorts(before, cohort(["\t".join(cells) for cells in lines]))
    assert (changes.fields_added, changes.fields_removed) == (("ALDEN score",), ("Albumin",))
    assert changes.edited.empty


def test_a_limit_is_a_value_of_its_own():
    first = cohort(
        ["id,CRP acute,healing time,outcome", "1,<5,20,healed", "2,8,21,healed", "3,0.3,22,healed"]
    )
    second = cohort(
        ["id,CRP acute,healing time,outcome", "1,<3,20,healed", "2,<8,21,healed", "3,0.30,22,healed"]
    )
    edited = compare_cohorts(first, second).edited
    assert edited[["patient", "before", "after"]].to_numpy().tolist() == [["1", "<5", "<3"], ["2", "8", "<8"]]


def test_study_numbers_are_matched_by_what_they_stand_for():
    head = "MRN,age,healing time,outcome"
    rows = ["204501,50,20,healed", "204502,60,25,healed", "204503,61,26,healed"]
    first = cohort([head, *rows], study_numbers=True)
    second = cohort([head, "204599,40,30,healed", *rows], study_numbers=True)
    own = [["204501", "204502", "204503"], ["204599", "204501", "204502", "204503"]]
    changes = compare_cohorts(first, second, identities=(own[0], own[1]))
    assert changes.added == ("1",)
    assert changes.removed == ()
    assert changes.edited.empty
    assert not any(secret in str(summary(changes)) for secret in (*own[0], *own[1]))


def test_numbers_that_stand_twice_are_paired_in_order():
    head = "id,age,healing time,outcome"
    first = cohort([head, "1,50,20,healed", "1,60,25,healed"])
    second = cohort([head, "1,50,20,healed", "1,61,25,healed"])
    changes = compare_cohorts(first, second)
    assert changes.repeated == ("1",)
    assert changes.edited.to_numpy().tolist() == [["1", "Age (years)", "60", "61"]]


def test_files_without_numbers_are_compared_row_by_row():
    head = "age,healing time,outcome"
    changes = compare_cohorts(cohort([head, "50,20,healed"]), cohort([head, "51,20,healed"]))
    assert changes.by_row
    assert any("compared by their place" in sentence for sentence in summary(changes))


def test_a_cohort_that_cannot_answer_says_so_in_the_headline(before):
    changes = compare_cohorts(before, cohort(["id,age", "S01,50"]))
    assert changes.headline_after.startswith("Healing curves need")
