"""The numbers behind cards as a workbook or as plain text: numbers as numbers, words that can run nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from csv import writer
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

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

Cell = str | bool | int | float | None


def workbook(cards: Sequence[Card]) -> bytes:
    """An xlsx file with a sheet of contents and a sheet for each table; the same cards give the same bytes.

    A sheet holds the table's ``values`` unrounded under its title, with its note and the provenance line below.
    A missing value is an empty cell. No cell is a formula.

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
    cards = [clean_card(card) for card in cards]
    names = _sheet_names(cards)
    written = BytesIO()
    with Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _write_contents(book, cards, names)
        for card, card_names in zip(cards, names, strict=True):
            for table, name in zip(card.tables, card_names, strict=True):
                _write_table(book, book.add_worksheet(name), table, card.provenance)
    return timeless(written.getvalue())


def csv(table: Table, provenance: str) -> bytes:
    """The table's ``values`` as comma-separated text, the provenance as a last line that begins with ``#``.

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
    lines.writerow([f"# {provenance}"])
    return text.getvalue().encode("utf-8-sig")


def _write_contents(book: Workbook, cards: Sequence[Card], names: list[list[str]]) -> None:
    sheet = book.add_worksheet(_INDEX)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (header, width) in enumerate(
        (("Sheet", 32), ("Question", 32), ("Table", 40), ("Finding", 70), ("Provenance", 70))
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, header, bold)
    row = 0
    for card, card_names in zip(cards, names, strict=True):
        for table, name in zip(card.tables, card_names, strict=True):
            row += 1
            sheet.write_url(row, 0, f"internal:'{name}'!A1", wrap, name)
            for column, words in enumerate((card.title, table.title, card.finding, card.provenance), start=1):
                sheet.write_string(row, column, words, wrap)
    sheet.freeze_panes(1, 0)


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


def _sheet_names(cards: Sequence[Card]) -> list[list[str]]:
    """A name for the sheet of each table: key of card and table, numbered where it is taken."""
    taken = {_INDEX.lower()}
    return [[_free_name(f"{card.key} {table.key}", taken) for table in card.tables] for card in cards]


def _free_name(wanted: str, taken: set[str]) -> str:
    clean = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip() or "Table"
    name, number = clean[:_LONGEST_SHEET_NAME], 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = clean[: _LONGEST_SHEET_NAME - len(ending)] + ending
    taken.add(name.lower())
    return name
