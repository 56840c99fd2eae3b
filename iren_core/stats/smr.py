"""Further intervals of a standardised mortality ratio, and the comparison of two ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln, ndtri, pdtr, xlogy

from iren_core.errors import NotEstimable
from iren_core.stats.proportions import Interval, clopper_pearson
from iren_core.stats.roots import crossing

#: Probabilities that differ by no more than this share are equal: R's rule.
_TIE_TOLERANCE = 1e-7


@dataclass(frozen=True)
class RatioOfRatios:
    """Two standardised mortality ratios compared.

    method, reason : what was computed, and why in this way
    statistic : deaths in the first group
    p_value : exact, twice the smaller tail
    p_by_likelihood : exact, adding up all counts no more probable than the one observed, as R's ``poisson.test`` does
    effect, estimate, low, high : "ratio of mortality ratios", first to second, exact 95% interval; infinite where
        the second group has no deaths
    n_deaths : deaths in each group
    """

    method: str
    reason: str
    statistic: float
    p_value: float
    p_by_likelihood: float
    effect: str
    estimate: float
    low: float
    high: float
    n_deaths: tuple[int, int]


def mid_p_interval(observed: int, *, confidence: float = 0.95) -> Interval:
    """Mid-P interval of a Poisson mean: half of the chance of the observed count goes to each tail.

    Divide by the expected deaths for the mortality ratio. Narrower than the exact interval, right on average.

    References
    ----------
    1. Rothman KJ, Greenland S, Lash TL. Modern epidemiology. 3rd ed. Lippincott; 2008, chapter 14.

    Examples
    --------
    >>> [round(limit, 3) for limit in mid_p_interval(3)]
    [0.763, 8.164]
    """
    tail = (1 - confidence) / 2

    def above(mean: float) -> float:
        """Chance of more than the observed count, and half of the chance of just so many."""
        point = float(np.exp(xlogy(observed, mean) - mean - gammaln(observed + 1)))
        return 1 - float(pdtr(observed, mean)) + point / 2

    top = observed + 10 * (observed + 1) ** 0.5 + 20
    low = 0.0 if observed == 0 else crossing(lambda mean: above(mean) - tail, 0.0, observed + 1.0)
    return Interval(low, crossing(lambda mean: above(mean) - (1 - tail), max(0.0, observed - 1.0), top))


def byar_interval(observed: int, *, confidence: float = 0.95) -> Interval:
    """Byar's approximate interval of a Poisson mean, as many papers print it; divide by the expected deaths.

    References
    ----------
    1. Breslow NE, Day NE. Statistical methods in cancer research, volume II. IARC; 1987, equation 2.10.

    Examples
    --------
    >>> [round(limit, 3) for limit in byar_interval(3)]
    [0.603, 8.765]
    """
    z = float(ndtri((1 + confidence) / 2))
    more = observed + 1
    low = 0.0 if observed == 0 else observed * (1 - 1 / (9 * observed) - z / (3 * observed**0.5)) ** 3
    return Interval(max(0.0, low), more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3)


def compare_ratios(
    observed: tuple[int, int], expected: tuple[float, float], *, confidence: float = 0.95
) -> RatioOfRatios:
    """Compare two standardised mortality ratios exactly.

    Given the deaths of both groups together, those of the first are binomial with a chance that depends on the ratio
    of the ratios alone. The interval is that of R's ``poisson.test``; its p-value adds up counts no more probable than
    the one observed, ours is twice the smaller tail, so that p and interval agree. Both are given.

    Parameters
    ----------
    observed, expected : deaths, and sums of the individual risks, of the first and the second group

    Raises
    ------
    NotEstimable
        when nobody died, or an expectation is not above zero.

    References
    ----------
    1. Breslow NE, Day NE. Statistical methods in cancer research, volume II. IARC; 1987, section 3.5.

    Examples
    --------
    >>> result = compare_ratios((2, 1), (6.6, 4.1))
    >>> round(result.estimate, 2), round(result.low, 2), round(result.high, 1), result.p_value
    (1.24, 0.06, 73.3, 1.0)
    """
    total = sum(observed)
    if total == 0 or min(expected) <= 0:
        raise NotEstimable(
            "Two mortality ratios can be compared when someone died and deaths were expected in both groups.",
            "Nobody died." if total == 0 else "In one group no death was expected.",
            "Report the observed and expected deaths of each group.",
        )
    chance = expected[0] / sum(expected)
    lower = float(bdtr(observed[0], total, chance))
    upper = 1.0 if observed[0] == 0 else float(bdtrc(observed[0] - 1, total, chance))
    share = observed[0] / total, *clopper_pearson(observed[0], total, confidence=confidence)
    estimate, low, high = (float("inf") if p == 1 else p / (1 - p) * expected[1] / expected[0] for p in share)
    return RatioOfRatios(
        "Exact conditional (binomial) test of two mortality ratios, two-sided as twice the smaller tail",
        "With few deaths only the exact distribution can be relied on.",
        float(observed[0]),
        min(1.0, 2 * min(lower, upper)),
        _p_by_likelihood(observed[0], total, chance),
        "ratio of mortality ratios",
        estimate,
        low,
        high,
        observed,
    )


def _p_by_likelihood(count: int, total: int, chance: float) -> float:
    counts = np.arange(total + 1)
    log_weight = xlogy(counts, chance) + xlogy(total - counts, 1 - chance)
    log_weight -= gammaln(counts + 1) + gammaln(total - counts + 1)
    weight = np.exp(log_weight - log_weight.max())
    return min(1.0, float(weight[weight <= weight[count] * (1 + _TIE_TOLERANCE)].sum() / weight.sum()))
