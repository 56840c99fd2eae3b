"""Tables with a row a measurement, or a row a visit: recognised, and turned into one row a patient."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.intake.headers import name_key, read_header, split_phase
from iren_core.intake.identity import id_column, identity
from iren_core.intake.match import ColumnMatch, field_called
from iren_core.intake.one_reading import reading
from iren_core.intake.table import Distinct, RawTable
from iren_core.intake.units import unit_key, unit_words
from iren_core.intake.values import (
    DayOrder,
    PercentCell,
    as_text,
    day_order,
    is_missing,
    read_date,
    read_number,
)

AcuteRule = Literal["phase", "steroids", "first"]
RecoveryRule = Literal["phase", "stabilization", "last"]

#: What each rule takes, as a reader chooses it.
ACUTE_RULES: dict[AcuteRule, str] = {
    "phase": "the sample that the list calls acute",
    "steroids": "the first sample within 48 hours of the first steroid dose",
    "first": "the first sample",
}
RECOVERY_RULES: dict[RecoveryRule, str] = {
    "phase": "the sample that the list calls recovery",
    "stabilization": "the sample nearest to 1 to 2 weeks after stabilization, at most 4 weeks after it",
    "last": "the last sample, if it is later than the acute one",
}
#: The study drew its acute samples at the start of treatment, its recovery samples 1 to 2 weeks after stabilization.
_ACUTE_WITHIN_DAYS = 2
_RECOVERY_DAYS = (7, 14)
_RECOVERY_WITHIN_DAYS = 28
#: In a table with a row a visit a patient has so many rows on average.
_FEWEST_VISITS = 1.5
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
#: A column with as many different texts names no measurements.
_MOST_MARKERS = 2_000

_MARKER_NAMES = (
    "marker test testname item parameter analyte indicator labtest lab "
    "指标 项目 检验项目 检测项目 项目名称 检查项目 指标名称"
)
_VALUE_NAMES = "value result results testresult 结果 数值 检验结果 检测值 测定值 结果值 检测结果"
_UNIT_NAMES = "unit units 单位"
_PHASE_NAMES = "phase visit timepoint stage period time 期别 时期 阶段 时间点 访视 期"
_DATE_NAMES = (
    "date sampledate samplingdate datesample dateofsample testdate labdate collectiondate datetime drawn "
    "日期 检验日期 采血日期 采样日期 检测日期 报告日期 送检日期 时间"
)
_DAY_NAMES = "day days sampleday dayofsample 天 天数 第几天"


@dataclass(frozen=True)
class LongForm:
    """Where a table with several rows a patient keeps what: positions of columns, ``None`` without one.

    marker, value, unit : in a list with a row a measurement
    markers : in a table with a row a visit the columns of the markers, and how they are called
    fields : name of a marker -> field, or the key of a marker with two phases
    """

    patient: int
    marker: int | None
    value: int | None
    unit: int | None
    phase: int | None
    date: int | None
    day: int | None
    fields: Mapping[str, str]
    markers: Mapping[int, str] = dataclass_field(default_factory=dict)

    @property
    def words(self) -> str:
        """What a row of it is."""
        return "a row a visit" if self.markers else "a row a measurement"

    @property
    def acute_rules(self) -> tuple[AcuteRule, ...]:
        """The rules that its columns allow, the best first."""
        timed: tuple[AcuteRule, ...] = ("steroids", "first") if self.timed else ("first",)
        return ("phase", *timed) if self.phase is not None else timed

    @property
    def recovery_rules(self) -> tuple[RecoveryRule, ...]:
        """The rules that its columns allow, the best first."""
        timed: tuple[RecoveryRule, ...] = ("last",)
        if self.date is not None:
            timed = ("stabilization", "last")
        return ("phase", *timed) if self.phase is not None else timed

    @property
    def timed(self) -> bool:
        """Whether every sample has a date or a day."""
        return self.date is not None or self.day is not None


class PatientDates(NamedTuple):
    """The days from which a patient's samples are counted."""

    steroid_start: datetime | None = None
    stabilization: datetime | None = None


