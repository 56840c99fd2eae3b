"""Tables with a row a measurement, or a row a visit: recognised, and turned into one row a patient."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.counted import counted, rows_said, was
from iren_core.intake.convert.ditto import spelled_out
from iren_core.intake.identity import identity
from iren_core.intake.longform.form import (
    ACUTE_RULES,
    RECOVERY_RULES,
    AcuteRule,
    LongForm,
    PatientDates,
    RecoveryRule,
)
from iren_core.intake.longform.other_columns import columns_at_each_visit, constant_columns, first_rows
from iren_core.intake.longform.recognise import cells_at, long_form, patients_of, time_cells, two_phases
from iren_core.intake.longform.samples import (
    Sample,
    acute_sample,
    patient_dates,
    recovery_sample,
    rival_of,
    samples_of,
)
from iren_core.intake.longform.times import date_orders, phases_of, visit_order, visit_text
from iren_core.intake.one_reading import reading
from iren_core.intake.table import RawTable
from iren_core.intake.units import unit_key, unit_words
from iren_core.intake.values import PercentCell, as_text, is_missing

__all__ = [
    "ACUTE_RULES",
    "RECOVERY_RULES",
    "AcuteRule",
    "LongForm",
    "PatientDates",
    "RecoveryRule",
    "long_form",
    "one_row_a_patient",
    "patient_dates",
]


@reading
def one_row_a_patient(
    table: RawTable,
    form: LongForm,
    acute: AcuteRule,
    recovery: RecoveryRule,
    dates: Mapping[str, PatientDates] | None = None,
) -> RawTable:
    """The list as a table with one row a patient and a column a marker and phase.

    Where no sample fits a rule the cell stays empty, and the sentences in ``assumptions`` count it. Laboratory
    values of one phase only (albumin) are taken from the acute phase.
    """
    table = spelled_out(table)
    orders, why = date_orders(table, form.date)
    read = [samples_of(table, form, dates or {}, order) for order in orders]
    samples, said = read[0]
    ids, rows = first_rows(table, form)
    said += [*_said_times(table, form), *([why] if why else []), *_said_visits(table, form, rows)]
    columns: dict[str, list[Any]] = {table.columns[form.patient]: [ids[who] for who in ids]}
    patients = list(ids)
    used: set[tuple[str, int]] = set()
    counts: dict[str, list[str]] = {"acute": [], "recovery": []}
    for field in dict.fromkeys(form.fields.values()):
        of_field = {who: samples.get((who, field), []) for who in patients}
        readings = [_picks(each, field, patients, acute, recovery) for each, _ in read]
        said += _said_untimed(field, of_field, form, rows)
        for phase, picked in readings[0].items():
            said += _left_open(field, phase, picked, [each[phase] for each in readings[1:]], rows)
            said += _said_rivals(field, phase, picked, of_field, table)
            if (acute if phase == "acute" else recovery) in ("first", "last"):
                said += _said_undated(field, phase, picked, of_field, table)
            there = [sample for sample in picked.values() if sample]
            used |= {(field, sample.row) for sample in there}
            name, unit, label = _column(field, phase, there)
            counts[phase].append(f"{label} {len(there)}")
            columns[name] = [
                None if (sample := picked[who]) is None else _with_unit(sample, unit) for who in patients
            ]
    said += _said_counts(counts, len(patients), ACUTE_RULES[acute], RECOVERY_RULES[recovery])
    unused = sum(len(each) for each in samples.values()) - len(used)
    if unused:
        what = f"{counted(unused, 'measurement')} {was(unused)}"
        said.append(f"{what} not used, because the rule takes another of that patient or none.")
    columns |= (
        columns_at_each_visit(table, form, ids, said)
        if form.of_visits
        else constant_columns(table, form, ids, said)
    )
    what = "table" if form.of_visits else "list"
    shape = f"The {what} has {form.words} ({len(table.cells)} rows); it was turned into one row a patient."
    return replace(
        table,
        columns=tuple(columns),
        cells=pd.DataFrame(dict(enumerate(columns.values())), dtype=object),
        rows=np.array([rows[who] for who in patients]),
        assumptions=(*table.assumptions, shape, *said),
        positions=(),
        pieces=(replace(table.as_pieces[0], acute=acute, recovery=recovery),),
        recipe=f"{table.recipe}|{acute}|{recovery}|{_digest(dates or {})}",
    )


def _picks(
    samples: Mapping[tuple[str, str], Sequence[Sample]],
    field: str,
    patients: Sequence[str],
    acute: AcuteRule,
    recovery: RecoveryRule,
) -> dict[str, dict[str, Sample | None]]:
    """The sample that is taken of each patient, by phase."""
    of_field = {who: samples.get((who, field), []) for who in patients}
    firsts = {who: acute_sample(of_field[who], acute) for who in patients}
    picks = {"acute": firsts}
    if two_phases(field):
        picks["recovery"] = {who: recovery_sample(of_field[who], recovery, firsts[who]) for who in patients}
    return picks


def _left_open(
    field: str,
    phase: str,
    picked: dict[str, Sample | None],
    others: Sequence[Mapping[str, Sample | None]],
    rows: Mapping[str, int],
) -> list[str]:
    """Leave out each sample that another order of day and month would exchange for one that says something else."""

    def says(sample: Sample | None) -> tuple[str, str]:
        return ("", "") if sample is None else (as_text(sample.cell), sample.unit)

    open_ = [who for who, sample in picked.items() if any(says(each[who]) != says(sample) for each in others)]
    picked |= dict.fromkeys(open_)
    if not open_:
        return []
    return [
        f"{_label(field)}, {phase}: the dates do not say whether the day or the month comes first, and which sample is "
        f"taken hangs on it; left empty for the patients of {rows_said([rows[who] for who in open_])}. Write the "
        "dates as 2023-03-05 (year, month, day)."
    ]


def _said_times(table: RawTable, form: LongForm) -> list[str]:
    """The sentences on what tells the time of the rows where that is not plain."""
    said = []
    if form.date is not None:
        names = ", ".join(f"“{table.columns[place]}”" for place in form.other_dates)
        hour = "" if form.clock is None else f" and “{table.columns[form.clock]}”"
        beside = f", not {names}" if names else ""
        said.append(f"The time of a row is taken from “{table.columns[form.date]}”{hour}{beside}.")
    for place in form.time_places:
        if place is None:
            continue
        filled = zip(cells_at(table, place), time_cells(table, form, place), strict=True)
        count = sum(is_missing(before) and not is_missing(after) for before, after in filled)
        if count:
            cells = f"{counted(count, 'empty cell')} {was(count)}"
            said.append(f"In “{table.columns[place]}” {cells} read as the one above it of the same patient.")
    return said


def _said_untimed(
    field: str, samples: Mapping[str, Sequence[Sample]], form: LongForm, rows: Mapping[str, int]
) -> list[str]:
    """The sentence on patients with several values of a test of which nothing tells which is the first."""
    if form.timed:
        return []
    several = [
        rows[who]
        for who, each in samples.items()
        if len({(as_text(sample.cell), sample.unit) for sample in each}) > 1
    ]
    if not several:
        return []
    return [
        f"{_label(field)}: the rows have no time, and the values differ; left empty for the patients of "
        f"{rows_said(several)}. Give the rows a column with the date, the day or the phase of the sample."
    ]


def _digest(dates: Mapping[str, PatientDates]) -> str:
    return hashlib.sha256(repr(sorted(dates.items())).encode()).hexdigest()[:8]


def _column(field: str, phase: str, picked: Sequence[Sample]) -> tuple[str, str, str]:
    """The header of a column, the unit its cells are in, and what the marker is called.

    Where the table names no unit, or several, the header names none: it is asked for, or stands in the cells.
    """
    known = schema.field(f"{field}_{phase}" if two_phases(field) else field)
    marker = _label(field)
    units = {sample.unit for sample in picked} - {""}
    if len(units) == 1 and not any(sample.unit == "" for sample in picked):
        unit = units.pop()
        return f"{known.label} ({unit_words(unit) if unit_key(unit) else unit})", unit, marker
    return known.label, "", marker


def _with_unit(sample: Sample, unit: str) -> Any:
    """The cell, with its unit beside it where that is not its column's: cleaning converts it and says so."""
    if sample.unit in ("", unit) or isinstance(sample.cell, PercentCell):
        return sample.cell
    return f"{as_text(sample.cell)} {sample.unit}"


