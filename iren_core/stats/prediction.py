"""How good predicted risks are: discrimination (AUC), Brier score, calibration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import logit, ndtri

from iren_core.errors import NotEstimable
from iren_core.stats.describe import is_constant
from iren_core.stats.exact import doubled_midranks
from iren_core.stats.logistic import fit_logistic
from iren_core.stats.proportions import Interval, clopper_pearson
from iren_core.stats.rank_sum import mann_whitney
from iren_core.stats.roots import crossing
from iren_core.stats.samples import Floats, numbers, paired_numbers

CONFIDENCE = 0.95
AreaInterval = Literal["delong", "newcombe"]


@dataclass(frozen=True)
class Discrimination:
    """How well a number tells patients with the event from those without.

    method, reason : what was computed, and why in this way
    statistic, p_value : Mann-Whitney U of the patients with the event, and its exact two-sided p
    effect, estimate, low, high : "area under the ROC curve", the chance that a patient with the event has the higher
        value (ties a half), with its 95% interval: Newcombe's, or DeLong's cut at 0 and 1, whose limits are NaN with
        one patient on either side or complete separation, where it would have no width
    n, n_events, n_missing : patients used, those with the event, rows lacking either
    """

    method: str
    reason: str
    statistic: float
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    n: int
    n_events: int
    n_missing: int


@dataclass(frozen=True)
class Calibration:
    """How predicted risks agree with what happened.

    brier : mean squared difference between outcome and risk, 0 to 1, lower is better
    brier_without_model : the same when everyone is given the observed mortality
    in_the_large, in_the_large_low, in_the_large_high : what must be added to all log odds to make predicted and
        observed deaths equal, with its 95% interval; below 0 the risks are too high. NaN when nobody or all died
    slope, slope_low, slope_high, intercept : logistic regression of the outcome on the log odds of the risk; a slope
        below 1 means risks too extreme. NaN when not determined
    n, n_events, n_missing : patients used, deaths, rows lacking either
    notes : sentences on what could not be estimated
    """

    brier: float
    brier_without_model: float
    in_the_large: float
    in_the_large_low: float
    in_the_large_high: float
    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    n: int
    n_events: int
    n_missing: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ScoreGroup:
    """Patients with the same score: mean predicted risk, observed mortality with its exact 95% interval."""

    score: float
    n: int
    n_events: int
    mean_risk: float
    observed: float
    interval: Interval


def discriminate(
    outcome: Iterable[object], marker: Iterable[object], *, interval: AreaInterval = "delong"
) -> Discrimination:
    """Area under the ROC curve of a marker, with its interval.

    DeLong's interval [1]_ rests on how the values of each side vary among those of the other. With few events, or when
    all of a side share one value, that spread is zero or nearly so by chance and the interval far too narrow.
    Newcombe's [2]_ takes the spread from the area itself (Hanley and McNeil's variance, solved for its limits), so it
    has a width even when the marker separates the patients, and stays between 0 and 1.

    Parameters
    ----------
    outcome : 1 or true for the event, 0 or false, or missing; one per patient
    marker : a number that is expected to be higher with the event; missing allowed
    interval : "delong" or "newcombe"

    Raises
    ------
    NotEstimable
        when all patients or none have the event, or an outcome is not 0 or 1.

    References
    ----------
    1. DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver operating
       characteristic curves: a nonparametric approach. Biometrics 1988;44:837-845.
    2. Newcombe RG. Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2:
       asymptotic methods and evaluation. Stat Med 2006;25:559-573 (method 5).

    Examples
    --------
    >>> result = discriminate([0, 0, 0, 1, 1], [1, 2, 4, 3, 5])
    >>> round(result.estimate, 3), round(result.low, 3), result.high
    (0.833, 0.371, 1.0)
    """
    event, value, n_missing = complete_outcomes(outcome, marker)
    with_event, without = value[event == 1], value[event == 0]
    if not (len(with_event) and len(without)):
        raise NotEstimable(
            "Telling patients with the event from those without needs both.",
            f"{len(with_event)} of {len(event)} patients had it.",
            "Widen the selection.",
        )
    tested = mann_whitney(with_event, without)
    area = tested.u / (len(with_event) * len(without))
    if interval == "newcombe":
        low, high = _newcombe_interval(len(with_event), len(without), area)
    else:
        low, high = _delong_interval(with_event, without, area)
    name = {"delong": "DeLong", "newcombe": "Newcombe"}[interval]
    return Discrimination(
        f"Area under the ROC curve with {name} interval; {tested.method}",
        "It asks how often a patient with the event has the higher value, whatever the unit.",
        tested.u,
        tested.p_value,
        "area under the ROC curve",
        area,
        low,
        high,
        len(event),
        len(with_event),
        n_missing,
    )


def calibrate(outcome: Iterable[object], risk: Iterable[object]) -> Calibration:
    """Compare predicted risks with outcomes: Brier score, calibration in the large, calibration slope.

    Risks of exactly 0 or 1 have no log odds; then only the Brier score is given, and ``notes`` says so.

    Parameters
    ----------
    outcome : 1 or true for the event, 0 or false, or missing; one per patient
    risk : predicted probability, 0 to 1, or missing

    Raises
    ------
    NotEstimable
        when no patient has both, an outcome is not 0 or 1, or a risk is no probability.

    References
    ----------
    1. Brier GW. Mon Weather Rev 1950;78:1-3.
    2. Cox DR. Two further applications of a model for binary regression. Biometrika 1958;45:562-565.
    3. Steyerberg EW. Clinical prediction models. 2nd ed. Springer; 2019, chapter 15.

    Examples
    --------
    >>> result = calibrate([0, 0, 1, 0, 1], [0.1, 0.3, 0.3, 0.6, 0.8])
    >>> round(result.brier, 3), round(result.in_the_large, 2), round(result.slope, 2)
    (0.198, -0.11, 0.9)
    """
    event, probability, n_missing = complete_risks(outcome, risk)
    prevalence = float(event.mean())
    large, slope, intercept, notes = _on_log_odds(event, probability)
    return Calibration(
        float(((event - probability) ** 2).mean()),
        prevalence * (1 - prevalence),
        *large,
        *slope,
        intercept,
        len(event),
        int(event.sum()),
        n_missing,
        notes,
    )


def calibrate_by_score(
    outcome: Iterable[object], score: Iterable[object], risk: Iterable[object]
) -> tuple[ScoreGroup, ...]:
    """Observed mortality at each score beside the mean predicted risk, with exact (Clopper-Pearson) intervals.

    Parameters
    ----------
    outcome, risk : as in ``calibrate``
    score : the number by which patients are grouped; rows lacking any of the three are left out

    Raises
    ------
    NotEstimable
        as ``calibrate`` does.

    Examples
    --------
    >>> [(one.score, one.n, one.n_events) for one in calibrate_by_score([0, 1, 0], [2, 3, 3], [0.1, 0.3, 0.3])]
    [(2.0, 1, 0), (3.0, 2, 1)]
    """
    points, probability = paired_numbers(score, risk, "scores", "predicted risks")
    scored = ~(np.isnan(points) | np.isnan(probability))
    every = numbers(outcome, "outcomes")
    if len(every) == len(points):
        every = np.where(scored, every, np.nan)
    event, points_known, _ = complete_outcomes(every, points)
    _, risk_known, _ = complete_risks(every, probability)
    return tuple(
        _score_group(value, event[points_known == value], risk_known[points_known == value])
        for value in np.unique(points_known).tolist()
    )


def complete_outcomes(outcome: Iterable[object], number: Iterable[object]) -> tuple[Floats, Floats, int]:
    """Outcome and number of the patients who have both, and how many have not.

    Raises
    ------
    NotEstimable
        when no patient has both, or an outcome is not 0 or 1.
    """
    event, value = paired_numbers(outcome, number, "outcomes", "numbers")
    if not np.isin(event[~np.isnan(event)], (0, 1)).all():
        raise NotEstimable(
            "An outcome is 1 (died, or it happened) or 0.",
            "Another number was found.",
            "Correct that column.",
        )
    known = ~(np.isnan(event) | np.isnan(value))
    if not known.any():
        raise NotEstimable(
            "A prediction is judged in patients with both an outcome and a prediction.",
            "There is none.",
            "Widen the selection, or add the missing values.",
        )
    return event[known], value[known], int((~known).sum())


def complete_risks(outcome: Iterable[object], risk: Iterable[object]) -> tuple[Floats, Floats, int]:
    """As ``complete_outcomes``, for predicted risks.

    Raises
    ------
    NotEstimable
        also when a risk is no probability.
    """
    event, probability, n_missing = complete_outcomes(outcome, risk)
    if ((probability < 0) | (probability > 1)).any():
        raise NotEstimable(
            "A predicted risk is a probability between 0 and 1.",
            "A number outside was found.",
            "Divide percentages by 100.",
        )
    return event, probability, n_missing


def _delong_interval(with_event: Floats, without: Floats, area: float) -> tuple[float, float]:
    m, n = len(with_event), len(without)
    if min(m, n) < 2 or area in (0, 1):
        return float("nan"), float("nan")
    together = doubled_midranks(np.concatenate([with_event, without])) / 2
    placed_events = (together[:m] - doubled_midranks(with_event) / 2) / n
    placed_others = 1 - (together[m:] - doubled_midranks(without) / 2) / m
    error = (placed_events.var(ddof=1) / m + placed_others.var(ddof=1) / n) ** 0.5
    half = float(ndtri((1 + CONFIDENCE) / 2)) * float(error)
    return max(0.0, area - half), min(1.0, area + half)


def _newcombe_interval(m: int, n: int, area: float) -> tuple[float, float]:
    """The areas from which the one found lies 1.96 of their own standard errors away."""
    z = float(ndtri((1 + CONFIDENCE) / 2))
    spread = (m + n) / 2 - 1

    def beyond(other: float) -> float:
        """Squared distance in standard errors minus that of the limit: rises away from ``area``."""
        variance = (
            other * (1 - other) / (m * n) * (1 + spread * ((1 - other) / (2 - other) + other / (1 + other)))
        )
        return (area - other) ** 2 / variance - z**2

    low = 0.0 if area == 0 else -crossing(lambda x: beyond(-x), -area, 0.0)
    high = 1.0 if area == 1 else crossing(beyond, area, 1.0)
    return low, high


_NOT_KNOWN = (float("nan"), float("nan"), float("nan"))
_Limits = tuple[float, float, float]


def _on_log_odds(event: Floats, risk: Floats) -> tuple[_Limits, _Limits, float, tuple[str, ...]]:
    """Calibration in the large, slope, intercept, and notes on what could not be had."""
    if not ((risk > 0) & (risk < 1)).all():
        note = "A predicted risk is exactly 0 or 1, so calibration on the scale of log odds is not defined."
        return _NOT_KNOWN, _NOT_KNOWN, float("nan"), (note,)
    if event.min() == event.max():
        note = "All patients had the same outcome, so calibration on the scale of log odds is not determined."
        return _NOT_KNOWN, _NOT_KNOWN, float("nan"), (note,)
    odds = logit(risk)
    large = fit_logistic(np.ones((len(event), 1)), event, odds)
    in_the_large = _with_limits(large.coefficients[0], large.std_errors[0])
    if is_constant(odds):
        return (
            in_the_large,
            _NOT_KNOWN,
            float("nan"),
            ("All predicted risks are equal, so there is no slope.",),
        )
    try:
        fit = fit_logistic(np.column_stack([np.ones(len(event)), odds]), event)
    except NotEstimable as error:
        return in_the_large, _NOT_KNOWN, float("nan"), (error.found,)
    return in_the_large, _with_limits(fit.coefficients[1], fit.std_errors[1]), float(fit.coefficients[0]), ()


def _with_limits(estimate: float, error: float) -> _Limits:
    half = float(ndtri((1 + CONFIDENCE) / 2)) * float(error)
    return float(estimate), float(estimate) - half, float(estimate) + half


def _score_group(score: float, event: Floats, risk: Floats) -> ScoreGroup:
    n, n_events = len(event), int(event.sum())
    return ScoreGroup(score, n, n_events, float(risk.mean()), n_events / n, clopper_pearson(n_events, n))
