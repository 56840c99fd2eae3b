"""What must hold for any follow-up whatever: order, names and units of time do not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iren_core.errors import NotEstimable
from iren_core.stats import (
    compare_incidence,
    compare_survival,
    compare_survival_exactly,
    cumulative_incidence,
    hazard_ratio,
    healed_by,
    kaplan_meier,
    restricted_mean,
    survival_trend,
)

WEIGHTS = ("log-rank", "gehan", "tarone-ware", "peto", "fleming-harrington")
patient = st.tuples(
    st.integers(0, 40), st.sampled_from(["healed", "died", ""]), st.sampled_from(["A", "B", "C"])
)
cohorts = st.lists(patient, min_size=1, max_size=40).map(
    lambda rows: [np.array(column) for column in zip(*rows, strict=True)]
)
unhurried = settings(deadline=None, max_examples=60)


def answer(function, *arguments, **settings):
    """Its answer, or the words with which it declines."""
    try:
        return function(*arguments, **settings)
    except NotEstimable as error:
        assert error.found
        return None


@unhurried
@given(cohorts, st.randoms(use_true_random=False), st.sampled_from(WEIGHTS))
def test_the_order_of_rows_does_not_matter(cohort, random, weights):
    times, ends, groups = cohort
    order = random.sample(range(times.size), times.size)
    first = answer(compare_survival, times, ends == "healed", groups, weights=weights)
    second = answer(compare_survival, times[order], (ends == "healed")[order], groups[order], weights=weights)
    assert (first is None) == (second is None)
    if first is not None:
        assert first.statistic == pytest.approx(second.statistic, rel=1e-9, abs=1e-9)


@unhurried
@given(cohorts, st.sampled_from(WEIGHTS))
def test_renaming_the_groups_does_not_matter(cohort, weights):
    times, ends, groups = cohort
    renamed = np.select([groups == "A", groups == "B"], ["last", "first"], "middle")
    first = answer(compare_survival, times, ends == "healed", groups, weights=weights)
    second = answer(compare_survival, times, ends == "healed", renamed, weights=weights)
    assert (first is None) == (second is None)
    if first is not None:
        assert first.p_value == pytest.approx(second.p_value, rel=1e-7, abs=1e-9)
        if first.estimate is not None:
            turned = first.labels != tuple(
                {"last": "A", "first": "B", "middle": "C"}[name] for name in second.labels
            )
            ratio = 1 / second.estimate if turned else second.estimate
            assert first.estimate == pytest.approx(ratio, rel=1e-9)


@unhurried
@given(cohorts, st.sampled_from([0.25, 1 / 7, 3.0, 24.0]))
def test_the_unit_of_time_does_not_matter(cohort, unit):
    times, ends, groups = cohort
    for ours, scaled in zip(
        kaplan_meier(times, ends == "healed", groups).curves,
        kaplan_meier(times * unit, ends == "healed", groups).curves,
        strict=True,
    ):
        assert ours.survival == pytest.approx(scaled.survival)
        assert ours.median.estimate * unit == pytest.approx(scaled.median.estimate, nan_ok=True)
    first = answer(compare_incidence, times, ends, groups, cause="healed")
    second = answer(compare_incidence, times * unit, ends, groups, cause="healed")
    assert (first is None) == (second is None)
    if first is not None:
        assert first.p_value == pytest.approx(second.p_value, rel=1e-7, abs=1e-9)


@unhurried
@given(cohorts, st.sampled_from(WEIGHTS))
def test_p_values_are_probabilities(cohort, weights):
    times, ends, groups = cohort
    for test in (
        answer(compare_survival, times, ends == "healed", groups, weights=weights),
        answer(compare_incidence, times, ends, groups, cause="healed"),
    ):
        assert test is None or 0 <= test.p_value <= 1


@unhurried
@given(cohorts, st.sampled_from(["log-log", "log", "plain"]), st.sampled_from(["delta", "aalen"]))
def test_intervals_hold_their_estimate(cohort, scale, variance):
    times, ends, groups = cohort
    bands = [
        (curve.low, curve.survival, curve.high)
        for curve in kaplan_meier(times, ends == "healed", groups, ci=scale).curves
    ]
    incidence = answer(cumulative_incidence, times, ends, groups, ci=scale, variance=variance)
    bands += [(curve.low, curve.incidence, curve.high) for curve in incidence.curves] if incidence else []
    for low, share, high in bands:
        known = ~np.isnan(low)
        assert np.all((low[known] >= 0) & (low[known] <= share[known] + 1e-12))
        assert np.all((share[known] <= high[known] + 1e-12) & (high[known] <= 1))
    mean = answer(restricted_mean, times, ends == "healed", groups, horizon=10.0)
    if mean is not None:
        assert all(
            low <= value <= high for low, value, high in zip(mean.lows, mean.means, mean.highs, strict=True)
        )


@unhurried
@given(cohorts)
def test_incidences_and_the_share_without_any_event_add_up(cohort):
    times, ends, _ = cohort
    incidence = answer(cumulative_incidence, times, ends)
    if incidence is not None:
        without = kaplan_meier(times, ends != "").curves[0].survival
        assert sum(curve.incidence for curve in incidence.curves) + without == pytest.approx(1)


@unhurried
@given(cohorts)
def test_without_a_competing_event_the_variance_is_greenwoods(cohort):
    times, ends, _ = cohort
    incidence = answer(cumulative_incidence, times, np.where(ends == "healed", "healed", ""))
    if incidence is not None:
        curve = kaplan_meier(times, ends == "healed").curves[0]
        known = curve.survival > 0
        assert incidence.curves[0].std_error[known] == pytest.approx(curve.std_error[known], abs=1e-7)


@unhurried
@given(cohorts)
def test_hazard_ratios_lie_within_their_interval_or_a_sentence_says_why_not(cohort):
    times, ends, groups = cohort
    fit = answer(hazard_ratio, times, ends == "healed", groups)
    if fit is not None:
        assert all(
            low <= ratio <= high for low, ratio, high in zip(fit.lows, fit.ratios, fit.highs, strict=True)
        )
        assert all(0 <= p_value <= 1 for p_value in (*fit.p_values, fit.p_value))


@unhurried
@given(cohorts, st.sampled_from(WEIGHTS))
def test_every_other_answer_is_a_probability_or_a_sentence(cohort, weights):
    times, ends, groups = cohort
    for test in (
        answer(survival_trend, times, ends == "healed", groups, weights=weights),
        answer(compare_survival_exactly, times, ends == "healed", groups, weights=weights, draws=99),
    ):
        assert test is None or 0 <= test.p_value <= 1
    shares = answer(healed_by, times, ends == "healed", groups, day=7)
    if shares is not None:
        assert all(0 <= share <= 1 for share in shares.shares)
