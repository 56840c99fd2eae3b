"""Match the columns of a file to the fields of the data dictionary, by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Literal

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake.headers import Header, halves, name_key, read_header, split_phase
from iren_core.intake.table import RawTable
from iren_core.intake.terms import dated_field, fields_meant, without_fillers
from iren_core.intake.units import conversion, unit_key, unit_words
from iren_core.intake.values import as_text, is_missing, read_date, read_number

How = Literal["exact", "synonym", "similar", "chosen", "none"]

#: The header is looked for among this many rows.
HEADER_SEARCH_ROWS = 15
#: In a wider table no column is compared with names that are only alike.
MOST_COMPARED = 1_000
#: A longer text is no header: it is cut, and to take it apart would take time without end.
LONGEST_HEADER = 500
#: Likeness (0-100) from which a name is worth suggesting.
SIMILAR = 84.0
#: Likeness of a field's own name or label.
EXACT = 100.0

#: Likeness where both halves of a header lead to a field, and where one does.
BOTH_HALVES, HALF_KNOWN = 92.0, 84.5
#: Likeness of a name that is understood by its words.
BY_TERMS = 84.8
#: What may make something else of the field that the other half names.
_NARROWS = re.compile(
    r"分级|分组|分层|等级|变化|差值|比|率|风险|是否|原因|部位|备注|其他|\d|"
    r"\b(?:group|class|grade|change|delta|ratio|rate|category|risk|remark|note|other|before|after|date|days?|time)\b"
)
#: Fields of what happened, and on which day -> its date.
_DATE_OF_DAY = {
    "reepithelization_days": "date_healing",
    "healed": "date_healing",
    "death_day": "date_death",
    "followup_days": "date_last_followup",
    "steroid_duration_days": "date_steroid_stop",
    "tnfi_start_day": "date_tnfi_start",
}
#: So many values tell what kind of values a column holds.
_MOST_LOOKED_AT = 200
#: No patient of this disease was seen before: an earlier date is a number in the format of dates.
_FIRST_YEAR = 2000

_RANK: dict[How, int] = {"chosen": 3, "exact": 2, "synonym": 1, "similar": 0, "none": -1}
_NO_PHASE = "The header does not say whether this is the acute or the recovery sample."
#: By these a name says that it is a date ...
_DATE_WORD = re.compile(r"\bdates?\b|\bon$|日期")
#: ... and these tell nothing of what happened on it.
_NO_EVENT = re.compile(r"\b(?:dates?|of|on|the)\b|日期|\s")
_SURFACE_NAMES = frozenset({"bsa", "bodysurfacearea", "体表面积"})
#: No person has more skin, in m².
_LARGEST_SURFACE = 3.0
#: The note of a column that a reader left out.
LEFT_OUT = "Left out by the reader."
_PERCENT_WORDS = ("%", "percent", "pct", "百分", "比例", "ratio", "比值", "/cd8")


@dataclass(frozen=True)
class ColumnMatch:
    """How one column of the file was understood.

    field : the field of the data dictionary, ``None`` when the column is not used
    how : "exact" (its own name), "synonym", "similar" (a suggestion that a reader must confirm),
        "chosen" (by a reader, with no field where it was left out) or "none"
    score : likeness of the names, 0 to 100
    unit : the unit that the header names, in one spelling; "" without one, or where it is part of the name
    note : why the column is not used, or what is doubtful, as a sentence
    """

    column: str
    field: str | None
    how: How
    score: float = 0.0
    unit: str = ""
    note: str = ""

    @property
    def used(self) -> bool:
        """Whether the column's values enter the cohort: a suggestion does not before a reader confirms it."""
        return self.field is not None and self.how != "similar"


