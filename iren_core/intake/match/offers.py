"""What a header may mean, by its names alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iren_core import schema
from iren_core.intake.headers import Header, halves, read_header, split_phase
from iren_core.intake.match.column_match import BOTH_HALVES, BY_TERMS, EXACT, HALF_KNOWN, ColumnMatch, How
from iren_core.intake.match.names import date_called, fields_called, markers_by_name
from iren_core.intake.match.terms import dated_field, fields_meant, scorten_item
from iren_core.intake.one_reading import once_a_reading
from iren_core.intake.units import conversion

#: What may make something else of the field that the other half names.
_NARROWS = re.compile(
    r"分级|分组|分层|等级|变化|差值|比|率|风险|是否|原因|部位|备注|其他|\d|"
    r"\b(?:group|class|grade|change|delta|ratio|rate|category|risk|remark|note|other|before|after|date|days?|time)\b"
)
_NO_PHASE = "The header does not say whether this is the acute or the recovery sample."


@once_a_reading
def offers_by_name(column: str) -> tuple[ColumnMatch, ...]:
    """The fields that a header may mean by one of its names, the likeliest first."""
    return tuple(_by_name(column, read_header(column)))


def _by_name(column: str, header: Header) -> Iterator[ColumnMatch]:
    if column.strip().casefold() in schema.fields():
        yield ColumnMatch(column, column.strip().casefold(), "exact", EXACT, header.unit)
        return
    for rank, key in enumerate(header.keys):
        for name, likeness in fields_called(key, header.unit):
            if header.unit and rank >= header.literal and not schema.field(name).is_number:
                continue  # "death_days" is no outcome, "heal (d)" no yes or no
            how: How = "exact" if likeness == EXACT else "synonym"
            yield ColumnMatch(column, name, how, likeness - rank, header.unit)
            return
    with_unit = header.names[: header.literal] if header.unit else header.names  # "died on day" is no date
    if day := next(filter(None, map(date_called, with_unit)), None):
        yield ColumnMatch(column, day, "synonym", 93.0, header.unit)
        return
    by_phase = list(_by_phase(column, header))
    yield from by_phase if any(offer.used for offer in by_phase) else by_phase or _by_terms(column, header)


def _by_terms(column: str, header: Header) -> Iterator[ColumnMatch]:
    """The field that a header names by the words that it is made of, every remark in it understood."""
    for rank, name in enumerate(header.names[: header.whole]):
        for field in fields_meant(name, in_days=header.unit == "days"):
            unit = _unit_in(schema.field(field), header, rank)
            if unit is not None:
                yield ColumnMatch(column, field, "synonym", BY_TERMS, unit)
                break
        if item := scorten_item(name):
            yield ColumnMatch(column, item, "synonym", BY_TERMS)
            return
        if date := dated_field(name):
            yield ColumnMatch(column, date, "similar", BY_TERMS, header.unit)
            return


def _unit_in(field: schema.Field, header: Header, rank: int) -> str | None:
    """The unit in which a header gives a field, "" where it is but a word of that name; ``None`` where none suits."""
    if field.is_number and conversion(field, header.unit) is not None:
        return header.unit
    return "" if rank < header.literal or not header.unit else None


@once_a_reading
def offers_by_halves(column: str) -> tuple[ColumnMatch, ...]:
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
    return next((offer.field for offer in offers_by_name(part) if offer.used), None)


def _by_phase(column: str, header: Header) -> Iterator[ColumnMatch]:
    for name in header.names:
        if name.replace(" ", "") in markers_by_name():
            continue  # the letter that ends "TNF-a" belongs to the name and is no phase
        for rest, phase in split_phase(name):
            if rest in markers_by_name() and isinstance(phase, str):
                yield ColumnMatch(column, f"{markers_by_name()[rest]}_{phase}", "synonym", 95.0, header.unit)
                return
            if phase == "acute" and (found := fields_called(rest, header.unit)):
                yield ColumnMatch(column, found[0][0], "synonym", 85.0, header.unit)
                return
    if marker := next((markers_by_name()[key] for key in header.keys if key in markers_by_name()), None):
        yield ColumnMatch(column, f"{marker}_acute", "similar", 80.0, header.unit, _NO_PHASE)


@once_a_reading
def visit_of(column: str) -> tuple[str, int] | None:
    """The marker and the number of the visit: "CRP_1" is ("crp_mg_l", 1)."""
    for name in read_header(column).names:
        for rest, phase in split_phase(name):
            if rest in markers_by_name() and isinstance(phase, int):
                return markers_by_name()[rest], phase
    return None
