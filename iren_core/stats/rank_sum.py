"""The Mann-Whitney test and the Hodges-Lehmann difference in location."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from iren_core.errors import NotEstimable
from iren_core.stats.differences import median_with_limits, ordered_differences
from iren_core.stats.exact import RankSums, doubled_midranks, rank_sum_distribution_without_ties
from iren_core.stats.samples import Floats, Ints

EXACT_UP_TO_PAIRS = 40_000
"""Largest product of two group sizes whose rank sums are counted exactly: 200 against 200."""
R_EXACT_BELOW = 50
CONFIDENCE = 0.95


class MannWhitney(NamedTuple):
    """U of the first group (pairs in which its value is the higher one, ties a half), p, and how p was found."""

    u: float
    p_value: float
    method: str


def mann_whitney(first: Floats, second: Floats, *, variant: str = "exact") -> MannWhitney:
    """Test whether the values of one group tend to be higher than those of the other.

    - ``"exact"``: the ranks as they are, ties sharing their mean rank, are dealt anew to the groups in every possible
      way; p is the share of deals whose rank sum is at least as far from the expected one, |T - E|. Equal to R's coin
      package. Beyond 200 against 200 as ``"r"``.
    - ``"spss"``: the line "Exact Sig. [2*(1-tailed Sig.)]" of SPSS, not corrected for ties: twice the smaller tail
      of U in the distribution without ties, a half of U being cut off.
    - ``"r"``: what ``wilcox.test`` of R prints: that distribution when there are no ties and fewer than 50
      in each group, else the normal curve with corrections for ties and continuity.
    - ``"asymptotic"``: the line "Asymp. Sig. (2-tailed)" of SPSS: the normal curve corrected for ties, not for
      continuity, however small the groups are. In R ``wilcox.test(exact = FALSE, correct = FALSE)``.

    SciPy's ``mannwhitneyu(method="exact")`` ignores ties and is wrong with them.

    Parameters
    ----------
    first, second : values of the two groups, none missing, neither empty
    variant : "exact", "spss", "r" or "asymptotic"

    Raises
    ------
    NotEstimable
        when the variant is unknown.

    References
    ----------
    1. Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60.
    2. Streitberg B, Roehmel J. Exact distributions for permutation and rank tests. Stat Softw Newsl 1986;12:10-17.

    Examples
    --------
    >>> mann_whitney(np.array([1.0, 2.0, 2.0]), np.array([2.0, 3.0, 4.0, 5.0]))
    MannWhitney(u=1.0, p_value=0.11428571428571428, method='Mann-Whitney test, exact')
    """
    m, n = len(first), len(second)
    scores = doubled_midranks(np.concatenate([first, second]))
    u = int(scores[:m].sum()) / 2 - m * (m + 1) / 2
    small = m * n <= EXACT_UP_TO_PAIRS
    if variant == "exact" and small:
        return MannWhitney(u, _rank_sum_p(scores, m), "Mann-Whitney test, exact")
    if variant == "spss" and small:
        return MannWhitney(
            u, _p_without_ties(u, m, n), "Mann-Whitney test, exact, not corrected for ties (SPSS)"
        )
    if variant == "asymptotic":
        p = _normal_p(scores, m, continuity=0.0)
        return MannWhitney(u, p, "Asymptotic Mann-Whitney test, without continuity correction (SPSS)")
    if variant not in ("exact", "spss", "r"):
        raise NotEstimable(
            f"The variant {variant!r} of the Mann-Whitney test was asked for.",
            "It is not one of those offered here.",
            "Choose exact, spss, r or asymptotic.",
        )
    untied = len(np.unique(scores)) == m + n
    if variant == "r" and untied and max(m, n) < R_EXACT_BELOW:
        return MannWhitney(u, _p_without_ties(u, m, n), "Mann-Whitney test, exact")
    return MannWhitney(u, _normal_p(scores, m), "Mann-Whitney test, normal approximation")


def _rank_sum_p(scores: Ints, m: int) -> float:
    """Exact two-sided p of the rank sum of the first ``m``, by |T - E|; the smaller group is dealt."""
    n = len(scores) - m
    dealt = scores[:m] if m <= n else scores[m:]
    return min(1.0, RankSums(scores, len(dealt)).tails(int(dealt.sum())).two_sided)


def _p_without_ties(u: float, m: int, n: int) -> float:
    smaller = int(min(u, m * n - u))
    return min(1.0, 2 * float(rank_sum_distribution_without_ties(m, n)[: smaller + 1].sum()))


def _normal_p(scores: Ints, m: int, continuity: float = 0.5) -> float:
    """Two-sided p by the normal curve, corrected for ties and by ``continuity``; 1 when all values are equal."""
    count = len(scores)
    distance = abs(int(scores[:m].sum()) / 2 - m * (count + 1) / 2)
    variance = m * (count - m) / (count - 1) * float(np.var(scores / 2.0))
    if variance == 0:
        return 1.0
    return min(1.0, 2 * float(ndtr(-(distance - continuity) / variance**0.5)))


def hodges_lehmann(first: Floats, second: Floats) -> tuple[float, float, float]:
    """Hodges-Lehmann difference in location, first minus second, with its 95% limits.

    The median of all differences between a value of the one group and a value of the other, and two order statistics
    of them that the exact distribution of U without ties picks; conservative with ties. Limits are NaN where groups
    so small cannot give 95%. R's ``wilcox.test`` with ties gives a root of the rank statistic instead.

    References
    ----------
    1. Hodges JL, Lehmann EL. Estimates of location based on rank tests. Ann Math Stat 1963;34:598-611.

    Examples
    --------
    >>> hodges_lehmann(np.array([17.0, 19.0, 20.0]), np.array([29.0, 31.0, 39.0, 43.0, 45.0]))
    (-20.0, -28.0, -9.0)
    """
    rank = _limit_rank(len(first), len(second))
    return median_with_limits(partial(ordered_differences, first, second), first.size * second.size, rank)


def _limit_rank(m: int, n: int) -> int:
    """Rank of the lower limit among the differences: the 2.5% quantile of U without ties; 0: none."""
    tail = (1 - CONFIDENCE) / 2
    if m * n > EXACT_UP_TO_PAIRS:
        return int(m * n / 2 + ndtri(tail) * (m * n * (m + n + 1) / 12) ** 0.5)
    return int(np.searchsorted(np.cumsum(rank_sum_distribution_without_ties(m, n)), tail))
