"""Exact distributions behind the exact tests: signed ranks, rank sums, sums of unequal coins.

All ranks are doubled here, so that the half ranks of ties are whole numbers and sums compare without
rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from iren_core.stats.samples import Floats, Ints


class Tails(NamedTuple):
    """Where an observed value lies in its null distribution, the value itself counted in each tail.

    ``lower`` P(T <= t); ``upper`` P(T >= t); ``two_sided`` P(|T - E| >= |t - E|).
    """

    lower: float
    upper: float
    two_sided: float


def doubled_midranks(values: Floats) -> Ints:
    """Twice the ranks of the values, ties sharing their mean rank.

    Examples
    --------
    >>> doubled_midranks(np.array([5.0, 7.0, 5.0])).tolist()
    [3, 6, 3]
    """
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    ranks: Ints = (2 * last - times + 1)[place]
    return ranks


def sign_flip_distribution(scores: Ints) -> Floats:
    """P(S = 0), P(S = 1), ... for the sum S of the scores that get a plus when each sign is a fair coin.

    ``scores`` are whole and positive. Sums of products of halves: every probability carries full relative
    precision.

    Examples
    --------
    >>> sign_flip_distribution(np.array([1, 2])).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    probability = np.zeros(int(scores.sum()) + 1)
    probability[0] = 1.0
    reach = 1
    for score in scores.tolist():
        shifted = probability[:reach].copy()
        probability[score : score + reach] += shifted
        reach += score
        probability[:reach] *= 0.5
    return probability


def signed_rank_p(scores: Ints, positive: int) -> float:
    """Two-sided p of the sum ``positive`` of the scores with a plus: twice the smaller tail, which is symmetric.

    Examples
    --------
    >>> signed_rank_p(2 * np.arange(1, 6), 30)
    0.0625
    """
    probability = sign_flip_distribution(scores)
    return min(1.0, 2 * float(min(probability[: positive + 1].sum(), probability[positive:].sum())))


def bernoulli_sum_distribution(probabilities: Floats) -> Floats:
    """P(0), P(1), ..., P(n) events among n independent patients with these probabilities (Poisson-binomial).

    Convolution, one patient at a time: sums of products of non-negative numbers, so nothing cancels.

    Examples
    --------
    >>> bernoulli_sum_distribution(np.array([0.5, 0.5])).tolist()
    [0.25, 0.5, 0.25]
    """
    distribution = np.ones(1)
    for p in probabilities.tolist():
        distribution = np.append(distribution * (1 - p), 0.0) + np.append(0.0, distribution * p)
    return distribution


def rank_sum_distribution_without_ties(m: int, n: int) -> Floats:
    """P(U = 0), P(U = 1), ..., P(U = m n) of the Mann-Whitney statistic of groups of ``m`` and ``n`` without ties.

    The numbers of ways are the coefficients of a Gaussian binomial; the lower half is worked out, factor by factor,
    and mirrored.

    Examples
    --------
    >>> (6 * rank_sum_distribution_without_ties(2, 2)).tolist()
    [1.0, 1.0, 2.0, 1.0, 1.0]
    """
    half = m * n // 2
    ways = np.zeros(half + 1)
    ways[0] = 1.0
    for step in range(1, m + 1):
        factor = n + step
        if factor <= half:
            ways[factor:] -= ways[:-factor].copy()
        padded = np.append(ways, np.zeros(-len(ways) % step))
        ways = padded.reshape(-1, step).cumsum(axis=0).ravel()[: half + 1]
    every = np.append(ways, ways[::-1] if m * n % 2 else ways[-2::-1])
    distribution: Floats = every / every.sum()
    return distribution


class RankSums:
    """The sum of the scores of ``size`` members drawn at random from all (rank-sum test, ties included).

    The members are split into a lower and an upper half; the subsets of each half are counted by size and sum, and
    a tail is put together from the two. That keeps 200 against 200 within a second.

    Parameters
    ----------
    scores : whole numbers, one per member (doubled midranks)
    size : how many are drawn
    """

    def __init__(self, scores: Ints, size: int) -> None:
        """Count the subsets of both halves."""
        self.scores = np.sort(scores)
        self.size = size
        middle = len(scores) // 2
        self._unit = int(np.gcd.reduce(self.scores - self.scores[0])) or 1
        self._low = _Subsets(self.scores[:middle], size, self._unit)
        self._high = _Subsets(self.scores[middle:], size, self._unit)
        self._ways = float(math.comb(len(scores), size))

    def tails(self, total: int) -> Tails:
        """All tails of an observed sum; equally distant sums are compared as whole numbers."""
        n = len(self.scores)
        centre = self.size * int(self.scores.sum())
        distance = abs(n * total - centre)
        lower, upper = self._at_most(total), self._at_least(total)
        if distance == 0:
            return Tails(lower, upper, 1.0)
        if n * total > centre:
            return Tails(lower, upper, upper + self._at_most((centre - distance) // n))
        return Tails(lower, upper, lower + self._at_least(-((-centre - distance) // n)))

    def _at_most(self, total: int) -> float:
        ways = 0.0
        for low, high, base in self._parts():
            ways += _pairs_at_most(low, high, (total - base) // self._unit)
        return ways / self._ways

    def _at_least(self, total: int) -> float:
        ways = 0.0
        for low, high, base in self._parts():
            largest = len(low) + len(high) - 2
            ways += _pairs_at_most(low[::-1], high[::-1], largest + (base - total) // self._unit)
        return ways / self._ways

    def _parts(self) -> Iterator[tuple[Floats, Floats, int]]:
        """The counts of both halves and the smallest sum, for each number of members taken from the lower half."""
        for k, low in enumerate(self._low.counts):
            rest = self.size - k
            if 0 <= rest < len(self._high.counts):
                yield low, self._high.counts[rest], self._low.smallest[k] + self._high.smallest[rest]


class _Subsets:
    """The subsets of these ascending scores.

    counts : for each size k, how many subsets sum to ``smallest[k]``, ``smallest[k] + unit``, ...
    smallest : for each size k, the smallest sum
    """

    def __init__(self, scores: Ints, size: int, unit: int) -> None:
        """Add the scores one by one; a new score is the largest, so the smallest sums never change."""
        sizes = range(min(size, len(scores)) + 1)
        steps: list[int] = ((scores - scores[:1]) // unit).tolist()
        from_below = np.append(0, np.cumsum(steps)).tolist()
        from_above = np.append(0, np.cumsum(steps[::-1])).tolist()
        self.smallest = [from_below[k] * unit + k * int(scores[:1].sum()) for k in sizes]
        self.counts = [np.zeros(from_above[k] - from_below[k] + 1) for k in sizes]
        self.counts[0][0] = 1.0
        for seen, step in enumerate(steps):
            for k in range(min(seen + 1, sizes[-1]), 0, -1):
                reach = from_below[seen] - from_below[seen - k + 1] - from_below[k - 1] + 1
                start = step + from_below[k - 1] - from_below[k]
                self.counts[k][start : start + reach] += self.counts[k - 1][:reach]


def _pairs_at_most(one: Floats, other: Floats, limit: int) -> float:
    """Sum of one[i] other[j] over i + j <= limit."""
    if limit < 0:
        return 0.0
    at_most = np.cumsum(other)
    free = max(0, min(len(one), limit - len(other) + 2))
    last = min(len(one), limit + 1)
    ways = float(one[:free].sum()) * float(at_most[-1])
    if last > free:
        ways += float(one[free:last] @ at_most[limit - last + 1 : limit - free + 1][::-1])
    return ways
