"""From which day healing is counted, and when the treatment began that puts a patient into an arm.

Every day in a cohort is counted from the first corticosteroid dose; here that clock is moved to another start.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from iren_core import schema
from iren_core.cohort import Cohort
from iren_core.errors import FieldMissing

TimeZero = Literal["first steroid", "onset", "admission", "first TNF inhibitor"]
TIME_ZEROS: tuple[TimeZero, ...] = get_args(TimeZero)

#: What day 0 is called in a sentence.
ZERO_WORDS: dict[TimeZero, str] = {
    "first steroid": "first corticosteroid dose",
    "onset": "onset of the rash",
    "admission": "admission",
    "first TNF inhibitor": "first TNF inhibitor dose",
}
_DATES = {"onset": "date_onset", "admission": "date_admission"}

#: Groups by these fields are made by a treatment whose first day is in the file.
_BY_TREATMENT = frozenset({"arm", "tnfi_drug", "tnfi_start_day"})


def grouped_by_treatment(group: str) -> bool:
    """Whether a patient belongs to a group of this field only from the first dose of a treatment on."""
    return schema.base_field(group) in _BY_TREATMENT


def day_of_zero(cohort: Cohort, time_zero: TimeZero) -> np.ndarray:
    """Time zero of each patient in days from the first steroid, negative before it; NaN where not known.

    Raises
    ------
    FieldMissing
        when no patient has the dates or the day that it takes.
    """
    if time_zero == "first steroid":
        return np.zeros(len(cohort))
    if time_zero == "first TNF inhibitor":
        day = cohort.numbers("tnfi_start_day")
    else:
        day = _days(cohort, _DATES[time_zero], since="date_steroid_start")
    if np.isnan(day).all() and not _directly(cohort, time_zero):
        raise FieldMissing(
            f"Healing was to be counted from the {ZERO_WORDS[time_zero]}.",
            f"No patient has {_needed(time_zero)}.",
            "Match the columns on the page Load data, widen the filters, or count from another day.",
        )
    return day


def day_since_zero(cohort: Cohort, field: str, date: str, time_zero: TimeZero) -> np.ndarray:
    """A day of the cohort counted from time zero; from the two dates where the day itself is not known."""
    day = cohort.numbers(field) - day_of_zero(cohort, time_zero)
    if time_zero not in _DATES:
        return day
    return np.where(np.isnan(day), _days(cohort, date, since=_DATES[time_zero]), day)


def treatment_begun(cohort: Cohort, time_zero: TimeZero) -> np.ndarray:
    """The day, counted from time zero, on which the treatment had begun that puts a patient into his or her arm.

    That is the first steroid, or the first TNF inhibitor for those who had one; NaN where not known.
    """
    tnfi_day = np.where(had_tnf_inhibitor(cohort), cohort.numbers("tnfi_start_day"), 0.0)
    return np.maximum(tnfi_day, 0.0) - day_of_zero(cohort, time_zero)


def steroid_begun(cohort: Cohort, time_zero: TimeZero) -> np.ndarray:
    """The day of the first steroid, counted from time zero; NaN where not known."""
    return -day_of_zero(cohort, time_zero)


def had_tnf_inhibitor(cohort: Cohort) -> np.ndarray:
    """Boolean: the arm, the drug or its first day tells that the patient had one."""
    had = ~np.isnan(cohort.numbers("tnfi_start_day"))
    if "tnfi_drug" in cohort.frame:
        had |= cohort.frame["tnfi_drug"].notna().to_numpy()
    if "arm" in cohort.frame:
        had |= (cohort.frame["arm"] == "combination").to_numpy(dtype=bool)
    return had


def _days(cohort: Cohort, date: str, *, since: str) -> np.ndarray:
    if date not in cohort.frame or since not in cohort.frame:
        return np.full(len(cohort), np.nan)
    return (cohort.frame[date] - cohort.frame[since]).dt.days.to_numpy(dtype=float)


def _directly(cohort: Cohort, time_zero: TimeZero) -> bool:
    """Whether healing can be counted between its date and that of time zero, without that of the first steroid."""
    date = _DATES.get(time_zero)
    return date is not None and not np.isnan(_days(cohort, "date_healing", since=date)).all()


def _needed(time_zero: TimeZero) -> str:
    if time_zero == "first TNF inhibitor":
        return f"the field “{schema.field('tnfi_start_day').label}”"
    labels = (schema.field(name).label.lower() for name in (_DATES[time_zero], "date_steroid_start"))
    return f"both the {' and the '.join(labels)}"
