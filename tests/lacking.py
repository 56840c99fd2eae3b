"""Cohorts that a page must answer or turn away in words: public data sets, and edges of the sample."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas as pd

from iren_core import Cohort, read_cohort

ROOT = Path(__file__).parents[1]
PUBLIC = ROOT / "tests" / "reference" / "cohorts"
SAMPLE = ROOT / "sample_data" / "iren_cohort.csv"


def pbc() -> Cohort:
    """A time to death or transplant and a few laboratory values; a third of the patients without an arm."""
    return _public(
        "pbc.csv",
        {
            "id": "patient_id", "time": "followup_days", "status": "outcome", "trt": "arm", "age": "age_years",
            "sex": "sex", "albumin": "albumin_g_l", "platelet": "platelets", "ast": "alt_u_l",
        },
        {
            "outcome": {"0": "not healed", "1": "healed", "2": "died"},
            "arm": {"1": "D-penicillamine", "2": "Placebo"},
        },
    )  # fmt: skip


def blood_storage() -> Cohort:
    """A time to an event in three arms; nobody's death is recorded, and no laboratory value."""
    return _public(
        "blood_storage.csv",
        {
            "TimeToRecurrence": "reepithelization_days", "RBC.Age.Group": "arm", "Age": "age_years",
            "Recurrence": "healed", "AA": "infection",
        },
        {
            "arm": {"1": "Younger", "2": "Middle", "3": "Older"},
            "healed": {"0": "no", "1": "yes"},
            "infection": {"0": "no", "1": "yes"},
        },
    )  # fmt: skip


def licorice_gargle() -> Cohort:
    """A score before and after in two arms; no time to anything."""
    return _public(
        "licorice_gargle.csv",
        {
            "treat": "arm", "preOp_calcBMI": "bmi", "preOp_age": "age_years", "preOp_gender": "sex",
            "pacu30min_throatPain": "il6_pg_ml_acute", "pod1am_throatPain": "il6_pg_ml_recovery",
        },
        {"arm": {"0": "Sugar water", "1": "Licorice"}, "sex": {"0": "male", "1": "female"}},
    )  # fmt: skip


def _public(name: str, mapping: dict[str, str], codings: dict[str, dict[str, str]]) -> Cohort:
    data = (PUBLIC / name).read_bytes()
    columns = pd.read_csv(BytesIO(data), nrows=0).columns
    return read_cohort(
        data, name, mapping={column: mapping.get(column) for column in columns}, codings=codings
    )


def edge(keep: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[], Cohort]:
    """A cohort from some rows of the sample file, by the road that every file takes."""

    def build() -> Cohort:
        rows = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
        return read_cohort(keep(rows).to_csv(index=False).encode(), "edge.csv")

    return build


COHORTS: dict[str, Callable[[], Cohort]] = {
    "pbc": pbc,
    "blood storage": blood_storage,
    "licorice gargle": licorice_gargle,
    "one patient": edge(lambda rows: rows.head(1)),
    "two patients": edge(lambda rows: rows.head(2)),
    "one arm": edge(lambda rows: rows[rows["arm"] == rows["arm"].iloc[0]]),
    "nobody dead": edge(lambda rows: rows[rows["outcome"] != "died"]),
    "everybody dead": edge(lambda rows: rows[rows["outcome"] == "died"]),
    "patients without any value": edge(
        lambda rows: rows.assign(**{name: "" for name in rows if name not in ("patient_id", "arm")})
    ),
}
