"""By which columns two tables of patients are joined, and whether what else they hold contradicts that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from iren_core.counted import counted, is_
from iren_core.intake.codings import named_category
from iren_core.intake.identity import id_column, identities, identity, identity_of_header
from iren_core.intake.join import differ, link, rows_by_id, same_columns
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, is_missing, plain, read_number

#: What cannot change between two tables of one patient, and by how much it may be rounded or a birthday apart.
_PERSON: Mapping[str, float] = {"age_years": 2, "height_cm": 5}
#: What was so on admission, and is so in every table of the patient.
_ON_ADMISSION = frozenset(
    {
        "sex", "age_years", "height_cm", "diagnosis", "malignancy_type", "ici_drug", "ici_cycles", "latency_days",
        "arm", "scorten", "detachment_bsa_pct", "date_onset", "date_admission", "date_steroid_start",
    }
)  # fmt: skip
#: A slip of the pen in a few rows is a query; in more of them the rows are those of other patients.
_A_FEW, _A_FEW_OF = 1, 0.1
#: A running number has hardly a gap.
_GAPS = 1.25
#: A number is a running one in so many rows at least.
_FEWEST_RUNNING = 3
#: So many rows tell whether tables contradict each other.
_MOST_COMPARED = 2000

Witness = Literal["number", "person"]


@dataclass(frozen=True)
class Contradiction:
    """Rows that meet by the patients' numbers and yet are those of different patients.

    witness : whether another number or a name differs, or what the person is (age, sex)
    columns : the column that differs, in the first table and in the second
    rows, of : in how many of the rows that can be compared
    example : the row in each table and what it says there
    """

    witness: Witness
    columns: tuple[str, str]
    rows: int
    of: int
    example: tuple[int, str, int, str]

    @property
    def in_most(self) -> bool:
        """Whether more than half of the rows contradict, so that hardly any patient stands in both tables."""
        return 2 * self.rows > self.of

    def sentence(self, key: str) -> str:
        """What was found, with a row of each table; ``key`` is the column by which the rows meet."""
        ours, mine, theirs, yours = self.example
        first, second = self.columns
        where = f"“{first}”" if first == second else f"“{first}” and “{second}”"
        patients = f"Of {counted(self.of, 'patient')} with the same “{key}” {self.rows}"
        if self.witness == "number":  # it tells who the patient is, and is shown nowhere
            return (
                f"{patients} {'does' if self.rows == 1 else 'do'} not agree in {where}: see row {ours} and "
                f"row {theirs} of this table."
            )
        return (
            f"{patients} {is_(self.rows)} not the same person by {where} or another "
            f"column: row {ours} says “{mine}”, row {theirs} of this table “{yours}”."
        )


def likely_keys(
    first: RawTable,
    second: RawTable,
    first_matches: Sequence[ColumnMatch],
    second_matches: Sequence[ColumnMatch],
) -> tuple[int, int] | None:
    """The two columns by which the tables are best joined; ``None`` where no pair shares any number.

    A hospital's or a study's number that both have and that meets; else the columns matched to the patient number;
    else the pair of columns that has most in common among those whose values differ from row to row in the first.
    """
    own = id_column(first, first_matches), id_column(second, second_matches)
    numbers = _pairs(first_matches, second_matches, ("hospital", "study"))
    numbers = [
        pair for pair in numbers if not counts_rows(first, pair[0]) and not counts_rows(second, pair[1])
    ]
    if own[0] is not None and own[1] is not None:
        numbers.append((own[0], own[1]))
    for pair in numbers:
        if link(first, second, *pair).matched:
            return pair
    lefts = [own[0]] if own[0] is not None else _telling(first, first_matches, distinct=True)
    rights = [own[1]] if own[1] is not None else _telling(second, second_matches, distinct=False)
    ours = {left: {*identities(first, left)} for left in lefts}
    theirs = {right: {*identities(second, right)} for right in rights}
    shares = [(len(ours[left] & theirs[right]), -left, -right) for left in lefts for right in rights]
    best = max(shares, default=(0, 0, 0))
    smaller = min(len(first.cells), len(theirs[-best[2]])) if best[0] else 0
    return (-best[1], -best[2]) if best[0] >= 2 and best[0] >= 0.5 * smaller else None


def contradiction(
    first: RawTable,
    second: RawTable,
    first_matches: Sequence[ColumnMatch],
    second_matches: Sequence[ColumnMatch],
    keys: tuple[int, int],
) -> Contradiction | None:
    """What says that rows which meet by these columns are those of different patients; ``None`` where nothing does.

    Another number or a name that differs is a witness, and so are age, sex and what else was so on admission; a
    running number is none. A few rows are no more than queries.
    """
    rows = list(_met(first, second, keys))
    met = _Met(first, second, rows[:: len(rows) // _MOST_COMPARED + 1])
    for columns in _pairs(first_matches, second_matches, ("hospital", "study", "name")):
        running = counts_rows(first, columns[0]) or counts_rows(second, columns[1])
        if columns != keys and not running and (found := _other_numbers(met, columns)):
            return found
    fields = {
        (ours, theirs): first_matches[ours].field or ""
        for theirs, ours in same_columns(first_matches, second_matches).items()
        if first_matches[ours].field in _ON_ADMISSION
    }
    return _other_persons(met, fields)


@dataclass(frozen=True, eq=False)
class _Met:
    """Two tables, and the places of the rows that meet."""

    first: RawTable
    second: RawTable
    rows: list[tuple[int, int]]

    def cells(self, columns: tuple[int, int]) -> list[tuple[Any, Any]]:
        """What both tables say in these columns, of each row that meets."""
        ours, theirs = self.first.cells[columns[0]].tolist(), self.second.cells[columns[1]].tolist()
        return [(ours[mine], theirs[yours]) for mine, yours in self.rows]

    def found(
        self, columns: tuple[int, int], unlike: Sequence[int], of: int, witness: Witness
    ) -> Contradiction | None:
        """The contradiction, where more than a few of the rows that meet are unlike; these by their places."""
        if not _more_than_a_few(len(unlike), of):
            return None
        mine, yours = self.rows[unlike[0]]
        says = [as_text(cell) for cell in self.cells(columns)[unlike[0]]]
        return Contradiction(
            witness,
            (self.first.columns[columns[0]], self.second.columns[columns[1]]),
            len(unlike),
            of,
            (int(self.first.rows[mine]), says[0], int(self.second.rows[yours]), says[1]),
        )


def _other_numbers(met: _Met, columns: tuple[int, int]) -> Contradiction | None:
    there = [
        (at, pair) for at, pair in enumerate(met.cells(columns)) if not any(is_missing(cell) for cell in pair)
    ]
    return met.found(columns, [at for at, pair in there if _other_number(*pair)], len(there), "number")


def _other_persons(met: _Met, fields: Mapping[tuple[int, int], str]) -> Contradiction | None:
    """Rows of another sex, age or height, and rows in which most of what was so on admission differs."""
    if not fields:
        return None
    by_column = {columns: met.cells(columns) for columns in fields}
    there, unlike = 0, []
    for at in range(len(met.rows)):
        pairs = [(*by_column[columns][at], field) for columns, field in fields.items()]
        pairs = [pair for pair in pairs if not is_missing(pair[0]) and not is_missing(pair[1])]
        there += bool(pairs)
        if _another_person(pairs):
            unlike.append(at)
    first = (
        columns
        for columns, field in fields.items()
        if unlike and _another(*by_column[columns][unlike[0]], field)
    )
    return met.found(next(first), unlike, there, "person") if unlike else None


def _another_person(pairs: Sequence[tuple[Any, Any, str]]) -> bool:
    sure = any(_another(*pair) for pair in pairs if pair[2] in _PERSONS)
    return sure or (len(pairs) > 1 and 2 * sum(_another(*pair) for pair in pairs) > len(pairs))


def _another(one: Any, other: Any, field: str) -> bool:
    if is_missing(one) or is_missing(other):
        return False
    return _PERSONS.get(field, differ)(one, other)


def _more_than_a_few(rows: int, of: int) -> bool:
    return rows > max(_A_FEW, _A_FEW_OF * of) or (rows == of == 1)


def _met(first: RawTable, second: RawTable, keys: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The places of the rows that meet, of each patient the first."""
    left, right = rows_by_id(first, second, link(first, second, *keys))
    return ((places[0], right[who][0]) for who, places in left.items() if who in right)