class _Sample(NamedTuple):
    """One measurement.

    day : its time in days, for the order only
    since_start, since_stable : days from the first steroid dose and from stabilization, ``None`` where unknown
    """

    cell: Any
    day: float | None
    since_start: float | None
    since_stable: float | None
    phase: str
    unit: str
    row: int


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
    who = _filled_down(table.cells[patient].tolist())
    patients = {identity(cell) for cell in who if not is_missing(cell)}
    if len(who) < _FEWEST_VISITS * len(patients):
        return None
    fields = {name: _measured(name) for name in markers.values()}
    return LongForm(patient, None, None, None, phase, date, day, fields, markers)


def _measured_each_visit(name: str) -> bool:
    """Whether a column holds what is measured at each visit: of two fields its name says neither."""
    measured = _measured(name)
    says_phase = (_two_phases(measured) and field_called(name)) or measured.endswith("_recovery")
    return bool(measured) and not says_phase


def _times(table: RawTable, names: Mapping[str, int]) -> tuple[int | None, int | None, int | None]:
    """The columns with the phase, the date and the day of a row."""
    phase = _first(names, _PHASE_NAMES)
    if phase is not None and not _phases(table.cells[phase]):
        phase = None
    date = _first(names, _DATE_NAMES)
    if date is not None and not _mostly_dates(table.cells[date]):
        date = None
    return phase, date, _first(names, _DAY_NAMES)


def _filled_down(cells: Sequence[Any]) -> list[Any]:
    """Cells of which an empty one is the one above it, as where a patient's number is written once."""
    filled: list[Any] = []
    for cell in cells:
        filled.append(filled[-1] if filled and is_missing(cell) else cell)
    return filled


