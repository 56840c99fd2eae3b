"""Text files: which encoding, which separator, which lines belong to one row."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from iren_core.errors import UnreadableFile
from iren_core.intake.bulk import MOST_CELLS_BY_LINE, Grid, grid_of_text
from iren_core.intake.match import HEADER_SEARCH_ROWS, recognised
from iren_core.intake.workbook import MOST_ROWS

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SAMPLE_ROWS = 40
#: Larger text is refused, before any of it is read. What is regular is read by columns, in less memory and time.
MOST_TEXT_BYTES = 60 * 1024**2
MOST_CELLS, MOST_COLUMNS = 7_500_000, 16_384
#: The header and the separator are looked for in this many characters.
_LOOKED_AT = 500_000
#: A cell may hold line breaks, but a quotation mark open for more lines than this was never closed.
_LONGEST_CELL = 20
#: A text that was written as a formula, lest Excel take it for a number: ="004001", also between quotation marks.
_TEXT_FORMULA = re.compile(
    r"""(?:(?<=[,;\t|\r\n])|\A)(?:="([^"\r\n]*)"|"=""([^"\r\n]*)""\")[ \t]*(?=[,;\t|\r\n]|\Z)"""
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
#: The bytes below a blank, and those of them that text may hold: tabs and breaks of lines and pages.
_BLANK, _FIRST_BREAK, _BREAKS = 0x20, 0x09, 5


class TextRow(NamedTuple):
    """The cells of one row, the number of the line on which it begins, and what was wrong with it."""

    line: int
    cells: list[str]
    fault: str = ""


class TextSheet(NamedTuple):
    """A text file: how its rows are read, what was assumed for it, and its cells by column where it is large."""

    rows: Callable[[], list[TextRow]]
    assumptions: list[str]
    separator: str
    grid: Grid | None


def read_text(data: bytes, filename: str) -> TextSheet:
    """Read delimited text in any usual encoding.

    Raises
    ------
    UnreadableFile
        when the bytes are no text.
    """
    _refuse_large(data, filename)
    text, encoding = decode(data, filename)
    assumptions = [f"Read as {encoding} text."]
    if '="' in text and (found := _TEXT_FORMULA.search(text)):
        text = _TEXT_FORMULA.sub(lambda cell: f'"{cell[1] or cell[2] or ""}"', text)
        shown = found[1] or found[2] or ""
        assumptions.append(
            f"Cells such as =“{shown}” are formulas that give a text; the text was read, “{shown}”."
        )
    lines = _lines(text[:_LOOKED_AT])
    start, comments = _first_line(lines)
    if start + _SAMPLE_ROWS + 2 > len(lines):
        lines = _lines(text)
        start, comments = _first_line(lines)
    if comments == 1:
        assumptions.append("A comment line above the header, beginning with #, was skipped.")
    elif comments:
        assumptions.append(f"{comments} comment lines above the header, beginning with #, were skipped.")
    named = re.fullmatch(r'"?sep=(.)"?[,;\s]*', lines[start], re.IGNORECASE) if start < len(lines) else None
    if named:
        start, separator = start + 1, named[1]
        assumptions.append(f"Columns are separated by “{separator}”, as the first line says.")
    else:
        separator, said = _separator(lines, start)
        assumptions.append(said)
    return TextSheet(
        lambda: _rows(_lines(_unless_large(text, separator, filename)), start, separator),
        assumptions,
        separator,
        grid_of_text(text, separator, start),
    )


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _unless_large(text: str, separator: str, filename: str) -> str:
    """The text, unless it is too large to be read line by line."""
    if text.count(separator) + text.count("\n") > MOST_CELLS_BY_LINE:
        raise _too_large(filename, MOST_CELLS_BY_LINE, "cells in rows of different length")
    return text


def _refuse_large(data: bytes, filename: str) -> None:
    """Refuse text that would take the memory of the machine, before any of it is read."""
    rows = max(_count(data, each) for each in "\n\r")
    cells = rows + max(_count(data, each) for each in _SEPARATORS)
    header = data[:MOST_TEXT_BYTES].split(b"\n", 1)[0]
    columns = max(header.count(each.encode()) for each in _SEPARATORS) + 1
    for found, most, what in (
        (len(data) // 1024**2, MOST_TEXT_BYTES // 1024**2, "MB of text"),
        (cells, MOST_CELLS, "cells"),
        (rows, MOST_ROWS, "rows"),
        (columns, MOST_COLUMNS, "columns"),
    ):
        if found > most:
            raise _too_large(filename, most, what)


def _count(data: bytes, letter: str) -> int:
    """How often a letter of ASCII stands in the bytes; ``bytes.count`` is slow where it stands often."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord(letter)))


def _too_large(filename: str, most: int, what: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{filename}” was to be read as a table of patients.",
        f"It holds more than {most:,} {what}, more than any table of patients.",
        "Copy the rows and columns of the patients into a new workbook and load that.",
    )


def decode(data: bytes, filename: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding."""
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, codec, name, filename)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if not _holds_control(data):
            return text, "UTF-8"
    if codec := _utf16_without_mark(data):
        return _decode_as(data, codec, "UTF-16", filename)
    if b"\x00" in data:
        raise _no_text(filename)
    codec, name = _old_encoding(data)
    return _decode_as(data, codec, name, filename)


def _holds_control(data: bytes) -> bool:
    """Whether bytes of UTF-8 hold one that no text does."""
    letters = np.frombuffer(data, np.uint8)
    breaks = letters - np.uint8(_FIRST_BREAK) < _BREAKS  # what is less than the first one becomes large
    return bool(np.count_nonzero(letters < _BLANK) > np.count_nonzero(breaks))


def _decode_as(data: bytes, codec: str, name: str, filename: str) -> tuple[str, str]:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        raise _no_text(filename) from None
    if _CONTROL.search(text):
        raise _no_text(filename)
    return text, name


def _utf16_without_mark(data: bytes) -> str:
    """Text in UTF-16 has a zero in every other byte of its ASCII part."""
    head = data[:4000]
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if len(head) < 8 or max(zeros) < 0.2 * len(head) or min(zeros) > 0.02 * len(head):
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _old_encoding(data: bytes) -> tuple[str, str]:
    """Tell GB18030 from Western Latin-1 by their pairs of bytes; let charset-normalizer name the others.

    Most Chinese characters in use are those of the first level of GB 2312 (first byte B0 to D7) and its signs
    (A1 to A9), with a second byte above A0; accented letters stand alone, and the small ones begin at DF.
    """
    pairs = len(re.findall(rb"[\xa1-\xa9\xb0-\xd7][\xa1-\xfe]", data))
    high = sum(byte >= 0x80 for byte in data)
    if _decodes(data, "gb18030") and pairs * 2 >= 0.6 * high:
        return "gb18030", "GB18030"
    alone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", data))
    plain_letters = len(re.findall(rb"[A-Za-z]", data))
    if alone >= 0.5 * high or plain_letters >= 2 * high:
        return ("cp1252", "Windows Latin-1") if _decodes(data, "cp1252") else ("latin-1", "Latin-1")
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rare, and slow to import

    best = from_bytes(data).best()
    return (best.encoding, best.encoding.upper().replace("_", "-")) if best else ("latin-1", "Latin-1")


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _first_line(lines: Sequence[str]) -> tuple[int, int]:
    """The first line that is neither blank nor a comment, and the number of comments before it."""
    comments = 0
    for index, line in enumerate(lines):
        if re.match(r"""\s*"?#\s*[^\s,;|"]""", line):
            comments += 1
        elif line.strip(" ,;\t|"):
            return index, comments
    return len(lines), comments


def _separator(lines: list[str], start: int) -> tuple[str, str]:
    """The separator that cuts most rows into as many cells as the header has.

    A file may pass for two: with decimal commas, say. Then the one whose header names more known columns.
    """
    sample = [line for line in lines[start : start + _SAMPLE_ROWS] if line.strip()]
    candidates = [each for each in _SEPARATORS if sum(each in line for line in sample) * 2 > len(sample)]
    samples = {each: _rows(sample, 0, each) for each in candidates}
    shares = {each: _share_of_usual_width(rows) for each, rows in samples.items()}
    most = max(shares.values(), default=0.0)
    if not most:
        return ",", "The file has a single column."
    likely = [each for each, share in shares.items() if share >= most - 0.2]
    best = likely[0]
    if len(likely) > 1:
        best = max(likely, key=lambda each: (_known_names(samples[each]), shares[each]))
    return best, f"Columns are separated by {_SEPARATORS[best]}."


def _share_of_usual_width(rows: Sequence[TextRow]) -> float:
    """The share of rows that have the commonest number of cells; 0 where that is a single one."""
    widths = [len(row.cells) for row in rows if row.cells]
    usual = max(set(widths), key=widths.count, default=1)
    return widths.count(usual) / len(widths) if usual > 1 else 0.0


def _known_names(rows: Sequence[TextRow]) -> int:
    return max(sum(recognised(cell) for cell in row.cells) for row in rows[:HEADER_SEARCH_ROWS])


def _rows(lines: Sequence[str], start: int, separator: str) -> list[TextRow]:
    rows: list[TextRow] = []
    width = 0
    at = start
    while at < len(lines):
        if not lines[at].strip():
            rows.append(TextRow(at + 1, []))
            at += 1
            continue
        taken, used = _row(lines, at, separator, width)
        width = width or len(taken[0].cells)
        rows += taken
        at += used
    return rows


def _row(lines: Sequence[str], at: int, separator: str, width: int) -> tuple[list[TextRow], int]:
    """The row that begins in a line, and the number of lines it takes.

    Lines are joined only as long as a quotation mark is open and the whole has the header's width: a mark
    that is out of place must not swallow the patients below it. If the lines joined are rows themselves, they
    are given back as such.
    """
    text = lines[at]
    if '"' not in text:
        return [TextRow(at + 1, text.split(separator))], 1
    for used in range(1, min(_LONGEST_CELL, len(lines) - at) + 1):
        cells = _cells("\n".join(lines[at : at + used]), separator)
        if cells is not None and (used == 1 or width in (0, len(cells))):
            joined = lines[at : at + used]
            if _swallowed_rows(joined, separator, width):
                return [_unquoted(at + index, line, separator) for index, line in enumerate(joined)], used
            return [TextRow(at + 1, cells)], used
    return [_unquoted(at, text, separator)], 1


def _unquoted(at: int, text: str, separator: str) -> TextRow:
    fault = "A quotation mark is out of place in this row, so quotation marks were ignored in it."
    cells = [cell.strip().strip('"') for cell in text.split(separator)] if text.strip() else []
    return TextRow(at + 1, cells, fault if '"' in text else "")


def _swallowed_rows(joined: Sequence[str], separator: str, width: int) -> bool:
    """Whether the quotation holds separators and one of the lines below the first is a row by itself.

    A row has as many cells as the first line and the header, or about as many and begins like the first line
    does (with a number, say). Text with commas and line breaks seldom has either.
    """
    first = joined[0].split(separator)
    width = width or len(first)
    opening = joined[0].rsplit('"', 1)[-1]
    for line in joined[1:]:
        cells = line.split(separator)
        quoted = opening + line.split('"')[0]
        if separator not in quoted or abs(len(cells) - width) > 1:
            continue
        if len(cells) == len(first) == width or _shape(cells[0]) == _shape(first[0]):
            return True
    return False


def _shape(cell: str) -> str:
    """What kind of characters a cell has, in order: "P-007" is "a-0".

    >>> _shape("P-007"), _shape("12"), _shape("李明")
    ('a-0', '0', 'a')
    """
    text = re.sub(r"[^\W\d_]+", "a", cell.strip(' "'))
    return re.sub(r"\d+", "0", text)


def _cells(text: str, separator: str) -> list[str] | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _no_text(filename: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{filename}” was to be read as a table of patients.",
        "It is neither a workbook nor text.",
        "Open it in Excel and save it as .xlsx or as CSV.",
    )
