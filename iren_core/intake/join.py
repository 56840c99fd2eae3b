"""Two tables of the same patients joined by the patients' numbers; what does not meet is listed, never lost."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.counted import counted
from iren_core.errors import CohortError, first_few
from iren_core.intake.convert.ditto import spelled_out
from iren_core.intake.identity import identity, identity_of_header
from iren_core.intake.layout import unique_names
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import Problem, RawTable, problem_frame
from iren_core.intake.units import unit_key
from iren_core.intake.values import as_text, is_missing, plain, read_number, repeated

#: What becomes of patients who stand in the second table only.
Unmatched = Literal["add", "leave out"]
#: Which of several rows of one patient in the second table is taken.
Repeated = Literal["none", "first", "last", "fullest"]

REPEATED_WORDS: dict[Repeated, str] = {
    "none": "none of them (left empty)",
    "first": "the first row",
    "last": "the last row",
    "fullest": "the row with most values",
}

#: Names that a sentence on two tables gives.
_MOST_NAMED = 30


@dataclass(frozen=True)
class Link:
    """How the patients of two tables meet.

    key_first, key_second : positions of the columns with the patients' numbers
    matched : numbers that stand in both
    only_first, only_second : numbers, as written, that stand in one only
    repeated : numbers, as written, with several rows in the second table, and those rows
    repeated_first : the same in the first table, where every row counts as a patient
    unnumbered : rows of the second table without a number
    loose : whether numbers were compared without leading zeros ("007" is "7")
    """

    key_first: int
    key_second: int
    matched: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    repeated: Mapping[str, tuple[int, ...]]
    repeated_first: Mapping[str, tuple[int, ...]]
    unnumbered: tuple[int, ...]
    loose: bool = False


def table_name(table: RawTable) -> str:
    """What a table is called beside others: its file, and its sheet where there are several."""
    return f"{table.filename}, sheet {table.sheet}" if len(table.sheets) > 1 else table.filename


def link(first: RawTable, second: RawTable, key_first: int, key_second: int) -> Link:
    """How the patients of two tables meet by these columns.

    Numbers are compared without case, width and blanks; without leading zeros too, where that makes more of them
    meet and no two patients of a table the same.
    """
    left, right = _rows_by_id(first, key_first), _rows_by_id(second, key_second)
    loose = _meet_without_zeros(left, right)
    if loose:
        left, right = _without_zeros(left), _without_zeros(right)
    written_first, written_second = _written(first, key_first, left), _written(second, key_second, right)
    return Link(
        key_first,
        key_second,
        len(left.keys() & right.keys()),
        tuple(written_first[who] for who in left if who not in right),
        tuple(written_second[who] for who in right if who not in left),
        {written_second[who]: _numbers(second, places) for who, places in right.items() if len(places) > 1},
        {written_first[who]: _numbers(first, places) for who, places in left.items() if len(places) > 1},
        tuple(
            int(row)
            for row, cell in zip(second.rows, second.cells[key_second], strict=True)
            if is_missing(cell)
        ),
        loose,
    )


def join(
    first: RawTable,
    second: RawTable,
    found: Link,
    *,
    unmatched: Unmatched = "add",
    repeated: Repeated = "none",
    same: Mapping[int, int] | None = None,
) -> RawTable:
    """The first table with the columns of the second beside it, one row a row of the first.

    Parameters
    ----------
    second : a table of one sheet, turned where it was a list of measurements
    unmatched : whether patients of the second table only are added below, or left out
    repeated : which of several rows of one patient in the second table counts
    same : position in the second table -> position in the first of columns that hold the same field in the same
        unit (see ``same_columns``): the first table's value holds, its gaps are filled, differences are queried

    Raises
    ------
    CohortError
        when no patient stands in both.
    """
    first, second = spelled_out(first), spelled_out(second)
    name = table_name(second)
    same = {theirs: ours for theirs, ours in (same or {}).items() if theirs != found.key_second}
    if not found.matched:
        raise CohortError(
            f"“{table_name(first)}” and “{name}” were to be joined.",
            "They have no patient number in common.",
            "Choose the columns that hold the same patient numbers, or load the files one by one.",
        )
    left, right = rows_by_id(first, second, found)
    chosen = {
        who: place
        for who, places in right.items()
        if (place := _one_of(second, places, repeated)) is not None
    }
    added = [who for who in right if who not in left] if unmatched == "add" else []
    taken = _places(len(first.cells), left, chosen, added)
    further = [
        place for place in range(len(second.columns)) if place != found.key_second and place not in same
    ]
    top = int(first.rows.max())
    rows = np.concatenate([first.rows, np.arange(top + 1, top + 1 + len(added))])
    cells: list[list[Any]] = [
        [*column, *[None] * len(added)] for column in (first.cells[i].tolist() for i in first.cells)
    ]
    written = _written(second, found.key_second, right)
    cells[found.key_first][len(first.cells) :] = [written[who] for who in added]
    problems = [Problem(*each) for each in first.problems.itertuples(index=False, name=None)]
    for each in second.problems.itertuples(index=False, name=None):
        theirs_too = Problem(*each)
        problems.append(theirs_too._replace(column=f"{theirs_too.column} ({name})".strip()))
    for theirs, ours in same.items():
        _fill(
            cells[ours], second, theirs=theirs, taken=taken, rows=rows, column=first.columns[ours], name=name,
            problems=problems,
        )  # fmt: skip
    columns = [*first.columns, *(second.columns[place] for place in further)]
    names = unique_names(columns)
    for place in further:
        source = second.cells[place].tolist()
        cells.append([None if at is None else source[at] for at in taken])
    labels = dict(first.labels)
    for new, place in zip(names[len(first.columns) :], further, strict=True):
        if second.columns[place] in second.labels:
            labels[new] = second.labels[second.columns[place]]
    said = _said(first, second, found, unmatched=unmatched, repeated=repeated, top=top)
    one_file = first.sha256 == second.sha256
    return replace(
        first,
        filename=first.filename if one_file else f"{first.filename} + {second.filename}",
        sha256=first.sha256
        if one_file
        else hashlib.sha256((first.sha256 + second.sha256).encode()).hexdigest(),
        sheet=f"{first.sheet} + {second.sheet}" if one_file else first.sheet,
        columns=tuple(names),
        cells=pd.DataFrame(dict(enumerate(cells)), dtype=object),
        rows=rows,
        assumptions=(*first.assumptions, *(f"{name}: {each}" for each in second.assumptions), *said),
        problems=problem_frame(problems),
        positions=(),
        labels=labels,
        pieces=(
            *first.as_pieces,
            replace(
                second.as_pieces[0],
                joined_by=(first.columns[found.key_first], second.columns[found.key_second]),
                unmatched=unmatched,
                repeated=repeated,
            ),
        ),
        recipe=f"{first.recipe}|{second.sheet}{second.recipe}|{found.key_first}|{found.key_second}|{unmatched}|{repeated}",
    )


def same_columns(first: Sequence[ColumnMatch], second: Sequence[ColumnMatch]) -> dict[int, int]:
    """Columns of two tables that hold the same: position in the second -> in the first.

    It is the same field in the same unit, or a number or name of the patient under the same header.
    """
    ours = {_meaning(match): place for place, match in enumerate(first) if match.used}
    named = {plain(each.column): at for at, each in enumerate(first) if identity_of_header(each.column)}
    fields = {
        place: ours[_meaning(match)]
        for place, match in enumerate(second)
        if match.used and match.field != "patient_id" and _meaning(match) in ours
    }
    numbers = {
        place: named[plain(match.column)]
        for place, match in enumerate(second)
        if place not in fields and plain(match.column) in named
    }
    return {**fields, **numbers}


def _meaning(match: ColumnMatch) -> tuple[str, str]:
    """The field of a column and its unit; without one the field's own holds."""
    name = match.field or ""
    return name, match.unit or unit_key(schema.field(name).unit)


