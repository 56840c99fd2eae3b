"""What tells the time of a row: a phase, a date, a day or the number of a visit."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core.intake.convert.dates import order_in_header
from iren_core.intake.headers import read_header, split_phase
from iren_core.intake.identity import identity
from iren_core.intake.match import LONGEST_HEADER, field_called
from iren_core.intake.table import Distinct, RawTable
from iren_core.intake.values import (
    DAY_ORDERS,
    SHORT_ORDERS,
    TIME_OF_DAY,
    DayOrder,
    as_text,
    day_order,
    is_missing,
    plain,
    possible_orders,
    read_date,
)

_DAY_OF_VISIT = re.compile(r"(?:d|day|第)\s*(-?\d{1,3})\s*(?:天|日)?")
_NUMBER_OF_VISIT = re.compile(
    r"(?:v|t|visit|time ?point|time|第|访视|(?P<unit>w|week|wk|month))\.?\s*(?P<number>\d{1,2})\s*"
    r"(?:次|次访视|(?P<behind>周|个月|月))?"
)
_DAYS_OF_UNIT = {"w": 7, "wk": 7, "week": 7, "周": 7, "month": 30, "个月": 30, "月": 30}
#: A visit before all others.
_ENROLMENT = re.compile(r"enrol\w*|screening|inclusion|入组|筛选期?")
#: REDCap names the arm of a study behind its event: "acute_arm_1", "Acute phase (Arm 1: Main)".
_ARM = re.compile(r"[_ ]arm[_ ]\d+[a-z]?$|\s?\(arm \d+[^()]*\)$")
_LITERAL = {"acute": re.compile("acute|急性"), "recovery": re.compile("recover|恢复|convalesc|缓解期")}
#: By such words a column tells the phases without being called one.
_PLAINLY = {
    "acute": re.compile("acute|急性|治疗前|用药前|基线|baseline|before|pre.?treatment"),
    "recovery": re.compile("recover|恢复|convalesc|缓解期|治疗后|用药后|after|post.?treatment|follow.?up"),
}
#: A column that calls its rows acute and recovery has at most so many different texts.
_MOST_PHASES = 20
_EVENT_NAMES = "redcapeventname eventname event"
_TIME_NAMES = "采样时间 采血时间 检验时间 检测时间 sampletime samplingtime collectiontime"
_PHASE_NAMES = (
    f"phase visit timepoint visitno visitnumber visitname {_EVENT_NAMES} stage period time 期别 时期 阶段 时间点 访视 "
    f"访视名称 期 时间 {_TIME_NAMES}"
)
#: Under these bare numbers are those of visits too.
_VISIT_NAMES = (
    f"visit timepoint visitno visitnumber visitname {_EVENT_NAMES} 访视 访视名称 时间点 redcaprepeatinstance "
    "repeatinstance hospitalday dayofstay dayofillness studyday 住院第几天 入院第几天 入院后天数 病程第几天"
)
_DAY_NAMES = "day days sampleday dayofsample 天 天数 第几天"
#: What a name with a word for a time tells of, that nearest to the taking of a sample first; a report comes last.
_NEARNESS = {
    "collected": re.compile(
        r"collect|sampl|drawn?\b|phleb|\bblood (?:date|time)|采|抽血|取样|取血|留样|标本|样本|entnahme|abnahme"
    ),
    "plain": re.compile(
        r"^(?:date|time|datetime|date time|datum|日期|时间|日期 ?时间)$|visit|attend|就诊|访视|随访"
    ),
    "tested": re.compile(r"test|\blab|measur|analy|exam|检|化验|测"),
    "received": re.compile(r"receiv|accession|order|request|送|接收|收样|签收|申请|医嘱|开单|执行"),
    "reported": re.compile(r"report|result|verif|valid|releas|print|报告|审核|结果|发布|打印|befund"),
}
#: A word of a report or of the laboratory's desk stands beside one for a sample: "Sample received", "检验报告时间".
_ASKED_IN_ORDER = ("reported", "received", "collected", "plain", "tested")
_WORD_FOR_A_TIME = re.compile(r"date|time|datum|日期|时间|日$|drawn|collected|reported|received")
#: No time of a sample.
_OTHER_TIME = re.compile(
    r"birth|\bdob\b|出生|\bnext\b|下次|预约|consent|知情|enrol|入组|onset|admi|入院|discharge|出院|death|死亡|start|stop|"
    r"\bend|开始|停药|结束"
)
#: What is written once holds for at least so many rows on average.
_ROWS_OF_ONE = 1.5
#: Longer texts are no times.
_LONGEST_TIME = 60
#: So many cells are looked at before a column is given up.
_FIRST_LOOK = 30


class Times(NamedTuple):
    """The columns with the phase, the date, the day and the number of the visit of a row.

    other_dates : further dates, which tell the time less closely
    clock : the hour, where it has a column beside that of the date
    """

    phase: int | None = None
    date: int | None = None
    day: int | None = None
    number: int | None = None
    other_dates: tuple[int, ...] = ()
    clock: int | None = None

    @property
    def places(self) -> tuple[int | None, ...]:
        """The columns themselves."""
        return (*self[:4], *self.other_dates, self.clock)

    @property
    def known(self) -> bool:
        """Whether anything tells the time."""
        return any(place is not None for place in self[:4])


def times_of(table: RawTable, names: Mapping[str, int], patient: int, taken: Collection[int | None]) -> Times:
    """The columns that tell the time of a row, by their names or else by their cells.

    taken : columns that hold something else
    """
    phase = _phase_column(table, names, {patient, *taken})
    dates = _date_columns(table, patient, {patient, phase, *taken})
    date = dates[0] if dates else None
    day = next((names[name] for name in _DAY_NAMES.split() if name in names), None)
    number = None
    for name in f"{_PHASE_NAMES} {_VISIT_NAMES}".split() if phase is None else ():
        visits = names.get(name)
        if visits is None or visits in dates or visits in taken:
            continue
        if every_cell(table.cells[visits], day_of_visit):
            day = visits if day is None else day
            break
        bare = name in _VISIT_NAMES.split() and every_cell(table.cells[visits], _bare_number)
        if bare or every_cell(table.cells[visits], number_of_visit):
            number = visits
            break
    clock = (
        None if date is None else _clock_column(table, date, {patient, phase, day, number, *dates, *taken})
    )
    return Times(phase, date, day, number, tuple(dates[1:]), clock)


def names_events(names: Mapping[str, int]) -> bool:
    """Whether a table is the export of a study in which every patient has a row for each event."""
    return any(name in names for name in ("redcapeventname", "eventname", "redcaprepeatinstrument"))


# ---- phases and visits ----------------------------------------------------------------------------------


def _phase_column(table: RawTable, names: Mapping[str, int], taken: Collection[int | None]) -> int | None:
    """The column whose texts are phases, by its name; by its cells where they say so literally."""
    named = [names[name] for name in _PHASE_NAMES.split() if name in names and names[name] not in taken]
    for place in named:
        told = bool(_WORD_FOR_A_TIME.search(_name(table.columns[place])))
        cells = table.distinct(place)
        if (
            phases_of(table.cells[place])
            and not _holds_hours(cells)
            and not _holds_dates(cells, numbers=told)
        ):
            return place
    return next(
        (place for place in table.cells if place not in taken and _plainly_phases(table.distinct(place))),
        None,
    )


def _plainly_phases(cells: Distinct) -> bool:
    """Whether texts call rows acute and others recovery, in so many words."""
    texts = [as_text(cell).casefold() for cell in cells.values if not is_missing(cell)]
    if not 2 <= len(texts) <= _MOST_PHASES or not all(_phases_said(text) for text in texts):
        return False
    return all(any(word.search(text) for text in texts) for word in _PLAINLY.values())


def visit_text(cell: Any) -> str:
    """What a visit is called, without the arm of the study."""
    return _ARM.sub("", as_text(cell).casefold()).replace("_", " ").strip()


def every_cell(cells: pd.Series, read: Callable[[Any], float | None]) -> bool:
    """Whether visits go by what is read of them, and at least two can be told apart."""
    texts = {as_text(cell) for cell in cells.tolist() if not is_missing(cell)}
    found = {read(text) for text in texts}
    return None not in found and len(found) > 1


def day_of_visit(cell: Any) -> float | None:
    """The day in a cell such as "D7" or "day 7", ``None`` where it is none.

    >>> day_of_visit("D7"), day_of_visit("第14天"), day_of_visit("V2")
    (7.0, 14.0, None)
    """
    found = _DAY_OF_VISIT.fullmatch(visit_text(cell))
    return float(found[1]) if found else None


def number_of_visit(cell: Any) -> float | None:
    """The number of a visit, or its day, in a cell such as "V2" or "D7", 0 for "baseline"; ``None`` where it is none.

    Weeks and months count in days, for they stand beside days.

    >>> number_of_visit("V2"), number_of_visit("visit 3"), number_of_visit("第2次"), number_of_visit("discharge")
    (2.0, 3.0, 2.0, None)
    >>> number_of_visit("week_2_arm_1"), number_of_visit("第2周"), number_of_visit("enrollment_arm_1")
    (14.0, 14.0, -1.0)
    """
    text = visit_text(cell)
    if found := _NUMBER_OF_VISIT.fullmatch(text):
        return float(found["number"]) * _DAYS_OF_UNIT.get(found["unit"] or found["behind"], 1)
    if _ENROLMENT.fullmatch(text):
        return -1.0
    return 0.0 if "acute" in _phases_said(text) else day_of_visit(cell)


def _bare_number(cell: Any) -> float | None:
    text = as_text(cell)
    return float(text) if text.isdecimal() and len(text) < 3 else number_of_visit(cell)


def visit_order(cells: Sequence[Any]) -> list[float | None]:
    """The number of each row's visit."""
    return [None if is_missing(cell) else _bare_number(cell) for cell in cells]


