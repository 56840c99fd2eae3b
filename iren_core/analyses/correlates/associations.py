"""Pairs of numbers: how strongly they go together, under each measure, within each group, and among all fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.subgroups import group_of
from iren_core.analyses.timing import number_fields
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing, NotEstimable
from iren_core.stats import correlate
from iren_core.stats.correlation import Correlation
from iren_core.stats.fitted_lines import FittedLine, monotone_line, straight_line
from iren_core.stats.multiplicity import adjust_p

Method = Literal["study", "auto", "pearson", "spearman", "kendall"]
METHODS: tuple[Method, ...] = get_args(Method)
METHOD_LABELS: dict[Method, str] = {
    "study": "As in the study",
    "auto": "Chosen by the data",
    "pearson": "Pearson (straight line)",
    "spearman": "Spearman (ranks)",
    "kendall": "Kendall (ranks)",
}
#: The measures by name, without the two rules that pick one.
MEASURES: tuple[Method, ...] = ("pearson", "spearman", "kendall")
#: The outcome of the study's Figure 4.
OUTCOME_FIRST = "reepithelization_days"
MOST_VARIABLES = 4

DIED_UNHEALED = "Died unhealed"
DIED_WITHOUT = "Died without a value"
NO_GROUP = "Group not recorded"


@dataclass(frozen=True)
class Settings:
    """What the reader chooses; the defaults reproduce the study's Figure 4.

    against : field on the upright axis of every panel
    variables : one to four fields, each across a panel of its own
    method : the measure; "study" takes Pearson's for body mass index and Spearman's for all else, as Figure 4 does,
        "auto" decides by the normality of both numbers
    group : field whose categories are told apart by colour and correlated on their own; ``None`` for none
    """

    against: str = OUTCOME_FIRST
    variables: tuple[str, ...] = ("bmi", "detachment_bsa_pct", "il6_pg_ml_acute", "tnfa_pg_ml_acute")
    method: Method = "study"
    group: str | None = "arm"


@dataclass(frozen=True, eq=False)
class Association:
    """One variable against the outcome.

    x : the variable, one entry a patient of ``Result``, NaN where missing
    correlation, each_method, by_group : or the error that says why there is none
    deaths_last : Spearman's correlation when patients who died unhealed rank as the slowest; ``None`` when the
        outcome is not the healing time, or none of them has the variable
    line : straight for Pearson, one that keeps its direction for ranks; ``None`` without a correlation
    """

    variable: schema.Field
    x: np.ndarray
    correlation: Correlation | CohortError
    each_method: dict[Method, Correlation | CohortError]
    deaths_last: Correlation | CohortError | None
    by_group: tuple[tuple[str, Correlation | CohortError], ...]
    line: FittedLine | None


@dataclass(frozen=True, eq=False)
class Ranked:
    """One field of the cohort against the outcome; ``p_adjusted`` by Benjamini and Hochberg over all of them."""

    variable: schema.Field
    correlation: Correlation
    p_adjusted: float


@dataclass(frozen=True, eq=False)
class Result:
    """The chosen pairs, and all fields in order of their p.

    patients, y, labels : identifiers, outcome (NaN where missing) and group of every selected patient
    died : who died without a value of the outcome
    not_ranked : fields without a correlation, too few patients or no variation
    """

    settings: Settings
    against: schema.Field
    patients: tuple[str, ...]
    y: np.ndarray
    died: np.ndarray
    labels: pd.Categorical
    associations: tuple[Association, ...]
    ranking: tuple[Ranked, ...]
    not_ranked: tuple[schema.Field, ...]


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Correlations with one outcome.

    Raises
    ------
    FieldMissing
        when the cohort has no value of the outcome, or of any chosen variable, or one of them is no number.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    y = _values(cohort, settings.against)
    variables = _present(cohort, settings)
    died = _died(cohort) & np.isnan(y)
    labels = _labels(cohort, settings.group)
    ranking, not_ranked = _rank(cohort, y, settings)
    return Result(
        settings=settings,
        against=schema.field(settings.against),
        patients=tuple(cohort.frame["patient_id"].astype(str)),
        y=y,
        died=died,
        labels=labels,
        associations=tuple(
            _association(
                schema.field(name), _values(cohort, name), y, died=died, labels=labels, settings=settings
            )
            for name in variables
        ),
        ranking=ranking,
        not_ranked=not_ranked,
    )


def _values(cohort: Cohort, name: str) -> np.ndarray:
    known = schema.field(name)
    if not known.is_number:
        raise FieldMissing(
            f"“{known.label}” was to be correlated.",
            "It does not hold numbers.",
            "Choose a field of numbers.",
        )
    return cohort.column(name).to_numpy(dtype=float)


def _present(cohort: Cohort, settings: Settings) -> tuple[str, ...]:
    """The chosen variables that the cohort has; when it has none, the error of the first."""
    wanted = settings.variables[:MOST_VARIABLES]
    if not wanted or settings.against in wanted:
        raise NotEstimable(
            "A correlation needs two different fields.",
            "No field was chosen for the axis along the bottom."
            if not wanted
            else f"“{schema.field(settings.against).label}” was chosen for both axes.",
            "Choose another field.",
        )
    present = tuple(name for name in wanted if cohort.has(name))
    return present or (wanted[0],)


def _died(cohort: Cohort) -> np.ndarray:
    if "outcome" not in cohort.frame:
        return np.zeros(len(cohort), dtype=bool)
    return (cohort.frame["outcome"] == "died").to_numpy(dtype=bool)


def _labels(cohort: Cohort, group: str | None) -> pd.Categorical:
    if group is None or not cohort.has(group):
        return pd.Categorical(["All patients"] * len(cohort))
    labels = pd.Series(group_of(cohort, group))
    if labels.isna().any():
        labels = labels.cat.add_categories([NO_GROUP]).fillna(NO_GROUP)
    return labels.array


def _association(
    variable: schema.Field,
    x: np.ndarray,
    y: np.ndarray,
    *,
    died: np.ndarray,
    labels: pd.Categorical,
    settings: Settings,
) -> Association:
    method = _measure(settings.method, variable.name)
    correlation = _correlate(x, y, method)
    groups = labels.categories if len(labels.categories) > 1 else ()
    return Association(
        variable=variable,
        x=x,
        correlation=correlation,
        each_method={measure: _correlate(x, y, measure) for measure in MEASURES},
        deaths_last=_deaths_last(x, y, died) if settings.against == OUTCOME_FIRST else None,
        by_group=tuple(
            (label, _correlate(x[labels == label], y[labels == label], method)) for label in groups
        ),
        line=_line(x, y, correlation),
    )


def _measure(method: Method, name: str) -> Method:
    if method != "study":
        return method
    return "pearson" if name == "bmi" else "spearman"


def _correlate(x: np.ndarray, y: np.ndarray, method: Method) -> Correlation | CohortError:
    try:
        return correlate(x, y, method=method)
    except NotEstimable as error:
        return error


def _deaths_last(x: np.ndarray, y: np.ndarray, died: np.ndarray) -> Correlation | CohortError | None:
    """Patients who died unhealed share the last rank: they never healed, so no healing day can come after theirs."""
    if not np.any(died & ~np.isnan(x)):
        return None
    return _correlate(x, np.where(died, np.nanmax(y) + 1, y), "spearman")


def _line(x: np.ndarray, y: np.ndarray, correlation: Correlation | CohortError) -> FittedLine | None:
    if isinstance(correlation, CohortError):
        return None
    if is_pearson(correlation):
        return straight_line(x, y)
    return monotone_line(x, y, rising=correlation.estimate >= 0)


def is_pearson(correlation: Correlation) -> bool:
    """Whether the measure is about a straight line, not about ranks."""
    return correlation.effect == "Pearson's r"


def _rank(
    cohort: Cohort, y: np.ndarray, settings: Settings
) -> tuple[tuple[Ranked, ...], tuple[schema.Field, ...]]:
    names = [name for name in number_fields(cohort) if name != settings.against]
    every = {name: _correlate(_values(cohort, name), y, _measure(settings.method, name)) for name in names}
    known = [(name, one) for name, one in every.items() if not isinstance(one, CohortError)]
    adjusted = adjust_p([one.p_value for _, one in known], method="bh").tolist() if known else []
    ranked = [Ranked(schema.field(name), one, p) for (name, one), p in zip(known, adjusted, strict=True)]
    return tuple(sorted(ranked, key=lambda one: one.correlation.p_value)), _fields(
        set(names) - dict(known).keys()
    )


def _fields(names: Iterable[str]) -> tuple[schema.Field, ...]:
    return tuple(schema.field(name) for name in sorted(names))
