"""Kaplan-Meier curves, their quantiles and numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from iren_core.errors import CohortError
from iren_core.stats.bands import Scale, band
from iren_core.stats.events import EventTable, FollowUp, follow_up
from iren_core.stats.steps import at_risk_on, value_on

QuantileRule = Literal["midpoint", "first-day"]
_SHARE_TOLERANCE = np.sqrt(
    np.finfo(float).eps
)  # products of fractions miss a round value by a rounding error


@dataclass(frozen=True)
class Quantile:
    """The day by which a share of the patients has had the event; nan where that day is not reached."""

    probability: float
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """The Kaplan-Meier curve of one group; arrays hold one entry for each distinct day of that group.

    label : the group
    n, n_events : patients, and those of them with the event
    time : days, ascending
    at_risk : patients whose time is that day or later
    events, censored : patients with the event, and patients last seen without it, on that day
    survival : share still without the event after that day
    std_error : its standard error (Greenwood); nan where the curve has reached 0
    low, high : pointwise limits; nan where the scale of the interval has none (see ``bands.band``)
    quantile_rule : see ``kaplan_meier``
    entered : days of late entry, ascending; patients who entered at the start are not among them
    """

    label: str
    n: int
    n_events: int
    time: np.ndarray = field(repr=False)
    at_risk: np.ndarray = field(repr=False)
    events: np.ndarray = field(repr=False)
    censored: np.ndarray = field(repr=False)
    survival: np.ndarray = field(repr=False)
    std_error: np.ndarray = field(repr=False)
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)
    quantile_rule: QuantileRule
    entered: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False)

    @property
    def median(self) -> Quantile:
        """The day by which half have had the event."""
        return self.quantile(0.5)

    @property
    def censor_times(self) -> np.ndarray:
        """Days on which a patient was last seen without the event."""
        return self.time[self.censored > 0]

    def quantile(self, probability: float) -> Quantile:
        """The day by which this share has had the event; its limits are where the band crosses the share.

        Raises
        ------
        CohortError
            when ``probability`` is not between 0 and 1.
        """
        if not 0 < probability < 1:
            raise CohortError(
                f"The day by which a share of {probability:g} has had the event was asked for.",
                "A share lies between 0 and 1.",
                "Give for example 0.5 for the median.",
            )
        days = (self._day_below(curve, 1 - probability) for curve in (self.survival, self.low, self.high))
        return Quantile(probability, *days)

    def at(self, days: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Share without the event after each of these days, with its limits.

        1 before the group's first day; nan after its last one, unless the curve has come down to 0 by then.
        """
        asked = np.asarray(days, dtype=float)
        known = (asked <= self.time[-1]) | (self.survival[-1] == 0)
        return tuple(  # type: ignore[return-value]
            np.where(known, value_on(self.time, curve, asked, before=1.0), np.nan)
            for curve in (self.survival, self.low, self.high)
        )

    def number_at_risk(self, days: Any) -> np.ndarray:
        """Patients whose time is that day or later and who had entered before it, for each of these days."""
        return at_risk_on(self.time, self.events + self.censored, days, self.entered)

    def _day_below(self, curve: np.ndarray, share: float) -> float:
        first = self._first_day(curve, share + _SHARE_TOLERANCE)
        if self.quantile_rule == "first-day" or np.isnan(first):
            return first
        passed = self._first_day(curve, share - _SHARE_TOLERANCE)
        if np.isnan(passed) and not np.isnan(curve[-1]):
            passed = float(self.time[-1])  # the curve ends on the flat stretch
        return (first + passed) / 2

    def _first_day(self, curve: np.ndarray, share: float) -> float:
        """First day on which the curve is no higher than ``share``; nan where there is none.

        Limits can turn upwards again; then, as in R, it is the day on which they come closest to ``share``.
        """
        with np.errstate(invalid="ignore"):
            below = np.flatnonzero(curve <= share)
        return float(self.time[below[curve[below].argmax()]]) if below.size else float("nan")


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """Kaplan-Meier curves of all groups; see ``kaplan_meier``."""

    curves: tuple[SurvivalCurve, ...]
    n: int
    n_missing: int
    method: str
    reason: str
    conf_type: Scale
    conf_level: float
    quantile_rule: QuantileRule

    def curve(self, label: str) -> SurvivalCurve:
        """The curve of the group with this label.

        Raises
        ------
        CohortError
            when there is no such group.
        """
        for curve in self.curves:
            if curve.label == label:
                return curve
        labels = ", ".join(curve.label for curve in self.curves)
        raise CohortError(
            f"The curve of “{label}” was asked for.", f"The groups are: {labels}.", "Choose one of them."
        )


