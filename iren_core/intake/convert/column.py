"""What the converters of all kinds of column share: the column itself, what comes to light, which cells say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from iren_core import schema
from iren_core.intake.codings import HEALING_FIELDS, says_unhealed
from iren_core.intake.headers import Header, read_header
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import Distinct, Problem, RawTable
from iren_core.intake.units import SAME, conversion
from iren_core.intake.values import is_missing

Codings = Mapping[str, Mapping[str, str]]


#: What an answer to a question about a whole column is filed under, beside the codes.
UNIT, ORDER, MARKS, FILL, LAST_DAYS = WHOLE_COLUMN = (
    "unit",
    "order",
    "thousands or decimals",
    "empty cells",
    "days of those who died",
)

LIMIT_COLUMNS = ("row", "field", "sign", "bound")
LEFT_OUT_COLUMNS = ("row", "field")


@dataclass(frozen=True)
class Question:
    """What the file does not say and a reader must: the meaning of codes, a unit, the order of day and month.

    values : the values in doubt, as text, most frequent first, codes of an open field by their numbers; one of
        ``WHOLE_COLUMN`` where the column is
    choices : the categories from which to choose; an open field (treatment arm) takes other words too
    sentence : the question; of a whole column, with one row of the file before and after each choice
    optional : whether the values are kept, as "code 1", or of a whole column what the sentence says is done, where the
        question is skipped
    """

    field: str
    column: str
    values: tuple[str, ...]
    choices: tuple[str, ...]
    sentence: str
    optional: bool = False

    @property
    def of_column(self) -> bool:
        """Whether it is about a whole column instead of single values."""
        return self.values[0] in WHOLE_COLUMN


class Limit(NamedTuple):
    """A value given only as a limit: "<5" is ("<", 5.0), in the field's unit."""

    row: int
    field: str
    sign: str
    bound: float


class LeftOut(NamedTuple):
    """A cell that says something which could not be used: unclear, impossible, in a unit that is not known."""

    row: int
    field: str


@dataclass
class Findings:
    """What comes to light while columns are converted, beside the values.

    without_tnfi : the patients of whom the file says that no TNF inhibitor was given, shape (n,)
    """

    problems: list[Problem] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    without_tnfi: np.ndarray | None = None


class Column(NamedTuple):
    """One matched column on its way: its different cells, each read once, its header, and its row numbers.

    beside : the name and the unit of the same marker's other phase, where that one names another unit than the field's
        and this one names none; empty elsewhere
    """

    field: schema.Field
    name: str
    header: Header
    unit: str
    cells: Distinct
    rows: np.ndarray
    header_row: int
    beside: tuple[str, str] | None = None


def columns_in_use(table: RawTable, matches: Sequence[ColumnMatch]) -> dict[str, Column]:
    """The columns in use, in the order of the data dictionary."""
    at = {match.field: index for index, match in enumerate(matches) if match.used}
    columns = {
        name: Column(
            known,
            table.columns[i],
            read_header(table.columns[i]),
            matches[i].unit,
            table.distinct(i),
            table.rows,
            table.header_row,
        )
        for name, known in schema.fields().items()
        if (i := at.get(name)) is not None
    }
    for marker in schema.MARKERS:
        acute, recovery = columns.get(marker.acute), columns.get(marker.recovery)
        if acute and recovery:
            for one, other in ((acute, recovery), (recovery, acute)):
                rule = conversion(one.field, other.unit) if other.unit and not one.unit else None
                if rule not in (None, SAME):
                    columns[one.field.name] = one._replace(beside=(other.name, other.unit))
    return columns


def note_left_out(column: Column, numbers: np.ndarray, findings: Findings) -> None:
    """Keep which cells of a column of numbers say something, and give neither a number nor a limit."""
    cells = column.cells
    speaks = cells.spread(
        (not (says_nothing(cell) or denies_healing(column.field, cell)) for cell in cells.values), bool
    )
    rows = column.rows[speaks & np.isnan(numbers)].tolist()
    limits = {limit.row for limit in findings.limits if limit.field == column.field.name} if rows else ()
    findings.left_out += [LeftOut(row, column.field.name) for row in rows if row not in limits]


def remarked(column: Column, has: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Row number and code of every cell that has something to be said about, from top to bottom."""
    codes = column.cells.codes
    for place in np.flatnonzero(np.array(has, dtype=bool)[codes]) if any(has) else ():
        yield int(column.rows[place]), int(codes[place])


def says_nothing(cell: Any) -> bool:
    """Whether a cell of numbers or dates has no value."""
    return is_missing(cell) or cell == "-"


def denies_healing(known: schema.Field, cell: Any) -> bool:
    """Whether a cell for the day of healing says that the patient had not healed."""
    return known.name in HEALING_FIELDS and says_unhealed(cell)
