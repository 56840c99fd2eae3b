"""When things happened: dates that agree with every count of days."""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRST_ENROLMENT = pd.Timestamp("2021-09-13")
LAST_ENROLMENT = pd.Timestamp("2023-12-18")
STUDY_END = pd.Timestamp("2024-03-31")
CYCLE_DAYS = 21
FOLLOWUP_WEEKS = 8


def with_dates(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """``frame`` with dates, length of stay and follow-up.

    Day 0 is the first corticosteroid dose. Latency runs from the last checkpoint inhibitor dose to the onset.
    """
    n = len(frame)
    dated = frame.copy()
    span = (LAST_ENROLMENT - FIRST_ENROLMENT).days
    start = FIRST_ENROLMENT + _days(rng.choice(np.arange(span + 1), n, replace=False))
    stable = (dated["reepithelization_days"] * rng.uniform(0.35, 0.6, n)).round().clip(lower=4)
    died = dated["death_day"].notna()

    dated["date_steroid_start"] = start
    dated["date_admission"] = start - _days(rng.integers(0, 2, n))
    dated["date_onset"] = dated["date_admission"] - _days(rng.integers(2, 8, n))
    dated["date_ici_last"] = dated["date_onset"] - _days(dated["latency_days"])
    dated["date_ici_first"] = dated["date_ici_last"] - _days(CYCLE_DAYS * (dated["ici_cycles"] - 1))
    dated["date_stabilization"] = start + _days(stable)
    dated["date_healing"] = start + _days(dated["reepithelization_days"])
    dated["date_steroid_stop"] = start + _days(dated["steroid_duration_days"])
    dated["date_death"] = start + _days(dated["death_day"])
    # The second sample: one to two weeks after stabilization, or the last one before death.
    last_before_death = dated["death_day"] - rng.integers(1, 4, n)
    dated["date_recovery_sample"] = start + _days(
        (stable + rng.integers(7, 15, n)).where(~died, last_before_death)
    )
    went_home = dated[["date_healing", "date_recovery_sample"]].max(axis=1) + _days(rng.integers(0, 5, n))
    dated["date_discharge"] = went_home.where(~died, dated["date_death"])
    dated["hospital_days"] = (dated["date_discharge"] - dated["date_admission"]).dt.days

    longest = (STUDY_END - start).dt.days.to_numpy()
    followup = rng.integers(FOLLOWUP_WEEKS * 7 + 1, np.minimum(longest, 180) + 1)
    dated["followup_days"] = dated["death_day"].where(died, followup).astype(int)
    dated["date_last_followup"] = start + _days(dated["followup_days"])
    return dated


def _days(count: np.ndarray | pd.Series) -> pd.Series:
    return pd.Series(pd.to_timedelta(np.asarray(count, dtype=float), unit="D"))
