"""A patient entered twice counts twice until a row is left out, which is said and recorded."""

import json

import pytest

from iren_core import CohortError, read_cohort
from iren_core.analyses import healing
from iren_core.analyses.changes import compare_cohorts, summary
from iren_core.bundle import Recipe, replay
from iren_core.bundle.python_script import python_script

HEAD = "patient_id,arm,reepithelization_days,outcome,age_years,bmi,scorten,diagnosis,detachment_bsa_pct\n"
ROWS = [
    f"P{i},{'combination' if i % 2 else 'corticosteroid'},{10 + i},healed,{50 + i},2{i},3,TEN,4{i}\n"
    for i in range(8)
]
#: P3 again under its own number with another age, and P5 with every value under another number.
AGAIN = [ROWS[3].replace(",53,", ",54,"), ROWS[5].replace("P5", "P9")]
DATA = (HEAD + "".join(ROWS + AGAIN)).encode()
TWICE = (
    "2 rows count a patient again: "
    "row 10 seems to be the patient of row 5, row 11 seems to be the patient of row 7."
)


def test_it_is_said_that_a_patient_counts_twice():
    cohort = read_cohort(DATA, "cohort.csv")
    assert len(cohort) == 10
    assert TWICE in cohort.source.assumptions


def test_rows_left_out_are_recorded_said_and_counted_no_more():
    cohort = read_cohort(DATA, "cohort.csv", left_out_rows=(11, 10))
    assert cohort.frame.index.tolist() == list(range(2, 10))
    assert cohort.n_total == cohort.source.rows_read == 8
    assert "Left out by the reader as a patient entered twice: rows 10, 11." in cohort.source.assumptions
    assert not any("again" in sentence for sentence in cohort.source.assumptions)
    assert cohort.source.reading == {"left_out_rows": (10, 11)}
    assert not cohort.problems["row"].isin([10, 11]).any()


def test_settings_code_and_replay_leave_them_out_too():
    card = healing.card(read_cohort(DATA, "cohort.csv", left_out_rows=(10, 11)))
    recipe = Recipe.from_json(Recipe.of([card]).to_json())
    assert json.loads(Recipe.of([card]).to_json())["files"][0]["reading"] == {"left_out_rows": [10, 11]}
    made = replay(recipe, DATA, "cohort.csv")
    assert made.remarks == ()
    assert [one.finding for one in made.cards] == [card.finding]
    assert made.cards[0].provenance == card.provenance
    assert "left_out_rows=(10, 11)" in python_script([card], "0")


def test_a_row_that_is_not_there_is_refused():
    with pytest.raises(CohortError, match="has no patient in row 99"):
        read_cohort(DATA, "cohort.csv", left_out_rows=(99,))


def test_a_newer_file_without_the_second_row_keeps_the_patient():
    before = read_cohort(DATA, "cohort.csv")
    after = read_cohort((HEAD + "".join(ROWS[1:])).encode(), "newer.csv")
    said = summary(compare_cohorts(before, after))
    assert "No longer there: 2 patients (P0 and P9)." in said
    assert "1 row fewer of patients who stand in both files (P3)." in said
    back = summary(compare_cohorts(after, before))
    assert "New: 2 patients (P0 and P9)." in back
    assert "1 row more of patients who stand in both files (P3)." in back


def test_a_ditto_mark_below_a_row_that_is_left_out_still_means_that_row():
    text = "id,age,sex\nP1,50,F\nP2,60,M\nP3,〃,〃\n"
    result = read_cohort(text.encode(), "cohort.csv", left_out_rows=[3])
    assert result.frame["age_years"].tolist() == [50, 60]
    assert result.frame["sex"].tolist() == ["female", "male"]
