"""Two risks compared: difference, ratio, paired proportions, and trend over ordered groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import bdtr, chdtrc, ndtri

from iren_core.errors import NotEstimable
from iren_core.stats.proportions import Interval, clopper_pearson, difference_of_shares, wilson
from iren_core.stats.roots import crossing
from iren_core.stats.samples import numbers

CONFIDENCE = 0.95


@dataclass(frozen=True)
class RiskComparison:
    """Two risks, first against second.

    risks : events / n in each group
    difference, difference_low, difference_high : Newcombe's 95% interval
    ratio, ratio_low, ratio_high : Miettinen and Nurminen's 95% interval; the ratio is infinite when nobody in the
        second group had the event, NaN (with its limits) when nobody in either group had it
    events, n : in each group
    """

    risks: tuple[float, float]
    difference: float
    difference_low: float
    difference_high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    events: tuple[int, int]
    n: tuple[int, int]


@dataclass(frozen=True)
class PairedProportions:
    """McNemar's exact test.

    method, reason : what was computed, and why in this way
    statistic : patients who changed from no to yes
    p_value : exact binomial, two-sided
    effect, estimate, low, high : "odds ratio of change", gained / lost, with its exact 95% interval
    n_pairs, n_gained, n_lost : patients, and those who changed from no to yes and from yes to no
    """

    method: str
    reason: str
    statistic: float
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    n_pairs: int
    n_gained: int
    n_lost: int


@dataclass(frozen=True)
class Trend:
    """Cochran-Armitage test: whether a risk rises or falls over ordered groups.

    method, reason, statistic (chi-squared), df, p_value; effect, estimate : slope of the risk per unit of the scores
    """

    method: str
    reason: str
    statistic: float
    df: float
    p_value: float
    effect: str
    estimate: float


def compare_risks(events: tuple[int, int], n: tuple[int, int]) -> RiskComparison:
    """Difference and ratio of two risks with intervals that hold in small groups.

    Parameters
    ----------
    events, n : patients with the event, and patients, in the first and the second group

    Raises
    ------
    NotEstimable
        when a group has no patient, or more events than patients.

    References
    ----------
    1. Newcombe RG. Interval estimation for the difference between independent proportions: comparison of eleven
       methods. Stat Med 1998;17:873-890 (method 10).
    2. Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-226.

    Examples
    --------
    >>> result = compare_risks((2, 1), (14, 18))
    >>> [round(value, 3) for value in (result.difference, result.difference_low, result.difference_high)]
    [0.087, -0.139, 0.348]
    """
    first, second = (wilson(event, size) for event, size in zip(events, n, strict=True))
    p, q = events[0] / n[0], events[1] / n[1]
    low, high = difference_of_shares(p, first, q, second)
    ratio = p / q if q else float("inf") if p else float("nan")
    return RiskComparison((p, q), p - q, low, high, ratio, *_ratio_limits(events, n), events, n)


def _ratio_limits(events: tuple[int, int], n: tuple[int, int]) -> Interval:
    """Ratios at which Miettinen and Nurminen's score statistic equals the normal quantile."""
    if not any(events):
        return Interval(float("nan"), float("nan"))
    z = float(ndtri((1 + CONFIDENCE) / 2))

    def score(log_ratio: float) -> float:
        return _score(events, n, float(np.exp(log_ratio)))

    widest = 60.0
    low = 0.0 if events[0] == 0 else float(np.exp(crossing(lambda x: z - score(x), -widest, widest)))
    high = (
        float("inf") if events[1] == 0 else float(np.exp(crossing(lambda x: -z - score(x), -widest, widest)))
    )
    return Interval(low, high)


