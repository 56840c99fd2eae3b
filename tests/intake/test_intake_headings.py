"""Rows between the patients that name the group of those below them."""

import pytest

from iren_core.intake import assemble


def read(*lines):
    return assemble("\n".join(lines).encode(), "cohort.csv")


def values(result, field):
    column = result.frame[field]
    return column.astype(object).where(column.notna(), None).tolist()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Combination group (n=2)", "Steroid group (n=1)"),
        ("联合组", "激素组"),
        ("Steroid + etanercept", "Steroids alone"),
    ],
)
def test_a_heading_gives_its_patients_the_arm_and_is_none_itself(first, second):
    result = read(
        "id,age,sex,CRP acute (mg/L)", f"{first},,,", "1,50,F,9", "2,51,M,8", f"{second},,,", "3,52,F,7"
    )
    assert result.frame.index.tolist() == [3, 4, 6]
    assert values(result, "arm") == ["combination", "combination", "corticosteroid"]
    said = "Rows that name a group are no patients; a column repeats what they say for the patients below: "
    assert f"{said}2 (“{first}”), 5 (“{second}”)." in result.table.assumptions
    assert result.problems.empty


def test_headings_of_diagnoses_within_arms():
    rows = [
        "Steroid group,,,",
        "SJS,,,",
        "1,50,F,9",
        "TEN,,,",
        "2,51,M,8",
        "Combination group,,,",
        "SJS,,,",
        "3,52,F,7",
    ]
    result = read("id,age,sex,CRP acute (mg/L)", *rows)
    assert values(result, "arm") == ["corticosteroid", "corticosteroid", "combination"]
    assert values(result, "diagnosis") == ["SJS", "TEN", "SJS"]


def test_a_heading_that_names_no_arm_is_asked_about():
    result = read("编号,年龄,性别,CRP急性期", "对照组,,,", "1,50,女,9", "试验组,,,", "2,51,男,8")
    (question,) = result.questions
    assert (question.field, sorted(question.values)) == ("arm", ["对照组", "试验组"])


def test_a_column_of_the_file_is_taken_before_a_heading():
    result = read("id,age,sex,arm", "Steroid group,,,", "1,50,F,steroid + etanercept")
    assert values(result, "arm") == ["combination"]


@pytest.mark.parametrize("lone", ["SJS-1", "P07", "Group 7", "王五"])
def test_a_patient_of_whom_only_the_number_is_known_is_no_heading(lone):
    result = read("id,age,sex,CRP acute (mg/L)", "1,50,F,9", f"{lone},,,", "2,51,M,8")
    assert values(result, "patient_id") == ["1", lone, "2"]
    assert result.problems["problem"].tolist() == [
        "This row holds a single value; it was counted as a patient."
    ]


def test_a_large_table_with_headings_is_read_as_a_small_one():
    head = "id,age,sex,CRP acute (mg/L)"
    rows = [f"P{row},50,F,90" for row in range(3_000)]
    result = read(head, *rows[:1500], "Steroid group,,,", *rows[1500:])
    assert len(result.frame) == 3_000
    assert values(result, "arm") == [None] * 1500 + ["corticosteroid"] * 1500


HEAD = "ID,Age,Sex,CRP acute (mg/L)"


def test_a_heading_that_is_not_understood_ends_the_one_above():
    result = read(
        HEAD, "Steroid group,,,", "P1,50,F,90", "IVIG,,,", "P3,60,M,80", "DRESS (n=1),,,", "P4,61,M,70"
    )
    assert values(result, "patient_id") == ["P1", "P3", "P4"]
    assert values(result, "arm") == ["corticosteroid", "IVIG", "DRESS (n=1)"]


def test_where_patients_go_by_names_a_lone_word_may_be_one_and_is_in_no_group():
    result = read(HEAD, "Steroid group,,,", "anna,50,F,90", "berta,,,", "clara,60,F,80")
    assert values(result, "patient_id") == ["anna", "berta", "clara"]
    assert values(result, "arm") == ["corticosteroid", None, None]
    assert "single value" in result.problems["problem"].tolist()[0]


def test_a_heading_of_the_outer_kind_ends_those_within():
    rows = [
        "Steroid,,,",
        "SJS,,,",
        "P1,50,F,90",
        "TEN,,,",
        "P3,60,M,80",
        "Steroid + etanercept (n=3),,,",
        "P5,61,M,70",
    ]
    assert values(read(HEAD, *rows), "diagnosis") == ["SJS", "TEN", None]


def test_a_heading_may_name_an_outcome_and_have_its_number_beside_it():
    result = read(HEAD, "死亡组,,n=1,", "P1,50,F,90", "Healed,,,", "P2,51,M,80")
    assert values(result, "outcome") == ["died", "healed"]


def test_a_lone_outcome_among_the_outcomes_is_a_patients():
    result = read("ID,Age,CRP acute (mg/L),Outcome", "P1,50,90,healed", ",,,died", "P3,52,80,died")
    assert values(result, "outcome") == ["healed", "died", "died"]


def test_headings_fill_the_column_in_which_they_stand_alone():
    result = read("Diagnosis,ID,Age,CRP acute (mg/L)", "SJS,,,", ",P1,50,90", "TEN,,,", ",P2,51,80")
    assert values(result, "diagnosis") == ["SJS", "TEN"]
    assert values(result, "patient_id") == ["P1", "P2"]


def test_a_subtotal_of_a_group_is_no_patient():
    result = read(
        HEAD, "Steroid,,,", "P1,50,F,90", "Subtotal steroid,50,,90", "Steroid + etanercept,,,", "P2,51,M,80"
    )
    assert values(result, "patient_id") == ["P1", "P2"]
    assert result.problems["row"].tolist() == [4]


def test_a_heading_may_stand_in_the_column_of_the_patients_number_beside_a_running_number():
    rows = [
        "No.,ID,Age,Sex",
        ",Steroids + TNFi,,",
        "1,P1,50,F",
        ",Mean ± SD,50,",
        ",Steroids alone,,",
        "2,P2,51,M",
    ]
    result = read(*rows)
    assert len(result.frame) == 2
    assert values(result, "arm") == ["combination", "corticosteroid"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Combination therapy - SJS", "Steroid group (TEN)"),
        ("SJS: combination", "TEN / steroids alone"),
        ("联合治疗组 SJS", "激素组（TEN）"),
    ],
)
def test_a_heading_may_name_an_arm_and_a_diagnosis(first, second):
    result = read("id,age,sex,CRP acute (mg/L)", f'"{first}",,,', "1,50,F,9", f'"{second}",,,', "2,51,M,8")
    assert values(result, "arm") == ["combination", "corticosteroid"]
    assert values(result, "diagnosis") == ["SJS", "TEN"]
    assert not result.questions
