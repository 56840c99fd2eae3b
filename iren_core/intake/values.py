"""Single cells: numbers with limits and remarks, dates in their many spellings, text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from iren_core.intake.units import keep_raised, unit_key

DayOrder = Literal["day first", "month first", "year first", "unknown"]
#: What a reader may answer when nothing tells; with years of two digits the year may come first too.
DAY_ORDERS: tuple[DayOrder, ...] = ("day first", "month first")
SHORT_ORDERS: tuple[DayOrder, ...] = ("year first", *DAY_ORDERS)

#: Two digits of a year stand for 2000 to this one. Neither bound moves with the calendar: a file that is read again
#: gives the same dates.
LAST_SHORT_YEAR = 2049
#: Checkpoint inhibitors came in 2011: by these years the order of day, month and year is told where it can be.
ERA = range(2011, 2041)

#: Cells that say that there is no value. "-" is not here: a flag column uses it for "no".
_MISSING = frozenset(
    word
    for line in (
        "na n/a n.a. nan null none nd n.d. nil unknown unk missing . ? / \\ -- — – #n/a #null! not_done n/d n.k. "
        "not_available not_known not_recorded not_measured not_determined not_tested not_reported no_data",
        "未查 未测 未做 未检 缺失 不详 无数据 未知 未查见 空 未记录",
        # keine Angabe, entfällt, nicht bekannt, nicht bestimmt, nicht durchgeführt
        "k.a. k._a. k.a keine_angabe keine_angaben k.ang. entf. entf entfällt entfaellt n.b. n._b. n._a. n._d. "
        "n.e. n.best. nicht_bekannt nicht_bestimmt nicht_erhoben nicht_durchgeführt nicht_dokumentiert "
        "nicht_gemessen unbekannt unbek.",
        # French, Spanish, Italian, Dutch
        "non_renseigné n.r. inconnu manquant desconocido sin_dato sin_datos no_consta non_noto onbekend",
    )
    for word in line.split()
)

#: How the numbers of a column are written: with decimal points; with decimal commas, where "1.234" is left open, is
#: 1234, or a number with a decimal point among them; or in a way that leaves open what "1.234" and "1,234" are.
DecimalMark = Literal["point", "comma", "comma, points thousands", "comma, points decimals", "unclear"]
#: What a reader may say of the marks in "1.234" and in "1,234".
MARK_ANSWERS = {
    "point": ("points mark thousands", "points mark decimals"),
    "comma": ("commas mark thousands", "commas mark decimals"),
}

_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_SIGNS = (("<", "<=|<|≤|小于|低于|不足"), (">", ">=|>|≥|大于|高于|超过"))
_ABOUT = re.compile(r"^(?:~|≈|±|约|大约|about |approx\.? ?|ca\.? ?)")
#: Arrows and letters with which laboratories mark values outside the reference range.
_FLAGS = re.compile(r"(?:\s*[↑↓*])+$|\s+[HL]$")
#: A unit, or words, behind a number.
_WORDS_BEHIND = re.compile(r"(?<=\d)\s*\D+$")
#: Thousands or decimals, as the mark is meant.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_GROUPED_BY_COMMAS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_GROUPED_BY_BLANKS = re.compile(r"[+-]?[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?")
#: A number with a decimal point that cannot be one of thousands.
_POINT_NUMBER = re.compile(r"[+-]?[0-9]{1,15}\.(?:[0-9]{1,2}|[0-9]{4,})")
_RANGE = re.compile(r"([\d.,]+)\s*%?\s*(?:-|~|–|—|to|至|到)\s*([\d.,]+)\s*(\D*)")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")

#: What XML, and so every office document, forbids; vertical tab and form feed stand between words.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OLD_BREAKS = re.compile("[\x0b\x0c]")
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f])_")

_EXCEL_DAY_ZERO = datetime(1899, 12, 30)
#: Excel counts a 29 February 1900 that never was, so the days before it are one less from day zero.
_EXCEL_LEAP_DAY = datetime(1900, 3, 1)
_YEARS = range(1900, 2101)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class PercentCell(float):
    """The number of a cell in percent format: 0.62 where the workbook shows 62%."""


class NumberCell(NamedTuple):
    """A number as a cell gives it.

    value : the number, ``None`` when the cell gives none or only a limit
    sign, bound : "<" or ">" and the limit, for "<5"; else "" and ``None``
    note : what was overlooked to read it ("about"), as a sentence, else ""
    fault : why it could not be read, as a sentence, else ""
    unit : the unit written in the cell, in one spelling, where it is another than the column's; else ""
    """

    value: float | None = None
    sign: str = ""
    bound: float | None = None
    note: str = ""
    fault: str = ""
    unit: str = ""


class DateCell(NamedTuple):
    """A date, or why there is none; whether its year was written with two digits."""

    value: datetime | None = None
    fault: str = ""
    short_year: bool = False


def as_text(cell: Any) -> str:
    """A cell as a reader sees it; "" when empty. A whole number shows no decimals, a date no midnight.

    >>> as_text(1.0), as_text(datetime(2023, 3, 5)), as_text(None)
    ('1', '2023-03-05', '')
    """
    if type(cell) is str:
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(cell).strip()


def as_shown(cell: Any) -> str:
    """A cell as its workbook shows it, a percentage too.

    >>> as_shown(PercentCell(0.62)), as_shown(0.62)
    ('62%', '0.62')
    """
    return f"{float(cell) * 100:.12g}%" if isinstance(cell, PercentCell) else as_text(cell)


def printable(text: str) -> str:
    """Text without the characters that no office document can hold; old kinds of line break become blanks.

    Excel writes such a character as "_x000B_".

    >>> printable("lung\\x0bcancer_x0001_")
    'lung cancer'
    """
    if text.isprintable() and "_x00" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return _FORBIDDEN.sub("", _OLD_BREAKS.sub(" ", text))


def plain_number(cell: Any) -> float | None:
    """The number of a text that is nothing but digits and a decimal point; ``None`` for any other cell.

    >>> plain_number("38.5"), plain_number("38,5"), plain_number("<5")
    (38.5, None, None)
    """
    if isinstance(cell, str) and _PLAIN_NUMBER.fullmatch(cell) and cell.isascii():
        number = float(cell)
        return number if math.isfinite(number) else None
    return None


def is_missing(cell: Any) -> bool:
    """Whether a cell is empty or says that there is no value ("NA", "未查")."""
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell or plain(cell).replace(" ", "_") in _MISSING
    return isinstance(cell, float) and math.isnan(cell)


def plain(text: str) -> str:
    """Text in one width and case, without outer spaces."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def decimal_mark(cells: Iterable[Any]) -> DecimalMark:
    """How the numbers of a column are written: "3,9" or "38.5" settles it, "1,234" and "1.234" do not.

    Whether points mark thousands is settled by "1.234,5" and "1.234.567".

    >>> decimal_mark(["3,9 %", "1,234"]), decimal_mark(["38.5", "1,234"]), decimal_mark(["1,234", "1.234", "5"])
    ('comma', 'point', 'unclear')
    >>> decimal_mark(["3,9", "1.234,5"])
    'comma, points thousands'
    """
    comma = point = False
    for cell in cells:
        if not isinstance(cell, str) or not any(mark in cell for mark in ",.，．"):
            continue
        if _POINT_NUMBER.fullmatch(cell):
            point = True
            continue
        text = _digits_of(cell)
        if _EITHER.fullmatch(text):
            continue
        if _GROUPED_BY_COMMAS.fullmatch(text):
            return "point"
        if _GROUPED_BY_POINTS.fullmatch(text):
            return "comma, points thousands"
        comma |= bool(_DECIMAL_COMMA.fullmatch(text))
        point |= bool(_PLAIN_NUMBER.fullmatch(text)) and "." in text
    if comma:
        return "comma"
    return "point" if point else "unclear"


