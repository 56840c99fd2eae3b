"""Exposure to corticosteroids, group by group, for everybody and for each diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core.analyses.subgroups import Subgroup, group_of, subgroups
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing
from iren_core.stats import compare_groups
from iren_core.stats.choice import choose_group_test
from iren_core.stats.describe import Description, describe
from iren_core.stats.groups import GroupComparison
from iren_core.stats.samples import grouped

MeasureKey = Literal[
    "duration", "cumulative dose", "cumulative dose per kg", "daily dose", "daily dose per kg"
]
Test = Literal[
    "as in the study", "chosen by the data", "Student", "Welch", "Mann-Whitney", "Mann-Whitney, asymptotic"
]
TESTS: tuple[Test, ...] = get_args(Test)
_RANKS = ("mann-whitney", "kruskal-wallis")


@dataclass(frozen=True)
class Measure:
    """A number that tells how much corticosteroid a patient was given.

    field : where it stands; ``per_kg`` divides it by the body weight
    noun, brief : as a sentence has it, and as one must that would grow too long with it
    """

    key: MeasureKey
    label: str
    noun: str
    brief: str
    unit: str
    field: str
    per_kg: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it is made of."""
        return (self.field, "weight_kg") if self.per_kg else (self.field,)


MEASURES: dict[MeasureKey, Measure] = {
    measure.key: measure
    for measure in (
        Measure(
            "duration",
            "Corticosteroid duration",
            "corticosteroid duration",
            "corticosteroid duration",
            "days",
            "steroid_duration_days",
        ),
        Measure(
            "cumulative dose",
            "Cumulative prednisone-equivalent dose",
            "cumulative prednisone-equivalent dose",
            "cumulative prednisone-equivalent dose",
            "mg",
            "cumulative_prednisone_mg",
        ),
        Measure(
            "cumulative dose per kg",
            "Cumulative prednisone-equivalent dose per kg",
            "cumulative prednisone-equivalent dose per kg",
            "cumulative dose per kg",
            "mg/kg",
            "cumulative_prednisone_mg",
            per_kg=True,
        ),
        Measure(
            "daily dose",
            "Initial prednisone-equivalent dose",
            "initial prednisone-equivalent dose",
            "initial prednisone-equivalent dose",
            "mg/day",
            "prednisone_eq_mg_day",
        ),
        Measure(
            "daily dose per kg",
            "Initial prednisone-equivalent dose per kg",
            "initial prednisone-equivalent dose per kg",
            "initial dose per kg",
            "mg/kg/day",
            "prednisone_eq_mg_kg_day",
        ),
    )
}


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    measure : what is compared
    group : field whose categories stand side by side
    test : "as in the study": Mann-Whitney, as SPSS prints it, for durations, but Student's t-test for the duration in
        TEN and for every dose (Figure 2); "Mann-Whitney, asymptotic": by the normal curve without a correction for
        continuity, which is how the study's Table 1 got the p-values of the initial doses
    panels : field whose categories each get a panel beside the whole; ``None`` for one panel
    """

    measure: MeasureKey = "duration"
    group: str = "arm"
    test: Test = "as in the study"
    panels: str | None = "diagnosis"


@dataclass(frozen=True, eq=False)
class GroupExposure:
    """One group's values, shape (n,), and how many patients lack one: because they died, or for another reason."""

    label: str
    n: int
    patients: tuple[str, ...]
    values: np.ndarray
    description: Description
    n_died_without: int

    @property
    def n_missing(self) -> int:
        """Patients without a value for another reason than death."""
        return self.n - len(self.values) - self.n_died_without


@dataclass(frozen=True, eq=False)
class PanelExposure:
    """One panel: its groups, the test taken, and what each of the other tests gives.

    by_ranks : whether the test taken compares ranks, so that medians describe the groups
    """

    title: str
    groups: tuple[GroupExposure, ...]
    by_ranks: bool
    comparison: GroupComparison | CohortError
    others: tuple[tuple[Test, GroupComparison | CohortError], ...]


