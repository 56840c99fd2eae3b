"""How unlike two groups are, free of units: the standardised difference, which does not grow with the sample."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from iren_core.stats.samples import Floats


def of_numbers(samples: tuple[Floats, ...]) -> float:
    """Largest standardised difference in means between any two groups, without sign.

    The difference in means over the root of the mean of the two variances; NaN where a group has fewer than two
    values or nothing varies although the means differ.

    References
    ----------
    1. Austin PC. Balance diagnostics for comparing the distribution of baseline covariates between treatment groups
       in propensity-score matched samples. Stat Med 2009;28:3083-3107.

    Examples
    --------
    >>> round(of_numbers((np.array([1.0, 2, 3]), np.array([2.0, 3, 4]))), 3)
    1.0
    """
    return _largest(
        [
            _ratio(
                float(np.mean(one) - np.mean(other)),
                (float(np.var(one, ddof=1)) + float(np.var(other, ddof=1))) / 2,
            )
            for one, other in combinations(samples, 2)
            if min(len(one), len(other)) > 1
        ]
    )


def of_counts(table: np.ndarray) -> float:
    """Largest standardised difference in shares between any two columns of a (levels, groups) table of counts.

    With two levels it is the difference of the shares over the root of the mean of p (1 - p); with more, the
    Mahalanobis distance of the shares of all levels but one, which level is left out makes no difference.

    References
    ----------
    1. Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using SAS. SAS Global
       Forum 2012, paper 335.

    Examples
    --------
    >>> round(of_counts(np.array([[12, 14], [2, 4]])), 3)
    0.207
    """
    filled = table[:, table.sum(axis=0) > 0]
    shares = filled / filled.sum(axis=0)
    return _largest([_distance(one, other) for one, other in combinations(shares.T, 2)])


def expected_by_chance(sizes: tuple[int, ...]) -> float:
    """The standardised difference that two groups alike in truth pass in 1 of 20 samples of these sizes.

    1.96 times the root of 1 / n1 + 1 / n2 of the two smallest groups; NaN with fewer than two groups (Austin 2009).

    Examples
    --------
    >>> round(expected_by_chance((14, 18)), 2)
    0.7
    """
    two = sorted(size for size in sizes if size)[:2]
    return 1.96 * sum(1 / size for size in two) ** 0.5 if len(two) > 1 else float("nan")


def _ratio(difference: float, variance: float) -> float:
    if variance > 0:
        return abs(difference) / variance**0.5
    return 0.0 if difference == 0 else float("nan")


def _distance(first: np.ndarray, second: np.ndarray) -> float:
    present = (first + second) > 0
    p, q = first[present][1:], second[present][1:]
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    if not p.size:
        return 0.0
    if np.linalg.matrix_rank(covariance) < len(p):
        return float("nan")
    return float((p - q) @ np.linalg.solve(covariance, p - q)) ** 0.5


def _largest(differences: list[float]) -> float:
    return max((one for one in differences if not np.isnan(one)), default=float("nan"))
