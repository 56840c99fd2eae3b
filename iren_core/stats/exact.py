"""Exact distributions behind the exact tests: signed ranks, rank sums, sums of unequal coins.

All ranks are doubled here, so that the half ranks of ties are whole numbers and sums compare without
rounding.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from iren_core.stats.samples import Floats, Ints


class Tails(NamedTuple):
    """Where an observed value lies in its null distribution, the value itself counted in each tail.

    ``lower`` P(T <= t); ``upper`` P(T >= t); ``two_sided`` P(|T - E| >= |t - E|); ``point`` P(T = t).
    """

    lower: float
    upper: float
    two_sided: float
    point: float


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


def signed_rank_tails(scores: Ints, positive: int) -> Tails:
    """Tails of the sum ``positive`` of the scores with a plus; the distribution is symmetric."""
    probability = sign_flip_distribution(scores)
    lower = float(probability[: positive + 1].sum())
    upper = float(probability[positive:].sum())
    return Tails(
        min(lower, 1.0), min(upper, 1.0), min(1.0, 2 * min(lower, upper)), float(probability[positive])
    )


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


class RankSums:
    """The sum of the scores of ``size`` members drawn at random from all (rank-sum test, ties included).

    The members are split into a lower and an upper half; the subsets of each half are counted by size and
    sum, and a tail is put together from the two. That keeps 200 against 200 within a second.

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
        spread = self.scores - self.scores[0]
        self._unit = int(np.gcd.reduce(spread)) or 1
        self._low = _subset_counts(_offset(self.scores[:middle], self._unit), size)
        self._high = _subset_counts(_offset(self.scores[middle:], self._unit), size)
        self._bases = (int(self.scores[0]), int(self.scores[middle]))
        self._high_at_most = np.cumsum(self._high, axis=1)
        self._high_at_least = np.cumsum(self._high[:, ::-1], axis=1)[:, ::-1]
        self._ways = float(math.comb(len(scores), size))

    def at_most(self, total: int) -> float:
        """P(sum <= total)."""
        return self._tail(total, self._high_at_most, lower=True)

    def at_least(self, total: int) -> float:
        """P(sum >= total)."""
        return self._tail(total, self._high_at_least, lower=False)

    def tails(self, total: int) -> Tails:
        """All tails of an observed sum; equally distant sums are compared as whole numbers."""
        n = len(self.scores)
        centre = self.size * int(self.scores.sum())
        distance = abs(n * total - centre)
        lower, upper = self.at_most(total), self.at_least(total)
        if distance == 0:
            two_sided = 1.0
        else:
            two_sided = self.at_most((centre - distance) // n) + self.at_least(-((-centre - distance) // n))
        point = max(0.0, self.at_most(total) - self.at_most(total - 1))
        return Tails(min(lower, 1.0), min(upper, 1.0), min(two_sided, 1.0), point)

    def _tail(self, total: int, high: Floats, *, lower: bool) -> float:
        width = high.shape[1]
        ways = 0.0
        for k in range(self._low.shape[0]):
            rest = self.size - k
            if not 0 <= rest < high.shape[0]:
                continue
            room = total - k * self._bases[0] - rest * self._bases[1]
            limit = room // self._unit if lower else -(-room // self._unit)
            needed = limit - np.arange(self._low.shape[1])
            if lower:
                tail = np.where(needed >= 0, high[rest, np.clip(needed, 0, width - 1)], 0.0)
            else:
                tail = np.where(needed < width, high[rest, np.clip(needed, 0, width - 1)], 0.0)
            ways += float(self._low[k] @ tail)
        return ways / self._ways


def _offset(scores: Ints, unit: int) -> Ints:
    return (scores - scores[0]) // unit if scores.size else scores


def _subset_counts(scores: Ints, size: int) -> Floats:
    """Row k, column t: how many subsets of k scores sum to t, for k up to ``size``."""
    largest = min(size, len(scores))
    width = int(np.sort(scores)[::-1][:largest].sum()) + 1
    counts = np.zeros((largest + 1, width))
    counts[0, 0] = 1.0
    reach = 1
    for taken, score in enumerate(scores.tolist()):
        rows = min(taken + 1, largest)
        end = min(reach + score, width)
        counts[1 : rows + 1, score:end] += counts[:rows, : end - score].copy()
        reach = end
    return counts
