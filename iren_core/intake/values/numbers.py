"""Numbers as spreadsheets write them: limits, ranges, units, decimal points and commas."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from iren_core.intake.units import keep_raised, unit_key
from iren_core.intake.values.dates import serial_of
from iren_core.intake.values.text import PercentCell, as_shown

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
#: Laboratories mark values outside the reference range: "↑13.2", "14.8(H)", "14.8 偏高", "14.8 H g/L".
_LETTER = r"(?:HH?|LL?|N)"
_WORD = r"(?:偏高|偏低|升高|降低|增高|减低|正常|高|低|high|low)"
_ARROW = r"[↑↓⬆⬇⇑⇓▲▼△▽*]"
_SURE = rf"(?:{_ARROW}|[(\[]\s*(?:{_ARROW}{{1,3}}|{_LETTER}|{_WORD})\s*[)\]]|{_WORD})"
_FLAG_BEFORE = re.compile(rf"^(?:(?:{_SURE}|{_LETTER})\s*){{1,3}}(?=[<>=≤≥~≈]|[+-]?\d)")
#: A letter stands behind a number, a blank or another mark: those of "g/L" are none.
_FLAG_BEHIND = re.compile(rf"(?:\s*(?:{_SURE}|(?<=[\d\s)\]↑↓]){_LETTER})){{1,3}}$")
_FLAG_BETWEEN = re.compile(rf"(?<=\d)\s*(?:(?:{_SURE}\s*){{1,3}}|(?<=\s){_LETTER}\s+)(?=[^\W\d]|%)")
#: A longer text is no number with a mark.
_LONGEST_FLAGGED = 60
#: A longer text is no number, whatever it begins with.
_LONGEST_NUMBER = 100
#: In a column of these an H stands for hours.
_TIMES = frozenset({"years", "days", "hours", "weeks", "months"})
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
#: How a cell may write the unit of its column, where no header would: "38.5度", "125k", "4分", "D5".
_IN_A_CELL = {
    "": re.compile(r"(?<=\d)\s*(?:分|points?|pts?\.?|cycles?|个?周期)$", re.IGNORECASE),
    "°c": re.compile(r"(?<=\d)\s*(?:度|°)$"),
    "10^9/l": re.compile(r"(?<=\d)\s*k$", re.IGNORECASE),
    "days": re.compile(r"^(?:d|day|第)\s*(?=\d+\s*(?:[天日]|$))", re.IGNORECASE),
}
_PLUS_BEHIND = re.compile(r"(?<=\d)\s*\+$")
_WEEKS = re.compile(r"(?<=\d)\s*w(?:ks?)?$", re.IGNORECASE)
#: A score with what it foretells: "3 (35.3%)".
_SHARE_BEHIND = re.compile(r"(?<=\d|分)\s*\(\s*[\d.,]+\s*%\s*\)$")


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


def plain_number(cell: Any) -> float | None:
    """The number of a text that is nothing but digits and a decimal point; ``None`` for any other cell.

    >>> plain_number("38.5"), plain_number("38,5"), plain_number("<5")
    (38.5, None, None)
    """
    if isinstance(cell, str) and _PLAIN_NUMBER.fullmatch(cell) and cell.isascii():
        number = float(cell)
        return number if math.isfinite(number) else None
    return None


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
    if len(cell.strip()) > _LONGEST_NUMBER:
        return ""
    text = without_flag(cell)[0].casefold()
    return _WORDS_BEHIND.sub("", _ABOUT.sub("", text).lstrip("<>=≤≥ "))


def without_flag(text: str, unit: str = "") -> tuple[str, str]:
    """A text without the mark of a laboratory at its number, and that mark, "" without one.

    unit : of the column; in one of times "24 H" is hours

    >>> without_flag("↑13.2"), without_flag("14.8 (H)"), without_flag("14.8 H g/L"), without_flag("14.8 g/L")
    (('13.2', '↑'), ('14.8', '(H)'), ('14.8 g/L', 'H'), ('14.8 g/L', ''))
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > _LONGEST_FLAGGED:
        return text, ""
    bare, flags = text, []
    for pattern, instead in ((_FLAG_BEFORE, ""), (_FLAG_BEHIND, ""), (_FLAG_BETWEEN, " ")):
        if found := pattern.search(bare):
            flags.append(found[0].strip())
            bare = f"{bare[: found.start()]}{instead}{bare[found.end() :]}".strip()
    flag = " ".join(flags)
    return (text, "") if unit in _TIMES and re.search("[HLN]", flag) else (bare, flag)


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
    cell: Any,
    unit: str,
    *,
    decimal: DecimalMark = "point",
    others: Collection[str] = (),
    highest: bool = False,
) -> NumberCell:
    """Read one cell of a numeric column.

    Parameters
    ----------
    unit : the unit the column is in, in one spelling; a cell may repeat it ("38 g/L")
    decimal : how the column writes its numbers; where that is unclear "1,234" is not read, nor is "1.234"
        beside decimal commas unless it is known what points mark there
    others : further units that a cell may name, for they can be converted
    highest : whether the highest value is asked for, so that of a range its upper end is taken, and not its midpoint

    Examples
    --------
    >>> read_number("3.9 g/dL", "g/l", others=["g/dl"]).unit, read_number("30-40%", "%").value
    ('g/dl', 35.0)
    >>> read_number("<5", "mg/l").bound, read_number("３８．５", "g/l").value, read_number("~90", "%").value
    (5.0, 38.5, 90.0)
    >>> read_number("37.8-40.1", "°c", highest=True).value, read_number("4分", "").value
    (40.1, 4.0)
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
        days = serial_of(cell)
        return NumberCell(days, note=f"The cell is formatted as a date; it was read as the number {days:g}.")
    return _written_number(cell, unit, decimal, others, highest=highest)


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


def _written_number(
    cell: str, unit: str, decimal: DecimalMark, others: Collection[str], *, highest: bool
) -> NumberCell:
    text = unicodedata.normalize("NFKC", keep_raised(cell)).replace("−", "-").strip()
    if len(text) > _LONGEST_NUMBER:
        return NumberCell(fault=_why_no_number(text[:_LONGEST_NUMBER]))
    text, _ = without_flag(text, unit)
    note = ""
    if _ABOUT.match(text.casefold()):
        text = _ABOUT.sub("", text.casefold()).strip()
        note = f"“{cell}” is an approximate value; the number was taken."
    sign = ""
    for mark, pattern in _SIGNS:
        if found := re.match(pattern, text):
            sign, text = mark, text[found.end() :].strip()
    if unit == "days" and _PLUS_BEHIND.search(text):  # how survival tables write that a time was only reached
        sign, text = ">", _PLUS_BEHIND.sub("", text)
    if not unit and _SHARE_BEHIND.search(text):
        text = _SHARE_BEHIND.sub("", text)
        note = f"“{cell}” gives a percentage beside the number; only the number was taken."
    text, own = _without_unit(text, unit, others)
    number = _number(text, decimal)
    if number is None and not sign and (ends := _ends(text, unit, decimal)) is not None:
        if highest:
            note = f"“{cell}” is a range; its upper end {ends[1]:g} was taken, for the highest is asked for."
            return NumberCell(ends[1], note=note)
        middle = sum(ends) / 2
        return NumberCell(middle, note=f"“{cell}” is a range; its midpoint {middle:g} was taken.")
    if number is None:
        return NumberCell(fault=_why_no_number(text))
    if not math.isfinite(number):
        return NumberCell(fault=_TOO_LARGE)
    limit = NumberCell(sign=sign, bound=number, unit=own)
    return limit if sign else NumberCell(number, note=note, unit=own)


def _ends(text: str, unit: str, decimal: DecimalMark) -> tuple[float, float] | None:
    """The ends of a range "30-40"; ``None`` where the text is none, or runs downwards."""
    found = _RANGE.fullmatch(_in_a_cell(text, unit))
    if not found or (found[3] and unit_key(found[3]) != unit):
        return None
    low, high = _number(found[1], decimal), _number(found[2], decimal)
    return (low, high) if low is not None and high is not None and low < high else None


def _in_a_cell(text: str, unit: str) -> str:
    """The text without what cells alone write for the unit of their column."""
    return _IN_A_CELL[unit].sub("", text).strip() if unit in _IN_A_CELL else text


def _without_unit(text: str, unit: str, others: Collection[str]) -> tuple[str, str]:
    """The text without the unit that it ends in, and that unit where it is another than the column's."""
    text = _in_a_cell(text, unit)
    if unit == "days" and "weeks" in others:
        text = _WEEKS.sub(" weeks", text)
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
