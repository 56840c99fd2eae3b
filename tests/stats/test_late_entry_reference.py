"""Late entry against R (tests/reference/late_entry): curves, log-rank test, Cox model, restricted mean, incidence."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats import (
    compare_survival,
    cumulative_incidence,
    hazard_ratio,
    healed_by,
    kaplan_meier,
    restricted_mean,
)

FROM_R = json.loads((Path(__file__).parents[1] / "reference" / "late_entry" / "late_entry.json").read_text())
SCALES = ("log-log", "log", "plain")
# Days up to which the restricted mean is taken, and the covariate of the adjusted model, as in late_entry.R.
HORIZON = {"pbc_by_age": 70, "pbc_whole_years": 70, "heart": 300}
COVARIATE = {"pbc_by_age": "bilirubin", "pbc_whole_years": "bilirubin", "heart": "years"}


@pytest.fixture(params=FROM_R)
def case(request):
    expected = FROM_R[request.param]
    data = {name: np.array(values) for name, values in expected["data"].items()}
    data["group"] = pd.Categorical(data["group"], categories=list(expected["groups"]))
    return request.param, data, expected


def equals(expected):
    """Within 1e-9 of R; R's NA is nan here."""
    numbers = np.array([np.nan if value is None else value for value in np.ravel(expected)], dtype=float)
    return pytest.approx(numbers, abs=1e-9, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("scale", SCALES)
def test_curves_equal_survfit(case, scale):
    _, data, expected = case
    result = kaplan_meier(data["time"], data["event"], data["group"], entry=data["entry"], ci=scale)
    assert result.method == "Kaplan-Meier, late entry"
    for curve in result.curves:
        from_r = expected["groups"][curve.label]
        assert curve.time == equals(from_r["time"])
        assert curve.at_risk.tolist() == from_r["n_risk"]
        assert curve.events.tolist() == from_r["n_event"]
        assert curve.censored.tolist() == from_r["n_censor"]
        assert curve.survival == equals(from_r["surv"])
        known = curve.survival > 0
        assert curve.std_error[known] == equals(np.array(from_r["std_err"], dtype=float)[known])
        assert curve.low == equals(from_r["lower"][SCALES.index(scale)])
        assert curve.high == equals(from_r["upper"][SCALES.index(scale)])
        if scale == "log-log":
            median = curve.median
            assert [median.estimate, median.low, median.high] == equals(from_r["median"])
        assert curve.number_at_risk(curve.time).tolist() == from_r["n_risk"]


def test_log_rank_equals_the_score_test_of_the_exact_likelihood(case):
    _, data, expected = case
    for strata, key in ((None, "logrank"), (data["layer"], "logrank_stratified")):
        test = compare_survival(
            data["time"], data["event"], data["group"], entry=data["entry"], strata=strata
        )
        assert [test.statistic, test.p_value] == equals(
            [expected[key]["statistic"][0], expected[key]["p"][0]]
        )
        assert test.method.endswith(", late entry")


def test_cox_model_equals_coxph(case):
    name, data, expected = case
    alone = hazard_ratio(data["time"], data["event"], data["group"], entry=data["entry"])
    from_r = expected["cox"]
    assert [*alone.coefficients, *alone.std_errors] == equals([from_r["coef"], from_r["se"]])
    assert alone.proportionality.statistics[-1] == equals(from_r["zph"])
    adjusted = hazard_ratio(
        data["time"],
        data["event"],
        data["group"],
        {COVARIATE[name]: data[COVARIATE[name]]},
        entry=data["entry"],
    )
    from_r = expected["cox_adjusted"]
    assert adjusted.coefficients == equals(from_r["coef"])
    assert adjusted.std_errors == equals(from_r["se"])
    assert adjusted.proportionality.statistics == equals(from_r["zph"])
    assert adjusted.statistic == equals(2 * (from_r["loglik"][1] - from_r["loglik"][0]))


def test_restricted_mean_equals_survfit(case):
    name, data, expected = case
    result = restricted_mean(
        data["time"], data["event"], data["group"], horizon=HORIZON[name], entry=data["entry"]
    )
    for label, mean, std_error in zip(result.labels, result.means, result.std_errors, strict=True):
        assert [mean, std_error] == equals(
            [expected["groups"][label]["rmean"][0], expected["groups"][label]["rmean_se"][0]]
        )


@pytest.mark.parametrize("name", ["pbc_by_age", "pbc_whole_years"])
def test_cumulative_incidence_equals_the_aalen_johansen_estimate(name):
    data, expected = FROM_R[name]["data"], FROM_R[name]["incidence"]
    fit = cumulative_incidence(data["time"], data["cause"], entry=data["entry"])
    curve = fit.curve("all", "1")
    assert curve.time == equals(expected["time"])
    assert curve.incidence == equals(expected["incidence"])
    assert curve.std_error == equals(expected["std_err"])


def test_share_by_a_day_is_that_of_the_curve():
    data = FROM_R["heart"]["data"]
    share = healed_by(data["time"], data["event"], data["group"], day=100, entry=data["entry"])
    fit = kaplan_meier(data["time"], data["event"], data["group"], entry=data["entry"])
    assert share.shares == tuple(1 - float(curve.at(100)[0]) for curve in fit.curves)


def test_entry_at_the_start_changes_nothing():
    data = FROM_R["heart"]["data"]
    plain = kaplan_meier(data["time"], data["event"])
    entered = kaplan_meier(data["time"], data["event"], entry=np.zeros(len(data["time"])))
    assert entered.method == plain.method
    assert entered.curves[0].survival.tolist() == plain.curves[0].survival.tolist()


def test_at_risk_counts_who_has_entered_before_the_day():
    curve = kaplan_meier([5, 8, 9], [1, 1, 0], entry=[0, 5, 6]).curves[0]
    assert curve.number_at_risk([0, 5, 6, 7, 9]).tolist() == [1, 1, 1, 2, 1]


def test_who_was_never_at_risk_is_a_sentence():
    with pytest.raises(NotEstimable, match="1 patients came under observation on their last day or later"):
        kaplan_meier([5, 8], [1, 1], entry=[0, 8])


def test_entry_needs_one_value_a_patient():
    with pytest.raises(CohortError, match="one entry for each patient"):
        kaplan_meier([5, 8], [1, 1], entry=[0])
