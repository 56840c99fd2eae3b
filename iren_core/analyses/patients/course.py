"""What happened to one patient, in days from the first corticosteroid dose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["treatment", "stay", "illness", "recovery", "death"]


@dataclass(frozen=True)
class Event:
    """One thing that happened, on a day or from a first to a last day; days count from the first steroid dose.

    ``detail`` tells what more is known (the drug, the germ, the cause).
    """

    label: str
    kind: Kind
    start: float
    end: float | None = None
    detail: str = ""

    @property
    def words(self) -> str:
        """When it happened, and the detail: "day 5, Candida albicans".

        >>> Event("Corticosteroids", "treatment", 0, 23).words
        'day 0 to 23'
        """
        when = f"day {_day(self.start)}" + ("" if self.end is None else f" to {_day(self.end)}")
        return f"{when}, {self.detail}" if self.detail else when


@dataclass(frozen=True)
class _Point:
    """A point in time: its field in days, its date where there is no such field, and the field with the detail."""

    label: str
    kind: Kind
    day: str
    date: str
    detail: str = ""


_POINTS = (
    _Point("Last checkpoint inhibitor dose", "treatment", "", "date_ici_last", "ici_drug"),
    _Point("Onset", "illness", "", "date_onset"),
    _Point("First TNF inhibitor dose", "treatment", "tnfi_start_day", "", "tnfi_drug"),
    _Point("Infection", "illness", "infection_onset_day", "", "infection_pathogen"),
    _Point("Stabilization", "recovery", "", "date_stabilization"),
    _Point("Recovery sample", "recovery", "", "date_recovery_sample"),
    _Point("Complete re-epithelization", "recovery", "reepithelization_days", "date_healing"),
    _Point("Death", "death", "death_day", "date_death", "death_cause"),
)


def course(patient: pd.Series) -> tuple[Event, ...]:
    """The events of one patient in order of time; what is not recorded is left out.

    Dates count only where the date of the first steroid dose is known.

    Parameters
    ----------
    patient : one row of ``Cohort.frame``
    """
    points = (_event(patient, point) for point in _POINTS)
    found = [_steroids(patient), _stay(patient), *points]
    return tuple(sorted((event for event in found if event), key=lambda event: event.start))


def _event(patient: pd.Series, point: _Point) -> Event | None:
    day = _number(patient, point.day)
    day = _since_steroid(patient, point.date) if day is None else day
    return None if day is None else Event(point.label, point.kind, day, detail=_text(patient, point.detail))


def _steroids(patient: pd.Series) -> Event | None:
    days = _number(patient, "steroid_duration_days")
    days = _since_steroid(patient, "date_steroid_stop") if days is None else days
    return None if days is None else Event("Corticosteroids", "treatment", 0.0, days)


def _stay(patient: pd.Series) -> Event | None:
    admitted, discharged = (_since_steroid(patient, name) for name in ("date_admission", "date_discharge"))
    if admitted is None or discharged is None:
        return None
    return Event("Hospital stay", "stay", admitted, discharged)


def _number(patient: pd.Series, name: str) -> float | None:
    value = patient.get(name)
    return None if value is None or pd.isna(value) else float(value)


def _since_steroid(patient: pd.Series, name: str) -> float | None:
    date, start = patient.get(name), patient.get("date_steroid_start")
    if date is None or start is None or pd.isna(date) or pd.isna(start):
        return None
    return float((date - start).days)


def _text(patient: pd.Series, name: str) -> str:
    value = patient.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _day(day: float) -> str:
    return f"{day:g}".replace("-", "\N{MINUS SIGN}")
