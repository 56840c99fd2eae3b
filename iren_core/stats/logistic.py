"""Logistic regression with few events: Firth's penalised likelihood, and the plain one for calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, chdtri, expit, log_expit, ndtr

from iren_core.errors import NotEstimable
from iren_core.stats.roots import smooth_crossing
from iren_core.stats.samples import Floats

EVENTS_PER_VARIABLE = 10
CONFIDENCE = 0.95
_MOST_STEPS = 200
_CONVERGED = 1e-12
_LARGEST_STEP = 5.0


@dataclass(frozen=True)
class FirthOddsRatio:
    """The odds ratio of one covariate by Firth's penalised logistic regression.

    estimate, low, high : odds ratio per unit of the covariate, with the 95% interval of the profile of the penalised
        likelihood
    p_value : from the penalised likelihood ratio
    coefficient : natural logarithm of the odds ratio
    n, n_events : patients, and patients with the event
    """

    estimate: float
    low: float
    high: float
    p_value: float
    coefficient: float
    n: int
    n_events: int


def check_events_per_variable(n_events: int, n_variables: int) -> None:
    """Refuse a model of several variables with fewer than ten events for each.

    Raises
    ------
    NotEstimable
        when there is more than one variable and fewer than ten events for each.

    References
    ----------
    1. Peduzzi P, et al. A simulation study of the number of events per variable in logistic regression analysis.
       J Clin Epidemiol 1996;49:1373-1379.

    Examples
    --------
    >>> check_events_per_variable(3, 1)
    """
    if n_variables > 1 and n_events < EVENTS_PER_VARIABLE * n_variables:
        raise NotEstimable(
            f"A model of {n_variables} variables at once was asked for.",
            f"There are {n_events} events; {EVENTS_PER_VARIABLE * n_variables} would be needed, ten a variable.",
            "Look at one variable at a time.",
        )


def firth_odds_ratio(covariate: Floats, event: Floats) -> FirthOddsRatio:
    """Odds ratio per unit of one covariate, finite even when it separates the patients with and without event.

    Firth's penalty takes away the first-order bias of the estimate; interval and p-value come from the profile of
    the penalised likelihood, as in R's logistf. The covariate is standardised while fitting, which changes nothing
    but the steps.

    Parameters
    ----------
    covariate : numbers, one per patient, none missing
    event : 1 or 0, one per patient

    Raises
    ------
    NotEstimable
        when all patients or none have the event, or the covariate does not vary.

    References
    ----------
    1. Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27-38.
    2. Heinze G, Schemper M. A solution to the problem of separation in logistic regression.
       Stat Med 2002;21:2409-2419.

    Examples
    --------
    >>> result = firth_odds_ratio(np.arange(8.0), np.array([0, 0, 0, 0, 0, 1, 1, 1.0]))
    >>> round(result.estimate, 2), round(result.low, 2)
    (2.77, 1.11)
    """
    n_events = int(event.sum())
    spread = float(covariate.std())
    if n_events in (0, len(event)) or spread == 0:
        raise NotEstimable(
            "An odds ratio needs patients with and without the event, and a variable that varies.",
            "The variable is the same in every patient."
            if 0 < n_events < len(event)
            else f"{n_events} of {len(event)} patients had the event.",
            "Choose another variable, or widen the selection.",
        )
    standard = (covariate - covariate.mean()) / spread
    free = _fit_firth(_firth_at(standard, event, 0.0, 0.0), standard, event, slope_free=True)
    slope = free.slope

    nearby = free

    def deviance(value: float) -> float:
        nonlocal nearby  # the fit before is the best guess of where this one lies
        start = _firth_at(standard, event, nearby.intercept, value)
        nearby = _fit_firth(start, standard, event, slope_free=False)
        return 2 * (free.penalised - nearby.penalised)

    limit = float(chdtri(1, 1 - CONFIDENCE))

    def outward(direction: int) -> float:
        step = 1.0
        while deviance(slope + direction * step) < limit:
            step *= 2
        return slope + direction * smooth_crossing(
            lambda part: deviance(slope + direction * part) - limit, 0.0, step
        )

    low, high = outward(-1) / spread, outward(1) / spread
    p = float(chdtrc(1, max(0.0, deviance(0.0))))
    coefficient = slope / spread
    odds = np.exp([coefficient, low, high]).tolist()
    return FirthOddsRatio(odds[0], odds[1], odds[2], p, coefficient, len(event), n_events)


class _FirthPoint(NamedTuple):
    """Two coefficients, the penalised likelihood there, its score, and the information.

    Written out for an intercept and one covariate: a profile takes hundreds of these, and general matrix routines
    would spend most of their time on being called. The information is the sum of the weights, the weighted mean of the
    covariate and its weighted sum of squares about that mean: so no digit is lost where the weights lie on few values.
    """

    intercept: float
    slope: float
    penalised: float
    score: tuple[float, float]
    information: tuple[float, float, float]

    def step(self, *, slope_free: bool) -> tuple[float, float]:
        """Newton's step, at most five long in either coefficient; with the slope held only the intercept moves."""
        (first, second), (weight, mean, squares) = self.score, self.information
        slope = (second - mean * first) / squares if slope_free else 0.0
        return _shortened(first / weight - mean * slope, slope)


