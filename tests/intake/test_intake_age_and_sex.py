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


def test_other_columns_of_two_names_stay_as_they_are():
    assert read_table(b"id,Age/Sex\n1,63\n2,71\n3,F\n", "cohort.csv").columns == ("id", "Age/Sex")
    assert read_table(b"id,SJS/TEN\n1,63/F\n", "cohort.csv").columns == ("id", "SJS/TEN")
