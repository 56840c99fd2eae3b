"""The sample cohort shows what the study prints."""

from __future__ import annotations

import json
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from iren_core.cohort import read_cohort
from iren_core.schema import MARKERS
from iren_core.stats import (
    compare_counts,
    compare_groups,
    compare_pairs,
    compare_survival,
    correlate,
)
from iren_core.stats.describe import describe

ROOT = Path(__file__).parents[1]
PUBLISHED = json.loads((ROOT / "tests/reference/published.json").read_text(encoding="utf-8"))["facts"]

#: Facts that the sample cannot show: id -> why.
NOT_REPRODUCED = {
    "p_conc": "The printed counts give a Freeman-Halton p of 0.232, not the printed 0.260; the counts are kept.",
}

#: The quantity of a fact -> the field that holds it, or (field, category counted).
FIELD_OF_NUMBER = {
    "age": "age_years",
    "body mass index": "bmi",
    "BMI": "bmi",
    "ICI cycles before onset (typically)": "ici_cycles",
    "latency": "latency_days",
    "peak body temperature": "peak_temp_c",
    "erythemas": "erythema_bsa_pct",
    "epidermal detachment": "detachment_bsa_pct",
    "SCORTEN (range 0-7)": "scorten",
    "SCORTEN": "scorten",
    "predicted mortality": "predicted_mortality_pct",
    "IVIG cumulative dose (TEN only)": "ivig_cumulative_g_kg",
    "IVIG cumulative dose": "ivig_cumulative_g_kg",
    "serum albumin": "albumin_g_l",
    "re-epithelization time (healed patients)": "reepithelization_days",
    "corticosteroid treatment duration (healed)": "steroid_duration_days",
    "cumulative prednisone equivalent dose (healed)": "cumulative_prednisone_mg",
    "infection onset": "infection_onset_day",
}
PREDNISONE_FIELD = {"mg/day": "prednisone_eq_mg_day", "mg/kg/day": "prednisone_eq_mg_kg_day"}
COUNTED = {
    "disp_all": ("data_origin", "synthetic, not a real patient"),
    "disp_sjs": ("diagnosis", "SJS"),
    "disp_ten": ("diagnosis", "TEN"),
    "arm_comb": ("arm", "combination"),
    "arm_cort": ("arm", "corticosteroid"),
    "tnfi_etan": ("tnfi_drug", "etanercept"),
    "tnfi_inf": ("tnfi_drug", "infliximab"),
    "healed": ("outcome", "healed"),
    "deaths": ("outcome", "died"),
    "obs": ("outcome", "died"),
    "death_cause_lung": ("death_cause", "pulmonary infection"),
    "death_cause_dic": ("death_cause", "disseminated intravascular coagulation"),
    "male": ("sex", "male"),
    "fever": ("fever", True),
    "mucositis": ("mucositis", True),
    "ivig": ("ivig", True),
    "conc_ct_tt": ("concurrent_treatment", "chemotherapy + targeted drugs"),
    "conc_tt": ("concurrent_treatment", "targeted drugs"),
    "conc_rt": ("concurrent_treatment", "radiation therapy"),
    "conc_abx": ("concurrent_treatment", "antibiotics"),
    "conc_oth": ("concurrent_treatment", "other"),
}

# SPSS prints two Mann-Whitney p-values: "exact" counts rank sums as if there were no ties, "asymptotic" is the
# normal approximation corrected for ties but not for continuity. SciPy computes both and is the witness here.
SPSS_EXACT, SPSS_ASYMPTOTIC = "SPSS exact", "SPSS asymptotic"

