"""Kaplan-Meier curves, log-rank tests and restricted means against R (tests/reference/survival/README.md)."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats import compare_survival, kaplan_meier, restricted_mean

FILES = sorted(
    path for path in (Path(__file__).parents[1] / "reference" / "survival").glob("*.json")
    if "cause" not in json.loads(path.read_text())["data"]
)  # fmt: skip
SCALES = {"log-log": "ci_loglog", "log": "ci_log", "plain": "ci_plain"}
R_WEIGHTS = {
    ("log-rank", None): "logrank",
    ("gehan", None): "gehan_breslow_wilcoxon",
    ("tarone-ware", None): "tarone_ware",
    ("peto", None): "peto_peto_Stilde",
    ("fleming-harrington", (1.0, 0.0)): "peto_peto_S_left_eq_R_rho1",
    ("fleming-harrington", (0.0, 1.0)): "fh_0_1",
    ("fleming-harrington", (1.0, 1.0)): "fh_1_1",
    ("fleming-harrington", (0.5, 0.5)): "fh_05_05",
}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def case(request):
    document = json.loads(request.param.read_text())
    return document["data"], document["expected"]


def equals(expected):
    """Within 1e-9 of R; R's NA and NaN are nan here."""
    numbers = np.array(
        [np.nan if value in (None, "NaN") else value for value in np.ravel(expected)], dtype=float
    )
    return pytest.approx(numbers, abs=1e-9, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("scale", SCALES)
def test_curves_quantiles_and_intervals_equal_survfit(case, scale):
    data, expected = case
    result = kaplan_meier(data["time"], data["event"], data.get("group"), ci=scale)
    assert result.n_missing == expected["n_missing"]
    groups = {label: group for label, group in expected["groups"].items() if group["n"]}
    assert [curve.label for curve in result.curves] == list(groups)
    for curve in result.curves:
        from_r = groups[curve.label]
        limits = from_r[SCALES[scale]]
        assert (curve.n, curve.n_events) == (from_r["n"], from_r["events"])
        assert curve.time == equals(from_r["curve"]["time"])
        assert curve.at_risk.tolist() == from_r["curve"]["n_risk"]
        assert curve.events.tolist() == from_r["curve"]["n_event"]
        assert curve.censored.tolist() == from_r["curve"]["n_censor"]
        assert curve.survival == equals(from_r["curve"]["surv"])
        assert curve.std_error == equals(from_r["curve"]["se_surv_greenwood"])
        assert curve.low == equals(limits["lower"])
        assert curve.high == equals(limits["upper"])
        quantiles = [curve.quantile(probability) for probability in limits["quantiles"]["prob"]]
        assert [quantile.estimate for quantile in quantiles] == equals(limits["quantiles"]["estimate"])
        assert [quantile.low for quantile in quantiles] == equals(limits["quantiles"]["lower"])
        assert [quantile.high for quantile in quantiles] == equals(limits["quantiles"]["upper"])


def test_first_day_quantiles(case):
    data, expected = case
    result = kaplan_meier(data["time"], data["event"], data.get("group"), quantile_rule="first-day")
    for curve in result.curves:
        from_r = expected["groups"][curve.label]["quantiles_first_time_S_le"]
        estimates = [curve.quantile(probability).estimate for probability in from_r["prob"]]
        assert estimates == equals(from_r["estimate"])


def test_reading_the_curve_on_other_days_equals_summary_survfit(case):
    data, expected = case
    for curve in kaplan_meier(data["time"], data["event"], data.get("group")).curves:
        from_r = expected["groups"][curve.label]["ci_loglog"].get("at_times")
        if from_r is None:
            continue
        days = np.array(from_r["time"])
        assert curve.number_at_risk(days).tolist() == from_r["n_risk"]
        known = (days <= curve.time[-1]) | (curve.survival[-1] == 0)  # R's extend=TRUE goes on for ever
        survival, low, high = curve.at(days)
        assert survival[known] == equals(np.array(from_r["surv"])[known])
        assert np.isnan(survival[~known]).all()
        assert low[known] == equals(np.array(from_r["lower"])[known])
        assert high[known] == equals(np.array(from_r["upper"])[known])


@pytest.mark.parametrize(("weights", "exponents"), R_WEIGHTS)
def test_weighted_tests_equal_r(case, weights, exponents):
    data, expected = case
    if "weighted" not in expected:  # one group
        with pytest.raises(NotEstimable):
            compare_survival(data["time"], data["event"], data.get("group"))
        return
    from_r = expected["weighted"][R_WEIGHTS[weights, exponents]]
    keywords = {"exponents": exponents} if exponents else {}
    arguments = (data["time"], data["event"], data["group"])
    if from_r.get("chisq") is None:
        with pytest.raises(NotEstimable):
            compare_survival(*arguments, weights=weights, **keywords)
        return
    test = compare_survival(*arguments, weights=weights, **keywords)
    assert [test.statistic, test.df, test.p_value] == equals([from_r["chisq"], from_r["df"], from_r["p"]])


def test_log_rank_equals_survdiff(case):
    data, expected = case
    from_r = expected.get("logrank", {})
    if from_r.get("chisq") is None or 0 in from_r["expected"]:
        return
    test = compare_survival(data["time"], data["event"], data["group"])
    assert list(test.labels) == from_r["levels"]
    assert list(test.n) == from_r["n"]
    assert list(test.observed) == equals(from_r["observed"])
    assert list(test.expected) == equals(from_r["expected"])
    assert [test.statistic, test.df, test.p_value] == equals([from_r["chisq"], from_r["df"], from_r["p"]])
    if len(test.labels) == 2:
        from_r = expected["logrank_hr"]
        assert [test.estimate, test.low, test.high] == equals(
            [from_r["peto_hr"], from_r["lower"], from_r["upper"]]
        )
    else:
        assert test.estimate is None


@pytest.mark.parametrize("weights", ["log-rank", "gehan", "fleming-harrington"])
def test_stratified_tests_equal_r(case, weights):
    data, expected = case
    if "stratified" not in expected:
        return
    key = {"log-rank": "logrank", "gehan": "gehan_own", "fleming-harrington": "peto_R_rho1"}[weights]
    from_r = expected["stratified"][key]
    test = compare_survival(
        data["time"], data["event"], data["group"], strata=data["strata"], weights=weights
    )
    assert test.n_missing == expected["n_missing"] + expected["stratified"]["n_missing_strata"]
    assert [test.statistic, test.df, test.p_value] == equals([from_r["chisq"], from_r["df"], from_r["p"]])


def test_restricted_means_equal_survrm2(case):
    data, expected = case
    for horizon, from_r in expected["rmst"].items():
        groups = from_r["groups"].values()
        arguments = (data["time"], data["event"], data.get("group"))
        curves = kaplan_meier(*arguments).curves
        beyond = any(
            group["extrapolated"] and curve.survival[-1] > 0
            for group, curve in zip(groups, curves, strict=True)
        )
        if beyond or not any(group["se"] > 0 for group in groups):
            with pytest.raises(NotEstimable):
                restricted_mean(*arguments, horizon=float(horizon))
            continue
        result = restricted_mean(*arguments, horizon=float(horizon))
        assert result.means == equals([group["rmst"] for group in groups])
        assert result.std_errors == equals([group["se"] for group in groups])
        assert result.lows == equals([group["lower"] for group in groups])
        assert result.highs == equals([group["upper"] for group in groups])
        if len(result.labels) == 2:
            difference = from_r["differences"][0]
            names = ("difference", "lower", "upper", "z", "p")
            ours = [result.estimate, result.low, result.high, result.statistic, result.p_value]
            assert ours == equals([difference[name] for name in names])
        else:
            assert result.estimate is None
