"""The tables of the adverse event card: the events, the onset of infections, the curves, the courses."""

from __future__ import annotations

import math

import pandas as pd

from iren_core.analyses.adverse_events.events import EventRisk, GroupRisk, Result
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.risks import RiskComparison
from iren_core.wording import (
    UNKNOWN,
    count,
    estimate,
    interval,
    median_quartiles,
    name_and_statistic,
    number,
    p_value,
    percent,
)

_WEEK = 7


def events(result: Result) -> Table:
    """One row an event: patients in each group, Fisher's exact test, difference of the risks."""
    return Table(
        "events",
        "Major adverse events",
        pd.DataFrame([_event_shown(result, event) for event in result.events]),
        pd.DataFrame([_event_values(event) for event in result.events]),
        note=(
            "Patients with the event of those of whom it is known. p: Fisher's exact test, not adjusted for the number "
            "of events. Difference: percentage points, first group minus second, with Newcombe's 95% interval."
        ),
    )


def _event_shown(result: Result, event: EventRisk) -> dict[str, str]:
    cells = {
        f"{one.label} (n = {size})": count(one.events, one.n)
        for one, size in zip(event.groups, result.sizes, strict=True)
    }
    return {
        "Event": event.label,
        **cells,
        "Difference (95% CI)": _difference(event.difference),
        "p": UNKNOWN if isinstance(event.comparison, CohortError) else _bare(event.comparison.p_value),
        "Not known": str(sum(one.n_missing for one in event.groups)),
    }


def _difference(risk: RiskComparison | None) -> str:
    if risk is None:
        return UNKNOWN
    points = [100 * value for value in (risk.difference, risk.difference_low, risk.difference_high)]
    return estimate(points[0], points[1], points[2], level="")


def _bare(p: float) -> str:
    """A p-value without the letter, which stands at the head of its column."""
    return p_value(p).removeprefix("p ").removeprefix("= ")


def _event_values(event: EventRisk) -> dict[str, object]:
    row: dict[str, object] = {"event": event.label}
    for one in event.groups:
        row |= {f"{one.label}: {name}": value for name, value in _risk_values(one).items()}
    if event.difference is not None:
        risk = event.difference
        names = ("difference", "difference_low", "difference_high", "ratio", "ratio_low", "ratio_high")
        row |= {name: getattr(risk, name) for name in names}
    if isinstance(event.comparison, CohortError):
        return row | {"test": str(event.comparison)}
    test = event.comparison
    return row | {
        "test": test.method,
        "p_value": test.p_value,
        "association": test.effect,
        "association_estimate": test.estimate,
        "association_low": test.low,
        "association_high": test.high,
    }


def _risk_values(one: GroupRisk) -> dict[str, object]:
    low, high = one.share or (math.nan, math.nan)
    return {"events": one.events, "n": one.n, "missing": one.n_missing, "share_low": low, "share_high": high}


def onset(result: Result) -> Table:
    """The day of infection in each group, and its comparison in both flavours."""
    found = result.onset
    rows = list(zip(found.labels, found.days, found.n_infected, strict=True))
    shown = [
        {
            "Group": label,
            "Infected": str(infected),
            "Day known": str(days.n),
            "Day of infection": median_quartiles(days.median, days.q1, days.q3) if days.n else UNKNOWN,
            "Range": interval(days.minimum, days.maximum) if days.n else UNKNOWN,
        }
        for label, days, infected in rows
    ]
    values = [
        {"group": label, "infected": infected, "n": days.n}
        | {name: getattr(days, name) for name in ("median", "q1", "q3", "minimum", "maximum", "mean", "sd")}
        | {"p_value": _p(found.comparison), "p_value_corrected_for_ties": _p(found.tie_corrected)}
        for label, days, infected in rows
    ]
    return Table(
        "onset",
        "Day on which infections began",
        pd.DataFrame(shown),
        pd.DataFrame(values),
        note=f"Days since the first steroid, median (25th, 75th percentiles). {_onset_tests(result)}",
    )


def _p(comparison: object) -> float:
    return (
        math.nan if isinstance(comparison, CohortError) else float(getattr(comparison, "p_value", math.nan))
    )


def _onset_tests(result: Result) -> str:
    taken, other = result.onset.comparison, result.onset.tie_corrected
    if isinstance(taken, CohortError) or isinstance(other, CohortError):
        return "The days could not be compared between groups."
    return (
        f"{name_and_statistic(taken)}, {p_value(taken.p_value)}, as in the study; corrected for ties "
        f"{p_value(other.p_value)}."
    )


def incidence(result: Result) -> Table:
    """The share with a first infection at the end of each second week."""
    infection = result.infection
    if isinstance(infection, CohortError):
        return Table("incidence", "First infection", pd.DataFrame(), pd.DataFrame(), behind=True)
    weeks = range(2 * _WEEK, result.settings.window_days + 1, 2 * _WEEK)
    rows = []
    for curve in infection.curves:
        shares, lows, highs = curve.at(list(weeks))
        rows += [
            {"group": curve.label, "n": curve.n, "day": day, "share": share, "low": low, "high": high}
            for day, share, low, high in zip(weeks, shares, lows, highs, strict=True)
        ]
    frame = pd.DataFrame(rows, columns=["group", "n", "day", "share", "low", "high"])
    shown = [
        {
            "Group": row["group"],
            "By day": str(row["day"]),
            "Had an infection": percent(row["share"]),
            "95% CI": _limits(row["low"], row["high"]),
        }
        for row in rows
    ]
    return Table(
        "incidence",
        "First infection by day",
        pd.DataFrame(shown),
        frame,
        note="Aalen-Johansen estimate: a patient who died without an infection counts as never infected.",
        behind=True,
    )


def _limits(low: float, high: float) -> str:
    return UNKNOWN if math.isnan(low) or math.isnan(high) else interval(100 * low, 100 * high, 0, "%")


def courses(result: Result) -> Table:
    """The patients behind the numbers of the lanes, with their days."""
    rows = [
        {
            "lane": place,
            "patient": course.patient,
            "group": course.group,
            "steroids_to_day": course.steroid_end,
        }
        | dict(course.marks)
        for place, course in enumerate(result.courses, start=1)
    ]
    values = pd.DataFrame(rows)
    shown = values.map(lambda value: number(value) if isinstance(value, float) else str(value))
    names = {"lane": "Lane", "patient": "Patient", "group": "Group", "steroids_to_day": "Steroids to day"}
    return Table("courses", "Patient by patient, in days", shown.rename(columns=names), values, behind=True)
