"""How the tables of one upload belong together: which holds the patients, which stand beside it, which below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from iren_core import schema
from iren_core.counted import counted
from iren_core.errors import CohortError, first_few
from iren_core.intake.below import group_of_name, one_below_another, own_name
from iren_core.intake.identity import id_column
from iren_core.intake.join import Link, differ, link, same_columns
from iren_core.intake.keys import contradiction, counts_rows, likely_keys
from iren_core.intake.longform import long_form
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.phase_sheets import phase_of_sheet
from iren_core.intake.read import likeness, set_aside
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, is_missing, plain

#: "beside": the same patients, with further columns; "below": other patients, with the same columns; "ask": one of
#: both, and only the reader knows; "apart": nothing to add.
How = Literal["beside", "below", "ask", "apart"]
Matching = Callable[[RawTable], Sequence[ColumnMatch]]

#: Tables whose columns are mostly the same, and at least so many of them, may hold different patients.
_ALIKE, _FEWEST_ALIKE = 0.6, 2
#: Rows that say the same in so many columns are taken for the same patient.
_FEWEST_SAME = 3
#: So many rows tell whether a table is another state of the same, among so many of the first.
_MOST_LOOKED_FOR, _MOST_COMPARED = 30, 2000
#: A field of numbers holds one in so many of its cells, perhaps with a unit or a mark; "18 to 100" is what it may hold.
_MOSTLY_NUMBERS = 0.5
_NUMBER = re.compile(r"\W*\d[\d.,]*\s?\S{0,12}")
#: Sheets that explain the others.
_EXPLAINS = re.compile(r"dictionary|code ?book|legend|read ?me|字典|编码表|变量说明|填写说明")


@dataclass(frozen=True)
class Meeting:
    """How a table belongs to the patients', and why it is asked about, as a sentence."""

    how: How
    said: str = ""


@dataclass(frozen=True)
class Proposal:
    """What is proposed for the tables of one upload, by their places.

    first : the table of the patients
    below : tables of further patients
    beside : tables of the same patients
    asked : place -> why the reader must say what the table is
    """

    first: int
    below: tuple[int, ...]
    beside: tuple[int, ...]
    asked: dict[int, str]


def likely_first(tables: Sequence[RawTable], matching: Matching = match_columns) -> int:
    """The place of the table that looks most like patients: no list of measurements, and no sheet that is hidden."""

    def rank(place: int) -> tuple[Any, ...]:
        table = tables[place]
        found = matching(table)
        known = likeness(sum(match.used for match in found), table.sheet, visible=not table.hidden)
        listed = long_form(table, found) is not None
        return known[:2], not listed, not phase_of_sheet(table), known[2]

    return max(range(len(tables)), key=rank)


def propose(tables: Sequence[RawTable], first: int, matching: Matching = match_columns) -> Proposal:
    """How the other tables belong to the first.

    Nothing is proposed to be joined where numbers, names or what the patients are contradict, nor from a hidden sheet.
    """
    others = [place for place in range(len(tables)) if place != first]
    met = {place: meeting(tables[first], tables[place], matching) for place in others}
    below = tuple(place for place in others if met[place].how == "below")
    try:
        whole = one_below_another([tables[first], *(tables[place] for place in below)])
    except CohortError as error:  # the same fields, but their codes mean something else
        asked = {place: str(error) for place in below}
        return Proposal(
            first, (), (), {place: met[place].said for place in others if met[place].said} | asked
        )
    if below:
        met |= {place: meeting(whole, tables[place], matching) for place in others if place not in below}
    return Proposal(
        first,
        below,
        tuple(place for place in others if place not in below and met[place].how == "beside"),
        {place: each.said for place, each in met.items() if place not in below and each.said},
    )


def meeting(first: RawTable, other: RawTable, matching: Matching = match_columns) -> Meeting:
    """How another table belongs to that of the patients."""
    ours, theirs = matching(first), matching(other)
    found = _meeting(first, other, ours, theirs)
    if found.how in ("beside", "below") and (why := _not_by_itself(other)):
        return Meeting("ask", why)
    return found


def _not_by_itself(other: RawTable) -> str:
    """Why a table is taken only when a reader says so; "" where nothing speaks against it."""
    if other.hidden:
        return "The sheet is hidden in the workbook."
    if set_aside(own_name(other)):
        return "By its name it may hold others than the patients of the study, or an earlier state of them."
    return ""


