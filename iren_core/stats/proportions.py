"""Intervals for a proportion and for a count of events."""

from __future__ import annotations

from typing import NamedTuple

from scipy.special import betaincinv, gammaincinv, ndtri

from iren_core.errors import NotEstimable


class Interval(NamedTuple):
    """Lower and upper confidence limit."""

    low: float
    high: float


def clopper_pearson(events: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Exact (Clopper-Pearson) interval for a proportion, from the beta distribution; R's ``binom.test``.

    References
    ----------
    1. Clopper CJ, Pearson ES. Biometrika 1934;26:404-413.

    Raises
    ------
    NotEstimable
        when there is no patient, or more events than patients.

    Examples
    --------
    >>> [round(limit, 4) for limit in clopper_pearson(3, 32)]
    [0.0198, 0.2502]
    """
    _check_counts(events, n)
    alpha = (1 - confidence) / 2
    low = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, alpha))
    high = 1.0 if events == n else float(betaincinv(events + 1, n - events, 1 - alpha))
    return Interval(low, high)


def wilson(events: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for a proportion, without continuity correction.

    References
    ----------
    1. Wilson EB. J Am Stat Assoc 1927;22:209-212.

    Raises
    ------
    NotEstimable
        when there is no patient, or more events than patients.

    Examples
    --------
    >>> [round(limit, 4) for limit in wilson(3, 32)]
    [0.0324, 0.2422]
    """
    _check_counts(events, n)
    z = float(ndtri(1 - (1 - confidence) / 2))
    p = events / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5 / (1 + z**2 / n)
    return Interval(0.0 if events == 0 else centre - half, 1.0 if events == n else centre + half)


def difference_of_shares(first: float, limits: Interval, second: float, other_limits: Interval) -> Interval:
    """Limits of the first share minus the second, recovered from the limits of both; with Wilson's, Newcombe's.

    References
    ----------
    1. Newcombe RG. Interval estimation for the difference between independent proportions: comparison of eleven
       methods. Stat Med 1998;17:873-890 (method 10).
    2. Zou GY, Donner A. Construction of confidence limits about effect measures: a general approach. Stat Med
       2008;27:1693-1702.

    Examples
    --------
    >>> [round(limit, 3) for limit in difference_of_shares(2 / 14, wilson(2, 14), 1 / 18, wilson(1, 18))]
    [-0.139, 0.348]
    """
    below = ((first - limits.low) ** 2 + (other_limits.high - second) ** 2) ** 0.5
    above = ((limits.high - first) ** 2 + (second - other_limits.low) ** 2) ** 0.5
    return Interval(first - second - below, first - second + above)


def poisson_mean(events: int, *, confidence: float = 0.95) -> Interval:
    """Exact (Garwood) interval for the mean of a Poisson count.

    Divided by the expected count it is Ulm's interval of a mortality ratio.

    References
    ----------
    1. Garwood F. Biometrika 1936;28:437-442.
    2. Ulm K. Am J Epidemiol 1990;131:373-375.

    Examples
    --------
    >>> [round(limit, 4) for limit in poisson_mean(3)]
    [0.6187, 8.7673]
    """
    alpha = (1 - confidence) / 2
    low = 0.0 if events == 0 else float(gammaincinv(events, alpha))
    return Interval(low, float(gammaincinv(events + 1, 1 - alpha)))


def _check_counts(events: int, n: int) -> None:
    if n < 1:
        raise NotEstimable(
            "A proportion needs at least one patient.", "There is none.", "Widen the selection."
        )
    if not 0 <= events <= n:
        raise NotEstimable(
            "The number of events lies between 0 and the number of patients.",
            f"There are {events} events in {n} patients.",
            "Check the counts.",
        )