def match_columns(
    table: RawTable, mapping: Mapping[str, str | None] | None = None
) -> tuple[ColumnMatch, ...]:
    """One match per column, in the order of the file; each field is given at most once.

    Parameters
    ----------
    mapping : column -> field chosen by a reader (``None`` leaves it out); the others go by their names

    Raises
    ------
    CohortError
        when the mapping names a column or a field that does not exist, or one field twice.
    """
    chosen = dict(mapping or {})
    _check_mapping(table.columns, chosen)
    headers = [read_header(column) for column in table.columns]
    offers = [
        [_chosen(column, chosen[column], header)]
        if column in chosen
        else list(_offers(column) or _by_halves(column))
        for column, header in zip(table.columns, headers, strict=True)
    ]
    _settle_visits(offers, table.columns, headers)
    offers = [
        [_doubted(offer, header, table.cells[index]) for offer in found]
        for index, (found, header) in enumerate(zip(offers, headers, strict=True))
    ]
    matches = _give_out(table.columns, headers, offers)
    return tuple(_suggest(matches, headers))


def recognised(text: str) -> bool:
    """Whether a cell reads like the header of a column that is known."""
    return len(text) <= LONGEST_HEADER and (
        any(offer.used or offer.note for offer in _offers(text))  # not what is a date only if its values are
        or _visit(text) is not None
        or any(offer.used for offer in _by_halves(text))
    )


def field_called(text: str) -> str | None:
    """The field that a header names for certain; ``None`` where it names none or only resembles one."""
    return next((offer.field for offer in _offers(text) or _by_halves(text) if offer.used), None)


def phase_of(text: str) -> bool:
    """Whether a cell says nothing but a phase, as the upper line of a two-line header does."""
    return 0 < len(text) <= LONGEST_HEADER and any(
        rest == "x" for name in read_header(text).names for rest, _ in split_phase(f"x {name}")
    )


# ---- offers ------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _offers(column: str) -> tuple[ColumnMatch, ...]:
    return tuple(_by_name(column, read_header(column)))


def _by_name(column: str, header: Header) -> Iterator[ColumnMatch]:
    if column.strip().casefold() in schema.fields():
        yield ColumnMatch(column, column.strip().casefold(), "exact", EXACT, header.unit)
        return
    for rank, key in enumerate(header.keys):
        for name, likeness in _fields_called(key, header.unit):
            if (
                header.unit
                and rank >= header.literal
                and schema.field(name).kind not in ("number", "integer")
            ):
                continue  # "death_days" is no outcome, "heal (d)" no yes or no
            how: How = "exact" if likeness == EXACT else "synonym"
            yield ColumnMatch(column, name, how, likeness - rank, header.unit)
            return
    with_unit = header.names[: header.literal] if header.unit else header.names  # "died on day" is no date
    if day := next(filter(None, map(_dated, with_unit)), None):
        yield ColumnMatch(column, day, "synonym", 93.0, header.unit)
        return
    by_phase = list(_by_phase(column, header))
    yield from by_phase if any(offer.used for offer in by_phase) else by_phase or _by_terms(column, header)


def _by_terms(column: str, header: Header) -> Iterator[ColumnMatch]:
    """The field that a header names by the words that it is made of, every remark in it understood."""
    for rank, name in enumerate(header.names[: header.whole]):
        called = _fields_called(without_fillers(name).replace(" ", ""), header.unit)
        for field in (*fields_meant(name, in_days=header.unit == "days"), *(field for field, _ in called)):
            unit = _unit_in(schema.field(field), header, rank)
            if unit is not None:
                yield ColumnMatch(column, field, "synonym", BY_TERMS, unit)
                return
        if date := dated_field(name):
            yield ColumnMatch(column, date, "similar", BY_TERMS, header.unit)
            return


def _unit_in(field: schema.Field, header: Header, rank: int) -> str | None:
    """The unit in which a header gives a field, "" where it is but a word of that name; ``None`` where none suits."""
    if field.kind in ("number", "integer") and conversion(field, header.unit) is not None:
        return header.unit
    return "" if rank < header.literal or not header.unit else None


