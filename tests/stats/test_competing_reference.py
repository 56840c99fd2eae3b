"""Cumulative incidence and Gray's test against R; see tests/reference/survival/README.md."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats import compare_incidence, cumulative_incidence

FILES = sorted(
    path for path in (Path(__file__).parents[1] / "reference" / "survival").glob("*.json")
    if "cause" in json.loads(path.read_text())["data"]
)  # fmt: skip


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def case(request):
    document = json.loads(request.param.read_text())
    return document["data"], document["expected"]


def equals(expected, tolerance=1e-9):
    """Within the tolerance of R; R's NA and NaN are nan here."""
    numbers = np.array(
        [np.nan if value in (None, "NaN") else value for value in np.ravel(expected)], dtype=float
    )
    return pytest.approx(numbers, abs=tolerance, rel=tolerance, nan_ok=True)


def curves(data, expected, **settings):
    """Our curves with what R says of the same group, and R's cause."""
    if not any(data["cause"]):
        with pytest.raises(NotEstimable, match="None of the 4 patients has an event"):
            cumulative_incidence(data["time"], data["cause"], data["group"])
        return
    result = cumulative_incidence(data["time"], data["cause"], data["group"], **settings)
    assert result.n_missing == expected["n_missing"]
    for curve in result.curves:
        yield curve, expected["groups"][curve.label]


@pytest.mark.parametrize("scale", ["log", "log-log", "plain"])
def test_curves_equal_survfit(case, scale):
    for curve, from_r in curves(*case, ci=scale):
        assert curve.time == equals(from_r["survfit_log"]["time"])
        assert curve.at_risk.tolist() == from_r["survfit_log"]["n_risk"]
        if curve.cause not in from_r["survfit_log"]:  # survfit forgets a cause that a group does not have
            assert curve.n_events == 0
            assert not curve.incidence.any()
            continue
        estimate = from_r["survfit_log"][curve.cause]
        limits = from_r["survfit_" + scale.replace("-", "")][curve.cause]
        assert curve.events.tolist() == estimate["n_event"]
        assert curve.incidence == equals(estimate["cif"])
        assert curve.std_error == equals(estimate["std_err_infinitesimal_jackknife"])
        assert curve.low == equals(limits["lower"])
        assert curve.high == equals(limits["upper"])


def test_aalen_variance_equals_cuminc(case):
    for curve, group in curves(*case, variance="aalen"):
        from_r = group["cmprsk_cuminc"]
        if curve.cause not in from_r:
            continue
        # cuminc carries its last values on from the last day with this cause, as we do
        days = np.array(from_r["time"])
        used = np.searchsorted(curve.time, days, side="right") - 1
        inside = used >= 0
        own = from_r[curve.cause]
        assert curve.incidence[used[inside]] == equals(np.array(own["cif"])[inside])
        assert curve.std_error[used[inside]] ** 2 == equals(np.array(own["var"])[inside])
        estimate, low, high = curve.at(days)
        inside &= estimate < 1  # where all have had the event, the scale has no interval
        assert low[inside] == equals(np.array(own["loglog_lower"])[inside])
        assert high[inside] == equals(np.array(own["loglog_upper"])[inside])


def test_grays_test_equals_cuminc(case):
    data, expected = case
    for cause in expected["causes"]:
        from_r = expected["gray_test"].get(cause)
        arguments = (data["time"], data["cause"], data["group"])
        if from_r is None or from_r["stat"] == -1:  # so says cuminc when its variance is singular
            with pytest.raises(NotEstimable):
                compare_incidence(*arguments, cause=cause)
            continue
        test = compare_incidence(*arguments, cause=cause)
        assert [test.statistic, test.df, test.p_value] == equals([from_r["stat"], from_r["df"], from_r["p"]])
        assert sum(test.expected) == pytest.approx(sum(test.observed))


def test_stratified_grays_test_equals_cuminc():
    document = json.loads(
        (Path(__file__).parents[1] / "reference" / "survival" / "pbc_cr_trt.json").read_text()
    )
    data = document["data"]
    for cause, from_r in document["expected"]["gray_test_stratified"].items():
        test = compare_incidence(
            data["time"], data["cause"], data["group"], cause=cause, strata=data["strata"]
        )
        assert [test.statistic, test.df, test.p_value] == equals([from_r["stat"], from_r["df"], from_r["p"]])
        assert test.method == "Gray's test, stratified (2 strata)"
