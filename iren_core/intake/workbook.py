"""Workbooks (xlsx, xls, xlsb, ods): read by child processes that may die without harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core.counted import counted, is_
from iren_core.errors import first_few
from iren_core.intake.child import Child, Died
from iren_core.intake.number_formats import shown_by
from iren_core.intake.rich_text import Run, StruckCell, StruckRow, read_runs
from iren_core.intake.units import unit_key, without_brackets
from iren_core.intake.values import PercentCell, as_text
from iren_core.intake.workbook_child import MOST_CELLS, cpu_seconds, letters

#: A table of patients has no row farther down.
MOST_ROWS = 200_000
#: So many rows at a time are looked through for the last patient.
_LOOKED_AT = 2_000
#: Up to this size a file is read by one process.
_SMALL_BYTES = 256 * 1024
_CHILD = Path(__file__).with_name("workbook_child.py")


def as_columns(columns: Sequence[Sequence[Any]]) -> np.ndarray:
    """Cells by column as an array of objects, shape (columns, rows)."""
    array = np.empty((len(columns), len(columns[0]) if columns else 0), dtype=object)
    for place, cells in enumerate(columns):
        array[place] = cells
    return array


class Sheet(NamedTuple):
    """One sheet: its cells by column; ``top`` says how many rows lie empty before them.

    columns : objects, shape (columns, rows)
    faults : row in ``columns``, from 0 -> {column -> the error shown there, "" for a formula whose value was not saved}
    far : a cell so far off that the sheet was not read, else ""
    said : sentences on what was taken for granted in it
    merged : merged cells: first row and column, last row and column, from 0 in the whole sheet
    printable : whether it is sure that every character of its cells can be printed
    """

    name: str
    visible: bool
    top: int = 0
    columns: np.ndarray = as_columns(())
    faults: Mapping[int, Mapping[int, str]] = MappingProxyType({})
    far: str = ""
    said: tuple[str, ...] = ()
    printable: bool = False
    merged: Sequence[tuple[int, int, int, int]] = ()

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.columns.shape[1]


def read_workbook(data: bytes, filename: str) -> list[Sheet]:
    """Every sheet of a workbook, with its cells.

    One process tells their values; of a large file another one, meanwhile, how they are shown.

    Raises
    ------
    UnreadableFile
        when the bytes are no workbook, or one that must not or cannot be opened.
    """
    small = len(data) <= _SMALL_BYTES
    sheets, scans = (_at_once if small else _side_by_side)(data, filename)
    by_name = {scan["name"]: scan for scan in scans}
    shown = [_with_scan(sheet, by_name[sheet.name]) if sheet.name in by_name else sheet for sheet in sheets]
    return [_spread(sheet) if sheet.merged else sheet for sheet in shown]


def _at_once(data: bytes, filename: str) -> tuple[list[Sheet], list[dict[str, Any]]]:
    """The sheets and their scans from one process: to begin another takes longer than a small file."""
    scans: list[dict[str, Any]] = []
    sheets: list[Sheet] = []
    try:
        with Child(_CHILD, data, filename, "scan", "values", seconds=cpu_seconds(len(data))) as child:
            answers = child.answers()
            for entry in answers:
                if "cells" in entry:
                    scans.append(entry)
                else:
                    sheets.append(_sheet(entry, answers))
    except Died as died:
        sheets = _values_again(data, filename, scans, died)
    return sheets, scans


def _side_by_side(data: bytes, filename: str) -> tuple[list[Sheet], list[dict[str, Any]]]:
    """The sheets from one process and their scans from another."""
    with Child(_CHILD, data, filename, "scan", seconds=cpu_seconds(len(data))) as scanner:
        try:
            return _values(data, filename), [*scanner.answers()]
        except Died as died:
            scans = [*scanner.answers()]
            return _values_again(data, filename, scans, died), scans


def _values_again(data: bytes, filename: str, scans: Sequence[Mapping[str, Any]], died: Died) -> list[Sheet]:
    """The sheets of a file that ended its process, perhaps at a cell that lies too far off."""
    if all(scan["cells"] <= MOST_CELLS for scan in scans):
        raise died
    return _values(data, filename, "carefully")


def workbook_sheet_names(data: bytes, filename: str) -> tuple[str, ...]:
    """The names of a workbook's sheets, in its order."""
    with Child(_CHILD, data, filename, "names") as child:
        return tuple(entry["name"] for entry in child.answers())


