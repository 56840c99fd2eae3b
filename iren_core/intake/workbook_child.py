"""Read a workbook in a process of its own: standard input holds its bytes, standard output gets plain values.

The reader of workbooks aborts its process on hostile or damaged files. So this script looks into the file
first, under limits of memory and time, and whatever happens to it the caller lives. It is started by path
and imports nothing of this package, which keeps it quick.
"""

import gc
import marshal
import re
import sys
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from html import unescape
from io import BytesIO
from typing import Any, NamedTuple

MEMORY_BYTES = 1024**3
#: Processor time: the first for any file, more for a large one, which is seldom hostile: those are small and swell.
CPU_SECONDS, CPU_SECONDS_PER_MB, FREE_MB, MOST_CPU_SECONDS = 7, 1.6, 8, 40
MOST_ENTRIES = 5_000
MOST_EXPANDED_BYTES = 500 * 1024**2
#: Cells: as many in any file, and in a large one as many as its bytes can hold honestly, up to the second number.
#: (100,000 patients with 60 columns take 24 MB, four bytes a cell.)
ANY_CELLS, MOST_CELLS, BYTES_PER_CELL = 2_000_000, 6_500_000, 3
MOST_CHARACTERS = 60_000_000
#: A sheet with more XML than this is read without the search for error cells.
MOST_SCANNED_BYTES = 150 * 1024**2
#: ... but piece by piece for cells in percent format, where the workbook has such a format.
CHUNK_BYTES = 4 * 1024**2

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>'
_END = rb"</(?:\w+:)?c>"
_VALUE_CELL = re.compile(_CELL)
_ERROR_CELL = re.compile(rb'(?=<(?:\w+:)?c\b[^>]*\bt="e")' + _CELL + rb"(.*?)" + _END, re.DOTALL)
_FORMULA_CELL = re.compile(
    rb"(?=<(?:\w+:)?c\b([^>]*)>)" + _CELL + rb"\s*<(?:\w+:)?f\b(.*?)" + _END, re.DOTALL
)
_STYLED_CELL = re.compile(rb'(?=<(?:\w+:)?c\b[^>]*\bs="(\d+)")' + _CELL)
_REFERENCE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_EMPTY_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*(?:/>|></)")
_NAN = float("nan")
#: Excel's own percent formats, and what in a format of one's own is only written: "..." and \\%.
_PERCENT_FORMATS = frozenset({"9", "10"})
_ONLY_WRITTEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_OPEN_DOCUMENT_TAG = re.compile(
    rb"<(/?table:table|table:table-row|table:table-cell|table:covered-table-cell)(?=[\s/>])([^>]*)>"
)
_OPEN_DOCUMENT_NAME = re.compile(rb'table:name="([^"]*)"')
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,7})"')
#: A cell that is repeated farther down holds no patient.
_MOST_REPEATED = 10_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Refused(Exception):  # noqa: N818 - not an error of the program but a word on the file
    """The file is not read; the argument is a short code that the caller puts into words."""


class Scan(NamedTuple):
    """What the XML of one sheet tells and its values do not.

    cells : size of the rectangle that holds every value
    far : its last corner, as "XFD1048576"
    faults : "row,column" (from 0) -> the error shown there, "" for a formula whose value was not saved
    searched : whether it was small enough to be searched for these
    percent : column -> the rows (both from 0) of the cells in percent format, which hold 0.62 and show 62%
    """

    cells: int = 0
    far: str = ""
    faults: dict[str, str] = {}  # noqa: RUF012 - never changed
    searched: bool = True
    percent: dict[int, list[int]] = {}  # noqa: RUF012 - never changed


def main() -> None:
    """Read the bytes, write one object with ``marshal``: either the sheets or why there are none."""
    gc.disable()  # nothing here refers to itself, and looking for it takes a tenth of the time
    data = sys.stdin.buffer.read()
    limit_resources(len(data))
    try:
        words = sys.argv[1:]
        sheets = read_sheets(data, names_only="names" in words, carefully="carefully" in words)
        answer: dict[str, Any] = {"sheets": list(sheets)}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.buffer.write(marshal.dumps(answer))


