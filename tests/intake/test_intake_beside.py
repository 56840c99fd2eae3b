"""What stands in brackets beside a known name leaves its meaning, or the column is only offered, to be confirmed."""

from __future__ import annotations

import pytest

from iren_core.intake import ColumnMatch, assemble, match_columns, read_table

NUMBERS, FLAGS, DATES = ("12", "25", "18"), ("1", "0", "1"), ("2022-03-01", "2022-05-04", "2022-06-13")

ANOTHER_MEANING = """
愈合时间（口腔黏膜，天） -> reepithelization_days
Healing time (oral mucosa, days) -> reepithelization_days
Healing time (from admission) -> reepithelization_days
SCORTEN (day 3) -> scorten
WBC (day 7) -> wbc
WBC (day=7) -> wbc
WBC (7 days) -> wbc
WBC (urine) -> wbc
白细胞 CSF -> wbc
白细胞（尿） -> wbc
白细胞（CSF） -> wbc
BSA (discharge) -> detachment_bsa_pct
Weight (discharge) -> weight_kg
住院天数（ICU） -> hospital_days
Hospital days (ICU) -> hospital_days
Death day (from onset) -> death_day
Glucose (CSF) -> glucose_mmol_l
Creatinine (clearance mL/min) -> creatinine_umol_l
血红蛋白（糖化） -> hemoglobin_g_l
CRP acute (urine) -> crp_mg_l_acute
激素累积量（甲强龙，mg） -> cumulative_prednisone_mg
Cumulative steroid (mg hydrocortisone) -> cumulative_prednisone_mg
Steroid dose (dexamethasone, mg/d) -> prednisone_eq_mg_day
Steroid dose (methylprednisolone, mg/kg/d) -> prednisone_eq_mg_kg_day
""".strip().splitlines()

ANOTHER_EVENT = """
感染（入院前） -> infection
Infection (before admission) -> infection
Died (from cancer) -> outcome
Mucositis (oral) -> mucositis
DIC (history) -> dic
""".strip().splitlines()

ANOTHER_DATE = """
Date of onset (cancer) -> date_onset
Date of admission (ICU) -> date_admission
出院日期（ICU） -> date_discharge
Healing date (oral) -> date_healing
""".strip().splitlines()

ITS_OWN_MEANING = """
愈合时间（皮肤，天） -> reepithelization_days
Healing time (skin, days) -> reepithelization_days
SCORTEN (day 1) -> scorten
SCORTEN (0-7) -> scorten
WBC (admission) -> wbc
WBC (4-10) -> wbc
白细胞（WBC） -> wbc
白细胞（仪器法，×10^9/L） -> wbc
ALT (SGPT) -> alt_u_l
白细胞(3.5-9.5×10^9/L) -> wbc
CRP(0-8mg/L)治疗前 -> crp_mg_l_acute
CD4+T细胞(CD3+CD4+) 急性期 -> cd4_cells_ul_acute
随访时间（从激素开始，天） -> followup_days
Age (at diagnosis) -> age_years
Alter (Jahre) -> age_years
BSA (max) -> detachment_bsa_pct
Death day (from steroid start) -> death_day
CRP (recovery, mg/L) -> crp_mg_l_recovery
CRP (入院) -> crp_mg_l_acute
激素累积量（泼尼松，mg） -> cumulative_prednisone_mg
Steroid dose (methylprednisolone, mg/d) -> methylprednisolone_mg_day
激素剂量（甲强龙，mg/d） -> methylprednisolone_mg_day
""".strip().splitlines()

ITS_OWN_EVENT = """
Died (in hospital) -> outcome
Death (yes/no) -> outcome
发热（≥38℃） -> fever
感染（院内） -> infection
Fever (Y/N) -> fever
""".strip().splitlines()

ITS_OWN_DATE = """
Date of onset (rash) -> date_onset
Date of admission (yyyy-mm-dd) -> date_admission
入院日期（年月日） -> date_admission
""".strip().splitlines()


def matched(*headers: str, cells: tuple[str, ...]) -> list[ColumnMatch]:
    """How columns of the same cells are understood, beside a patient's number."""
    lines = [["ID", *headers], *([str(number), *[cell] * len(headers)] for number, cell in enumerate(cells))]
    text = "\n".join(map("\t".join, lines))
    return [*match_columns(read_table(text.encode(), "cohort.txt"))[1:]]


