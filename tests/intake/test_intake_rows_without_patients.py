"""Rows with reference ranges, sums, printed pages and notes are no patients."""

import pytest

from iren_core.intake import assemble

WIDE = ["ID,Sex,Age,WBC,BSA (%),CRP acute (mg/L)", "P1,M,50,5,10,15", "P2,F,51,6,11,16", "P3,F,52,7,12,17"]
NARROW = ["No,Age,Sex", "1,50,M", "2,51,F", "3,52,M"]


def read(*lines):
    return assemble("\n".join(lines).encode(), "cohort.csv")


def patients(result):
    return result.frame["patient_id"].tolist()


REFERENCE = [
    "Reference range", "Normal range", "Ref. values", "Reference interval (adults)", "Normal values", "ULN",
    "参考范围", "参考值", "正常值", "正常参考值", "参考区间", "正常范围",
]  # fmt: skip


@pytest.mark.parametrize("place", [1, 3, 4])
@pytest.mark.parametrize("words", REFERENCE)
def test_a_reference_range_is_no_patient(words, place):
    row = f"{words},,,3.5-9.5,<1,0-8"
    result = read(*WIDE[:place], row, *WIDE[place:])
    assert patients(result) == ["P1", "P2", "P3"]
    (query,) = result.problems[result.problems["value"] == words].itertuples()
    assert query.row == place + 1
    assert query.problem.endswith("gives reference ranges; it was not counted as a patient.")
    assert result.frame["wbc"].tolist() == [5, 6, 7]


SUMS = [
    "P value,,.3,.2,.1,.05", "p,,0.3,0.2,0.1,0.05", "P值,,0.3,0.2,0.1,0.05", "95% CI,,40-60,1-2,3-4,5-6",
    "Q1,,45,5,10,15", "Q3,,55,7,12,17", "P25,,45,5,10,15", "25th percentile,,45,5,10,15", "第75百分位数,,55,7,12,17",
    "M(IQR),,50(4),6(1),11(1),16(1)", "x±s,,50±4,6±1,11±1,16±1", "变异系数,,4,5,6,7", ",Mean,51,6,11,16",
    ",中位数,51,6,11,16", "P<0.05,,,,,",
    "t,,1.2,0.5,3.1,2.2", "χ²值,,1.2,0.5,3.1,2.2", "F value,,1.2,0.5,3.1,2.2", "Z,,1.2,0.5,3.1,2.2", "统计量,,1,2,3,4",
]  # fmt: skip


@pytest.mark.parametrize("row", SUMS)
def test_a_row_of_statistics_is_no_patient(row):
    result = read(*WIDE, row)
    assert patients(result) == ["P1", "P2", "P3"]
    said = "This row below the patients is a summary or a note; it was not counted as a patient."
    assert result.problems[["row", "problem"]].values.tolist() == [[5, said]]


def test_a_mean_under_another_column_between_the_patients_is_none():
    rows = ["Steroid,1,M,50,10", "Steroid,2,F,52,12", "Steroid,,Mean,51,11", "Combination,3,F,50,9"]
    result = read("Group,ID,Sex,Age,BSA (%)", *rows)
    assert patients(result) == ["1", "2", "3"]
    assert result.problems["row"].tolist() == [4]


@pytest.mark.parametrize(
    "rows",
    [
        ("Q1,M,50,5,10,15", "Q2,F,51,6,11,16", "Q3,,52,7,12,17"),  # all are called so
        ("P24,M,50,5,10,15", "P25,,51,6,11,16"),
        ("24,M,50,5,10,15", "25,F,50,5,10,15", "P25,M,51,6,11,16"),  # has a sex
        ("SD,M,50,5,10,15", "SE,M,51,6,11,16", "CV,,51,6,11,16"),  # initials
    ],
)
def test_patients_who_are_called_like_statistics_are_patients(rows):
    assert patients(read(WIDE[0], *rows)) == [row.split(",")[0] for row in rows]


NOTES = [
    "第1页 共2页,,", "共 2 页,,", "打印日期：2023-05-06,,", "制表人,,", "制表人：张三,,", "制表人,张三,", "审核者：,,",
    "A: corticosteroid monotherapy,,", "1=male,,", "Page 1 of 3,,", "Printed on 2023-05-06,,", "Prepared by A,,",
    "Abbreviations: SJS,,", "数据来源：医院,,", "Patients were seen at three hospitals,,",
]  # fmt: skip


@pytest.mark.parametrize("row", NOTES)
def test_a_note_below_a_narrow_table_is_no_patient(row):
    result = read(*NARROW, row)
    assert patients(result) == ["1", "2", "3"]
    said = "This row below the patients is a summary or a note; it was not counted as a patient."
    assert result.problems[["row", "problem"]].values.tolist() == [[5, said]]


@pytest.mark.parametrize("row", ["第1页 共2页,,", "Page 1 of 3,,", "打印时间：2023-05-06,,"])
def test_the_number_of_a_page_between_the_patients_is_none(row):
    result = read(*NARROW[:3], row, *NARROW[3:])
    assert patients(result) == ["1", "2", "3"]
    assert result.problems["row"].tolist() == [4]


@pytest.mark.parametrize("row", ["4,,", "A4,,", "李明,,", "Page,40,M", "张三：1,55,M"])
def test_a_short_row_of_a_narrow_table_may_be_a_patient(row):
    assert patients(read(*NARROW, row)) == ["1", "2", "3", row.split(",")[0]]
