"""Age and sex in one cell."""

import pytest

from iren_core.intake import assemble, read_table


def read(*lines):
    return assemble("\n".join(lines).encode(), "cohort.csv")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Age/Sex", ["63/F", "71 / M", "55F"]),
        ("Sex & age", ["F63", "M, 71", "female 55"]),
        ("年龄/性别", ["63岁/女", "71岁，男", "55女"]),
        ("Age/Sex", ["63-year-old woman", "71 yo M", "55 (F)"]),
        ("性别/年龄", ["女（63岁）", "男（71岁）", "女55"]),
    ],
)
def test_they_are_taken_apart_and_said(header, cells):
    result = read("id;CRP acute (mg/L);" + header, *(f"{row};90;{cell}" for row, cell in enumerate(cells, 1)))
    assert result.frame["age_years"].tolist() == [63, 71, 55]
    assert result.frame["sex"].tolist() == ["female", "male", "female"]
    assert any(
        said.startswith(f"“{header}” was read as age and sex; row 2: ") for said in result.table.assumptions
    )
    assert result.questions == ()


def test_a_cell_without_both_is_queried_and_not_lost():
    result = read("id,Age/Sex", "1,63/F", "2,71/M", "3,55/F", "4,60/M", "5,61/F", "6,unknown?")
    assert result.frame["age_years"].isna().tolist() == [False] * 5 + [True]
    assert result.problems["value"].tolist() == ["unknown?"]


MOST = ("1,63/F", "2,71/M", "3,55/F", "4,60/M", "5,61/F")


def missing_after(*lines):
    """Age and sex of the patients after five who have both, "" where missing, and the rows and queries on them."""
    result = read("id,Age/Sex", *MOST, *lines)
    frame = result.frame[["age_years", "sex"]].astype(object)
    return frame.where(frame.notna(), "").to_numpy().tolist()[5:], result.problems[
        ["row", "problem"]
    ].to_numpy().tolist()


def test_an_age_or_a_sex_alone_is_kept_and_its_row_named():
    values, queries = missing_after("6,66", "7,M")
    assert values == [[66, ""], ["", "male"]]
    assert queries == [
        [7, "The cell gives the age and not the sex; the sex is missing."],
        [8, "The cell gives the sex and not the age; the age is missing."],
    ]


def test_a_ditto_mark_carries_age_and_sex_and_what_lacks():
    values, queries = missing_after("6,〃", "7,同上", "8,66", "9,〃")
    assert values == [[61, "female"], [61, "female"], [66, ""], [66, ""]]
    assert [row for row, _ in queries] == [9, 10]


def test_missing_cells_do_not_keep_a_column_in_one():
    values, _ = missing_after("6,NA", "7,NA", "8,NA")
    assert values == [["", ""]] * 3


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Patient (age/sex)", ["P1 (63/F)", "P 2 (71/M)", "Case 3; 55-year-old woman"]),
        ("患者（性别/年龄）", ["P1（女，63岁）", "P 2 (男71)", "Case 3；女55"]),
        ("No./Age/Sex", ["P1/63/F", "P 2/71/M", "Case 3/55/F"]),
    ],
)
def test_behind_the_number_of_the_patient_they_are_taken_apart_too(header, cells):
    result = read(f"{header};CRP acute (mg/L)".replace(";", "\t"), *(f"{cell}\t90" for cell in cells))
    assert result.frame["patient_id"].tolist() == ["P1", "P 2", "Case 3"]
    assert result.frame["age_years"].tolist() == [63, 71, 55]
    assert result.frame["sex"].tolist() == ["female", "male", "female"]


@pytest.mark.parametrize("header", ["Patient (age/sex)", "性别年龄", "年龄性别", "年龄和性别", "Age Sex"])
def test_names_side_by_side_name_both(header):
    result = read(f"CRP acute (mg/L),{header}", "90,F63", "80,71 M", "70,55F")
    assert result.frame["age_years"].tolist() == [63, 71, 55]
    assert result.frame["sex"].tolist() == ["female", "male", "female"]


def test_numbers_under_patient_with_age_and_sex_stay_numbers():
    assert read("Patient (age/sex),age", "1,50", "2,60").frame["patient_id"].tolist() == ["1", "2"]


def test_other_columns_of_two_names_stay_as_they_are():
    assert read_table(b"id,Age/Sex\n1,63\n2,71\n3,F\n", "cohort.csv").columns == ("id", "Age/Sex")
    assert read_table(b"id,SJS/TEN\n1,63/F\n", "cohort.csv").columns == ("id", "SJS/TEN")
