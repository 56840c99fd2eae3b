"""Changes within patients: the paired t-test and Wilcoxon's signed-rank test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from iren_core.errors import NotEstimable
from iren_core.stats.choice import choose_pair_test
from iren_core.stats.describe import DECIMALS_FOR_TIES, is_constant, quantiles
from iren_core.stats.differences import median_with_limits, ordered_pair_means
from iren_core.stats.exact import doubled_midranks, sign_flip_distribution, signed_rank_p
from iren_core.stats.groups import GroupComparison, compare_groups
from iren_core.stats.samples import Floats, Ints, paired_numbers

EXACT_UP_TO = 300
"""Largest number of non-zero changes whose signed-rank distribution is worked out exactly."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class PairedComparison:
    """What changed within patients; every difference is after minus before.

    method, reason : test by name, and why this one
    statistic, df : t and its degrees of freedom; or the sum V of the positive ranks, with df None
    p_value : two-sided
    effect, estimate, low, high : "mean change" with its t interval, or "median change (Hodges-Lehmann)", the
        pseudo-median, with its exact interval; limits are NaN where so few pairs cannot give 95%
    n_pairs : patients with both values; only these are tested
    n_only_before, n_only_after, n_neither : patients with one value or none
    n_up, n_down, n_unchanged : directions among the pairs
    median_before, median_after : of the complete pairs
    quartiles : ((q1, q3) before, (q1, q3) after) of the complete pairs, type 6
    shapiro_p : Shapiro-Wilk p of the changes; NaN where not computable
    """

    method: str
    reason: str
    statistic: float
    df: float | None
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    n_pairs: int
    n_only_before: int
    n_only_after: int
    n_neither: int
    n_up: int
    n_down: int
    n_unchanged: int
    median_before: float
    median_after: float
    quartiles: tuple[tuple[float, float], tuple[float, float]]
    shapiro_p: float


def compare_changes(
    before: Iterable[object],
    after: Iterable[object],
    groups: Sequence[object] | pd.Series,
    *,
    test: str = "auto",
) -> GroupComparison:
    """Compare the changes within patients between groups: did one group change more than another?

    Two p-values, one per group, do not answer that. Patients lacking a value or the group are counted and left out.

    Parameters
    ----------
    before, after : one value per patient, in the same order and unit; missing allowed
    groups, test : as in ``compare_groups``, applied to after minus before

    Raises
    ------
    NotEstimable
        as ``compare_groups`` does.

    References
    ----------
    1. Bland JM, Altman DG. Comparisons against baseline within randomised groups are often used and can be highly
       misleading. Trials 2011;12:264.

    Examples
    --------
    >>> result = compare_changes([1, 2, 3, 1, 2, 3], [2, 3, 5, 5, 7, 8], list("aaabbb"), test="student")
    >>> round(result.estimate, 3), result.n
    (-3.333, (3, 3))
    """
    first, second = paired_numbers(before, after, "values before", "values after")
    return compare_groups(np.round(second - first, DECIMALS_FOR_TIES), groups, test=test)


class _Outcome(NamedTuple):
    method: str
    statistic: float
    df: float | None
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float