#: A printed p-value between arms -> (field, subgroup, test that reproduces it).
BETWEEN_ARMS = {
    "p_dx": ("diagnosis", "all", "chi-squared"),  # the footnote says Fisher, which gives 1.000
    "p_fever": ("fever", "all", "fisher"),
    "p_mucositis": ("mucositis", "all", "fisher"),
    "p_ivig": ("ivig", "all", "fisher"),
    "p_obs": ("outcome", "all", "fisher"),
    "p_temp": ("peak_temp_c", "all", "student"),
    "p_eryth": ("erythema_bsa_pct", "all", "student"),
    "p_bsa": ("detachment_bsa_pct", "all", SPSS_EXACT),
    "p_scorten": ("scorten", "all", SPSS_EXACT),
    "p_pred": ("predicted_mortality_pct", "all", SPSS_EXACT),
    "p_pdn": ("prednisone_eq_mg_day", "all", SPSS_ASYMPTOTIC),
    "p_pdnkg": ("prednisone_eq_mg_kg_day", "all", SPSS_ASYMPTOTIC),
    "p_ivigdose": ("ivig_cumulative_g_kg", "all", SPSS_EXACT),
    "p_re": ("reepithelization_days", "all", "log-rank"),
    "p_re_sjs": ("reepithelization_days", "SJS", "log-rank"),
    "p_re_ten": ("reepithelization_days", "TEN", "log-rank"),
    "p_dur": ("steroid_duration_days", "all", SPSS_EXACT),
    "p_dur_sjs": ("steroid_duration_days", "SJS", SPSS_EXACT),
    "p_dur_ten": ("steroid_duration_days", "TEN", "student"),
    "p_cum": ("cumulative_prednisone_mg", "all", "student"),
    "p_cum_sjs": ("cumulative_prednisone_mg", "SJS", "student"),
    "p_cum_ten": ("cumulative_prednisone_mg", "TEN", "student"),
}

#: A p-value printed beside two values -> (field, groups compared, test that reproduces it).
BESIDE_VALUES = {
    "inf_onset_comb": ("infection_onset_day", "arm", SPSS_EXACT),
    "dx_bmi_ten": ("bmi", "diagnosis", "student"),
    "dx_bsa_ten": ("detachment_bsa_pct", "diagnosis", "mann-whitney"),
    "dx_scorten_ten": ("scorten", "diagnosis", "mann-whitney"),
    "dx_alb_ten": ("albumin_g_l", "diagnosis", "student"),
    "d_bmi_dead": ("bmi", "outcome", "student"),
    "d_scorten_dead": ("scorten", "outcome", SPSS_EXACT),
    "d_bsa_dead": ("detachment_bsa_pct", "outcome", SPSS_EXACT),
}
CORRELATED = {
    "r_bmi": ("bmi", "pearson"),
    "r_bsa": ("detachment_bsa_pct", "spearman"),
    "r_il6": ("il6_pg_ml_acute", "spearman"),
    "r_tnf": ("tnfa_pg_ml_acute", "spearman"),
}
UNRELATED_TO_HEALING = (
    *("age_years", "scorten", "heart_rate", "wbc", "albumin_g_l", "crp_mg_l_acute", "ferritin_ng_ml_acute"),
    *(marker.acute for marker in MARKERS[4:]),
)
FIGURE_PANELS = dict(zip(("5A", "5B", "5C", "5D", "6A", "6B", "6C", "6D"), MARKERS, strict=True))
PAIRED_TEST = {"Wilcoxon signed-rank": "wilcoxon", "paired t-test": "paired-t"}


def of_kind(*kinds: str) -> list:
    """The facts of these kinds that the sample shows, as test parameters."""
    return [
        pytest.param(fact, id=fact["id"])
        for fact in PUBLISHED
        if fact["kind"] in kinds and fact["id"] not in NOT_REPRODUCED and fact["id"] != "d_qual"
    ]


def fact_named(name: str) -> dict:
    return next(fact for fact in PUBLISHED if fact["id"] == name)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    data = (ROOT / "sample_data/iren_cohort.csv").read_bytes()
    return read_cohort(data, "iren_cohort.csv").frame


def group_of(frame: pd.DataFrame, fact: dict, *, by_diagnosis: bool = True) -> pd.DataFrame:
    """The patients of whom a fact speaks."""
    arm = fact["arm"].removeprefix("healed: ")
    group = frame
    if by_diagnosis and fact["subgroup"] != "all":
        group = group[group["diagnosis"] == fact["subgroup"]]
    if arm in ("combination", "corticosteroid"):
        group = group[group["arm"] == arm]
    if arm == "deceased":
        group = group[group["outcome"] == "died"]
    if fact["arm"].startswith("healed"):
        group = group[group["outcome"] == "healed"]
    return group


def rounded(value: float, like: float) -> float:
    """``value`` to as many decimals as ``like`` is printed with, halves upwards as on paper."""
    step = Decimal(1).scaleb(Decimal(str(like)).as_tuple().exponent)
    return float(Decimal(repr(round(float(value), 9))).quantize(step, ROUND_HALF_UP))


