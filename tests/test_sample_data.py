"""The sample cohort shows what the study says in words; its numbers are tested with the published card."""

from __future__ import annotations

import pandas as pd
import pytest

from iren_core import Cohort
from iren_core.schema import MARKERS
from iren_core.stats import compare_counts, correlate

UNRELATED_TO_HEALING = (
    *("age_years", "scorten", "heart_rate", "wbc", "albumin_g_l", "crp_mg_l_acute", "ferritin_ng_ml_acute"),
    *(marker.acute for marker in MARKERS[4:]),
)


@pytest.fixture(scope="module")
def frame(sample: Cohort) -> pd.DataFrame:
    return sample.frame


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
    assert compare_counts(pd.crosstab(frame[event], frame["arm"]), test="fisher").p_value > 0.05


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
