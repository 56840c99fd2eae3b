"""Tables joined by patient number, and lists of measurements turned into one row a patient."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from iren_core.errors import CohortError, NoTable
from iren_core.intake import assemble_table, match_columns, read_table, read_tables
from iren_core.intake.convert import MARKS
from iren_core.intake.join import join, link, same_columns
from iren_core.intake.keys import likely_keys
from iren_core.intake.longform import long_form, one_row_a_patient, patient_dates

from ..conftest import workbook_of

PATIENTS = """patient_id,sex,age_years,date_steroid_start,date_stabilization
P01,male,61,2023-03-01,2023-03-10
P02,female,48,2023-04-01,2023-04-08
P03,female,70,2023-05-01,
P04,male,55,,
"""
WIDE = """编号,白蛋白(g/L),age
p02,33,48
P01,39,60
P05,30,44
P03,31,70
P03,29,
,28,
"""
LONG = """patient_id,test,sample date,result,unit
P01,CRP,2023-03-02,112,mg/L
P01,CRP,2023-03-03,90,mg/L
P01,CRP,2023-03-18,12,mg/L
P01,CRP,2023-03-30,3,mg/L
P01,IL-6,2023-03-02,<1.5,pg/mL
P01,LDH,2023-03-02,300,U/L
P02,CRP,2023-04-05,8.0,mg/dL
P02,CRP,2023-04-20,0.4,mg/dL
P03,CRP,2023-04-30,77,mg/L
P03,CRP,2023-05-20,5,mg/L
P04,CRP,2023-06-01,66,mg/L
P04,Albumin,2023-06-01,3.1,g/dL
"""


def table(text, name="a.csv"):
    return read_table(text.encode(), name)


def both(left=PATIENTS, right=WIDE):
    first, second = table(left, "patients.csv"), table(right, "labs.csv")
    return first, second, match_columns(first), match_columns(second)


def joined(**choices):
    first, second, ours, theirs = both()
    found = link(first, second, *likely_keys(first, second, ours, theirs))
    return join(first, second, found, same=same_columns(ours, theirs), **choices)


def values(whole, field):
    frame = assemble_table(whole, match_columns(whole)).frame
    return {
        who: None if pd.isna(value) else value
        for who, value in zip(frame["patient_id"], frame[field], strict=True)
    }


def test_who_meets_whom_is_told_before_anything_is_joined():
    first, second, ours, theirs = both()
    found = link(first, second, *likely_keys(first, second, ours, theirs))
    assert found.matched == 3
    assert found.only_first == ("P04",)
    assert found.only_second == ("P05",)
    assert found.repeated == {"P03": (5, 6)}
    assert found.unnumbered == (7,)


def test_columns_stand_beside_each_other_and_nothing_is_lost():
    whole = joined()
    assert values(whole, "albumin_g_l") == {"P01": 39.0, "P02": 33.0, "P03": None, "P04": None, "P05": 30.0}
    assert values(whole, "age_years") == {"P01": 61.0, "P02": 48.0, "P03": 70.0, "P04": 55.0, "P05": 44.0}
    said = " ".join(whole.assumptions)
    assert "3 patients stand in both, 1 only in “patients.csv”, 1 only in “labs.csv”" in said
    assert "Only in “patients.csv”, so without the columns of “labs.csv”: P04." in said
    assert "Only in “labs.csv”, added below, from row 6: P05." in said
    assert "Several rows in “labs.csv” for P03; taken: none of them (left empty)." in said
    assert "Rows of “labs.csv” without a patient number belong to nobody and were not used: 7." in said


def test_where_the_tables_differ_a_query_says_so():
    queries = joined().problems
    assert queries[["row", "column", "value"]].values.tolist() == [[2, "age_years", "61"]]
    assert "“labs.csv” gives 60 instead" in queries["problem"].item()


@pytest.mark.parametrize(("repeated", "albumin"), [("first", 31.0), ("last", 29.0), ("fullest", 31.0)])
def test_of_several_rows_the_reader_takes_one(repeated, albumin):
    assert values(joined(repeated=repeated), "albumin_g_l")["P03"] == albumin


def test_patients_of_the_second_table_can_be_left_out_and_are_named():
    whole = joined(unmatched="leave out")
    assert len(whole.cells) == 4
    assert "Only in “labs.csv”, left out, as you chose: P05." in " ".join(whole.assumptions)


def test_the_same_field_in_another_unit_is_not_mixed():
    first, second, ours, theirs = both(
        "patient_id,albumin (g/L)\n1,39\n2,33\n", "patient_id,albumin (g/dL)\n1,3.9\n2,3\n"
    )
    assert same_columns(ours, theirs) == {}
    whole = join(first, second, link(first, second, 0, 0))
    assert values(whole, "albumin_g_l") == {"1": 39.0, "2": 33.0}


def test_leading_zeros_do_not_part_a_patient_from_his_values():
    first, second = table("patient_id,sex\n001,male\n002,female\n"), table("patient_id,albumin\n1,39\n2,33\n")
    found = link(first, second, 0, 0)
    assert (found.matched, found.loose) == (2, True)
    whole = join(first, second, found)
    assert values(whole, "albumin_g_l") == {"001": 39.0, "002": 33.0}
    assert "without their leading zeros" in " ".join(whole.assumptions)


def test_zeros_that_tell_patients_apart_are_kept():
    first, second = table("patient_id,sex\n01,male\n1,female\n"), table("patient_id,albumin\n1,39\n2,33\n")
    assert not link(first, second, 0, 0).loose


def test_a_number_under_an_unknown_name_is_found_by_its_values():
    first, second, ours, theirs = both(PATIENTS, "who,albumin\nP01,39\nP02,33\nP03,31\n")
    assert likely_keys(first, second, ours, theirs) == (0, 0)
    assert likely_keys(first, *both(PATIENTS, "who,albumin\nX,39\nY,33\nZ,31\n")[1:2], ours, ()) is None


def test_tables_of_other_patients_are_not_joined():
    first, second, *_ = both(PATIENTS, "patient_id,albumin\nX1,39\nX2,33\n")
    with pytest.raises(CohortError, match="no patient number in common"):
        join(first, second, link(first, second, 0, 0))


def test_every_sheet_of_a_workbook_is_a_table_the_patients_first():
    tables = read_tables(workbook_of(Notes="a note", Labs=LONG, Patients=PATIENTS), "a.xlsx")
    names = [getattr(each, "sheet", str(each)) for each in tables]
    assert names[0] == "Patients"
    assert "Labs" in names
    assert "It holds no row under its header" in next(name for name in names if "Notes" in name)


NOTES = {
    "a line": "Taken from the charts by two people",
    "lines": "Taken from the charts\nby two people\n\nSee the protocol",
    "nothing": "",
    "a header": "patient_id,arm",
}


@pytest.mark.parametrize("text", NOTES.values(), ids=NOTES.keys())
def test_a_sheet_without_a_table_beside_the_patients_is_named_and_stands_in_nobody_s_way(text):
    data = workbook_of(Notes=text, Patients=PATIENTS)
    # a copy, as the page's cache makes one
    first, *others = pickle.loads(pickle.dumps(read_tables(data, "a.xlsx")))
    assert (first.sheet, len(first.cells)) == ("Patients", 4)
    assert [type(other) for other in others] == [NoTable]
    assert "Not read, for there is no table in it: “Notes”." in first.assumptions
    # and two such workbooks are joined like any other
    second = read_tables(workbook_of(Notes=text, Labs="patient_id,albumin\nP01,39\nP02,33"), "b.xlsx")[0]
    assert link(first, second, 0, 0).matched == 2
    whole = join(first, second, link(first, second, 0, 0))
    assert len(whole.cells) == 4
    assert any(said.startswith("b.xlsx, sheet Labs: Not read") for said in whole.assumptions)


def test_a_workbook_without_any_table_is_refused_by_its_likeliest_sheet():
    with pytest.raises(NoTable, match="It holds no row under its header"):
        read_tables(workbook_of(Notes="a note", Empty=""), "a.xlsx")


def test_notes_alone_are_read_as_the_column_they_are():
    assert read_tables(workbook_of(Notes="a\nb\nc"), "a.xlsx")[0].columns == ("a",)


# ---- lists of measurements ---------------------------------------------------------------------------


def turned(text=LONG, acute="steroids", recovery="stabilization"):
    first, second, ours, theirs = both(PATIENTS, text)
    form = long_form(second, theirs)
    return one_row_a_patient(second, form, acute, recovery, patient_dates([(first, ours)]))


def test_a_list_of_measurements_is_recognised():
    first, second, ours, theirs = both(PATIENTS, LONG)
    form = long_form(second, theirs)
    assert (form.patient, form.marker, form.value, form.unit, form.date) == (0, 1, 3, 4, 2)
    assert form.fields == {"CRP": "crp_mg_l", "IL-6": "il6_pg_ml", "Albumin": "albumin_g_l"}
    assert long_form(first, ours) is None


def test_the_study_s_windows_choose_the_samples():
    whole = turned()
    # P01: 2 March is the first within 48 h of 1 March; stabilization on 10 March, so 18 March (day 8) is in 7 to 14.
    # P02: 5 April is 4 days after the first dose. P03: the day before the first dose is within 48 h. P04: no date.
    assert values(whole, "crp_mg_l_acute") == {"P01": 112.0, "P02": None, "P03": 77.0, "P04": None}
    # P02: 20 April is day 12, 0.4 mg/dL = 4 mg/L. P03 has no day of stabilization.
    assert values(whole, "crp_mg_l_recovery") == {"P01": 12.0, "P02": 4.0, "P03": None, "P04": None}
    said = " ".join(whole.assumptions)
    assert "Found among 4 patients: CRP 2, IL-6 1, Albumin 0" in said
    assert "Measurements that no field is for were not used: “LDH” (1)." in said


def test_limits_stay_limits():
    whole = turned()
    limits = assemble_table(whole, match_columns(whole)).limits
    assert limits[["field", "sign", "bound"]].values.tolist() == [["il6_pg_ml_acute", "<", 1.5]]


def test_first_and_last_samples():
    whole = turned(acute="first", recovery="last")
    assert values(whole, "crp_mg_l_acute") == {"P01": 112.0, "P02": 80.0, "P03": 77.0, "P04": 66.0}
    assert values(whole, "crp_mg_l_recovery") == {"P01": 3.0, "P02": 4.0, "P03": 5.0, "P04": None}
    # 3.1 g/dL = 31 g/L; albumin has an acute value only.
    assert values(whole, "albumin_g_l") == {"P01": None, "P02": None, "P03": None, "P04": 31.0}


def test_phases_named_in_the_list():
    text = (
        "编号,项目,期别,结果,单位\n1,C反应蛋白,急性期,100,mg/L\n1,C反应蛋白,恢复期,5,mg/L\n"
        "2,铁蛋白,恢复期,300,ng/mL\n2,C反应蛋白,急性期,80,mg/L\n"
    )
    whole = turned(text, "phase", "phase")
    assert values(whole, "crp_mg_l_acute") == {"1": 100.0, "2": 80.0}
    assert values(whole, "crp_mg_l_recovery") == {"1": 5.0, "2": None}
    assert values(whole, "ferritin_ng_ml_recovery") == {"1": None, "2": 300.0}


def test_numbered_visits_of_which_there_are_two():
    text = "id,marker,visit,value\n1,CRP,V1,100\n1,CRP,V2,5\n2,CRP,V2,6\n2,CRP,V1,80\n"
    assert values(turned(text, "phase", "phase"), "crp_mg_l_recovery") == {"1": 5.0, "2": 6.0}


def test_days_from_the_first_dose():
    text = "id,marker,day,value\n1,CRP,5,50\n1,CRP,1,100\n1,CRP,20,5\n2,CRP,4,80\n"
    whole = turned(text, "steroids", "last")
    assert values(whole, "crp_mg_l_acute") == {"1": 100.0, "2": None}
    assert values(whole, "crp_mg_l_recovery") == {"1": 5.0, "2": None}


def test_percentages_are_not_counts():
    text = "id,marker,day,value,unit\n1,CD4%,1,40,%\n1,CRP,1,100,mg/L\n2,CRP,1,80,mg/L\n"
    whole = turned(text, "first", "last")
    assert "“CD4%” (1)" in " ".join(whole.assumptions)


def test_what_is_the_same_in_every_row_of_a_patient_is_kept():
    text = "id,sex,marker,day,value,nurse\n1,male,CRP,1,100,A\n1,male,CRP,9,5,B\n2,female,CRP,1,80,A\n"
    whole = turned(text, "first", "last")
    assert values(whole, "sex") == {"1": "male", "2": "female"}
    assert "Not carried over, because they differ from row to row or are empty: “nurse”." in whole.assumptions


@pytest.mark.parametrize(
    "text",
    [
        PATIENTS,
        "patient_id,test,value\n1,CRP,5\n2,CRP,6\n",  # a row a patient
        "patient_id,test,value\n1,colour,5\n1,taste,6\n",  # nothing that is known
    ],
)
def test_other_tables_are_no_lists(text):
    one = table(text)
    assert long_form(one, match_columns(one)) is None


def test_the_turned_list_joins_its_patients():
    first, *_ = both(PATIENTS, LONG)
    whole = turned()
    found = link(first, whole, 0, 0)
    both_tables = join(first, whole, found)
    assert values(both_tables, "crp_mg_l_acute")["P01"] == 112.0
    assert values(both_tables, "age_years")["P03"] == 70.0


def test_a_point_that_may_mark_thousands_is_asked_also_where_the_list_names_another_unit():
    text = "id;marker;day;value;unit\n1;CRP;1;1.315;mg/dL\n1;CRP;9;12,5;mg/L\n2;CRP;1;30,5;mg/L\n2;CRP;9;2,5;mg/dL\n"
    whole = turned(text, "first", "last")
    result = assemble_table(whole, match_columns(whole))
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [True, False]
    assert result.frame["crp_mg_l_recovery"].tolist() == [12.5, 25.0]
    [question] = result.questions
    assert question.field == "crp_mg_l_acute"
    assert "Row 2: 1.315 mg/dl is 1315 or 1.315." in question.sentence
    answered = assemble_table(whole, match_columns(whole), {question.field: {MARKS: "points mark decimals"}})
    assert answered.frame["crp_mg_l_acute"].tolist() == [13.15, 30.5]


def test_ditto_marks_are_spelled_out_before_tables_meet():
    first = "id,age,CRP acute (mg/L)\nP1,50,90\nP2,50,80\nP3,,70\n"
    second = "id,age,CRP acute (mg/L),sex\nP3,60,70,M\nP1,50,90,F\nP2,〃,80,同上\n"
    tables = [read_table(text.encode(), name) for text, name in ((first, "a.csv"), (second, "b.csv"))]
    matches = [match_columns(table) for table in tables]
    found = link(*tables, *likely_keys(*tables, *matches))
    joined = join(*tables, found, same=same_columns(*matches))
    assert joined.problems.empty
    assert joined.cells.to_numpy().tolist() == [
        ["P1", "50", "90", "F"],
        ["P2", "50", "80", "F"],
        ["P3", "60", "70", "M"],
    ]
    said = "In “sex” 1 cell says that the one above holds too (“同上”, row 4), and was read so."
    assert f"b.csv: {said}" in joined.assumptions


def test_a_ditto_mark_in_place_of_a_number_is_the_patient_above():
    first = read_table(b"id,age\nP1,50\nP2,51\n", "a.csv")
    second = read_table("id,sample\nP1,1\n〃,2\nP2,1\n".encode(), "b.csv")
    found = link(first, second, 0, 0)
    assert (found.matched, found.only_second, dict(found.repeated)) == (2, (), {"P1": (2, 3)})