def _said_visits(table: RawTable, form: LongForm, rows: Mapping[str, int]) -> list[str]:
    """The sentence on what is taken for the visits, where the table calls none of them acute."""
    if form.phase is not None:
        meant = phases_of(table.cells[form.phase])
        numbered = {text: phase for text, phase in meant.items() if visit_text(text)[-1:].isdigit()}
        shown = " and ".join(
            f"“{text}” {phase}" for text, phase in sorted(numbered.items(), key=itemgetter(1))
        )
        return [f"“{table.columns[form.phase]}” names no phase; taken as such: {shown}."] if numbered else []
    if form.number is None or form.date is not None or form.day is not None:
        return []
    days = visit_order(table.cells[form.number].tolist())
    first = min(day for day in days if day is not None)
    begins: dict[str, float] = {}
    for cell, day in zip(patients_of(table, form), days, strict=True):
        if not is_missing(cell) and day is not None:
            begins[identity(cell)] = min(day, begins.get(identity(cell), day))
    late = [rows[who] for who, day in begins.items() if day > first]
    said = [f"The visits of “{table.columns[form.number]}” are put in the order of their numbers."]
    if late:
        said.append(f"The first sample of a patient is of a later visit than the first in {rows_said(late)}.")
    return said


def _said_rivals(
    field: str,
    phase: str,
    picked: Mapping[str, Sample | None],
    samples: Mapping[str, Sequence[Sample]],
    table: RawTable,
) -> list[str]:
    """The sentence on samples of which another one of the same time says something else."""
    rows = [
        f"{table.rows[sample.row]} ({as_text(sample.cell)}, not {as_text(rival.cell)})"
        for who, sample in picked.items()
        if sample and (rival := rival_of(sample, samples[who]))
    ]
    if not rows:
        return []
    name = _label(field)
    return [
        f"{name}, {phase}: two values of one patient at one time differ; the one taken stands in {rows_said(rows)}."
    ]


