"""The share of patients with a first infection by each day, when death keeps some from ever having one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing, NotEstimable
from iren_core.stats import (
    CumulativeIncidence,
    IncidenceCurve,
    SurvivalTest,
    compare_incidence,
    cumulative_incidence,
)

INFECTION, DIED, CENSORED = "infection", "died", ""


@dataclass(frozen=True, eq=False)
class FirstInfection:
    """Curves of the first infection, one a group.

    n, n_in : patients, and those whose course is known and drawn
    test : Gray's test, or the error that says why there is none
    """

    n: int
    n_in: int
    incidence: CumulativeIncidence
    test: SurvivalTest | CohortError

    @property
    def curves(self) -> tuple[IncidenceCurve, ...]:
        """The curves of infection; those of death are not drawn."""
        return tuple(curve for curve in self.incidence.curves if curve.cause == INFECTION)


def first_infection(cohort: Cohort, group: pd.Categorical, window_days: float) -> FirstInfection:
    """Time to the first infection with death competing, up to the end of the window.

    A patient without infection is followed to death, else to the last follow-up; the file must tell the day.

    Raises
    ------
    FieldMissing
        when the cohort has no day of infection.
    NotEstimable
        when nobody with a known course had an infection within the window.
    """
    if not cohort.has("infection", "infection_onset_day"):
        raise FieldMissing(
            "Curves of the first infection need the day of infection.",
            "This cohort has no value of it.",
            "Match a column to “Day of infection” on the page Load data, or widen the filters.",
        )
    days, end = _course(cohort, window_days)
    known = ~np.isnan(days) & ~group.isna()
    if not np.any(end[known] == INFECTION):
        raise NotEstimable(
            "Curves of the first infection were asked for.",
            f"Nobody with a known day had one within {window_days:g} days.",
            "Widen the filters.",
        )
    groups = group[known].remove_unused_categories()
    test: SurvivalTest | CohortError
    try:
        test = compare_incidence(days[known], end[known], groups, cause=INFECTION)
    except CohortError as error:
        test = error
    incidence = cumulative_incidence(days[known], end[known], groups)
    return FirstInfection(len(cohort), int(known.sum()), incidence, test)


def _course(cohort: Cohort, window_days: float) -> tuple[np.ndarray, np.ndarray]:
    """Day and kind of the first thing that happened; NaN where the file does not tell or contradicts itself."""
    onset, death = days_of(cohort, "infection_onset_day"), days_of(cohort, "death_day")
    last = days_of(cohort, "followup_days")
    infected = cohort.frame["infection"].to_numpy(dtype=float, na_value=np.nan)
    died = died_of(cohort)
    after_death = onset > death
    days = np.select(
        [np.isnan(infected) | after_death, infected == 1, died], [np.nan, onset, death], default=last
    )
    end = np.select([infected == 1, died], [INFECTION, DIED], default=CENSORED)
    late = days > window_days
    return np.where(late, window_days, days), np.where(late, CENSORED, end)


def days_of(cohort: Cohort, field: str) -> np.ndarray:
    """The days in a field, all NaN where the cohort lacks it."""
    if field not in cohort.frame:
        return np.full(len(cohort), np.nan)
    return cohort.frame[field].to_numpy(dtype=float)


def died_of(cohort: Cohort) -> np.ndarray:
    """Boolean: the patient is known to have died."""
    known_day = ~np.isnan(days_of(cohort, "death_day"))
    if "outcome" not in cohort.frame:
        return known_day
    return (cohort.frame["outcome"] == "died").to_numpy(dtype=bool, na_value=False) | known_day
