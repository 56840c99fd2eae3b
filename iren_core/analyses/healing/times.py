"""What happened to each patient's skin, and on which day counted from time zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iren_core.analyses.healing.clock import (
    TIME_ZEROS,
    ZERO_WORDS,
    TimeZero,
    day_of_zero,
    day_since_zero,
    had_tnf_inhibitor,
)
from iren_core.cohort import Cohort
from iren_core.errors import FieldMissing

HEALED = "healed"
DIED = "died"
CENSORED = ""  # still not healed when last seen


@dataclass(frozen=True, eq=False)
class HealingTimes:
    """Day and kind of the first thing that happened, one entry a patient in the cohort's order.

    days : float; NaN when the file does not tell (then the patient is in none of the curves)
    end : "healed", "died" or "" (not healed when last seen); "" also where ``days`` is NaN
    healed_without_day : patients said to have healed, on a day that is not known
    died_without_day : patients who died unhealed and whose day of death is not known
    never_started : patients who never had the TNF inhibitor from whose first dose is counted
    without_zero : further patients whose time zero is not known
    before_zero : patients who healed, died or were last seen before time zero
    without_any_day : further patients of whom no day is known
    contradictory : patients whose healing day lies after their death; left out until the file is corrected
    healed_then_died : patients who healed, and died on that day or later; they count as healed
    """

    days: np.ndarray
    end: np.ndarray
    never_started: int
    without_zero: int
    before_zero: int
    healed_without_day: int
    died_without_day: int
    without_any_day: int
    contradictory: int
    healed_then_died: int

    @property
    def healed(self) -> np.ndarray:
        """Boolean: complete re-epithelization was seen."""
        return self.end == HEALED

    @property
    def died(self) -> np.ndarray:
        """Boolean: death came first, on a known day."""
        return self.end == DIED


def healing_times(cohort: Cohort, time_zero: TimeZero = "first steroid") -> HealingTimes:
    """Healing, death or the last look, whichever came first for each patient, in days from time zero.

    A patient counts as healed on the day of complete re-epithelization even if he or she died later. Death
    without healing counts on the day of death; anyone else is followed until the last follow-up, unless the file
    says that he or she healed: then the day is unknown, and no other day may stand in for it.

    Raises
    ------
    FieldMissing
        when the cohort has no day of re-epithelization at all, or no time zero.
    """
    zero = day_of_zero(cohort, time_zero)
    healing_day = day_since_zero(cohort, "reepithelization_days", "date_healing", time_zero)
    if np.isnan(healing_day).all() and not cohort.has("reepithelization_days"):
        raise FieldMissing(
            "Healing curves need the days from the first steroid to complete re-epithelization.",
            "This cohort has no value of it" + (f" among {cohort.selection}." if cohort.selection else "."),
            "Match a column to “Time to re-epithelization” on the page Load data, or widen the filters."
            + _another_zero(cohort, time_zero),
        )
    death_day = day_since_zero(cohort, "death_day", "date_death", time_zero)
    last_day = day_since_zero(cohort, "followup_days", "date_last_followup", time_zero)
    died = _died(cohort)
    contradictory = healing_day > death_day
    healed = ~np.isnan(healing_day) & ~contradictory
    died_first = died & ~healed & ~contradictory
    healed_someday = _said_to_have_healed(cohort) & ~healed & ~contradictory & ~died_first
    days = np.select(
        [healed, contradictory | healed_someday, died_first],
        [healing_day, np.nan, death_day],
        default=last_day,
    )
    no_zero = np.isnan(zero) & np.isnan(days) & ~contradictory
    never_started = no_zero & (time_zero == "first TNF inhibitor") & ~had_tnf_inhibitor(cohort)
    before_zero = days < 0
    days = np.where(before_zero, np.nan, days)
    known = ~np.isnan(days)
    healed &= known
    told = ~no_zero & ~before_zero & ~contradictory
    return HealingTimes(
        days=days,
        end=np.select([healed, died_first & known], [HEALED, DIED], default=CENSORED),
        never_started=int(np.sum(never_started)),
        without_zero=int(np.sum(no_zero & ~never_started)),
        before_zero=int(np.sum(before_zero)),
        healed_without_day=int(np.sum(healed_someday & told)),
        died_without_day=int(np.sum(died_first & ~known & told)),
        without_any_day=int(np.sum(~known & ~died_first & ~healed_someday & told)),
        contradictory=int(np.sum(contradictory)),
        healed_then_died=int(np.sum(healed & died)),
    )


def _another_zero(cohort: Cohort, time_zero: TimeZero) -> str:
    """From which other day healing can be counted, as a sentence; "" where from none."""
    others = [other for other in TIME_ZEROS if other != time_zero and _has_days(cohort, other)]
    if not others:
        return ""
    words = " or ".join(f"the {ZERO_WORDS[other]}" for other in others)
    return f" Its dates do let healing be counted from {words}: choose that under “Day 0 is”."


def _has_days(cohort: Cohort, time_zero: TimeZero) -> bool:
    try:
        return not np.isnan(day_since_zero(cohort, "reepithelization_days", "date_healing", time_zero)).all()
    except FieldMissing:
        return False


def _died(cohort: Cohort) -> np.ndarray:
    known_day = ~np.isnan(cohort.numbers("death_day"))
    if "outcome" not in cohort.frame:
        return known_day
    outcome: pd.Series = cohort.frame["outcome"]
    return (outcome == "died").to_numpy(dtype=bool) | known_day


def _said_to_have_healed(cohort: Cohort) -> np.ndarray:
    said = ~np.isnan(cohort.numbers("reepithelization_days"))
    if "outcome" in cohort.frame:
        said |= (cohort.frame["outcome"] == "healed").to_numpy(dtype=bool)
    if "healed" in cohort.frame:
        said |= cohort.frame["healed"].fillna(False).to_numpy(dtype=bool)
    return said
