"""Read the bytes of a spreadsheet into a raw table: which kind of file, which sheet, which header."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from iren_core.errors import UnreadableFile
from iren_core.intake.layout import Line, find_header, lay_out
from iren_core.intake.table import RawTable, problem_frame
from iren_core.intake.template import without_examples
from iren_core.intake.text import read_text
from iren_core.intake.values import printable
from iren_core.intake.workbook import Sheet, read_workbook, refuse, workbook_sheet_names

__all__ = ["MOST_BYTES", "RawTable", "read_table", "sheet_names"]

MOST_BYTES = 200 * 1024**2
#: A sentence on many rows names only the first of them.
_MOST_ROWS_NAMED = 10

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXPORT = "Open it in the program that wrote it and save the table as .xlsx or CSV."
#: First bytes -> what such a file is and what to do with it.
_OTHER_FILES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "It is a PDF document.", "Load the spreadsheet behind it."),
    (b"\x89PNG", "It is a picture.", "Load the spreadsheet behind it."),
    (b"\xff\xd8\xff", "It is a picture.", "Load the spreadsheet behind it."),
    (b"GIF8", "It is a picture.", "Load the spreadsheet behind it."),
    (b"II*\x00", "It is a picture.", "Load the spreadsheet behind it."),
    (b"MM\x00*", "It is a picture.", "Load the spreadsheet behind it."),
    (b"{\\rtf", "It is a text document (RTF).", "Copy its table into a spreadsheet and load that."),
    (b"$FL2", "It is an SPSS file.", "In SPSS choose File, Save as, Excel, and load that file."),
    (b"$FL3", "It is an SPSS file.", "In SPSS choose File, Save as, Excel, and load that file."),
    (b"Rar!", "It is an archive.", "Unpack it and load the spreadsheet inside."),
    (b"7z\xbc\xaf", "It is an archive.", "Unpack it and load the spreadsheet inside."),
    (b"\x1f\x8b", "It is an archive.", "Unpack it and load the spreadsheet inside."),
    (b"SQLite", "It is a database.", _EXPORT),
    (b"PAR1", "It is a Parquet file.", _EXPORT),
)


def sheet_names(data: bytes, filename: str) -> tuple[str, ...]:
    """The names of a workbook's sheets, in its order; empty for a text file.

    Raises
    ------
    UnreadableFile
        when the bytes are no spreadsheet.
    """
    return workbook_sheet_names(data, filename) if _is_workbook(data, filename) else ()


def read_table(data: bytes, filename: str, *, sheet: str | None = None) -> RawTable:
    """Read a file's bytes into a raw table.

    Parameters
    ----------
    sheet : which sheet of a workbook; by default the one that looks most like patients

    Raises
    ------
    UnreadableFile
        when the bytes are no spreadsheet, hold no row under a header, or have no such sheet.
    """
    if (name := re.sub(r"[\t\r\n]", " ", printable(filename))) != filename:
        table = read_table(data, name, sheet=sheet)
        said = "Characters that cannot be printed were taken out of the file's name."
        return replace(table, assumptions=(said, *table.assumptions))
    if _is_workbook(data, filename):
        sheets = read_workbook(data, filename)
        chosen, assumptions = _choose_sheet(sheets, sheet, filename)
        lines = _sheet_lines(chosen)
        return _table(
            data, filename, lines, assumptions, sheet=chosen.name, sheets=[each.name for each in sheets]
        )
    if sheet is not None:
        raise UnreadableFile(
            f"The sheet “{sheet}” of “{filename}” was to be read.",
            "A text file has no sheets.",
            "Leave the sheet out.",
        )
    text = read_text(data, filename)
    lines = [Line(row.line, [cell.strip() or None for cell in row.cells], row.fault) for row in text.rows]
    return replace(_table(data, filename, lines, text.assumptions), separator=text.separator)


def _is_workbook(data: bytes, filename: str) -> bool:
    """Look at the first bytes; the ending of a name proves nothing."""
    asked = f"“{filename}” was to be read as a table of patients."
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile(asked, "The file is empty.", "Choose the spreadsheet that holds the patients.")
    if len(data) > MOST_BYTES:
        found = f"It is larger than {MOST_BYTES // 1024**2} MB."
        raise UnreadableFile(
            asked, found, "Copy the sheet with the patients into a new workbook and load that."
        )
    for start, found, advice in _OTHER_FILES:
        if data.startswith(start):
            raise UnreadableFile(asked, found, advice)
    if _is_markup(data):
        found = "It is a web page or XML, though its name may end in .xls."
        raise UnreadableFile(asked, found, "Open it in Excel, save it as .xlsx, and load that file.")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refuse(filename, "password")
        if "WordDocument".encode("utf-16-le") in data:
            raise refuse(filename, "word")
        return True
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_markup(data: bytes) -> bool:
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<?xml", b"<!doctype", b"<html", b"<table", b"<meta", b"<head"))


def _choose_sheet(sheets: Sequence[Sheet], wanted: str | None, filename: str) -> tuple[Sheet, list[str]]:
    names = [sheet.name for sheet in sheets]
    if wanted is not None and wanted not in names:
        raise UnreadableFile(
            f"The sheet “{wanted}” of “{filename}” was to be read.",
            f"The workbook has the sheets {', '.join(names) or 'none'}.",
            "Take one of these.",
        )
    candidates = [sheet for sheet in sheets if wanted in (None, sheet.name)]
    if not candidates:
        raise refuse(filename, "damaged")
    best = max(candidates, key=_likeness_to_patients)
    if best.far:
        raise UnreadableFile(
            f"The sheet “{best.name}” of “{filename}” was to be read.",
            f"Its cells reach as far as {best.far}, farther than any table of patients.",
            "Delete the stray cells far below or beside the patients, or copy them into a new workbook.",
        )
    if wanted is not None or len(sheets) == 1:
        return best, []
    others = ", ".join(f"“{name}”" for name in names if name != best.name)
    return best, [f"The sheet “{best.name}” was read, which looks most like patients; not read: {others}."]


def _likeness_to_patients(sheet: Sheet) -> tuple[float, int]:
    """Recognised headers, half as many where the sheet is hidden; then rows."""
    _, recognised = find_header(_sheet_lines(sheet)) if sheet.rows else (0, 0)
    return recognised * (1.0 if sheet.visible else 0.5), len(sheet.rows) if sheet.visible else 0


def _sheet_lines(sheet: Sheet) -> list[Line]:
    empty: list[None] = [None] * sheet.left
    faults: dict[int, dict[int, str]] = {}
    for (row, column), error in sheet.faults.items():
        faults.setdefault(row, {})[sheet.left + column] = error
    return [
        Line(sheet.top + index + 1, empty + cells, faults=faults.get(index, {}))
        for index, cells in enumerate(sheet.rows)
    ]


def _make_printable(lines: Sequence[Line]) -> list[int]:
    """Take out of every cell what no office document can hold; the numbers of the rows that had it."""
    cleaned = []
    for line in lines:
        cells = [(printable(cell).strip() or None) if isinstance(cell, str) else cell for cell in line.cells]
        if cells != line.cells:
            line.cells = cells
            cleaned.append(line.number)
    return cleaned


def _table(
    data: bytes,
    filename: str,
    lines: list[Line],
    assumptions: Sequence[str],
    *,
    sheet: str | None = None,
    sheets: Sequence[str] = (),
) -> RawTable:
    where = f"“{filename}”" if sheet is None else f"The sheet “{sheet}” of “{filename}”"
    if all(line.blank for line in lines):
        raise UnreadableFile(
            f"{where} was to be read.", "It is empty.", "Choose the one that holds the patients."
        )
    if cleaned := _make_printable(lines):
        rows = ", ".join(map(str, cleaned[:_MOST_ROWS_NAMED])) + (
            " ..." if cleaned[_MOST_ROWS_NAMED:] else ""
        )
        assumptions = [*assumptions, f"Characters that cannot be printed were taken out of row {rows}."]
    layout = lay_out(lines, ragged=sheet is None)
    if not layout.lines:
        raise UnreadableFile(
            f"{where} was to be read.",
            "It holds no row under its header.",
            "Choose the one that holds the patients, one row each.",
        )
    cells = pd.DataFrame(
        [line.cells for line in layout.lines], columns=range(len(layout.columns)), dtype=object
    )
    table = RawTable(
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=sheet,
        sheets=tuple(sheets),
        columns=tuple(layout.columns),
        cells=cells,
        rows=np.array([line.number for line in layout.lines]),
        assumptions=(*assumptions, *layout.assumptions),
        problems=problem_frame(layout.problems),
        read_at=datetime.now(UTC).isoformat(timespec="seconds"),
        header_row=layout.header_row,
        positions=tuple(layout.positions),
    )
    return without_examples(table)
