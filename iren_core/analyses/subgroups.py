"""How a cohort is split: into panels that lie side by side, and into groups that are compared within a panel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.cohort import Cohort
from iren_core.errors import FieldMissing
from iren_core.figures.theme import Style, styles

#: More groups than this no longer read as a comparison.
MOST_GROUPS = 6

YES_NO = {False: "no", True: "yes"}


@dataclass(frozen=True, eq=False)
class Subgroup:
    """Patients that fill one panel: a title and the cohort narrowed to them."""

    title: str
    cohort: Cohort


def grouping_fields(cohort: Cohort) -> tuple[str, ...]:
    """Fields that can split this cohort: categories and yes/no fields with two to six values present."""
    kinds = ("category", "flag")
    return tuple(
        name
        for name in cohort.frame.columns
        if schema.field(name).kind in kinds and 2 <= cohort.frame[name].nunique() <= MOST_GROUPS
    )


def cut_fields(cohort: Cohort) -> tuple[str, ...]:
    """Fields of numbers that can split this cohort in two at a value: those with two or more values present."""
    kinds = ("number", "integer")
    return tuple(
        name
        for name in cohort.frame.columns
        if schema.field(name).kind in kinds and _narrows(cohort.frame[name], schema.field(name).kind)
    )


def filter_fields(cohort: Cohort) -> tuple[str, ...]:
    """Fields by which patients can be narrowed: categories, yes/no fields and numbers with two or more values.

    Names, dates and free text are left out: a filter is part of a link, and nothing of one patient may be.
    """
    return tuple(
        name for name in cohort.frame.columns if _narrows(cohort.frame[name], schema.field(name).kind)
    )


def _narrows(values: pd.Series, kind: schema.Kind) -> bool:
    if kind in ("number", "integer"):
        return bool(values.min() < values.max())
    if kind not in ("flag", "category"):
        return False
    # A category that holds a different value for each patient would point at one person only.
    different = values.nunique()
    return different >= 2 and (kind == "flag" or different < values.count())


def group_of(cohort: Cohort, field: str) -> pd.Categorical:
    """The group of each patient by ``field``, labelled for a reader; only groups that occur are categories.

    Raises
    ------
    FieldMissing
        when the cohort lacks the field, or it is a number that is not cut, a date or free text.
    """
    values = cohort.column(field)
    known = schema.field(field)
    if known.kind == "flag":
        labels = values.map(YES_NO).astype(pd.CategoricalDtype(["no", "yes"]))
    elif known.kind == "category":
        labels = values.astype("category").cat.rename_categories(
            {
                category: schema.category_label(field, category)
                for category in values.astype("category").cat.categories
            }
        )
    else:
        raise FieldMissing(
            f"Patients were to be grouped by “{known.label}”.",
            "It holds numbers, dates or free text, not categories.",
            "Choose a field with categories, such as treatment arm, or cut a number in two, such as age_years>=60.",
        )
    return labels.cat.remove_unused_categories().array


def subgroups(cohort: Cohort, field: str | None) -> tuple[Subgroup, ...]:
    """The whole cohort, then one subgroup per category of ``field`` that occurs.

    A field that is absent, or of which only one category is left, gives a single panel: nothing to set beside it.
    """
    whole = Subgroup("Selected patients" if cohort.selection else "All patients", cohort)
    if field is None or not cohort.has(field):
        return (whole,)
    group = group_of(cohort, field)
    if len(group.categories) == 1 and not np.any(group.isna()):
        return (Subgroup(group.categories[0], cohort),)
    return (whole, *(Subgroup(label, narrowed(cohort, group == label)) for label in group.categories))


def narrowed(cohort: Cohort, keep: np.ndarray) -> Cohort:
    """The patients at the true positions of ``keep``; the words of the selection stay those of the reader."""
    return replace(cohort, frame=cohort.frame[keep])


def styles_by_label(cohort: Cohort, field: str) -> dict[str, Style]:
    """How each group is drawn, by its label; a category keeps its style whatever is filtered out beside it."""
    if schema.field(field).kind == "flag":
        return styles(field, ["no", "yes"])
    every = list(cohort.column(field).astype("category").cat.categories)
    return {schema.category_label(field, name): style for name, style in styles(field, every).items()}
