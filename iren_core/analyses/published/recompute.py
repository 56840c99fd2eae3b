"""A printed fact found again in a cohort: the same patients, the same quantity, the test that the study used."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.published.facts import Fact
from iren_core.cohort import Cohort
from iren_core.errors import NotEstimable
from iren_core.stats import compare_counts, compare_groups, compare_pairs, compare_survival, correlate
from iren_core.stats.describe import describe
from iren_core.stats.proportions import clopper_pearson
from iren_core.stats.summaries import Moments, mean_interval, median_interval

#: The two groups that the study sets against one another, by field.
_PAIRS = {
    "arm": ("combination", "corticosteroid"),
    "diagnosis": ("SJS", "TEN"),
    "outcome": ("healed", "died"),
}
_ADVERSE_EVENTS = ("dic", "gi_bleeding", "respiratory_failure", "infection")
_HIGHER_IN_THE_DECEASED = ("ferritin_ng_ml", "il6_pg_ml", "tnfa_pg_ml")
_LOWER_IN_THE_DECEASED = ("cd3_cells_ul", "cd4_cells_ul", "cd8_cells_ul", "nk_cells_ul")

#: How ``stats`` is asked for each Mann-Whitney p of the study.
_RANK_TESTS = {
    "mann-whitney": {"test": "mann-whitney"},
    "mann-whitney spss": {"test": "mann-whitney", "variant": "spss"},
    "mann-whitney asymptotic": {"test": "mann-whitney", "variant": "asymptotic"},
}


@dataclass(frozen=True)
class Found:
    """What a cohort gives for one fact.

    n : patients that entered
    numbers : in the order of the printed ones, percentages from 0 to 100; empty where only a p is printed
    low, high : 95% interval of the first number (of the percentage, for a count); NaN where there is none
    p_value, method : of the test; NaN and "" where none was made
    """

    n: int
    numbers: tuple[float, ...] = ()
    low: float = math.nan
    high: float = math.nan
    p_value: float = math.nan
    method: str = ""


def recompute(fact: Fact, cohort: Cohort) -> Found:
    """The fact in this cohort.

    Raises
    ------
    FieldMissing
        when the cohort lacks a field.
    NotEstimable
        when it holds no such patient, or too few for the test.
    """
    found = _BY_KIND[fact.kind](fact, cohort)
    if not found.n:
        raise NotEstimable(
            f"“{fact.quantity}” was to be found again.",
            "No patient of that kind has it.",
            "Widen the filters.",
        )
    return found


def patients_of(fact: Fact, cohort: Cohort, *, but: str = "") -> pd.DataFrame:
    """The patients of whom the fact speaks; the condition on the field ``but`` is left out."""
    conditions = {"diagnosis": fact.diagnosis, "arm": fact.arm, "outcome": fact.outcome}
    keep = np.ones(len(cohort), dtype=bool)
    for field, category in conditions.items():
        if category and field != but:
            keep &= (cohort.column(field) == category).to_numpy(dtype=bool)
    return cohort.frame[keep]


def _count(fact: Fact, cohort: Cohort) -> Found:
    frame = patients_of(fact, cohort)
    if fact.field:
        cohort.column(fact.field)
        values = frame[fact.field].dropna()
        counted = int(_written(values).str.startswith(fact.category).sum())
    else:
        values, counted = frame, len(frame)
    if not len(values):
        return Found(0)
    limits = clopper_pearson(counted, len(values))
    shares = (100 * counted / len(values),) if len(fact.numbers) == 3 else ()
    return Found(len(values), (counted, len(values), *shares), 100 * limits.low, 100 * limits.high)


def _written(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.BooleanDtype):
        return values.map({True: "yes", False: "no"}).astype(str)
    return values.astype(str)


def _average(fact: Fact, cohort: Cohort) -> Found:
    cohort.column(fact.field)
    values = patients_of(fact, cohort)[fact.field]
    one = describe(values)
    if one.n == 0:
        return Found(0)
    is_mean = fact.kind.startswith("mean")
    limits = mean_interval(Moments(one.mean, one.sd, one.n)) if is_mean else median_interval(values)
    numbers = (one.mean, one.sd) if is_mean else (one.median, one.q1, one.q3)
    p_value, method = _p(fact, cohort) if fact.test else (math.nan, "")
    return Found(one.n, numbers[: len(fact.numbers)], *limits, p_value, method)


def _only_p(fact: Fact, cohort: Cohort) -> Found:
    p_value, method = _p(fact, cohort)
    return Found(int(_compared(fact, cohort)[fact.field].notna().sum()), (), p_value=p_value, method=method)


def _compared(fact: Fact, cohort: Cohort) -> pd.DataFrame:
    """The patients of both groups that a test compares."""
    cohort.column(fact.groups)
    frame = patients_of(fact, cohort, but=fact.groups)
    return frame[frame[fact.groups].isin(_PAIRS[fact.groups])]


def _p(fact: Fact, cohort: Cohort) -> tuple[float, str]:
    cohort.column(fact.field)
    frame = _compared(fact, cohort)
    groups = frame[fact.groups].cat.remove_unused_categories()
    values = frame[fact.field]
    if fact.test in ("fisher", "chi-squared"):
        counts = compare_counts(pd.crosstab(values, groups), test=fact.test)
        return counts.p_value, counts.method
    if fact.test == "log-rank":
        known = values.notna()
        curves = compare_survival(values[known], np.ones(known.sum()), groups[known])
        return curves.p_value, curves.method
    if fact.test in _RANK_TESTS:
        ranks = compare_groups(values, groups, **_RANK_TESTS[fact.test])
        return ranks.p_value, ranks.method
    means = compare_groups(values, groups, test=fact.test)
    return means.p_value, means.method


def _correlation(fact: Fact, cohort: Cohort) -> Found:
    for field in ("reepithelization_days", fact.field):
        cohort.column(field)
    frame = patients_of(fact, cohort)
    one = correlate(frame["reepithelization_days"], frame[fact.field], method=fact.test)
    return Found(one.n, (one.estimate,), one.low, one.high, one.p_value, one.method)


def _change(fact: Fact, cohort: Cohort) -> Found:
    marker = next(marker for marker in schema.MARKERS if marker.key == fact.field)
    for field in (marker.acute, marker.recovery):
        cohort.column(field)
    frame = patients_of(fact, cohort)
    pairs = compare_pairs(frame[marker.acute], frame[marker.recovery], test=fact.test)
    return Found(pairs.n_pairs, (pairs.estimate,), pairs.low, pairs.high, pairs.p_value, pairs.method)


def _pattern(fact: Fact, cohort: Cohort) -> Found:
    """How many of the statements on the deceased hold: medians of both phases, shares with an adverse event."""
    outcome = cohort.column("outcome")
    signs = {
        **dict.fromkeys(_phases(_HIGHER_IN_THE_DECEASED), 1),
        **dict.fromkeys(_phases(_LOWER_IN_THE_DECEASED), -1),
        **dict.fromkeys(_ADVERSE_EVENTS, 1),
    }
    holds = []
    for field, sign in signs.items():
        values = cohort.column(field).astype(float)
        centre = np.nanmean if field in _ADVERSE_EVENTS else np.nanmedian
        died, healed = (values[outcome == fate].dropna() for fate in ("died", "healed"))
        if died.empty or healed.empty:
            raise NotEstimable(
                "The deceased were to be compared with the healed.", f"Of one group no {field} is known.", ""
            )
        holds.append(sign * (centre(died) - centre(healed)) > 0)
    return Found(int((outcome == "died").sum()), (sum(holds), len(holds)))


def _phases(markers: tuple[str, ...]) -> list[str]:
    return [f"{marker}_{phase}" for marker in markers for phase in ("acute", "recovery")]


_BY_KIND: dict[str, Callable[[Fact, Cohort], Found]] = {
    "count": _count,
    "mean": _average,
    "mean_sd": _average,
    "median": _average,
    "median_iqr": _average,
    "p": _only_p,
    "r": _correlation,
    "change": _change,
    "pattern": _pattern,
}