def _lines(*lists: tuple[list[str], tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(line, cells) for lines, cells in lists for line in lines]


@pytest.mark.parametrize(
    ("line", "cells"), _lines((ANOTHER_MEANING, NUMBERS), (ANOTHER_EVENT, FLAGS), (ANOTHER_DATE, DATES))
)
def test_a_remark_that_may_change_the_meaning_is_asked_about(line: str, cells: tuple[str, ...]) -> None:
    header, _, field = line.rpartition(" -> ")
    (match,) = matched(header, cells=cells)
    assert (match.field, match.how) == (field, "similar")
    assert match.note.startswith(("“", "Its header names"))


@pytest.mark.parametrize(
    ("line", "cells"), _lines((ITS_OWN_MEANING, NUMBERS), (ITS_OWN_EVENT, FLAGS), (ITS_OWN_DATE, DATES))
)
def test_a_remark_that_leaves_the_meaning_needs_no_click(line: str, cells: tuple[str, ...]) -> None:
    header, _, field = line.rpartition(" -> ")
    (match,) = matched(header, cells=cells)
    assert (match.field, match.used) == (field, True)


@pytest.mark.parametrize(
    ("other", "right"),
    [
        ("愈合时间（口腔黏膜，天）", "愈合时间（皮肤，天）"),
        ("Healing time (oral, days)", "Healing time (skin, days)"),
        ("WBC (urine)", "WBC (admission)"),
        ("SCORTEN (day 3)", "SCORTEN (day 1)"),
        ("Hospital days (ICU)", "Hospital days (total)"),
    ],
)
def test_the_column_whose_remark_is_the_meaning_wins(other: str, right: str) -> None:
    first, second = matched(other, right, cells=("2", "3", "4"))
    assert second.used
    assert not first.used
    assert first.field is None


def test_a_dose_of_methylprednisolone_is_converted_and_said() -> None:
    rows = "".join(f"{number}\t80\n" for number in range(3))
    cohort = assemble(f"ID\tSteroid dose (methylprednisolone, mg/d)\n{rows}".encode(), "cohort.txt")
    assert [*cohort.frame["prednisone_eq_mg_day"]] == [100, 100, 100]
    assert any("methylprednisolone (× 1.25)" in words for words in cohort.table.assumptions)


def test_a_dose_of_another_steroid_is_offered_with_its_factor() -> None:
    (match,) = matched("激素累积量（甲强龙，mg）", cells=NUMBERS)
    assert "甲强龙" in match.note
    assert "1 mg of methylprednisolone is 1.25 mg" in match.note


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Albumin (g/L) [V7]", "albumin_g_l"),
        ("Albumin [eiweiss]", "albumin_g_l"),
        ("Age [alter_x]", "age_years"),
    ],
)
def test_the_name_of_a_variable_behind_its_label_needs_no_click(header: str, field: str) -> None:
    (match,) = matched(header, cells=("32", "35", "41"))
    assert (match.field, match.used) == (field, True)


@pytest.mark.parametrize("header", ["Glucose [CSF]", "Glucose [urine]", "Glucose [glu_d7]"])
def test_the_name_of_a_variable_that_tells_of_another_thing_is_asked_about(header: str) -> None:
    (match,) = matched(header, cells=("6", "7", "8"))
    assert (match.field, match.how) == ("glucose_mmol_l", "similar")


@pytest.mark.parametrize(
    ("header", "cells", "field", "value"),
    [
        ("CRP (0-0.8 mg/dL) acute", ("5", "6", "7"), "crp_mg_l_acute", 50),
        ("PLT (万/μL)", ("12", "20", "25"), "platelets", 120),
    ],
)
def test_the_unit_behind_a_usual_range_counts(
    header: str, cells: tuple[str, ...], field: str, value: float
) -> None:
    rows = "".join(f"{number}\t{cell}\n" for number, cell in enumerate(cells))
    assert assemble(f"ID\t{header}\n{rows}".encode(), "cohort.txt").frame[field].iloc[0] == value
