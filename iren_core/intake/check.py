"""The query list: what contradicts itself in the file. Nothing is changed here, only asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import Any

import pandas as pd

from iren_core import schema
from iren_core.intake.derive import CLASSES_OF_1993, Classes
from iren_core.intake.rules import Doubt, Patient, doubts
from iren_core.intake.table import Problem
from iren_core.intake.values import as_text

#: A sentence on many rows names only the first of them.
_MOST_ROWS_NAMED = 10
#: Two rows with as many values that are all the same are probably one patient.
_FEWEST_VALUES_ALIKE = 8


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
    for row, patient in patients.items():
        for doubt in doubts(patient, frame.columns, classes):
            if (row, doubt.field) in limited:
                continue
            column = headers.get(doubt.field, schema.field(doubt.field).label)
            value = as_text(patient.get(doubt.field))
            problems.append(Problem(row, column, value, doubt.problem, doubt.advice, doubt.severity))
    problems.extend(_identities(patients, headers))
    problems.extend(_doubles(patients, headers))
    return problems


def check_columns(frame: pd.DataFrame, headers: Mapping[str, str], header_row: int) -> list[Problem]:
    """What is doubtful about a whole column: percentages for counts, fractions for percentages."""
    return [
        Problem(
            header_row, headers.get(doubt.field, doubt.field), "", doubt.problem, doubt.advice, doubt.severity
        )
        for doubt in _scales(frame)
    ]


def _patients(frame: pd.DataFrame) -> Mapping[int, Patient]:
    rows = frame.index.tolist()
    patients: dict[int, dict[str, Any]] = {row: {} for row in rows}
    for name, column in frame.items():
        for row, value, there in zip(rows, column.tolist(), column.notna().tolist(), strict=True):
            if there:
                patients[row][str(name)] = value
    return patients


# ---- all patients ------------------------------------------------------------------------------------


def _identities(patients: Mapping[int, Patient], headers: Mapping[str, str]) -> Iterator[Problem]:
    if "patient_id" not in headers:
        return
    rows: dict[str, list[int]] = defaultdict(list)
    for row, patient in patients.items():
        rows[str(patient["patient_id"])].append(row)
    for identity, same in rows.items():
        for row in same if len(same) > 1 else ():
            others = _others(row, same)
            yield Problem(
                row,
                headers["patient_id"],
                identity,
                f"The same patient number also stands in row {others}; each row was counted as a patient.",
                "Give every patient one row and a number of their own.",
            )


def _others(row: int, same: list[int]) -> str:
    """The other rows, the first few by number."""
    others = [str(other) for other in same if other != row]
    shown = ", ".join(others[:_MOST_ROWS_NAMED])
    return shown if len(others) <= _MOST_ROWS_NAMED else f"{shown} and {len(others) - _MOST_ROWS_NAMED} more"


def _doubles(patients: Mapping[int, Patient], headers: Mapping[str, str]) -> Iterator[Problem]:
    """Rows that agree in all that they hold, though they bear different patient numbers."""
    rows: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for row, patient in patients.items():
        values = tuple((name, value) for name, value in patient.items() if name != "patient_id")
        if len(values) >= _FEWEST_VALUES_ALIKE:
            rows[values].append(row)
    for same in rows.values():
        names = {patients[row]["patient_id"] for row in same}
        for row in same if len(names) == len(same) > 1 else ():
            others = _others(row, same)
            yield Problem(
                row,
                headers.get("patient_id", schema.field("patient_id").label),
                str(patients[row]["patient_id"]),
                f"Every value is the same as in row {others}: this may be one patient entered twice.",
                "Look both up in the chart, and delete one row if they are the same patient.",
                "warning",
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
            yield Doubt(str(name), problem, "Give the absolute counts, or leave the column out.", "warning")
        elif known.unit != "cells/µL" and 0 < values.max() <= 1 and (values % 1 != 0).any():
            problem = "Every value lies between 0 and 1: these look like fractions, not percentages."
            yield Doubt(str(name), problem, "Give percentages (8 for 8 %).", "warning")
