"""Fine and Gray's regression: the cumulative incidence of one kind of event, other kinds competing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from iren_core.errors import NotEstimable
from iren_core.stats.events import FollowUp, follow_up_by_cause
from iren_core.stats.hazard import HazardRatio, days_if_complete, design_of, read_covariates

_ASKED = "Subdistribution hazard ratios were asked for."
_MOST_STEPS = 30


@dataclass(frozen=True, eq=False)
class _Weighted:
    """Patients as they count on each event day; patients with another event stay, with shrinking weight.

    time, own, censored : (patients,) day, and whether it brought the event of interest, or nothing
    event_days, events : (event days,) days with that event, and how many
    weight : (patients, event days) 1 while followed; afterwards, with another event, the chance of being still
        followed then, given that on the own day
    """

    time: np.ndarray
    own: np.ndarray
    censored: np.ndarray
    event_days: np.ndarray
    events: np.ndarray
    weight: np.ndarray


def subdistribution_ratio(
    times: Any,
    causes: Any,
    groups: Any = None,
    covariates: Mapping[str, Any] | None = None,
    *,
    cause: Any,
    conf_level: float = 0.95,
) -> HazardRatio:
    """How do groups and covariates shift the share of patients who ever have this kind of event?

    Parameters
    ----------
    times, causes : as for ``cumulative_incidence``
    groups, covariates, conf_level : as for ``hazard_ratio``
    cause : the label of the event of interest; every other label is a competing event

    Returns
    -------
    HazardRatio
        with subdistribution hazard ratios: above 1 means a higher cumulative incidence. Tests and intervals are
        Wald's; ``statistic`` tests all terms together. ``events_by_group`` counts events of ``cause``.

    Notes
    -----
    Fine and Gray's model [1]_: those with another event stay at risk with a weight from the Kaplan-Meier curve of
    censoring, ties by Breslow, variance by their sandwich that allows for the estimated weights. Equal to R's
    ``cmprsk::crr``, which stops earlier (1e-5 in coefficients was seen). R's ``finegray`` with ``coxph`` leaves the
    weights' own variance out.

    Raises
    ------
    NotEstimable
        without two groups or a covariate, when nobody has ``cause``, or when a ratio would be 0 or infinite.
    CohortError
        when a value cannot be read.

    References
    ----------
    .. [1] Fine JP, Gray RJ. J Am Stat Assoc 1999; 94: 496-509.

    Examples
    --------
    >>> end = ["healed", "died", "healed", "healed", "healed", "healed", "died", ""]
    >>> fit = subdistribution_ratio([3, 4, 6, 9, 8, 10, 12, 14], end, list("AAAABBBB"), cause="healed")
    >>> fit.terms, fit.events_by_group
    (('B against A',), (3, 2))
    """
    values = read_covariates(covariates)
    patients = follow_up_by_cause(days_if_complete(times, values), causes, groups)
    design = design_of(patients, values)
    weighted = _weighted(patients, str(cause))
    coefficients = _coefficients(weighted, design.columns)
    covariance = _covariance(weighted, design.columns, coefficients)
    std_errors = np.sqrt(np.diag(covariance))
    z = float(ndtri((1 + conf_level) / 2))
    statistic = float(coefficients @ np.linalg.solve(covariance, coefficients))
    ratios, lows, highs = (
        tuple(np.exp((coefficients + shift * std_errors) / design.scale).tolist()) for shift in (0.0, -z, z)
    )
    alone = groups is not None and len(design.terms) == 1
    return HazardRatio(
        method=f"Fine-Gray regression for {cause}",
        reason="It speaks of the share who ever have the event, while patients with another event count as free of it.",
        labels=patients.labels,
        terms=design.terms,
        coefficients=tuple((coefficients / design.scale).tolist()),
        std_errors=tuple((std_errors / design.scale).tolist()),
        ratios=ratios,
        lows=lows,
        highs=highs,
        p_values=tuple((2 * ndtr(-np.abs(coefficients / std_errors))).tolist()),
        statistic=statistic,
        df=len(design.terms),
        p_value=float(chdtrc(len(design.terms), statistic)),
        n=patients.n,
        n_events=int(weighted.own.sum()),
        n_by_group=patients.n_by_group,
        events_by_group=tuple(
            np.bincount(patients.group[weighted.own], minlength=len(patients.labels)).tolist()
        ),
        n_missing=patients.n_missing,
        proportionality=None,
        effect=f"subdistribution hazard ratio, {design.terms[0]}" if alone else None,
        estimate=ratios[0] if alone else None,
        low=lows[0] if alone else None,
        high=highs[0] if alone else None,
    )


def _weighted(patients: FollowUp, cause: str) -> _Weighted:
    if cause not in patients.states[1:] or not (patients.state == patients.states.index(cause)).any():
        raise NotEstimable(_ASKED, f"No patient has the event {cause}.", "Choose another event.")
    time, censored = patients.grid[patients.day], patients.state == 0
    own = patients.state == patients.states.index(cause)
    event_days, events = np.unique(time[own], return_counts=True)
    table = patients.table()
    leaving = table.counts[:, 0].sum(axis=0)
    followed = np.concatenate(([1.0], np.cumprod(1 - leaving / table.at_risk.sum(axis=0))))
    at_own_day = followed[np.searchsorted(table.time, time, side="left")]
    at_event = followed[np.searchsorted(table.time, event_days, side="left")]
    afterwards = np.where((~own & ~censored)[:, None], at_event / at_own_day[:, None], 0.0)
    weight = np.where(time[:, None] >= event_days, 1.0, afterwards)
    return _Weighted(time, own, censored, event_days, events, weight)


def _coefficients(weighted: _Weighted, x: np.ndarray) -> np.ndarray:
    """Newton's method from 0, in standard deviations of the columns."""
    coefficients = np.zeros(x.shape[1])
    for _ in range(_MOST_STEPS):
        mean, information = _moments(weighted, x, coefficients)[2:]
        if np.linalg.eigvalsh(information)[0] <= 1e-10 * weighted.events.sum():
            break
        score = x[weighted.own].sum(axis=0) - weighted.events @ mean
        step = np.linalg.solve(information, score)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-11:
            return coefficients
        if np.abs(coefficients).max() > 12:
            break
    raise NotEstimable(
        _ASKED,
        "A ratio would be 0 or infinite, or cannot be told from another.",
        "Compare groups in each of which some patients have the event, and leave covariates out.",
    )


