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
