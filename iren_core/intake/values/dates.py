"""Dates as spreadsheets write them, in an order of day, month and year that a column tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from iren_core.intake.values.text import as_text, plain

DayOrder = Literal["day first", "month first", "year first", "unknown"]
#: What a reader may answer when nothing tells; with years of two digits the year may come first too.
DAY_ORDERS: tuple[DayOrder, ...] = ("day first", "month first")
SHORT_ORDERS: tuple[DayOrder, ...] = ("year first", *DAY_ORDERS)
#: Two digits of a year stand for 2000 to this one. Neither bound moves with the calendar: a file that is read again
#: gives the same dates.
LAST_SHORT_YEAR = 2049
#: Checkpoint inhibitors came in 2011: by these years the order of day, month and year is told where it can be.
ERA = range(2011, 2041)
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)
#: Excel counts a 29 February 1900 that never was, so the days before it are one less from day zero.
_EXCEL_LEAP_DAY = datetime(1900, 3, 1)
#: Of so many true dates of a column none is after the 12th of its month by chance in one of six columns.
_FEWEST_TRUE_DATES = 2
_IN_EITHER_ORDER = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](?:\d{4}|\d{2})")
_YEARS = range(1900, 2101)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateCell(NamedTuple):
    """A date, or why there is none; whether its year was written with two digits."""

    value: datetime | None = None
    fault: str = ""
    short_year: bool = False


def day_order(cells: Iterable[Any]) -> DayOrder:
    """Whether dates like 03/05/2023 begin with the day: a part above 12 settles it for the column.

    Dates like 23-3-5 settle it where a single order makes days of the calendar of all of them, in years in which there
    are checkpoint inhibitors.

    >>> day_order(["23-3-31", "23-3-5"]), day_order(["31/3/23", "5/4/23"]), day_order(["12/11/23"])
    ('year first', 'day first', 'unknown')
    """
    first = second = False
    texts = [_day_of(cell) for cell in cells if isinstance(cell, str)]
    for text in texts:
        if found := re.match(r"(\d{1,2})[-./](\d{1,2})[-./]\d{4}", text):
            first |= int(found[1]) > 12
            second |= int(found[2]) > 12
    if first != second:
        return "day first" if first else "month first"
    orders = () if first else possible_orders(texts)
    return orders[0] if len(orders) == 1 else "unknown"


def possible_orders(cells: Iterable[Any]) -> tuple[DayOrder, ...]:
    """The orders in which all dates with years of two digits can be meant; none where there is no such date.

    An order counts that puts the date into ``ERA``, or where none does, one that makes a day of it at all.

    >>> possible_orders(["15/3/23", "25/3/11"]), possible_orders(["5/3/23"]), possible_orders(["5/3/2023"])
    (('year first', 'day first'), ('day first', 'month first'), ())
    """
    possible: list[set[DayOrder]] = []
    for cell in cells:
        if isinstance(cell, str) and (found := _SHORT_YEAR.fullmatch(_day_of(cell))):
            days = {order: day for order in SHORT_ORDERS if (day := _short_year(found, order).value)}
            fits = {order for order, day in days.items() if day.year in ERA} or set(days)
            possible += [fits] if fits else []
    both = set.intersection(*possible) if possible else set()
    return tuple(order for order in SHORT_ORDERS if order in both)


def half_exchanged(cells: Iterable[Any], order: DayOrder) -> Any:
    """The first cell with a true date of a column in which Excel seems to have exchanged day and month; else ``None``.

    Opened where dates are written in the other order, "03/04/2023" becomes a date with day and month exchanged, and
    "13/04/2023", of which no date can be made so, stays a text. Then no true date has a day after the 12th, and each
    text has.

    >>> half_exchanged([datetime(2023, 4, 3), "13/05/2023", datetime(2023, 11, 2)], "day first")
    datetime.datetime(2023, 4, 3, 0, 0)
    >>> half_exchanged([datetime(2023, 4, 30), "13/05/2023", datetime(2023, 11, 2)], "day first")
    """
    if order not in DAY_ORDERS:
        return None
    place = 2 if order == "month first" else 1
    days: dict[Any, datetime] = {}
    texts: list[str] = []
    for cell in cells:
        if isinstance(cell, str):
            texts.append(re.sub(r" \d{1,2}:\d{2}(?::\d{2})?$", "", plain(cell)))
        elif cell is not None and (day := read_date(cell, "unknown").value):
            days[cell] = day
    parts = [int(found[place]) for text in texts if (found := _IN_EITHER_ORDER.fullmatch(text))]
    if not parts or min(parts) <= 12 or len(days) < _FEWEST_TRUE_DATES:
        return None
    return next(iter(days)) if all(day.day <= 12 for day in days.values()) else None


def read_date(cell: Any, order: DayOrder) -> DateCell:
    """Read one cell of a date column.

    >>> read_date("2023年3月5日", "unknown").value
    datetime.datetime(2023, 3, 5, 0, 0)
    >>> read_date("03/05/2023", "unknown").fault
    'It is not clear which part is the day and which the month.'
    """
    if isinstance(cell, datetime):
        return _in_years(datetime.combine(cell.date(), datetime.min.time()))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(float(cell))
    text = _day_of(as_text(cell))
    for pattern, read in _DATE_FORMS:
        if found := pattern.fullmatch(text):
            return read(found, order)
    return DateCell(fault="It is not a date.")


def _day_of(text: str) -> str:
    """A text without the time of day behind its date."""
    text = plain(text)
    return text if len(text) > _LONGEST_TIME else TIME_OF_DAY.sub("", text).strip()


def serial_of(value: datetime) -> float:
    """The number that Excel shows as this date.

    >>> serial_of(datetime(1900, 1, 5)), serial_of(datetime(1900, 3, 1))
    (5.0, 61.0)
    """
    return (value - _EXCEL_DAY_ZERO) / timedelta(days=1) - (value < _EXCEL_LEAP_DAY)


def _from_serial(serial: float) -> DateCell:
    if 19_000_101 <= serial <= 21_001_231 and serial.is_integer():
        whole = int(serial)
        return _date(whole // 10_000, whole // 100 % 100, whole % 100)
    if 20_000 <= serial <= 60_000:
        return DateCell(_EXCEL_DAY_ZERO + timedelta(days=int(serial)))
    return DateCell(fault="It is not a date.")


def _short_date(found: re.Match[str], order: DayOrder) -> DateCell:
    first, second, year = map(int, found.groups())
    if first == second or order in DAY_ORDERS:
        day, month = (second, first) if order == "month first" else (first, second)
        return _date(year, month, day)
    return DateCell(fault="It is not clear which part is the day and which the month.")


def _short_year(found: re.Match[str], order: DayOrder) -> DateCell:
    """A date whose year has two digits."""
    parts = tuple(map(int, found.groups()))
    readings = {
        "year first": parts,
        "day first": parts[::-1],
        "month first": (parts[2], parts[0], parts[1]),
    }
    if order not in readings:
        return DateCell(fault="It is not clear which part is the day, the month and the year.")
    return _in_this_century(*readings[order])


def _in_this_century(year: int, month: int, day: int) -> DateCell:
    """A date with the last two digits of its year, which is 20__ up to 2049, on whatever day the file is read."""
    if year > 99:
        return DateCell(fault="There is no such day in the calendar.")
    if 2000 + year > LAST_SHORT_YEAR:
        fault = f"The year has two digits only, which stand for 2000 to {LAST_SHORT_YEAR}, and reads {year}."
        return DateCell(fault=fault)
    return _date(2000 + year, month, day)._replace(short_year=True)


def _named_month(day: str, month: str, year: str) -> DateCell:
    if month not in _MONTHS:
        return DateCell(fault="It is not a date.")
    number = _MONTHS.index(month) + 1
    return (
        _in_this_century(int(year), number, int(day))
        if len(year) == 2
        else _date(int(year), number, int(day))
    )


def _date(year: int, month: int, day: int) -> DateCell:
    try:
        value = date(year, month, day)
    except ValueError:
        return DateCell(fault="There is no such day in the calendar.")
    return _in_years(datetime(value.year, value.month, value.day))


def _in_years(value: datetime) -> DateCell:
    if value.year not in _YEARS:
        return DateCell(fault="The year cannot be right.")
    return DateCell(value)


#: A date with its time of day is no longer.
_LONGEST_TIME = 60
#: Behind a date: "7:00", "T07:00:00.000+08:00", "7:00 pm", "下午7:00", "7时30分".
TIME_OF_DAY = re.compile(
    r"(?:[t\s]|(?<=[日号])|(?=[上下]午))(?P<before>上午|下午)?\s?"
    r"(?P<hour>\d{1,2})(?::|时|点)(?P<minute>\d{2})分?(?::?\d{2}(?:\.\d+)?秒?)?"
    r"\s?(?P<behind>[ap]\.?m\.?)?(?:z|[+-]\d{2}:?\d{2})?$"
)
_SHORT_YEAR = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{1,2})")
#: Ways to write a date, and how each is read.
_DATE_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DayOrder], DateCell]], ...] = (
    (
        re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?"),
        lambda found, _: _date(int(found[1]), int(found[2]), int(found[3])),
    ),
    (re.compile(r"\d{5}(?:\.\d+)?|\d{8}"), lambda found, _: _from_serial(float(found[0]))),
    (
        re.compile(r"(20\d\d)(\d\d)(\d\d)(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?"),
        lambda found, _: _date(int(found[1]), int(found[2]), int(found[3])),
    ),
    (re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})"), _short_date),
    (
        re.compile(r"(\d{1,2})[-. /]([a-z]{3})[a-z]*[-., /]+(\d{4}|\d{2})"),
        lambda found, _: _named_month(found[1], found[2], found[3]),
    ),
    (
        re.compile(r"([a-z]{3})[a-z]*[-. /](\d{1,2})[-., /]+(\d{4}|\d{2})"),
        lambda found, _: _named_month(found[2], found[1], found[3]),
    ),
    (
        re.compile(r"(\d{2})年(\d{1,2})月(\d{1,2})[日号]?"),
        lambda found, _: _short_year(found, "year first"),
    ),
    (_SHORT_YEAR, _short_year),
    (re.compile(r"\d{4}[-./年]\d{1,2}月?"), lambda _, __: DateCell(fault="The day is lacking.")),
)
