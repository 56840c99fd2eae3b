"""Cumulative incidence of each kind of event where one kind keeps the others from happening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats.bands import Scale, band
from iren_core.stats.events import FollowUp, follow_up_by_cause
from iren_core.stats.steps import at_risk_on, value_on
from iren_core.stats.survival import late_entry

Variance = Literal["delta", "aalen"]


@dataclass(frozen=True, eq=False)
class IncidenceCurve:
    """The cumulative incidence of one cause in one group; arrays hold one entry for each day of that group.

    n, n_events : patients, and those of them with this cause
    time : days, ascending
    at_risk : patients whose time is that day or later
    events, censored : patients with this cause, and patients last seen without any event, on that day
    leaving : patients with any event or last seen on that day
    incidence : share with this cause up to and on that day
    std_error, low, high : its standard error and pointwise limits; limits are nan where their scale has none
    entered : days of late entry, ascending; patients who entered at the start are not among them
    """

    label: str
    cause: str
    n: int
    n_events: int
    time: np.ndarray = field(repr=False)
    at_risk: np.ndarray = field(repr=False)
    events: np.ndarray = field(repr=False)
    censored: np.ndarray = field(repr=False)
    incidence: np.ndarray = field(repr=False)
    std_error: np.ndarray = field(repr=False)
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)
    complete: bool  # every patient has had an event: the curve holds for ever
    leaving: np.ndarray = field(repr=False)
    entered: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False)

    @property
    def censor_times(self) -> np.ndarray:
        """Days on which a patient was last seen without any event."""
        return self.time[self.censored > 0]

    def at(self, days: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Share with this cause up to each of these days, with its limits.

        0 before the group's first day; nan after its last one, unless every patient has had an event by then.
        """
        asked = np.asarray(days, dtype=float)
        known = (asked <= self.time[-1]) | self.complete
        return tuple(  # type: ignore[return-value]
            np.where(known, value_on(self.time, curve, asked, before=0.0), np.nan)
            for curve in (self.incidence, self.low, self.high)
        )

    def number_at_risk(self, days: Any) -> np.ndarray:
        """Patients whose time is that day or later and who had entered before it, for each of these days."""
        return at_risk_on(self.time, self.leaving, days, self.entered)


@dataclass(frozen=True, eq=False)
class CumulativeIncidence:
    """Curves of all groups and causes, groups first; see ``cumulative_incidence``."""

    curves: tuple[IncidenceCurve, ...]
    causes: tuple[str, ...]
    n: int
    n_missing: int
    method: str
    reason: str
    variance: Variance
    conf_type: Scale
    conf_level: float

    def curve(self, label: str, cause: str) -> IncidenceCurve:
        """The curve of this cause in the group with this label.

        Raises
        ------
        CohortError
            when there is no such group or cause.
        """
        for curve in self.curves:
            if (curve.label, curve.cause) == (label, cause):
                return curve
        pairs = ", ".join(f"{curve.cause} in {curve.label}" for curve in self.curves)
        raise CohortError(
            f"The curve of {cause} in {label} was asked for.", f"There are: {pairs}.", "Choose one of them."
        )