def _values(data: bytes, filename: str, *words: str) -> list[Sheet]:
    with Child(_CHILD, data, filename, "values", *words, seconds=cpu_seconds(len(data))) as child:
        answers = child.answers()
        return [_sheet(entry, answers) for entry in answers]


def _sheet(entry: dict[str, Any], blocks: Iterator[Any]) -> Sheet:
    """A sheet as its blocks of rows come."""
    if "far" in entry:
        return Sheet(entry["name"], entry["visible"], far=entry["far"])
    left, height = entry["left"], entry["height"]
    cells = np.full((left + entry["width"], height), None, dtype=object)
    printable = True
    begin = 0
    while begin < height:
        block = next(blocks)
        rows = slice(begin, begin + block["rows"])
        for place, column in enumerate(block["columns"], left):
            _fill(cells[place, rows], column)
        printable &= block["printable"]
        begin = rows.stop
    last = _filled_rows(cells)
    if entry["top"] + last > MOST_ROWS:
        far = f"{letters(len(cells))}{entry['top'] + last}"
        return Sheet(entry["name"], entry["visible"], far=far)
    return Sheet(
        entry["name"],
        entry["visible"],
        entry["top"],
        cells[:, :last],
        printable=printable,
        merged=entry["merged"],
    )


def _filled_rows(cells: np.ndarray) -> int:
    """The number of rows down to the last that holds a value; empty results of formulas may stand far below it."""
    for end in range(cells.shape[1], 0, -_LOOKED_AT):
        begin = max(0, end - _LOOKED_AT)
        if len(filled := np.flatnonzero(pd.notna(cells[:, begin:end]).any(axis=0))):
            return begin + int(filled[-1]) + 1
    return 0


def _fill(cells: np.ndarray, column: Any) -> None:
    """Write a column of a block into its place."""
    if isinstance(column, tuple):
        doubles, words = np.frombuffer(column[0]), column[1]
        cells[:] = doubles
        empty = np.isnan(doubles)
        if empty.any():
            cells[empty] = None
        for place, text in words.items():
            cells[place] = text
    elif dict in set(map(type, column)):
        cells[:] = [
            datetime.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell for cell in column
        ]
    else:
        cells[:] = column


def _with_scan(sheet: Sheet, scan: Mapping[str, Any]) -> Sheet:
    """The sheet with its cells in percent format, and with those that show an error."""
    for place, rows in scan["percent"].items():
        if place < len(sheet.columns):  # empty cells beyond the values may bear the format too
            _mark_percent(sheet.columns[place], np.frombuffer(rows, np.int32) - sheet.top)
    faults: dict[int, dict[int, str]] = {}
    for error, (rows, columns) in scan["faults"].items():
        within = np.frombuffer(rows, np.int32) - sheet.top
        for row, column in zip(within.tolist(), np.frombuffer(columns, np.int32).tolist(), strict=True):
            if 0 <= row < sheet.height and column < len(sheet.columns):
                faults.setdefault(row, {})[column] = error
    said = [*sheet.said, *_say_hidden(sheet, scan["hidden"])]
    struck = {*_within(sheet, *scan["struck"])}
    said += [
        sentence for code, cells in scan["formats"].items() for sentence in _read_format(sheet, code, *cells)
    ]
    if scan["runs"]:
        said += _read_runs(sheet, scan["runs"], struck)
    _strike_out(sheet, struck, faults)
    return sheet._replace(faults=faults, said=tuple(said))


def _within(sheet: Sheet, rows: bytes, columns: bytes) -> Iterator[tuple[int, int]]:
    """Cells by column and row of the sheet's array, as far as they are in it."""
    within = np.frombuffer(rows, np.int32) - sheet.top
    for row, column in zip(within.tolist(), np.frombuffer(columns, np.int32).tolist(), strict=True):
        if 0 <= row < sheet.height and column < len(sheet.columns):
            yield column, row


def _read_runs(
    sheet: Sheet, runs: Mapping[Any, tuple[bytes, bytes]], struck: set[tuple[int, int]]
) -> Iterator[str]:
    """Write texts without the marks of footnotes and without what is struck out; sentences that say the cells.

    struck : gets the cells of which nothing is left
    """
    marked: dict[tuple[int, int], str] = {}
    corrected: dict[tuple[int, int], str] = {}
    for text, (rows, columns) in runs.items():
        read = read_runs([Run(*run) for run in text])
        for column, row in _within(sheet, rows, columns):
            if not read.text:
                struck.add((column, row))
                continue
            sheet.columns[column, row] = read.text
            if read.marked:
                marked[row, column] = read.text
            if read.struck:
                corrected[row, column] = read.text
    for found, what in (
        (marked, "Raised marks of footnotes were left out"),
        (corrected, "Text that is struck out was left out"),
    ):
        if found:
            shown = [
                f"{letters(column + 1)}{sheet.top + row + 1} (read as “{text}”)"
                for (row, column), text in sorted(found.items())
            ]
            yield f"{what} in {first_few(shown)}."


