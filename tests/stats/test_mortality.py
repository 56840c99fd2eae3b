"""Observed and expected deaths against R 4.2.2 and against printed values."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.mortality import observed_vs_expected, scorten_risk

REFERENCE = Path(__file__).parents[1] / "reference"
PREDICTION = json.loads((REFERENCE / "prediction.json").read_text())
EVENTS = json.loads((REFERENCE / "counts_of_events.json").read_text())
PREDICTED = [name for name, case in PREDICTION.items() if case["type"] == "prediction" and "smr" in case["r"]]
SAME = {"rel": 1e-9, "abs": 1e-12}


def test_scorten_risk_is_the_published_equation():
    # The equation of Bastuji-Garin 2000 in R 4.2.2: round(100 * plogis(-4.448 + 1.237 * 0:7), 2)
    percent = [1.16, 3.88, 12.20, 32.37, 62.25, 85.03, 95.14, 98.54]
    assert (100 * scorten_risk(range(8))).round(2).tolist() == percent


def test_missing_score_stays_missing():
    assert np.isnan(scorten_risk(pd.Series([None, 3], dtype="Int64"))).tolist() == [True, False]


@pytest.mark.parametrize(("score", "found"), [(8, "Found 8."), (-1, "Found -1.")])
def test_impossible_score_is_said(score, found):
    with pytest.raises(NotEstimable, match=found):
        scorten_risk([3, score])


@pytest.mark.parametrize("name", PREDICTED)
def test_observed_and_expected_equal_r(name):
    case = PREDICTION[name]
    risk = next(iter(case["columns"].values()))
    r, ours = case["r"], observed_vs_expected(case["outcome"], risk)
    assert (ours.n, ours.observed) == (r["n"], r["observed"])
    assert ours.expected == pytest.approx(r["expected"], **SAME)
    smr = r["smr"]
    assert (ours.estimate, ours.low, ours.high) == pytest.approx(
        (smr["smr"], *smr["garwood_exact_ci"]), **SAME
    )
    exact = r["poisson_binomial"]
    expected = (exact["p_lower"], exact["p_upper"], exact["p_twice_min_tail"])
    assert (ours.p_lower, ours.p_upper, ours.p_value) == pytest.approx(expected, **SAME)


def test_published_predicted_mortality():
    # Front Immunol 2024, 10.3389/fimmu.2024.1421684: predicted mortality in TEN is printed as 85 (62, 90) and
    # 32 (32, 62); these scores are the only ones of 5 and 6 patients that give it. 2 of 5 and 1 of 6 died.
    combination = observed_vs_expected([1, 1, 0, 0, 0], scorten_risk([4, 4, 5, 5, 6]))
    corticosteroid = observed_vs_expected([1, 0, 0, 0, 0, 0], scorten_risk([3, 3, 3, 3, 4, 4]))
    for result, (median, q1, q3) in ((combination, (85, 62, 90)), (corticosteroid, (32, 32, 62))):
        printed = [round(100 * value) for value in (result.median_risk, result.risk_q1, result.risk_q3)]
        assert printed == [median, q1, q3]


def test_incomplete_rows_are_counted():
    result = observed_vs_expected([True, False, None, 1], [0.5, None, 0.2, 0.9])
    assert (result.n, result.n_missing, result.observed) == (2, 2, 2)


def test_no_deaths_still_have_an_upper_limit():
    # Hanley & Lippman-Hand 1983: the exact upper limit of 0 events is -log(0.025) expected events
    result = observed_vs_expected([0, 0], [0.5, 0.5])
    assert (result.estimate, result.low) == (0, 0)
    assert result.high == pytest.approx(-np.log(0.025), rel=1e-12)


@pytest.mark.parametrize(
    ("died", "risk", "sentence"),
    [
        ([None], [0.5], "There is none."),
        ([2, 0], [0.5, 0.5], "An outcome is 1 (died, or it happened) or 0."),
        ([1, 0], [32, 62], "Divide percentages by 100."),
        ([1, 0], [0, 0], "The predicted risks add up to zero."),
    ],
)
def test_what_cannot_be_compared_is_said(died, risk, sentence):
    with pytest.raises(NotEstimable) as caught:
        observed_vs_expected(died, risk)
    assert sentence in str(caught.value)
