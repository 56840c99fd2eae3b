"""The sample files are consistent in themselves, agree with each other, and are what the generator writes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.cohort import Cohort, read_cohort
from iren_core.stats import compare_survival, scorten_risk

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"

#: Fields of the messy workbook whose values its slips must not change.
UNTOUCHED = (
    *(
        "patient_id",
        "sex",
        "age_years",
        "diagnosis",
        "arm",
        "tnfi_drug",
        "scorten",
        "outcome",
        "ivig",
        "fever",
    ),
    *("detachment_bsa_pct", "reepithelization_days", "steroid_duration_days", "cumulative_prednisone_mg"),
    *("death_day", "followup_days", "albumin_g_l", "crp_mg_l_recovery", "nk_cells_ul_acute"),
    *("date_steroid_start", "date_admission", "date_death", "date_last_followup"),
)


def read(name: str) -> Cohort:
    return read_cohort((SAMPLE / name).read_bytes(), name)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return read("iren_cohort.csv")


@pytest.fixture(scope="module")
def frame(cohort: Cohort) -> pd.DataFrame:
    return cohort.frame


def test_every_row_says_that_it_is_synthetic(cohort: Cohort) -> None:
    assert cohort.source.synthetic
    assert (cohort.frame["data_origin"] == "synthetic, not a real patient").all()


def test_scorten_is_the_sum_of_its_items(frame: pd.DataFrame) -> None:
    items = ["age", "malignancy", "hr", "bsa", "bun", "glucose", "hco3"]
    assert (frame[[f"scorten_{item}" for item in items]].sum(axis=1) == frame["scorten"]).all()


# Cut-offs: Bastuji-Garin 2000, doi 10.1046/j.1523-1747.2000.00061.x.
@pytest.mark.parametrize(
    ("item", "scores"),
    [
        ("age", lambda frame: frame["age_years"] >= 40),
        ("hr", lambda frame: frame["heart_rate"] >= 120),
        ("bsa", lambda frame: frame["detachment_bsa_pct"] >= 10),
        ("bun", lambda frame: frame["urea_mmol_l"] > 10),
        ("glucose", lambda frame: frame["glucose_mmol_l"] > 14),
        ("hco3", lambda frame: frame["bicarbonate_mmol_l"] < 20),
    ],
)
def test_scorten_items_agree_with_the_measurements(frame: pd.DataFrame, item: str, scores) -> None:
    assert (frame[f"scorten_{item}"] == scores(frame)).all()


def test_predicted_mortality_follows_from_scorten(frame: pd.DataFrame) -> None:
    expected = 100 * scorten_risk(frame["scorten"])
    assert frame["predicted_mortality_pct"].to_numpy() == pytest.approx(expected, abs=0.005)


def test_diagnosis_agrees_with_detachment(frame: pd.DataFrame) -> None:
    # Bastuji-Garin 1993, doi 10.1001/archderm.1993.01680220104023: SJS below 10 %, TEN above 30 %.
    toxic = frame["diagnosis"] == "TEN"
    assert (frame["detachment_bsa_pct"][toxic] > 30).all()
    assert (frame["detachment_bsa_pct"][~toxic] < 10).all()
    assert (frame["erythema_bsa_pct"] >= frame["detachment_bsa_pct"]).all()


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("ici_first", "ici_last"),
        ("ici_last", "onset"),
        ("onset", "admission"),
        ("admission", "steroid_start"),
        ("steroid_start", "stabilization"),
        ("stabilization", "healing"),
        ("stabilization", "recovery_sample"),
        ("recovery_sample", "death"),
        ("healing", "discharge"),
        ("discharge", "last_followup"),
        ("death", "last_followup"),
    ],
)
def test_dates_stand_in_order(frame: pd.DataFrame, earlier: str, later: str) -> None:
    both = frame[[f"date_{earlier}", f"date_{later}"]].dropna()
    assert len(both) >= 3
    assert (both.iloc[:, 0] <= both.iloc[:, 1]).all()


@pytest.mark.parametrize(
    ("days", "since", "until"),
    [
        ("latency_days", "ici_last", "onset"),
        ("reepithelization_days", "steroid_start", "healing"),
        ("steroid_duration_days", "steroid_start", "steroid_stop"),
        ("death_day", "steroid_start", "death"),
        ("followup_days", "steroid_start", "last_followup"),
        ("hospital_days", "admission", "discharge"),
    ],
)
def test_days_are_differences_of_dates(frame: pd.DataFrame, days: str, since: str, until: str) -> None:
    counted = (frame[f"date_{until}"] - frame[f"date_{since}"]).dt.days
    pd.testing.assert_series_equal(counted.astype(float), frame[days].astype(float), check_names=False)


def test_enrolment_and_follow_up_keep_to_the_protocol(frame: pd.DataFrame) -> None:
    # Sections 2.1, 2.2 and 3.1: enrolment September 2021 to December 2023, at least 8 weeks of follow-up.
    assert frame["date_admission"].between("2021-09-01", "2023-12-31").all()
    assert frame["date_last_followup"].max() <= pd.Timestamp("2024-03-31")
    died = frame["outcome"] == "died"
    assert (frame["followup_days"][~died] >= 56).all()
    assert (frame["death_day"][died] < 56).all()
    assert frame["age_years"].between(18, 75).all()


def test_t_cell_subsets_fit_into_the_t_cells(frame: pd.DataFrame) -> None:
    for phase in ("acute", "recovery"):
        assert (
            frame[f"cd4_cells_ul_{phase}"] + frame[f"cd8_cells_ul_{phase}"] < frame[f"cd3_cells_ul_{phase}"]
        ).all()
    assert (frame["cd3_cells_ul_acute"] + frame["nk_cells_ul_acute"] < 1000 * frame["lymphocytes"]).all()


def test_workbook_holds_the_same_patients(frame: pd.DataFrame) -> None:
    workbook = read("iren_cohort.xlsx").frame
    pd.testing.assert_frame_equal(
        workbook.reset_index(drop=True),
        frame.reset_index(drop=True),
        check_dtype=False,
        check_categorical=False,
    )


@pytest.fixture(scope="module")
def messy() -> Cohort:
    return read("iren_cohort_messy.xlsx")


@pytest.mark.parametrize("field", UNTOUCHED)
def test_messy_workbook_reads_as_the_same_patients(frame: pd.DataFrame, messy: Cohort, field: str) -> None:
    found, expected = (patients[field].reset_index(drop=True) for patients in (messy.frame, frame))
    pd.testing.assert_series_equal(found, expected, check_dtype=False, check_categorical=False)


def test_messy_workbook_reports_its_slips(messy: Cohort) -> None:
    assert messy.source.sheet == "患者数据"
    assert [(line.row, line.value) for line in messy.problems.itertuples() if "temp" in line.problem] == [
        (12, "389")
    ]
    unused = [match.column for match in messy.source.columns if not match.used]
    assert unused == ["白蛋白(g/L) (2)"]
    below = messy.frame[messy.frame["il6_pg_ml_recovery"].isna()]
    assert set(messy.limits["row"]) == set(below.index)
    assert set(messy.limits["sign"]) == {"<"}


def test_messy_workbook_gives_the_same_log_rank(frame: pd.DataFrame, messy: Cohort) -> None:
    # Section 3.2 prints p = 0.004 for TEN.
    results = []
    for patients in (frame, messy.frame):
        toxic = patients[(patients["diagnosis"] == "TEN") & (patients["outcome"] == "healed")]
        events = np.ones(len(toxic))
        results.append(compare_survival(toxic["reepithelization_days"], events, toxic["arm"]).p_value)
    assert results[0] == results[1]
    assert round(results[0], 3) == 0.004


def contents(path: Path) -> dict[str, bytes]:
    """What a file holds: the parts of a workbook unpacked, for zip libraries pack them differently."""
    if path.suffix != ".xlsx":
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as workbook:
        return {name: workbook.read(name) for name in workbook.namelist()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, SAMPLE / "make_sample.py", folder], check=True, env=environment)
    return folder


@pytest.mark.parametrize(
    "name", ["iren_cohort.csv", "iren_cohort.xlsx", "iren_cohort_messy.xlsx", "template.xlsx"]
)
def test_generator_writes_the_file_as_it_is(written: Path, name: str) -> None:
    assert contents(written / name) == contents(SAMPLE / name)
