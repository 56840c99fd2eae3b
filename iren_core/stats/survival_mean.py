"""Restricted mean: the average number of event-free days up to a horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from iren_core.errors import NotEstimable
from iren_core.stats.events import EventTable, follow_up
from iren_core.stats.survival import late_entry, product_limit


@dataclass(frozen=True, eq=False)
class RestrictedMean:
    """Mean event-free days up to ``horizon`` by group; see ``restricted_mean``.

    labels, n, means, std_errors, lows, highs : one entry a group; days
    effect, estimate, low, high, statistic, p_value : with exactly two groups the difference in days, second
        label minus first, its interval and its z; otherwise ``None``
    """

    method: str
    reason: str
    horizon: float
    labels: tuple[str, ...]
    n: tuple[int, ...]
    means: tuple[float, ...]
    std_errors: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    n_missing: int
    effect: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    statistic: float | None = None
    p_value: float | None = None


def restricted_mean(
    times: Any,
    events: Any,
    groups: Any = None,
    *,
    horizon: float,
    entry: Any = None,
    conf_level: float = 0.95,
) -> RestrictedMean:
    """How many days, on average, pass without the event until day ``horizon``, and how do two groups differ?

    Parameters
    ----------
    times, events, groups : as for ``kaplan_meier``
    horizon : day up to which is counted; every group must be followed that far, or have had all its events
    entry : (patients,) days of late entry, as for ``kaplan_meier``
    conf_level : confidence of the intervals

    Notes
    -----
    The area under the Kaplan-Meier curve up to the horizon. Its variance is the sum over event days of
    A^2 d / (n (n - d)), with A the area still to come [1]_. The difference is tested by z, the groups being
    independent [2]_. Equal to R's ``survRM2`` and ``survival``; lifelines' "variance" of the restricted mean
    is that of single patients, not of the mean.

    Raises
    ------
    NotEstimable
        when a group is not followed up to the horizon, when nobody has the event before it, or when
        the difference of two groups has no spread.
    CohortError
        when a value cannot be read.

    References
    ----------
    .. [1] Irwin JO. J Hyg 1949; 47: 188-189; Meier P. In: Perspectives in Probability and Statistics, 1975.
    .. [2] Royston P, Parmar MKB. BMC Med Res Methodol 2013; 13: 152.

    Examples
    --------
    >>> result = restricted_mean([2, 4, 6, 8], [1, 1, 1, 1], horizon=6)
    >>> result.means
    (4.5,)
    """
    patients = follow_up(times, events, groups, entry=entry)
    _check_horizon(horizon)
    means, std_errors = zip(
        *(_mean_and_std_error(table, horizon) for table in patients.table().by_group()), strict=True
    )
    if not any(std_errors) and set(means) == {horizon}:
        raise NotEstimable(
            f"The mean number of days up to day {horizon:g} was asked for.",
            "Nobody has the event before that day.",
            "Choose a later day.",
        )
    z = float(ndtri((1 + conf_level) / 2))
    return RestrictedMean(
        method=f"Restricted mean up to day {horizon:g} (area under the Kaplan-Meier curve){late_entry(patients)}",
        reason="It needs no assumption on how the curves relate, and its difference is in days.",
        horizon=float(horizon),
        labels=patients.labels,
        n=patients.n_by_group,
        means=means,
        std_errors=std_errors,
        lows=tuple(mean - z * std_error for mean, std_error in zip(means, std_errors, strict=True)),
        highs=tuple(mean + z * std_error for mean, std_error in zip(means, std_errors, strict=True)),
        n_missing=patients.n_missing,
        **(_difference(patients.labels, means, std_errors, z) if len(means) == 2 else {}),
    )


def _check_horizon(horizon: float) -> None:
    if not 0 < horizon < np.inf:
        raise NotEstimable(
            f"The mean number of days up to day {horizon:g} was asked for.",
            "The horizon must be a day after the start.",
            "Give a number of days above 0.",
        )


def _mean_and_std_error(table: EventTable, horizon: float) -> tuple[float, float]:
    survival, _ = product_limit(table.at_risk[0], table.events[0])
    last = table.time[-1]
    if horizon > last and survival[-1] > 0:
        raise NotEstimable(
            f"The mean number of days up to day {horizon:g} was asked for.",
            f"In the group {table.labels[0]} nobody was followed beyond day {last:g}.",
            f"Choose a horizon of at most {last:g} days.",
        )
    used = (table.time <= horizon) & (table.events[0] > 0)
    at_risk, events = table.at_risk[0][used], table.events[0][used]
    edges = np.concatenate(([0.0], table.time[used], [horizon]))
    areas = np.diff(edges) * np.concatenate(([1.0], survival[used]))
    still_to_come = areas[::-1].cumsum()[::-1][1:]
    staying = at_risk - events
    # Where nobody stays, nothing is still to come: that day adds nothing.
    jumps = np.where(staying > 0, events / (at_risk * np.maximum(staying, 1)), 0.0)
    return float(areas.sum()), float(np.sqrt(still_to_come**2 @ jumps))


def _difference(
    labels: tuple[str, ...], means: tuple[float, ...], std_errors: tuple[float, ...], z: float
) -> dict[str, Any]:
    std_error = np.hypot(std_errors[0], std_errors[1])
    if std_error == 0:
        raise NotEstimable(
            "The difference in mean days between two groups was asked for.",
            "Within each group all patients have the event on the same day.",
            "Read the two means; there is no spread to judge their difference by.",
        )
    difference = means[1] - means[0]
    statistic = difference / std_error
    return {
        "effect": f"difference in mean days, {labels[1]} minus {labels[0]}",
        "estimate": difference,
        "low": float(difference - z * std_error),
        "high": float(difference + z * std_error),
        "statistic": float(statistic),
        "p_value": float(2 * ndtr(-abs(statistic))),
    }
