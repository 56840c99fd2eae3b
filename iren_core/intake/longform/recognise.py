"""Tables with a row a measurement or a row a visit are recognised by their headers and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
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

#: In a table with several rows a patient a patient has so many on average, or so many where it names the visits.
_FEWEST_VISITS, _FEWEST_NAMED_VISITS = 1.5, 1.1
#: A column with as many different texts names no measurements.
_MOST_MARKERS = 2_000
_LONGEST_NAME = 40
_DAY_OF_VISIT = re.compile(r"(?:d|day|第)\s*(-?\d{1,3})\s*(?:天|日)?")
_NUMBER_OF_VISIT = re.compile(
    r"(?:v|t|w|visit|time ?point|time|week|wk|month|第|访视)\.?\s*(\d{1,2})\s*(?:次|次访视|周|个月|月)?"
)
_LITERAL = {"acute": re.compile("acute|急性"), "recovery": re.compile("recover|恢复")}
_MARKER_NAMES = (
    "marker test testname item parameter analyte indicator labtest lab "
    "指标 项目 检验项目 检测项目 项目名称 检查项目 指标名称"
)
_VALUE_NAMES = "value result results testresult 结果 数值 检验结果 检测值 测定值 结果值 检测结果"
_UNIT_NAMES = "unit units 单位"
_PHASE_NAMES = (
    "phase visit timepoint visitno visitnumber stage period time 期别 时期 阶段 时间点 访视 期 时间"
)
#: Under these bare numbers are those of visits too.
_VISIT_NAMES = "visit timepoint visitno visitnumber 访视 时间点"
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
    written_once = len(set(ids)) == len(ids)
    if written_once and len(table.cells) < _FEWEST_VISITS * len(ids):
        return None
    return LongForm(patient, marker, value, _first(names, _UNIT_NAMES), *_times(table, names), fields=fields)


def _table_of_visits(table: RawTable, patient: int, names: Mapping[str, int]) -> LongForm | None:
    times = _times(table, names)
    markers = {place: name for place, name in enumerate(table.columns) if _measured_each_visit(name)}
    if not markers or times == (None, None, None, None):
        return None
    fields = {name: _measured(name) for name in markers.values()}
    form = LongForm(patient, None, None, None, *times, fields=fields, markers=markers)
    who = patients_of(table, form)
    patients = {identity(cell) for cell in who if not is_missing(cell)}
    named = form.visit is not None and (form.visit != form.day or _all(table.cells[form.visit], day_of_visit))
    fewest = _FEWEST_NAMED_VISITS if named else _FEWEST_VISITS
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


def _times(
    table: RawTable, names: Mapping[str, int]
) -> tuple[int | None, int | None, int | None, int | None]:
    """The columns with the phase, the date, the day and the number of the visit of a row."""
    visits = _first(names, _PHASE_NAMES)
    phase = visits if visits is not None and phases_of(table.cells[visits]) else None
    date = _first(names, _DATE_NAMES)
    if date is not None and not _mostly_dates(table.cells[date]):
        date = None
    day = _first(names, _DAY_NAMES)
    number = None
    if phase is None and visits is not None and visits != date:
        if _all(table.cells[visits], day_of_visit):
            day = visits if day is None else day
        elif _all(table.cells[visits], number_of_visit) or (
            visits == _first(names, _VISIT_NAMES) and _all(table.cells[visits], _bare_number)
        ):
            number = visits
    return phase, date, day, number


def _all(cells: pd.Series, read: Callable[[Any], float | None]) -> bool:
    """Whether visits go by what is read of them, and at least two can be told apart."""
    texts = {as_text(cell) for cell in cells.tolist() if not is_missing(cell)}
    found = {read(text) for text in texts}
    return None not in found and len(found) > 1


def day_of_visit(cell: Any) -> float | None:
    """The day in a cell such as "D7" or "day 7", ``None`` where it is none.

    >>> day_of_visit("D7"), day_of_visit("第14天"), day_of_visit("V2")
    (7.0, 14.0, None)
    """
    found = _DAY_OF_VISIT.fullmatch(as_text(cell).casefold())
    return float(found[1]) if found else None


def number_of_visit(cell: Any) -> float | None:
    """The number of a visit, or its day, in a cell such as "V2" or "D7", 0 for "baseline"; ``None`` where it is none.

    >>> number_of_visit("V2"), number_of_visit("visit 3"), number_of_visit("第2次"), number_of_visit("discharge")
    (2.0, 3.0, 2.0, None)
    """
    text = as_text(cell).casefold()
    if found := _NUMBER_OF_VISIT.fullmatch(text):
        return float(found[1])
    return 0.0 if "acute" in _phases_said(text) else day_of_visit(cell)


def _bare_number(cell: Any) -> float | None:
    text = as_text(cell)
    return float(text) if text.isdecimal() and len(text) < 3 else number_of_visit(cell)


def visit_order(cells: Sequence[Any]) -> list[float | None]:
    """The number of each row's visit."""
    return [None if is_missing(cell) else _bare_number(cell) for cell in cells]


def _phases_said(text: str) -> list[str | int]:
    """The phases or numbers of a visit that a text may mean, the likeliest first."""
    return [phase for name in read_header(text).names for _, phase in split_phase(f"x {name}")]


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
        if found := _phases_said(text):
            read[text] = found[0]
    named = {text: phase for text, phase in read.items() if isinstance(phase, str)}
    visits = sorted({phase for phase in read.values() if isinstance(phase, int)})
    if len(visits) == 2 and not named:  # beside a baseline they are later ones
        named = {text: "acute" if phase == visits[0] else "recovery" for text, phase in read.items()}
    for phase, word in _LITERAL.items():  # "baseline" beside "acute" is another visit
        literal = {text for text, meant in named.items() if meant == phase and word.search(text.casefold())}
        if literal:
            named = {text: meant for text, meant in named.items() if meant != phase or text in literal}
    return named if set(named.values()) == {"acute", "recovery"} else {}


def _mostly_dates(cells: pd.Series) -> bool:
    there = [cell for cell in cells.tolist() if not is_missing(cell)]
    order = day_order(there)
    return bool(there) and sum(not read_date(cell, order).fault for cell in there) > 0.5 * len(there)


def patients_of(table: RawTable, form: LongForm) -> list[Any]:
    """The patient's number of each row: it may be written once, or repeated by a ditto mark.

    In a list an empty one is the one above it only where no number is written in two rows that follow each other.
    """
    cells = table.cells[form.patient].tolist()
    if not form.markers and not _written_once(cells):
        return cells
    return filled_down(cells, _visits(table, form))


def _written_once(cells: Sequence[Any]) -> bool:
    """Whether most rows have no patient's number, and no row the same as the one above it."""
    written = [identity(cell) for cell in cells if not is_missing(cell) and not says_as_above(cell)]
    once = all(one != other for one, other in pairwise(written))
    return once and len(cells) >= _FEWEST_VISITS * len(written)


def _visits(table: RawTable, form: LongForm) -> list[str]:
    """What each row calls its visit, "" where it does not; in a list also the test, of which a visit has one."""
    if form.markers:
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