def _digits_of(cell: str) -> str:
    """A text without its sign of a limit, its "about" and the words behind its number."""
    return _WORDS_BEHIND.sub("", _ABOUT.sub("", plain(cell)).lstrip("<>=≤≥ "))


def mark_of_thousands(cell: Any, decimal: DecimalMark) -> str:
    """The mark that groups thousands in a cell as its column is written, "point" or "comma"; "" where none does.

    >>> mark_of_thousands("1,315", "point"), mark_of_thousands("1,315", "comma"), mark_of_thousands("13.5", "point")
    ('comma', '', '')
    """
    if not isinstance(cell, str):
        return ""
    digits = _digits_of(cell)
    if decimal == "point":
        return "comma" if _GROUPED_BY_COMMAS.fullmatch(digits) else ""
    grouped = "." in digits and (_EITHER.fullmatch(digits) or _GROUPED_BY_POINTS.fullmatch(digits))
    return "point" if decimal == "comma, points thousands" and grouped else ""


def mark_left_open(read: NumberCell) -> str:
    """The mark, "point" or "comma", of which it is not clear whether it marks thousands; "" where all is clear."""
    return next((mark for mark, fault in _OPEN_MARKS.items() if read.fault == fault), "")


def settled_mark(decimal: DecimalMark, answer: str) -> DecimalMark:
    """How a column is written that left a mark open, by a reader's answer (see ``MARK_ANSWERS``).

    >>> settled_mark("comma", "points mark thousands"), settled_mark("unclear", "points mark decimals")
    ('comma, points thousands', 'point')
    """
    settled: dict[str, DecimalMark] = {
        "points mark thousands": "comma, points thousands",
        "points mark decimals": "comma, points decimals" if decimal == "comma" else "point",
        "commas mark thousands": "point",
        "commas mark decimals": "comma",
    }
    return settled[answer]