def kaplan_meier(
    times: Any,
    events: Any,
    groups: Any = None,
    *,
    entry: Any = None,
    ci: Scale = "log-log",
    conf_level: float = 0.95,
    quantile_rule: QuantileRule = "midpoint",
) -> KaplanMeier:
    """Which share has not yet had the event, day by day, when some patients are no longer seen?

    Parameters
    ----------
    times : (patients,) days until the event or until the patient was last seen
    events : (patients,) True or 1 = event; False or 0 = last seen without it (censored)
    groups : (patients,) labels, or ``None`` for one curve; a pandas Categorical keeps its order
    entry : (patients,) days on which each came under observation (left truncation): at risk from the day after it;
        ``None``, or 0 for a patient = from the start
    ci : scale on which the pointwise interval is symmetric: "log-log", "log" or "plain"
    conf_level : confidence of the intervals
    quantile_rule : "midpoint" = where the curve runs flat at exactly the wanted share, the middle of that
        stretch (as R); "first-day" = its first day

    Returns
    -------
    KaplanMeier
        one ``SurvivalCurve`` a group. Patients whose time, event or group is missing are counted in
        ``n_missing``.

    Notes
    -----
    S(t) is the product of 1 - d/n over the days up to t, with d events among n at risk [1]_; on a day with
    both, events come before censorings. The variance is S(t)^2 times the sum of d / (n (n - d)) [2]_. Limits
    of the quantiles are the days at which the pointwise band crosses the wanted share [3]_.

    Differences: R's default scale is "log", not "log-log". lifelines takes the first day for the median and
    can miss it by one event when the curve meets one half exactly; here shares are compared with a tolerance.
    Days closer than 1.5e-8 are one day, as in R. With late entry the curve is that of ``survfit(Surv(entry, time,
    event) ~ group)``: the share among those who get as far as being observed.

    Raises
    ------
    NotEstimable
        when no patient is complete, or a time is negative or infinite.
    CohortError
        when a value cannot be read, or a setting is not one of those above.

    References
    ----------
    .. [1] Kaplan EL, Meier P. J Am Stat Assoc 1958; 53: 457-481.
    .. [2] Greenwood M. Reports on Public Health and Medical Subjects 33. HMSO 1926.
    .. [3] Brookmeyer R, Crowley J. Biometrics 1982; 38: 29-41.

    Examples
    --------
    >>> result = kaplan_meier([6, 7, 10, 13], [1, 1, 0, 1])
    >>> result.curves[0].survival
    array([0.75, 0.5 , 0.5 , 0.  ])
    >>> result.curves[0].median.estimate
    10.0
    """
    if quantile_rule not in get_args(QuantileRule):
        raise CohortError(
            f"Quantiles by the rule “{quantile_rule}” were asked for.",
            "There is no such rule.",
            "Choose midpoint or first-day.",
        )
    patients = follow_up(times, events, groups, entry=entry)
    return KaplanMeier(
        curves=tuple(
            _curve(table, ci, conf_level, quantile_rule, patients.late_entries(group))
            for group, table in enumerate(patients.table().by_group())
        ),
        n=patients.n,
        n_missing=patients.n_missing,
        method=f"Kaplan-Meier{late_entry(patients)}",
        reason="Patients who were last seen before the event count for as long as they were followed.",
        conf_type=ci,
        conf_level=conf_level,
        quantile_rule=quantile_rule,
    )


def late_entry(patients: FollowUp) -> str:
    """The words to add to the name of a method where patients came under observation after the start."""
    return "" if patients.entry is None else ", late entry"


def _curve(
    table: EventTable, scale: Scale, conf_level: float, rule: QuantileRule, entered: np.ndarray
) -> SurvivalCurve:
    at_risk, events = table.at_risk[0], table.events[0]
    survival, std_error = product_limit(at_risk, events)
    low, high = band(survival, std_error, scale, conf_level)
    return SurvivalCurve(
        label=table.labels[0],
        n=int(table.counts.sum()),
        n_events=int(events.sum()),
        time=table.time,
        at_risk=at_risk,
        events=events,
        censored=table.censored[0],
        survival=survival,
        std_error=std_error,
        low=low,
        high=high,
        quantile_rule=rule,
        entered=entered,
    )


def product_limit(at_risk: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kaplan-Meier share after each day and its Greenwood standard error (nan once the share is 0)."""
    staying = at_risk - events
    survival = np.cumprod(staying / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_variance = np.cumsum(events / (at_risk * staying))
        return survival, survival * np.sqrt(log_variance)
