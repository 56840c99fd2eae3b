"""Whether the values and the unit of a column bear out what its header may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from iren_core import schema
from iren_core.intake.codings import told_instead_of_arm, treats_cancer, yes_or_no
from iren_core.intake.headers import Header
from iren_core.intake.match.column_match import BY_TERMS, ONLY_WHETHER, ColumnMatch
from iren_core.intake.match.names import fields_called
from iren_core.intake.outcomes import outcome_of
from iren_core.intake.same_day import DATE_OF_DAY
from iren_core.intake.units import conversion, unit_words
from iren_core.intake.values import (
    DAY_ORDERS,
    DecimalMark,
    PercentCell,
    as_text,
    is_missing,
    plain,
    read_date,
    read_number,
)

#: Fields of what happened, and on which day -> its date.
_DATED = {**DATE_OF_DAY, "healed": DATE_OF_DAY["reepithelization_days"]}
#: So many values tell what kind of values a column holds.
_MOST_LOOKED_AT = 200
#: No patient of this disease was seen before: an earlier date is a number in the format of dates.
_FIRST_YEAR = 2000
_SURFACE_NAMES = frozenset({"bsa", "bodysurfacearea", "kof", "körperoberfläche", "体表面积"})
_DECIMAL_MARKS: tuple[DecimalMark, ...] = ("point", "comma")
#: A date without separators: 20230305.
_RUN_OF_DIGITS = re.compile(r"20\d{6}")
#: A number that stands for a category has one digit.
_LARGEST_CODE = 9
#: What tells a stage of a tumour, in words and letters.
_STAGE_WORDS = re.compile(
    r"(?<![a-z])(?=[a-z])(?:[yrcpm]*t(?:[0-4]|x|is)[a-d]?[a-z]?)?[yrcpm]*(?:n(?:[0-3]|x)[a-c]?)?(?:m(?:[01]|x)[a-d]?)?(?![a-z])|"
    r"(?<![a-z])[ivx]+[a-e]?[0-4]?(?![a-z])|(?<![a-z])(?:clinical|pathological|stage|stadium|advanced|early|late|locally|"
    r"metastatic|metastas[ie]s|limited|extensive|local|distant|disease|unknown|unclear|recurrent|resected|uicc|ajcc|"
    r"tnm|bclc|ann arbor|not known|na|no|yes|ed|es|ld)(?![a-z])|"
    r"[早中晚末]+期|局部|局限|广泛|进展|转移|远处|复发|术后|不详|未知|不明|[一二三四]期?|期|[ⅰⅱⅲⅳ]+[a-c]?"
)
#: No person has more skin, in m².
_LARGEST_SURFACE = 3.0


def doubted(offer: ColumnMatch, header: Header, cells: Iterable[Any]) -> ColumnMatch:
    """The offer, or only a suggestion of it where the unit or the values speak against the name.

    What may be a date is one where the values are.
    """
    if offer.field is None:
        return offer
    field = schema.field(offer.field)
    if field.is_number and _unit_is_name(field, header):
        return replace(offer, unit="")
    if offer.how == "chosen":
        return offer
    if field.kind == "date":
        return _dated_or_not(offer, cells)
    return _undated(offer, field, header, cells)


def _undated(offer: ColumnMatch, field: schema.Field, header: Header, cells: Iterable[Any]) -> ColumnMatch:
    if (field.is_number or field.name in _DATED) and _are_dates(cells):
        return _as_date(offer)
    if field.is_number:
        return _with_doubt(offer, field, header, cells)
    if offer.score == BY_TERMS and not bears_out(cells, field):
        note = "Its header is not a known one, and its values are no categories."
        return replace(offer, how="similar", note=note)
    return offer if offer.how == "similar" else _by_values(offer, field, cells)


def _by_values(offer: ColumnMatch, field: schema.Field, cells: Iterable[Any]) -> ColumnMatch:
    """The offer of a field of words, or what the values tell instead."""
    if field.name == "tumor_stage" and _most(cells, _is_more_than_a_stage):
        note = "Its header names the stage of the malignancy, and most values name more than a stage."
        return replace(offer, field="malignancy_type", how="similar", note=note)
    if field.name in ("healed", "arm"):
        return _by_words(offer, first_texts(cells))
    if field.name == "tnfi_drug" and yes_or_no([*map(plain, map(as_text, _first_held(cells)))]):
        return replace(offer, how="synonym", score=ONLY_WHETHER)  # another column may name the drugs
    return offer


def _by_words(offer: ColumnMatch, words: list[str]) -> ColumnMatch:
    """The offer of healing or of the arms; who healed and who died is the outcome."""
    if offer.field == "arm":
        return _arms_or_not(offer, words)
    if any(outcome_of(plain(word)) == "died" for word in words):
        return replace(offer, field="outcome", how="synonym", score=BY_TERMS)
    return offer


def _arms_or_not(offer: ColumnMatch, words: list[str]) -> ColumnMatch:
    """The offer of the arms, or what the column holds whose values are words of another field.

    Checkpoint inhibitors are only suggested; other treatments of the cancer are no field.
    """
    told = told_instead_of_arm(words)
    if told and told != "ici_drug":
        return replace(offer, field=told, how="synonym", score=BY_TERMS)
    if told or treats_cancer(words):
        note = "Its values are treatments of a cancer and no arms of treatment for SJS/TEN."
        return replace(offer, field=told, how="similar" if told else "none", note=note)
    return offer


def bears_out(cells: Iterable[Any], field: schema.Field) -> bool:
    """Whether most values of a column are of the field's kind."""
    if field.is_number:
        return _are_numbers(cells)
    if field.kind == "date":
        return _are_dates(cells)
    return field.name == "patient_id" or not (_are_dates(cells) or _are_amounts(cells))


