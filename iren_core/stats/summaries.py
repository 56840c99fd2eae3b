"""What a few printed numbers tell: a mean with its standard deviation, quartiles, a coefficient, and their n."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, ndtri, stdtrit

from iren_core.errors import NotEstimable
from iren_core.stats.proportions import Interval
from iren_core.stats.samples import numbers

CONFIDENCE = 0.95


class Moments(NamedTuple):
    """A sample by its mean, standard deviation and size."""

    mean: float
    sd: float
    n: int


class Difference(NamedTuple):
    """A difference of two means, first minus second, with its 95% interval."""

    estimate: float
    low: float
    high: float


def moments_from_quartiles(q1: float, median: float, q3: float, n: int) -> Moments:
    """Mean and standard deviation that quartiles suggest where the values follow a normal curve; an approximation.

    References
    ----------
    1. Wan X, et al. Estimating the sample mean and standard deviation from the sample size, median, range and/or
       interquartile range. BMC Med Res Methodol 2014;14:135, equations 14 and 16.

    Examples
    --------
    >>> [round(value, 2) for value in moments_from_quartiles(12, 14, 17, 12)]
    [14.33, 4.19, 12]
    """
    width = 2 * float(ndtri((0.75 * n - 0.125) / (n + 0.25)))
    return Moments((q1 + median + q3) / 3, (q3 - q1) / width, n)


def difference_of_means(first: Moments, second: Moments) -> Difference:
    """The difference of two means with Student's interval (equal variances), from what is printed of each.

    Raises
    ------
    NotEstimable
        when a group has fewer than two patients.

    Examples
    --------
    >>> result = difference_of_means(Moments(1177, 515, 12), Moments(1594, 640, 17))
    >>> [round(value) for value in result]
    [-417, -875, 41]
    """
    if min(first.n, second.n) < 2:
        raise NotEstimable(
            "A difference of means needs two patients in each group.",
            f"There are {first.n} and {second.n}.",
            "Widen the selection.",
        )
    df = first.n + second.n - 2
    pooled = ((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / df
    half = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * (pooled * (1 / first.n + 1 / second.n)) ** 0.5
    difference = first.mean - second.mean
    return Difference(difference, difference - half, difference + half)


def mean_interval(sample: Moments) -> Interval:
    """Student's 95% interval of a mean; NaN for a single value.

    Examples
    --------
    >>> [round(limit, 2) for limit in mean_interval(Moments(22, 5, 12))]
    [18.82, 25.18]
    """
    if sample.n < 2:
        return Interval(float("nan"), float("nan"))
    half = float(stdtrit(sample.n - 1, (1 + CONFIDENCE) / 2)) * sample.sd / sample.n**0.5
    return Interval(sample.mean - half, sample.mean + half)


def median_interval(values: Iterable[object]) -> Interval:
    """Interval of a median that holds at least 95%: two of the ordered values, by the sign test.

    Missing values are left out. NaN where so few values cannot give 95% (fewer than six).

    References
    ----------
    1. Conover WJ. Practical nonparametric statistics. 3rd ed. Wiley; 1999, section 3.2.

    Examples
    --------
    >>> median_interval([9, 11, 12, 14, 14, 17])
    Interval(low=9.0, high=17.0)
    """
    every = numbers(values, "values")
    known = np.sort(every[~np.isnan(every)])
    outside = int(np.sum(bdtr(np.arange(known.size), known.size, 0.5) <= (1 - CONFIDENCE) / 2))
    if not outside:
        return Interval(float("nan"), float("nan"))
    return Interval(float(known[outside - 1]), float(known[-outside]))
