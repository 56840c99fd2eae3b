"""Tables with a row a visit, turned into one row a patient."""

import pytest

from iren_core.intake import assemble_table, match_columns, put_together, read_table
from iren_core.intake.longform import long_form, one_row_a_patient, patient_dates

BY_PHASE = (
    "ID,Phase,Age,Sex,CRP (mg/dL),IL-6,WBC,BSA,Outcome",
    "1,acute,50,F,9,30,5,12,not healed",
    "1,recovery,50,F,0.5,3,7,0,healed",
    "2,recovery,60,M,0.4,,8,1,died",
    "2,acute,60,M,8,20,6,35,",
)


def form_of(*lines):
    table = read_table("\n".join(lines).encode(), "visits.csv")
    matches = match_columns(table)
    return table, matches, long_form(table, matches)


def turned(*lines, acute=None, recovery=None):
    table, matches, form = form_of(*lines)
    dates = patient_dates([(table, matches)])
    whole = one_row_a_patient(
        table, form, acute or form.acute_rules[0], recovery or form.recovery_rules[0], dates
    )
    return assemble_table(whole, match_columns(whole))


def values(result, field):
    column = result.frame[field]
    return column.astype(object).where(column.notna(), None).tolist()


def test_the_markers_of_each_phase_get_columns_and_the_rest_stands_once():
    result = turned(*BY_PHASE)
    assert result.frame.index.tolist() == [2, 4]
    assert values(result, "crp_mg_l_acute") == [90, 80]
    assert values(result, "crp_mg_l_recovery") == [5, 4]
    assert values(result, "il6_pg_ml_recovery") == [3, None]
    assert values(result, "wbc") == [5, 6]
    assert values(result, "age_years") == [50, 60]
    assert values(result, "sex") == ["female", "male"]


def test_where_visits_differ_the_first_counts_and_for_what_a_patient_came_to_the_last():
    result = turned(*BY_PHASE)
    assert values(result, "detachment_bsa_pct") == [12, 35]
    assert values(result, "outcome") == ["healed", "died"]
    said = "The values differ from visit to visit, and each patient's {} was taken: “{}”."
    assert said.format("first", "BSA") in result.table.assumptions
    assert said.format("last", "Outcome") in result.table.assumptions
    assert (
        "2 measurements were not used, because the rule takes another of that patient or none."
        in result.table.assumptions  # WBC of the recovery phase
    )


@pytest.mark.parametrize("visits", [("1", "2"), ("急性期", "恢复期"), ("D0", "D14"), ("before", "after")])
def test_a_patients_number_may_stand_at_the_first_visit_alone(visits):
    first, second = visits
    lines = ("ID,Visit,Age,CRP", f"1,{first},50,90", f",{second},,5", f"2,{first},60,80", f",{second},,4")
    result = turned(*lines)
    assert values(result, "patient_id") == ["1", "2"]
    assert values(result, "crp_mg_l_recovery") == [5, 4]
    assert (
        "2 rows without a patient number were read as further visits of the patient above."
        in result.table.assumptions
    )


def test_visits_by_date_go_by_the_rules_of_dates():
    lines = (
        "ID,Date,CRP,steroid start", "1,2023-01-12,5,2023-01-01", "1,2023-01-02,90,2023-01-01",
        "2,2023-02-09,80,2023-02-01", "2,2023-02-20,4,2023-02-01",
    )  # fmt: skip
    result = turned(*lines, recovery="last")
    assert values(result, "crp_mg_l_acute") == [90, None]  # the first of patient 2 comes later than 48 hours
    assert values(result, "crp_mg_l_recovery") == [5, None]
    assert values(turned(*lines, acute="first", recovery="last"), "crp_mg_l_recovery") == [5, 4]


@pytest.mark.parametrize(
    "lines",
    [
        ("ID,Date,Age,CRP", "1,2023-01-02,50,90", "2,2023-01-12,60,5", "2,2023-02-02,61,80", "4,2023-02-20,62,4"),
        ("ID,Phase,Age,Sex", "1,acute,50,F", "1,recovery,50,F", "2,acute,60,M", "2,recovery,60,M"),
        ("ID,Age,CRP", "1,50,90", "1,50,5", "2,60,80", "2,60,4"),
        ("ID,Phase,CRP acute,CRP recovery", "1,acute,90,5", "1,recovery,90,5"),
    ],
)  # fmt: skip
def test_other_tables_have_no_visits(lines):
    assert form_of(*lines)[2] is None