def rows_by_id(
    first: RawTable, second: RawTable, found: Link
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Positions of each patient's rows in both tables, under numbers that are written alike."""
    left, right = _rows_by_id(first, found.key_first), _rows_by_id(second, found.key_second)
    return (_without_zeros(left), _without_zeros(right)) if found.loose else (left, right)


def _rows_by_id(table: RawTable, key: int) -> dict[str, list[int]]:
    """Positions of each patient's rows, in the order of the table."""
    rows: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(repeated(table.cells[key].tolist())):
        if not is_missing(cell):
            rows[identity(cell)].append(place)
    return dict(rows)


def _without_zeros(rows: Mapping[str, list[int]]) -> dict[str, list[int]]:
    return {who.lstrip("0") or "0": places for who, places in rows.items()}


def _meet_without_zeros(left: Mapping[str, list[int]], right: Mapping[str, list[int]]) -> bool:
    bare_left, bare_right = _without_zeros(left), _without_zeros(right)
    clear = len(bare_left) == len(left) and len(bare_right) == len(right)
    return clear and len(bare_left.keys() & bare_right.keys()) > len(left.keys() & right.keys())


def _written(table: RawTable, key: int, rows: Mapping[str, list[int]]) -> dict[str, str]:
    cells = table.cells[key].tolist()
    return {who: as_text(cells[places[0]]) for who, places in rows.items()}


def _numbers(table: RawTable, places: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(table.rows[place]) for place in places)


def _one_of(table: RawTable, places: Sequence[int], repeated: Repeated) -> int | None:
    if len(places) == 1 or repeated == "first":
        return places[0]
    if repeated == "last":
        return places[-1]
    if repeated == "none":
        return None
    filled = table.cells.iloc[list(places)].notna().sum(axis=1).tolist()
    return places[filled.index(max(filled))]


def _places(
    size: int, left: Mapping[str, Sequence[int]], chosen: Mapping[str, int], added: Sequence[str]
) -> list[int | None]:
    """For each row of the joined table the row of the second that belongs to it."""
    taken: list[int | None] = [None] * size
    for who, places in left.items():
        for place in places:
            taken[place] = chosen.get(who)
    return taken + [chosen.get(who) for who in added]


def _fill(
    cells: list[Any],
    second: RawTable,
    *,
    theirs: int,
    taken: Sequence[int | None],
    rows: np.ndarray,
    column: str,
    name: str,
    problems: list[Problem],
) -> None:
    """Fill gaps of a column from the second table's, and query where the two differ."""
    source = second.cells[theirs].tolist()
    for place, at in enumerate(taken):
        other = None if at is None else source[at]
        if is_missing(other):
            continue
        if is_missing(cells[place]):
            cells[place] = other
        elif differ(cells[place], other):
            value = "another one" if identity_of_header(column) else f"{as_text(other)} instead"
            problem = f"“{name}” gives {value}. The value of the first table was kept."
            problems.append(
                Problem(int(rows[place]), column, as_text(cells[place]), problem, "Find out which is right.")
            )


def differ(one: Any, other: Any) -> bool:
    """Whether two cells say something else, as text and as numbers."""
    texts = plain(as_text(one)), plain(as_text(other))
    if texts[0] == texts[1]:
        return False
    numbers = [read_number(text, "").value for text in texts]
    return None in numbers or numbers[0] != numbers[1]


def _said(
    first: RawTable,
    second: RawTable,
    found: Link,
    *,
    repeated: Repeated,
    unmatched: Unmatched,
    top: int,
) -> list[str]:
    name = table_name(second)
    both = f"{counted(found.matched, 'patient')} {'stands' if found.matched == 1 else 'stand'}"
    said = [
        f"“{name}” was joined by “{first.columns[found.key_first]}” and “{second.columns[found.key_second]}”: "
        f"{both} in both, {len(found.only_first)} only in “{table_name(first)}”, "
        f"{len(found.only_second)} only in “{name}”. Row numbers are those of “{table_name(first)}”."
    ]
    if found.only_first:
        who = first_few(found.only_first, _MOST_NAMED)
        said.append(f"Only in “{table_name(first)}”, so without the columns of “{name}”: {who}.")
    if found.only_second:
        fate = f"added below, from row {top + 1}" if unmatched == "add" else "left out, as you chose"
        said.append(f"Only in “{name}”, {fate}: {first_few(found.only_second, _MOST_NAMED)}.")
    if found.repeated:
        who = first_few(tuple(found.repeated), _MOST_NAMED)
        said.append(f"Several rows in “{name}” for {who}; taken: {REPEATED_WORDS[repeated]}.")
    if found.unnumbered:
        rows = first_few(found.unnumbered, _MOST_NAMED)
        said.append(f"Rows of “{name}” without a patient number belong to nobody and were not used: {rows}.")
    if first.sha256 != second.sha256:
        hashes = ", ".join(f"“{each.filename}” {each.sha256}" for each in (first, second))
        said.append(f"SHA-256 of the files: {hashes}.")
    if found.loose:
        said.append("Patient numbers were compared without their leading zeros.")
    return said
