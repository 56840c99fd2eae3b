"""What stands above the names of the fields: the group of the first patients, and numbers of patients side by side."""

import pytest

from iren_core.intake import assemble

NAMES = ["Sex", "Age", "WBC", "CRP acute", "CRP recovery", "BSA (%)", "SCORTEN"]
CHINESE = ["性别", "年龄", "WBC", "急性期CRP", "恢复期CRP", "剥脱面积(%)", "SCORTEN"]
VALUES = [["M", "F"], [50, 51], [5, 6], [20, 30], [4, 5], [10, 20], [2, 3]]


def read(*rows):
    return assemble("\n".join(",".join(map(str, row)) for row in rows).encode(), "cohort.csv")


@pytest.mark.parametrize("names", [NAMES, CHINESE])
@pytest.mark.parametrize("corner", ["", "指标", "Item", "变量", "Characteristic"])
@pytest.mark.parametrize("numbers", [["Case 1", "Case 2"], ["病例1", "病例2"], ["1", "2"]])
def test_the_line_above_patients_side_by_side_names_them(names, corner, numbers):
    result = read([corner, *numbers], *([name, *each] for name, each in zip(names, VALUES, strict=True)))
    assert result.frame["patient_id"].tolist() == numbers
    assert result.frame["age_years"].tolist() == [50, 51]
    assert not any("no patient numbers" in said for said in result.table.assumptions)


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("words", ["参考范围", "Reference range", "正常值"])
def test_reference_ranges_beside_patients_side_by_side_are_none(words, place):
    ranges = ["", "", "3.5-9.5", "0-8", "0-8", "", ""]
    columns = [["", "P1", "P2"], *([name, *each] for name, each in zip(NAMES, VALUES, strict=True))]
    for column, cell in zip(columns, [words, *ranges], strict=True):
        column.insert(place + 1, cell)
    result = read(*columns)
    assert result.frame["patient_id"].tolist() == ["P1", "P2"]
    assert result.frame["wbc"].tolist() == [5, 6]
    assert words in result.problems["value"].tolist()


def test_units_beside_patients_side_by_side_are_none():
    units = ["", "years", "10^9/L", "mg/L", "mg/L", "%", ""]
    rows = ([name, unit, *each] for name, unit, each in zip(NAMES, units, VALUES, strict=True))
    result = read(["", "Unit", "P1", "P2"], *rows)
    assert result.frame["patient_id"].tolist() == ["P1", "P2"]


def test_a_title_above_patients_side_by_side_names_nobody():
    rows = [[name, *each] for name, each in zip(NAMES, VALUES, strict=True)]
    assert read(["Our cohort", "", ""], *rows).frame["patient_id"].tolist() == ["row 2", "row 3"]


HEADER = ["ID", "Sex", "Age", "BSA (%)", "CRP acute (mg/L)"]


@pytest.mark.parametrize("again", [[HEADER], []])
@pytest.mark.parametrize(("first", "second"), [("Steroid monotherapy", "Combination"), ("激素组", "联合组")])
def test_a_group_named_above_the_header_is_that_of_the_first_patients(first, second, again):
    rows = [[1, "M", 50, 10, 5], [second, "", "", "", ""], *again, [2, "F", 51, 40, 5]]
    result = read([first, "", "", "", ""], HEADER, *rows)
    assert result.frame["arm"].astype(object).tolist() == ["corticosteroid", "combination"]
    assert not any("were not read" in said for said in result.table.assumptions)


def test_an_unknown_group_above_the_header_is_asked_about():
    rows = [[1, "M", 50, 10, 5], ["Combination", "", "", "", ""], [2, "F", 51, 40, 5]]
    result = read(["SM", "", "", "", ""], HEADER, *rows)
    assert [(question.field, question.values) for question in result.questions] == [("arm", ("SM",))]


@pytest.mark.parametrize(
    "title",
    ["Patients of three hospitals, who were treated until 2023", "SJS/TEN cohort 2020", "Steroid group"],
)
def test_a_title_above_the_header_is_no_group(title):
    rows = [[1, "M", 50, 10, 5], [2, "F", 51, 40, 5]]
    result = read([f'"{title}"', "", "", "", ""], HEADER, *rows)
    assert "arm" not in result.frame
    assert "The rows above row 2 were not read." in result.table.assumptions