def cpu_seconds(size: int) -> int:
    """The processor time that a file of so many bytes may take.

    >>> cpu_seconds(10_000), cpu_seconds(24 * 1024**2), cpu_seconds(200 * 1024**2)
    (7, 32, 40)
    """
    more = max(0.0, size / 1024**2 - FREE_MB) * CPU_SECONDS_PER_MB
    return min(int(CPU_SECONDS + more), MOST_CPU_SECONDS)


def most_cells(size: int) -> int:
    """The cells that a file of so many bytes may have.

    >>> most_cells(10_000), most_cells(24 * 1024**2)
    (2000000, 6500000)
    """
    return max(ANY_CELLS, min(size // BYTES_PER_CELL, MOST_CELLS))


def limit_resources(size: int) -> None:
    """Bound memory and processor time where the system can; on Windows the caller's clock must do."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    seconds = cpu_seconds(size)
    limits = {resource.RLIMIT_AS: MEMORY_BYTES, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # macOS refuses some, and a stricter limit may stand already
            resource.setrlimit(what, (most, most))


def read_sheets(data: bytes, *, names_only: bool, carefully: bool) -> Iterator[dict[str, Any]]:
    """Every sheet: its name, whether it is visible, where it starts, its rows, its faults.

    carefully : whether a workbook's XML is scanned for cells that lie too far off before it is read, not meanwhile.
        Such a cell makes the reader abort this process; the caller then asks once more, carefully.
    """
    scans = begin_scan(data, names_only=names_only)
    if carefully:
        scans.result()
    from python_calamine import (  # noqa: PLC0415 - only after the look into the file
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        raise Refused("password") from None
    except CalamineError:
        raise Refused("damaged") from None
    characters = cells = 0
    most = most_cells(len(data))
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        entry: dict[str, Any] = {"name": meta.name, "visible": meta.visible == SheetVisibleEnum.Visible}
        if names_only:
            yield entry
            continue
        if carefully and scans.result().get(meta.name, Scan()).cells > most:
            yield {**entry, "far": scans.result()[meta.name].far}
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
        except CalamineError:
            raise Refused("damaged") from None
        scan = scans.result().get(meta.name, Scan())
        if scan.cells > most:
            yield {**entry, "far": scan.far}
            continue
        cells += sheet.height * sheet.width
        if cells > most:
            raise Refused("large")
        columns, length, printable = plain_columns(sheet, MOST_CHARACTERS - characters)
        characters += length
        top, left = sheet.start or (0, 0)
        yield {
            **entry,
            "top": top,
            "left": left,
            "columns": columns,
            "faults": scan.faults,
            "percent": scan.percent,
            "searched": scan.searched,
            "printable": printable,
        }


def begin_scan(data: bytes, *, names_only: bool) -> "Future[dict[str, Scan]]":
    """Look into an archive; begin to scan the XML of an xlsx or ods file, by the name of each sheet."""
    archive = look_into_archive(data) if data.startswith(b"PK") else None
    if archive is not None and not names_only:
        scan = scan_xlsx if "xl/workbook.xml" in archive.NameToInfo else scan_open_document
        return ThreadPoolExecutor(1).submit(scan, archive)
    nothing: Future[dict[str, Scan]] = Future()
    nothing.set_result({})
    return nothing


def plain_columns(sheet: Any, most_characters: int) -> tuple[list[Any], int, bool]:
    """The columns of a sheet, how many letters they have, and whether each of these can be printed."""
    columns, characters, printable = [], 0, True
    for cells in zip(*sheet.to_python(skip_empty_area=True), strict=True):
        column, length, clean = plain_column(cells)
        characters += length
        printable &= clean
        if characters > most_characters:
            raise Refused("large")
        columns.append(column)
    return columns, characters, printable


def look_into_archive(data: bytes) -> zipfile.ZipFile | None:
    """What kind of archive it is and whether it may be unpacked; an xlsx or ods file is returned, to be scanned."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError):
        raise Refused("damaged") from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_EXPANDED_BYTES:
        raise Refused("bomb")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names:
        return archive
    if "xl/workbook.bin" in names:
        return None
    if "content.xml" in names and "mimetype" in names:
        if b"spreadsheet" not in archive.read("mimetype")[:200]:
            raise Refused("other office")
        manifest = (
            archive.read("META-INF/manifest.xml")[:200_000] if "META-INF/manifest.xml" in names else b""
        )
        if b"encryption-data" in manifest:
            raise Refused("password")
        return archive
    if any(name.startswith("word/") for name in names):
        raise Refused("word")
    if any(name.startswith("ppt/") for name in names):
        raise Refused("slides")
    if any(name.endswith(".iwa") for name in names):
        raise Refused("numbers")
    raise Refused("archive")


def scan_xlsx(archive: zipfile.ZipFile) -> dict[str, Scan]:
    """Scan each sheet of an xlsx file."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - not needed for the other formats
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415

    try:
        workbook = fromstring(archive.read("xl/workbook.xml"))
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.NameToInfo else b""
        percent = percent_styles(fromstring(styles)) if b"%" in styles or b'numFmtId="' in styles else set()
        scans = {}
        for sheet in workbook.iter(f"{_MAIN}sheet"):
            target = targets.get(sheet.get(_RELATION), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in archive.NameToInfo:
                small = archive.NameToInfo[path].file_size <= MOST_SCANNED_BYTES
                scans[sheet.get("name", "")] = (
                    scan_sheet(archive.read(path), percent)
                    if small
                    else Scan(searched=False, percent=percent_cells(in_chunks(archive, path), percent))
                )
    except (
        ParseError,
        KeyError,
        zipfile.BadZipFile,
        EOFError,
        DefusedXmlException,
        NotImplementedError,
        RuntimeError,
    ):
        raise Refused("damaged") from None
    return scans


def percent_styles(styles: Any) -> set[bytes]:
    """The numbers of the cell styles that show a share as a percentage, as cells name them."""
    formats = {
        one.get("numFmtId")
        for one in styles.iter(f"{_MAIN}numFmt")
        if "%" in _ONLY_WRITTEN.sub("", one.get("formatCode", ""))
    } | _PERCENT_FORMATS
    cells = styles.find(f"{_MAIN}cellXfs")
    return {
        str(place).encode()
        for place, one in enumerate(cells if cells is not None else ())
        if one.get("numFmtId") in formats
    }


def percent_cells(chunks: Iterable[bytes], styles: set[bytes]) -> dict[int, list[int]]:
    """The cells in these styles: column -> rows, both from 0. Only the tags that name one of them are looked at.

    chunks : the XML of a sheet in pieces, which may be cut anywhere
    """
    cells: dict[int, list[int]] = {}
    wanted = [re.compile(b' s="' + style + b'"') for style in sorted(styles)]
    rest = b""
    for chunk in chunks if wanted else ():
        xml = rest + chunk
        end = xml.rfind(b">") + 1
        rest = xml[end:]
        for pattern in wanted:
            for found in pattern.finditer(xml, 0, end):
                if cell := _STYLED_CELL.match(xml, xml.rfind(b"<", 0, found.start())):
                    cells.setdefault(_column(cell[2]), []).append(int(cell[3]) - 1)
    return cells


def in_chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part of an archive, piece by piece, for one that is too large to be held."""
    with archive.open(path) as part:
        while chunk := part.read(CHUNK_BYTES):
            yield chunk


def scan_open_document(archive: zipfile.ZipFile) -> dict[str, Scan]:
    """The cells in percent format of each sheet of an ods file; it is searched, not parsed."""
    try:
        if archive.getinfo("content.xml").file_size > MOST_SCANNED_BYTES:
            return {}
        xml = archive.read("content.xml")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        raise Refused("damaged") from None
    if b'value-type="percentage"' not in xml:
        return {}
    scans: dict[str, Scan] = {}
    percent: dict[int, list[int]] = {}
    row = rows = column = 0
    for kind, attributes in _OPEN_DOCUMENT_TAG.findall(xml):
        repeated = int(found[1]) if (found := _REPEATED.search(attributes)) else 1
        if kind == b"table:table":
            name = (
                unescape(found[1].decode("utf-8"))
                if (found := _OPEN_DOCUMENT_NAME.search(attributes))
                else ""
            )
            percent, row, rows = {}, 0, 0
            scans[name] = Scan(percent=percent)
        elif kind == b"table:table-row":
            row, rows, column = row + rows, repeated, 0
        elif kind != b"/table:table":
            if b'value-type="percentage"' in attributes:
                for place in range(column, column + min(repeated, _MOST_REPEATED)):
                    percent.setdefault(place, []).extend(range(row, row + min(rows, _MOST_REPEATED)))
            column += repeated
    return scans


def scan_sheet(xml: bytes, percent: set[bytes]) -> Scan:
    """Scan the XML of one sheet. It is searched, not parsed: no entity is expanded, and it takes no time.

    percent : the styles of cells that show a share as a percentage
    """
    cells, far = rough_extent(xml)
    if not 0 < cells <= ANY_CELLS:
        cells, far = exact_extent(xml)
    faults = {}
    for letters, number, body in _ERROR_CELL.findall(xml) if b't="e"' in xml else ():
        if value := _VALUE.search(body):
            faults[f"{int(number) - 1},{_column(letters)}"] = value[1].decode("utf-8", "replace")
    for attributes, letters, number, body in (
        _FORMULA_CELL.findall(xml) if b"<f" in xml or b":f" in xml else ()
    ):
        # The result of =IF(A1="","",2) may be a text without letters, which is saved as an empty value.
        empty_text = b't="str"' in attributes and _EMPTY_VALUE.search(body)
        if not empty_text and not _VALUE.search(body):
            faults[f"{int(number) - 1},{_column(letters)}"] = ""
    return Scan(cells, far, faults, percent=percent_cells([xml], percent))


def rough_extent(xml: bytes) -> tuple[int, str]:
    """An upper bound of the cells between A1 and the last one, from the last cell of each row; 0 where unclear.

    Cells stand in the order of columns in a file that is well made; in another one the reader may fail, and this
    process with it.
    """
    widest, lowest = 0, 0
    far = b"A"
    for row in xml.split(b"</row>")[:-1]:
        if found := _REFERENCE.match(row, row.rfind(b' r="')):
            lowest = max(lowest, int(found[2]))
            column = _column(found[1]) + 1
            if column > widest:
                widest, far = column, found[1]
    return lowest * widest, f"{far.decode()}{lowest}"


def exact_extent(xml: bytes) -> tuple[int, str]:
    """The number of cells in the rectangle that holds every value, and its last corner."""
    places = _VALUE_CELL.findall(xml)
    if not places:
        return 0, ""
    columns = {letters: _column(letters) for letters in {letters for letters, _ in places}}
    rows = {int(number) for _, number in places}
    widest = max(columns, key=columns.__getitem__)
    cells = (max(rows) - min(rows) + 1) * (columns[widest] - min(columns.values()) + 1)
    return cells, f"{widest.decode()}{max(rows)}"


def plain_column(column: Sequence[Any]) -> tuple[Any, int, bool]:
    """The cells of a column as ``marshal`` can hold them; how many letters they have; whether each can be printed.

    An empty cell is ``None``. A column of floats is the bytes of doubles, NaN where none stands, and a dictionary of
    the texts among them by their position.
    """
    kinds = set(map(type, column))
    if kinds == {float}:
        return [array("d", column).tobytes(), {}], 0, True
    texts = [value for value in column if type(value) is str and value]
    known = {text: text.strip() or None for text in set(texts)}
    length = sum(map(len, texts))
    clean = all(text.isprintable() and "_x00" not in text for text in known)
    if float in kinds and kinds <= {float, str} and len(texts) < 10:
        words = {}
        if texts:
            words = {
                place: known[value] for place, value in enumerate(column) if type(value) is str and value
            }
        doubles = array("d", [value if type(value) is float else _NAN for value in column])
        return [doubles.tobytes(), words], length, clean
    known[""] = None
    if kinds == {str}:
        return list(map(known.__getitem__, column)), length, clean
    if kinds <= {float, int, bool, str}:
        return [known[value] if type(value) is str else value for value in column], length, clean
    return [plain(value) for value in column], length, clean


def plain(value: object) -> object:
    """A cell as ``marshal`` can hold it; dates are objects with the key "date"."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, datetime | date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def _column(letters: bytes) -> int:
    """The number of column "C", from 0."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


if __name__ == "__main__":
    main()