@lru_cache(maxsize=4096)
def _by_halves(column: str) -> tuple[ColumnMatch, ...]:
    """The field that both halves of a header lead to ("年龄/Age"), or the one that is known beside its translation.

    Halves that lead to different fields, or of which one may narrow the other ("BMI 分级"), are only suggested.
    """
    parts, translated = halves(column)
    unit = read_header(column).unit
    fields = [_field_of_half(part) for part in parts]
    known = list(dict.fromkeys(field for field in fields if field))
    if not known or (not translated and None in fields):
        return ()
    if len(known) > 1:
        labels = " and ".join(schema.field(name).label for name in known)
        note = f"The parts of its header mean different things: {labels}."
        return (ColumnMatch(column, known[0], "similar", HALF_KNOWN, unit, note),)
    unknown = [part for part, field in zip(parts, fields, strict=True) if not field]
    if any(_NARROWS.search(part.casefold()) for part in unknown):
        note = f"“{unknown[0]}” in its header may mean something else."
        return (ColumnMatch(column, known[0], "similar", HALF_KNOWN, unit, note),)
    return (ColumnMatch(column, known[0], "synonym", HALF_KNOWN if unknown else BOTH_HALVES, unit),)


def _field_of_half(part: str) -> str | None:
    return next((offer.field for offer in _offers(part) if offer.used), None)


def _event(name: str) -> str:
    """What a name says has happened, without its word for a date; "" where it has no such word."""
    return _NO_EVENT.sub("", name) if _DATE_WORD.search(name) else ""


def _dated(name: str) -> str | None:
    """The date field of the event that a name with a word for a date tells of."""
    return _events().get(_event(name))


def _by_phase(column: str, header: Header) -> Iterator[ColumnMatch]:
    for name in header.names:
        if name.replace(" ", "") in _markers():
            continue  # the letter that ends "TNF-a" belongs to the name and is no phase
        for rest, phase in split_phase(name):
            if rest in _markers() and isinstance(phase, str):
                yield ColumnMatch(column, f"{_markers()[rest]}_{phase}", "synonym", 95.0, header.unit)
                return
            if phase == "acute" and (found := _fields_called(rest, header.unit)):
                yield ColumnMatch(column, found[0][0], "synonym", 85.0, header.unit)
                return
    if marker := next((_markers()[key] for key in header.keys if key in _markers()), None):
        yield ColumnMatch(column, f"{marker}_acute", "similar", 80.0, header.unit, _NO_PHASE)


def _fields_called(key: str, unit: str) -> list[tuple[str, float]]:
    """Fields of that name and how close a name it is, the one whose unit suits first."""
    found = _index().get(key, ())

    def misfit(entry: tuple[str, float, str]) -> int:
        name, _, own_unit = entry
        if own_unit == unit:
            return 0
        return 1 if unit and conversion(schema.field(name), unit, key) else 2

    return [(name, likeness) for name, likeness, _ in sorted(found, key=misfit)]


@lru_cache(maxsize=4096)
def _visit(column: str) -> tuple[str, int] | None:
    """The marker and the number of the visit: "CRP_1" is ("crp_mg_l", 1)."""
    for name in read_header(column).names:
        for rest, phase in split_phase(name):
            if rest in _markers() and isinstance(phase, int):
                return _markers()[rest], phase
    return None


def _settle_visits(offers: list[list[ColumnMatch]], columns: Sequence[str], headers: list[Header]) -> None:
    """Numbered visits mean something only beside each other: of exactly two, the lower is the acute one."""
    visits: dict[str, dict[int, int]] = defaultdict(dict)
    for index, column in enumerate(columns):
        if not offers[index] and (found := _visit(column)):
            visits[found[0]][found[1]] = index
    for marker, by_number in visits.items():
        numbers = sorted(by_number)
        for position, number in enumerate(numbers):
            index = by_number[number]
            phase = "acute" if position == 0 else "recovery"
            clear = len(numbers) == 2
            note = "" if clear else "It is not clear which visit is the acute and which the recovery sample."
            how: How = "synonym" if clear else "similar"
            score = 94.0 if clear else 80.0
            offer = ColumnMatch(columns[index], f"{marker}_{phase}", how, score, headers[index].unit, note)
            offers[index].append(offer)