def cumulative_incidence(
    times: Any,
    causes: Any,
    groups: Any = None,
    *,
    entry: Any = None,
    variance: Variance = "delta",
    ci: Scale = "log-log",
    conf_level: float = 0.95,
) -> CumulativeIncidence:
    """Which share has had each kind of event by each day, when one kind keeps the others from happening?

    Parameters
    ----------
    times : (patients,) days until the first event or until the patient was last seen
    causes : (patients,) labels of what happened; ``0``, ``""``, ``False`` or ``"censored"`` = nothing yet
        when last seen; ``None`` or NaN = not known, the patient is counted in ``n_missing``
    groups : (patients,) labels, or ``None`` for one group; a pandas Categorical keeps its order
    entry : (patients,) days of late entry, as for ``kaplan_meier``
    variance : "delta" = from the product-limit, as R's ``survfit``, ``etm`` and Stata's ``stcompet``;
        "aalen" = from the counting process, as R's ``cmprsk``; a little larger where few are at risk
    ci : scale on which the pointwise interval is symmetric: "log-log", "log" or "plain"
    conf_level : confidence of the intervals

    Returns
    -------
    CumulativeIncidence
        one ``IncidenceCurve`` a group and cause, in the order of groups, then causes.

    Notes
    -----
    The Aalen-Johansen estimate F(t): the sum over days of S(t-) d/n, with S the Kaplan-Meier curve of any
    event [1]_. 1 minus a Kaplan-Meier curve that censors the other causes is too high. "delta" is the
    variance of [2]_, "aalen" that of [1]_. R's ``survfit`` uses the scale "log" by default. Tied days are
    exact; lifelines moves them apart at random, so that an event on day 14 may fall out of "by day 14".

    Raises
    ------
    NotEstimable
        when no patient is complete, nobody has an event, or a time is negative or infinite.
    CohortError
        when a value cannot be read, or a setting is not one of those above.

    References
    ----------
    .. [1] Aalen OO. Ann Stat 1978; 6: 534-545; Gray RJ. Ann Stat 1988; 16: 1141-1154.
    .. [2] Marubini E, Valsecchi MG. Analysing Survival Data from Clinical Trials. Wiley 1995, section 10.3.

    Examples
    --------
    >>> days = [8, 10, 10, 14, 20]
    >>> end = ["healed", "healed", "died", "healed", ""]
    >>> result = cumulative_incidence(days, end)
    >>> result.curve("all", "healed").incidence.round(3)
    array([0.2, 0.4, 0.6, 0.6])
    """
    if variance not in get_args(Variance):
        raise CohortError(
            f"The variance “{variance}” was asked for.",
            "There is no such variance.",
            "Choose delta or aalen.",
        )
    patients = follow_up_by_cause(times, causes, groups, entry=entry)
    table = patients.table()
    present = table.counts.sum(axis=(0, 2)) > 0
    kinds = tuple(kind for kind in range(1, len(patients.states)) if present[kind])
    if not kinds:
        raise NotEstimable(
            "The share with each kind of event was asked for.",
            f"None of the {patients.n} patients has an event.",
            "Widen the filters.",
        )
    return CumulativeIncidence(
        curves=tuple(_curves(patients, kinds, variance, ci, conf_level)),
        causes=tuple(patients.states[kind] for kind in kinds),
        n=patients.n,
        n_missing=patients.n_missing,
        method=f"Cumulative incidence (Aalen-Johansen){late_entry(patients)}",
        reason="A patient with one kind of event can no longer have the others, so these are not censored.",
        variance=variance,
        conf_type=ci,
        conf_level=conf_level,
    )


def _curves(
    patients: FollowUp, kinds: tuple[int, ...], variance: Variance, scale: Scale, conf_level: float
) -> Iterator[IncidenceCurve]:
    for group, own in enumerate(patients.table().by_group()):
        for kind in kinds:
            events = own.counts[0, kind]
            incidence, std_error = _aalen_johansen(own.at_risk[0], events, own.events[0], variance)
            low, high = band(incidence, std_error, scale, conf_level)
            yield IncidenceCurve(
                label=own.labels[0],
                cause=own.states[kind],
                n=int(own.counts.sum()),
                n_events=int(events.sum()),
                time=own.time,
                at_risk=own.at_risk[0],
                events=events,
                censored=own.censored[0],
                incidence=incidence,
                std_error=std_error,
                low=low,
                high=high,
                complete=not own.censored[0, -1],
                leaving=own.counts[0].sum(axis=0),
                entered=patients.late_entries(group),
            )


def _aalen_johansen(
    at_risk: np.ndarray, events: np.ndarray, any_event: np.ndarray, variance: Variance
) -> tuple[np.ndarray, np.ndarray]:
    """The incidence after each day and its standard error.

    Both variances are sums over the days s up to t of (F(t) - F(s))^2 g - 2 (F(t) - F(s)) q + r, which expand
    into three running sums.
    """
    after = np.cumprod(1 - any_event / at_risk)
    before = np.concatenate(([1.0], after[:-1]))
    incidence = np.cumsum(before * events / at_risk)
    spread = _delta_terms if variance == "delta" else _aalen_terms
    g, q, r = spread(at_risk, events, any_event, before, after)
    quadratic = np.cumsum(g)
    linear = np.cumsum(incidence * g + q)
    constant = np.cumsum(incidence * (incidence * g + 2 * q) + r)
    size = incidence**2 * quadratic + constant
    total = incidence * (incidence * quadratic - 2 * linear) + constant
    # The sums cancel; what is left below their rounding error is zero.
    return incidence, np.sqrt(np.where(total > 64 * np.finfo(float).eps * size, total, 0.0))


def _delta_terms(
    at_risk: np.ndarray, events: np.ndarray, any_event: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    staying = at_risk - any_event
    g = np.where(staying > 0, any_event / (at_risk * np.maximum(staying, 1)), 0.0)
    q = before * events / at_risk**2
    return g, q, before**2 * events * (at_risk - events) / at_risk**3


def _aalen_terms(
    at_risk: np.ndarray, events: np.ndarray, any_event: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    def jump(count: np.ndarray) -> np.ndarray:
        """Variance of the increment, with its correction for ties."""
        ties = 1 - np.maximum(count - 1, 0) / np.maximum(at_risk - 1, 1)
        return before**2 * ties * count / at_risk**2

    inverse = np.where(after > 0, 1 / np.where(after > 0, after, 1.0), 0.0)
    own = jump(events)
    g = inverse**2 * (own + jump(any_event - events))
    return g, inverse * own, own