def _said_undated(
    field: str,
    phase: str,
    picked: Mapping[str, Sample | None],
    samples: Mapping[str, Sequence[Sample]],
    table: RawTable,
) -> list[str]:
    """The sentence on samples beside which another one has no time, and so may be the one to take."""
    rows = [
        f"{table.rows[sample.row]} ({as_text(sample.cell)}; without a time {as_text(other.cell)})"
        for who, sample in picked.items()
        if sample and sample.day is not None
        for other in samples[who][-1:]  # those without a time stand last
        if other.day is None and as_text(other.cell) != as_text(sample.cell)
    ]
    if not rows:
        return []
    when = "earlier" if phase == "acute" else "later"
    return [
        f"{_label(field)}, {phase}: another value of the patient has no time that can be read and may be the {when} "
        f"one; the one taken stands in {rows_said(rows)}."
    ]


def _label(field: str) -> str:
    known = schema.field(f"{field}_acute" if two_phases(field) else field)
    return next((marker.short for marker in schema.MARKERS if marker.key == field), known.label)


def _said_counts(counts: Mapping[str, list[str]], patients: int, acute: str, recovery: str) -> list[str]:
    rules = {"acute": acute, "recovery": recovery}
    who = counted(patients, "patient")
    return [
        f"{phase.capitalize()} values: {rules[phase]}. Found among {who}: {', '.join(found)}; "
        "the others stay missing."
        for phase, found in counts.items()
        if found
    ]
