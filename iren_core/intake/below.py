"""Tables of different patients put one below another: a sheet a group, a year or a hospital."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake.convert.ditto import spelled_out
from iren_core.intake.headers import read_header
from iren_core.intake.identity import id_column, identities
from iren_core.intake.join import table_name
from iren_core.intake.layout import unique_names
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.rows_without_patients import named_group, without_number_of_patients
from iren_core.intake.table import Part, Problem, RawTable, problem_frame
from iren_core.intake.treatment import names_tnfi
from iren_core.intake.unit_doubt import doubted_units
from iren_core.intake.units import conversion, unit_key, unit_words
from iren_core.intake.values import DecimalMark, as_text, decimal_mark, is_missing, plain, read_number

#: The column that tables' names make.
SHEETS_NAME = "{} (sheet's name)"
#: Rows of a further table are counted from a round number, so that its own row numbers can be read off.
_ROUND = 1000
#: So many cells tell which unit a column may be in.
_ENOUGH = 2000
#: What a unit behind a number has.
_UNIT_LETTER = re.compile(r"[A-Za-zµμ%\u4e00-\u9fff]")
#: Behind it a name of patients says what these were given beside corticosteroids.
_BESIDE = re.compile(r"[+&联加]|with |plus |combin")


def one_below_another(tables: Sequence[RawTable]) -> RawTable:
    """The tables' patients under the first one's columns, and those that it lacks beside them.

    Columns that hold the same field in the same unit, or have the same header, are one. Rows of a further table are
    counted from a round number on: row 1005 is its row 5. Numbers of patients that repeat get their table's name;
    where tables are called after groups of patients, a column says so.

    Raises
    ------
    CohortError
        when no column of a further table is one of the first.
    """
    if len(tables) == 1:
        return tables[0]
    tables = [spelled_out(table) for table in tables]
    matches = [match_columns(table) for table in tables]
    names = _short_names(tables)
    whole, places = _columns(tables, matches)
    columns = unique_names([column.match.column for column in whole])
    parts = _parts(tables, names)
    cells: list[list[Any]] = [[] for _ in whole]
    for place, known in enumerate(whole):
        for table, own in zip(tables, places, strict=True):
            there = own.get(place)
            cells[place] += [None] * len(table.cells) if there is None else known.cells_below(there)
    said = [_said_rows(tables, names, parts)]
    said += _own_columns(columns, places, names)
    said += _unique_numbers(tables, matches, names, cells, places)
    if group := _groups(tables, matches, names):
        header, texts, sentence = group
        columns, cells = [*columns, header], [*cells, texts]
        said.append(sentence)
    first = tables[0]
    one_file = len({table.sha256 for table in tables}) == 1
    if not one_file:
        hashes = ", ".join(f"“{each.filename}” {each.sha256}" for each in tables)
        said.append(f"SHA-256 of the files: {hashes}.")
    files = dict.fromkeys(table.filename for table in tables)
    digests = "".join(dict.fromkeys(table.sha256 for table in tables))
    return replace(
        first,
        filename=" + ".join(files),
        sha256=first.sha256 if one_file else hashlib.sha256(digests.encode()).hexdigest(),
        sheet=" + ".join(str(table.sheet) for table in tables) if one_file else first.sheet,
        columns=tuple(columns),
        cells=pd.DataFrame(dict(enumerate(cells)), dtype=object),
        rows=np.concatenate([table.rows + part.above for table, part in zip(tables, parts, strict=True)]),
        assumptions=(
            *first.assumptions,
            *(f"{table_name(table)}: {each}" for table in tables[1:] for each in table.assumptions),
            *said,
        ),
        problems=problem_frame(_problems(tables, columns, places, parts)),
        positions=(),
        labels=_labels(columns, places),
        pieces=(
            *first.as_pieces,
            *(replace(table.as_pieces[0], how="below") for table in tables[1:]),
        ),
        parts=tuple(parts),
        recipe="|below ".join(f"{table.sha256[:8]}{table.sheet}{table.recipe}" for table in tables),
    )


def own_name(table: RawTable) -> str:
    """A table's name without that of others around it: its sheet, else its file without the ending."""
    return table.sheet or _stem(table)


def _stem(table: RawTable) -> str:
    return re.sub(r"\.\w+$", "", table.filename)


def _short_names(tables: Sequence[RawTable]) -> list[str]:
    """What each table is called in front of its patients, without how many they are: "SM (n=5)" is "SM"."""
    names = _full_names(tables)
    short = [without_number_of_patients(name) for name in names]
    return short if all(short) and len(set(short)) == len(names) else names