@dataclass(frozen=True, eq=False)
class Result:
    """The panels, the whole first; ``n_without_group`` patients could not be placed."""

    settings: Settings
    measure: Measure
    panels: tuple[PanelExposure, ...]
    n_without_group: int


def measures_with_values(cohort: Cohort) -> tuple[MeasureKey, ...]:
    """The measures that this cohort can answer."""
    return tuple(key for key, measure in MEASURES.items() if cohort.has(*measure.fields))


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Compare the exposure between groups.

    Raises
    ------
    FieldMissing
        when the cohort lacks what the measure is made of, or the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    if settings.measure not in MEASURES:
        raise FieldMissing(
            f"The measure “{settings.measure}” was asked for.",
            "It is not one of those offered.",
            f"Take one of: {', '.join(MEASURES)}.",
        )
    measure = MEASURES[settings.measure]
    for name in measure.fields:
        cohort.column(name)
    group = group_of(cohort, settings.group)
    return Result(
        settings=settings,
        measure=measure,
        panels=tuple(_panel(part, measure, settings) for part in subgroups(cohort, settings.panels)),
        n_without_group=int(np.sum(group.isna())),
    )


def _panel(part: Subgroup, measure: Measure, settings: Settings) -> PanelExposure:
    cohort = part.cohort
    values = _values(cohort, measure)
    has_group = cohort.has(settings.group)
    group = (
        group_of(cohort, settings.group) if has_group else pd.Categorical([None] * len(cohort), categories=[])
    )
    taken = _named_test(settings.test, measure, part.title, values, group)
    return PanelExposure(
        title=part.title,
        groups=tuple(_group(cohort, label, values, group == label) for label in group.categories),
        by_ranks=taken[0] in _RANKS,
        comparison=_compare(values, group, *taken),
        others=tuple(
            (test, _compare(values, group, *_named_test(test, measure, part.title, values, group)))
            for test in ("Student", "Welch", "Mann-Whitney")
        ),
    )


def _values(cohort: Cohort, measure: Measure) -> np.ndarray:
    values = cohort.frame[measure.field].to_numpy(dtype=float)
    return values / cohort.frame["weight_kg"].to_numpy(dtype=float) if measure.per_kg else values


def _group(cohort: Cohort, label: str, values: np.ndarray, members: np.ndarray) -> GroupExposure:
    known = members & ~np.isnan(values)
    died = np.zeros(len(cohort), dtype=bool)
    if "outcome" in cohort.frame:
        died = (cohort.frame["outcome"] == "died").to_numpy(dtype=bool, na_value=False)
    return GroupExposure(
        label=label,
        n=int(np.sum(members)),
        patients=tuple(cohort.frame["patient_id"].astype(str)[known]),
        values=values[known],
        description=describe(values[known]),
        n_died_without=int(np.sum(members & died & np.isnan(values))),
    )


def _named_test(
    test: Test, measure: Measure, title: str, values: np.ndarray, group: pd.Categorical
) -> tuple[str, str]:
    """The test and the variant of Mann-Whitney as ``compare_groups`` calls them."""
    known = ~np.isnan(values)
    split = grouped(values[known], pd.Series(group[known]))
    if test == "chosen by the data":
        return choose_group_test(split).test, "exact"
    variant = "exact"
    if test == "as in the study":
        by_ranks = measure.key == "duration" and title != "TEN"
        test, variant = ("Mann-Whitney", "spss") if by_ranks else ("Student", "exact")
    if test == "Mann-Whitney, asymptotic":
        test, variant = "Mann-Whitney", "asymptotic"
    names = {"Student": ("student", "anova"), "Welch": ("welch", "welch"), "Mann-Whitney": _RANKS}[test]
    return names[len(split.labels) > 2], variant


def _compare(
    values: np.ndarray, group: pd.Categorical, test: str, variant: str
) -> GroupComparison | CohortError:
    try:
        return compare_groups(values, pd.Series(group), test=test, variant=variant)
    except CohortError as error:
        return error
