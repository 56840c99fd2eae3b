"""Tables with a row a measurement or a row a visit are recognised by their headers and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from iren_core import schema
from iren_core.intake.headers import name_key, read_header
from iren_core.intake.identity import id_column, identity
from iren_core.intake.longform.form import LongForm
from iren_core.intake.longform.specimens import of_other_specimen, specimen_column
from iren_core.intake.longform.times import (
    day_of_visit,
    every_cell,
    filled_from_above,
    names_events,
    said_once,
    times_of,
    written_once,
)
from iren_core.intake.match import LONGEST_HEADER, ColumnMatch, field_called
from iren_core.intake.one_reading import reading
from iren_core.intake.rows_without_patients import CLEAR_SUMMARY
from iren_core.intake.table import Distinct, RawTable
from iren_core.intake.values import as_text, is_missing, says_as_above

#: In a table with several rows a patient a patient has so many on average, or so many where it names the visits.
_FEWEST_VISITS, _FEWEST_NAMED_VISITS = 1.5, 1.1
#: A column with as many different texts names no measurements.
_MOST_MARKERS = 2_000
_LONGEST_NAME = 40
_MARKER_NAMES = (
    "marker test testname item parameter analyte indicator labtest lab "
    "指标 项目 检验项目 检测项目 项目名称 检查项目 指标名称"
)
_VALUE_NAMES = "value result results testresult 结果 数值 检验结果 检测值 测定值 结果值 检测结果"
_UNIT_NAMES = "unit units 单位"


@reading
def long_form(table: RawTable, matches: Sequence[ColumnMatch]) -> LongForm | None:
    """Recognise a table with a row a measurement or a row a visit; ``None`` where the table is none."""
    patient = id_column(table, matches)
    if patient is None:
        return None
    names = {name_key(column): place for place, column in reversed(list(enumerate(table.columns)))}
    return _list_of_measurements(table, patient, names) or _table_of_visits(table, patient, names)


def _list_of_measurements(table: RawTable, patient: int, names: Mapping[str, int]) -> LongForm | None:
    value = _first(names, _VALUE_NAMES)
    marker = _first(names, _MARKER_NAMES)
    if value is None:
        return None
    if marker is None:
        marker = next((place for place in table.cells if _is_marker_column(table.distinct(place))), None)
    if marker is None or len({patient, marker, value}) < 3:
        return None
    texts = dict.fromkeys(as_text(cell) for cell in table.distinct(marker).values if not is_missing(cell))
    fields = {text: name for text in texts if (name := _measured(text))}
    if not fields:
        return None
    ids = [identity(cell) for cell in table.cells[patient] if not is_missing(cell)]
    no_number_twice = len(set(ids)) == len(ids)
    if no_number_twice and len(table.cells) < _FEWEST_VISITS * len(ids):
        return None
    unit = _first(names, _UNIT_NAMES)
    times = times_of(table, names, patient, {marker, value, unit})
    specimen = specimen_column(table, names, {patient, marker, value, unit, *times.places})
    return LongForm(patient, marker, value, unit, *times, specimen, fields=fields)


def _table_of_visits(table: RawTable, patient: int, names: Mapping[str, int]) -> LongForm | None:
    markers = {place: name for place, name in enumerate(table.columns) if _measured_each_visit(name)}
    if not markers and not names_events(names):
        return None
    times = times_of(table, names, patient, markers)
    if not times.known and not names_events(names):
        return None
    fields = {name: _measured(name) for name in markers.values()}
    specimen = specimen_column(table, names, {patient, *times.places, *markers})
    form = LongForm(patient, None, None, None, *times, specimen, fields=fields, markers=markers)
    who = patients_of(table, form)
    patients = {identity(cell) for cell in who if not is_missing(cell)}
    named = form.visit is not None and (
        form.visit != form.day or every_cell(table.cells[form.visit], day_of_visit)
    )
    fewest = _FEWEST_NAMED_VISITS if named or names_events(names) else _FEWEST_VISITS
    return form if len(who) >= fewest * len(patients) else None


def heads_a_list(cells: Iterable[Any]) -> bool:
    """Whether cells are the headers of a list with a row a measurement."""
    names = {name_key(cell) for cell in cells if isinstance(cell, str) and len(cell) < _LONGEST_NAME}
    return not names.isdisjoint(_MARKER_NAMES.split()) and not names.isdisjoint(_VALUE_NAMES.split())


def _measured_each_visit(name: str) -> bool:
    """Whether a column holds what is measured at each visit: of two fields its name says neither."""
    measured = _measured(name)
    says_phase = (two_phases(measured) and field_called(name)) or measured.endswith("_recovery")
    return bool(measured) and not says_phase


def _first(names: Mapping[str, int], words: str) -> int | None:
    return next((names[word] for word in words.split() if word in names), None)


def _is_marker_column(cells: Distinct) -> bool:
    """Whether most texts of a column are names of measurements; a laboratory has only so many of these."""
    often = np.bincount(cells.codes, minlength=len(cells.values)).tolist()
    texts = {text: n for text, n in zip(cells.values, often, strict=True) if isinstance(text, str)}
    if not 1 < len(texts) < min(len(cells.codes), _MOST_MARKERS):
        return False
    known = sum(count for text, count in texts.items() if _measured(text))
    return known > 0.5 * sum(texts.values())


def _measured(text: str) -> str:
    """The laboratory field, or the key of the marker with two phases, that a name in the list means."""
    if len(text) > LONGEST_HEADER or read_header(text).unit == "%" or of_other_specimen(text):
        return ""
    name = field_called(f"{text} acute") or field_called(text) or ""
    marker = next((each.key for each in schema.MARKERS if each.acute == name), "")
    if marker:
        return marker
    return name if name and schema.field(name).kind == "number" and _laboratory(name) else ""


def _laboratory(name: str) -> bool:
    return bool(schema.field(name).unit) and "/" in schema.field(name).unit


def two_phases(field: str) -> bool:
    """Whether this is the key of a marker that is measured in both phases."""
    return any(marker.key == field for marker in schema.MARKERS)


def patients_of(table: RawTable, form: LongForm) -> list[Any]:
    """The patient's number of each row: it may be written once, or repeated by a ditto mark.

    In a list an empty one is the one above it only where no number is written in two rows that follow each other, and
    a row of reference ranges or of means is nobody's.
    """
    cells = table.cells[form.patient].tolist()
    if not form.of_visits and not _written_once(cells):
        sums = {
            cell for cell in set(cells) if isinstance(cell, str) and CLEAR_SUMMARY.fullmatch(cell.strip())
        }
        return [None if cell in sums else cell for cell in cells]
    return filled_down(cells, _visits(table, form))


def _written_once(cells: Sequence[Any]) -> bool:
    """Whether most rows have no patient's number, and no row the same as the one above it."""
    written = [identity(cell) for cell in cells if not is_missing(cell) and not says_as_above(cell)]
    return written_once(written, len(cells))


