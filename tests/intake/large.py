"""Large workbooks, honest and hostile, made here when the tests run, the same on each run."""

from __future__ import annotations

import io
import random
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

sys.path.insert(0, str(Path(__file__).parent))  # archive.py

from archive import with_parts

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FIELDS = ("id", "age", "sex", "detachment (%)", "CRP acute", "outcome")
#: How a cell is written; style 1 is a percentage.
NUMBER = '<c r="{at}"><v>{row}.5</v></c>'
SHARE = '<c r="{at}" s="1"><v>0.5</v></c>'
ERROR = '<c r="{at}" t="e"><v>#N/A</v></c>'
TEXT = '<c r="{at}" t="inlineStr"><is><t>{at}</t></is></c>'
STYLED = '<c r="{at}" s="1"/>'
RESULT = '<c r="{at}"><f>A{row}*2</f><v>{row}</v></c>'
NO_LETTERS = '<c r="{at}" t="str"><f>IF(A{row}=1,"","")</f><v></v></c>'


def workbook(rows: str, change: Callable[[str], str] = str, parts: dict[str, bytes] | None = None) -> bytes:
    """A workbook with these rows in the XML of its sheet, which may be changed, and other parts in its archive."""
    book = openpyxl.Workbook()
    book.active["A1"].number_format = "0%"
    small = io.BytesIO()
    book.save(small)
    sheet = f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    return with_parts(small.getvalue(), {SHEET: change(sheet).encode(), **(parts or {})}, level=1)


def pictures() -> dict[str, bytes]:
    """A part that no compression makes smaller."""
    return {"xl/media/image1.png": random.Random("always the same picture").randbytes(20 * 1024**2)}


def header(columns: int) -> str:
    """The row of the names of so many columns."""
    names = [*_FIELDS, *(f"marker {place}" for place in range(len(_FIELDS), columns))][:columns]
    cells = [
        f'<c r="{get_column_letter(place)}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for place, name in enumerate(names, 1)
    ]
    return f'<row r="1">{"".join(cells)}</row>'


def rows(numbers: Iterable[int], cells: Sequence[str]) -> str:
    """Rows whose cells are written in these ways."""
    placed = [
        cell.replace("{at}", f"{get_column_letter(place)}{{row}}") for place, cell in enumerate(cells, 1)
    ]
    row = f'<row r="{{row}}">{"".join(placed)}</row>'
    return "".join([row.replace("{row}", str(number)) for number in numbers])


def table(
    count: int,
    cells: Sequence[str],
    change: Callable[[str], str] = str,
    parts: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook with so many patients below a header."""
    return workbook(header(len(cells)) + rows(range(2, count + 2), cells), change, parts)


def unplaced(xml: str) -> str:
    """The XML without the places of rows and cells, as some programs write it."""
    return re.sub(r' r="\w+"', "", xml)


def with_prefix(xml: str) -> str:
    """The XML with a prefix before the names of its tags, as some programs write it."""
    return xml.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
