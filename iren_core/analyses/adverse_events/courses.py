"""Each patient's course on one axis of days: steroid, TNF inhibitor, infection, healing, death."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from iren_core.analyses.adverse_events.infection import days_of
from iren_core.cohort import Cohort

#: What is marked on a course, by the field that holds its day.
MARKS = {
    "tnfi_start_day": "TNF inhibitor begun",
    "infection_onset_day": "Infection",
    "reepithelization_days": "Healed",
    "death_day": "Died",
}


@dataclass(frozen=True)
class Course:
    """One patient from the first steroid dose (day 0) on.

    label : the study number, by which the lane may be called where it leaves the clinic; a running number in its place
        where the patients' own numbers look like names or hospital numbers
    steroid_end : last day of steroids, NaN where it is not known; a patient who died is not assumed to have had
        steroids to the end
    last : last day that is drawn: death, else the last of the days that are known here
    marks : what happened, and on which day
    """

    patient: str
    label: str
    group: str
    steroid_end: float
    last: float
    marks: tuple[tuple[str, float], ...]


def courses(cohort: Cohort, group: pd.Categorical) -> tuple[Course, ...]:
    """Courses of the patients with a group and at least one known day, by group, the longest first."""
    steroid_end = days_of(cohort, "steroid_duration_days")
    marks = {words: days_of(cohort, field) for field, words in MARKS.items()}
    every = []
    for place, patient in enumerate(cohort.frame["patient_id"].astype(str)):
        marked = tuple(
            (words, float(days[place])) for words, days in marks.items() if not np.isnan(days[place])
        )
        known = [day for _, day in marked] + [
            float(day) for day in (steroid_end[place],) if not np.isnan(day)
        ]
        if known and not pd.isna(group[place]):
            every.append(
                Course(patient, patient, str(group[place]), float(steroid_end[place]), max(known), marked)
            )
    order = {label: place for place, label in enumerate(group.categories)}
    every.sort(key=lambda course: (order[course.group], -course.last))
    if cohort.numbers_name_people:
        every = [replace(course, label=str(place)) for place, course in enumerate(every, start=1)]
    return tuple(every)
