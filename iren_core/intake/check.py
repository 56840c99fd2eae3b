"""The query list: what contradicts itself in the file. Nothing is changed here, only asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from iren_core import schema
from iren_core.intake.derive import CLASSES_OF_1993, SCORTEN_ITEMS, Classes, diagnosis_of
from iren_core.intake.layout import NOTE, SUMMARY
from iren_core.intake.table import Problem
from iren_core.intake.values import as_text

#: A patient: field -> value, missing ones left out.
Patient = Mapping[str, Any]


class Doubt(NamedTuple):
    """What a rule found: the field in doubt, what is wrong, what to do."""

    field: str
    problem: str
    advice: str


Rule = Callable[[Patient, pd.Index], Iterator[Doubt]]

_LOOK_UP = "Look it up in the chart."
#: Dates in the order in which they must follow each other; those on one line may come in any order.
_DATE_ORDER = (
    ("date_ici_first",),
    ("date_ici_last",),
    ("date_onset",),
    ("date_admission",),
    ("date_healing", "date_discharge", "date_death", "date_last_followup"),
)
_COUNTS = ("cd3_cells_ul", "cd4_cells_ul", "cd8_cells_ul")


def check(
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    limited: Container[tuple[int, str]] = (),
    classes: Classes = CLASSES_OF_1993,
) -> list[Problem]:
    """Every contradiction within and between patients.

    Parameters
    ----------
    frame : canonical columns, index = the row in the reader's spreadsheet
    headers : field -> the column of the file that holds it
    limited : (row, field) of the cells that are empty only because their value is known as a limit
    classes : how the detached skin is divided into diagnoses
    """
    patients = _patients(frame)
    problems = []
    severity: Rule = partial(_severity, classes=classes)
    rules = (severity, *_RULES)
    for row, patient in patients.items():
        for rule in rules:
            for doubt in rule(patient, frame.columns):
                if (row, doubt.field) in limited:
                    continue
                column = headers.get(doubt.field, schema.field(doubt.field).label)
                value = as_text(patient.get(doubt.field))
                problems.append(Problem(row, column, value, doubt.problem, doubt.advice))
    problems.extend(_identities(patients, headers))
    return problems


def check_columns(frame: pd.DataFrame, headers: Mapping[str, str], header_row: int) -> list[Problem]:
    """What is doubtful about a whole column: percentages for counts, fractions for percentages, names."""
    return [
        Problem(header_row, headers.get(doubt.field, doubt.field), "", doubt.problem, doubt.advice)
        for doubt in (*_scales(frame), *_privacy(frame, headers))
    ]


def _patients(frame: pd.DataFrame) -> Mapping[int, Patient]:
    rows = frame.index.tolist()
    patients: dict[int, dict[str, Any]] = {row: {} for row in rows}
    for name, column in frame.items():
        for row, value, there in zip(rows, column.tolist(), column.notna().tolist(), strict=True):
            if there:
                patients[row][str(name)] = value
    return patients


# ---- one patient -------------------------------------------------------------------------------------


def _healing(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    day, outcome = p.get("reepithelization_days"), p.get("outcome")
    if outcome == "died" and day is not None and p.get("death_day", day) < day:
        problem = f"The patient died on day {p['death_day']:g} but is said to have healed on day {day:g}."
        yield Doubt("reepithelization_days", problem, _LOOK_UP)
    if outcome == "healed" and day is None and "reepithelization_days" in columns:
        yield Doubt("reepithelization_days", "The patient healed, but the day is lacking.", _LOOK_UP)
    if outcome == "not healed" and day is not None:
        problem = f"The patient is said not to have healed, but day {day:g} is given for it."
        yield Doubt("outcome", problem, _LOOK_UP)
    if p.get("healed") is False and outcome == "healed":
        yield Doubt("healed", "One column says that the patient healed, another denies it.", _LOOK_UP)
    if p.get("healed") is True and outcome == "not healed":
        yield Doubt("healed", "One column says that the patient healed, another denies it.", _LOOK_UP)


def _death(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    if p.get("outcome") == "died":
        if "death_day" not in p and "death_day" in columns:
            yield Doubt("death_day", "The patient died, but the day is lacking.", _LOOK_UP)
    elif p.get("outcome"):
        for name in ("death_day", "date_death"):
            if name in p:
                problem = f"A death is dated, but the outcome is “{p['outcome']}”."
                yield Doubt("outcome", problem, _LOOK_UP)


def _followup(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    end = p.get("followup_days")
    if end is None:
        return
    for name, what in (("reepithelization_days", "healed"), ("death_day", "died")):
        if p.get(name, end) > end:
            problem = f"The patient {what} on day {p[name]:g}, after the last follow-up on day {end:g}."
            yield Doubt("followup_days", problem, _LOOK_UP)


def _severity(p: Patient, _: pd.Index, classes: Classes) -> Iterator[Doubt]:
    share = p.get("detachment_bsa_pct")
    if share is not None and "diagnosis" in p:
        expected = diagnosis_of(share, classes)
        if expected != p["diagnosis"]:
            given = schema.category_label("diagnosis", p["diagnosis"])
            wanted = schema.category_label("diagnosis", expected or "")
            problem = f"{share:g} % of the skin is detached, which is {wanted}, but the diagnosis is {given}."
            yield Doubt("diagnosis", problem, "See whether the initial or the largest detachment is meant.")
    if share is not None and p.get("erythema_bsa_pct", share) < share:
        problem = f"More skin is detached ({share:g} %) than is red ({p['erythema_bsa_pct']:g} %)."
        yield Doubt("erythema_bsa_pct", problem, "Erythema is meant to include the detached skin.")


def _scorten(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    score = p.get("scorten")
    if score is None:
        return
    items = [p[name] for name in SCORTEN_ITEMS if name in p]
    met = sum(items)
    if len(items) == len(SCORTEN_ITEMS) and met != score:
        yield Doubt("scorten", f"SCORTEN is {score:g}, but {met} of its seven items are met.", _LOOK_UP)
    elif met > score:
        yield Doubt("scorten", f"SCORTEN is {score:g}, but {met} of its items are met.", _LOOK_UP)
    elif score == 0 and "malignancy_type" in p:
        yield Doubt("scorten", "SCORTEN is 0, but the malignancy alone gives 1.", _LOOK_UP)


def _treatment(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    if p.get("arm") == "corticosteroid" and "tnfi_drug" in p:
        problem = f"The patient is in the arm with corticosteroids alone, but {p['tnfi_drug']} is given."
        yield Doubt("arm", problem, _LOOK_UP)
    if p.get("arm") == "combination" and "tnfi_drug" not in p and "tnfi_drug" in columns:
        yield Doubt("tnfi_drug", "The patient had a TNF inhibitor, but which one is lacking.", _LOOK_UP)
    if p.get("ivig") is False and p.get("ivig_cumulative_g_kg", 0) > 0:
        yield Doubt("ivig", "No IVIG is recorded, but a dose of it is.", _LOOK_UP)
    if p.get("infection") is False and "infection_onset_day" in p:
        yield Doubt("infection", "No infection is recorded, but a day of it is.", _LOOK_UP)
    if p.get("mucositis") is False and p.get("mucosal_sites_n", 0) > 0:
        yield Doubt("mucositis", "No mucositis is recorded, but sites of it are.", _LOOK_UP)


def _markers(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    for marker in schema.MARKERS:
        if marker.recovery in p and marker.acute not in p and marker.acute in columns:
            problem = f"{marker.short} has a recovery value but no acute one, so the pair cannot be used."
            yield Doubt(marker.acute, problem, _LOOK_UP)
    for phase in ("acute", "recovery"):
        cd3, cd4, cd8 = (p.get(f"{count}_{phase}") for count in _COUNTS)
        if None not in (cd3, cd4, cd8) and cd4 + cd8 > 1.15 * cd3:  # type: ignore[operator]
            problem = f"CD4+ and CD8+ cells ({cd4 + cd8:g}) are more than all CD3+ cells ({cd3:g})."  # type: ignore[operator]
            yield Doubt(f"cd3_cells_ul_{phase}", problem, "See whether one of them is a percentage.")


def _dates(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    for earlier, later in combinations(_DATE_ORDER, 2):
        for first in earlier:
            for second in later:
                if first in p and second in p and p[first] > p[second]:
                    problem = f"{schema.field(first).label} ({as_text(p[first])}) lies after it."
                    yield Doubt(second, problem, _LOOK_UP)
    start = p.get("date_steroid_start")
    for name in ("date_healing", "date_death", "date_steroid_stop"):
        if start is not None and name in p and p[name] < start:
            yield Doubt(name, f"It lies before the first steroid dose ({as_text(start)}).", _LOOK_UP)


def _summaries(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    name = str(p.get("patient_id", ""))
    if SUMMARY.fullmatch(name) or NOTE.match(name):
        problem = "This row looks like a summary or a note; it was counted as a patient."
        yield Doubt("patient_id", problem, "Delete the row from the sheet if it is none.")


_RULES: tuple[Rule, ...] = (
    _healing,
    _death,
    _followup,
    _scorten,
    _treatment,
    _markers,
    _dates,
    _summaries,
)


# ---- all patients ------------------------------------------------------------------------------------


def _identities(patients: Mapping[int, Patient], headers: Mapping[str, str]) -> Iterator[Problem]:
    if "patient_id" not in headers:
        return
    rows: dict[str, list[int]] = defaultdict(list)
    for row, patient in patients.items():
        rows[str(patient["patient_id"])].append(row)
    for identity, same in rows.items():
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other) for other in same if other != row)
            yield Problem(
                row,
                headers["patient_id"],
                identity,
                f"The same patient number also stands in row {others}; each row was counted as a patient.",
                "Give every patient one row and a number of their own.",
            )


def _scales(frame: pd.DataFrame) -> Iterator[Doubt]:
    for name in frame:
        known = schema.field(str(name))
        if known.kind != "number" or known.unit not in ("cells/µL", "% BSA", "%"):
            continue
        values = frame[name].dropna()
        if len(values) < 4:
            continue
        if known.unit == "cells/µL" and values.max() <= 100:
            problem = "Every value lies between 0 and 100: these look like percentages, not counts per µL."
            yield Doubt(str(name), problem, "Give the absolute counts, or leave the column out.")
        elif known.unit != "cells/µL" and 0 < values.max() <= 1 and (values % 1 != 0).any():
            problem = "Every value lies between 0 and 1: these look like fractions, not percentages."
            yield Doubt(str(name), problem, "Give percentages (8 for 8 %).")


def _privacy(frame: pd.DataFrame, headers: Mapping[str, str]) -> Iterator[Doubt]:
    if "patient_id" not in headers:
        return
    texts = frame["patient_id"].astype(str)
    if (texts.str.fullmatch(r"[A-Za-z]{0,2}\d{7,}").mean()) > 0.5:
        yield Doubt(
            "patient_id", "The patient numbers look like hospital or identity numbers.", "Use study numbers."
        )
    elif (texts.str.fullmatch("[\u4e00-\u9fff]{2,4}").mean()) > 0.5:
        yield Doubt("patient_id", "The patient numbers look like names.", "Use study numbers.")