def _phases_said(text: str) -> list[str | int]:
    """The phases or numbers of a visit that a text may mean, the likeliest first."""
    if len(text) > LONGEST_HEADER:
        return []
    found = [
        (rest != "x", phase)  # "出院前" says nothing else, "前" leaves a rest
        for name in read_header(visit_text(text)).names
        for rest, phase in split_phase(f"x {name}")
    ]
    return [phase for _, phase in sorted(found, key=itemgetter(0))]


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


# ---- dates ----------------------------------------------------------------------------------------------


def _date_columns(table: RawTable, patient: int, taken: Collection[int | None]) -> list[int]:
    """The columns of dates that may be those of the rows, the one nearest to the taking of the sample first.

    One whose name tells nothing of samples is such a column where it differs among the rows of a patient.
    """
    found: list[tuple[int, int]] = []
    for place, column in enumerate(table.columns):
        if place in taken or field_called(column) or _OTHER_TIME.search(_name(column)):
            continue
        near = _nearness(column)
        told = near < len(_NEARNESS) or bool(_WORD_FOR_A_TIME.search(_name(column)))
        if not _holds_dates(table.distinct(place), numbers=told):
            continue
        if near < len(_NEARNESS) or _differs(table, patient, place):
            found.append((near, place))
    return [place for _, place in sorted(found)]