def _chosen(column: str, name: str | None, header: Header) -> ColumnMatch:
    if name is None:
        return ColumnMatch(column, None, "none", 0.0, header.unit, LEFT_OUT)
    return ColumnMatch(column, name, "chosen", 100.0, header.unit)


def _doubted(offer: ColumnMatch, header: Header, cells: Iterable[Any]) -> ColumnMatch:
    """The offer, or only a suggestion of it where the unit or the values speak against the name.

    What may be a date is one where the values are.
    """
    if offer.field is None:
        return offer
    field = schema.field(offer.field)
    number = field.kind in ("number", "integer")
    if number and _unit_is_name(field, header):
        return replace(offer, unit="")
    if offer.how == "chosen" or not (number or field.kind == "date" or field.name in _DATE_OF_DAY):
        return offer
    if field.kind == "date":
        return _dated_or_not(offer, cells)
    if _are_dates(cells):
        return _as_date(offer)
    return _with_doubt(offer, field, header, cells) if number else offer


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
    date = _DATE_OF_DAY.get(offer.field or "")
    if date:
        return replace(offer, field=date, unit="")
    note = f"Its values are dates, and {schema.field(offer.field or '').label} is a number."
    return replace(offer, how="similar", note=note)


def _are_dates(cells: Iterable[Any]) -> bool:
    return _most(cells, lambda cell: not isinstance(cell, int | float) and _is_date(cell))


def _is_date(cell: Any) -> bool:
    if as_text(cell).isdigit():
        return False
    value = cell if isinstance(cell, datetime) else read_date(cell, "day first").value
    return value is not None and value.year >= _FIRST_YEAR


def _are_numbers(cells: Iterable[Any]) -> bool:
    return _most(cells, lambda cell: (read := read_number(cell, "")).value is not None or bool(read.sign))


def _most(cells: Iterable[Any], test: Callable[[Any], bool]) -> bool:
    """Whether most of the first cells that hold something pass."""
    held = [*islice((cell for cell in cells if not is_missing(cell)), _MOST_LOOKED_AT)]
    return bool(held) and sum(map(test, held)) > len(held) / 2


def _unit_is_name(field: schema.Field, header: Header) -> bool:
    """Whether what reads like a unit is part of the field's name: "hr" is the heart rate, not hours."""
    literal = header.keys[: header.literal] if header.unit != "%" else ()
    return conversion(field, header.unit) is None and any(
        field.name == name for key in literal for name, _ in _fields_called(key, "")
    )


def _like_square_metres(cells: Iterable[Any]) -> bool:
    numbers = [
        value for cell in cells if cell is not None and (value := read_number(cell, "").value) is not None
    ]
    return max(numbers, default=_LARGEST_SURFACE + 1) <= _LARGEST_SURFACE and any(
        not number.is_integer() for number in numbers
    )


# ---- decisions ---------------------------------------------------------------------------------------


def _give_out(
    columns: Sequence[str], headers: list[Header], offers: list[list[ColumnMatch]]
) -> list[ColumnMatch]:
    """Give each field to the best offer; the later column of two equal ones goes without."""
    matches = [
        ColumnMatch(column, None, "none", 0.0, header.unit)
        for column, header in zip(columns, headers, strict=True)
    ]
    ranked = sorted(
        ((offer, index) for index, found in enumerate(offers) for offer in found),
        key=lambda pair: (-_RANK[pair[0].how], -pair[0].score, pair[1]),
    )
    owner: dict[str, str] = {}
    for offer, index in ranked:
        if offer.field is None:
            matches[index] = offer
        elif reason := _wrong_kind(offer):
            matches[index] = replace(matches[index], note=reason)
        elif offer.field in owner:
            label = schema.field(offer.field).label
            matches[index] = replace(matches[index], note=f"“{owner[offer.field]}” already holds {label}.")
        else:
            owner[offer.field] = offer.column
            matches[index] = offer
    return matches