def read_number(
    cell: Any, unit: str, *, decimal: DecimalMark = "point", others: Collection[str] = ()
) -> NumberCell:
    """Read one cell of a numeric column.

    Parameters
    ----------
    unit : the unit the column is in, in one spelling; a cell may repeat it ("38 g/L")
    decimal : how the column writes its numbers; where that is unclear "1,234" is not read, nor is "1.234"
        beside decimal commas unless it is known what points mark there
    others : further units that a cell may name, for they can be converted

    Examples
    --------
    >>> read_number("3.9 g/dL", "g/l", others=["g/dl"]).unit, read_number("30-40%", "%").value
    ('g/dl', 35.0)
    >>> read_number("<5", "mg/l").bound, read_number("３８．５", "g/l").value, read_number("~90", "%").value
    (5.0, 38.5, 90.0)
    """
    if decimal == "point" and (number := plain_number(cell)) is not None:
        return NumberCell(number)
    if isinstance(cell, bool):
        return NumberCell(fault="A yes or no stands where a number should.")
    if isinstance(cell, PercentCell):
        return _percentage(cell, unit, others)
    if isinstance(cell, int | float):
        return NumberCell(float(cell)) if math.isfinite(cell) else NumberCell(fault=_TOO_LARGE)
    if isinstance(cell, datetime):
        days = (cell - _EXCEL_DAY_ZERO) / timedelta(days=1)
        days -= cell < _EXCEL_LEAP_DAY
        return NumberCell(days, note=f"The cell is formatted as a date; it was read as the number {days:g}.")
    return _written_number(cell, unit, decimal, others)


def _percentage(cell: PercentCell, unit: str, others: Collection[str]) -> NumberCell:
    """A share where the field is a percentage; elsewhere the number, unless it can only be meant as a percentage."""
    number = float(cell)
    if "fraction" in (unit, *others):
        return NumberCell(number, unit="fraction")
    if unit and abs(number) < 1:
        return NumberCell(fault=f"The cell is in percent format and shows {as_shown(cell)}.")
    return NumberCell(number, note=f"The cell is in percent format; it was read as the number {number:g}.")


_OPEN_MARKS = {
    mark: f"It is not clear whether the {mark} marks decimals or thousands." for mark in ("point", "comma")
}
_TOO_LARGE = "It is too large to be a number."


def _written_number(cell: str, unit: str, decimal: DecimalMark, others: Collection[str]) -> NumberCell:
    text = unicodedata.normalize("NFKC", keep_raised(cell)).replace("−", "-").strip()
    text = _FLAGS.sub("", text).strip()
    note = ""
    if _ABOUT.match(text.casefold()):
        text = _ABOUT.sub("", text.casefold()).strip()
        note = f"“{cell}” is an approximate value; the number was taken."
    sign = ""
    for mark, pattern in _SIGNS:
        if found := re.match(pattern, text):
            sign, text = mark, text[found.end() :].strip()
    text, own = _without_unit(text, unit, others)
    number = _number(text, decimal)
    if number is None and not sign and (middle := _midpoint(text, unit, decimal)) is not None:
        return NumberCell(middle, note=f"“{cell}” is a range; its midpoint {middle:g} was taken.")
    if number is None:
        return NumberCell(fault=_why_no_number(text))
    if not math.isfinite(number):
        return NumberCell(fault=_TOO_LARGE)
    if sign:
        return NumberCell(sign=sign, bound=number, unit=own)
    return NumberCell(number, note=note, unit=own)


