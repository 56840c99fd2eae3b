"""The share with the event by a given day, and how much it differs between two groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from iren_core.errors import NotEstimable
from iren_core.stats.bands import Scale
from iren_core.stats.competing import CumulativeIncidence, IncidenceCurve, cumulative_incidence
from iren_core.stats.steps import value_on
from iren_core.stats.survival import KaplanMeier, SurvivalCurve, kaplan_meier


@dataclass(frozen=True, eq=False)
class HealedBy:
    """Share with the event by ``day`` in each group; see ``healed_by``. All shares lie between 0 and 1.

    labels, n, shares, std_errors, lows, highs : one entry a group; limits are nan where the share is 0 or 1
    effect, estimate, low, high, statistic, p_value : with exactly two groups the difference of the shares, second
        label minus first, its interval and its z; otherwise ``None``. Interval and test are nan where a share is 0
        or 1, since its spread is then unknown.
    """

    method: str
    reason: str
    day: float
    labels: tuple[str, ...]
    n: tuple[int, ...]
    shares: tuple[float, ...]
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


def healed_by(
    times: Any,
    events: Any,
    groups: Any = None,
    *,
    day: float,
    entry: Any = None,
    cause: str | None = None,
    ci: Scale = "log-log",
    conf_level: float = 0.95,
) -> HealedBy:
    """Which share has healed (has had the event) by day ``day``, and how do two groups differ?

    Parameters
    ----------
    times, events, groups, entry, ci, conf_level : as for ``kaplan_meier``
    day : the day, itself included; fix it before looking at the curves
    cause : where other events keep the one asked for from happening: its label among ``events``, which then hold
        causes as for ``cumulative_incidence``

    Notes
    -----
    1 minus the Kaplan-Meier curve on that day. The difference has the variance of both curves (Greenwood) added,
    a symmetric interval, and z = difference / standard error [1]_. In R: ``summary(survfit(...), times = day)``.
    Where patients can die before they heal, that share is one of a world without deaths. With a ``cause`` it is
    the share who really healed, ``cumulative_incidence`` on that day.

    Raises
    ------
    NotEstimable
        when a group is not followed up to that day.
    CohortError
        when a value cannot be read.

    References
    ----------
    .. [1] Klein JP, Logan B, Harhoff M, Andersen PK. Stat Med 2007; 26: 4505-4519.

    Examples
    --------
    >>> result = healed_by([8, 10, 12, 20, 9, 16, 18, 21], [1] * 8, list("AAAABBBB"), day=14)
    >>> result.shares, result.estimate
    ((0.75, 0.25), -0.5)
    """
    options: dict[str, Any] = {"entry": entry, "ci": ci, "conf_level": conf_level}
    fit: KaplanMeier | CumulativeIncidence
    if cause is None:
        fit = kaplan_meier(times, events, groups, **options)
    else:
        fit = cumulative_incidence(times, events, groups, **options)
    curves = [curve for curve in fit.curves if cause in (None, getattr(curve, "cause", None))]
    shares, std_errors, lows, highs = zip(*(_on_day(curve, day) for curve in curves), strict=True)
    labels = tuple(curve.label for curve in curves)
    return HealedBy(
        method=f"Share with the event by day {day:g} ({fit.method})",
        reason="A day fixed beforehand is easier to picture than a ratio, and needs no assumption on the curves.",
        day=float(day),
        labels=labels,
        n=tuple(curve.n for curve in curves),
        shares=shares,
        std_errors=std_errors,
        lows=lows,
        highs=highs,
        n_missing=fit.n_missing,
        **(_difference(labels, shares, std_errors, conf_level) if len(labels) == 2 else {}),
    )


def _on_day(curve: SurvivalCurve | IncidenceCurve, day: float) -> tuple[float, float, float, float]:
    share, low, high = (float(value) for value in curve.at(day))
    if isinstance(curve, SurvivalCurve):
        share, low, high = 1 - share, 1 - high, 1 - low
    if np.isnan(share):
        last = curve.time[-1]
        raise NotEstimable(
            f"The share with the event by day {day:g} was asked for.",
            f"In the group {curve.label} nobody was followed beyond day {last:g}.",
            f"Choose a day up to {last:g}.",
        )
    std_error = float(value_on(curve.time, curve.std_error, day, before=0.0))
    if share == 0:
        low = high = float("nan")  # before its first day a curve has limits that say nothing of the share
    return share, std_error, low, high


def _difference(
    labels: tuple[str, ...], shares: tuple[float, ...], std_errors: tuple[float, ...], conf_level: float
) -> dict[str, Any]:
    spread_known = all(0 < share < 1 for share in shares)
    std_error = float(np.hypot(std_errors[0], std_errors[1])) if spread_known else float("nan")
    difference = shares[1] - shares[0]
    margin = float(ndtri((1 + conf_level) / 2)) * std_error
    return {
        "effect": f"difference in share, {labels[1]} minus {labels[0]}",
        "estimate": difference,
        "low": difference - margin,
        "high": difference + margin,
        "statistic": difference / std_error,
        "p_value": float(2 * ndtr(-abs(difference / std_error))),
    }
