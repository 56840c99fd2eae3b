"""The columns of such a table that hold no measurement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from iren_core.counted import counted, was
from iren_core.intake.identity import identity
from iren_core.intake.longform.form import LongForm
from iren_core.intake.longform.recognise import patients_of, time_cells
from iren_core.intake.longform.samples import days_of
from iren_core.intake.longform.times import date_orders, phases_of
from iren_core.intake.match import field_called
from iren_core.intake.table import RawTable
from iren_core.intake.values import DayOrder, as_text, is_missing

#: What a patient came to.
_AT_THE_END = frozenset({
    "outcome", "healed", "reepithelization_days", "date_healing", "death_day", "date_death", "death_cause",
    "followup_days", "date_last_followup", "hospital_days", "date_discharge", "steroid_duration_days",
    "date_steroid_stop", "cumulative_prednisone_mg",
})  # fmt: skip


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
    taken = {form.patient, form.marker, form.value, form.unit, form.specimen, *form.time_places}
    kept: dict[str, list[Any]] = {}
    dropped = []
    who = _identities(table, form)
    said += _said_filled(table, form, who)
    for place, name in enumerate(table.columns):
        if place in taken:
            continue
        values, same = _first_said(table.cells[place].tolist(), who, range(len(who)))
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
    who = _identities(table, form)
    said += _said_filled(table, form, who)
    orders = [_in_time(table, form, order) for order in date_orders(table, form.date)[0]]
    if not form.timed:
        orders.append(orders[0][::-1])
    kept: dict[str, list[Any]] = {}
    differ: dict[str, list[str]] = {"first": [], "last": [], "": []}
    for place, name in enumerate(table.columns):
        if place in {form.patient, *form.time_places, form.specimen, *form.markers}:
            continue
        visit = "last" if field_called(name) in _AT_THE_END else "first"
        cells = table.cells[place].tolist()
        each = [_first_said(cells, who, rows if visit == "first" else rows[::-1]) for rows in orders]
        values, same = each[0]
        sure = {who for who in values if len({as_text(other[who]) for other, _ in each}) == 1}
        kept[name] = [values[patient] if patient in sure else None for patient in ids]
        if not same:
            differ[visit if len(sure) == len(values) else ""].append(f"“{name}”")
    for visit, names in differ.items():
        if names:
            taken = (
                f"each patient's {visit} was taken"
                if visit
                else "which is the first is open: left empty there"
            )
            said.append(f"The values differ from visit to visit, and {taken}: {', '.join(names)}.")
    return kept


def _said_filled(table: RawTable, form: LongForm, who: Sequence[str]) -> Iterator[str]:
    """How many rows belong to the patient above, whose number is written once."""
    blank = map(is_missing, table.cells[form.patient].tolist())
    rows = [row for row, empty, own in zip(table.rows.tolist(), blank, who, strict=True) if empty and own]
    if rows:
        count = counted(len(rows), "row")
        what = "visits" if form.of_visits else "measurements"
        yield f"{count} without a patient number {was(len(rows))} read as further {what} of the patient above."


def _identities(table: RawTable, form: LongForm) -> list[str]:
    """Whose row each is; "" for a row without a patient's number."""
    return ["" if is_missing(cell) else identity(cell) for cell in patients_of(table, form)]


def _first_said(cells: Sequence[Any], who: Sequence[str], rows: Iterable[int]) -> tuple[dict[str, Any], bool]:
    """What these rows say first of each patient, and whether they say the same throughout."""
    values: dict[str, Any] = {}
    same = True
    for row in rows:
        if who[row] and not is_missing(cells[row]):
            same &= as_text(values.setdefault(who[row], cells[row])) == as_text(cells[row])
    return values, same


def _in_time(table: RawTable, form: LongForm, order: DayOrder) -> list[int]:
    """The rows, those of the acute phase first, then by day, then as they stand."""
    phases = phases_of(table.cells[form.phase]) if form.phase is not None else {}
    acute = [phases.get(as_text(cell)) == "acute" for cell in time_cells(table, form, form.phase)]
    days = days_of(table, form, order)

    def key(row: int) -> tuple[bool, float]:
        day = days[row]
        return not acute[row], np.inf if day is None else day

    return sorted(range(len(acute)), key=key)
