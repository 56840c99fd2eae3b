"""The measurements of a table, patient by patient in the order of time, and the rules that take one of them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from iren_core import schema
from iren_core.counted import counted, has, was
from iren_core.intake.headers import read_header
from iren_core.intake.identity import id_column, identity
from iren_core.intake.longform.form import AcuteRule, LongForm, PatientDates, RecoveryRule
from iren_core.intake.longform.recognise import (
    cells_at,
    patients_of,
    time_cells,
    two_phases,
)
from iren_core.intake.longform.specimens import not_of_blood, said_left_out
from iren_core.intake.longform.times import day_of_visit, phases_of, share_of_day, visit_order
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable
from iren_core.intake.units import conversion, unit_key
from iren_core.intake.values import (
    DayOrder,
    PercentCell,
    as_text,
    day_order,
    is_missing,
    plain,
    read_date,
    read_number,
    repeated,
    without_flag,
)

#: The study drew its acute samples at the start of treatment, its recovery samples 1 to 2 weeks after stabilization.
_ACUTE_WITHIN_DAYS = 2
_RECOVERY_DAYS = (7, 14)
_RECOVERY_WITHIN_DAYS = 28


class Sample(NamedTuple):
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


def patient_dates(tables: Iterable[tuple[RawTable, Sequence[ColumnMatch]]]) -> dict[str, PatientDates]:
    """Date of the first steroid dose and of stabilization by patient, from whichever tables hold them."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for table, matches in tables:
        patient = id_column(table, matches)
        places = {match.field: place for place, match in enumerate(matches) if match.used}
        for name in ("date_steroid_start", "date_stabilization"):
            if patient is None or name not in places:
                continue
            cells = repeated(table.cells[places[name]].tolist())
            order = day_order(cells)
            for who, cell in zip(repeated(table.cells[patient].tolist()), cells, strict=True):
                if not is_missing(cell) and (day := read_date(cell, order).value):
                    found[identity(who)].setdefault(name, day)
    return {
        who: PatientDates(days.get("date_steroid_start"), days.get("date_stabilization"))
        for who, days in found.items()
    }


def samples_of(
    table: RawTable, form: LongForm, dates: Mapping[str, PatientDates], order: DayOrder
) -> tuple[dict[tuple[str, str], list[Sample]], list[str]]:
    """Every measurement by patient and field, in the order of time, and what could not be used.

    order : that of day, month and year in the dates of the rows
    """
    phases = phases_of(table.cells[form.phase]) if form.phase is not None else {}
    days = days_of(table, form, order)
    unknown: Counter[str] = Counter()
    nameless = 0
    undated: set[int] = set()
    tests = [form.fields.get(as_text(cell), "") for cell in cells_at(table, form.marker)]
    strange = not_of_blood(table, form.specimen, tests)
    left_out: dict[str, list[int]] = defaultdict(list)
    samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for row, who, marker, value, unit, phase in _measurements(table, form):
        field = form.fields.get(as_text(marker))
        if is_missing(value):
            continue
        if is_missing(who):
            nameless += 1
        elif field is None:
            unknown[as_text(marker) or "without a name"] += 1
        elif _is_share(named := _unit_named(unit, marker, value), field):
            unknown[f"{as_text(marker)} (%)"] += 1  # of another test: never beside the counts
        elif row in strange:
            left_out[strange[row]].append(int(table.rows[row]))
        else:
            known = dates.get(identity(who), PatientDates())
            by_days = form.date is not None or form.day is not None
            since = _since(days[row] if by_days else None, known, dated=form.date is not None)
            sample = Sample(value, days[row], *since, phases.get(as_text(phase), ""), named, row)
            samples[identity(who), field].append(sample)
            undated |= {row} if days[row] is None else set()
    for each in samples.values():
        each.sort(key=lambda sample: (sample.day is None, sample.day or 0.0))
    said = []
    if unknown:
        shown = ", ".join(f"“{name}” ({count})" for name, count in unknown.most_common(8))
        said.append(
            f"Measurements that no field is for were not used: {shown}{', ...' if len(unknown) > 8 else ''}."
        )
    if left_out and form.specimen is not None:
        said.append(said_left_out(table.columns[form.specimen], left_out))
    if nameless:
        what = counted(nameless, "measurement")
        said.append(f"{what} without a patient number {was(nameless)} not used.")
    if undated and form.time_words:
        rows = f"{counted(len(undated), 'row')} {has(len(undated))}"
        said.append(f"{rows} no {form.time_words} that can be read.")
    return samples, said


