"""The numbers behind cards as a workbook or as plain text: numbers as numbers, words that can run nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from csv import writer
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core.card import Card, Table
from iren_core.errors import CohortError
from iren_core.export.archive import timeless
from iren_core.export.clean import clean_card, clean_table, clean_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: A spreadsheet may run a cell that begins so; East Asian versions take the full-width signs for the same.
_RUNS = tuple("=+-@\t\r\n＝＋－＠")
_LONGEST_SHEET_NAME = 31
_INDEX = "Contents"
_AS_SHOWN = "The answer as shown"
_PLAIN_NUMBER = re.compile(r"[−-]?\d+(\.\d+)?")

Cell = str | bool | int | float | None


def workbook(cards: Sequence[Card], rows: Sequence[Table | None] = ()) -> bytes:
    """An xlsx file with a sheet of contents and the sheets of each card; the same cards give the same bytes.

    Each card has a sheet that reads as the page does, then one for each table with its ``values`` unrounded, then one
    for the patients behind it where they are given; each ends with the provenance line. A missing value is an empty
    cell. No cell is a formula.

    Parameters
    ----------
    rows : the patients behind each card, in the order of the cards; ``None`` where there are none to give

    Raises
    ------
    CohortError
        when there is no card.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - needed by this download only

    if not cards:
        raise CohortError(
            "A workbook was asked for.", "There is no answer to put in it.", "Open a question first."
        )
    sheets = _sheets([clean_card(card) for card in cards], rows or [None] * len(cards))
    written = BytesIO()
    with Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _write_contents(book, sheets)
        for sheet in sheets:
            if sheet.table is None:
                _write_as_shown(book, book.add_worksheet(sheet.name), sheet.card)
            else:
                _write_table(book, book.add_worksheet(sheet.name), sheet.table, sheet.card.provenance)
    return timeless(written.getvalue())


def csv(table: Table, provenance: str) -> bytes:
    """The table's ``values`` as comma-separated text, the provenance, if any, as a last line that begins with ``#``.

    UTF-8 with a byte order mark, without which Excel misreads Chinese. Words that a spreadsheet could run as a
    formula get an apostrophe in front; numbers are written so that reading them gives the same number.
    """
    table, provenance = clean_table(table), clean_text(provenance)
    text = StringIO()
    lines = writer(text)
    lines.writerow(_harmless(str(name)) for name in table.values.columns)
    for row in _rows(table):
        lines.writerow(
            "" if cell is None else _harmless(cell) if isinstance(cell, str) else cell for cell in row
        )
    if provenance:
        lines.writerow([f"# {provenance}"])
    return text.getvalue().encode("utf-8-sig")


class _Sheet(NamedTuple):
    """A sheet to be: a table, or without one the whole card as it is shown."""

    name: str
    card: Card
    table: Table | None

    @property
    def holds(self) -> str:
        return _AS_SHOWN if self.table is None else self.table.title


def _sheets(cards: Sequence[Card], rows: Sequence[Table | None]) -> list[_Sheet]:
    """Every sheet in its order, named after card and table, numbered where the name is taken."""
    taken = {_INDEX.lower()}
    sheets = []
    for card, patients in zip(cards, rows, strict=True):
        sheets.append(_Sheet(_free_name(card.key, taken), card, None))
        tables = (*card.tables, *([clean_table(patients)] if patients is not None else ()))
        sheets += [_Sheet(_free_name(f"{card.key} {table.key}", taken), card, table) for table in tables]
    return sheets


def _write_contents(book: Workbook, sheets: Sequence[_Sheet]) -> None:
    index = book.add_worksheet(_INDEX)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (header, width) in enumerate(
        (("Sheet", 32), ("Question", 32), ("Table", 40), ("Finding", 70), ("Provenance", 70))
    ):
        index.set_column(column, column, width)
        index.write_string(0, column, header, bold)
    for row, sheet in enumerate(sheets, start=1):
        index.write_url(row, 0, f"internal:'{sheet.name}'!A1", wrap, sheet.name)
        card = sheet.card
        for column, words in enumerate((card.title, sheet.holds, card.finding, card.provenance), start=1):
            index.write_string(row, column, words, wrap)
    index.freeze_panes(1, 0)


def _write_as_shown(book: Workbook, sheet: Worksheet, card: Card) -> None:
    """The card from top to bottom: words, tables as a reader sees them, cautions, how it was made."""
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 20, 22)
    place = _write_lines(sheet, 0, (card.title,), bold)
    place = _write_lines(sheet, place, (card.finding, card.caption))
    for table in card.tables:
        if not (table.behind or table.shown.empty):
            place = _write_lines(sheet, place + 1, (table.title,), bold)
            place = _write_shown(sheet, place, table.shown, bold)
            place = _write_lines(sheet, place, (table.note,))
    if card.notes:
        place = _write_lines(sheet, place + 1, ("Read with care",), bold)
        place = _write_lines(sheet, place, card.notes)
    place = _write_lines(sheet, place + 1, ("How this was made",), bold)
    _write_lines(sheet, place, (card.methods, card.provenance))


def _write_lines(sheet: Worksheet, place: int, lines: Sequence[str], *look: Any) -> int:
    written = [words for words in lines if words]
    for words in written:
        sheet.write_string(place, 0, words, *look)
        place += 1
    return place


def _write_shown(sheet: Worksheet, place: int, shown: pd.DataFrame, bold: Any) -> int:
    for column, name in enumerate(shown.columns):
        sheet.write_string(place, column, str(name), bold)
    for row in shown.itertuples(index=False, name=None):
        place += 1
        for column, cell in enumerate(row):
            _write_cell(sheet, place, column, _shown_cell(cell))
    return place + 1


def _shown_cell(cell: Any) -> Cell:
    """A cell that is nothing but a number becomes one; its rounding is that of the page."""
    text = str(cell)
    return float(text.replace("−", "-")) if _PLAIN_NUMBER.fullmatch(text) else text


def _write_table(book: Workbook, sheet: Worksheet, table: Table, provenance: str) -> None:
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, table.title, bold)
    for column, name in enumerate(table.values.columns):
        sheet.write_string(2, column, str(name), bold)
        sheet.set_column(column, column, max(10, min(40, len(str(name)) + 2)))
    last = 2
    for last, row in enumerate(_rows(table), start=3):
        for column, cell in enumerate(row):
            _write_cell(sheet, last, column, cell)
    for words in filter(None, (table.note, provenance)):
        last += 2
        sheet.write_string(last, 0, words)
    sheet.freeze_panes(3, 0)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _rows(table: Table) -> list[list[Cell]]:
    """The values row by row as plain Python; what a cell cannot hold as a number is its word."""
    columns = [table.values.iloc[:, place].tolist() for place in range(table.values.shape[1])]
    return [[_cell(value) for value in row] for row in zip(*columns, strict=True)]


def _cell(value: Any) -> Cell:
    if pd.isna(value):
        return None
    if isinstance(value, np.generic):
        return _cell(value.item())
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float) and math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    return value if isinstance(value, bool | int | float) else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_RUNS) else text


def _free_name(wanted: str, taken: set[str]) -> str:
    clean = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip() or "Table"
    name, number = clean[:_LONGEST_SHEET_NAME], 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = clean[: _LONGEST_SHEET_NAME - len(ending)] + ending
    taken.add(name.lower())
    return name