def _meeting(
    first: RawTable, other: RawTable, ours: Sequence[ColumnMatch], theirs: Sequence[ColumnMatch]
) -> Meeting:
    if _EXPLAINS.search(plain(own_name(other))) or not _holds_values(other, theirs):
        return Meeting("apart")
    keys = likely_keys(first, other, ours, theirs)
    listed = long_form(other, theirs) is not None
    may_be_others = not listed and _alike(ours, theirs) and not _copies(first, other, ours, theirs)
    if keys is None:
        others = may_be_others and _both_or_neither_numbered(first, other, ours, theirs)
        return Meeting("below") if others else _without_numbers(theirs, listed=listed)
    unlike = contradiction(first, other, ours, theirs, keys)
    if unlike is not None and may_be_others and unlike.in_most:
        return Meeting("below")
    if unlike is not None:
        return Meeting("ask", unlike.sentence(first.columns[keys[0]]))
    if _other_groups(first, other, keys):
        said = "The sheets are called after groups of patients, and yet their numbers are the same."
        return Meeting("ask", said)
    return _same_patients(link(first, other, *keys), ours, theirs, listed=listed)


def _holds_values(table: RawTable, matches: Sequence[ColumnMatch]) -> bool:
    """Whether fields of numbers hold numbers: in a data dictionary they hold what the fields are called and mean."""
    columns = [
        [as_text(cell) for cell in table.cells[place].tolist()[:_MOST_LOOKED_FOR] if not is_missing(cell)]
        for place, match in enumerate(matches)
        if match.used and match.field and schema.field(match.field).is_number
    ]
    shares = [
        sum(bool(_NUMBER.fullmatch(plain(text))) for text in texts) / len(texts) for texts in columns if texts
    ]
    return 2 * sum(share >= _MOSTLY_NUMBERS for share in shares) >= len(shares)


def _same_patients(
    found: Link, ours: Sequence[ColumnMatch], theirs: Sequence[ColumnMatch], *, listed: bool
) -> Meeting:
    """Tables that nothing contradicts: joined where most of the patients meet and there is something to add."""
    fewer = found.matched + min(len(found.only_first), len(found.only_second))
    new = {match.field for match in theirs if match.used} - {match.field for match in ours if match.used}
    adds = bool(new) or listed
    if 2 * found.matched >= fewer and adds:
        return Meeting("beside")
    if found.only_second and (adds or _alike(ours, theirs)):
        lacking = len(found.only_second)
        everybody, stand = counted(found.matched + lacking, "patient"), "does" if lacking == 1 else "do"
        who = first_few(found.only_second)
        said = f"Of its {everybody} {lacking} {stand} not stand in the table of the patients: {who}."
        return Meeting("ask", said)
    return Meeting("apart")


def _without_numbers(theirs: Sequence[ColumnMatch], *, listed: bool) -> Meeting:
    """A table that shares no number with the patients': one that may hold patients is not passed by in silence."""
    if not listed and sum(match.used for match in theirs) <= _FEWEST_ALIKE:
        return Meeting("apart")
    return Meeting("ask", "It shares no patient number with the table of the patients.")


def _alike(ours: Sequence[ColumnMatch], theirs: Sequence[ColumnMatch]) -> bool:
    """Whether most columns of the two tables are the same."""
    fields = [
        {match.field for match in found if match.used and match.field != "patient_id"}
        for found in (ours, theirs)
    ]
    both = len(fields[0] & fields[1])
    return both >= max(_FEWEST_ALIKE, _ALIKE * min(map(len, fields)))


def _copies(
    first: RawTable, other: RawTable, ours: Sequence[ColumnMatch], theirs: Sequence[ColumnMatch]
) -> bool:
    """Whether most rows of the other table say what a row of the first says, as in another state of the same table."""
    same = {mine: yours for yours, mine in same_columns(ours, theirs).items()}
    if not same:
        return False
    columns = [(first.cells[mine].tolist(), other.cells[yours].tolist()) for mine, yours in same.items()]
    fewest = min(_FEWEST_SAME, len(columns))

    def alike(row: int, at: int) -> bool:
        pairs = [(mine[row], yours[at]) for mine, yours in columns]
        there = [pair for pair in pairs if not any(map(is_missing, pair))]
        return len(there) >= fewest and 4 * sum(differ(*pair) for pair in there) <= len(there)

    rows = range(min(len(other.cells), _MOST_LOOKED_FOR))
    again = sum(any(alike(row, at) for row in range(min(len(first.cells), _MOST_COMPARED))) for at in rows)
    return 2 * again > len(rows)


def _both_or_neither_numbered(
    first: RawTable, other: RawTable, ours: Sequence[ColumnMatch], theirs: Sequence[ColumnMatch]
) -> bool:
    return (id_column(first, ours) is None) == (id_column(other, theirs) is None)


def _other_groups(first: RawTable, other: RawTable, keys: tuple[int, int]) -> bool:
    """Whether the tables are called after different groups; one such name is enough where both merely count rows."""
    groups = [group_of_name(own_name(table)) for table in (first, other)]
    if None in groups:
        return any(groups) and counts_rows(first, keys[0]) and counts_rows(other, keys[1])
    return groups[0] != groups[1]