def as_printed(value: float, printed: float) -> bool:
    return rounded(value, printed) == printed


def p_as_printed(p_value: float, printed: float | str) -> bool:
    if isinstance(printed, str):
        return p_value < float(printed.removeprefix("<"))
    return as_printed(p_value, printed)


def field_of(fact: dict) -> str:
    return FIELD_OF_NUMBER.get(fact["quantity"]) or PREDNISONE_FIELD[fact["units"]]


def p_between(frame: pd.DataFrame, field: str, groups: str, test: str) -> float:
    if test in ("fisher", "chi-squared"):
        return compare_counts(pd.crosstab(frame[field], frame[groups]), test=test).p_value
    if test == "log-rank":
        healed = frame[frame["outcome"] == "healed"]
        return compare_survival(healed[field], np.ones(len(healed)), healed[groups]).p_value
    if test in (SPSS_EXACT, SPSS_ASYMPTOTIC):
        first, second = (
            part.dropna().astype(float) for _, part in frame.groupby(groups, observed=True)[field]
        )
        method = "exact" if test == SPSS_EXACT else "asymptotic"
        return float(mannwhitneyu(first, second, method=method, use_continuity=False).pvalue)
    return compare_groups(frame[field], frame[groups], test=test).p_value


def test_every_fact_is_either_shown_or_excused() -> None:
    shown = {fact.values[0]["id"] for fact in of_kind(*{fact["kind"] for fact in PUBLISHED})}
    assert len(PUBLISHED) == 157
    assert shown | NOT_REPRODUCED.keys() | {"d_qual"} == {fact["id"] for fact in PUBLISHED}


@pytest.mark.parametrize("fact", of_kind("count"))
def test_count(frame: pd.DataFrame, fact: dict) -> None:
    name = next(key for key in sorted(COUNTED, key=len, reverse=True) if fact["id"].startswith(key))
    field, category = COUNTED[name]
    group = frame if field == "arm" else group_of(frame, fact, by_diagnosis=field != "diagnosis")
    found = group[field].astype(str).str.startswith(str(category)).sum()
    assert (found, len(group)) == (fact["value"]["count"], fact["value"]["of"])
    if (printed := fact["value"].get("pct_published")) is not None:
        assert as_printed(100 * found / len(group), printed)


@pytest.mark.parametrize("fact", of_kind("median_iqr"))
def test_median_and_quartiles(frame: pd.DataFrame, fact: dict) -> None:
    values = group_of(frame, fact)[field_of(fact)]
    found = describe(values)
    assert found.n == fact["n"]
    for name, value in (("median", found.median), ("q1", found.q1), ("q3", found.q3)):
        assert as_printed(value, fact["value"][name]), name


@pytest.mark.parametrize("fact", of_kind("mean_sd"))
def test_mean_and_sd(frame: pd.DataFrame, fact: dict) -> None:
    found = describe(group_of(frame, fact)[field_of(fact)])
    assert as_printed(found.mean, fact["value"]["mean"])
    assert as_printed(found.sd, fact["value"]["sd"])


@pytest.mark.parametrize("fact", of_kind("mean", "median", "mean_or_median"))
def test_one_average(frame: pd.DataFrame, fact: dict) -> None:
    field = field_of(fact)
    found = describe(group_of(frame, fact)[field])
    # Where the study does not say which, its rule does: the mean of what is normally distributed.
    is_mean = fact["kind"] == "mean" or field in ("bmi", "albumin_g_l")
    assert as_printed(found.mean if is_mean else found.median, fact["value"])


@pytest.mark.parametrize("fact", of_kind("p"))
def test_p_value_between_arms(frame: pd.DataFrame, fact: dict) -> None:
    field, diagnosis, test = BETWEEN_ARMS[fact["id"]]
    group = frame if diagnosis == "all" else frame[frame["diagnosis"] == diagnosis]
    p_value = p_between(group, field, "arm", test)
    if fact["value"] is None:  # printed as "not statistically significant"
        assert p_value > 0.05
    else:
        assert p_as_printed(p_value, fact["value"])


@pytest.mark.parametrize("name", BESIDE_VALUES)
def test_p_value_beside_values(frame: pd.DataFrame, name: str) -> None:
    field, groups, test = BESIDE_VALUES[name]
    assert p_as_printed(p_between(frame, field, groups, test), fact_named(name)["p"])