def compare_pairs(
    before: Iterable[object], after: Iterable[object], *, test: str = "auto", zeros: str = "wilcoxon"
) -> PairedComparison:
    """Test whether values changed within patients.

    Patients with only one of the two values are counted and left out; nothing is filled in.

    Wilcoxon's test is exact: signs are flipped over the ranks as they are, ties sharing their mean rank, so
    whole-day and rounded data are handled. Unchanged pairs are dropped before ranking (Wilcoxon's rule) or
    ranked first and dropped afterwards (Pratt's). Changes are rounded to 10 decimals before ranking, so
    that 0.3 - 0.2 and 0.2 - 0.1 tie. Beyond 300 changed pairs the normal approximation with corrections for
    ties and continuity is used, and ``method`` says so. R's ``wilcox.test`` and SPSS use that approximation
    as soon as there are ties or zeros; SciPy's ``method="exact"`` ignores them and is wrong then.

    The pseudo-median is the median of the means of all pairs of changes, unchanged patients included (R
    leaves those out). Its interval is exact, from the same ranks without ties, and conservative with ties.

    Parameters
    ----------
    before, after : one value per patient, in the same order and unit; missing allowed
    test : "auto" (see ``choice``), "paired-t" or "wilcoxon"
    zeros : "wilcoxon" or "pratt"

    Raises
    ------
    NotEstimable
        when no pair is complete, when the t-test has one pair or changes that are all equal, or when a name
        is unknown.

    References
    ----------
    1. Wilcoxon F. Individual comparisons by ranking methods. Biometrics Bull 1945;1:80-83.
    2. Pratt JW. Remarks on zeros and ties in the Wilcoxon signed rank procedures. J Am Stat Assoc
       1959;54:655-667.
    3. Hollander M, Wolfe DA, Chicken E. Nonparametric statistical methods. 3rd ed. Wiley; 2014, chapter 3.

    Examples
    --------
    >>> result = compare_pairs([31, 28, 35, 30, 33, 29], [38, 36, 41, 30, 40, None], test="wilcoxon")
    >>> result.n_pairs, result.n_only_before, result.n_up, result.p_value, result.estimate
    (5, 1, 4, 0.125, 6.5)
    """
    first, second = paired_numbers(before, after, "values before", "values after")
    if zeros not in ("wilcoxon", "pratt"):
        raise NotEstimable(
            f"The rule {zeros!r} for unchanged pairs was asked for.",
            "There are two rules.",
            "Choose wilcoxon or pratt.",
        )
    has_first, has_second = ~np.isnan(first), ~np.isnan(second)
    both = has_first & has_second
    if not both.any():
        raise NotEstimable(
            "A paired comparison needs patients with both values.",
            "No patient has both.",
            "Widen the selection, or choose another variable.",
        )
    changes = second[both] - first[both]
    choice = choose_pair_test(changes, test)
    outcome = _paired_t(changes) if choice.test == "paired-t" else _wilcoxon(changes, zeros)
    rounded = np.round(changes, DECIMALS_FOR_TIES)
    quarters = [quantiles(values[both]).tolist() for values in (first, second)]
    return PairedComparison(
        outcome.method,
        choice.reason,
        *outcome[1:],
        int(both.sum()),
        int((has_first & ~has_second).sum()),
        int((has_second & ~has_first).sum()),
        int((~has_first & ~has_second).sum()),
        int((rounded > 0).sum()),
        int((rounded < 0).sum()),
        int((rounded == 0).sum()),
        quarters[0][1],
        quarters[1][1],
        ((quarters[0][0], quarters[0][2]), (quarters[1][0], quarters[1][2])),
        choice.shapiro_p[0],
    )


def _paired_t(changes: Floats) -> _Outcome:
    n = len(changes)
    if n < 2 or is_constant(changes):
        raise NotEstimable(
            "The paired t-test needs two pairs whose changes differ.",
            "There is one pair." if n < 2 else "Every patient changed by the same amount.",
            "Use the Wilcoxon test.",
        )
    mean, error = float(changes.mean()), float(changes.std(ddof=1)) / n**0.5
    t, df = mean / error, n - 1
    half = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * error
    p = 2 * float(stdtr(df, -abs(t)))
    return _Outcome("Paired t-test", t, float(df), p, "mean change", mean, mean - half, mean + half)


def _wilcoxon(changes: Floats, zeros: str) -> _Outcome:
    rounded = np.round(changes, DECIMALS_FOR_TIES)
    ranked = rounded[rounded != 0] if zeros == "wilcoxon" else rounded
    scores = doubled_midranks(np.abs(ranked))[ranked != 0]
    positive = int(scores[ranked[ranked != 0] > 0].sum())
    rule = "" if (rounded != 0).all() else f", unchanged pairs by {zeros.capitalize()}'s rule"
    if len(scores) <= EXACT_UP_TO:
        method, p = f"Wilcoxon signed-rank test, exact{rule}", signed_rank_p(scores, positive)
    else:
        method, p = f"Wilcoxon signed-rank test, normal approximation{rule}", _normal_p(scores, positive)
    median, low, high = pseudo_median(changes)
    return _Outcome(method, positive / 2, None, p, "median change (Hodges-Lehmann)", median, low, high)


def _normal_p(scores: Ints, positive: int) -> float:
    """Two-sided p by the normal curve, corrected for ties and continuity."""
    distance = abs(positive - scores.sum() / 2) / 2
    deviation = np.sqrt(np.sum((scores / 2.0) ** 2) / 4)
    return min(1.0, 2 * float(ndtr(-(distance - 0.5) / deviation)))


def pseudo_median(changes: Floats) -> tuple[float, float, float]:
    """Hodges-Lehmann pseudo-median of the changes with its 95% limits.

    The median, and two order statistics, of the means of every pair of changes (each with itself included).
    Limits are NaN where so few changes cannot give 95%: below six.

    References
    ----------
    1. Hodges JL, Lehmann EL. Estimates of location based on rank tests. Ann Math Stat 1963;34:598-611.

    Examples
    --------
    >>> pseudo_median(np.array([1.0, 2.0, 6.0]))
    (2.75, nan, nan)
    """
    n = len(changes)
    return median_with_limits(partial(ordered_pair_means, changes), n * (n + 1) // 2, _limit_rank(n))


def _limit_rank(n: int) -> int:
    """Rank of the lower limit among the means of pairs: the 2.5% quantile of the signed-rank sum; 0: none."""
    tail = (1 - CONFIDENCE) / 2
    if n > EXACT_UP_TO:
        mean, variance = n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24
        return int(mean + ndtri(tail) * variance**0.5)
    return int(np.searchsorted(np.cumsum(sign_flip_distribution(np.arange(1, n + 1))), tail))
