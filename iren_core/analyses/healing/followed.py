"""Who is followed, from which day on, and in which group: what every comparison of healing starts from.

A patient belongs to the arm of a treatment only once it has begun, so until then he or she could neither heal nor
die in it. Two remedies are offered: late entry, which counts a patient only from the day the treatment began, and a
landmark, which counts those still unhealed on a chosen day, in the group that they had reached by then [1]_, [2]_.

References
----------
.. [1] Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol 1983; 1: 710-719.
.. [2] Suissa S. Immortal time bias in pharmacoepidemiology. Am J Epidemiol 2008; 167: 492-499.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.healing.clock import (
    TimeZero,
    grouped_by_treatment,
    had_tnf_inhibitor,
    steroid_begun,
    treatment_begun,
)
from iren_core.analyses.healing.times import HealingTimes
from iren_core.cohort import Cohort

Deaths = Literal["healed only", "censored at death", "competing event"]
DEATH_RULES: tuple[Deaths, ...] = get_args(Deaths)
CountedFrom = Literal["time zero", "start of treatment", "landmark"]
COUNTED_FROM: tuple[CountedFrom, ...] = get_args(CountedFrom)


@dataclass(frozen=True)
class Start:
    """From when patients count; see ``Settings`` of the healing analysis."""

    time_zero: TimeZero = "first steroid"
    counted_from: CountedFrom = "time zero"
    landmark_day: float = 7


@dataclass(frozen=True)
class Delay:
    """Days from time zero until the treatment of one group had begun: over the ``n`` patients in whom it is known.

    ``n_waited`` of them waited at all; ``n_unknown`` further patients have no such day.
    """

    label: str
    n: int
    n_waited: int
    median: float
    low: float
    high: float
    n_unknown: int


@dataclass(frozen=True, eq=False)
class Followed:
    """The patients of a comparison, one entry each, in the cohort's order.

    days, end, group : day and kind of the first thing that happened, from time zero, and the group
    entry : day on which each came under observation; ``None`` where all are from time zero on
    kept : (all patients of the cohort,) boolean: where these stand in it
    cohort : that cohort
    too_soon : patients left out since they healed, died or were last seen by the day from which they would count
    not_begun : patients left out since their treatment had not begun by the landmark
    unknown_start : patients left out since the day on which their treatment began is not known
    moved : patients with a TNF inhibitor begun after the landmark, who count as without one
    """

    days: np.ndarray
    end: np.ndarray
    group: pd.Categorical
    entry: np.ndarray | None
    kept: np.ndarray
    cohort: Cohort
    too_soon: int = 0
    not_begun: int = 0
    unknown_start: int = 0
    moved: int = 0

    @property
    def rows(self) -> pd.DataFrame:
        """Their rows of the cohort."""
        return self.cohort.frame[self.kept]


def followed(
    cohort: Cohort,
    times: HealingTimes,
    groups: pd.Categorical,
    *,
    group: str,
    deaths: Deaths,
    start: Start,
) -> Followed:
    """The patients whom the rule for deaths and the day from which they count keep.

    Parameters
    ----------
    times, groups : of the same cohort, from the same time zero, by the field ``group``
    """
    kept = ~np.isnan(times.days) & ~groups.isna()
    if deaths == "healed only":
        kept &= times.healed
    if start.counted_from == "time zero":
        return _those(kept, cohort, times, groups)
    if start.counted_from == "landmark":
        return _at_landmark(kept, cohort, times, groups, group=group, start=start)
    begun = treatment_begun(cohort, start.time_zero)
    unknown = kept & np.isnan(begun)
    too_soon = kept & (begun > 0) & (times.days <= begun)
    entry = np.maximum(begun, 0.0)
    return _those(
        kept & ~unknown & ~too_soon,
        cohort,
        times,
        groups,
        entry=entry if (entry[kept & ~unknown] > 0).any() else None,
        too_soon=int(too_soon.sum()),
        unknown_start=int(unknown.sum()),
    )


def delays(cohort: Cohort, patients: Followed, *, group: str, time_zero: TimeZero) -> tuple[Delay, ...]:
    """How long after time zero the treatment began, by group; none where a treatment does not make the groups."""
    if not grouped_by_treatment(group):
        return ()
    begun = treatment_begun(cohort, time_zero)[patients.kept]
    return tuple(
        _delay(label, begun[np.asarray(patients.group == label)]) for label in patients.group.categories
    )


def _delay(label: str, begun: np.ndarray) -> Delay:
    known = begun[~np.isnan(begun)]
    middle = (np.median(known), known.min(), known.max()) if known.size else (np.nan,) * 3
    median, low, high = (float(day) for day in middle)
    return Delay(label, known.size, int(np.sum(known > 0)), median, low, high, begun.size - known.size)


def _at_landmark(
    kept: np.ndarray,
    cohort: Cohort,
    times: HealingTimes,
    groups: pd.Categorical,
    *,
    group: str,
    start: Start,
) -> Followed:
    too_soon = kept & (times.days <= start.landmark_day)
    kept = kept & ~too_soon
    unknown = later = moved = np.zeros(len(cohort), dtype=bool)
    if grouped_by_treatment(group):
        begun = treatment_begun(cohort, start.time_zero)
        unknown = kept & np.isnan(begun)
        later = kept & (begun > start.landmark_day)
        if group == "arm":
            steroid = steroid_begun(cohort, start.time_zero) <= start.landmark_day
            moved = later & had_tnf_inhibitor(cohort) & steroid & np.asarray(groups == _combined())
            groups = _moved(groups, moved)
            later = later & ~moved
    return _those(
        kept & ~unknown & ~later,
        cohort,
        times,
        groups,
        too_soon=int(too_soon.sum()),
        not_begun=int(later.sum()),
        unknown_start=int(unknown.sum()),
        moved=int(moved.sum()),
    )


def _combined() -> str:
    return schema.category_label("arm", "combination")


def _moved(groups: pd.Categorical, moved: np.ndarray) -> pd.Categorical:
    """The groups with these patients in the arm of corticosteroids alone, which is where they were until then."""
    if not moved.any():
        return groups
    alone = schema.category_label("arm", "corticosteroid")
    if alone not in groups.categories:
        places = [*groups.categories]
        places.insert(places.index(_combined()) + 1, alone)
        groups = groups.set_categories(places)
    groups = groups.copy()
    groups[moved] = alone
    return groups


def _those(
    kept: np.ndarray,
    cohort: Cohort,
    times: HealingTimes,
    groups: pd.Categorical,
    *,
    entry: np.ndarray | None = None,
    **left_out: int,
) -> Followed:
    return Followed(
        days=times.days[kept],
        end=times.end[kept],
        group=groups[kept].remove_unused_categories(),
        entry=None if entry is None else entry[kept],
        kept=kept,
        cohort=cohort,
        **left_out,
    )
