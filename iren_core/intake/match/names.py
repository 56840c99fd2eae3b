"""The names of the data dictionary, and what a name by itself tells of."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from iren_core import schema
from iren_core.intake.headers import name_key, read_header
from iren_core.intake.match.column_match import EXACT
from iren_core.intake.units import conversion

#: By these a name says that it is a date ...
_DATE_WORD = re.compile(r"\bdates?\b|\bon$|日期")
#: ... and these tell nothing of what happened on it.
_NO_EVENT = re.compile(r"\b(?:dates?|of|on|the)\b|日期|\s")


def fields_called(key: str, unit: str) -> list[tuple[str, float]]:
    """Fields of that name and how close a name it is, the one whose unit suits first."""
    found = fields_by_name().get(key, ())

    def misfit(entry: tuple[str, float, str]) -> int:
        name, _, own_unit = entry
        if own_unit == unit:
            return 0
        return 1 if unit and conversion(schema.field(name), unit, key) else 2

    return [(name, likeness) for name, likeness, _ in sorted(found, key=misfit)]


def event_in(name: str) -> str:
    """What a name says has happened, without its word for a date; "" where it has no such word."""
    return _NO_EVENT.sub("", name) if _DATE_WORD.search(name) else ""


def date_called(name: str) -> str | None:
    """The date field of the event that a name with a word for a date tells of."""
    return dates_by_event().get(event_in(name))


@cache
def fields_by_name() -> dict[str, tuple[tuple[str, float, str], ...]]:
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
def dates_by_event() -> dict[str, str]:
    """Every event, without its word for a date -> the field that holds its date."""
    return {
        event: field.name
        for field in schema.fields().values()
        if field.kind == "date"
        for text in (field.label, *field.english, *field.chinese)
        for name in read_header(text).names
        if (event := event_in(name) or _NO_EVENT.sub("", name))
    }


@cache
def markers_by_name() -> dict[str, str]:
    """Every name of a marker without its phase -> its key."""
    names: dict[str, str] = {}
    for marker in schema.MARKERS:
        field = schema.field(marker.acute)
        for text in (marker.key, marker.label, marker.short, *field.english, *field.chinese, *field.spss):
            names[name_key(text)] = marker.key
    return names
