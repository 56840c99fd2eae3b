"""Read the bytes of a spreadsheet into a raw table: which kind of file, which sheet, which header."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from iren_core.errors import NoTable, UnreadableFile, first_few
from iren_core.intake.age_and_sex import apart
from iren_core.intake.bulk import MOST_CELLS_BY_LINE, Grid, LaidOut, grid_of_sheet, lay_out_grid
from iren_core.intake.child import refuse
from iren_core.intake.columnar import columnar_kind, read_columnar
from iren_core.intake.layout import find_header, lay_out
from iren_core.intake.line import Line
from iren_core.intake.match import HEADER_SEARCH_ROWS
from iren_core.intake.one_reading import reading
from iren_core.intake.phase_sheets import with_phase
from iren_core.intake.prism import is_prism, read_prism, stack
from iren_core.intake.table import RawTable, problem_frame
from iren_core.intake.template import without_examples
from iren_core.intake.text import TextSheet, read_text
from iren_core.intake.values import printable
from iren_core.intake.workbook import Sheet, read_workbook, workbook_sheet_names

__all__ = ["MOST_BYTES", "RawTable", "read_table", "read_tables", "sheet_names"]

MOST_BYTES = 200 * 1024**2
#: A sheet with as many known headers may hold patients.
_FEWEST_RECOGNISED = 3
#: Names of sheets with an earlier state, with those who were excluded, with controls or examples.
_SET_ASIDE = re.compile(
    r"\b(?:old|backup|bak|copy|draft|archive|excluded?|exclusions?|screen(?:ing)? fail\w*|controls?|healthy|hc|"
    r"examples?|template)\b|旧|备份|副本|草稿|存档|排除|剔除|对照|健康|正常人|示例|模板"
)

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
    (b"Rar!", "It is an archive.", "Unpack it and load the spreadsheet inside."),
    (b"7z\xbc\xaf", "It is an archive.", "Unpack it and load the spreadsheet inside."),
    (b"\x1f\x8b", "It is an archive.", "Unpack it and load the spreadsheet inside."),
    (b"SQLite", "It is a database.", _EXPORT),
)


def sheet_names(data: bytes, filename: str) -> tuple[str, ...]:
    """The names of a workbook's sheets, in its order; empty for a text file.

    Raises
    ------
    UnreadableFile
        when the bytes are no spreadsheet.
    """
    if is_prism(data):
        return tuple(sheet.name for sheet in read_prism(data, filename))
    if columnar_kind(data) or not _is_workbook(data, filename):
        return ()
    return workbook_sheet_names(data, filename)


@reading
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
    if (name := _printable_name(filename)) != filename:
        table = read_table(data, name, sheet=sheet)
        said = "Characters that cannot be printed were taken out of the file's name."
        return replace(table, assumptions=(said, *table.assumptions))
    if kind := columnar_kind(data):
        _refuse_size(data, filename)
        _refuse_sheet(sheet, filename)
        return read_columnar(data, filename, kind)
    if is_prism(data) or _is_workbook(data, filename):
        sheets = _sheets(data, filename)
        chosen, others = _choose_sheet(sheets, sheet, filename)
        return _sheet_table(data, filename, chosen, [each.name for each in sheets], others)
    _refuse_sheet(sheet, filename)
    text = read_text(data, filename)
    if text.grid and (large := _large_table(data, filename, text.grid, text.assumptions, text.separator)):
        return large
    lines = _text_lines(text)
    cleaned = _clean_lines(lines)
    how = [*text.assumptions, _cleaned(cleaned)] if cleaned else text.assumptions
    return _table(data, filename, lines, how, text.separator)


def _text_lines(text: TextSheet) -> list[Line]:
    return [Line(row.line, [cell.strip() or None for cell in row.cells], row.fault) for row in text.rows()]


@reading
def read_tables(data: bytes, filename: str) -> tuple[RawTable | UnreadableFile, ...]:
    """Every table of a file, the one that looks most like patients first; a sheet without one as its refusal.

    A sheet of one column, as notes are, holds no table where another sheet has more. Each table names the sheets
    that hold none.

    Raises
    ------
    UnreadableFile
        when the bytes are no spreadsheet, or no sheet of it holds a table.
    """
    if (name := _printable_name(filename)) != filename:
        return read_tables(data, name)
    if columnar_kind(data) or not (is_prism(data) or _is_workbook(data, filename)):
        return (read_table(data, filename),)
    sheets = sorted(_sheets(data, filename), key=_likeness_to_patients, reverse=True)
    if not sheets:
        raise refuse(filename, "damaged")
    names = [sheet.name for sheet in sheets]
    tables = _without_notes([_table_or_refusal(data, filename, sheet, names) for sheet in sheets], filename)
    if isinstance(tables[0], UnreadableFile) and all(isinstance(table, UnreadableFile) for table in tables):
        raise tables[0]
    none = [f"“{name}”" for name, table in zip(names, tables, strict=True) if isinstance(table, NoTable)]
    said = (f"Not read, for there is no table in it: {', '.join(none)}.",) if none else ()
    return tuple(
        replace(table, assumptions=(*table.assumptions, *said)) if isinstance(table, RawTable) else table
        for table in tables
    )


def _table_or_refusal(
    data: bytes, filename: str, sheet: Sheet, names: Sequence[str]
) -> RawTable | UnreadableFile:
    try:
        return _sheet_table(data, filename, sheet, names)
    except UnreadableFile as refusal:
        return refusal


def _without_notes(
    tables: Sequence[RawTable | UnreadableFile], filename: str
) -> list[RawTable | UnreadableFile]:
    """The tables of a workbook, without sheets of one column where another has more."""
    widest = max((len(table.columns) for table in tables if isinstance(table, RawTable)), default=0)
    return [
        _no_table(filename, table.sheet, "It holds a single column, as notes do.")
        if isinstance(table, RawTable) and len(table.columns) == 1 < widest
        else table
        for table in tables
    ]


def _no_table(filename: str, sheet: str | None, found: str) -> NoTable:
    where = f"“{filename}”" if sheet is None else f"The sheet “{sheet}” of “{filename}”"
    advice = "Choose the one that holds the patients, one row each."
    return NoTable(f"{where} was to be read.", found, advice)


def _printable_name(filename: str) -> str:
    return re.sub(r"[\t\r\n]", " ", printable(filename))


def _sheets(data: bytes, filename: str) -> list[Sheet]:
    return read_prism(data, filename) if is_prism(data) else read_workbook(data, filename)


def _sheet_table(
    data: bytes, filename: str, sheet: Sheet, names: Sequence[str], said: Sequence[str] = ()
) -> RawTable:
    """One sheet as a table."""
    _refuse_far(sheet, filename)
    said = [*said, *sheet.said]
    if not sheet.printable and (cleaned := _clean_sheet(sheet)):
        said.append(_cleaned(cleaned))
    if not sheet.height:
        raise _no_table(filename, sheet.name, "It is empty.")
    grid = grid_of_sheet(sheet)
    table = _large_table(data, filename, grid, said, sheet=sheet.name, sheets=names) if grid else None
    if table is None and sheet.columns.size > MOST_CELLS_BY_LINE:
        raise UnreadableFile(
            f"The sheet “{sheet.name}” of “{filename}” was to be read.",
            f"It holds more than {MOST_CELLS_BY_LINE:,} cells, but not one patient a row below a header.",
            "Copy the patients into a new workbook, one row each below one header, and load that.",
        )
    table = table or _table(data, filename, _sheet_lines(sheet), said, sheet=sheet.name, sheets=names)
    return with_phase(table if sheet.visible else _hidden(table))


def _hidden(table: RawTable) -> RawTable:
    said = f"The sheet “{table.sheet}” is hidden in the workbook."
    return replace(table, hidden=True, assumptions=(*table.assumptions, said))


def _is_workbook(data: bytes, filename: str) -> bool:
    """Look at the first bytes; the ending of a name proves nothing."""
    asked = f"“{filename}” was to be read as a table of patients."
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile(asked, "The file is empty.", "Choose the spreadsheet that holds the patients.")
    _refuse_size(data, filename)
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


def _refuse_size(data: bytes, filename: str) -> None:
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"“{filename}” was to be read as a table of patients.",
            f"It is larger than {MOST_BYTES // 1024**2} MB.",
            "Copy the sheet with the patients into a new workbook and load that.",
        )


def _refuse_sheet(sheet: str | None, filename: str) -> None:
    if sheet is not None:
        raise UnreadableFile(
            f"The sheet “{sheet}” of “{filename}” was to be read.",
            "A file of this kind has no sheets.",
            "Leave the sheet out.",
        )


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
    best = max(candidates, key=_likeness_to_patients) if len(candidates) > 1 else candidates[0]
    if wanted is not None or len(sheets) == 1:
        return best, []
    others = ", ".join(
        f"“{sheet.name}”{'' if sheet.visible else ' (hidden)'}" for sheet in sheets if sheet.name != best.name
    )
    return best, [f"The sheet “{best.name}” was read, which looks most like patients; not read: {others}."]


def _refuse_far(sheet: Sheet, filename: str) -> None:
    if sheet.far:
        raise UnreadableFile(
            f"The sheet “{sheet.name}” of “{filename}” was to be read.",
            f"Its cells reach as far as {sheet.far}, farther than any table of patients.",
            "Delete the stray cells far below or beside the patients, or copy them into a new workbook.",
        )


def likeness(recognised: int, name: str | None, *, visible: bool) -> tuple[bool, bool, float]:
    """How much a sheet looks like patients, by its known headers; less than any other if it is hidden or set aside.

    A sheet that is shown and has hardly a known header, as a cover has, does not stand in the way of a hidden one.
    """
    holds = recognised >= _FEWEST_RECOGNISED
    return visible and holds, holds and not set_aside(name), recognised * (1.0 if visible else 0.5)


def set_aside(name: str | None) -> bool:
    """Whether a sheet is called as one is that holds no patients of the study, or no longer.

    >>> set_aside("old_2022"), set_aside("健康对照"), set_aside("Combination"), set_aside("Household")
    (True, True, False, False)
    """
    return bool(_SET_ASIDE.search(re.sub(r"[\W_]+", " ", (name or "").casefold())))


def _likeness_to_patients(sheet: Sheet) -> tuple[bool, bool, float, int]:
    """By the recognised headers; then rows."""
    _, recognised = find_header(_sheet_lines(sheet, HEADER_SEARCH_ROWS)) if sheet.height else (0, 0)
    return (
        *likeness(recognised, sheet.name, visible=sheet.visible),
        sheet.height if sheet.visible else 0,
    )


def _sheet_lines(sheet: Sheet, most: int | None = None) -> list[Line]:
    rows = zip(*(list(column[:most]) for column in sheet.columns), strict=True)
    return [
        Line(sheet.top + row + 1, list(cells), faults=dict(sheet.faults.get(row, {})))
        for row, cells in enumerate(rows)
    ]


def _clean_sheet(sheet: Sheet) -> list[int]:
    """Take out of a sheet's cells what no office document can hold; the numbers of the rows that had it."""
    rows = set()
    for column in sheet.columns:
        for row, cell in enumerate(column.tolist()):
            if isinstance(cell, str) and (clean := printable(cell).strip() or None) != cell:
                column[row] = clean
                rows.add(sheet.top + row + 1)
    return sorted(rows)


