"""Predicted and observed mortality: the SCORTEN equation and the standardised mortality ratio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import expit

from iren_core.errors import NotEstimable
from iren_core.stats.describe import quantiles
from iren_core.stats.exact import bernoulli_sum_distribution
from iren_core.stats.prediction import complete_risks
from iren_core.stats.proportions import clopper_pearson, poisson_mean
from iren_core.stats.samples import Floats, numbers

SCORTEN_INTERCEPT, SCORTEN_SLOPE = -4.448, 1.237
SCORTEN_HIGHEST = 7

METHOD = (
    "Standardised mortality ratio with exact Poisson interval; "
    "exact Poisson-binomial test, two-sided as twice the smaller tail"
)
REASON = (
    "Each patient's own predicted risk enters, and the exact distribution of the number of deaths needs no "
    "large sample."
)


@dataclass(frozen=True)
class ObservedExpected:
    """Deaths that happened beside deaths that were predicted.

    method, reason : names of what was computed, and why in this way
    n, n_missing : patients with both outcome and risk; rows lacking either
    observed, expected : deaths; the sum of the individual risks
    proportion, proportion_low, proportion_high : observed mortality with its Clopper-Pearson 95% interval
    mean_risk, median_risk, risk_q1, risk_q3 : the predicted risks (quartiles of type 6)
    effect, estimate, low, high : standardised mortality ratio, observed / expected, exact Poisson 95%
        interval
    statistic : observed deaths
    p_value : exact, from the Poisson-binomial distribution; twice the smaller tail, at most 1
    p_lower, p_upper : chance of so few, and of so many, deaths if the predicted risks were true
    """

    method: str
    reason: str
    n: int
    n_missing: int
    observed: int
    expected: float
    proportion: float
    proportion_low: float
    proportion_high: float
    mean_risk: float
    median_risk: float
    risk_q1: float
    risk_q3: float
    effect: str
    estimate: float
    low: float
    high: float
    statistic: float
    p_value: float
    p_lower: float
    p_upper: float


def scorten_risk(score: Iterable[object]) -> Floats:
    """Predicted risk of death by SCORTEN: p = exp(L) / (1 + exp(L)), L = -4.448 + 1.237 x score.

    This is the equation, not the table of observed mortality by score in the same paper (which gives 35.3%
    at 3 points where the equation gives 32.4%).

    Parameters
    ----------
    score : SCORTEN points, 0 to 7, one per patient; a missing score stays missing

    Returns
    -------
    probability of death, 0 to 1, NaN where the score is missing

    Raises
    ------
    NotEstimable
        when a score is not a number or lies outside 0 to 7.

    References
    ----------
    1. Bastuji-Garin S, et al. SCORTEN: a severity-of-illness score for toxic epidermal necrolysis.
       J Invest Dermatol 2000;115:149-153.

    Examples
    --------
    >>> (100 * scorten_risk([2, 3, None])).round(1).tolist()
    [12.2, 32.4, nan]
    """
    points = numbers(score, "SCORTEN points")
    outside = points[(points < 0) | (points > SCORTEN_HIGHEST)]
    if outside.size:
        raise NotEstimable(
            "A SCORTEN lies between 0 and 7 points.",
            f"Found {outside[0]:g}.",
            "Correct that score, or leave it empty.",
        )
    risk: Floats = expit(SCORTEN_INTERCEPT + SCORTEN_SLOPE * points)
    return risk


def observed_vs_expected(died: Iterable[object], risk: Iterable[object]) -> ObservedExpected:
    """Compare observed deaths with those that the individual risks predict.

    Expected deaths are the sum of the risks (a median risk is no expectation). The interval of the ratio is
    exact for a Poisson count (Garwood, Ulm) and takes the expectation as known. The p-value is exact for
    unequal risks: the number of deaths follows the Poisson-binomial distribution; two-sided means twice the
    smaller tail, as in the interval, each tail holding the observed number. The interval leaves out that
    risks near 1 vary less than a Poisson count does, so it is the wider of the two and may hold 1 where p
    is below 0.05.

    Parameters
    ----------
    died : 1 or true for death, 0 or false for survival, or missing; one per patient
    risk : predicted probability of death, 0 to 1, or missing; one per patient

    Raises
    ------
    NotEstimable
        when no patient has both, when an outcome is not 0 or 1, when a risk is no probability, or when the
        risks add up to zero.

    References
    ----------
    1. Ulm K. A simple method to calculate the confidence interval of a standardized mortality ratio (SMR).
       Am J Epidemiol 1990;131:373-375.
    2. Hong Y. On computing the distribution function for the Poisson binomial distribution.
       Comput Stat Data Anal 2013;59:41-51.

    Examples
    --------
    >>> result = observed_vs_expected([0, 0, 1, 0], scorten_risk([3, 3, 5, 4]))
    >>> result.observed, round(result.expected, 2), round(result.estimate, 2), round(result.p_value, 2)
    (1, 2.12, 0.47, 0.48)
    """
    died_known, risk_known, n_missing = complete_risks(died, risk)
    n, observed, expected = len(died_known), int(died_known.sum()), float(risk_known.sum())
    if expected == 0:
        raise NotEstimable(
            "A mortality ratio divides by the expected deaths.",
            "The predicted risks add up to zero.",
            "Check the predicted risks.",
        )
    deaths = bernoulli_sum_distribution(risk_known)
    p_lower = min(1.0, float(deaths[: observed + 1].sum()))
    p_upper = min(1.0, float(deaths[observed:].sum()))
    low, high = poisson_mean(observed)
    q1, median, q3 = quantiles(risk_known).tolist()
    return ObservedExpected(
        METHOD,
        REASON,
        n,
        n_missing,
        observed,
        expected,
        observed / n,
        *clopper_pearson(observed, n),
        float(risk_known.mean()),
        median,
        q1,
        q3,
        "standardised mortality ratio",
        observed / expected,
        low / expected,
        high / expected,
        float(observed),
        min(1.0, 2 * min(p_lower, p_upper)),
        p_lower,
        p_upper,
    )