def _shortened(first: float, second: float) -> tuple[float, float]:
    part = min(1.0, _LARGEST_STEP / max(abs(first), abs(second), _CONVERGED))
    return part * first, part * second


def _firth_at(standard: Floats, event: Floats, intercept: float, slope: float) -> _FirthPoint:
    """The log likelihood plus half the log determinant of the information, with what a step from there needs.

    Where all weight has run into one value of the covariate there is no information, and no likelihood.
    """
    linear = intercept + slope * standard
    risk = expit(linear)
    weight = risk * expit(-linear)
    total = float(weight.sum())
    mean = float(weight @ standard) / total if total > 0 else 0.0
    squared = (standard - mean) ** 2
    squares = float(weight @ squared)
    if total * squares <= 0:
        return _FirthPoint(intercept, slope, -math.inf, (0.0, 0.0), (1.0, 0.0, 1.0))
    leverage = weight * (1 / total + squared / squares)
    residual = event - risk + leverage * (0.5 - risk)
    likelihood = float(log_expit((2 * event - 1) * linear).sum())
    return _FirthPoint(
        intercept,
        slope,
        likelihood + 0.5 * (math.log(total) + math.log(squares)),
        (float(residual.sum()), float(residual @ standard)),
        (total, mean, squares),
    )


def _fit_firth(start: _FirthPoint, standard: Floats, event: Floats, *, slope_free: bool) -> _FirthPoint:
    """Maximise the penalised likelihood from ``start`` on; steps that lose more than rounding does are halved."""
    here = start
    for _ in range(_MOST_STEPS):
        first, second = here.step(slope_free=slope_free)
        there = _firth_at(standard, event, here.intercept + first, here.slope + second)
        while there.penalised < here.penalised - _CONVERGED * max(1.0, abs(here.penalised)):
            first, second = first / 2, second / 2
            there = _firth_at(standard, event, here.intercept + first, here.slope + second)
        here = there
        if max(abs(first), abs(second)) < _CONVERGED:
            break
    return here


def _information(design: Floats, linear: Floats) -> Floats:
    weight = expit(linear) * expit(-linear)
    information: Floats = design.T @ (weight[:, None] * design)
    return information


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """Maximum likelihood logistic regression: coefficients, their standard errors and Wald p-values."""

    coefficients: Floats
    std_errors: Floats
    p_values: Floats


def fit_logistic(design: Floats, event: Floats, offset: Floats | float = 0.0) -> LogisticFit:
    """Fit a logistic regression by Newton's method.

    Parameters
    ----------
    design : (patients, coefficients) covariates, with a column of ones for the intercept
    event : 1 or 0, one per patient
    offset : known part of the log odds

    Raises
    ------
    NotEstimable
        when the estimates run off to infinity (the covariates separate the events), or are not determined.

    Examples
    --------
    >>> fit = fit_logistic(np.ones((4, 1)), np.array([1.0, 0, 0, 0]))
    >>> round(fit.coefficients.item(), 4)
    -1.0986
    """
    coefficients = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):
        linear = design @ coefficients + offset
        information = _information(design, linear)
        if np.linalg.matrix_rank(information) < len(coefficients):
            break
        step = np.linalg.solve(information, design.T @ (event - expit(linear)))
        coefficients = coefficients + step
        if np.abs(step).max() < _CONVERGED * max(1.0, np.abs(coefficients).max()):
            errors = np.sqrt(np.diag(np.linalg.inv(information)))
            return LogisticFit(coefficients, errors, 2 * ndtr(-np.abs(coefficients / errors)))
    raise NotEstimable(
        "A logistic regression was asked for.",
        "Its estimates are not finite: the prediction separates the patients with the event from those without, or "
        "does not vary.",
        "Report observed and expected deaths instead.",
    )
