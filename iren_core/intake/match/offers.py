"""What a header may mean, by its names alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from iren_core import schema
from iren_core.intake.headers import Header, halves, read_header, split_phase
from iren_core.intake.match.beside import remark_in_doubt
from iren_core.intake.match.column_match import (
    BOTH_HALVES,
    BY_TERMS,
    EXACT,
    HALF_KNOWN,
    REMARKED,
    ColumnMatch,
    How,
)
from iren_core.intake.match.names import date_called, fields_called, markers_by_name
from iren_core.intake.match.terms import dated_field, fields_meant, scorten_item
from iren_core.intake.one_reading import once_a_reading
from iren_core.intake.units import conversion

#: What may make something else of the field that the other half names.
_NARROWS = re.compile(
    r"分级|分组|分层|等级|变化|差值|比|率|风险|是否|原因|部位|备注|其他|尿|脑脊液|胸水|腹水|既往|家族|口腔|\d|"
    r"\b(?:urin\w*|csf|pleural|ascit\w*|icu|oral|family|history|prior|previous|cancer|tumou?r)\b|"
    r"\b(?:group|class|grade|change|delta|ratio|rate|category|risk|remark|note|other|before|after|date|days?|time)\b"
)
#: Doses that are given as those of prednisone, and other corticosteroids.
_AS_PREDNISONE = ("prednisone_eq_mg_day", "prednisone_eq_mg_kg_day", "cumulative_prednisone_mg")
_OTHER_STEROID = re.compile(
    r"methylpred\w*|solu-?medrol|\bmp\b|甲泼尼龙|甲强龙?|hydrocort\w*|氢化可的松|dexameth\w*|\bdex\b|地塞米松"
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
    named, sure = _sure_or_not([*_by_whole_name(column, header)], header)
    if named and sure:
        yield from named[:1]
        return
    by_phase, sure = _sure_or_not([*_by_phase(column, header)], header)
    if sure and any(offer.used for offer in by_phase):
        yield from by_phase
        return
    # A name that is doubted only for what stands in brackets beside it may be known with it, by its words.
    whole = [] if by_phase and not named and sure else [(offer, True) for offer in _by_terms(column, header)]
    by_terms, _ = _sure_or_not(whole, header)
    yield from by_terms or named[:1] or by_phase


def _sure_or_not(
    offers: Sequence[tuple[ColumnMatch, bool]], header: Header
) -> tuple[list[ColumnMatch], bool]:
    """The offers, only as suggestions where the name was found without a remark that may change what it means.

    offers : each with whether its name holds every remark
    """
    doubts = [
        "" if offer.note else remark_in_doubt(schema.field(offer.field or ""), header, whole=whole)
        for offer, whole in offers
    ]
    return [
        replace(offer, how="similar", score=REMARKED, note=_doubt_words(remark, offer)) if remark else offer
        for (offer, _), remark in zip(offers, doubts, strict=True)
    ], not any(doubts)


def _by_whole_name(column: str, header: Header) -> Iterator[tuple[ColumnMatch, bool]]:
    """The field of that name, and whether the name holds every remark of the header."""
    for rank, key in enumerate(header.keys):
        for name, likeness in fields_called(key, header.unit):
            if header.unit and rank >= header.literal and not schema.field(name).is_number:
                continue  # "death_days" is no outcome, "heal (d)" no yes or no
            how: How = "exact" if likeness == EXACT else "synonym"
            yield ColumnMatch(column, name, how, likeness - rank, header.unit), rank < header.whole
            return
    with_unit = header.names[: header.literal] if header.unit else header.names  # "died on day" is no date
    for rank, name in enumerate(with_unit):
        if day := date_called(name):
            yield ColumnMatch(column, day, "synonym", 93.0, header.unit), rank < header.whole
            return


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


def _doubt_words(remark: str, offer: ColumnMatch) -> str:
    if offer.field in _AS_PREDNISONE and (drug := _OTHER_STEROID.search(remark.casefold())):
        return (
            f"Its header names {drug[0]}, and {schema.field(offer.field).label} is wanted as prednisone: 1 mg of "
            "methylprednisolone is 1.25 mg, of hydrocortisone 0.25 mg, of dexamethasone 6.67 mg."
        )
    return f"“{remark}” in its header may mean something else."


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


def _by_phase(column: str, header: Header) -> Iterator[tuple[ColumnMatch, bool]]:
    for place, name in enumerate(header.names):
        whole = place < header.whole
        if name.replace(" ", "") in markers_by_name():
            continue  # the letter that ends "TNF-a" belongs to the name and is no phase
        for rest, phase in split_phase(name):
            if rest in markers_by_name() and isinstance(phase, str):
                field = f"{markers_by_name()[rest]}_{phase}"
                yield ColumnMatch(column, field, "synonym", 95.0, header.unit), whole
                return
            if phase == "acute" and (found := fields_called(rest, header.unit)):
                yield ColumnMatch(column, found[0][0], "synonym", 85.0, header.unit), whole
                return
    if marker := next((markers_by_name()[key] for key in header.keys if key in markers_by_name()), None):
        yield ColumnMatch(column, f"{marker}_acute", "similar", 80.0, header.unit, _NO_PHASE), True


@once_a_reading
def visit_of(column: str) -> tuple[str, int] | None:
    """The marker and the number of the visit: "CRP_1" is ("crp_mg_l", 1)."""
    for name in read_header(column).names:
        for rest, phase in split_phase(name):
            if rest in markers_by_name() and isinstance(phase, int):
                return markers_by_name()[rest], phase
    return None
