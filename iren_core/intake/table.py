"""The raw table: the cells of one sheet as the file holds them, before anything is understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from iren_core.errors import CohortError

#: How much a query weighs, the gravest first: "error", a value was left out or contradicts another, so an answer may be
#: wrong until it is settled; "warning", it is unlikely or incomplete and counts as it stands; "note", worth knowing.
Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
PROBLEM_COLUMNS = ("row", "column", "value", "problem", "advice", "severity")


class Problem(NamedTuple):
    """One line of the query list.

    ``row`` is the row in the reader's spreadsheet, the header's row where a whole column is meant.
    ``severity`` is one of ``SEVERITIES``.
    """

    row: int
    column: str
    value: str
    problem: str
    advice: str
    severity: Severity = "error"


class Distinct(NamedTuple):
    """The different cells of a column in the order in which they first occur, and which of them each cell is.

    ``None`` may stand at the end though no cell is empty.
    """

    values: list[Any]
    codes: np.ndarray

    def spread(self, results: Iterable[Any], dtype: Any = object) -> np.ndarray:
        """What was found for each different cell, for every cell."""
        found = list(results)
        array = np.empty(len(found), dtype=dtype)
        array[:] = found
        return array[self.codes]


def distinct(cells: Sequence[Any]) -> Distinct:
    """The different cells of a column; 1, 1.0, "1" and True are different."""
    if set(map(type, cells)) <= {str, type(None)}:
        array = np.empty(len(cells), dtype=object)
        array[:] = cells
        codes, values = pd.factorize(array)
        codes[codes == -1] = len(values)
        return Distinct([*values.tolist(), None], codes)
    places: dict[tuple[type, Any], int] = {}
    numbers = [places.setdefault(key, len(places)) for key in zip(map(type, cells), cells, strict=True)]
    return Distinct([value for _, value in places], np.array(numbers, dtype=np.intp))


@dataclass(frozen=True)
class Piece:
    """One table of those that make a cohort, and what was chosen for it; enough to put them together again.

    filename, sha256, sheet : where it lies
    acute, recovery : the rules by which a list with a row a measurement was turned; empty for any other table
    joined_by : the columns with the patients' numbers, in the table so far and in this one; empty for the first
    unmatched, repeated : what became of patients who stand here only, and of several rows of one (see ``join``)
    how : "beside", joined by the patients' numbers, or "below", with patients of its own
    """

    filename: str
    sha256: str
    sheet: str | None = None
    acute: str = ""
    recovery: str = ""
    joined_by: tuple[str, ...] = ()
    unmatched: str = "add"
    repeated: str = "none"
    how: str = "beside"


class Part(NamedTuple):
    """The rows of one of several tables that stand one below another.

    name : what the table is called
    above : how many rows lie above its own, so that its row 5 is row 5 + above of the whole
    last : the last row of the whole that is one of its rows
    """

    name: str
    above: int
    last: int


@dataclass(frozen=True, eq=False)
class RawTable:
    """One sheet, read but not understood.

    filename, sha256 : the file's name and the hash of its bytes
    sheet : the sheet that was read, ``None`` for a text file; ``sheets`` names every sheet of the workbook
    columns : headers as in the file, a repeated one made unique by " (2)"
    cells : one row a patient; objects (str, float, int, bool, datetime, ``None``); columns 0, 1, 2 ...
    rows : row number of each patient in the reader's spreadsheet
    assumptions : sentences on what was taken for granted (encoding, separator, header row)
    problems : the query list of the reading itself; columns row, column, value, problem, advice, severity
    read_at : when, as ISO time
    header_row : row number of the header; problems of a whole column are listed there
    separator : what separates the columns of a text file
    positions : where each column stands in the sheet, column A being 0; empty where the columns stand side by side
    labels : column -> {code -> label}, where the file itself carries value labels
    recipe : how the table was put together from several or turned; with the hash and the sheet it tells it apart
    pieces : the same as what makes it again; empty for a table as the file holds it
    parts : the tables that stand one below another in it; empty for any other table
    hidden : whether the workbook does not show the sheet
    """

    filename: str
    sha256: str
    sheet: str | None
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    cells: pd.DataFrame
    rows: np.ndarray
    assumptions: tuple[str, ...]
    problems: pd.DataFrame
    read_at: str
    header_row: int = 1
    separator: str = ""
    positions: tuple[int, ...] = ()
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    recipe: str = ""
    pieces: tuple[Piece, ...] = ()
    parts: tuple[Part, ...] = ()
    hidden: bool = False
    _distinct: dict[int, Distinct] = field(default_factory=dict, init=False, repr=False)

    @property
    def as_pieces(self) -> tuple[Piece, ...]:
        """The pieces it is made of: itself, where it was neither joined nor turned."""
        return self.pieces or (Piece(self.filename, self.sha256, self.sheet),)

    def place_of(self, row: int) -> str:
        """Where a row of a table that was put together stands, as words; "" where its number says so itself."""
        for part in self.parts:
            if part.above < row <= part.last:
                return f"“{part.name}”, row {row - part.above}"
        return ""

    def distinct(self, place: int) -> Distinct:
        """The different cells of a column, found once."""
        if place not in self._distinct:
            self._distinct[place] = distinct(self.cells[place].tolist())
        return self._distinct[place]

    def without(self, rows: Sequence[int]) -> RawTable:
        """The table without these rows, by their numbers in the spreadsheet.

        Raises
        ------
        CohortError
            when there is no such row of a patient.
        """
        if not rows:
            return self
        if unknown := sorted(set(rows) - set(self.rows.tolist())):
            raise CohortError(
                "Rows were to be left out.",
                f"“{self.filename}” has no patient in row {unknown[0]}.",
                "Take the numbers of rows as the spreadsheet shows them.",
            )
        kept = ~np.isin(self.rows, list(rows))
        return replace(
            self,
            cells=self.cells[kept].reset_index(drop=True),
            rows=self.rows[kept],
            problems=self.problems[~self.problems["row"].isin(rows)].reset_index(drop=True),
        )

    def with_distinct(self, known: Mapping[int, Distinct]) -> RawTable:
        """The table itself, which need no longer find what is known of its columns."""
        self._distinct.update(known)
        return self


def problem_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """The query list as a frame with the columns row, column, value, problem, advice, severity."""
    frame = pd.DataFrame(list(problems), columns=list(PROBLEM_COLUMNS))
    return frame.astype({"row": "int64"})
