"""Dates where a number of days should stand: counted from the date of day 0, where the file has it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.intake.convert.column import Column, Findings
from iren_core.intake.convert.limits import impossible, keep
from iren_core.intake.match.doubts import bears_out
from iren_core.intake.same_day import DATE_OF_DAY, DAY_ZERO
from iren_core.intake.table import Problem, Severity
from iren_core.intake.values import as_text

#: A field of days -> the date from which they run, and the date that is the same day, where there is a field for it.
_DAYS: dict[str, tuple[str, str | None]] = {
    **{days: (DAY_ZERO, date) for days, date in DATE_OF_DAY.items()},
    "infection_onset_day": (DAY_ZERO, None),
    "hospital_days": ("date_admission", "date_discharge"),
}


def holds_dates(column: Column) -> bool:
    """Whether most values of a column for a field of days are dates."""
    return column.field.name in _DAYS and bears_out(column.cells.values, schema.field(DAY_ZERO))


def days_since(
    column: Column, dates: pd.DatetimeIndex, converted: MutableMapping[str, Any], findings: Findings
) -> np.ndarray:
    """The days from the date of day 0 to these dates, NaN where one of the two is missing or they cannot be right.

    The dates themselves are kept in the field of the same day, where there is one and no column holds it.

    converted : the fields of the file, of which the dates are known
    """
    known = column.field
    start, same_day = _DAYS[known.name]
    if same_day and same_day not in converted:
        converted[same_day] = dates
    zero, what = schema.field(start), schema.field(start).label.lower()
    if start not in converted:
        problem = (
            f"These are dates, and {known.label} is a number of days from the {what}, which no column gives; the "
            "column is empty."
        )
        advice = f"Match a column to “{zero.label}” on the page Load data, or write the number of days."
        findings.problems.append(Problem(column.header_row, column.name, "", problem, advice))
        return np.full(len(dates), np.nan)
    days = (dates - pd.DatetimeIndex(converted[start])).days.to_numpy(dtype=float)
    texts = column.cells.spread(map(as_text, column.cells.values))
    for place, row in enumerate(column.rows.tolist()):
        for said in _faults(known, dates[place], days[place], what):
            findings.problems.append(Problem(row, column.name, texts[place], *said))
    days[impossible(known, days)] = np.nan
    found = np.flatnonzero(~np.isnan(days))
    if len(found):
        first = found[0]
        findings.assumptions.append(
            f"“{column.name}” holds dates: in {len(found)} of {len(days)} patients {known.label.lower()} was counted "
            f"from them, day 0 being the {what}; row {column.rows[first]}: {texts[first]} is day {days[first]:g}."
        )
    return days


def _faults(
    known: schema.Field, date: pd.Timestamp, days: float, what: str
) -> list[tuple[str, str, Severity]]:
    """What is to be said of one patient's day."""
    said: list[tuple[str, str, Severity]] = []
    if pd.isna(days):
        if pd.notna(date):
            problem = f"The {what} is missing or not known, so that no day can be counted. It was left out."
            said.append((problem, "Add it.", "error"))
        return said

    def say(problem: str, advice: str, severity: Severity = "error") -> None:
        problem = f"Counted from the {what} it is day {days:g}. {problem}"
        said.append((problem, advice, severity))

    keep(known, days, say)
    return said
