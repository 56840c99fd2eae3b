"""Which column gets which field, where several may have it or none is sure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from iren_core import schema
from iren_core.intake.codings import field_told
from iren_core.intake.headers import Header
from iren_core.intake.match.column_match import BY_TERMS, ONLY_WHETHER, ColumnMatch, How
from iren_core.intake.match.doubts import bears_out, first_texts
from iren_core.intake.match.names import event_in, fields_by_name, markers_by_name
from iren_core.intake.match.offers import visit_of
from iren_core.intake.match.terms import fields_hinted
from iren_core.intake.units import conversion

#: In a wider table no column is compared with names that are only alike.
MOST_COMPARED = 1_000
#: Likeness (0-100) from which a name is worth suggesting.
SIMILAR = 84.0
#: Likeness of a name of which one word is not known, and of one of which none is but the values tell.
HINTED, TOLD = 70.0, 60.0
_RANK: dict[How, int] = {"chosen": 3, "exact": 2, "synonym": 1, "similar": 0, "none": -1}
#: How files for statistics programs name what ended a time.
_EVENT = re.compile(
    r"(?P<event>event|结局事件|事件|event (?:status|indicator))|censor(?:ed|ing)?(?: status)?|是?否?删失"
)
#: By these a header says that the values are shares of something.
_SHARE = re.compile(r"%|percent|(?<![a-z])(?:pct|ratio)(?![a-z])|百分|占比|比例|比率|比值|/cd8")
#: Before these names they are those of another substance: prealbumin.
_ANOTHER_SUBSTANCE = frozenset({"前", "pre"})


def settle_visits(offers: list[list[ColumnMatch]], columns: Sequence[str], headers: list[Header]) -> None:
    """Numbered visits mean something only beside each other: of exactly two, the lower is the acute one."""
    visits: dict[str, dict[int, int]] = defaultdict(dict)
    for index, column in enumerate(columns):
        if all(offer.score <= BY_TERMS for offer in offers[index]) and (found := visit_of(column)):
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


def give_out(
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
        elif matches[index].field:
            continue  # it may be a date as well, were its values dates
        elif reason := wrong_kind(offer):
            matches[index] = replace(matches[index], note=reason)
        elif offer.field in owner:
            label = schema.field(offer.field).label
            matches[index] = replace(matches[index], note=f"“{owner[offer.field]}” already holds {label}.")
        else:
            owner[offer.field] = offer.column
            matches[index] = offer
    if "arm" not in owner:
        _suggest_arm(matches, offers)
    if "reepithelization_days" in owner and "healed" not in owner:
        _suggest_event(matches, headers)
    return matches


def _suggest_event(matches: list[ColumnMatch], headers: list[Header]) -> None:
    """Beside a time to healing, an event is mostly that of healing; of censoring, 1 may be either."""
    for index, header in enumerate(headers):
        found = next(filter(None, map(_EVENT.fullmatch, header.names)), None)
        if matches[index].field or not found:
            continue
        if found["event"]:
            note = "Beside the time to healing it may tell who healed and whose time only ended."
            matches[index] = replace(matches[index], field="healed", how="similar", score=HINTED, note=note)
        else:
            note = "It may tell whose time to healing only ended. Give a column “Healed” with yes and no."
            matches[index] = replace(matches[index], note=note)
        return


def _suggest_arm(matches: list[ColumnMatch], offers: list[list[ColumnMatch]]) -> None:
    """Where another column names the TNF inhibitors, one that says who had any may tell the arms."""
    for index, found in enumerate(offers):
        if not matches[index].used and any(
            (offer.field, offer.score) == ("tnfi_drug", ONLY_WHETHER) for offer in found
        ):
            note = "It says who had a TNF inhibitor: these are the arms if everyone had a corticosteroid."
            matches[index] = replace(matches[index], field="arm", how="similar", score=HINTED, note=note)
            return


def wrong_kind(offer: ColumnMatch) -> str:
    """Why a column cannot be what its name says: a percentage is never a count, however alike the names are."""
    if offer.field is None or offer.how == "chosen":
        return ""
    field = schema.field(offer.field)
    share = offer.unit == "%" or (not offer.unit and _speaks_of_shares(offer.column))
    if share and field.is_number and field.unit and "%" not in field.unit:
        return f"These are percentages; {field.label} is wanted in {field.unit}."
    return ""


def suggest(matches: list[ColumnMatch], headers: list[Header], cells: pd.DataFrame) -> Iterator[ColumnMatch]:
    """The matches, and for a column without one the field whose name is most like its own, to be confirmed.

    cells : the values, which must bear the suggestion out; columns 0, 1, 2 ...
    """
    taken = {match.field for match in matches}
    if len(matches) > MOST_COMPARED:
        yield from matches
        return
    for index, (match, header) in enumerate(zip(matches, headers, strict=True)):
        settled = match.field or match.note or _speaks_of_shares(match.column)
        likely = () if settled else _likely(match, header, cells[index], taken)
        found = next((one for one in likely if one.field not in taken), match)
        taken.add(found.field)
        yield found


def _likely(
    match: ColumnMatch, header: Header, cells: Iterable[Any], taken: set[str | None]
) -> Iterator[ColumnMatch]:
    """What a column may hold, by the words of its header, by its values, by a name that is much alike."""
    hinted, told = _hinted(match, header), _told(match, cells)
    if hinted and told and hinted.field == told.field:
        yield replace(told, how="synonym", note="")
    for found in (hinted, told):
        if found and _is_borne_out(found, cells):
            yield found
    similar = _most_similar(match, header, taken)  # the slowest, for columns of which nothing else is thought
    if similar and _is_borne_out(similar, cells):
        yield similar


def _is_borne_out(match: ColumnMatch, cells: Iterable[Any]) -> bool:
    return bears_out(cells, schema.field(match.field or ""))


def _told(match: ColumnMatch, cells: Iterable[Any]) -> ColumnMatch | None:
    """The field whose categories the values are."""
    if field := field_told(first_texts(cells)):
        note = f"Its values read like those of {schema.field(field).label}."
        return replace(match, field=field, how="similar", score=TOLD, note=note)
    return None


def _hinted(match: ColumnMatch, header: Header) -> ColumnMatch | None:
    """The field that its header would mean with a word less."""
    for name in header.names[: header.whole]:
        fields, unknown = fields_hinted(name)
        for field in fields:
            if conversion(schema.field(field), header.unit) is not None:
                word = f"“{unknown}”" if unknown else "A word"
                note = f"{word} in its header may mean something else."
                return replace(match, field=field, how="similar", score=HINTED, note=note)
    return None


def _speaks_of_shares(column: str) -> bool:
    return bool(_SHARE.search(column.casefold()))


def _most_similar(match: ColumnMatch, header: Header, taken: set[str | None]) -> ColumnMatch | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only odd headers need it

    best: tuple[str, float] | None = None
    is_date = any(event_in(name) for name in header.names)
    for key in header.keys:
        if len(key) < 4:
            continue
        for name, score, _ in process.extract(
            key, fields_by_name().keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=5
        ):
            field = fields_by_name()[name][0][0]
            beside = key.removesuffix(name).removeprefix(name)
            if beside != key and (beside in fields_by_name() or beside in markers_by_name()):
                continue  # "alt followup" is no follow-up
            if beside in _ANOTHER_SUBSTANCE:
                continue
            if is_date and schema.field(field).kind != "date":
                continue  # "hospitalization date" is no number of days
            if field not in taken and (best is None or score > best[1]):
                best = field, round(score, 1)
    return best and replace(match, field=best[0], how="similar", score=best[1])