def test_the_pieces_make_the_same_table_again():
    data = "\n".join(BY_PHASE).encode()
    table, matches, form = form_of(*BY_PHASE)
    whole = one_row_a_patient(table, form, "phase", "phase", patient_dates([(table, matches)]))
    again = put_together([(data, "visits.csv")], whole.pieces)
    assert again.columns == whole.columns
    assert again.cells.equals(whole.cells)
    assert again.assumptions == whole.assumptions


def test_a_unit_that_nobody_names_is_asked_as_in_a_wide_table():
    visits = [f"{who},{phase},50,{values}" for who in range(6) for phase, values in
              (("acute", f"9.{who},2.{who}"), ("recovery", f"0.{who + 1},3.{who}"))]  # fmt: skip
    result = turned("ID,Visit,Age,CRP,Albumin", *visits)
    asked = {question.field for question in result.questions}
    assert {"crp_mg_l_recovery", "albumin_g_l"} <= asked
    assert result.frame["albumin_g_l"].isna().all()


def test_a_baseline_beside_an_acute_visit_is_another_one():
    result = turned(
        "ID,Phase,Age,CRP (mg/L)", "1,baseline,50,3", "1,acute,50,91", "1,recovery,50,40", "1,follow-up,50,5",
        "2,baseline,60,2", "2,acute,60,80", "2,recovery,60,30", "2,follow-up,60,4",
    )  # fmt: skip
    assert values(result, "crp_mg_l_acute") == [91, 80]
    assert values(result, "crp_mg_l_recovery") == [40, 30]


def test_a_second_acute_visit_without_a_number_is_not_the_patient_above():
    result = turned(
        "ID,Visit,Sex,CRP (mg/L)", "P1,acute,F,90", "P1,recovery,F,5", ",acute,M,150", ",recovery,M,9", "P3,acute,F,80",
        "P3,recovery,F,4",
    )  # fmt: skip
    assert values(result, "patient_id") == ["P1", "P3"]
    assert values(result, "crp_mg_l_recovery") == [5, 4]
    assert "2 measurements without a patient number were not used." in result.table.assumptions
    assert not any("further visits" in words or "differ" in words for words in result.table.assumptions)


def test_ditto_marks_repeat_the_patients_number():
    result = turned(
        "ID,Visit,Age,CRP (mg/L)", "P1,acute,50,90", "〃,recovery,〃,5", "P2,acute,60,80", "〃,recovery,〃,4"
    )
    assert values(result, "patient_id") == ["P1", "P2"]
    assert values(result, "crp_mg_l_recovery") == [5, 4]


def test_the_first_sample_of_a_day_is_that_of_the_earlier_hour():
    result = turned(
        "ID,Test,Result,Unit,Date", "1,CRP,40,mg/L,2023-01-02 18:00", "1,CRP,95,mg/L,2023-01-02 08:00",
        "1,CRP,7,mg/L,2023-01-14 08:00", "〃,CRP,5,mg/L,2023-01-14 09:30",
        acute="first", recovery="last",
    )  # fmt: skip
    assert values(result, "crp_mg_l_acute") == [95]
    assert values(result, "crp_mg_l_recovery") == [5]


@pytest.mark.parametrize("name", ["Visit", "Day", "时间点"])
def test_visits_called_by_their_days_go_by_the_rules_of_days(name):
    lines = (
        f"ID,{name},Age,CRP (mg/L)",
        "1,D1,50,90",
        "1,D7,50,40",
        "1,D14,50,5",
        "2,D1,60,80",
        "2,D14,60,4",
    )
    result = turned(*lines)
    assert values(result, "crp_mg_l_acute") == [90, 80]
    assert values(result, "crp_mg_l_recovery") == [5, 4]


def test_a_ditto_in_the_number_of_a_list_carries_the_other_columns_too():
    result = turned(
        "ID,Test,Result,Unit,Date,Sex", "1,CRP,95,mg/L,2023-01-02,", "〃,CRP,7,mg/L,2023-01-14,F",
        "2,CRP,80,mg/L,2023-01-02,M", "〃,CRP,5,mg/L,2023-01-14,M", acute="first", recovery="last",
    )  # fmt: skip
    assert values(result, "sex") == ["female", "male"]


