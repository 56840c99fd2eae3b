"""The sheet of one patient: course, laboratory values, SCORTEN item by item, everything else, and open queries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.patients.course import Event, course
from iren_core.analyses.scorten_items import ITEMS, Scores, score_items
from iren_core.analyses.subgroups import YES_NO, narrowed
from iren_core.cohort import Cohort
from iren_core.errors import EmptySelection
from iren_core.stats.mortality import scorten_risk
from iren_core.stats.scorten import CUT_OFFS
from iren_core.wording import UNKNOWN, number, percent, significant

#: When each item of SCORTEN scores, in words.
_SCORES_WHEN = {
    "age_years": f"at least {CUT_OFFS['age_years']}",
    "malignancy": "present",
    "heart_rate_bpm": f"at least {CUT_OFFS['heart_rate_bpm']}",
    "detachment_percent": f"at least {CUT_OFFS['detachment_percent']}",
    "urea_mmol_l": f"above {CUT_OFFS['urea_mmol_l']}",
    "glucose_mmol_l": f"above {CUT_OFFS['glucose_mmol_l']}",
    "bicarbonate_mmol_l": f"below {CUT_OFFS['bicarbonate_mmol_l']}",
}
_BLOOD = (
    "wbc", "neutrophils", "lymphocytes", "eosinophils", "hemoglobin_g_l", "platelets", "albumin_g_l", "alt_u_l",
    "creatinine_umol_l",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sheet:
    """One patient; every table holds words only and may be empty.

    name : as the file calls the patient
    summary : one sentence
    score : one sentence on SCORTEN: as recorded, from its items, and the predicted risk
    queries : what the query list says about this row
    """

    name: str
    summary: str
    events: tuple[Event, ...]
    markers: pd.DataFrame
    blood: pd.DataFrame
    items: pd.DataFrame
    score: str
    everything: pd.DataFrame
    queries: pd.DataFrame


def names_by_row(cohort: Cohort) -> dict[int, str]:
    """The selected patients by their row in the file; a name that occurs twice, or is missing, gets its row added."""
    ids = cohort.frame["patient_id"]
    unclear = ids.duplicated(keep=False) | ids.isna()
    return {
        row: f"{'' if pd.isna(name) else name} (row {row})".strip() if unclear[row] else str(name)
        for row, name in ids.items()
    }


def sheet(cohort: Cohort, row: int) -> Sheet:
    """The patient in this row of the file.

    Raises
    ------
    EmptySelection
        when the selection does not hold that row.
    """
    if row not in cohort.frame.index:
        raise EmptySelection(
            "One patient was to be shown.",
            "The filters have left this patient out.",
            "Choose another, or widen them.",
        )
    patient = cohort.frame.loc[row]
    scores = score_items(narrowed(cohort, cohort.frame.index == row), ">=")
    limits = _limits(cohort, row)
    return Sheet(
        name=names_by_row(cohort)[row],
        summary=_summary(patient),
        events=course(patient),
        markers=_markers(patient, limits),
        blood=_rows(patient, limits, _BLOOD),
        items=_items(patient, scores),
        score=_score(scores),
        everything=_rows(patient, limits, tuple(cohort.frame.columns)),
        queries=_queries(cohort, row),
    )


def written(name: str, value: object) -> str:
    """A value as a reader sees it, without its unit; a dash where it is missing.

    >>> written("fever", True), written("arm", "corticosteroid"), written("bmi", 28.1), written("bmi", float("nan"))
    ('yes', 'Corticosteroids alone', '28.1', '–')
    """
    if value is None or pd.isna(value):
        return UNKNOWN
    kind = schema.field(name).kind
    if kind == "flag":
        return YES_NO[bool(value)]
    if kind == "category":
        return schema.category_label(name, str(value))
    if kind == "date":
        return f"{value:%Y-%m-%d}"
    return significant(float(value), 6) if isinstance(value, int | float) else str(value)


def _limits(cohort: Cohort, row: int) -> dict[str, str]:
    """Values of this patient known only as a limit, by field: "<1.5"."""
    own = cohort.limits[cohort.limits["row"] == row]
    return {field: f"{sign}{bound:g}" for field, sign, bound in own[["field", "sign", "bound"]].to_numpy()}


def _summary(patient: pd.Series) -> str:
    age = patient.get("age_years")
    who = [
        written("sex", patient.get("sex")),
        f"{number(age)} years" if age is not None and not pd.isna(age) else "",
        *(written(name, patient.get(name)) for name in ("diagnosis", "arm", "outcome")),
    ]
    return ", ".join(part for part in who if part not in ("", UNKNOWN))


def _markers(patient: pd.Series, limits: dict[str, str]) -> pd.DataFrame:
    rows = []
    for marker in schema.MARKERS:
        acute, recovery = (_shown(patient, limits, name) for name in (marker.acute, marker.recovery))
        if (acute, recovery) != (UNKNOWN, UNKNOWN):
            change = _change(patient.get(marker.acute), patient.get(marker.recovery))
            name = f"{marker.label} ({marker.unit})"
            rows.append({"Marker": name, "Acute": acute, "Recovery": recovery, "Change": change})
    return pd.DataFrame(rows)


def _change(acute: object, recovery: object) -> str:
    if acute is None or recovery is None or pd.isna(acute) or pd.isna(recovery):
        return UNKNOWN
    change = float(f"{float(recovery) - float(acute):.10g}")  # type: ignore[arg-type] # 0.1 + 0.2 is 0.3 to a reader
    return f"+{significant(change, 6)}" if change > 0 else significant(change, 6)


def _shown(patient: pd.Series, limits: dict[str, str], name: str) -> str:
    return limits.get(name) or written(name, patient.get(name))


def _rows(patient: pd.Series, limits: dict[str, str], names: tuple[str, ...]) -> pd.DataFrame:
    shown = {name: _shown(patient, limits, name) for name in names}
    return pd.DataFrame(
        [
            {"Field": schema.field(name).label_with_unit, "Value": value}
            for name, value in shown.items()
            if value != UNKNOWN
        ]
    )


def _items(patient: pd.Series, scores: Scores) -> pd.DataFrame:
    rows = [
        {
            "Item": schema.field(item.measured).label_with_unit,
            "Scores when": _SCORES_WHEN[item.name],
            "Measured": written(item.measured, patient.get(item.measured)),
            "Point": _point(item.name, scores),
        }
        for item in ITEMS
    ]
    known = any(row["Point"] != _NOT_RECORDED for row in rows)
    return pd.DataFrame(rows if known else [])


_NOT_RECORDED = "not recorded"


def _point(name: str, scores: Scores) -> str:
    point = scores.points[name][0]
    if np.isnan(point):
        return _NOT_RECORDED
    recorded = f" (recorded: {YES_NO[point == 0]})" if scores.disagree[name][0] else ""
    return f"{number(point)}{recorded}"


def _score(scores: Scores) -> str:
    items = scores.items
    least, most, missing = (number(part[0]) for part in (items.low, items.high, items.n_missing_items))
    known = items.n_missing_items[0] < len(ITEMS)
    total = least if least == most else f"{least} to {most}, {missing} are not recorded"
    by_items = f"Its items add up to {total}." if known else ""
    recorded = scores.in_file[0]
    if np.isnan(recorded):
        return f"SCORTEN is not recorded. {by_items}".strip()
    risk = float(scorten_risk([recorded]).item())
    parts = [f"SCORTEN {number(recorded)} is recorded: predicted mortality {percent(risk)}.", by_items]
    if known and scores.mismatched[0]:
        parts.append("The two do not agree: look them up.")
    return " ".join(part for part in parts if part)


def _queries(cohort: Cohort, row: int) -> pd.DataFrame:
    own = cohort.problems[cohort.problems["row"] == row]
    names = {"column": "Column", "value": "Value", "problem": "What is odd", "advice": "What to do"}
    return own[list(names)].rename(columns=names).fillna("").astype(str)
