"""Headers that stand once more among the patients, in the same order or in another."""

import pytest

from iren_core.intake import assemble, bulk
from iren_core.intake.read import read_table

HEADER = "ID,Sex,Age,BSA (%),CRP acute (mg/L)"
PATIENTS = ["1,M,50,10,5", "2,F,51,20,6"]


def read(*lines):
    return assemble("\n".join(lines).encode(), "cohort.csv")


def patients(result):
    fields = ["patient_id", "sex", "age_years", "detachment_bsa_pct"]
    return result.frame[fields].astype(object).values.tolist()


FOUR = [["1", "male", 50, 10], ["2", "female", 51, 20], ["3", "female", 52, 12], ["4", "male", 53, 13]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HEADER, "ID,Sex,BSA (%),Age,CRP acute (mg/L)"),
        (HEADER, "Patient ID,Gender,BSA detached (%),Age (years),CRP acute (mg/L)"),
        (HEADER.upper(), "id,sex,bsa (%),age,crp ACUTE (mg/l)"),
        ("编号,性别,年龄,剥脱面积(%),急性期CRP(mg/L)", "编号,性别,剥脱面积(%),年龄,急性期CRP(mg/L)"),
        ("编号,性别,年龄,剥脱面积(%),急性期CRP(mg/L)", "病人号,性别,剥脱面积(%),年龄(岁),急性期CRP(mg/L)"),
    ],
)
def test_a_block_with_its_columns_in_another_order_is_read_by_its_names(first, second):
    result = read(first, *PATIENTS, "Combination,,,,", second, "3,F,12,52,7", "4,M,13,53,8")
    assert patients(result) == FOUR
    assert result.frame.index.tolist() == [2, 3, 6, 7]
    said = (
        "Row 5 is a header with its columns in another order: the cells of rows 6 to 7 were put under the first header "
        "by its names."
    )
    assert said in result.table.assumptions
    assert result.problems.empty


def test_units_below_both_headers_belong_to_them():
    units = [",,(years),(%),(mg/L)", ",,(%),(years),(mg/L)"]
    first, second = "ID,Sex,Age,BSA,CRP acute", "ID,Sex,BSA,Age,CRP acute"
    result = read(first, units[0], *PATIENTS, second, units[1], "3,F,12,52,7", "4,M,13,53,8")
    assert patients(result) == FOUR
    assert result.problems.empty


@pytest.mark.parametrize(
    ("other", "crp"),
    [("CRP acute (mg/dL)", "“CRP acute (mg/dL)”"), ("Ferritin acute (ng/mL)", "“Ferritin acute (ng/mL)”")],
)
def test_a_column_that_the_first_header_lacks_is_an_error_and_is_not_read(other, crp):
    result = read(HEADER, *PATIENTS, f"ID,Sex,BSA (%),Age,{other}", "3,F,12,52,7", "4,M,13,53,8")
    assert patients(result) == FOUR
    assert result.frame["crp_mg_l_acute"].tolist()[:2] == [5, 6]
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [False, False, True, True]
    (query,) = result.problems.itertuples()
    assert (query.row, query.severity) == (4, "error")
    assert query.problem.startswith(
        f"This row is a second header, and the first one has no such column: {crp}. "
        "What stands below it in rows 5 to 6 was left out"
    )


def test_the_codes_of_a_second_header_are_not_those_of_the_first():
    first, second = "ID,Age,Sex (0=F; 1=M),BSA (%)", "ID,Age,Sex (1=F; 0=M),BSA (%)"
    result = read(first, "1,50,0,10", second, "2,51,0,12")
    assert result.frame["sex"].astype(object).tolist()[0] == "female"
    assert result.frame["sex"].isna().tolist() == [False, True]
    assert "Sex (1=F; 0=M)" in result.problems["value"].tolist()


def test_a_header_again_in_its_own_order_ends_a_block():
    result = read(HEADER, "ID,Sex,BSA (%),Age,CRP acute (mg/L)", "3,F,12,52,7", HEADER, "4,M,53,13,8")
    assert patients(result) == FOUR[2:]
    assert "Row 4 repeats the header and was skipped." in result.table.assumptions