def _clock_column(table: RawTable, date: int, taken: Collection[int | None]) -> int | None:
    """The column with the hours of dates that have none, that nearest to the taking of the sample."""
    if any(share_of_day(cell) for cell in table.distinct(date).values):
        return None
    hours = [
        (_nearness(column), place)
        for place, column in enumerate(table.columns)
        if place not in taken and _holds_hours(table.distinct(place))
    ]
    return min(hours)[1] if hours else None


def _holds_hours(cells: Distinct) -> bool:
    there = [cell for cell in cells.values if not is_missing(cell)]
    return bool(there) and all(share_of_day(cell, alone=True) is not None for cell in there)


def share_of_day(cell: Any, *, alone: bool = False) -> float | None:
    """The time of day, 0 to below 1, that tells the samples of one day apart; ``None`` where none is given.

    alone : whether it stands without a date
    """
    if isinstance(cell, datetime):
        return None if alone else cell.hour / 24 + cell.minute / 1440
    text = plain(as_text(cell))[:_LONGEST_TIME]
    found = TIME_OF_DAY.fullmatch(f" {text}") if alone else TIME_OF_DAY.search(text)
    if not found:
        return None
    half = found["before"] or (found["behind"] or "").replace(".", "")
    hour = int(found["hour"])
    if half:  # 12 am is midnight, 12 pm noon
        hour = hour % 12 + (12 if half in ("pm", "下午") else 0)
    return (hour / 24 + int(found["minute"]) / 1440) % 1


def _name(column: str) -> str:
    return read_header(column).names[0]


def _nearness(column: str) -> int:
    """How near the time in a name is to the taking of a sample, the farthest where it does not say."""
    name = _name(column)
    kind = next((kind for kind in _ASKED_IN_ORDER if _NEARNESS[kind].search(name)), None)
    return len(_NEARNESS) if kind is None else list(_NEARNESS).index(kind)