PERCENT_BESIDE_COUNTS = {
    "a column of units": ("ID,Test,Result,Unit,Date", "{},CD4,{},%,{}", "{},CD4,{},cells/µL,{}"),
    "the cells": ("ID,Test,Result,Date", "{},CD4,{}%,{}", "{},CD4,{},{}"),
    "the names": ("ID,Test,Result,Date", "{},CD4%,{},{}", "{},CD4,{},{}"),
}


@pytest.mark.parametrize("told", PERCENT_BESIDE_COUNTS)
@pytest.mark.parametrize("percent_first", [True, False])
def test_percentages_of_a_list_are_another_test_than_counts(told, percent_first):
    header, share, count = PERCENT_BESIDE_COUNTS[told]
    lines = []
    for who, day, percent, cells in (
        (1, "2023-01-02", 35, 420), (1, "2023-01-14", 40, 520), (2, "2023-01-02", 28, 300), (2, "2023-01-20", 31, 480),
    ):  # fmt: skip
        both = [share.format(who, percent, day), count.format(who, cells, day)]
        lines += both if percent_first else both[::-1]
    result = turned(header, *lines, share.format(3, 25, "2023-01-02"), acute="first", recovery="last")
    assert values(result, "cd4_cells_ul_acute") == [420, 300, None]
    assert values(result, "cd4_cells_ul_recovery") == [520, 480, None]
    name = "CD4%" if told == "the names" else "CD4 (%)"
    assert f"Measurements that no field is for were not used: “{name}” (5)." in result.table.assumptions


def test_two_values_of_one_time_that_differ_are_said():
    result = turned(
        "ID,Test,Result,Unit,Date", "1,CRP,95,mg/L,2023-01-02", "1,CRP,59,mg/L,2023-01-02", "1,CRP,7,mg/L,2023-01-14",
        "2,CRP,80,mg/L,2023-01-02", "2,CRP,80,mg/L,2023-01-02", "2,CRP,5,mg/L,2023-01-14", acute="first",
        recovery="last",
    )  # fmt: skip
    assert values(result, "crp_mg_l_acute") == [95, 80]
    said = [words for words in result.table.assumptions if "at one time differ" in words]
    assert said == [
        "CRP, acute: two values of one patient at one time differ; the one taken stands in row 2 (95, not 59)."
    ]


# ---- what is written once, and visits by number ---------------------------------------------------------


def test_a_patients_number_written_once_in_a_list_holds_for_the_rows_below():
    lines = (
        "ID,Sex,Test,Result,Unit,Date", "1,F,CRP,95,mg/L,2023-01-02", ",,CRP,7,mg/L,2023-01-14",
        ",,IL-6,40,pg/mL,2023-01-02", "2,M,CRP,80,mg/L,2023-01-02", ",,CRP,5,mg/L,2023-01-14",
    )  # fmt: skip
    result = turned(*lines, acute="first", recovery="last")
    assert values(result, "patient_id") == ["1", "2"]
    assert values(result, "sex") == ["female", "male"]
    assert values(result, "crp_mg_l_recovery") == [7, 5]
    assert values(result, "il6_pg_ml_acute") == [40, None]
    assert (
        "3 rows without a patient number were read as further measurements of the patient above."
        in result.table.assumptions
    )


def test_where_a_list_repeats_its_numbers_a_missing_one_is_nobodys():
    lines = (
        "ID,Test,Result,Unit,Date", "1,CRP,95,mg/L,2023-01-02", "1,CRP,7,mg/L,2023-01-14",
        ",CRP,50,mg/L,2023-01-02", "2,CRP,80,mg/L,2023-01-02", "2,CRP,5,mg/L,2023-01-14",
    )  # fmt: skip
    result = turned(*lines, acute="first", recovery="last")
    assert values(result, "crp_mg_l_acute") == [95, 80]
    assert "1 measurement without a patient number was not used." in result.table.assumptions