def test_a_header_in_other_words_is_no_patient():
    result = read(
        HEADER, *PATIENTS, "No.,Gender,Age (years),BSA (%),CRP acute (mg/L)", "3,F,52,12,7", "4,M,53,13,8"
    )
    assert patients(result) == FOUR
    assert "Row 4 repeats the header in other words and was skipped." in result.table.assumptions


def test_a_row_that_slid_below_a_second_header_is_said():
    second = "ID,Sex,BSA (%),Age,CRP acute (mg/L)"
    result = read(HEADER, *PATIENTS, second, "3,F,12,52,7,9", "4,M,13")
    said = dict(zip(result.problems["row"], result.problems["problem"], strict=True))
    slid = "The row has more cells than the header above it, in row 4: its values may have slid into wrong columns"
    assert said[5] == f"{slid}, so only the first was kept."
    assert said[6] == "The row has fewer cells than the header above it, in row 4."
    assert result.frame["age_years"].tolist()[:2] == [50, 51]
    assert result.frame["age_years"].isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    "row", ["李明,SJS,联合治疗,死亡,感染", "Smith,SJS,combination,died,sepsis", "A,TEN,激素,存活,无"]
)
def test_a_patient_told_in_words_is_a_patient(row):
    result = read("姓名代码,诊断,分组,结局,感染", "王五,TEN,激素,存活,无", row)
    assert len(result.frame) == 2


def test_a_large_table_with_a_block_in_another_order_is_the_same(monkeypatch):
    monkeypatch.setattr(bulk, "FEWEST_ROWS", 50)
    body = [f"{row},M,50,10,5" for row in range(300)]
    block = ["Patient ID,Sex,BSA (%),Age,CRP acute (mg/L)", *(f"{row},F,12,52,7" for row in range(300, 600))]
    table = read_table("\n".join([HEADER, *body, *block]).encode(), "cohort.csv")
    assert len(table.rows) == 600
    assert table.cells[2].tolist() == ["50"] * 300 + ["52"] * 300
    assert table.cells[3].tolist() == ["10"] * 300 + ["12"] * 300


@pytest.mark.parametrize(
    ("second", "row"),
    [
        ("ID,Diagnosis,Outcome,SCORTEN", "3,TEN,died,4"),
        ("病人号,诊断,结局,SCORTEN", "3,TEN,死亡,4"),
        ("ID,Outcome,,", "3,died,,"),
    ],
)
def test_a_table_with_other_columns_below_the_first_is_an_error(second, row):
    result = read("ID,Sex,Age,CRP acute (mg/L)", "1,M,50,5", "2,F,51,6", second, row)
    assert result.frame["patient_id"].tolist() == ["1", "2", "3"]
    assert result.frame[["sex", "age_years", "crp_mg_l_acute"]].isna().all(axis=1).tolist() == [
        False,
        False,
        True,
    ]
    assert result.problems["row"].tolist()[0] == 4
    assert "the first one has no such column" in result.problems["problem"].tolist()[0]


def test_a_cell_that_no_name_of_the_second_header_stands_above_is_an_error():
    result = read(HEADER, *PATIENTS, "ID,Age,Sex,,", "3,52,F,,7")
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [False, False, True]
    (query,) = result.problems.itertuples()
    assert (query.row, query.value, query.severity) == (4, "column E", "error")


def test_the_title_of_a_second_table_is_no_patient():
    second = "ID,Sex,BSA (%),Age,CRP acute (mg/L)"
    for title in ("Table 2. Laboratory values", "表2 检验结果", "Those who came from another hospital"):
        result = read(HEADER, *PATIENTS, f"{title},,,,", second, "3,F,12,52,7", "4,M,13,53,8")
        assert patients(result) == FOUR
        assert (
            f"Row 4 was not read, a title above the header in row 5: “{title}”." in result.table.assumptions
        )
    named = read(
        HEADER, "Table 1. Steroid group,,,,", *PATIENTS, "Table 2: Combination,,,,", second, "3,F,12,52,7"
    )
    assert named.frame["arm"].astype(object).tolist() == ["corticosteroid", "corticosteroid", "combination"]
