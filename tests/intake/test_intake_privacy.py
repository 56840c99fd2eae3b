"""Columns that tell who the patients are are found, left out, and never quoted; everything else is left alone."""

from pathlib import Path

import pytest

from iren_core import read_cohort
from iren_core.errors import CohortError
from iren_core.intake import assemble, match_columns, read_table
from iren_core.intake.privacy import identifiers

SAMPLES = Path(__file__).parents[2] / "sample_data"
#: 11010519491231002X is the example number of GB 11643-1999 itself; the others differ in their last digits.
CARDS = ["11010519491231002X", "440524188001010014", "11010519491231002X"]


def found(header: str, values: list[str]) -> list[tuple[str, bool]]:
    text = f"no,age,{header}\n" + "".join(f"{i},5{i},{value}\n" for i, value in enumerate(values))
    table = read_table(text.encode(), "cohort.csv")
    return [
        (one.kind, one.by_header) for one in identifiers(table, match_columns(table)) if one.column == header
    ]


@pytest.mark.parametrize(
    ("header", "values", "kind", "by_header"),
    [
        ("姓名", ["张三", "李四", "王小五"], "names or initials", True),
        ("Patient name", ["A", "B", "C"], "names or initials", True),
        ("Surname", ["Li", "Wu", "Xu"], "names or initials", True),
        ("列1", ["张三", "李四", "王小五"], "names or initials", False),
        ("who", ["Smith, John", "Mary Jones", "Ann B. Lee"], "names or initials", False),
        ("主管医师", ["张三", "张三", "李四"], "names of staff", True),
        ("MRN", ["204512", "204513", "204600"], "hospital or identity numbers", True),
        ("住院号码", ["0020451", "0020452", "0020453"], "hospital or identity numbers", True),
        ("联系电话", ["13800138000", "13900139000", "010-62345678"], "telephone numbers", True),
        ("Mobile", ["+44 20 7946 0958", "+44 20 7946 0959", "+44 20 7946 0960"], "telephone numbers", True),
        ("extra", ["13800138000", "139 0013 9000", "+86-13700137000"], "telephone numbers", False),
        ("身份证号", CARDS, "identity card numbers", True),
        ("extra", CARDS, "identity card numbers", False),
        ("DOB", ["1950-01-31", "1948-11-02", "1961-07-15"], "full dates of birth", True),
        ("出生日期", ["1950年1月31日", "1948年11月2日", "1961年7月15日"], "full dates of birth", True),
        ("extra", ["1950-01-31", "1948-11-02", "1961-07-15"], "full dates of birth", False),
        ("家庭住址", ["北京", "上海", "广州"], "home addresses", True),
        ("extra", ["a@b.org", "", "c@d.org"], "e-mail addresses", False),
        ("remark", ["fine", "call 13800138000", "fine"], "telephone or identity card numbers within its text", False),
    ],
)  # fmt: skip
def test_a_column_that_tells_who_the_patients_are_is_found(header, values, kind, by_header):
    assert found(header, values) == [(kind, by_header)]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("出生年份", ["1950", "1948", "1961"]),  # the year alone
        ("电话随访", ["痊愈", "好转", "死亡"]),
        ("致敏药物", ["卡马西平", "安乃近", "别嘌醇"]),
        ("病原体", ["金黄色葡萄球菌", "白色念珠菌", "无"]),
        ("肿瘤类型", ["肺癌", "胃癌", "肝癌"]),
        ("pathogen", ["Staphylococcus aureus", "Candida albicans", "none"]),
        ("入院日期", ["2021-01-31", "2021-11-02", "2022-07-15"]),
        ("CRP前", ["13800138", "12", "40"]),
        ("drug name", ["sintilimab", "sintilimab", "camrelizumab"]),
        ("医生诊断", ["SJS", "TEN", "SJS"]),
    ],
)
def test_what_tells_of_the_disease_is_left_alone(header, values):
    assert found(header, values) == []


@pytest.mark.parametrize("name", ["iren_cohort.csv", "iren_cohort.xlsx", "iren_cohort_messy.xlsx"])
def test_the_samples_tell_of_nobody(name: str):
    table = read_table((SAMPLES / name).read_bytes(), name)
    assert identifiers(table, match_columns(table)) == ()


FILE = "病案号,姓名,年龄,联系电话,healing time,outcome\n" + "".join(
    f"{number},{name},{age},1380013800{age % 10},{day},healed\n"
    for number, name, age, day in (
        (20230071, "张三", 50, 20),
        (20230044, "李四", 400, 21),
        (20230071, "张三", 50, 20),
    )
)


def test_nothing_of_them_is_kept_or_quoted():
    result = assemble(FILE.encode(), "cohort.csv", study_numbers=True)
    assert list(result.frame) == ["patient_id", "age_years", "reepithelization_days", "outcome"]
    assert result.frame["patient_id"].tolist() == ["1", "2", "1"]
    kept = result.frame.to_csv() + result.problems.to_csv() + " ".join(result.table.assumptions)
    for secret in ("张三", "李四", "20230071", "20230044", "1380013800"):
        assert secret not in kept
    assert "The column “姓名” holds names or initials and was left out." in result.table.assumptions
    assert "The column “联系电话” holds telephone numbers and was left out." in result.table.assumptions
    said = "The patients are called by study numbers, 1 to 2 in the order of the file, in place of what "
    assert f"{said}stands in “病案号”." in result.table.assumptions
    # One patient in two rows is still seen.
    assert "The same patient number also stands in row 4; each row was counted as a patient." in (
        result.problems["problem"].tolist()
    )


def test_without_study_numbers_the_reader_is_told():
    problems = assemble(FILE.encode(), "cohort.csv").problems
    assert "The patient numbers look like hospital or identity numbers." in problems["problem"].tolist()


def test_a_reader_may_keep_what_names_the_patients():
    result = assemble(FILE.encode(), "cohort.csv", mapping={"姓名": "initials"})
    assert result.frame["initials"].tolist() == ["张三", "李四", "张三"]


def test_the_source_remembers_study_numbers_and_columns_left_out():
    cohort = read_cohort(FILE.encode(), "cohort.csv", mapping={"年龄": None}, study_numbers=True)
    assert cohort.source.study_numbers
    assert cohort.source.chosen == {"年龄": None}


def test_a_file_of_names_and_telephones_alone_is_no_cohort():
    with pytest.raises(CohortError, match="None of its columns is known"):
        assemble("姓名,电话\n张三,13800138000\n".encode(), "cohort.csv")