def test_a_test_that_the_patient_above_has_had_on_that_day_is_somebody_elses():
    lines = (
        "ID,Test,Result,Unit,Date", "1,CRP,95,mg/L,2023-01-02", ",CRP,7,mg/L,2023-01-14", ",CRP,95,mg/L,2023-01-02",
        ",CRP,3,mg/L,2023-01-20", "2,CRP,80,mg/L,2023-01-02",
    )  # fmt: skip
    result = turned(*lines, acute="first", recovery="last")
    assert values(result, "crp_mg_l_recovery") == [7, None]
    assert "2 measurements without a patient number were not used." in result.table.assumptions


@pytest.mark.parametrize(
    "visits",
    [
        ("V1", "V2", "V3"),
        ("Visit 1", "Visit 2", "Visit 3"),
        ("1", "2", "3"),
        ("baseline", "week 1", "week 4"),
        ("入院", "第7天", "第14天"),
    ],
)
def test_visits_by_number_are_put_in_their_order(visits):
    one, two, three = visits
    lines = ("ID,Visit,Age,CRP (mg/L)", f"1,{three},50,5", f"1,{two},50,40", f"1,{one},50,90", f"2,{one},60,80",
             f"2,{three},60,4", f"3,{two},70,60")  # fmt: skip
    _, _, form = form_of(*lines)
    assert (form.acute_rules, form.recovery_rules) == (("first",), ("last",))
    result = turned(*lines)
    assert values(result, "crp_mg_l_acute") == [90, 80, 60]
    assert values(result, "crp_mg_l_recovery") == [5, 4, None]
    assert "The visits of “Visit” are put in the order of their numbers." in result.table.assumptions
    late = "The first sample of a patient is of a later visit than the first in row 7."
    assert late in result.table.assumptions


def test_two_visits_by_number_are_acute_and_recovery_as_is_said():
    result = turned(
        "ID,Visit,Age,CRP (mg/L)", "1,V1,50,90", "1,V2,50,40", "2,V1,60,80", "3,V1,60,70", "4,V2,60,6"
    )
    assert values(result, "crp_mg_l_acute") == [90, 80, 70, None]
    assert values(result, "crp_mg_l_recovery") == [40, None, None, 6]
    assert "“Visit” names no phase; taken as such: “V1” acute and “V2” recovery." in result.table.assumptions


def test_a_stage_is_no_visit():
    assert form_of("ID,Stage,Age,CRP", "1,1,50,90", "1,2,50,40", "2,3,60,80", "2,1,60,80")[2] is None


@pytest.mark.parametrize(
    "visits", [("acute", "recovery", "acute"), ("V1", "V2", "V1"), ("V1", "V3", "V1"), ("D1", "D14", "D1")]
)
def test_a_visit_that_the_patient_above_has_had_is_somebody_elses(visits):
    one, two, again = visits
    third = "V2" if "V3" in visits else two
    lines = ("ID,Visit,Age,CRP (mg/L)", f"P1,{one},50,90", f",{two},50,5", f",{again},66,150", f"P3,{one},60,80",
             f",{third},60,4")  # fmt: skip
    result = turned(*lines)
    assert values(result, "patient_id") == ["P1", "P3"]
    assert values(result, "crp_mg_l_recovery") == [5, 4]
    assert values(result, "crp_mg_l_acute") == [90, 80]


def test_ditto_marks_of_a_visit_mean_the_visit_above_and_not_the_patient_above():
    result = turned(
        "ID,Visit,Sex,CRP (mg/L)", "P1,acute,F,90", "P1,recovery,〃,5", "P2,acute,M,80", "P2,recovery,〃,〃"
    )
    assert values(result, "sex") == ["female", "male"]
    assert values(result, "crp_mg_l_recovery") == [5, 80]


def test_one_is_not_many():
    result = turned(
        "ID,Test,Result,Unit,Date", "1,CRP,95,mg/L,2023-01-02", "1,CRP,40,mg/L,2023-01-05", "1,CRP,7,mg/L,2023-01-14",
        ",CRP,9,mg/L,2023-01-02", "1,CRP,9,mg/L,", acute="first", recovery="last",
    )  # fmt: skip
    said = [words for words in result.table.assumptions if "1 " in words]
    assert [
        words for words in said if "1 measurements" in words or "1 rows" in words or "1 patients" in words
    ] == []
    assert "1 measurement without a patient number was not used." in said
    assert "1 row has no date that can be read." in said
