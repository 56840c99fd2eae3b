"""Deaths expected from SCORTEN beside deaths observed, for the whole, each diagnosis and each group within them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iren_core.analyses.mortality.choices import Choice, alternatives
from iren_core.analyses.mortality.overprediction import Scaled, scaled
from iren_core.analyses.mortality.pairs import PairDeaths, compare_pair
from iren_core.analyses.mortality.patients import Outcomes, Settings, outcomes
from iren_core.analyses.scorten_items import Scores, require_score
from iren_core.analyses.subgroups import Subgroup, group_of, subgroups
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, NotEstimable, or_reason
from iren_core.stats import (
    calibrate,
    calibrate_by_score,
    compare_counts,
    compare_groups,
    observed_vs_expected,
)
from iren_core.stats.counts import CountComparison
from iren_core.stats.groups import GroupComparison
from iren_core.stats.mortality import ObservedExpected
from iren_core.stats.prediction import Calibration, ScoreGroup


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
    """Everybody and each group of one panel, with the comparisons of the groups.

    table : (groups, 2) patients who died and who survived, of all with a known outcome
    risks : predicted risk between groups; counts : observed deaths between groups (or why not)
    pairs : each group against each later one
    """

    title: str
    everybody: GroupDeaths
    groups: tuple[GroupDeaths, ...]
    table: np.ndarray
    risks: GroupComparison | CohortError
    counts: CountComparison | CohortError
    pairs: tuple[PairDeaths, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """All panels, and counts among the patients with SCORTEN and outcome.

    scores, score : SCORTEN of each patient from its items and in the file, and the one that counts here
    patients : identifiers, in the order of ``scores``
    by_score : observed mortality at each score of all patients; calibration : how it agrees with the risks
    choices : what the other choices of score, cut-off rule and deaths give for everybody; the first is the one made
    scaled : the ratios if SCORTEN predicts too many deaths, by factor
    dead_without_score : the patients who died and have no score, so that they are not among the deaths
    n_late : died after the window; n_undated : died on an unknown day, and are counted as deaths
    n_short_followup : alive when last seen inside the window; n_without_group : in no group, but among everybody
    """

    settings: Settings
    panels: tuple[PanelDeaths, ...]
    patients: tuple[str, ...]
    scores: Scores
    score: np.ndarray
    by_score: tuple[ScoreGroup, ...] | CohortError
    calibration: Calibration | CohortError
    choices: tuple[Choice, ...]
    scaled: tuple[Scaled, ...]
    n_late: int
    dead_without_score: tuple[str, ...]
    n_undated: int
    n_short_followup: int
    n_without_group: int


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Predicted and observed deaths.

    Raises
    ------
    FieldMissing
        when the cohort has no SCORTEN or items as the settings ask, no outcome, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    NotEstimable
        when the factor of over-prediction is not between 1 and 100%.
    """
    settings = settings or Settings()
    cohort.require_patients()
    require_score(cohort, settings.score)
    outcome = cohort.column("outcome")
    _check(settings)
    group = group_of(cohort, settings.group)
    every = outcomes(cohort, settings)
    died = (outcome == "died").to_numpy(dtype=bool)
    day = cohort.numbers("death_day")
    followup = cohort.numbers("followup_days")
    counted = (outcome.notna() & ~np.isnan(every.score)).to_numpy()
    window = settings.window
    return Result(
        settings=settings,
        panels=tuple(_panel(part, settings) for part in subgroups(cohort, settings.panels)),
        patients=tuple(cohort.frame["patient_id"].astype(str)),
        scores=every.scores,
        score=every.score,
        by_score=or_reason(lambda: calibrate_by_score(every.died, every.score, every.risk)),
        calibration=or_reason(lambda: calibrate(every.died, every.risk)),
        choices=alternatives(cohort, settings),
        scaled=scaled(every, group, settings.factor_percent),
        n_late=int(np.sum(counted & died & (day > window))),
        dead_without_score=_names(cohort, died & np.isnan(every.score)),
        n_undated=int(np.sum(counted & died & np.isnan(day))),
        n_short_followup=int(np.sum(counted & ~died & (followup < window))) if math.isfinite(window) else 0,
        n_without_group=int(np.sum(counted & group.isna())),
    )


def _names(cohort: Cohort, which: np.ndarray) -> tuple[str, ...]:
    return tuple(cohort.frame.loc[which, "patient_id"].astype(str))


def _check(settings: Settings) -> None:
    if not 1 <= settings.factor_percent <= 100:
        raise NotEstimable(
            "If SCORTEN predicts too many deaths, those to expect are a part of what it predicts.",
            f"{settings.factor_percent}% was asked for.",
            "Choose a whole number from 1 to 100%.",
        )


def _panel(part: Subgroup, settings: Settings) -> PanelDeaths:
    every = outcomes(part.cohort, settings)
    group = _group_or_nobody(part.cohort, settings.group)
    groups = tuple(_deaths(label, every.of(group == label)) for label in group.categories)
    table = _table(every.died, group)
    return PanelDeaths(
        title=part.title,
        everybody=_deaths("All", every),
        groups=groups,
        table=table,
        risks=or_reason(lambda: compare_groups(every.risk, group, test="mann-whitney")),
        counts=or_reason(lambda: _compare_deaths(table)),
        pairs=tuple(
            compare_pair(
                (groups[first].label, groups[second].label),
                table[[first, second]],
                (groups[first].numbers, groups[second].numbers),
            )
            for first in range(len(groups))
            for second in range(first + 1, len(groups))
        ),
    )


def _group_or_nobody(cohort: Cohort, field: str) -> pd.Categorical:
    if not cohort.has(field):
        return pd.Categorical([None] * len(cohort), categories=[])
    return group_of(cohort, field)


def _deaths(label: str, some: Outcomes) -> GroupDeaths:
    return GroupDeaths(
        label=label,
        n=len(some.died),
        n_without_scorten=int(np.isnan(some.risk).sum()),
        n_without_outcome=int(np.isnan(some.died).sum()),
        numbers=or_reason(lambda: observed_vs_expected(some.died, some.risk)),
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
    if not table[:, 1].any():
        raise NotEstimable("Deaths were to be compared between groups.", "Everybody died in every group.", "")
    return compare_counts(table, test="fisher")