def _full_names(tables: Sequence[RawTable]) -> list[str]:
    """By its sheet, its file, or both where these repeat."""
    stems = [_stem(table) for table in tables]
    by_sheet = [own_name(table) for table in tables]
    if len(set(by_sheet)) == len(tables):
        return by_sheet
    both = [f"{stem} {table.sheet or ''}".strip() for table, stem in zip(tables, stems, strict=True)]
    names = stems if len(set(stems)) == len(tables) else both
    return unique_names(names)


@dataclass(frozen=True, eq=False)
class _Column:
    """A column of one table: how it is understood, in which unit, and what its codes mean."""

    table: RawTable
    place: int
    match: ColumnMatch

    @property
    def codes(self) -> tuple[Any, ...]:
        header = read_header(self.match.column)
        return sorted(header.legend.items()), sorted(self.table.labels.get(self.match.column, {}).items())

    @property
    def number_field(self) -> schema.Field | None:
        """The field of a column of numbers that have a unit."""
        field = schema.field(self.match.field) if self.match.used and self.match.field else None
        return field if field and field.unit and field.is_number else None

    @cached_property
    def unit(self) -> str | None:
        """The unit that the values are in; ``None`` where the header names none and they raise a doubt."""
        field = self.number_field
        if field is None or self.match.unit:
            return self.match.unit
        cells = [cell for cell in self.table.cells[self.place].tolist() if not is_missing(cell)][:_ENOUGH]
        mark: DecimalMark = "comma" if decimal_mark(cells) == "comma" else "point"
        numbers = [read_number(cell, "", decimal=mark).value for cell in cells]
        known = [number for number in numbers if number is not None]
        return None if doubted_units(field, known, self.name) else unit_key(field.unit)

    @property
    def name(self) -> str:
        return read_header(self.match.column).keys[0]

    def is_one_with(self, other: _Column) -> bool:
        """Whether the other column's values can stand below this one's."""
        if self.codes != other.codes:
            return False
        if not (self.match.used and other.match.used and self.match.field == other.match.field):
            return plain(self.match.column) == plain(other.match.column)
        field = self.number_field
        if field is None:
            return True
        if self.unit is None or other.unit is None:
            return self.unit == other.unit
        rules = [conversion(field, other.unit, name) for name in (self.name, other.name)]
        return rules[0] is not None and rules[0] == rules[1]

    def cells_below(self, other: _Column) -> list[Any]:
        """The other column's cells, each with its unit where that is not this one's."""
        cells = other.table.cells[other.place].tolist()
        if not other.unit or other.unit == self.unit or self.number_field is None:
            return cells
        return [
            f"{as_text(cell)} {unit_words(other.unit)}" if _is_bare_number(cell) else cell for cell in cells
        ]


def _is_bare_number(cell: Any) -> bool:
    text = as_text(cell)
    return not is_missing(cell) and bool(re.search(r"\d", text)) and not _UNIT_LETTER.search(text)


def _columns(
    tables: Sequence[RawTable], matches: Sequence[Sequence[ColumnMatch]]
) -> tuple[list[_Column], list[dict[int, _Column]]]:
    """The columns of the whole, and for each table: place in the whole -> its own column there."""
    whole = [_Column(tables[0], place, match) for place, match in enumerate(matches[0])]
    places = [dict(enumerate(whole))]
    for table, found in zip(tables[1:], matches[1:], strict=True):
        own: dict[int, _Column] = {}
        for at, match in enumerate(found):
            column = _Column(table, at, match)
            free = (to for to, known in enumerate(whole) if to not in own and known.is_one_with(column))
            to = next(free, len(whole))
            if to == len(whole):
                whole.append(column)
            own[to] = column
        if not own.keys() & places[0].keys():
            raise CohortError(
                f"“{table_name(table)}” was to be put below “{table_name(tables[0])}”.",
                "They have no column in common.",
                "Give both the same headers, or join them by the patient number if they hold the same patients.",
            )
        places.append(own)
    return whole, places


