"""Logistic regression with few events: Firth's penalised likelihood, and the plain one for calibration."""

from __future__ import annotations

from dataclasses import dataclass

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
    design = np.column_stack([np.ones(len(event)), (covariate - covariate.mean()) / spread])
    free = _fit_firth(design, event, np.zeros(2), [0, 1])
    best, slope = _penalised(design, event, free), float(free[1])

    nearby = free

    def deviance(value: float) -> float:
        nonlocal nearby  # the fit before is the best guess of where this one lies
        nearby = held = _fit_firth(design, event, np.array([nearby[0], value]), [0])
        return 2 * (best - _penalised(design, event, held))

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


def _penalised(design: Floats, event: Floats, coefficients: Floats) -> float:
    """Log likelihood plus half the log determinant of the information."""
    linear = design @ coefficients
    likelihood = float((event * log_expit(linear) + (1 - event) * log_expit(-linear)).sum())
    return likelihood + 0.5 * float(np.linalg.slogdet(_information(design, linear))[1])


def _information(design: Floats, linear: Floats) -> Floats:
    weight = expit(linear) * expit(-linear)
    information: Floats = design.T @ (weight[:, None] * design)
    return information


def _fit_firth(design: Floats, event: Floats, start: Floats, free: list[int]) -> Floats:
    """Maximise the penalised likelihood over the ``free`` coefficients, the others held at ``start``."""
    coefficients = start.copy()
    for _ in range(_MOST_STEPS):
        linear = design @ coefficients
        information = _information(design, linear)
        weight = expit(linear) * expit(-linear)
        leverage = weight * np.einsum("ij,jk,ik->i", design, np.linalg.inv(information), design)
        score = design.T @ (event - expit(linear) + leverage * (0.5 - expit(linear)))
        step = np.linalg.solve(information[np.ix_(free, free)], score[free])
        step *= min(1.0, _LARGEST_STEP / np.abs(step).max(initial=_CONVERGED))
        here = _penalised(design, event, coefficients)
        scale = 1.0
        while _penalised(design, event, _moved(coefficients, free, scale * step)) < here - _CONVERGED:
            scale /= 2
        coefficients = _moved(coefficients, free, scale * step)
        if np.abs(scale * step).max() < _CONVERGED:
            break
    return coefficients


def _moved(coefficients: Floats, free: list[int], step: Floats) -> Floats:
    moved = coefficients.copy()
    moved[free] += step
    return moved


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