@pytest.mark.parametrize("fact", of_kind("r"))
def test_correlation_with_healing_time(frame: pd.DataFrame, fact: dict) -> None:
    field, method = CORRELATED[fact["id"]]
    healed = frame[frame["outcome"] == "healed"]
    found = correlate(healed["reepithelization_days"], healed[field], method=method)
    assert found.n == fact["n"]
    assert as_printed(found.estimate, fact["value"])
    assert p_as_printed(found.p_value, fact["p"])


@pytest.mark.parametrize("fact", of_kind("direction"))
def test_change_from_acute_to_recovery(frame: pd.DataFrame, fact: dict) -> None:
    marker = FIGURE_PANELS[fact["id"].removeprefix("paired_")[:2]]
    group = group_of(frame, fact)
    found = compare_pairs(group[marker.acute], group[marker.recovery], test=PAIRED_TEST[fact["test"]])
    assert found.n_pairs == fact["n"]
    assert math.copysign(1, found.estimate) == (-1 if fact["value"].startswith("decrease") else 1)
    assert (found.p_value < 0.05) == fact["value"].endswith("p<0.05")


@pytest.mark.parametrize("key", ["ferritin_ng_ml", "il6_pg_ml", "tnfa_pg_ml"])
@pytest.mark.parametrize("phase", ["acute", "recovery"])
def test_the_deceased_have_more_inflammation(frame: pd.DataFrame, key: str, phase: str) -> None:
    # Fact d_qual: Table 3 and Figures 7B-D.
    medians = frame.groupby("outcome", observed=True)[f"{key}_{phase}"].median()
    assert medians["died"] > medians["healed"]


@pytest.mark.parametrize("key", ["cd3_cells_ul", "cd4_cells_ul", "cd8_cells_ul", "nk_cells_ul"])
@pytest.mark.parametrize("phase", ["acute", "recovery"])
def test_the_deceased_have_fewer_lymphocytes(frame: pd.DataFrame, key: str, phase: str) -> None:
    # Fact d_qual: Table 3 and Figures 8A-D.
    medians = frame.groupby("outcome", observed=True)[f"{key}_{phase}"].median()
    assert medians["died"] < medians["healed"]


def test_markers_of_the_deceased_go_on_the_wrong_way(frame: pd.DataFrame) -> None:
    # Abstract: "continuous reduction in lymphocyte subset counts ... and consistent rises" of three markers.
    died = frame[frame["outcome"] == "died"]
    for marker in MARKERS[1:4]:
        assert (died[marker.recovery] > died[marker.acute]).all()
    for marker in MARKERS[4:]:
        assert (died[marker.recovery] < died[marker.acute]).all()


@pytest.mark.parametrize("event", ["dic", "gi_bleeding", "respiratory_failure", "infection"])
def test_the_deceased_had_more_adverse_events(frame: pd.DataFrame, event: str) -> None:
    # Fact d_qual: Table 3.
    shares = frame.groupby("outcome", observed=True)[event].mean()
    assert shares["died"] > shares["healed"]


@pytest.mark.parametrize("event", ["dic", "gi_bleeding", "respiratory_failure", "infection"])
def test_adverse_events_do_not_differ_between_arms(frame: pd.DataFrame, event: str) -> None:
    # Section 3.3.3: "The incidence of these events did not differ significantly between groups."
    assert p_between(frame, event, "arm", "fisher") > 0.05


@pytest.mark.parametrize("field", UNRELATED_TO_HEALING)
def test_nothing_else_goes_with_healing_time(frame: pd.DataFrame, field: str) -> None:
    # Section 3.3.4.1: no correlation "with patient demographics, SCORTEN, or other laboratory parameters".
    healed = frame[frame["outcome"] == "healed"]
    assert correlate(healed["reepithelization_days"], healed[field], method="spearman").p_value > 0.05


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.key)
def test_ten_is_worse_than_sjs_in_every_marker(frame: pd.DataFrame, marker) -> None:
    # Section 3.1: TEN "showed elevated levels of inflammatory markers and decreased lymphocyte subset counts".
    medians = frame.groupby("diagnosis", observed=True)[marker.acute].median()
    assert (medians["TEN"] > medians["SJS"]) == (marker in MARKERS[:4])