def _clean_lines(lines: Sequence[Line]) -> list[int]:
    """Take out of every cell what no office document can hold; the numbers of the rows that had it."""
    cleaned = []
    for line in lines:
        cells = [(printable(cell).strip() or None) if isinstance(cell, str) else cell for cell in line.cells]
        if cells != line.cells:
            line.cells = cells
            cleaned.append(line.number)
    return cleaned


def _cleaned(rows: Sequence[int]) -> str:
    return f"Characters that cannot be printed were taken out of row {first_few(rows)}."


def _table(
    data: bytes,
    filename: str,
    lines: list[Line],
    assumptions: Sequence[str],
    separator: str = "",
    *,
    sheet: str | None = None,
    sheets: Sequence[str] = (),
) -> RawTable:
    if all(line.blank for line in lines):
        raise _no_table(filename, sheet, "It is empty.")
    if stacked := stack(lines, sheet or re.sub(r"\.\w+$", "", filename)):
        lines, assumptions = stacked.lines, [*assumptions, stacked.assumption]
    layout = lay_out(lines, ragged=sheet is None)
    if stacked:
        layout.positions = []  # its columns stand so in no sheet
    if not layout.lines:
        raise _no_table(filename, sheet, "It holds no row under its header.")
    cells = pd.DataFrame(
        [line.cells for line in layout.lines], columns=range(len(layout.columns)), dtype=object
    )
    numbers = np.array([line.number for line in layout.lines])
    laid_out = LaidOut(layout, cells, numbers)
    return _raw_table(data, filename, laid_out, assumptions, separator, sheet=sheet, sheets=sheets)