def _moments(
    weighted: _Weighted, x: np.ndarray, coefficients: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weighted risks (patients, event days), their sums, mean covariates on those days, and the information."""
    risk = np.exp(x @ coefficients)[:, None] * weighted.weight
    total = risk.sum(axis=0)
    mean = risk.T @ x / total[:, None]
    square = np.einsum("ie,ia,ib,e->ab", risk, x, x, weighted.events / total, optimize=True)
    return risk, total, mean, square - (mean.T * weighted.events) @ mean


def _covariance(weighted: _Weighted, x: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """The sandwich: each patient's part in the score, and in the weights that the score was taken with."""
    risk, total, mean, information = _moments(weighted, x, coefficients)
    surplus = -risk * (
        weighted.events / total
    )  # observed minus expected events of each patient on each event day
    surplus[weighted.own, np.searchsorted(weighted.event_days, weighted.time[weighted.own])] += 1
    parts = surplus.sum(axis=1)[:, None] * x - surplus @ mean + _parts_in_weights(weighted, x, mean, surplus)
    inverse = np.linalg.inv(information)
    return inverse @ (parts.T @ parts) @ inverse


def _parts_in_weights(
    weighted: _Weighted, x: np.ndarray, mean: np.ndarray, surplus: np.ndarray
) -> np.ndarray:
    """(patients, terms) what each patient's being followed or censored does to the score through the weights."""
    if not weighted.censored.any():
        return np.zeros(x.shape)
    days, count = np.unique(weighted.time[weighted.censored], return_counts=True)
    gone = (weighted.time[:, None] < days).astype(float)
    to_come = (weighted.event_days[:, None] >= days).astype(float)
    gone_surplus = (surplus.T @ gone) * to_come  # (event days, censoring days)
    carried = np.einsum("ic,ie,ec,ia->ca", gone, surplus, to_come, x, optimize=True) - gone_surplus.T @ mean
    followed = weighted.time[:, None] >= days
    at_risk = followed.sum(axis=0)
    own = (weighted.time[:, None] == days) & weighted.censored[:, None]
    return ((own - followed * (count / at_risk)) / at_risk) @ -carried