def first_texts(cells: Iterable[Any]) -> list[str]:
    """The first values that are text."""
    return _first_held(cells, str)


def _with_doubt(offer: ColumnMatch, field: schema.Field, header: Header, cells: Iterable[Any]) -> ColumnMatch:
    if header.unknown_unit or conversion(field, offer.unit) is None:
        unit = header.unknown_unit or unit_words(header.unit)
        note = f"Its header names {unit}, which cannot be converted to {field.unit or 'a bare number'}."
        return replace(offer, how="similar", note=note)
    if offer.score <= BY_TERMS and not _are_numbers(cells):
        return replace(
            offer, how="similar", note="Its header is not a known one, and most values are no numbers."
        )
    if not header.unit and header.keys[0] in _SURFACE_NAMES and _like_square_metres(cells):
        return replace(offer, how="similar", note="Its values may be the body's surface in m², or fractions.")
    return offer


def _dated_or_not(offer: ColumnMatch, cells: Iterable[Any]) -> ColumnMatch:
    """What may be a date is one where the values are; a name understood by its words is none where they are not."""
    if offer.how == "similar" and not offer.note:
        return replace(offer, how="synonym") if _are_dates(cells) else offer
    if offer.how == "synonym" and offer.score == BY_TERMS and not _are_dates(cells):
        return replace(
            offer, how="similar", note="Its header is not a known one, and its values are no dates."
        )
    return offer


def _as_date(offer: ColumnMatch) -> ColumnMatch:
    """The date of what a column of dates was thought to give the day of; no field where there is none."""
    date = _DATED.get(offer.field or "")
    if date:
        return replace(offer, field=date, unit="")
    note = f"Its values are dates, and {schema.field(offer.field or '').label} is a number."
    return replace(offer, how="similar", note=note)


def _are_dates(cells: Iterable[Any]) -> bool:
    return _most(cells, _is_date)


def _is_date(cell: Any) -> bool:
    text = as_text(cell)
    if isinstance(cell, int | float) or text.isdigit():
        return bool(_RUN_OF_DIGITS.fullmatch(text)) and read_date(text, "year first").value is not None
    if isinstance(cell, datetime):
        return cell.year >= _FIRST_YEAR
    values = (read_date(cell, order).value for order in DAY_ORDERS)
    return any(value is not None and value.year >= _FIRST_YEAR for value in values)


def _are_numbers(cells: Iterable[Any]) -> bool:
    return _most(cells, lambda cell: any(_is_number(cell, mark) for mark in _DECIMAL_MARKS))


def _is_number(cell: Any, decimal: DecimalMark) -> bool:
    read = read_number(cell, "", decimal=decimal)
    return read.value is not None or bool(read.sign)


def _are_amounts(cells: Iterable[Any]) -> bool:
    """Whether the values are numbers, and more than a few codes of one digit."""
    numbers = [read_number(cell, "").value for cell in _first_held(cells)]
    known = [number for number in numbers if number is not None]
    return len(known) > len(numbers) / 2 and any(
        not 0 <= number <= _LARGEST_CODE or number % 1 for number in known
    )


def _first_held(cells: Iterable[Any], kind: type = object) -> list[Any]:
    """The first cells of a kind that hold something."""
    held = (cell for cell in cells if isinstance(cell, kind) and not is_missing(cell))
    return [*islice(held, _MOST_LOOKED_AT)]


def _most(cells: Iterable[Any], test: Callable[[Any], bool]) -> bool:
    """Whether most of the first cells that hold something pass."""
    held = _first_held(cells)
    return bool(held) and sum(map(test, held)) > len(held) / 2


def _unit_is_name(field: schema.Field, header: Header) -> bool:
    """Whether what reads like a unit is part of the field's name: "hr" is the heart rate, not hours."""
    literal = header.keys[: header.literal] if header.unit != "%" else ()
    return conversion(field, header.unit) is None and any(
        field.name == name for key in literal for name, _ in fields_called(key, "")
    )


def _is_more_than_a_stage(cell: Any) -> bool:
    return bool(re.search(r"[^\W\d_]{2,}", _STAGE_WORDS.sub(" ", plain(as_text(cell)))))


def _like_square_metres(cells: Iterable[Any]) -> bool:
    if any(isinstance(cell, PercentCell) for cell in cells):
        return False
    numbers = [
        value for cell in cells if cell is not None and (value := read_number(cell, "").value) is not None
    ]
    return max(numbers, default=_LARGEST_SURFACE + 1) <= _LARGEST_SURFACE and any(
        not number.is_integer() for number in numbers
    )