def _large_table(
    data: bytes,
    filename: str,
    grid: Grid,
    assumptions: Sequence[str],
    separator: str = "",
    *,
    sheet: str | None = None,
    sheets: Sequence[str] = (),
) -> RawTable | None:
    """The table of a large grid; ``None`` where it must be read line by line."""
    if stack([grid.line(row) for row in range(HEADER_SEARCH_ROWS)], ""):
        return None
    laid_out = lay_out_grid(grid, ragged=sheet is None)
    if laid_out is None:
        return None
    return _raw_table(data, filename, laid_out, assumptions, separator, sheet=sheet, sheets=sheets)


def _raw_table(
    data: bytes,
    filename: str,
    laid_out: LaidOut,
    assumptions: Sequence[str],
    separator: str,
    *,
    sheet: str | None,
    sheets: Sequence[str],
) -> RawTable:
    layout = laid_out.layout
    table = RawTable(
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=sheet,
        sheets=tuple(sheets),
        columns=tuple(layout.columns),
        cells=laid_out.cells,
        rows=laid_out.rows,
        assumptions=(*assumptions, *layout.assumptions),
        problems=problem_frame([*layout.problems, *layout.cell_problems]),
        read_at=datetime.now(UTC).isoformat(timespec="seconds"),
        header_row=layout.header_row,
        separator=separator,
        positions=tuple(layout.positions),
    )
    return apart(without_examples(table.with_distinct(laid_out.different)))