def _unit_named(unit: Any, marker: Any, value: Any) -> str:
    """The unit beside a value, of its test, or behind its percentage; "" where none is named."""
    named = unit_key(as_text(unit)) or as_text(unit) or read_header(as_text(marker)).unit
    share = isinstance(value, PercentCell) and abs(value) <= 1  # a larger one is a count in a wrong format
    written = without_flag(plain(as_text(value)))[0]
    return named or ("%" if share or written.endswith("%") else "")


def _is_share(unit: str, field: str) -> bool:
    """Whether a value is a percentage though the field is a count or a concentration."""
    known = schema.field(f"{field}_acute" if two_phases(field) else field)
    return unit == "%" and conversion(known, unit) is None


def _measurements(table: RawTable, form: LongForm) -> Iterator[tuple[int, Any, Any, Any, Any, Any]]:
    """Each measurement: its row from 0, patient, marker, value, unit and phase."""
    who, phases = patients_of(table, form), time_cells(table, form, form.phase)
    values = {name: table.cells[place].tolist() for place, name in form.markers.items()}
    if not form.of_visits:
        of_list = (cells_at(table, place) for place in (form.marker, form.value, form.unit))
        yield from zip(range(len(who)), who, *of_list, phases, strict=True)
    for name, cells in values.items():
        yield from ((row, who[row], name, cell, None, phases[row]) for row, cell in enumerate(cells))


def days_of(table: RawTable, form: LongForm, order: DayOrder) -> list[float | None]:
    """The time of each row in days, or the number of its visit; ``None`` for a row without."""
    place = form.date if form.date is not None else form.day
    if place is None and form.number is not None:
        return visit_order(time_cells(table, form, form.number))
    if place is None:
        return [None] * len(table.cells)
    cells = time_cells(table, form, place)
    clock = time_cells(table, form, form.clock)
    days: list[float | None] = []
    for cell, hour in zip(cells, clock, strict=True):
        if is_missing(cell):
            days.append(None)
        elif form.date is None:
            day_counted = day_of_visit(cell)
            days.append(read_number(cell, "days").value if day_counted is None else day_counted)
        else:
            day = read_date(cell, order).value
            share = (share_of_day(cell) or share_of_day(hour, alone=True)) or 0.0
            days.append(None if day is None else day.toordinal() + share)
    return days


def _since(day: float | None, dates: PatientDates, *, dated: bool) -> tuple[float | None, float | None]:
    """Days from the first steroid dose and from stabilization. A list that counts days counts from that dose."""
    start, stable = (None if each is None else each.toordinal() for each in dates)
    if day is None:
        return None, None
    if dated:
        day = math.floor(day)  # of the doses the day is known, not the hour
        return None if start is None else day - start, None if stable is None else day - stable
    return day, None if start is None or stable is None else day - (stable - start)


def rival_of(taken: Sample, samples: Sequence[Sample]) -> Sample | None:
    """A sample of the same patient and time that says something else than the one taken; ``None`` without one."""
    if taken.day is None and not taken.phase:
        return None
    return next(
        (
            other
            for other in samples
            if (other.day, other.phase) == (taken.day, taken.phase)
            and (as_text(other.cell), other.unit) != (as_text(taken.cell), taken.unit)
        ),
        None,
    )


def acute_sample(samples: Sequence[Sample], rule: AcuteRule) -> Sample | None:
    """The sample of a patient that a rule takes as the acute one; ``None`` where none fits."""
    if rule == "phase":
        fit = [sample for sample in samples if sample.phase == "acute"]
    elif rule == "steroids":
        fit = [
            sample
            for sample in samples
            if sample.since_start is not None and abs(sample.since_start) <= _ACUTE_WITHIN_DAYS
        ]
    else:
        fit = [sample for sample in samples if sample.day is not None] or _only(samples)
    return fit[0] if fit else None


def _only(samples: Sequence[Sample]) -> list[Sample]:
    """Samples without a time where all say the same; none where they differ, for nothing tells which is the first."""
    return list(samples) if len({(as_text(sample.cell), sample.unit) for sample in samples}) == 1 else []


def recovery_sample(samples: Sequence[Sample], rule: RecoveryRule, acute: Sample | None) -> Sample | None:
    """The sample of a patient that a rule takes as the recovery one; ``None`` where none fits."""
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


def _from_recovery_window(sample: Sample) -> float:
    first, last = _RECOVERY_DAYS
    day = sample.since_stable or 0.0
    return max(first - day, day - last, 0.0)
