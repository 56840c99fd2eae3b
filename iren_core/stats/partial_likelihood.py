"""Cox's partial likelihood with Efron's treatment of ties, and its maximum with or without Firth's penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_MOST_STEPS = 50
_SETTLED = 1e-10
_NEARBY = 1e-5
_ROUNDING = 1e-12
_LARGEST_STEP = 2.5  # in standard deviations of a covariate: a longer one has left the region of the maximum
_INFINITE = 12.0  # a coefficient per standard deviation that far out is on its way to infinity


@dataclass(frozen=True, eq=False)
class RiskSets:
    """The patients of one stratum, arranged so that sums over those at risk are running sums.

    covariates : (patients, terms) with the last to leave first
    at_risk : (event days,) how many of them are at risk
    own : (events, terms) covariates of the patients with events, by day
    first, day, earlier : (event days,) position of each day's first event; (events,) its day; (events,) the share
        of the day's events that come before it, in Efron's sense
    days : (event days,) the days themselves
    late, not_yet_in : covariates of patients who enter late, with the last to enter first; (event days,) how many
        of them are not under observation yet
    """

    covariates: np.ndarray
    at_risk: np.ndarray
    own: np.ndarray
    first: np.ndarray
    day: np.ndarray
    earlier: np.ndarray
    days: np.ndarray
    late: np.ndarray
    not_yet_in: np.ndarray


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The partial likelihood at some coefficients.

    log, score, information : its logarithm, gradient and observed information
    residuals, spreads : (events, terms) and (events, terms, terms) covariates of each event minus their mean in
        the risk set, and their covariance there
    skewness : (terms, terms, terms) third central moments summed over events: the derivative of the information
    """

    log: float
    score: np.ndarray
    information: np.ndarray
    residuals: np.ndarray
    spreads: np.ndarray
    skewness: np.ndarray


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the likelihood is largest; ``log`` and ``log_null`` (all coefficients 0) include Firth's penalty."""

    coefficients: np.ndarray
    log: float
    log_null: float
    likelihood: Likelihood
    firth: bool


def risk_sets(
    time: np.ndarray, event: np.ndarray, covariates: np.ndarray, entry: np.ndarray | None = None
) -> RiskSets | None:
    """Arrange one stratum; ``None`` when it has no event.

    Parameters
    ----------
    time : (patients,) days, with equal numbers for equal days
    event : (patients,) bool
    covariates : (patients, terms)
    entry : (patients,) day of entry, at risk from the day after it; minus infinity = from the start
    """
    if not event.any():
        return None
    days, count = np.unique(time[event], return_counts=True)
    latest_first = np.argsort(-time)
    by_day = np.flatnonzero(event)[np.argsort(time[event], kind="stable")]
    first = np.cumsum(count) - count
    day = np.repeat(np.arange(days.size), count)
    entry = np.full(time.size, -np.inf) if entry is None else entry
    late = np.flatnonzero(entry >= days[0])
    late = late[np.argsort(-entry[late])]
    return RiskSets(
        covariates=covariates[latest_first],
        at_risk=time.size - np.searchsorted(np.sort(time), days),
        own=covariates[by_day],
        first=first,
        day=day,
        earlier=(np.arange(day.size) - first[day]) / count[day],
        days=days,
        late=covariates[late],
        not_yet_in=late.size - np.searchsorted(entry[late[::-1]], days),
    )


def likelihood(strata: Sequence[RiskSets], coefficients: np.ndarray) -> Likelihood:
    """The partial likelihood, summed over strata; events in the order of strata, then days."""
    parts = [_of_stratum(sets, coefficients) for sets in strata]
    return Likelihood(
        log=sum(part.log for part in parts),
        score=np.sum([part.score for part in parts], axis=0),
        information=np.sum([part.information for part in parts], axis=0),
        residuals=np.concatenate([part.residuals for part in parts]),
        spreads=np.concatenate([part.spreads for part in parts]),
        skewness=np.sum([part.skewness for part in parts], axis=0),
    )