def _pairs(
    first: Sequence[ColumnMatch], second: Sequence[ColumnMatch], kinds: Sequence[str]
) -> list[tuple[int, int]]:
    """Columns of both tables that hold the same kind of number or name; of several those with the same header."""
    found = []
    for kind in kinds:
        lefts, rights = _of_kind(first, kind), _of_kind(second, kind)
        named = [
            (left, right)
            for left in lefts
            for right in rights
            if plain(first[left].column) == plain(second[right].column)
        ]
        found += named or [(left, right) for left in lefts[:1] for right in rights[:1]]
    return found


def _of_kind(matches: Sequence[ColumnMatch], kind: str) -> list[int]:
    return [
        place
        for place, match in enumerate(matches)
        if identity_of_header(match.column) == kind or (kind == "name" and match.field == "initials")
    ]


def counts_rows(table: RawTable, place: int) -> bool:
    """Whether a column merely counts the rows: 1, 2, 3."""
    cells = [as_text(cell) for cell in table.cells[place].tolist() if not is_missing(cell)]
    numbers = {int(text) for text in cells if re.fullmatch(r"\d{1,6}", text)}
    return (
        len(numbers) >= _FEWEST_RUNNING
        and len(numbers) == len(set(cells))
        and max(numbers) <= _GAPS * len(cells)
    )


def _other_number(one: Any, other: Any) -> bool:
    texts = [identity(cell).lstrip("0") for cell in (one, other)]
    latin = [text.isascii() for text in texts]
    if latin[0] != latin[1]:
        return False  # a name in two scripts
    return texts[0] != texts[1]


def _other_sex(one: Any, other: Any) -> bool:
    known = [named_category("sex", as_text(cell)) for cell in (one, other)]
    return all(known) and known[0] != known[1]


def _apart_by(most: float) -> Callable[[Any, Any], bool]:
    def apart(one: Any, other: Any) -> bool:
        ours, theirs = (read_number(plain(as_text(cell)), "").value for cell in (one, other))
        return ours is not None and theirs is not None and abs(ours - theirs) > most

    return apart


_PERSONS: Mapping[str, Callable[[Any, Any], bool]] = {
    **{name: _apart_by(most) for name, most in _PERSON.items()},
    "sex": _other_sex,
}


def _telling(table: RawTable, matches: Sequence[ColumnMatch], *, distinct: bool) -> list[int]:
    """Columns that may number patients: filled nearly everywhere, and different from row to row; no age, no value."""
    found = []
    for place in table.cells:
        field = matches[place].field if place < len(matches) and matches[place].used else None
        if field not in (None, "patient_id", "initials"):
            continue
        ids = identities(table, place)
        if len(ids) >= 0.9 * len(table.cells) and (not distinct or len(set(ids)) >= 0.95 * len(ids)):
            found.append(int(place))
    return found