def _wrong_kind(offer: ColumnMatch) -> str:
    """A percentage is never taken for a count, however alike the names are."""
    if offer.field is None or offer.how == "chosen" or offer.unit != "%":
        return ""
    field = schema.field(offer.field)
    if field.kind in ("number", "integer") and field.unit and unit_key(field.unit) != "%":
        return f"These are percentages; {field.label} is wanted in {field.unit}."
    return ""


def _suggest(matches: list[ColumnMatch], headers: list[Header]) -> Iterator[ColumnMatch]:
    taken = {match.field for match in matches}
    if len(matches) > MOST_COMPARED:
        yield from matches
        return
    for match, header in zip(matches, headers, strict=True):
        settled = match.field or match.note or _speaks_of_shares(match.column)
        found = None if settled else _most_similar(header, taken)
        if found:
            taken.add(found[0])
            yield replace(match, field=found[0], how="similar", score=found[1])
        else:
            yield match


def _speaks_of_shares(column: str) -> bool:
    return any(word in column.casefold() for word in _PERCENT_WORDS)


def _most_similar(header: Header, taken: set[str | None]) -> tuple[str, float] | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only odd headers need it

    best: tuple[str, float] | None = None
    is_date = any(_event(name) for name in header.names)
    for key in header.keys:
        if len(key) < 4:
            continue
        for name, score, _ in process.extract(
            key, _index().keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=5
        ):
            field = _index()[name][0][0]
            if is_date and schema.field(field).kind != "date":
                continue  # "hospitalization date" is no number of days
            if field not in taken and (best is None or score > best[1]):
                best = field, round(score, 1)
    return best


def _check_mapping(columns: Sequence[str], mapping: Mapping[str, str | None]) -> None:
    asked = "Columns were matched to fields by hand."
    if unknown := [column for column in mapping if column not in columns]:
        raise CohortError(
            asked, f"The file has no column “{unknown[0]}”.", "Take a column from the file's header."
        )
    fields = [name for name in mapping.values() if name is not None]
    if unknown := [name for name in fields if name not in schema.fields()]:
        raise CohortError(
            asked, f"The data dictionary has no field “{unknown[0]}”.", "Take a name from the blank template."
        )
    if twice := [name for name in fields if fields.count(name) > 1]:
        raise CohortError(
            asked,
            f"Two columns were matched to “{schema.field(twice[0]).label}”.",
            "Keep one of them and leave the other out.",
        )


# ---- names -------------------------------------------------------------------------------------------


@cache
def _index() -> dict[str, tuple[tuple[str, float, str], ...]]:
    """Every name -> (field, how close a name it is, the unit the name carries).

    The dictionary lists the closest names first: "infection" comes before "pneumonia".
    """
    index: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
    phased = {name for marker in schema.MARKERS for name in (marker.acute, marker.recovery)}
    for field in schema.fields().values():
        names = [(field.name, EXACT), (field.label, EXACT)]
        for synonyms in () if field.name in phased else (field.english, field.chinese, field.spss):
            names += [(text, 97.0 - min(place, 40) * 0.05) for place, text in enumerate(synonyms)]
        for text, likeness in names:
            header = read_header(text)
            if all(field.name != known for known, _, _ in index[header.keys[0]]):
                index[header.keys[0]].append((field.name, likeness, header.unit))
    return {key: tuple(entries) for key, entries in index.items()}


@cache
def _events() -> dict[str, str]:
    """Every event, without its word for a date -> the field that holds its date."""
    return {
        event: field.name
        for field in schema.fields().values()
        if field.kind == "date"
        for text in (field.label, *field.english, *field.chinese)
        for name in read_header(text).names
        if (event := _event(name) or _NO_EVENT.sub("", name))
    }


@cache
def _markers() -> dict[str, str]:
    """Every name of a marker without its phase -> its key."""
    names: dict[str, str] = {}
    for marker in schema.MARKERS:
        field = schema.field(marker.acute)
        for text in (marker.key, marker.label, marker.short, *field.english, *field.chinese, *field.spss):
            names[name_key(text)] = marker.key
    return names