def patient_dates(tables: Iterable[tuple[RawTable, Sequence[ColumnMatch]]]) -> dict[str, PatientDates]:
    """Date of the first steroid dose and of stabilization by patient, from whichever tables hold them."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for table, matches in tables:
        patient = id_column(table, matches)
        places = {match.field: place for place, match in enumerate(matches) if match.used}
        for name in ("date_steroid_start", "date_stabilization"):
            if patient is None or name not in places:
                continue
            cells = table.cells[places[name]].tolist()
            order = day_order(cells)
            for who, cell in zip(table.cells[patient], cells, strict=True):
                if not is_missing(cell) and (day := read_date(cell, order).value):
                    found[identity(who)].setdefault(name, day)
    return {
        who: PatientDates(days.get("date_steroid_start"), days.get("date_stabilization"))
        for who, days in found.items()
    }


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
    samples, said = _samples(table, form, dates or {})
    ids, rows = _first_rows(table, form)
    columns: dict[str, list[Any]] = {table.columns[form.patient]: [ids[who] for who in ids]}
    patients = list(ids)
    used: set[tuple[str, int]] = set()
    counts: dict[str, list[str]] = {"acute": [], "recovery": []}
    for field in dict.fromkeys(form.fields.values()):
        of_field = {who: samples.get((who, field), []) for who in patients}
        firsts = {who: _acute(of_field[who], acute) for who in patients}
        picks = {"acute": firsts}
        if _two_phases(field):
            picks["recovery"] = {who: _recovery(of_field[who], recovery, firsts[who]) for who in patients}
        for phase, picked in picks.items():
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
        said.append(
            f"{unused} measurements were not used, because the rule takes another of that patient or none."
        )
    columns |= _at_each_visit(table, form, ids, said) if form.markers else _constant(table, form, ids, said)
    what = "table" if form.markers else "list"
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


def _digest(dates: Mapping[str, PatientDates]) -> str:
    return hashlib.sha256(repr(sorted(dates.items())).encode()).hexdigest()[:8]


# ---- recognising -------------------------------------------------------------------------------------


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


def _two_phases(field: str) -> bool:
    return any(marker.key == field for marker in schema.MARKERS)


def _phases(cells: pd.Series) -> dict[str, str]:
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
    return named if set(named.values()) == {"acute", "recovery"} else {}


def _mostly_dates(cells: pd.Series) -> bool:
    there = [cell for cell in cells.tolist() if not is_missing(cell)]
    order = day_order(there)
    return bool(there) and sum(not read_date(cell, order).fault for cell in there) > 0.5 * len(there)


# ---- samples -----------------------------------------------------------------------------------------


def _samples(
    table: RawTable, form: LongForm, dates: Mapping[str, PatientDates]
) -> tuple[dict[tuple[str, str], list[_Sample]], list[str]]:
    """Every measurement by patient and field, in the order of time, and what could not be used."""
    phases = _phases(table.cells[form.phase]) if form.phase is not None else {}
    days, undated = _days(table, form)
    unknown: Counter[str] = Counter()
    nameless = 0
    samples: dict[tuple[str, str], list[_Sample]] = defaultdict(list)
    for row, who, marker, value, unit, phase in _measurements(table, form):
        field = form.fields.get(as_text(marker))
        if is_missing(value):
            continue
        if is_missing(who):
            nameless += 1
        elif field is None:
            unknown[as_text(marker) or "without a name"] += 1
        else:
            named = unit_key(as_text(unit)) or as_text(unit) or read_header(as_text(marker)).unit
            since = _since(days[row], dates.get(identity(who), PatientDates()), dated=form.date is not None)
            sample = _Sample(value, days[row], *since, phases.get(as_text(phase), ""), named, row)
            samples[identity(who), field].append(sample)
    for each in samples.values():
        each.sort(key=lambda sample: (sample.day is None, sample.day or 0.0))
    said = []
    if unknown:
        shown = ", ".join(f"“{name}” ({count})" for name, count in unknown.most_common(8))
        said.append(
            f"Measurements that no field is for were not used: {shown}{', ...' if len(unknown) > 8 else ''}."
        )
    if nameless:
        said.append(f"{nameless} measurements without a patient number were not used.")
    if undated:
        said.append(f"{undated} measurements have no date that can be read.")
    return samples, said


def _measurements(table: RawTable, form: LongForm) -> Iterator[tuple[int, Any, Any, Any, Any, Any]]:
    """Each measurement: its row from 0, patient, marker, value, unit and phase."""
    who, phases = _patients(table, form), _cells(table, form.phase)
    values = {name: table.cells[place].tolist() for place, name in form.markers.items()}
    if not values:
        of_list = (_cells(table, place) for place in (form.marker, form.value, form.unit))
        yield from zip(range(len(who)), who, *of_list, phases, strict=True)
    for name, cells in values.items():
        yield from ((row, who[row], name, cell, None, phases[row]) for row, cell in enumerate(cells))


def _cells(table: RawTable, place: int | None) -> list[Any]:
    return [None] * len(table.cells) if place is None else table.cells[place].tolist()


def _patients(table: RawTable, form: LongForm) -> list[Any]:
    """The patient's number of each row; in a table with a row a visit it may be written once."""
    cells = table.cells[form.patient].tolist()
    return _filled_down(cells) if form.markers else cells


def _days(table: RawTable, form: LongForm) -> tuple[list[float | None], int]:
    """The time of each row in days, and how many have none."""
    place = form.date if form.date is not None else form.day
    if place is None:
        return [None] * len(table.cells), 0
    cells = table.cells[place].tolist()
    order: DayOrder = day_order(cells)
    days: list[float | None] = []
    for cell in cells:
        if is_missing(cell):
            days.append(None)
        elif form.date is None:
            days.append(read_number(cell, "days").value)
        else:
            day = read_date(cell, order).value
            days.append(None if day is None else float(day.toordinal()))
    return days, sum(day is None for day in days)


def _since(day: float | None, dates: PatientDates, *, dated: bool) -> tuple[float | None, float | None]:
    """Days from the first steroid dose and from stabilization. A list that counts days counts from that dose."""
    start, stable = (None if each is None else each.toordinal() for each in dates)
    if day is None:
        return None, None
    if dated:
        return None if start is None else day - start, None if stable is None else day - stable
    return day, None if start is None or stable is None else day - (stable - start)


