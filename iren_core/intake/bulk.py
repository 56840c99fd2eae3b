"""Large tables column by column: the same table as line by line (see ``layout``), many times faster.

Only the rows that can matter to the layout are looked at one by one: the first and the last ones, the odd ones (blank,
or like the header), and for each column one that fills it. The others are taken over as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from csv import reader as csv_reader
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core.intake.layout import Layout, cell_problems, find_header, lay_out
from iren_core.intake.line import Line
from iren_core.intake.match import HEADER_SEARCH_ROWS
from iren_core.intake.rows_without_patients import last_number, named_groups, reads_like_summary
from iren_core.intake.second_headers import names_among
from iren_core.intake.table import Distinct
from iren_core.intake.values import printable
from iren_core.intake.workbook import Sheet

#: Tables with fewer rows are read line by line, which takes no time then ...
FEWEST_ROWS = 2_000
#: ... unless they have more cells than this: so many can be read line by line.
MOST_CELLS_BY_LINE = 2_000_000
#: A table has no more different rows that name the group of the patients below.
_MOST_GROUPS = 100
#: Text is taken apart in pieces of this size, of which each has its own list of different cells at first.
_PIECE_BYTES = 4 * 1024**2
#: So many of the first and of the last rows are looked at: the header and what is above it, and notes below.
_ENDS = 100


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of a sheet, column by column.

    cells : objects, shape (columns, rows); ``filled`` says where there is one or an error
    first : the row number of the first row in the reader's spreadsheet
    faults : row (from 0) -> {column -> the error shown there}
    different : of each column its different cells, and which of them each cell is; empty where that is not known
    """

    cells: np.ndarray
    filled: np.ndarray
    first: int
    faults: Mapping[int, Mapping[int, str]]
    different: Sequence[Distinct] = ()

    def line(self, row: int, stands_for: int = 1) -> Line:
        """One row by itself."""
        faults = dict(self.faults.get(row, {}))
        return Line(self.first + row, self.cells[:, row].tolist(), faults=faults, stands_for=stands_for)


def grid_of_text(text: str, separator: str, start: int) -> Grid | None:
    """The cells of regular delimited text; ``None`` where lines differ in length, or a quotation mark is out of place.

    start : the line on which the header may begin, from 0
    """
    breaks = text.count("\n")
    if breaks < FEWEST_ROWS or not _regular(text, separator):
        return None
    import pyarrow as pa  # noqa: PLC0415 - large files only
    from pyarrow import csv  # noqa: PLC0415

    end = len(text.rstrip("\r\n"))
    begin = 0
    for _ in range(start):
        begin = text.index("\n", begin) + 1
    header = text[begin : end if (stop := text.find("\n", begin)) < 0 else stop]
    width = len(next(csv_reader([header], delimiter=separator)))
    names = [f"f{place}" for place in range(width)]
    kind = pa.dictionary(pa.int32(), pa.string())
    try:
        table = csv.read_csv(
            pa.py_buffer(text[begin:end].encode("utf-8")),
            csv.ReadOptions(column_names=names, block_size=_PIECE_BYTES),
            csv.ParseOptions(
                delimiter=separator, quote_char='"' if '"' in text else False, ignore_empty_lines=False
            ),
            csv.ConvertOptions(column_types=dict.fromkeys(names, kind), strings_can_be_null=False),
        ).unify_dictionaries()
    except pa.ArrowInvalid:
        return None
    if table.num_rows != breaks - text.count("\n", 0, begin) - text.count("\n", end) + 1:
        return None
    cells = np.empty((width, table.num_rows), dtype=object)
    filled = np.empty((width, table.num_rows), dtype=bool)
    different = []
    columns = table.columns
    del table
    for place in range(width):
        column = columns.pop(0)  # its memory is free again when its words are taken over
        as_written = column.chunk(0).dictionary.to_pylist()
        stripped = [word.strip() for word in as_written]
        words = [word or None for word in stripped]
        if not _printable("".join(filter(None, words))):
            return None
        codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in column.chunks])
        np.take(_objects(words), codes, out=cells[place], mode="clip")  # "clip" needs no second array
        filled[place] = np.array([word is not None for word in words])[codes]
        different.append(Distinct(words, codes) if stripped == as_written else _merged(words, codes))
    return Grid(cells, filled, start + 1, {}, different)


def _regular(text: str, separator: str) -> bool:
    """Whether every line break in a text ends a row, and quotation marks enclose whole cells."""
    if len(separator) != 1 or "\x00" in text:
        return False
    if "\r" in text and "\r" in text.replace("\r\n", ""):
        return False
    if '"' not in text:
        return True
    mark = re.escape(separator)
    cell = (
        rf'"(?<![^{mark}\n]")(?:[^"\r\n]++|"")*+"(?=[{mark}\r\n]|\Z)'  # begins with the mark: found quickly
    )
    return '"' not in re.sub(cell, "", text)


def _printable(text: str) -> bool:
    return printable(text) == text


def grid_of_sheet(sheet: Sheet) -> Grid | None:
    """The cells of a large sheet of a workbook; ``None`` for a small one."""
    if sheet.height < FEWEST_ROWS and sheet.columns.size <= MOST_CELLS_BY_LINE:
        return None
    filled = pd.notna(sheet.columns)
    for row, errors in sheet.faults.items():
        filled[list(errors), row] = True
    return Grid(sheet.columns, filled, sheet.top + 1, sheet.faults)


class LaidOut(NamedTuple):
    """The layout of a sheet, the cells and the row numbers of its patients, and what is known of its columns."""

    layout: Layout
    cells: pd.DataFrame
    rows: np.ndarray
    different: Mapping[int, Distinct] = {}