def _read_format(sheet: Sheet, code: str, rows: bytes, columns: bytes) -> Iterator[str]:
    """Write numbers with the limit or the unit that their format shows beside them; a sentence that says the cells."""
    shown = shown_by(code)
    found = [
        (row, column)
        for column, row in _within(sheet, rows, columns)
        if type(sheet.columns[column, row]) in (float, int)
    ]
    if not found or (shown and not (shown.before or shown.behind)):
        return
    row, column = min(found)
    where = f"{letters(column + 1)}{sheet.top + row + 1}"
    number = sheet.columns[column, row]
    cells = counted(len(found), "cell")
    if shown and shown.counts:
        for at, place in found:
            sheet.columns[place, at] = shown.with_number(sheet.columns[place, at])
        yield f"The format of {cells} shows a sign or a unit, which was read: {where} is “{shown.with_number(number)}”."
    elif shown:
        text = shown.with_number(number)
        yield f"The format of {cells} shows a text, which was not read: {where} is “{text}”, read as {as_text(number)}."
    else:
        yield f"The format of {cells} may show a text, which was not read: {where} was read as {as_text(number)}."


def _strike_out(sheet: Sheet, struck: set[tuple[int, int]], faults: dict[int, dict[int, str]]) -> None:
    """Empty the cells that are struck out, unless their whole row is; both are told as faults."""
    by_row: dict[int, list[int]] = {}
    for column, row in sorted(struck):
        if pd.notna(sheet.columns[column, row]):
            by_row.setdefault(row, []).append(column)
    for row, columns in by_row.items():
        known = faults.setdefault(row, {})
        if len(columns) == pd.notna(sheet.columns[:, row]).sum():
            known.setdefault(columns[0], StruckRow(as_text(sheet.columns[columns[0], row])))
            continue
        for column in columns:
            known[column] = StruckCell(as_text(sheet.columns[column, row]))
            sheet.columns[column, row] = None


def _say_hidden(sheet: Sheet, hidden: bytes) -> Iterator[str]:
    rows = np.unique(np.frombuffer(hidden, np.int32)) - sheet.top
    rows = rows[(rows >= 0) & (rows < sheet.height)]
    rows = rows[pd.notna(sheet.columns[:, rows]).any(axis=0)] + sheet.top + 1
    if len(rows) == 1:
        yield f"Row {rows[0]} is hidden in the sheet; it was read like the others."
    elif len(rows):
        yield f"{len(rows)} rows are hidden in the sheet, and were read like the others: {first_few(rows.tolist())}."


def _spread(sheet: Sheet) -> Sheet:
    """The sheet with each cell that is merged over several rows in all of them that hold something else as well.

    Of cells merged over several columns only a unit belongs to each of these.
    """
    filled = pd.notna(sheet.columns)
    in_use = filled.any(axis=0)
    spread: list[int] = []
    for first, column, last, right in sheet.merged:
        begin, end = first - sheet.top, min(last - sheet.top, sheet.height - 1)
        if begin < 0 or column >= len(sheet.columns) or begin >= sheet.height or not filled[column, begin]:
            continue
        value = sheet.columns[column, begin]
        if isinstance(value, str) and unit_key(without_brackets(value)):
            sheet.columns[column : right + 1, begin] = value  # the unit of each of these columns
        rows = np.arange(begin + 1, end + 1)
        rows = rows[in_use[rows] & ~filled[column, rows]]
        sheet.columns[column, rows] = sheet.columns[column, begin]
        spread += rows.tolist()
    if not spread:
        return sheet
    cells = f"{counted(len(spread), 'cell')} {is_(len(spread))}"
    row = min(spread) + sheet.top + 1
    said = f"{cells} merged with the one above, whose value was read for each row; the first in row {row}."
    return sheet._replace(said=(*sheet.said, said))


def _mark_percent(cells: np.ndarray, rows: np.ndarray) -> None:
    for row in rows[(rows >= 0) & (rows < len(cells))].tolist():
        if type(cells[row]) in (float, int):
            cells[row] = PercentCell(cells[row])
