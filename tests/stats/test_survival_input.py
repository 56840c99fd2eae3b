"""What the time-to-event statistics say about input that they cannot use, and what they do with gaps in it."""

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import CohortError
from iren_core.stats import (
    compare_incidence,
    compare_survival,
    cumulative_incidence,
    kaplan_meier,
    restricted_mean,
)

FIVE = [3, 5, 5, 8, 9]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([], []), "There is no patient."),
        (([np.nan, 4], [True, None]), "All 2 patients lack a time, an event or a group."),
        (([-2, 4], [1, 1]), "1 patients have a negative time; the lowest is -2 days."),
        (([np.inf, 4], [1, 1]), "A time is infinite."),
        (([1, 2], [1, 2]), "The value 2 was found."),
        (([1, 2], ["yes", "no"]), "A value is not a number."),
        ((["soon", 2], [1, 1]), "A value is not a number."),
        (([1, 2, 3], [1, 1]), "They have 3, 2, 3 and 3 entries."),
        (([[0, 4], [2, 5]], [1, 1]), "Two columns were found"),
        ((pd.to_datetime(["2024-01-01", "2024-01-09"]), [1, 1]), "Dates or lengths of time were found."),
    ],
)
def test_unusable_input_gets_a_sentence(arguments, sentence):
    with pytest.raises(CohortError) as caught:
        kaplan_meier(*arguments)
    assert sentence in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: compare_survival(FIVE, [1] * 5, ["A"] * 5), "are in one group (A)"),
        (lambda: compare_survival(FIVE, [0] * 5, list("AABBB")), "None of the 5 patients has the event."),
        (
            lambda: compare_survival([1, 1, 5, 6, 7], [0, 0, 1, 1, 1], list("AABBB")),
            "None of its patients was still followed on any day with an event.",
        ),
        (
            lambda: compare_survival([3] * 5, [1] * 5, list("AABBB")),
            "Too few patients with and without the event were followed side by side.",
        ),
        (lambda: compare_survival(FIVE, [1] * 5, list("AABBB"), weights="cox"), "There are no such weights."),
        (lambda: kaplan_meier(FIVE, [1] * 5, ci="arcsine"), "There is no such scale."),
        (lambda: kaplan_meier(FIVE, [1] * 5, conf_level=95), "Confidence lies between 0 and 1."),
        (lambda: kaplan_meier(FIVE, [1] * 5, quantile_rule="last"), "There is no such rule."),
        (lambda: kaplan_meier(FIVE, [1] * 5).curve("B"), "The groups are: all."),
        (lambda: kaplan_meier(FIVE, [1] * 5).curves[0].quantile(1.0), "A share lies between 0 and 1."),
        (lambda: restricted_mean(FIVE, [1] * 5, horizon=0), "The horizon must be a day after the start."),
        (lambda: restricted_mean(FIVE, [1] * 5, horizon=2), "Nobody has the event before that day."),
        (
            lambda: restricted_mean(FIVE, [1, 1, 1, 1, 0], horizon=10),
            "In the group all nobody was followed beyond day 9.",
        ),
        (
            lambda: restricted_mean([3, 3, 5, 5], [1] * 4, list("AABB"), horizon=8),
            "Within each group all patients have the event on the same day.",
        ),
        (lambda: cumulative_incidence(FIVE, [0] * 5), "None of the 5 patients has an event."),
        (lambda: cumulative_incidence(FIVE, [1] * 5, variance="exact"), "There is no such variance."),
        (lambda: cumulative_incidence(FIVE, ["died"] * 5).curve("all", "healed"), "There are: died in all."),
        (lambda: compare_incidence(FIVE, [1] * 5, ["A"] * 5, cause=1), "are in one group (A)"),
        (lambda: compare_incidence(FIVE, [1] * 5, list("AABBB"), cause=2), "No patient has that event."),
    ],
)
def test_what_cannot_be_had_gets_a_sentence(call, sentence):
    with pytest.raises(CohortError) as caught:
        call()
    assert sentence in str(caught.value)
    assert caught.value.advice


def test_missing_values_are_counted_and_never_guessed():
    times = [3, np.nan, 5, 8, 9, 11]
    events = pd.array([True, True, None, False, True, True], dtype="boolean")
    groups = ["A", "A", "A", "A", None, "A"]
    result = kaplan_meier(times, events, groups)
    assert (result.n, result.n_missing) == (3, 3)
    assert result.curves[0].time.tolist() == [3, 8, 11]
    assert result.curves[0].events.tolist() == [1, 0, 1]


def test_a_cause_that_is_not_known_is_missing_and_a_blank_one_is_censored():
    result = cumulative_incidence([3, 5, 8, 9, 11], ["healed", None, "", "died", "censored"])
    assert (result.n, result.n_missing) == (4, 1)
    assert result.causes == ("died", "healed")
    assert result.curves[0].censored.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("censored", [0, 0.0, "0", "", "censored", False])
def test_every_way_to_say_censored(censored):
    causes = pd.Series(["healed", censored, "died"], dtype=object)
    assert cumulative_incidence([1, 2, 3], causes).causes == ("died", "healed")


def test_groups_keep_the_order_of_a_categorical_and_drop_unused_categories():
    groups = pd.Categorical(["TEN", "SJS", "TEN"], categories=["SJS", "overlap", "TEN"])
    assert [curve.label for curve in kaplan_meier([1, 2, 3], [1, 1, 1], groups).curves] == ["SJS", "TEN"]
    assert [curve.label for curve in kaplan_meier([1, 2, 3], [1, 1, 1], [10, 9, 10]).curves] == ["9", "10"]
    assert [curve.label for curve in kaplan_meier([1, 2], [1, 1], [1.0, 0.5]).curves] == ["0.5", "1"]


def test_days_that_differ_by_rounding_are_one_day():
    tenths = 0.1 + 0.2  # is not 0.3 in binary
    assert kaplan_meier([tenths, 0.3, 0.7], [1, 1, 1]).curves[0].at_risk.tolist() == [3, 1]


def test_number_at_risk_counts_patients_who_leave_on_that_day():
    times = np.array([3, 5, 5, 8, 9])
    curve = kaplan_meier(times, [1, 1, 0, 1, 0]).curves[0]
    for day in (0, 3, 4, 5, 8.5, 9, 10):
        assert curve.number_at_risk([day])[0] == np.sum(times >= day)
    assert curve.censor_times.tolist() == [5, 9]


def test_beyond_the_last_day_nothing_is_known():
    survival, low, high = kaplan_meier([3, 5, 8], [1, 1, 0]).curves[0].at([0, 8, 9])
    assert survival == pytest.approx([1, 1 / 3, np.nan], nan_ok=True)
    assert np.isnan([low[2], high[2]]).all()
    assert kaplan_meier([3, 5, 8], [1, 1, 1]).curves[0].at(9)[0] == 0
    incidence, _, _ = cumulative_incidence([3, 5, 8], ["a", "b", ""]).curve("all", "a").at([2, 5, 9])
    assert incidence == pytest.approx([0, 1 / 3, np.nan], nan_ok=True)