# ---- rules -------------------------------------------------------------------------------------------


def _acute(samples: Sequence[_Sample], rule: AcuteRule) -> _Sample | None:
    if rule == "phase":
        fit = [sample for sample in samples if sample.phase == "acute"]
    elif rule == "steroids":
        fit = [
            sample
            for sample in samples
            if sample.since_start is not None and abs(sample.since_start) <= _ACUTE_WITHIN_DAYS
        ]
    else:
        fit = [sample for sample in samples if sample.day is not None] or list(samples[:1])
    return fit[0] if fit else None


def _recovery(samples: Sequence[_Sample], rule: RecoveryRule, acute: _Sample | None) -> _Sample | None:
    if rule == "phase":
        fit = [sample for sample in samples if sample.phase == "recovery"]
        return fit[-1] if fit else None
    if rule == "stabilization":
        near = [
            sample
            for sample in samples
            if sample.since_stable is not None and 0 < sample.since_stable <= _RECOVERY_WITHIN_DAYS
        ]
        return min(near, key=_from_recovery_window, default=None)
    later = [
        sample
        for sample in samples
        if acute is not None and sample.day is not None and acute.day is not None and sample.day > acute.day
    ]
    return later[-1] if later else None


def _from_recovery_window(sample: _Sample) -> float:
    first, last = _RECOVERY_DAYS
    day = sample.since_stable or 0.0
    return max(first - day, day - last, 0.0)


# ---- columns -----------------------------------------------------------------------------------------


def _column(field: str, phase: str, picked: Sequence[_Sample]) -> tuple[str, str, str]:
    """The header of a column, the unit its cells are brought to, and what the marker is called."""
    known = schema.field(f"{field}_{phase}" if _two_phases(field) else field)
    marker = next((marker.short for marker in schema.MARKERS if marker.key == field), known.label)
    units = {sample.unit for sample in picked} - {""}
    if len(units) == 1 and not any(sample.unit == "" for sample in picked):
        unit = units.pop()
        return f"{known.label} ({unit_words(unit) if unit_key(unit) else unit})", unit, marker
    return known.label_with_unit, unit_key(known.unit), marker


def _with_unit(sample: _Sample, unit: str) -> Any:
    """The cell, with its unit beside it where that is not its column's: cleaning converts it and says so."""
    if sample.unit in ("", unit) or isinstance(sample.cell, PercentCell):
        return sample.cell
    return f"{as_text(sample.cell)} {sample.unit}"


def _first_rows(table: RawTable, form: LongForm) -> tuple[dict[str, Any], dict[str, int]]:
    """Each patient's number as the list writes it first, and the row where it does."""
    ids: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for cell, row in zip(_patients(table, form), table.rows.tolist(), strict=True):
        if not is_missing(cell):
            ids.setdefault(identity(cell), cell)
            rows.setdefault(identity(cell), row)
    return ids, rows


def _constant(
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


def _at_each_visit(
    table: RawTable, form: LongForm, ids: Mapping[str, Any], said: list[str]
) -> dict[str, list[Any]]:
    """The columns without a marker: what they say in the patient's rows, of several values that of the first visit.

    What a patient came to stands at the last visit.
    """
    who = [identity(cell) for cell in _patients(table, form)]
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
    phases = _phases(table.cells[form.phase]) if form.phase is not None else {}
    acute = [phases.get(as_text(cell)) == "acute" for cell in _cells(table, form.phase)]
    days, _ = _days(table, form)

    def key(row: int) -> tuple[bool, float]:
        day = days[row]
        return not acute[row], np.inf if day is None else day

    return sorted(range(len(acute)), key=key)


def _said_counts(counts: Mapping[str, list[str]], patients: int, acute: str, recovery: str) -> list[str]:
    rules = {"acute": acute, "recovery": recovery}
    return [
        f"{phase.capitalize()} values: {rules[phase]}. Found among {patients} patients: {', '.join(found)}; "
        "the others stay missing."
        for phase, found in counts.items()
        if found
    ]
