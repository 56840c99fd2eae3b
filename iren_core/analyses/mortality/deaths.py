"""Deaths expected from SCORTEN beside deaths observed, for the whole, each diagnosis and each group within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core.analyses.subgroups import Subgroup, group_of, subgroups
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, NotEstimable, or_reason
from iren_core.stats import compare_counts, compare_groups, observed_vs_expected, scorten_risk
from iren_core.stats.counts import CountComparison
from iren_core.stats.groups import GroupComparison
from iren_core.stats.mortality import ObservedExpected

View = Literal["expected deaths", "the study's figure"]
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    group : field whose categories are set side by side
    panels : field whose categories each get a panel beside the whole; ``None`` for one panel
    view : expected and observed numbers of deaths, or the study's median predicted risk beside the observed share
    window_days : deaths later than this many days after the first steroid are not counted as acute; the study: 8 weeks
    """

    group: str = "arm"
    panels: str | None = "diagnosis"
    view: View = "expected deaths"
    window_days: int = 56


@dataclass(frozen=True, eq=False)
class GroupDeaths:
    """One group (or everybody, ``label`` = "All") in one panel.

    ``numbers`` holds, where it cannot be had, the error that says why.
    """

    label: str
    n: int
    n_without_scorten: int
    n_without_outcome: int
    numbers: ObservedExpected | CohortError


@dataclass(frozen=True, eq=False)
class PanelDeaths:
    """Everybody and each group of one panel, with the comparisons of the groups that the study made.

    risks : predicted risk between groups; counts : observed deaths between groups (or why not)
    """

    title: str
    everybody: GroupDeaths
    groups: tuple[GroupDeaths, ...]
    risks: GroupComparison | CohortError
    counts: CountComparison | CohortError


@dataclass(frozen=True, eq=False)
class Result:
    """All panels, and counts among the patients with SCORTEN and outcome.

    n_late : died after the window; n_undated : died on an unknown day, and are counted as deaths
    n_short_followup : alive when last seen inside the window; n_without_group : in no group, but among everybody
    """

    settings: Settings
    panels: tuple[PanelDeaths, ...]
    n_late: int
    n_undated: int
    n_short_followup: int
    n_without_group: int


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Predicted and observed deaths.

    Raises
    ------
    FieldMissing
        when the cohort has no SCORTEN, no outcome, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    cohort.column("scorten")
    outcome = cohort.column("outcome")
    died = (outcome == "died").to_numpy(dtype=bool)
    day = cohort.numbers("death_day")
    followup = cohort.numbers("followup_days")
    counted = (outcome.notna() & cohort.frame["scorten"].notna()).to_numpy()
    group = group_of(cohort, settings.group)
    return Result(
        settings=settings,
        panels=tuple(_panel(part, settings) for part in subgroups(cohort, settings.panels)),
        n_late=int(np.sum(counted & died & (day > settings.window_days))),
        n_undated=int(np.sum(counted & died & np.isnan(day))),
        n_short_followup=int(np.sum(counted & ~died & (followup < settings.window_days))),
        n_without_group=int(np.sum(counted & group.isna())),
    )


def acute_death(cohort: Cohort, window_days: float) -> np.ndarray:
    """1.0 where the patient died within the window (or on an unknown day), 0.0 where not, NaN where unknown."""
    outcome = cohort.frame["outcome"]
    late = cohort.numbers("death_day") > window_days
    died = (outcome == "died").to_numpy(dtype=bool) & ~late
    return np.where(outcome.isna(), np.nan, died.astype(float))


def _panel(part: Subgroup, settings: Settings) -> PanelDeaths:
    cohort = part.cohort
    died = acute_death(cohort, settings.window_days)
    risk = scorten_risk(cohort.frame["scorten"].to_numpy(dtype=float))
    group = _group_or_nobody(cohort, settings.group)
    return PanelDeaths(
        title=part.title,
        everybody=_deaths("All", died, risk),
        groups=tuple(
            _deaths(label, died[group == label], risk[group == label]) for label in group.categories
        ),
        risks=or_reason(lambda: compare_groups(risk, group, test="mann-whitney")),
        counts=or_reason(lambda: _compare_deaths(_table(died, group))),
    )


def _group_or_nobody(cohort: Cohort, field: str) -> pd.Categorical:
    if not cohort.has(field):
        return pd.Categorical([None] * len(cohort), categories=[])
    return group_of(cohort, field)


def _deaths(label: str, died: np.ndarray, risk: np.ndarray) -> GroupDeaths:
    return GroupDeaths(
        label=label,
        n=len(died),
        n_without_scorten=int(np.isnan(risk).sum()),
        n_without_outcome=int(np.isnan(died).sum()),
        numbers=or_reason(lambda: observed_vs_expected(died, risk)),
    )


def _table(died: np.ndarray, group: pd.Categorical) -> np.ndarray:
    known = ~np.isnan(died) & ~group.isna()
    return np.array(
        [[np.sum(died[known & (group == label)] == fate) for fate in (1, 0)] for label in group.categories],
        dtype=int,
    ).reshape(-1, 2)


def _compare_deaths(table: np.ndarray) -> CountComparison:
    if not table[:, 0].any():
        raise NotEstimable("Deaths were to be compared between groups.", "Nobody died in any group.", "")
    return compare_counts(table, test="fisher")
