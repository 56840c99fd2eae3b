"""The reader's own workbook with every query in its place: the cell marked, and a comment that says what to check."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import pandas as pd

from iren_core._version import __version__
from iren_core.export.archive import timeless
from iren_core.export.clean import clean_text
from iren_core.intake.table import RawTable, Severity

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

#: Fill of a marked cell (RGB): lighter as the query weighs less, so that they differ in greyscale too.
FILLS: dict[Severity, str] = {"error": "F4A6A0", "warning": "FFE08A", "note": "DCEBFA"}
#: What the comment says first.
WORDS: dict[Severity, str] = {"error": "Error", "warning": "Warning", "note": "Note"}
QUERIES_SHEET = "Queries"
#: More empty rows would take longer to hide than a reader waits.
_MOST_HIDDEN = 20_000
_AUTHOR = "irEN cohort explorer"
_COMMENT_WIDTH_PX = 320
_COLUMNS = {
    "Cell": 10,
    "Row": 8,
    "Column": 28,
    "Value": 18,
    "Weight": 10,
    "What is odd": 70,
    "What to check": 50,
}

#: (row, column) in the sheet, both from 1 -> the queries there.
_Places = Mapping[tuple[int, int], list[Any]]


def annotated_workbook(data: bytes | None, table: RawTable, problems: pd.DataFrame) -> bytes:
    """The reader's workbook with the queried cells filled and commented, and a sheet that lists the queries.

    An xlsx file keeps its sheets, rows, columns and formats. Of any other file (CSV, xls, ods) an xlsx is made
    with the header and every patient in the row where the file has them (of SPSS, Stata, SAS and Parquet files, whose
    rows are numbered below the names, one row lower). A query on a column that the
    file does not have stands at the patient's first cell. No cell is a formula any more: it holds the
    value that was saved, or the formula's text where none was.

    Parameters
    ----------
    data : the bytes that were read into ``table``; where they are others, or ``None``, because the table was put
        together from several, a workbook is made of the table
    problems : the query list of ``table``; columns row, column, value, problem, advice, severity
    """
    places = _places(table, problems)
    book = _own_workbook(data) if data is not None and _is_of(table, data) else None
    if book is None or (table.sheet is not None and table.sheet not in book.sheetnames):
        book = _made_workbook(table)
    sheet = book[table.sheet] if table.sheet in book.sheetnames else book.worksheets[0]
    for (row, column), queries in places.items():
        _mark(sheet, row, column, queries)
    _list(book, sheet, places, table)
    _show(book, sheet)
    written = BytesIO()
    book.save(written)
    return timeless(written.getvalue())


def _show(book: Workbook, sheet: Worksheet) -> None:
    """Open the file on this sheet alone; with two sheets selected a reader would write into both."""
    sheet.sheet_state = "visible"
    book.active = sheet
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet


def _places(table: RawTable, problems: pd.DataFrame) -> _Places:
    at = dict(zip(table.columns, _positions(table), strict=True))
    first = min(at.values(), default=0)
    places: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for query in problems.itertuples(index=False):
        places[int(query.row) + _lowered(table), at.get(query.column, first) + 1].append(query)
    return places


def _lowered(table: RawTable) -> int:
    """By how many rows the table stands lower in the sheet than in its file, whose names may stand above row 1."""
    return max(0, 1 - table.header_row)


def _positions(table: RawTable) -> Sequence[int]:
    """Where each column stands; side by side in a table that was put together and stands so in no sheet."""
    return table.positions if len(table.positions) == len(table.columns) else range(len(table.columns))


def _is_of(table: RawTable, data: bytes) -> bool:
    """Whether the bytes are an xlsx file whose cells stand where the table says."""
    if len(table.positions) != len(table.columns) or hashlib.sha256(data).hexdigest() != table.sha256:
        return False
    try:
        with ZipFile(BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except BadZipFile:
        return False


def _own_workbook(data: bytes) -> Workbook | None:
    """The workbook as it stands, its formulas at rest; ``None`` when it is one that the library cannot open."""
    import openpyxl  # noqa: PLC0415 - slow to import and rarely asked for

    try:
        book = openpyxl.load_workbook(BytesIO(data), keep_links=False)
        values = None
        for sheet in book.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                if values is None:
                    values = openpyxl.load_workbook(BytesIO(data), keep_links=False, data_only=True)
                _put_to_rest(cell, values[sheet.title][cell.coordinate].value)
    # Damaged styles, drawings and names end in errors of every kind; the table was read without them.
    except Exception:
        return None
    return book


def _put_to_rest(cell: Cell, saved: Any) -> None:
    formula = str(getattr(cell.value, "text", cell.value))
    if saved is None or isinstance(saved, str):
        _write_text(cell, formula if saved is None else saved)
    else:
        cell.value = saved


def _made_workbook(table: RawTable) -> Workbook:
    import openpyxl  # noqa: PLC0415 - as above
    from openpyxl.styles import Font  # noqa: PLC0415

    book, lowered = openpyxl.Workbook(), _lowered(table)
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", table.sheet or "Cohort")[:31]
    for place, (name, position) in enumerate(zip(table.columns, _positions(table), strict=True)):
        header = sheet.cell(table.header_row + lowered, position + 1)
        _write_text(header, name)
        header.font = Font(bold=True)
        for row, value in zip(table.rows.tolist(), table.cells[place].tolist(), strict=True):
            if isinstance(value, str):
                _write_text(sheet.cell(row + lowered, position + 1), value)
            elif value is not None:
                sheet.cell(row + lowered, position + 1, value)
    sheet.freeze_panes = sheet.cell(table.header_row + lowered + 1, 2)
    for row in _empty_rows(table):
        sheet.row_dimensions[row].hidden = True
    return book


def _empty_rows(table: RawTable) -> Iterable[int]:
    """The rows that were left out where tables stand one below another and are counted from round numbers on."""
    between = sorted(set(range(table.header_row + 1, int(table.rows.max()))) - set(table.rows.tolist()))
    return between if table.parts and len(between) <= _MOST_HIDDEN else ()


def _write_text(cell: Cell, text: str) -> None:
    """Text that is never run, whatever it begins with."""
    cell.value = clean_text(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def _mark(sheet: Worksheet, row: int, column: int, queries: list[Any]) -> None:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415 - as above
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        joined = next(merged for merged in sheet.merged_cells.ranges if cell.coordinate in merged)
        cell = sheet.cell(joined.min_row, joined.min_col)
    own = [cell.comment.text] if cell.comment else []
    said = [
        clean_text(f"{WORDS[query.severity]}: {_with_column(query)}{query.problem} {query.advice}")
        for query in queries
    ]
    text = "\n\n".join([*own, *said])
    height = 30 + 18 * sum(1 + len(line) // 45 for line in text.split("\n"))
    cell.comment = Comment(text, _AUTHOR, height=height, width=_COMMENT_WIDTH_PX)
    weight = next(severity for severity in FILLS if any(query.severity == severity for query in queries))
    cell.fill = PatternFill("solid", fgColor=FILLS[weight])


def _with_column(query: Any) -> str:
    return f"[{query.column}] " if query.column else ""


def _list(book: Workbook, sheet: Worksheet, places: _Places, table: RawTable) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    queries = book.create_sheet(_free_name(book, QUERIES_SHEET))
    for column, (name, width) in enumerate(_COLUMNS.items(), start=1):
        queries.cell(1, column, name).font = Font(bold=True)
        queries.column_dimensions[get_column_letter(column)].width = width
    line = 1
    for (row, column), here in sorted(places.items()):
        for query in here:
            line += 1
            place = f"{get_column_letter(column)}{row}"
            texts = (
                place,
                query.row,
                query.column,
                query.value,
                WORDS[query.severity],
                query.problem,
                query.advice,
            )
            for at, text in enumerate(texts, start=1):
                cell = queries.cell(line, at)
                if isinstance(text, str):
                    _write_text(cell, text)
                else:
                    cell.value = text
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            queries.cell(line, 1).hyperlink = f"#'{sheet.title.replace(chr(39), chr(39) * 2)}'!{place}"
            queries.cell(line, 1).style = "Hyperlink"
            queries.cell(line, 5).fill = PatternFill("solid", fgColor=FILLS[query.severity])
    queries.freeze_panes = "A2"
    queries.page_setup.orientation = "landscape"
    queries.page_setup.fitToHeight = 0
    queries.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    queries.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{max(line, 2)}"
    source = f"{table.filename}, SHA-256 {table.sha256[:8]}, {_AUTHOR} {__version__}"
    _write_text(queries.cell(line + 2, 1), source)


def _free_name(book: Workbook, wanted: str) -> str:
    taken = {name.casefold() for name in book.sheetnames}
    names = (wanted, *(f"{wanted} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in taken)