def _visits(table: RawTable, form: LongForm) -> list[str]:
    """What each row calls its visit, "" where it does not; in a list also the test, of which a visit has one."""
    if form.of_visits:
        return [as_text(cell) for cell in cells_at(table, form.visit)]
    when = zip(
        *(cells_at(table, place) for place in (form.phase, form.date, form.day, form.number)), strict=True
    )
    what = zip(*(cells_at(table, place) for place in (form.marker, form.unit, form.value)), strict=True)
    return [
        "|".join(map(as_text, (*at, *of))) if any(not is_missing(cell) for cell in at) else ""
        for at, of in zip(when, what, strict=True)
    ]


def cells_at(table: RawTable, place: int | None) -> list[Any]:
    """The cells of a column, empty ones where there is none."""
    return [None] * len(table.cells) if place is None else table.cells[place].tolist()


def time_cells(table: RawTable, form: LongForm, place: int | None) -> list[Any]:
    """The cells of a column that tells the time, which a list may write once as it does a patient's number."""
    cells = cells_at(table, place)
    if place is None or form.of_visits or not _written_once(table.cells[form.patient].tolist()):
        return cells
    who = patients_of(table, form)
    return filled_from_above(who, cells) if said_once(who, cells) else cells


def filled_down(cells: Sequence[Any], visits: Sequence[str]) -> list[Any]:
    """Patients' numbers of which an empty one, or a ditto mark, is the one above it: it may be written once.

    visits : what each row calls its visit; one that the patient above has had belongs to somebody else

    >>> filled_down(["1", None, None, "2", "2", None], ["acute", "recovery", "acute", "acute", "recovery", "acute"])
    ['1', '1', None, '2', '2', None]
    """
    filled: list[Any] = []
    had: set[str] = set()
    for cell, visit in zip(cells, visits, strict=True):
        ditto = says_as_above(cell)
        if not is_missing(cell) and not ditto:
            had = had if filled and as_text(filled[-1]) == as_text(cell) else set()
            filled.append(cell)
        else:
            own = bool(filled) and (ditto or not visit or visit not in had)
            filled.append(filled[-1] if own else None)
        had.add(visit)
    return filled