def _midpoint(text: str, unit: str, decimal: DecimalMark) -> float | None:
    """The middle of a range "30-40"; ``None`` where the text is none, or runs downwards."""
    found = _RANGE.fullmatch(text)
    if not found or (found[3] and unit_key(found[3]) != unit):
        return None
    low, high = _number(found[1], decimal), _number(found[2], decimal)
    return (low + high) / 2 if low is not None and high is not None and low < high else None


def _without_unit(text: str, unit: str, others: Collection[str]) -> tuple[str, str]:
    """The text without the unit that it ends in, and that unit where it is another than the column's."""
    if unit == "days" and text.endswith("天"):
        text = text.removeprefix("第")
    found = re.fullmatch(r"([+-]?[\d.,\s]*\d)\s*(\D.*)", text)
    own = unit_key(found[2]) if found and unit else ""
    if found and own and (own == unit or own in others):
        return found[1], "" if own == unit else own
    return text, ""


def _number(text: str, decimal: DecimalMark) -> float | None:
    if _GROUPED_BY_BLANKS.fullmatch(text):
        text = text.replace(" ", "")
    either = bool(_EITHER.fullmatch(text))
    if either and (decimal == "unclear" or (decimal == "comma" and "." in text)):
        return None
    commas, points_group = decimal.startswith("comma"), decimal == "comma, points thousands"
    if commas and (
        _GROUPED_BY_POINTS.fullmatch(text) or _DECIMAL_COMMA.fullmatch(text) or (points_group and either)
    ):
        text = text.replace(".", "").replace(",", ".")
    elif decimal == "point" and _GROUPED_BY_COMMAS.fullmatch(text):
        text = text.replace(",", "")
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _why_no_number(text: str) -> str:
    if _EITHER.fullmatch(text):
        mark = "comma" if "," in text else "point"
        return _OPEN_MARKS[mark]
    if "^" in text:
        return "A raised, lowered or circled sign stands beside the number, perhaps of a footnote."
    if _RANGE.fullmatch(text):
        return "A range stands where one number should, and it does not run upwards in the column's unit."
    if re.fullmatch(r"[+-]?[\d.,]+(?:\s+[+-]?[\d.,]+)+", text):
        return "More than one number stands in the cell."
    if re.fullmatch(r"[+-]?[\d.,]+\s*\D+", text):
        return "The number is followed by something that is not the column's unit."
    return "It is not a number."


# ---- dates -------------------------------------------------------------------------------------------


def day_order(cells: Iterable[Any]) -> DayOrder:
    """Whether dates like 03/05/2023 begin with the day: a part above 12 settles it for the column.

    Dates like 23-3-5 settle it where a single order makes days of the calendar of all of them, in years in which there
    are checkpoint inhibitors.

    >>> day_order(["23-3-31", "23-3-5"]), day_order(["31/3/23", "5/4/23"]), day_order(["12/11/23"])
    ('year first', 'day first', 'unknown')
    """
    first = second = False
    texts = [plain(cell) for cell in cells if isinstance(cell, str)]
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
        if isinstance(cell, str) and (found := _SHORT_YEAR.fullmatch(plain(cell))):
            days = {order: day for order in SHORT_ORDERS if (day := _short_year(found, order).value)}
            fits = {order for order, day in days.items() if day.year in ERA} or set(days)
            possible += [fits] if fits else []
    both = set.intersection(*possible) if possible else set()
    return tuple(order for order in SHORT_ORDERS if order in both)


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
    text = re.sub(r"[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?$", "", plain(as_text(cell))).strip()
    for pattern, read in _DATE_FORMS:
        if found := pattern.fullmatch(text):
            return read(found, order)
    return DateCell(fault="It is not a date.")


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


_SHORT_YEAR = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{1,2})")

#: Ways to write a date, and how each is read.
_DATE_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DayOrder], DateCell]], ...] = (
    (
        re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?"),
        lambda found, _: _date(int(found[1]), int(found[2]), int(found[3])),
    ),
    (re.compile(r"\d{5}(?:\.\d+)?|\d{8}"), lambda found, _: _from_serial(float(found[0]))),
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
