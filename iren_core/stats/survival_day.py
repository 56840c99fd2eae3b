"""The share with the event by a given day, and how much it differs between two groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from iren_core.errors import NotEstimable
from iren_core.stats.bands import Scale
from iren_core.stats.competing import CumulativeIncidence, IncidenceCurve, cumulative_incidence
from iren_core.stats.counts import fisher_p
from iren_core.stats.proportions import Interval, difference_of_shares, wilson
from iren_core.stats.steps import value_on
from iren_core.stats.survival import KaplanMeier, SurvivalCurve, kaplan_meier


@dataclass(frozen=True, eq=False)
class HealedBy:
    """Share with the event by ``day`` in each group; see ``healed_by``. All shares lie between 0 and 1.

    labels, n, shares, std_errors, lows, highs : one entry a group; limits are nan where the share is 0 or 1
    effect, estimate, low, high, test, statistic, p_value : with exactly two groups the difference of the shares,
        second label minus first, its interval and its test; otherwise ``None``. ``statistic`` is nan for an exact
        test. Where patients are censored before the day and a share is 0 or 1, its spread is unknown, and interval
        and test are nan.
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
    test: str | None = None
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
    1 minus the Kaplan-Meier curve on that day. In R: ``summary(survfit(...), times = day)``. A difference has an
    interval that stays between -1 and 1 and can be asymmetric. With every patient followed to that day the shares
    are counts: Newcombe's interval and Fisher's exact test. Otherwise the limits of the difference are recovered from
    those of the two shares [2]_, and the test compares the shares on their complementary log-log scale, which keeps
    its level in small samples where that of the plain difference does not [1]_.
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
    .. [2] Zou GY, Donner A. Construction of confidence limits about effect measures: a general approach. Stat Med
       2008; 27: 1693-1702.

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
    sides = [_on_day(curve, day) for curve in curves]
    labels = tuple(curve.label for curve in curves)
    return HealedBy(
        method=f"Share with the event by day {day:g} ({fit.method})",
        reason="A day fixed beforehand is easier to picture than a ratio, and needs no assumption on the curves.",
        day=float(day),
        labels=labels,
        n=tuple(curve.n for curve in curves),
        shares=tuple(side.share for side in sides),
        std_errors=tuple(side.std_error for side in sides),
        lows=tuple(side.low for side in sides),
        highs=tuple(side.high for side in sides),
        n_missing=fit.n_missing,
        **(_difference(labels, sides[0], sides[1], conf_level) if len(labels) == 2 else {}),
    )


class _Side(NamedTuple):
    """One group on the day; ``scaled`` and its error are on the complementary log-log scale of the curve.

    events : patients with the event by that day, where every patient is followed to it; else -1
    """

    share: float
    std_error: float
    low: float
    high: float
    scaled: float
    scaled_error: float
    events: int
    n: int


def _on_day(curve: SurvivalCurve | IncidenceCurve, day: float) -> _Side:
    on_curve, low, high = (float(value) for value in curve.at(day))
    share = on_curve
    falls = isinstance(curve, SurvivalCurve)
    if falls:
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
    scaled = scaled_error = float("nan")
    if 0 < on_curve < 1:
        sign = -1 if falls else 1
        scaled = sign * -float(np.log(-np.log(on_curve)))
        scaled_error = std_error / abs(on_curve * float(np.log(on_curve)))
    followed = not len(curve.entered) and not curve.censored[curve.time < day].any()
    events = round(share * curve.n) if followed else -1
    return _Side(share, std_error, low, high, scaled, scaled_error, events, curve.n)


def _difference(labels: tuple[str, ...], first: _Side, second: _Side, conf_level: float) -> dict[str, Any]:
    known = min(first.events, second.events) >= 0
    low, high, test, statistic, p_value = (
        _of_counts(first, second, conf_level) if known else _of_curves(first, second)
    )
    return {
        "effect": f"difference in share, {labels[1]} minus {labels[0]}",
        "estimate": second.share - first.share,
        "low": low,
        "high": high,
        "test": test,
        "statistic": statistic,
        "p_value": p_value,
    }


def _of_counts(first: _Side, second: _Side, conf_level: float) -> tuple[float, float, str, float, float]:
    one, other = (wilson(side.events, side.n, confidence=conf_level) for side in (first, second))
    low, high = difference_of_shares(second.share, other, first.share, one)
    table = np.array([[side.events, side.n - side.events] for side in (second, first)], dtype=np.int64)
    return low, high, "Fisher's exact test", float("nan"), fisher_p(table)


def _of_curves(first: _Side, second: _Side) -> tuple[float, float, str, float, float]:
    one, other = (Interval(side.low, side.high) for side in (first, second))
    low, high = difference_of_shares(second.share, other, first.share, one)
    z = (second.scaled - first.scaled) / float(np.hypot(first.scaled_error, second.scaled_error))
    return low, high, "z test, complementary log-log scale", z, float(2 * ndtr(-abs(z)))
