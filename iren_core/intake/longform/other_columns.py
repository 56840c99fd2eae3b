"""The columns of such a table that hold no measurement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from iren_core.intake.identity import identity
from iren_core.intake.longform.form import (
    LongForm,
)
from iren_core.intake.longform.recognise import phases_of
from iren_core.intake.longform.samples import (
    cells_at,
    days_of,
    patients_of,
)
from iren_core.intake.match import field_called
from iren_core.intake.table import RawTable
from iren_core.intake.values import (
    as_text,
    is_missing,
)

#: What a patient came to.
_AT_THE_END = frozenset(
    {
        *(
            "outcome",
            "healed",
            "reepithelization_days",
            "date_healing",
            "death_day",
            "date_death",
            "death_cause",
        ),
        *("followup_days", "date_last_followup", "hospital_days", "date_discharge", "steroid_duration_days"),
        *("date_steroid_stop", "cumulative_prednisone_mg"),
    }
)


def first_rows(table: RawTable, form: LongForm) -> tuple[dict[str, Any], dict[str, int]]:
    """Each patient's number as the list writes it first, and the row where it does."""
    ids: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for cell, row in zip(patients_of(table, form), table.rows.tolist(), strict=True):
        if not is_missing(cell):
            ids.setdefault(identity(cell), cell)
            rows.setdefault(identity(cell), row)
    return ids, rows


def constant_columns(
    table: RawTable, form: LongForm, ids: Mapping[str, Any], said: list[str]
) -> dict[str, list[Any]]:
    """Further columns that say the same in every row of a patient (sex, age); of the others it is said that they go."""
    taken = {form.patient, form.marker, form.value, form.unit, form.phase, form.date, form.day}
    kept: dict[str, list[Any]] = {}
    dropped = []
    who = [identity(cell) for cell in table.cells[form.patient].tolist()]
    for place, name in enumerate(table.columns):
        if place in taken:
            continue
        values: dict[str, Any] = {}
        same = True
        for patient, cell in zip(who, table.cells[place].tolist(), strict=True):
            if not is_missing(cell):
                same &= as_text(values.setdefault(patient, cell)) == as_text(cell)
        if same and values:
            kept[name] = [values.get(patient) for patient in ids]
        else:
            dropped.append(f"“{name}”")
    if dropped:
        said.append(
            f"Not carried over, because they differ from row to row or are empty: {', '.join(dropped)}."
        )
    return kept


def columns_at_each_visit(
    table: RawTable, form: LongForm, ids: Mapping[str, Any], said: list[str]
) -> dict[str, list[Any]]:
    """The columns without a marker: what they say in the patient's rows, of several values that of the first visit.

    What a patient came to stands at the last visit.
    """
    who = [identity(cell) for cell in patients_of(table, form)]
    if blank := sum(map(is_missing, table.cells[form.patient].tolist())):
        said.append(
            f"{blank} rows without a patient number were read as further visits of the patient above."
        )
    order = _in_time(table, form)
    kept: dict[str, list[Any]] = {}
    differ: dict[str, list[str]] = {"first": [], "last": []}
    for place, name in enumerate(table.columns):
        if place in {form.patient, form.phase, form.date, form.day, *form.markers}:
            continue
        cells = table.cells[place].tolist()
        values: dict[str, Any] = {}
        same = True
        visit = "last" if field_called(name) in _AT_THE_END else "first"
        for row in order if visit == "first" else reversed(order):
            if not is_missing(cells[row]):
                same &= as_text(values.setdefault(who[row], cells[row])) == as_text(cells[row])
        kept[name] = [values.get(patient) for patient in ids]
        if not same:
            differ[visit].append(f"“{name}”")
    for visit, names in differ.items():
        if names:
            said.append(
                f"The values differ from visit to visit, and each patient's {visit} was taken: {', '.join(names)}."
            )
    return kept


def _in_time(table: RawTable, form: LongForm) -> list[int]:
    """The rows, those of the acute phase first, then by day, then as they stand."""
    phases = phases_of(table.cells[form.phase]) if form.phase is not None else {}
    acute = [phases.get(as_text(cell)) == "acute" for cell in cells_at(table, form.phase)]
    days, _ = days_of(table, form)

    def key(row: int) -> tuple[bool, float]:
        day = days[row]
        return not acute[row], np.inf if day is None else day

    return sorted(range(len(acute)), key=key)