def _score(events: tuple[int, int], n: tuple[int, int], ratio: float) -> float:
    """Score statistic of the hypothesis that the first risk is ``ratio`` times the second; falls with the ratio."""
    (a, b), (m, k) = events, n
    total = m + k
    quadratic, linear, constant = ratio * total, -(ratio * (m + b) + a + k), a + b
    root = max(0.0, linear**2 - 4 * quadratic * constant) ** 0.5
    q = min(1.0, 1 / ratio, 2 * constant / (root - linear))
    p = ratio * q
    variance = (p * (1 - p) / m + ratio**2 * q * (1 - q) / k) * total / (total - 1)
    distance = a / m - ratio * b / k
    if variance <= 0:
        return 0.0 if distance == 0 else float(np.copysign(np.inf, distance))
    return float(distance / variance**0.5)


def mcnemar(table: Any) -> PairedProportions:
    """Test whether a yes-or-no finding changed within patients, exactly.

    Only patients who changed carry information; R's ``mcnemar.test`` uses the chi-squared approximation instead.

    Parameters
    ----------
    table : (2, 2) counts: rows no and yes before, columns no and yes after

    Raises
    ------
    NotEstimable
        when the table is not 2 x 2, or nobody changed.

    References
    ----------
    1. McNemar Q. Psychometrika 1947;12:153-157.

    Examples
    --------
    >>> result = mcnemar([[10, 1], [7, 12]])
    >>> result.p_value, round(result.estimate, 3)
    (0.0703125, 0.143)
    """
    counts = np.asarray(table)
    if counts.shape != (2, 2):
        raise NotEstimable(
            "McNemar's test needs a 2 x 2 table.", f"Found {counts.shape}.", "Use yes and no only."
        )
    gained, lost = int(counts[0, 1]), int(counts[1, 0])
    changed = gained + lost
    if changed == 0:
        raise NotEstimable(
            "McNemar's test compares patients who changed.", "Nobody changed.", "Report the two proportions."
        )
    p = min(1.0, 2 * float(bdtr(min(gained, lost), changed, 0.5)))
    share = gained / changed, *clopper_pearson(gained, changed)
    estimate, low, high = (float("inf") if part == 1 else part / (1 - part) for part in share)
    return PairedProportions(
        "McNemar's exact test",
        "The same patients were looked at twice.",
        float(gained),
        p,
        "odds ratio of change",
        estimate,
        low,
        high,
        int(counts.sum()),
        gained,
        lost,
    )


def cochran_armitage(events: Sequence[int], n: Sequence[int], scores: Sequence[float] | None = None) -> Trend:
    """Test for a trend of a risk over ordered groups; R's ``prop.trend.test``.

    Parameters
    ----------
    events, n : patients with the event, and patients, per group in order
    scores : position of each group; 1, 2, 3, ... if not given

    Raises
    ------
    NotEstimable
        when all patients or none have the event, lengths differ, or the groups share one score.

    References
    ----------
    1. Armitage P. Tests for linear trends in proportions and frequencies. Biometrics 1955;11:375-386.

    Examples
    --------
    >>> round(cochran_armitage([1, 2, 4], [10, 10, 10]).p_value, 4)
    0.1127
    """
    had, size = numbers(events, "events"), numbers(n, "numbers of patients")
    position = numbers(range(1, len(had) + 1) if scores is None else scores, "scores")
    if not len(had) == len(size) == len(position) or not 0 < had.sum() < size.sum() or np.ptp(position) == 0:
        raise NotEstimable(
            "A trend needs groups in order, with and without the event.",
            f"{had.sum():g} of {size.sum():g} patients had it, in {len(had)} groups.",
            "Widen the selection.",
        )
    risk = had.sum() / size.sum()
    offset = position - (size * position).sum() / size.sum()
    slope = float((offset * had).sum() / (size * offset**2).sum())
    chi_squared = slope**2 * float((size * offset**2).sum()) / (risk * (1 - risk))
    return Trend(
        "Cochran-Armitage test for trend",
        "The groups have an order.",
        float(chi_squared),
        1.0,
        float(chdtrc(1, chi_squared)),
        "change of the risk per step",
        slope,
    )
