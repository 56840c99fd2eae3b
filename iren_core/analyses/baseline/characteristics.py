"""Every characteristic described for all patients and for each group, with its test and its standardised difference."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.baseline import balance
from iren_core.analyses.baseline.rule import Rule, compare_numbers, other
from iren_core.analyses.subgroups import Subgroup, group_of, subgroups
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing
from iren_core.schema import Field
from iren_core.stats import compare_counts
from iren_core.stats.counts import CountComparison
from iren_core.stats.describe import Description, describe
from iren_core.stats.groups import GroupComparison
from iren_core.stats.multiplicity import adjust_p

Adjustment = Literal["none", "holm", "bh"]
ADJUSTMENTS: tuple[Adjustment, ...] = get_args(Adjustment)

#: The rows of the study's Table 1, in its order.
TABLE_1 = (
    "sex",
    "age_years",
    "bmi",
    "malignancy_type",
    "ici_drug",
    "ici_cycles",
    "latency_days",
    "concurrent_treatment",
    "diagnosis",
    "fever",
    "peak_temp_c",
    "mucositis",
    "erythema_bsa_pct",
    "detachment_bsa_pct",
    "scorten",
    "predicted_mortality_pct",
    "prednisone_eq_mg_day",
    "prednisone_eq_mg_kg_day",
    "ivig",
    "ivig_cumulative_g_kg",
)
#: Below it a difference counts as shown.
LEVEL = 0.05
_DESCRIBABLE = ("number", "integer", "flag", "category")


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    group : field whose categories are set side by side
    fields : the rows in their order; empty takes those of the study's Table 1 that the cohort has
    rule : by which rule tests are taken
    adjust : a further column of p adjusted for the number of rows; "bh" is Benjamini-Hochberg
    """

    group: str = "arm"
    fields: tuple[str, ...] = ()
    rule: Rule = "as in the study"
    adjust: Adjustment = "none"


@dataclass(frozen=True, eq=False)
class Row:
    """One characteristic.

    numbers : for a number, its description in all patients and then in each group; else empty
    by_ranks : whether median and quartiles, not mean and standard deviation, describe it
    levels, counts : for a category, its levels and the patients of each, shape (levels, 1 + groups), all first
    n_missing : patients without a value, in all and then in each group
    comparison : the test, or the error that says why there is none; ``p_adjusted`` is NaN where there is none
    difference : standardised difference, the largest of any two groups; NaN where it cannot be had
    groups : the groups with values, in order: of two, an effect is that of the first against the second
    """

    field: Field
    numbers: tuple[Description, ...]
    by_ranks: bool
    levels: tuple[str, ...]
    counts: np.ndarray
    n_missing: tuple[int, ...]
    comparison: GroupComparison | CountComparison | CohortError
    difference: float
    groups: tuple[str, ...]
    p_adjusted: float = float("nan")

    @property
    def odds_of(self) -> str:
        """The level whose odds are compared: "yes", or the first of two; "" where there are not two of each."""
        filled = [
            level for level, of_groups in zip(self.levels, self.counts[:, 1:], strict=True) if of_groups.any()
        ]
        if len(filled) != 2 or len(self.groups) != 2:
            return ""
        return filled[-1] if self.field.kind == "flag" else filled[0]

    @property
    def higher(self) -> str:
        """The group of two with the higher mean, or the larger share of ``odds_of``; "" where neither is."""
        sides = self._sides()
        if len(sides) != 2 or sides[0] == sides[1]:
            return ""
        return self.groups[0] if sides[0] > sides[1] else self.groups[1]

    def _sides(self) -> list[float]:
        if self.numbers:
            return [one.mean for one in self.numbers[1:] if one.n]
        if not self.odds_of:
            return []
        level, totals = self.counts[self.levels.index(self.odds_of), 1:], self.counts[:, 1:].sum(axis=0)
        return [float(k / n) for k, n in zip(level, totals, strict=True) if n]

    @property
    def p_value(self) -> float:
        """The unadjusted p, NaN where there is no test."""
        return float("nan") if isinstance(self.comparison, CohortError) else self.comparison.p_value


@dataclass(frozen=True, eq=False)
class Part:
    """The rows of one set of patients: everybody, or one diagnosis. ``sizes`` are those of ``labels``."""

    title: str
    n: int
    labels: tuple[str, ...]
    sizes: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def chance(self) -> float:
        """The standardised difference that groups of these sizes pass by chance in 1 of 20 samples."""
        return balance.expected_by_chance(self.sizes)


@dataclass(frozen=True, eq=False)
class Result:
    """Everybody first, then each diagnosis.

    n_without_group : patients who count in "all" only
    left_out : fields that were to be rows and have no value
    turned : rows of ``whole`` that pass to the other side of 0.05 by the rule that was not taken: as they are, and then
    chi_squared_p : of the diagnosis, without correction, which the study prints; NaN where it is no row
    """

    settings: Settings
    parts: tuple[Part, ...]
    n_without_group: int
    left_out: tuple[str, ...]
    turned: tuple[tuple[Row, Row], ...]
    chi_squared_p: float

    @property
    def whole(self) -> Part:
        """All selected patients."""
        return self.parts[0]


