"""One row a patient, as in the study's Supplementary Tables 1 to 3, with columns to choose and words to search."""

from __future__ import annotations

import pandas as pd

from iren_core import schema
from iren_core.analyses.subgroups import YES_NO
from iren_core.cohort import Cohort

#: What the study's supplementary tables list: who the patients were, how ill and how treated, what became of them.
COLUMN_SETS: dict[str, tuple[str, ...]] = {
    "Patient and tumour": (
        "patient_id", "sex", "age_years", "bmi", "malignancy_type", "tumor_stage", "ici_drug", "ici_class",
        "ici_cycles", "latency_days", "concurrent_treatment", "diagnosis", "arm",
    ),
    "Findings and treatment": (
        "patient_id", "diagnosis", "arm", "fever", "peak_temp_c", "mucositis", "mucosal_sites_n", "erythema_bsa_pct",
        "detachment_bsa_pct", "scorten", "predicted_mortality_pct", "tnfi_drug", "tnfi_start_day",
        "prednisone_eq_mg_day", "prednisone_eq_mg_kg_day", "ivig_cumulative_g_kg",
    ),
    "Outcome": (
        "patient_id", "diagnosis", "arm", "reepithelization_days", "steroid_duration_days", "cumulative_prednisone_mg",
        "outcome", "death_day", "death_cause", "infection", "infection_onset_day", "infection_pathogen", "dic",
        "gi_bleeding", "respiratory_failure", "hospital_days", "followup_days",
    ),
}  # fmt: skip


def listable(cohort: Cohort) -> tuple[str, ...]:
    """Fields that hold at least one value in this cohort, in the order of the data dictionary."""
    return tuple(name for name in cohort.frame.columns if cohort.frame[name].notna().any())


def columns_of(cohort: Cohort, name: str) -> tuple[str, ...]:
    """The fields of one of ``COLUMN_SETS`` that this cohort holds."""
    offered = set(listable(cohort))
    return tuple(field for field in COLUMN_SETS[name] if field in offered)


def listing(cohort: Cohort, fields: tuple[str, ...]) -> pd.DataFrame:
    """The selected patients, index = row in the file, columns labelled with their units.

    Numbers stay numbers, so that they sort as such; yes/no fields and categories are in words, dates are dates.

    Raises
    ------
    EmptySelection
        when the filters leave no patient.
    FieldMissing
        when a field is unknown.
    """
    cohort.require_patients()
    columns = {
        schema.field(name).label_with_unit: _readable(cohort.frame[name], name)
        for name in fields
        if name in cohort.frame
    }
    return pd.DataFrame(columns, index=cohort.frame.index)


def search(rows: pd.DataFrame, words: str) -> pd.DataFrame:
    """The rows that hold every one of the words, each in any of the columns shown; upper and lower case are one.

    >>> search(pd.DataFrame({"Sex": ["female", "male"], "Age": [63, 58]}), "MALE 63")["Age"].tolist()
    [63]
    """
    wanted = words.casefold().split()
    cells = (" ".join(row).casefold() for row in rows.astype(str).itertuples(index=False, name=None))
    return rows[[all(word in text for word in wanted) for text in cells]]


def _readable(values: pd.Series, name: str) -> pd.Series:
    kind = schema.field(name).kind
    if kind == "flag":
        return values.map(YES_NO).astype(object).where(values.notna(), None)
    if kind == "category":
        return (
            values.map(lambda value: schema.category_label(name, value))
            .astype(object)
            .where(values.notna(), None)
        )
    return values.dt.date.where(values.notna(), None) if kind == "date" else values