def _holds_dates(cells: Distinct, *, numbers: bool) -> bool:
    """Whether most cells of a column are dates, in whatever order of day and month.

    numbers : whether bare numbers count, as "20230305" or as a workbook stores a date
    """
    there = [(code, cell) for code, cell in enumerate(cells.values) if not is_missing(cell)]
    if not any(_may_be_a_date(cell, numbers=numbers) for _, cell in there[:_FIRST_LOOK]):
        return False
    often = np.bincount(cells.codes, minlength=len(cells.values))
    dates = sum(int(often[code]) for code, cell in there if _may_be_a_date(cell, numbers=numbers))
    return dates > 0.5 * sum(int(often[code]) for code, _ in there)


def _may_be_a_date(cell: Any, *, numbers: bool) -> bool:
    bare = isinstance(cell, int | float) or as_text(cell).replace(".", "", 1).isdecimal()
    if bare and not numbers:
        return False
    return any(not read_date(cell, order).fault for order in SHORT_ORDERS)


def _differs(table: RawTable, patient: int, place: int) -> bool:
    """Whether any patient has two different cells in a column."""
    first: dict[str, str] = {}
    who = ""
    for number, cell in zip(table.cells[patient].tolist(), table.cells[place].tolist(), strict=True):
        who = who if is_missing(number) else identity(number)
        if who and not is_missing(cell) and first.setdefault(who, as_text(cell)) != as_text(cell):
            return True
    return False


def date_orders(table: RawTable, date: int | None) -> tuple[tuple[DayOrder, ...], str]:
    """The orders of day, month and year that the dates of the rows may be meant in, and why a single one holds.

    It is settled by the dates themselves, by their header, or by the other dates of the table.
    """
    if date is None:
        return ("unknown",), ""
    cells, name = table.distinct(date).values, table.columns[date]
    settled = day_order(cells)
    if settled != "unknown" or all(is_missing(cell) or not _left_open(cell) for cell in cells):
        return (settled,), ""
    possible = possible_orders(cells) or DAY_ORDERS
    if (told := order_in_header(name, cells)) is not None:
        return (told,), f"Dates in “{name}” are written with the {told}, as its header says."
    others = {
        order: column
        for place, column in enumerate(table.columns)
        if place != date and (order := _order_of(table.distinct(place))) in possible
    }
    if len(others) == 1:
        (order, column), *_ = others.items()
        return (order,), f"Dates in “{name}” were read with the {order}, as those of “{column}” are written."
    return possible, ""


def _order_of(cells: Distinct) -> DayOrder:
    return day_order(cells.values) if _holds_dates(cells, numbers=False) else "unknown"


def _left_open(cell: Any) -> bool:
    """Whether a cell is a date of which only the order of its parts is not known."""
    return bool(read_date(cell, "unknown").fault) and _may_be_a_date(cell, numbers=False)


# ---- what is written once --------------------------------------------------------------------------------


def said_once(who: Sequence[Any], cells: Sequence[Any]) -> bool:
    """Whether a column of a list writes what holds for several rows of a patient in the first of them alone."""
    written = [
        f"{identity(one)}|{plain(as_text(cell))}"
        for one, cell in zip(who, cells, strict=True)
        if not _blank(cell)
    ]
    return written_once(written, len(cells))


def written_once(texts: Sequence[str], rows: int) -> bool:
    """Whether texts stand once for several rows each: no two that follow each other are the same, and they are few."""
    return all(one != other for one, other in pairwise(texts)) and rows >= _ROWS_OF_ONE * len(texts)


def filled_from_above(who: Sequence[Any], cells: Sequence[Any]) -> list[Any]:
    """Cells of which an empty one is the one above it, where that is the same patient's.

    >>> filled_from_above(["1", "1", "2"], ["2022-03-01", None, None])
    ['2022-03-01', '2022-03-01', None]
    """
    filled: list[Any] = []
    for row, cell in enumerate(cells):
        same = row > 0 and not is_missing(who[row]) and identity(who[row]) == identity(who[row - 1])
        filled.append(filled[-1] if same and _blank(cell) else cell)
    return filled


def _blank(cell: Any) -> bool:
    """Whether nothing at all is written; "unknown" is."""
    return cell is None or (isinstance(cell, float) and np.isnan(cell)) or as_text(cell) == ""