def describable_fields(cohort: Cohort) -> tuple[str, ...]:
    """Fields with values that can be a row: numbers, yes/no fields and categories."""
    return tuple(
        name
        for name in cohort.frame.columns
        if schema.field(name).kind in _DESCRIBABLE and cohort.frame[name].notna().any()
    )


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Describe and compare the characteristics.

    Raises
    ------
    FieldMissing
        when the cohort lacks the field to group by, every one of the rows, or a row that was asked for by name.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    group = group_of(cohort, settings.group)
    fields = _fields(cohort, settings)
    split = "diagnosis" if settings.group != "diagnosis" else None
    whole, *diagnoses = subgroups(cohort, split)
    part = _part(whole, settings, fields)
    return Result(
        settings=settings,
        parts=(part, *(_part(diagnosis, settings, fields) for diagnosis in diagnoses)),
        n_without_group=int(np.sum(group.isna())),
        left_out=tuple(
            name
            for name in settings.fields or TABLE_1
            if name not in (*fields, schema.base_field(settings.group))
        ),
        turned=_turned(part, cohort, settings),
        chi_squared_p=next(
            (_chi_squared_p(row) for row in part.rows if row.field.name == "diagnosis"), math.nan
        ),
    )


def _turned(taken: Part, cohort: Cohort, settings: Settings) -> tuple[tuple[Row, Row], ...]:
    """Numbers only, for both rules compare categories alike."""
    group, rule = _group(cohort, settings.group), other(settings.rule)
    pairs = [(row, _row(cohort, row.field, group, rule)) for row in taken.rows if row.numbers]
    return tuple((one, then) for one, then in pairs if (one.p_value < LEVEL) != (then.p_value < LEVEL))


def _chi_squared_p(row: Row) -> float:
    if isinstance(row.comparison, CohortError):
        return math.nan
    return compare_counts(row.counts[:, 1:], test="chi-squared").p_value


def _fields(cohort: Cohort, settings: Settings) -> tuple[str, ...]:
    for name in settings.fields:
        _require_describable(name)
    possible = describable_fields(cohort)
    wanted = settings.fields or TABLE_1
    grouped_by = schema.base_field(settings.group)
    present = tuple(name for name in wanted if name in possible and name != grouped_by)
    if not present:
        raise FieldMissing(
            "The groups were to be described.",
            "None of the rows that were asked for has a value here.",
            "Choose other rows, or widen the filters.",
        )
    return present


def _require_describable(name: str) -> None:
    known = schema.field(name)
    if known.kind not in _DESCRIBABLE:
        raise FieldMissing(
            f"“{known.label}” was to be a row.",
            "It holds dates or free text, which have no summary.",
            "Choose a number or a category.",
        )


def _part(part: Subgroup, settings: Settings, fields: tuple[str, ...]) -> Part:
    cohort = part.cohort
    group = _group(cohort, settings.group)
    rows = [_row(cohort, schema.field(name), group, settings.rule) for name in fields if cohort.has(name)]
    if settings.adjust != "none":
        adjusted = adjust_p([row.p_value for row in rows], method=settings.adjust)
        rows = [replace(row, p_adjusted=float(p)) for row, p in zip(rows, adjusted, strict=True)]
    labels = tuple(group.categories)
    return Part(part.title, len(cohort), labels, _sizes(group), tuple(rows))


def _group(cohort: Cohort, field: str) -> pd.Categorical:
    if not cohort.has(field):
        return pd.Categorical([None] * len(cohort), categories=[])
    return group_of(cohort, field)


def _sizes(group: pd.Categorical, counted: np.ndarray | None = None) -> tuple[int, ...]:
    within = np.ones(len(group), dtype=bool) if counted is None else counted
    return tuple(int(np.sum(within & (group == label))) for label in group.categories)


def _row(cohort: Cohort, field: Field, group: pd.Categorical, rule: Rule) -> Row:
    missing = cohort.frame[field.name].isna().to_numpy()
    n_missing = (int(missing.sum()), *_sizes(group, missing))
    if field.is_number:
        return _number_row(cohort.frame[field.name].to_numpy(dtype=float), field, group, n_missing, rule)
    return _count_row(group_of(cohort, field.name), field, group, n_missing)


def _number_row(
    values: np.ndarray, field: Field, group: pd.Categorical, n_missing: tuple[int, ...], rule: Rule
) -> Row:
    samples = tuple(values[(group == label) & ~np.isnan(values)] for label in group.categories)
    by_ranks, comparison = compare_numbers(values, group, rule)
    return Row(
        field=field,
        numbers=tuple(describe(sample) for sample in (values, *samples)),
        by_ranks=by_ranks,
        levels=(),
        counts=np.empty((0, 0)),
        n_missing=n_missing,
        comparison=comparison,
        difference=balance.of_numbers(samples),
        groups=tuple(label for label, sample in zip(group.categories, samples, strict=True) if sample.size),
    )


def _count_row(
    values: pd.Categorical, field: Field, group: pd.Categorical, n_missing: tuple[int, ...]
) -> Row:
    levels = ("no", "yes") if field.kind == "flag" else tuple(values.categories)
    counts = np.array(
        [[np.sum(values == level), *_sizes(group, values == level)] for level in levels], dtype=int
    )
    by_group = counts[:, 1:]
    # The odds ratio is that of the first row: of a yes/no field the odds of yes.
    yes_first = by_group[::-1] if field.kind == "flag" else by_group
    comparison: CountComparison | CohortError
    try:
        comparison = compare_counts(yes_first, test="fisher", n_missing=n_missing[0])
    except CohortError as error:
        comparison = error
    return Row(
        field=field,
        numbers=(),
        by_ranks=False,
        levels=levels,
        counts=counts,
        n_missing=n_missing,
        comparison=comparison,
        difference=balance.of_counts(by_group),
        groups=tuple(label for label, n in zip(group.categories, by_group.sum(axis=0), strict=True) if n),
    )
