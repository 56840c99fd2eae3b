"""The raw table: the cells of one sheet as the file holds them, before anything is understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

PROBLEM_COLUMNS = ("row", "column", "value", "problem", "advice")


class Problem(NamedTuple):
    """One line of the query list.

    ``row`` is the row in the reader's spreadsheet, the header's row where a whole column is meant.
    """

    row: int
    column: str
    value: str
    problem: str
    advice: str


@dataclass(frozen=True, eq=False)
class RawTable:
    """One sheet, read but not understood.

    filename, sha256 : the file's name and the hash of its bytes
    sheet : the sheet that was read, ``None`` for a text file; ``sheets`` names every sheet of the workbook
    columns : headers as in the file, a repeated one made unique by " (2)"
    cells : one row a patient; objects (str, float, int, bool, datetime, ``None``); columns 0, 1, 2 ...
    rows : row number of each patient in the reader's spreadsheet
    assumptions : sentences on what was taken for granted (encoding, separator, header row)
    problems : the query list of the reading itself; columns row, column, value, problem, advice
    read_at : when, as ISO time
    header_row : row number of the header; problems of a whole column are listed there
    separator : what separates the columns of a text file
    labels : column -> {code -> label}, where the file itself carries value labels
    recipe : how the table was put together from several or turned; with the hash and the sheet it tells it apart
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
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    recipe: str = ""


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


def problem_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """The query list as a frame with the columns row, column, value, problem, advice."""
    frame = pd.DataFrame(list(problems), columns=list(PROBLEM_COLUMNS))
    return frame.astype({"row": "int64"})
