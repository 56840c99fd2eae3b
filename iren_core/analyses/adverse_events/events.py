"""How many patients had each event, the risk between groups, and the day on which infections began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.adverse_events.courses import Course, courses
from iren_core.analyses.adverse_events.infection import FirstInfection, first_infection
from iren_core.analyses.subgroups import group_of
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing, NotEstimable, or_reason
from iren_core.stats import compare_counts, compare_groups
from iren_core.stats.counts import CountComparison
from iren_core.stats.describe import Description, describe
from iren_core.stats.groups import GroupComparison
from iren_core.stats.proportions import Interval, clopper_pearson
from iren_core.stats.risks import RiskComparison, compare_risks

View = Literal["each event", "time to first infection", "patient by patient"]
VIEWS: tuple[View, ...] = get_args(View)

#: The events of the study's Table 2 and the one further that the data dictionary has.
EVENTS = ("infection", "dic", "gi_bleeding", "respiratory_failure", "organ_failure_other")
ANY = "Any of these"


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    group : field whose categories are set side by side
    view : which picture is drawn; the tables are the same
    window_days : the curves of the first infection end this many days after the first steroid; the study: 8 weeks
    """

    group: str = "arm"
    view: View = "each event"
    window_days: int = 56


@dataclass(frozen=True)
class GroupRisk:
    """One group's patients with an event among those of whom it is known, and the exact 95% interval of the share."""

    label: str
    events: int
    n: int
    n_missing: int
    share: Interval | None


@dataclass(frozen=True, eq=False)
class EventRisk:
    """One event in every group.

    comparison : Fisher's exact test, or the error that says why there is none
    difference : first group against second where there are just two with patients, else ``None``
    """

    label: str
    groups: tuple[GroupRisk, ...]
    comparison: CountComparison | CohortError
    difference: RiskComparison | None


@dataclass(frozen=True, eq=False)
class Onset:
    """The day on which infections began, in each group, and its comparison or the error that says why not."""

    labels: tuple[str, ...]
    days: tuple[Description, ...]
    n_infected: tuple[int, ...]
    comparison: GroupComparison | CohortError
    tie_corrected: GroupComparison | CohortError


@dataclass(frozen=True, eq=False)
class Result:
    """Every event, "any of these" last; onset, curves and courses of the same patients."""

    settings: Settings
    labels: tuple[str, ...]
    sizes: tuple[int, ...]
    events: tuple[EventRisk, ...]
    onset: Onset
    infection: FirstInfection | CohortError
    courses: tuple[Course, ...]
    n_without_group: int

    @property
    def any_event(self) -> EventRisk:
        """At least one of the events."""
        return self.events[-1]


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Adverse events between groups.

    Raises
    ------
    FieldMissing
        when the cohort has none of the events, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    present = [name for name in EVENTS if cohort.has(name)]
    if not present:
        raise FieldMissing(
            "Adverse events were to be compared.",
            "This cohort has no value of infection, coagulation, bleeding, respiratory or other organ failure.",
            "Match a column to one of them on the page Load data, or widen the filters.",
        )
    group = group_of(cohort, settings.group)
    flags = {schema.field(name).label: _flag(cohort, name) for name in present}
    flags[ANY] = _any(list(flags.values()))
    return Result(
        settings=settings,
        labels=tuple(group.categories),
        sizes=tuple(int(np.sum(group == label)) for label in group.categories),
        events=tuple(_event(label, flag, group) for label, flag in flags.items()),
        onset=_onset(cohort, group),
        infection=or_reason(lambda: first_infection(cohort, group, settings.window_days)),
        courses=courses(cohort, group),
        n_without_group=int(np.sum(group.isna())),
    )


def _flag(cohort: Cohort, name: str) -> np.ndarray:
    """1.0 with the event, 0.0 without it, NaN where the file does not tell."""
    return cohort.frame[name].to_numpy(dtype=float, na_value=np.nan)


def _any(flags: list[np.ndarray]) -> np.ndarray:
    """1.0 where one of the events happened, NaN where none did but one is not known."""
    every = np.array(flags)
    return np.where((every == 1).any(axis=0), 1.0, np.where(np.isnan(every).any(axis=0), np.nan, 0.0))


def _event(label: str, flag: np.ndarray, group: pd.Categorical) -> EventRisk:
    groups = tuple(_risk(one, flag[group == one]) for one in group.categories)
    with_patients = [one for one in groups if one.n]
    difference = None
    if len(with_patients) == 2:
        first, second = with_patients
        difference = compare_risks((first.events, second.events), (first.n, second.n))
    return EventRisk(label, groups, or_reason(lambda: _fisher(label, groups)), difference)


def _risk(label: str, flag: np.ndarray) -> GroupRisk:
    events, n = int(np.sum(flag == 1)), int(np.sum(~np.isnan(flag)))
    return GroupRisk(label, events, n, len(flag) - n, clopper_pearson(events, n) if n else None)


def _fisher(label: str, groups: tuple[GroupRisk, ...]) -> CountComparison:
    known = [one for one in groups if one.n]
    events, n = sum(one.events for one in known), sum(one.n for one in known)
    found = (
        "There are not two groups to compare."
        if len(known) < 2
        else "No patient had it."
        if events == 0
        else "Every patient had it."
        if events == n
        else ""
    )
    if found:
        raise NotEstimable(f"{label} was to be compared.", found, "")
    return compare_counts([[one.events, one.n - one.events] for one in known], test="fisher")


def _onset(cohort: Cohort, group: pd.Categorical) -> Onset:
    days = np.full(len(cohort), np.nan)
    if "infection_onset_day" in cohort.frame:
        days = cohort.frame["infection_onset_day"].to_numpy(dtype=float)
    infected = np.zeros(len(cohort), dtype=bool)
    if "infection" in cohort.frame:
        infected = _flag(cohort, "infection") == 1
    groups = pd.Series(group)
    return Onset(
        labels=tuple(group.categories),
        days=tuple(describe(days[(group == label) & ~np.isnan(days)]) for label in group.categories),
        n_infected=tuple(int(np.sum(infected & (group == label))) for label in group.categories),
        comparison=or_reason(lambda: _by_ranks(days, groups, "spss")),
        tie_corrected=or_reason(lambda: _by_ranks(days, groups, "exact")),
    )


def _by_ranks(days: np.ndarray, groups: pd.Series, variant: str) -> GroupComparison:
    several = groups[~np.isnan(days)].nunique() > 2
    return compare_groups(days, groups, test="kruskal-wallis" if several else "mann-whitney", variant=variant)
