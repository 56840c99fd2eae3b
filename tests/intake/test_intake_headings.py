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
    assert (
        f"The patients below row 2 (“{first}”), 5 (“{second}”) stand under a heading, which was not counted as a "
        "patient; a column of its own repeats what it says."
    ) in result.table.assumptions
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