def _parts(tables: Sequence[RawTable], names: Sequence[str]) -> list[Part]:
    parts: list[Part] = []
    for table, name in zip(tables, names, strict=True):
        last = max(int(table.rows.max()), int(table.problems["row"].max()) if len(table.problems) else 0)
        above = 0
        if parts:
            step = max(_ROUND, 10 ** len(str(last)))
            above = -(-(parts[-1].last + 1) // step) * step
        parts.append(Part(name, above, above + last))
    return parts


def _said_rows(tables: Sequence[RawTable], names: Sequence[str], parts: Sequence[Part]) -> str:
    counted = ", ".join(f"{len(table.cells)} of “{name}”" for table, name in zip(tables, names, strict=True))
    shown = "; ".join(
        f"row {part.above + int(table.rows[0])} is row {int(table.rows[0])} of “{part.name}”"
        for table, part in zip(tables[1:], parts[1:], strict=True)
    )
    return f"Put one below another, as different patients: {counted}. Rows are counted on: {shown}."


def _own_columns(
    columns: Sequence[str],
    places: Sequence[dict[int, _Column]],
    names: Sequence[str],
) -> list[str]:
    said = []
    for name, own in zip(names, places, strict=True):
        lacking = [f"“{columns[place]}”" for place in range(len(columns)) if place not in own]
        if lacking:
            said.append(f"“{name}” has no column {', '.join(lacking)}: missing for its patients.")
    return said


def _unique_numbers(
    tables: Sequence[RawTable],
    matches: Sequence[Sequence[ColumnMatch]],
    names: Sequence[str],
    cells: list[list[Any]],
    places: Sequence[dict[int, _Column]],
) -> list[str]:
    """Write the table's name before each patient's number where numbers repeat between the tables."""
    at = [id_column(table, found) for table, found in zip(tables, matches, strict=True)]
    ids = [
        set() if place is None else {*identities(table, place)}
        for table, place in zip(tables, at, strict=True)
    ]
    if sum(map(len, ids)) == len(set().union(*ids)):
        return []
    begin = 0
    example = ""
    for table, place, own, name in zip(tables, at, places, names, strict=True):
        column = next((to for to, each in own.items() if each.place == place), None)
        if column is not None:
            numbers = cells[column][begin : begin + len(table.cells)]
            named = [cell if is_missing(cell) else f"{name} {as_text(cell)}" for cell in numbers]
            cells[column][begin : begin + len(table.cells)] = named
            example = next((text for text in named if isinstance(text, str)), example)
        begin += len(table.cells)
    return [
        "Patient numbers repeat between the tables, so each is written behind the name of its table: "
        f"“{example}”."
    ]


def group_of_name(name: str) -> tuple[str, str] | None:
    """The field of which a table's name names a group, and the text; ``None`` where it names none.

    >>> group_of_name("联合组"), group_of_name("SM+TNFi (n=5)"), group_of_name("2023")
    (('arm', '联合组'), ('arm', 'SM+TNFi'), None)
    """
    bare = without_number_of_patients(name)
    beside = _BESIDE.search(plain(bare))
    combined = beside is not None and names_tnfi(plain(bare)[beside.end() :])
    return (named_group(bare) or (("arm", bare) if combined else None)) if bare else None


def _groups(
    tables: Sequence[RawTable], matches: Sequence[Sequence[ColumnMatch]], names: Sequence[str]
) -> tuple[str, list[Any], str] | None:
    """The column that the tables' names make, where one of them names a group and no table has such a column."""
    known = [group_of_name(name) for name in names]
    fields = {group[0] for group in known if group}
    if len(fields) != 1:
        return None
    field = fields.pop()
    if any(match.used and match.field == field for found in matches for match in found):
        return None
    label = schema.field(field).label
    texts = [group[1] if group else name for name, group in zip(names, known, strict=True)]
    column = [text for table, text in zip(tables, texts, strict=True) for _ in range(len(table.cells))]
    shown = ", ".join(f"“{text}”" for text in texts)
    return (
        SHEETS_NAME.format(label),
        column,
        f"No table has a column for {label.lower()}; it is taken from the tables' names: {shown}.",
    )


def _problems(
    tables: Sequence[RawTable],
    columns: Sequence[str],
    places: Sequence[dict[int, _Column]],
    parts: Sequence[Part],
) -> list[Problem]:
    problems = []
    for table, own, part in zip(tables, places, parts, strict=True):
        called = {column.match.column: columns[place] for place, column in own.items()}
        for each in table.problems.itertuples(index=False, name=None):
            problem = Problem(*each)
            problems.append(
                problem._replace(
                    row=int(problem.row) + part.above, column=called.get(problem.column, problem.column)
                )
            )
    return problems


def _labels(columns: Sequence[str], places: Sequence[dict[int, _Column]]) -> dict[str, dict[str, str]]:
    return {
        columns[place]: column.table.labels[column.match.column]
        for own in places
        for place, column in own.items()
        if column.match.column in column.table.labels
    }
