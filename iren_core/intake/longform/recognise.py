"""Tables with a row a measurement or a row a visit are recognised by their headers and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.intake.headers import name_key, read_header, split_phase
from iren_core.intake.identity import id_column, identity
from iren_core.intake.longform.form import LongForm
from iren_core.intake.match import ColumnMatch, field_called
from iren_core.intake.one_reading import reading
from iren_core.intake.table import Distinct, RawTable
from iren_core.intake.values import as_text, day_order, is_missing, read_date, says_as_above

#: In a table with a row a visit a patient has so many rows on average.
_FEWEST_VISITS = 1.5
#: A column with as many different texts names no measurements.
_MOST_MARKERS = 2_000
_LONGEST_NAME = 40
_DAY_OF_VISIT = re.compile(r"(?:d|day|第)\s*(-?\d{1,3})\s*(?:天|日)?")
_LITERAL = {"acute": re.compile("acute|急性"), "recovery": re.compile("recover|恢复")}
_MARKER_NAMES = (
    "marker test testname item parameter analyte indicator labtest lab "
    "指标 项目 检验项目 检测项目 项目名称 检查项目 指标名称"
)
_VALUE_NAMES = "value result results testresult 结果 数值 检验结果 检测值 测定值 结果值 检测结果"
_UNIT_NAMES = "unit units 单位"
_PHASE_NAMES = "phase visit timepoint stage period time 期别 时期 阶段 时间点 访视 期 时间"
_DATE_NAMES = (
    "date visitdate dateofvisit sampledate samplingdate datesample dateofsample testdate labdate "
    "collectiondate datetime drawn "
    "日期 就诊日期 访视日期 检查日期 检验日期 采血日期 采样日期 检测日期 报告日期 送检日期 时间"
)
_DAY_NAMES = "day days sampleday dayofsample 天 天数 第几天"


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
    if len(set(ids)) == len(ids):
        return None
    return LongForm(patient, marker, value, _first(names, _UNIT_NAMES), *_times(table, names), fields)


def _table_of_visits(table: RawTable, patient: int, names: Mapping[str, int]) -> LongForm | None:
    phase, date, day = _times(table, names)
    markers = {place: name for place, name in enumerate(table.columns) if _measured_each_visit(name)}
    if not markers or (phase, date, day) == (None, None, None):
        return None
    who = patients_by_visit(table, patient, phase)
    patients = {identity(cell) for cell in who if not is_missing(cell)}
    if len(who) < _FEWEST_VISITS * len(patients):
        return None
    fields = {name: _measured(name) for name in markers.values()}
    return LongForm(patient, None, None, None, phase, date, day, fields, markers)


def heads_a_list(cells: Iterable[Any]) -> bool:
    """Whether cells are the headers of a list with a row a measurement."""
    names = {name_key(cell) for cell in cells if isinstance(cell, str) and len(cell) < _LONGEST_NAME}
    return not names.isdisjoint(_MARKER_NAMES.split()) and not names.isdisjoint(_VALUE_NAMES.split())


def _measured_each_visit(name: str) -> bool:
    """Whether a column holds what is measured at each visit: of two fields its name says neither."""
    measured = _measured(name)
    says_phase = (two_phases(measured) and field_called(name)) or measured.endswith("_recovery")
    return bool(measured) and not says_phase


def _times(table: RawTable, names: Mapping[str, int]) -> tuple[int | None, int | None, int | None]:
    """The columns with the phase, the date and the day of a row."""
    phase = _first(names, _PHASE_NAMES)
    if phase is not None and not phases_of(table.cells[phase]):
        phase = None
    date = _first(names, _DATE_NAMES)
    if date is not None and not _mostly_dates(table.cells[date]):
        date = None
    day = _first(names, _DAY_NAMES)
    visits = _first(names, _PHASE_NAMES)
    if day is None and phase is None and visits is not None and _are_days(table.cells[visits]):
        day = visits
    return phase, date, day


def _are_days(cells: pd.Series) -> bool:
    """Whether visits go by their days: "D1", "Day 7", "第14天"."""
    return all(is_missing(cell) or day_of_visit(cell) is not None for cell in cells.tolist())


def day_of_visit(cell: Any) -> float | None:
    """The day in a cell such as "D7" or "day 7", ``None`` where it is none.

    >>> day_of_visit("D7"), day_of_visit("第14天"), day_of_visit("V2")
    (7.0, 14.0, None)
    """
    found = _DAY_OF_VISIT.fullmatch(as_text(cell).casefold())
    return float(found[1]) if found else None


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
    if read_header(text).unit == "%":
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


def phases_of(cells: pd.Series) -> dict[str, str]:
    """What each text of a phase column means; empty where fewer than two phases can be told apart."""
    texts = {as_text(cell) for cell in cells if not is_missing(cell)}
    read: dict[str, str | int] = {}
    for text in texts:
        found = [phase for name in read_header(text).names for _, phase in split_phase(f"x {name}")]
        if found:
            read[text] = found[0]
    visits = sorted({phase for phase in read.values() if isinstance(phase, int)})
    if len(visits) == 2:
        read = {
            text: ("acute" if phase == visits[0] else "recovery") if isinstance(phase, int) else phase
            for text, phase in read.items()
        }
    named = {text: phase for text, phase in read.items() if isinstance(phase, str)}
    for phase, word in _LITERAL.items():  # "baseline" beside "acute" is another visit
        literal = {text for text, meant in named.items() if meant == phase and word.search(text.casefold())}
        if literal:
            named = {text: meant for text, meant in named.items() if meant != phase or text in literal}
    return named if set(named.values()) == {"acute", "recovery"} else {}


def _mostly_dates(cells: pd.Series) -> bool:
    there = [cell for cell in cells.tolist() if not is_missing(cell)]
    order = day_order(there)
    return bool(there) and sum(not read_date(cell, order).fault for cell in there) > 0.5 * len(there)


def patients_by_visit(table: RawTable, patient: int, phase: int | None) -> list[Any]:
    """The patient's number of each row of a table with a row a visit, where it may be written once."""
    visits = [as_text(cell) for cell in cells_at(table, phase)]
    return filled_down(table.cells[patient].tolist(), visits)


def cells_at(table: RawTable, place: int | None) -> list[Any]:
    """The cells of a column, empty ones where there is none."""
    return [None] * len(table.cells) if place is None else table.cells[place].tolist()


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
