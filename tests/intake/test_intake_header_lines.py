"""Headers of several lines, as sheets with groups of columns have them."""

import pytest

from iren_core.intake import assemble, read_table

PATIENTS = [[i, 50 + i, "F" if i % 2 else "M", 10.0 + i, 33 + i, 1.0 + i, 20 + i] for i in range(1, 7)]
MARKERS = ["crp_mg_l_acute", "crp_mg_l_recovery", "il6_pg_ml_acute", "il6_pg_ml_recovery"]


def text(*rows):
    return "\n".join(",".join(map(str, row)) for row in [*rows, *PATIENTS]).encode()


FLAT = ["ID", "Age", "Sex", "CRP", "IL-6", "CRP", "IL-6"]
BELOW = ["", "", "", *FLAT[3:]]


@pytest.mark.parametrize(
    "lines",
    [
        [["ID", "Age", "Sex", "Acute phase", "", "Recovery phase", ""], BELOW],
        [FLAT, ["", "", "", "acute", "acute", "recovery", "recovery"]],
        [["Basic data", "", "", "Labs acute", "", "Labs recovery", ""], FLAT],
        [
            ["基本信息", "", "", "急性期实验室检查", "", "恢复期实验室检查", ""],
            ["编号", "年龄", "性别", *FLAT[3:]],
        ],
        [
            ["序号", "年龄", "性别", "急性期检查", "", "恢复期检查", ""],
            BELOW,
            ["", "岁", "", "mg/L", "pg/mL", "mg/L", "pg/mL"],
        ],
        [
            ["", "", "", "Acute", "", "Recovery", ""],
            FLAT,
            ["", "years", "", "(mg/L)", "(pg/mL)", "(mg/L)", "(pg/mL)"],
        ],
    ],
)
def test_the_phase_of_a_group_belongs_to_each_of_its_markers(lines):
    result = assemble(text(*lines), "cohort.csv")
    assert result.frame.index.tolist() == [*range(len(lines) + 1, len(lines) + 7)]
    assert result.frame["age_years"].tolist() == [51, 52, 53, 54, 55, 56]
    first = {name: result.frame[name].tolist()[0] for name in MARKERS}
    assert first == dict(zip(MARKERS, [11.0, 2.0, 34.0, 21.0], strict=True))
    assert result.questions == ()
    said = [words for words in result.table.assumptions if "header" in words]
    assert said == ["The header has two lines, rows 1 and 2."]


def test_a_header_may_have_three_lines():
    groups = ["", "", "", "Cytokines and acute phase proteins", "", "", ""]
    phases = ["", "", "", "acute", "acute", "recovery", "recovery"]
    table = read_table(text(["", "Patient", "", "Labs", "", "", ""], FLAT, phases), "cohort.csv")
    assert table.columns[3:] == ("CRP acute", "IL-6 acute", "CRP recovery", "IL-6 recovery")
    assert read_table(text(groups, FLAT, phases), "cohort.csv").columns == (
        "ID",
        "Age",
        "Sex",
        *table.columns[3:],
    )


def test_what_a_group_names_beside_laboratory_values_keeps_its_name():
    names = ["ID", "Age", "Sex", "Weight", "WBC", "Days to healing", "Outcome"]
    table = read_table(text(["", "", "Baseline", "", "After recovery", "", ""], names), "cohort.csv")
    assert table.columns == (*names[:4], "WBC After recovery", *names[5:])


def test_a_first_patient_of_known_words_is_no_header_line():
    rows = b"id,sex,arm,mucositis,fever\n,female,steroid,oral,yes\n2,male,steroid,ocular,no\n"
    assert read_table(rows, "cohort.csv").rows.tolist() == [2, 3]


@pytest.mark.parametrize(
    "rows",
    [
        ",ID,Phase,Sex,Fever,Mucositis\n,P1,acute,M,y,y\n,P2,acute,F,n,y\n,P3,acute,M,y,n\n",
        "ID,Sex,Fever,Diagnosis,Age\n,M,y,,\nP2,F,n,SJS,50\nP3,M,y,TEN,60\n",
    ],
)
def test_patients_of_letters_are_no_header_lines(rows):
    assert len(read_table(rows.encode(), "cohort.csv").cells) == 3


def test_names_below_a_group_that_is_called_like_a_field():
    rows = "Patient,,CRP (mg/L),,Outcome\nID,Age,acute,recovery,\nP1,50,90,9,healed\nP2,51,80,8,died\n"
    result = assemble(rows.encode(), "cohort.csv")
    assert result.frame["patient_id"].tolist() == ["P1", "P2"]
    assert result.frame["age_years"].tolist() == [50, 51]
    assert result.frame["crp_mg_l_recovery"].tolist() == [9, 8]
    rows = "Demographics,,CRP,,IL-6,\nID,Age,acute,recovery,acute,recovery\nP1,50,90,9,30,3\n"
    assert assemble(rows.encode(), "cohort.csv").frame["il6_pg_ml_recovery"].tolist() == [3]


def test_a_header_of_two_lines_that_repeats_further_down_is_skipped():
    rows = "ID,Age,CRP acute\n,years,mg/dL\nP1,50,9\nID,Age,CRP acute\n,years,mg/dL\nP2,51,8\n"
    result = assemble(rows.encode(), "cohort.csv")
    assert result.frame["crp_mg_l_acute"].tolist() == [90, 80]


@pytest.mark.parametrize("patients", [2, 5])
def test_a_list_of_many_measurements_is_no_table_on_its_side(patients):
    tests = [
        "CRP,90,mg/L",
        "IL-6,30,pg/mL",
        "Ferritin,900,ng/mL",
        "Albumin,30,g/L",
        "WBC,5,10^9/L",
        "Urea,5,mmol/L",
    ]
    rows = [f"P{who},{test}" for who in range(patients) for test in tests]
    table = read_table("\n".join(["ID,Test,Result,Unit", *rows]).encode(), "labs.csv")
    assert table.columns == ("ID", "Test", "Result", "Unit")
    assert len(table.cells) == 6 * patients
