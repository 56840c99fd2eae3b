"""Gray's test: does one kind of event happen equally often and soon in all groups, other kinds competing?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc

from iren_core.errors import NotEstimable
from iren_core.stats.events import EventTable, follow_up_by_cause
from iren_core.stats.survival_comparison import (
    Score,
    SurvivalTest,
    chi_squared,
    require_groups,
    stratified_by,
)

_ROUNDING = 1e-12  # a sum of fractions that should be 1 may miss it by as much


def compare_incidence(
    times: Any, causes: Any, groups: Any, *, cause: Any, strata: Any = None
) -> SurvivalTest:
    """Is the cumulative incidence of ``cause`` the same in all groups?

    Parameters
    ----------
    times, causes, groups : as for ``cumulative_incidence``; two groups or more
    cause : the label of the event of interest; every other label is a competing event
    strata : (patients,) labels; groups are then compared within each stratum and the results summed

    Returns
    -------
    SurvivalTest
        ``observed`` and ``expected`` count events of ``cause``. There is no ``estimate``.

    Notes
    -----
    Gray's K-sample test with rho = 0 [1]_: a log-rank test on the subdistribution, in which patients with a
    competing event stay at risk. Equal to R's ``cmprsk::cuminc``. A log-rank test that censors the competing
    event asks another question (the rate among those still without any event).

    Raises
    ------
    NotEstimable
        with fewer than two groups, when nobody has ``cause``, or when the groups were never followed side by
        side.
    CohortError
        when a value cannot be read.

    References
    ----------
    .. [1] Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk.
       Ann Stat 1988; 16: 1141-1154.

    Examples
    --------
    >>> days = [8, 10, 12, 14, 16, 18, 20, 22]
    >>> end = ["healed", "healed", "healed", "died", "healed", "healed", "died", ""]
    >>> test = compare_incidence(days, end, ["A"] * 4 + ["B"] * 4, cause="healed")
    >>> test.observed, test.df
    ((3, 2), 1)
    """
    patients = follow_up_by_cause(times, causes, groups, strata)
    require_groups(patients)
    cause = str(cause)
    if cause not in patients.states[1:] or not (patients.state == patients.states.index(cause)).any():
        raise NotEstimable(
            f"The incidence of {cause} was to be compared.",
            "No patient has that event.",
            "Choose another event.",
        )
    kind = patients.states.index(cause)
    score = Score.total([_score(table, kind) for table in patients.tables()])
    statistic, df = chi_squared(score.excess, score.variance)
    return SurvivalTest(
        method=f"Gray's test{stratified_by(patients)}",
        reason=f"Patients with another event than {cause} can no longer have it, so they are not censored.",
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        labels=patients.labels,
        n=patients.n_by_group,
        observed=tuple(score.observed.tolist()),
        expected=tuple(score.expected.tolist()),
        n_missing=patients.n_missing,
        weights="gray",
    )


@dataclass(frozen=True, eq=False)
class _Stratum:
    """One stratum on its event days, seen from one kind of event; (groups, days) unless said otherwise.

    own, other : events of that kind, and of all other kinds
    before, after : share without any event just before and after the day
    free : share without this kind of event just before the day
    reach : at risk divided by ``before``: how many would still be at risk had nobody had an event
    pooled : (days,) incidence of the kind over all groups, if no group differed from the others
    """

    at_risk: np.ndarray
    own: np.ndarray
    other: np.ndarray
    before: np.ndarray
    after: np.ndarray
    free: np.ndarray
    reach: np.ndarray
    pooled: np.ndarray


def _stratum(table: EventTable, kind: int) -> _Stratum:
    at_risk, own, any_event = table.at_risk, table.counts[:, kind], table.events
    patients = np.maximum(at_risk, 1)  # a group that nobody is left of adds nothing: its counts are 0
    after = np.cumprod(1 - any_event / patients, axis=1)
    before = _just_before(after, 1.0)
    incidence = np.cumsum(before * own / patients, axis=1)
    reach = np.divide(at_risk, before, out=np.zeros(before.shape), where=at_risk > 0)
    return _Stratum(
        at_risk=at_risk,
        own=own,
        other=any_event - own,
        before=before,
        after=after,
        free=1 - _just_before(incidence, 0.0),
        reach=reach,
        pooled=np.cumsum(own.sum(axis=0) / reach.sum(axis=0)),
    )


def _score(table: EventTable, kind: int) -> Score:
    """Observed minus expected events of one kind in one stratum, and their covariance."""
    stratum = _stratum(table.on_event_days(), kind)
    still_free = stratum.reach * stratum.free
    expected = stratum.own.sum(axis=0) * still_free / still_free.sum(axis=0)
    return Score(
        excess=(stratum.own - expected).sum(axis=1),
        variance=_covariance(stratum),
        observed=stratum.own.sum(axis=1),
        expected=expected.sum(axis=1),
    )


def _covariance(stratum: _Stratum) -> np.ndarray:
    """Covariance of the excess, summed over what each group's events of either kind carry into every score.

    ``direct`` (group scored, group, day) is the change of the score by an event of the kind on that day;
    ``later`` the change through what is expected afterwards.
    """
    at_risk, before, after, reach = stratum.at_risk, stratum.before, stratum.after, stratum.reach
    patients = np.maximum(at_risk, 1)
    events, total = stratum.own.sum(axis=0), reach.sum(axis=0)
    direct = np.eye(at_risk.shape[0])[:, :, None] * reach - reach[:, None] * reach / total
    drift = _drift(direct, stratum)
    later = drift[..., -1:] - drift
    ratio = np.divide(1 - stratum.pooled, after, out=np.zeros(after.shape), where=after > 0)

    by_own = direct + np.where(after > 0, 1 - ratio, 1.0) * later
    own_ties = 1 - np.maximum(events - 1, 0) / np.maximum(total * before - 1, 1)
    own_spread = np.where(at_risk > 0, own_ties * before * events / (total * patients), 0.0)

    by_other = ratio * later
    other_ties = 1 - np.maximum(stratum.other - 1, 0) / np.maximum(at_risk - 1, 1)
    other_spread = other_ties * before**2 * stratum.other / patients**2

    return _summed(by_own, own_spread) + _summed(by_other, other_spread)


def _drift(direct: np.ndarray, stratum: _Stratum) -> np.ndarray:
    """``direct`` times the pooled events among those still free of the kind, summed up to each day.

    Infinite when groups are still followed side by side after the pooled incidence has reached 1.
    """
    free = 1 - _just_before(stratum.pooled, 0.0)
    free[np.abs(free) < _ROUNDING] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = stratum.own.sum(axis=0) / (stratum.reach.sum(axis=0) * free)
        return np.cumsum(np.where(direct != 0, direct * hazard, 0.0), axis=-1)


def _summed(change: np.ndarray, spread: np.ndarray) -> np.ndarray:
    return np.einsum("ikt,jkt,kt->ij", change, change, spread)


def _just_before(values: np.ndarray, first: float) -> np.ndarray:
    """What was in force just before each day (last axis)."""
    start = np.full((*values.shape[:-1], 1), first)
    return np.concatenate((start, values[..., :-1]), axis=-1)