def _of_stratum(sets: RiskSets, coefficients: np.ndarray) -> Likelihood:
    x = sets.covariates
    predictor = x @ coefficients
    shift = predictor.max()  # cancels; keeps exp from overflowing
    risk = np.exp(predictor - shift)
    own_predictor = sets.own @ coefficients
    own_risk = np.exp(own_predictor - shift)
    late_risk = np.exp(sets.late @ coefficients - shift)

    def at_events(power: int) -> np.ndarray:
        """Sums over the risk set of each event of risk times the covariates to that power."""
        everybody = np.cumsum(_weighted(risk, x, power), axis=0)[sets.at_risk - 1]
        if sets.late.size:
            outside = np.cumsum(_weighted(late_risk, sets.late, power), axis=0)[sets.not_yet_in - 1]
            outside[sets.not_yet_in == 0] = 0.0
            everybody = everybody - outside
        tied = np.add.reduceat(_weighted(own_risk, sets.own, power), sets.first, axis=0)
        earlier = sets.earlier.reshape(-1, *[1] * power)
        return everybody[sets.day] - earlier * tied[sets.day]

    total = at_events(0)
    mean, square, cube = (at_events(power) / total.reshape(-1, *[1] * power) for power in (1, 2, 3))
    spreads = square - mean[:, :, None] * mean[:, None, :]
    mixed = mean[:, :, None, None] * square[:, None, :, :]
    skewness = (
        cube
        - mixed
        - np.moveaxis(mixed, 1, 2)
        - np.moveaxis(mixed, 1, 3)
        + 2 * mean[:, :, None, None] * (mean[:, :, None] * mean[:, None, :])[:, None]
    )
    return Likelihood(
        log=float(np.sum(own_predictor - shift) - np.sum(np.log(total))),
        score=(sets.own - mean).sum(axis=0),
        information=spreads.sum(axis=0),
        residuals=sets.own - mean,
        spreads=spreads,
        skewness=skewness.sum(axis=0),
    )


def _weighted(risk: np.ndarray, x: np.ndarray, power: int) -> np.ndarray:
    weighted = risk
    for _ in range(power):
        weighted = weighted[..., None] * x.reshape(x.shape[0], *[1] * (weighted.ndim - 1), x.shape[1])
    return weighted


def maximise(
    strata: Sequence[RiskSets],
    *,
    firth: bool,
    start: np.ndarray | None = None,
    fixed: tuple[int, float] | None = None,
) -> Maximum | None:
    """Newton's method; ``None`` when the likelihood rises for ever.

    Parameters
    ----------
    firth : add half the logarithm of the determinant of the information [1]_
    start : coefficients to begin with; 0 by default
    fixed : hold the coefficient in this place at this value

    References
    ----------
    .. [1] Firth D. Biometrika 1993; 80: 27-38; Heinze G, Schemper M. Biometrics 2001; 57: 114-119.
    """
    terms = strata[0].covariates.shape[1]
    log_null = _log(likelihood(strata, np.zeros(terms)), firth)
    coefficients = np.zeros(terms) if start is None else start.copy()
    free = np.arange(terms)
    if fixed is not None:
        coefficients[fixed[0]] = fixed[1]
        free = np.delete(free, fixed[0])
    here = likelihood(strata, coefficients)
    for _ in range(_MOST_STEPS):
        if _is_flat(here) or (np.abs(coefficients).max() > _INFINITE and not firth):
            return None
        step = np.zeros(terms)
        curvature = _curvature(strata, coefficients, here, free) if firth else here.information
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], _score(here, firth)[free])
        step *= min(1.0, _LARGEST_STEP / max(np.abs(step).max(), _ROUNDING))
        least = _log(here, firth) - _ROUNDING * (1 + abs(here.log))
        there = likelihood(strata, coefficients + step)
        while _log(there, firth) < least and np.abs(step).max() > _ROUNDING:
            step = step / 2
            there = likelihood(strata, coefficients + step)
        coefficients, here = coefficients + step, there
        if np.abs(step).max() < _SETTLED * (1 + np.abs(coefficients).max()):
            return Maximum(coefficients, _log(here, firth), log_null, here, firth)
    return None


def _score(here: Likelihood, firth: bool) -> np.ndarray:
    if not firth:
        return here.score
    return here.score + np.einsum("ab,abc->c", np.linalg.inv(here.information), here.skewness) / 2


def _curvature(
    strata: Sequence[RiskSets], coefficients: np.ndarray, here: Likelihood, free: np.ndarray
) -> np.ndarray:
    """Minus the slope of the penalised score, by differences; the information where that is not positive."""
    curvature = here.information.copy()
    for term in free:
        nearby = coefficients.copy()
        nearby[term] += _NEARBY
        curvature[:, term] = (_score(here, True) - _score(likelihood(strata, nearby), True)) / _NEARBY
    curvature = (curvature + curvature.T) / 2
    positive = free.size == 0 or np.linalg.eigvalsh(curvature[np.ix_(free, free)])[0] > 0
    return curvature if positive else here.information


def _log(here: Likelihood, firth: bool) -> float:
    if not firth:
        return here.log
    return -np.inf if _is_flat(here) else here.log + float(np.linalg.slogdet(here.information)[1]) / 2


def _is_flat(here: Likelihood) -> bool:
    """Whether the likelihood no longer tells some coefficient from its neighbours (for standardised columns)."""
    events = here.residuals.shape[0]
    return bool(np.linalg.eigvalsh(here.information)[0] <= _ROUNDING * events)
