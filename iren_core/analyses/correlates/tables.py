"""The tables of the correlates card."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iren_core.analyses.correlates.associations import METHOD_LABELS, Association, Ranked, Result
from iren_core.analyses.correlates.picture import short
from iren_core.analyses.timing import is_known_early
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.correlation import Correlation
from iren_core.wording import p_value, significant


def pairs(result: Result) -> Table:
    """The chosen pairs, one row each."""
    return Table(
        "pairs",
        f"Correlation with {result.against.label.lower()}",
        pd.DataFrame([_pair_shown(one, len(result.y)) for one in result.associations]),
        pd.DataFrame(
            [_numbers(one.variable.label_with_unit, one.correlation) for one in result.associations]
        ),
        note="Coefficients run from −1 to 1; 0 is no correlation. Values known only to lie beyond an assay's limit "
        "are left out.",
    )


def _pair_shown(one: Association, n: int) -> dict[str, str]:
    row = {"Variable": one.variable.label_with_unit}
    if isinstance(one.correlation, CohortError):
        return row | {"Patients": "", "Correlation": "", "Test": f"not tested: {one.correlation.found}"}
    return row | {
        "Patients": f"{one.correlation.n} of {n}",
        "Correlation": short(one.correlation),
        "Test": f"{one.correlation.method}, {p_value(one.correlation.p_value)}",
    }


def _numbers(name: str, one: Correlation | CohortError, **more: object) -> dict[str, object]:
    row = {"variable": name, **more}
    if isinstance(one, CohortError):
        return row | {"test": str(one)}
    return row | {
        "n": one.n,
        "missing": one.n_missing,
        "coefficient": one.effect,
        "estimate": one.estimate,
        "low": one.low,
        "high": one.high,
        "test": one.method,
        "statistic": one.statistic,
        "df": one.df,
        "p_value": one.p_value,
    }


def choices(result: Result) -> Table:
    """What every measure gives, and what becomes of it when the dead count as the slowest."""
    rows = [(one.variable.label_with_unit, dict(_choices(one))) for one in result.associations]
    return Table(
        "choices",
        "What other choices give",
        pd.DataFrame(
            [{"Variable": name, **{key: _brief(r) for key, r in row.items()}} for name, row in rows]
        ),
        pd.DataFrame([_numbers(name, r, choice=key) for name, row in rows for key, r in row.items()]),
        note="Pearson asks how close the points lie to a straight line, Spearman and Kendall whether one number rises "
        "with the other at all.",
    )


def _choices(one: Association) -> list[tuple[str, Correlation | CohortError]]:
    measures: list[tuple[str, Correlation | CohortError]] = [
        (METHOD_LABELS[method], r) for method, r in one.each_method.items()
    ]
    deaths = [("Spearman, deaths ranked slowest", one.deaths_last)] if one.deaths_last is not None else []
    return [*measures, *deaths]


def _brief(one: Correlation | CohortError) -> str:
    if isinstance(one, CohortError):
        return f"not tested: {one.found}"
    return f"{short(one).partition(' = ')[2]}, {p_value(one.p_value)}, n = {one.n}"


def by_group(result: Result) -> Table:
    """The same correlations within each group: one across groups may come from the groups alone."""
    rows = [(one.variable.label_with_unit, dict(one.by_group)) for one in result.associations if one.by_group]
    return Table(
        "by_group",
        "Within each group",
        pd.DataFrame(
            [{"Variable": name, **{label: _brief(r) for label, r in row.items()}} for name, row in rows]
        ),
        pd.DataFrame([_numbers(name, r, group=label) for name, row in rows for label, r in row.items()]),
        note="A correlation among all patients may only reflect that groups differ in both numbers; then it is "
        "weaker within each group.",
    )


def ranking(result: Result) -> Table:
    """Every field of numbers against the outcome, the smallest p first."""
    left_out = ", ".join(field.label for field in result.not_ranked)
    return Table(
        "ranking",
        f"All fields against {result.against.label.lower()}, by p-value",
        pd.DataFrame([_ranked_shown(one) for one in result.ranking]),
        pd.DataFrame(
            [
                _numbers(one.variable.label_with_unit, one.correlation, p_adjusted=one.p_adjusted)
                for one in result.ranking
            ]
        ),
        note="Adjusted p: Benjamini and Hochberg, over all rows; of rows with an adjusted p below 0.05 about one in "
        "twenty is expected to be false. Later: known only after treatment began, so it cannot foretell the outcome."
        + (f" Not ranked for want of patients or variation: {left_out}." if left_out else ""),
    )


def _ranked_shown(one: Ranked) -> dict[str, str]:
    return {
        "Field": one.variable.label_with_unit,
        "Known": "early" if is_known_early(one.variable.name) else "later",
        "Patients": str(one.correlation.n),
        "Correlation": short(one.correlation),
        "p": _bare_p(one.correlation.p_value),
        "Adjusted p": _bare_p(one.p_adjusted),
    }


def _bare_p(p: float) -> str:
    """A p for a column that says p at its top."""
    return p_value(p).removeprefix("p ").removeprefix("= ")


def points(result: Result) -> Table:
    """Every point of the picture."""
    columns: dict[str, object] = {"patient": result.patients, "group": result.labels.astype(str)}
    columns[result.against.name] = result.y
    columns |= {one.variable.name: one.x for one in result.associations}
    columns["died without a value"] = np.where(result.died, "yes", "no")
    values = pd.DataFrame(columns)
    shown = values.copy()
    for field in (result.against, *(one.variable for one in result.associations)):
        shown[field.name] = shown[field.name].map(significant)
        shown = shown.rename(columns={field.name: field.label_with_unit})
    names = {name: name.capitalize() for name in ("patient", "group", "died without a value")}
    return Table("points", "Every point", shown.rename(columns=names).astype(str), values, behind=True)


def of(result: Result) -> tuple[Table, ...]:
    """All tables of the card; the one by group only where there are groups."""
    made = (pairs(result), choices(result), by_group(result), ranking(result), points(result))
    return tuple(table for table in made if not table.shown.empty)