def lay_out_grid(grid: Grid, *, ragged: bool) -> LaidOut | None:
    """The layout of a grid; ``None`` where it is too irregular."""
    filled = grid.filled
    ends = min(_ENDS, max(2 * HEADER_SEARCH_ROWS, MOST_CELLS_BY_LINE // (8 * len(filled))))
    count = filled.sum(axis=0)
    filled_rows = np.flatnonzero(count)
    head, tail = range(min(ends, len(count))), filled_rows[-ends:].tolist()
    fills = [int(column.argmax()) for column in filled if column.any()]
    blank = _runs(np.flatnonzero(count[ends : filled_rows[-1]] == 0) + ends)
    looked_at = {*head, *fills, *blank, *_like_header_or_summary(grid, head), *tail}
    if len(looked_at) * len(filled) > MOST_CELLS_BY_LINE:
        return None
    layout = lay_out([grid.line(row, blank.get(row, 1)) for row in sorted(looked_at)], ragged=ragged)
    if layout.turned or layout.moved or not {line.number - grid.first for line in layout.lines} & {*tail}:
        return None
    taken_over = count > 0
    taken_over[list(looked_at)] = False
    lone = np.flatnonzero(taken_over & (count == 1))
    if any(line.headings for line in layout.lines) or _holds_headings(grid, lone, layout):
        return None  # they make a column of their own
    left_out = sorted({*range(len(filled))} - {*layout.positions})
    if filled[left_out][:, taken_over].any():
        return None
    doubtful = count == 1
    doubtful[list(grid.faults)] = True
    for row in np.flatnonzero(doubtful & taken_over).tolist():
        layout.cell_problems += cell_problems(grid.line(row), layout)
    layout.cell_problems.sort(key=attrgetter("row"))
    own = {line.number - grid.first: line.cells for line in layout.lines}
    taken_over[list(own)] = True
    rows = np.flatnonzero(taken_over)
    cells = grid.cells[layout.positions] if left_out else grid.cells
    in_one_piece = len(rows) == rows[-1] - rows[0] + 1
    cells = cells[:, rows[0] : rows[-1] + 1] if in_one_piece else cells[:, rows]
    places = np.searchsorted(rows, list(own))
    before = cells[:, places]
    for place, line in zip(places, own.values(), strict=True):
        cells[:, place] = line
    different = {}
    if grid.different:
        as_before = np.flatnonzero((before == cells[:, places]).all(axis=1)).tolist()
        different = {at: _among(grid.different[layout.positions[at]], rows) for at in as_before}
    return LaidOut(layout, pd.DataFrame(cells.T, dtype=object), rows + grid.first, different)


def _runs(rows: np.ndarray) -> dict[int, int]:
    """The first of rows that follow each other -> how many these are.

    >>> _runs(np.array([3, 4, 5, 9]))
    {3: 3, 9: 1}
    """
    begins = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
    lengths = np.diff(begins, append=len(rows))
    return dict(zip(rows[begins].tolist(), lengths.tolist(), strict=True))


def _holds_headings(grid: Grid, lone: np.ndarray, layout: Layout) -> bool:
    """Whether a row with a single value names a group of patients (see ``under_headings``); a table has few groups."""
    if not len(lone):
        return False
    begins = grid.filled.argmax(axis=0)
    number = layout.positions[last_number(layout.columns)]
    patients_begin = max(np.bincount(begins[grid.filled.sum(axis=0) > 1]).argmax(), number)
    lone = lone[begins[lone] <= patients_begin]
    cells = grid.cells[begins[lone], lone]
    texts = {cell for cell in cells.tolist() if isinstance(cell, str)}
    return len(texts) <= _MOST_GROUPS and any(map(named_groups, texts))


def _like_header_or_summary(grid: Grid, head: Iterable[int]) -> list[int]:
    """The rows that begin like a header, or have a word for a sum in place of a patient's number."""
    lines = [grid.line(row) for row in head]
    header = lines[find_header(lines)[0]].cells
    place = next((at for at, name in enumerate(header) if name is not None), 0)
    found = []
    for at in {place, last_number(name if isinstance(name, str) else None for name in header)}:
        rows, cells = _unlike_numbers(grid.cells[at].tolist(), {*header})
        found += [rows[each] for each in names_among(cells, header)]
        found += [row for row, cell in zip(rows, cells, strict=True) if reads_like_summary(cell)]
    return found


def _unlike_numbers(cells: Sequence[Any], header: set[Any]) -> tuple[list[int], list[Any]]:
    """The rows and cells of a column that are not letters and digits with a digit last, as patients' numbers are."""
    rows = [
        row
        for row, cell in enumerate(cells)
        if not (isinstance(cell, str) and cell.isalnum() and cell[-1].isdigit()) or cell in header
    ]
    return rows, [cells[row] for row in rows]


def _among(cells: Distinct, rows: np.ndarray) -> Distinct:
    """The different cells of these rows, which need not be looked for again below a header."""
    begin = rows[0]
    if rows[-1] - begin + 1 == len(rows) and rows[-1] + 1 == len(cells.codes):
        above = len(np.unique(cells.codes[:begin]))
        codes = cells.codes[begin:]
        if cells.codes[:begin].max(initial=-1) == above - 1 and codes.min() >= above:
            return Distinct(cells.values[above:], codes - above)
    codes, places = pd.factorize(cells.codes[rows])
    return Distinct([cells.values[place] for place in places], codes)


def _merged(words: Sequence[str | None], codes: np.ndarray) -> Distinct:
    """Cells of which some words may be the same."""
    first: dict[str | None, int] = {}
    places = [first.setdefault(word, place) for place, word in enumerate(words)]
    return Distinct([*words], np.array(places)[codes])


def _objects(cells: Sequence[Any]) -> np.ndarray:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array
