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
import zlib
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from html import unescape
from io import BytesIO
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

MEMORY_BYTES = 1024**3
#: Processor time: the first for any file, more for a large one, which is seldom hostile: those are small and swell.
CPU_SECONDS, CPU_SECONDS_PER_MB, FREE_MB, MOST_CPU_SECONDS = 9, 1.6, 1, 40
MOST_ENTRIES = 5_000
MOST_EXPANDED_BYTES = 500 * 1024**2
#: An OpenDocument file tells at length what an xlsx file tells briefly: this holds two million cells.
MOST_OPEN_DOCUMENT_BYTES = 256 * 1024**2
#: 100,000 patients with 60 columns have six million cells.
MOST_CELLS = 6_500_000
MOST_CHARACTERS = 60_000_000
#: Cells that show an error, or a formula without a saved value; with more the workbook was never calculated.
MOST_FAULTS = 500_000
#: Cells are turned into columns in blocks of rows, which are sent as they come.
BLOCK_CELLS, FEWEST_BLOCK_ROWS = 131_072, 64
#: Whether texts are mostly different is seen from the first ones of a block.
_SAMPLE = 64
#: The XML of a sheet is searched in pieces.
CHUNK_BYTES = 4 * 1024**2

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET_DATA = re.compile(rb"<(\w+:)?sheetData\b")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_REFERENCE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_ROW_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_NAN = float("nan")
#: Excel's own percent formats, and what in a format of one's own is only written: "..." and \\%.
_PERCENT_FORMATS = frozenset({"9", "10"})
_ONLY_WRITTEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
#: What in a format of one's own writes text beside the digits, and the letters of dates and times.
_WRITES_TEXT = re.compile(r'"[^"]*[^"\s][^"]*"|\\[^\s]|[<>]')
_COLOUR = re.compile(r"\[(?![<>=])[^\]]*\]|_.|\*.")
#: Excel saves no longer format.
_LONGEST_FORMAT = 255
_CONDITION = re.compile(r"\[[<>=]")
_OF_DATES = re.compile(r"[ymdhs]", re.IGNORECASE)
_STYLE = re.compile(rb'\bs="(\d+)"')
_OPEN_DOCUMENT_TAG = re.compile(
    rb"<(/?table:table|table:table-row|table:table-cell|table:covered-table-cell)(?=[\s/>])([^>]*)>"
)
_OPEN_DOCUMENT_NAME = re.compile(rb'table:name="([^"]*)"')
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,7})"')
#: A cell that is repeated farther down holds no patient.
_MOST_REPEATED = 10_000
#: The runs of a text whose letters look different, and what says that they are raised or struck out.
_RUN_SIGNS = (b"vertAlign", b"strike")
_RUN = re.compile(rb"<(?:\w+:)?r\b[^>]*>(.*?)</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<")
_RAISED = re.compile(rb'<(?:\w+:)?vertAlign\b[^>]*\bval="superscript"')
_STRUCK = re.compile(rb'<(?:\w+:)?strike\b(?![^>]*\bval="(?:0|false)")')
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_SHARED_TEXTS = "xl/sharedStrings.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


#: The runs of a text: their letters, whether they are raised, whether they are struck out.
Runs = tuple[tuple[str, bool, bool], ...]


class Refused(Exception):  # noqa: N818 - not an error of the program but a word on the file
    """The file is not read; the argument is a short code that the caller puts into words."""


class Scan(NamedTuple):
    """What the XML of one sheet tells and its values do not; rows and columns are counted from 0.

    cells : size of the rectangle from the first column that holds every value
    far : its last corner, as "XFD1048576"
    faults : the errors shown -> the rows and the columns of their cells; "" for a formula whose value was not saved
    percent : column -> the rows of the cells in percent format, which hold 0.62 and show 62%
    hidden : the rows that are not shown
    struck : the rows and the columns of the cells that are struck out as a whole
    runs : texts with letters that are raised or struck out -> the rows and the columns of their cells
    formats : formats that write text beside a number -> the rows and the columns of their cells
    """

    cells: int
    far: str
    faults: dict[str, tuple["array[int]", "array[int]"]]
    percent: dict[int, "array[int]"]
    hidden: "array[int]"
    struck: tuple["array[int]", "array[int]"]
    runs: dict[Runs, tuple["array[int]", "array[int]"]]
    formats: dict[str, tuple["array[int]", "array[int]"]]


def main() -> None:
    """Read the bytes and answer with ``marshal``, each answer after its length: what was asked for, or a refusal.

    Asked for are the "values" of each sheet, its header and then blocks of its rows; the "names" of the sheets;
    or a "scan" of each, which comes before the values.
    """
    gc.disable()  # nothing here refers to itself, and looking for it takes a tenth of the time
    data = sys.stdin.buffer.read()
    limit_resources(len(data))
    words = sys.argv[1:]
    try:
        archive = look_into_archive(data) if data.startswith(b"PK") else None
        if "scan" in words:
            for name, scan in scan_sheets(archive).items():
                tell({"name": name, **scan._asdict()})
        far = {}
        if "carefully" in words:
            far = {name: scan.far for name, scan in scan_sheets(archive).items() if scan.cells > MOST_CELLS}
        if "values" in words or "names" in words:
            for answer in read_sheets(data, far, names_only="names" in words):
                tell(answer)
    except Refused as refusal:
        tell({"refused": str(refusal)})
    except MemoryError:
        tell({"refused": "time"})


def tell(answer: Any) -> None:
    """Send one answer."""
    said = marshal.dumps(answer)
    sys.stdout.buffer.write(len(said).to_bytes(8, "little"))
    sys.stdout.buffer.write(said)
    sys.stdout.buffer.flush()


def cpu_seconds(size: int) -> int:
    """The processor time that a file of so many bytes may take.

    >>> cpu_seconds(10_000), cpu_seconds(24 * 1024**2), cpu_seconds(200 * 1024**2)
    (9, 40, 40)
    """
    more = max(0.0, size / 1024**2 - FREE_MB) * CPU_SECONDS_PER_MB
    return min(int(CPU_SECONDS + more), MOST_CPU_SECONDS)


def limit_resources(size: int) -> None:
    """Bound memory and processor time where the system can; on Windows the caller's clock must do."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    seconds = cpu_seconds(size)
    limits = {
        resource.RLIMIT_AS: (MEMORY_BYTES, MEMORY_BYTES),
        resource.RLIMIT_CPU: (seconds, seconds + 1),  # the first one tells the caller why the process ends
        resource.RLIMIT_CORE: (0, 0),
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # macOS refuses some, and a stricter limit may stand already
            resource.setrlimit(what, most)


def read_sheets(data: bytes, far: dict[str, str], *, names_only: bool) -> Iterator[Any]:
    """Of every sheet its name, whether it is visible, where it starts and how large it is; then its rows in blocks.

    far : sheets that are not read, for a cell lies too far off; the reader might abort this process of it
    """
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
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        entry: dict[str, Any] = {"name": meta.name, "visible": meta.visible == SheetVisibleEnum.Visible}
        if names_only:
            yield entry
            continue
        if meta.name in far:
            yield {**entry, "far": far[meta.name]}
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
        except CalamineError:
            raise Refused("damaged") from None
        top, left = sheet.start or (0, 0)
        if sheet.height * (left + sheet.width) > MOST_CELLS:
            yield {**entry, "far": f"{letters(left + sheet.width)}{top + sheet.height}"}
            continue
        cells += sheet.height * sheet.width
        if cells > MOST_CELLS:
            raise Refused("large")
        size = {"top": top, "left": left, "height": sheet.height, "width": sheet.width}
        yield {**entry, **size, "merged": merged_cells(sheet)}
        for rows in blocks(sheet):
            columns = [plain_column(cells) for cells in zip(*rows, strict=True)]
            characters += sum(column.letters for column in columns)
            if characters > MOST_CHARACTERS:
                raise Refused("large")
            yield {
                "rows": len(rows),
                "columns": [column.cells for column in columns],
                "printable": all(column.printable for column in columns),
            }


def merged_cells(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Cells that are merged: their first row and column, their last row and column, from 0."""
    merged = [(*first, *last) for first, last in sorted(sheet.merged_cell_ranges or ())]
    return merged if sum(last - first + 1 for first, _, last, _ in merged) <= MOST_CELLS else []


def blocks(sheet: Any) -> Iterator[list[list[Any]]]:
    """The rows of a sheet from the first that holds a value, some at a time."""
    size = max(FEWEST_BLOCK_ROWS, BLOCK_CELLS // max(1, sheet.width))
    rows = islice(sheet.iter_rows(), sheet.start[0] if sheet.start else 0, None)
    while block := list(islice(rows, size)):
        yield block


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
        if archive.getinfo("content.xml").file_size > MOST_OPEN_DOCUMENT_BYTES:
            raise Refused("large open document")
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


def scan_sheets(archive: zipfile.ZipFile | None) -> dict[str, Scan]:
    """Scan each sheet of an xlsx or ods file, by its name."""
    if archive is None:
        return {}
    try:
        return scan_xlsx(archive) if "xl/workbook.xml" in archive.NameToInfo else scan_open_document(archive)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Refused("damaged") from None


def scan_xlsx(archive: zipfile.ZipFile) -> dict[str, Scan]:
    """Scan each sheet of an xlsx file."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - not needed for the other formats
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415

    try:
        workbook = fromstring(archive.read("xl/workbook.xml"))
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.NameToInfo else b""
        styled = fromstring(styles) if styles else None
    except (ParseError, DefusedXmlException):
        raise Refused("damaged") from None
    percent = set() if styled is None else percent_styles(styled)
    struck = struck_styles(styled) if styled is not None and b"strike" in styles else set()
    worded = {} if styled is None else worded_styles(styled)
    marked = marked_texts(archive)
    scans = {}
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in archive.NameToInfo:
            scans[sheet.get("name", "")] = scan_sheet(
                partial(in_chunks, archive, path), percent, struck, marked, worded
            )
    return scans


def percent_styles(styles: Any) -> set[bytes]:
    """The numbers of the cell styles that show a share as a percentage, as cells name them."""
    formats = {
        one.get("numFmtId")
        for one in styles.iter(f"{_MAIN}numFmt")
        if "%" in _ONLY_WRITTEN.sub("", one.get("formatCode", ""))
    } | _PERCENT_FORMATS
    return cell_styles(styles, "numFmtId", formats)


def worded_styles(styles: Any) -> dict[bytes, str]:
    """The cell styles whose format writes text beside the digits of a number -> that format."""
    formats = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
    worded = {
        number: code
        for number, code in formats.items()
        if len(code) <= _LONGEST_FORMAT
        and _WRITES_TEXT.search(_COLOUR.sub("", code if _CONDITION.search(code) else code.partition(";")[0]))
        and not _OF_DATES.search(_ONLY_WRITTEN.sub("", code))
    }
    return {
        style: code for number, code in worded.items() for style in cell_styles(styles, "numFmtId", {number})
    }


def struck_styles(styles: Any) -> set[bytes]:
    """The numbers of the cell styles whose letters are struck out."""
    fonts = styles.find(f"{_MAIN}fonts")
    struck = (font.find(f"{_MAIN}strike") for font in (fonts if fonts is not None else ()))
    places = {
        str(place)
        for place, strike in enumerate(struck)
        if strike is not None and strike.get("val") not in ("0", "false")
    }
    return cell_styles(styles, "fontId", places)


def cell_styles(styles: Any, attribute: str, among: Container[str]) -> set[bytes]:
    """The numbers of the cell styles, as cells name them, that have one of these values."""
    cells = styles.find(f"{_MAIN}cellXfs")
    return {
        str(place).encode()
        for place, one in enumerate(cells if cells is not None else ())
        if one.get(attribute) in among
    }


def marked_texts(archive: zipfile.ZipFile) -> dict[bytes, Runs]:
    """The texts with letters that are raised or struck out, by the numbers by which cells name them."""
    if _SHARED_TEXTS not in archive.NameToInfo:
        return {}
    before = b""
    for chunk in in_chunks(archive, _SHARED_TEXTS):
        if any(sign in before + chunk for sign in _RUN_SIGNS):
            break
        before = chunk[-max(map(len, _RUN_SIGNS)) :]
    else:
        return {}
    texts = enumerate(_SHARED_TEXT.finditer(archive.read(_SHARED_TEXTS)))
    runs = {str(number).encode(): runs_of(found[1] or b"") for number, found in texts}
    return {number: found for number, found in runs.items() if found}


def runs_of(xml: bytes) -> Runs:
    """The runs of a text; empty where no letter is raised or struck out."""
    if not any(sign in xml for sign in _RUN_SIGNS):
        return ()
    runs = tuple(
        (
            unescape(b"".join(_RUN_TEXT.findall(run)).decode("utf-8", "replace")),
            bool(_RAISED.search(run)),
            bool(_STRUCK.search(run)),
        )
        for run in _RUN.findall(xml)
    )
    return runs if any(raised or struck for _, raised, struck in runs) else ()


def in_chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part of an archive, piece by piece, for one that is too large to be held."""
    with archive.open(path) as part:
        while chunk := part.read(CHUNK_BYTES):
            yield chunk


def scan_open_document(archive: zipfile.ZipFile) -> dict[str, Scan]:
    """The cells in percent format of each sheet of an ods file; it is searched, not parsed."""
    xml = archive.read("content.xml")
    if b'value-type="percentage"' not in xml:
        return {}
    scans: dict[str, Scan] = {}
    percent: dict[int, array[int]] = {}
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
            scans[name] = Scan(0, "", {}, percent, array("i"), no_places(), {}, {})
        elif kind == b"table:table-row":
            row, rows, column = row + rows, repeated, 0
        elif kind != b"/table:table":
            if b'value-type="percentage"' in attributes:
                for place in range(column, column + min(repeated, _MOST_REPEATED)):
                    percent.setdefault(place, array("i")).extend(range(row, row + min(rows, _MOST_REPEATED)))
            column += repeated
    return scans


def no_places() -> tuple["array[int]", "array[int]"]:
    """Rows and columns to be filled."""
    return array("i"), array("i")


def note_place(places: tuple["array[int]", "array[int]"], row: int, column: int) -> None:
    """Add a cell to rows and columns."""
    for numbers, number in zip(places, (row, column), strict=True):
        numbers.append(number)


class Styled:
    """How cells of some styles are found.

    cell : the beginning of a cell's tag
    """

    def __init__(self, cell: bytes, styles: Iterable[bytes]) -> None:
        named = rb"|".join(sorted(styles))
        self.cell = re.compile(rb'%b\b(?=[^>]*\bs="(?:%b)"[^>/]*>)([^>]*)' % (cell, named))
        self.signs = [b' s="%b"' % style for style in styles]

    def places(self, xml: bytes, tags: "Tags", row: int) -> Iterator[tuple[int, int, bytes]]:
        """The rows, the columns and the styles of the cells of these styles that hold something."""
        if any(sign in xml for sign in self.signs):
            for at, column, cell in with_places(self.cell, xml, tags, row):
                style = _STYLE.search(cell[1])
                yield at, column, style[1] if style else b""


class Tags:
    """How the tags of a sheet are found: most files write <c>, some <x:c>.

    percent, struck, worded : the styles of the cells that show a share as a percentage, of those that are struck out,
        and of those whose format writes text beside their number
    """

    def __init__(
        self,
        prefix: bytes,
        percent: Iterable[bytes],
        struck: Iterable[bytes] = (),
        worded: Iterable[bytes] = (),
    ) -> None:
        c, f, v = prefix + b"c", prefix + b"f", prefix + b"v"
        formula = rb"\s*<%b\b(?:[^>]*/>|[^>]*>[^<]*</%b>)" % (f, f)
        empty = rb"\s*<%b\b[^>]*(?:/>|>\s*</%b>)" % (v, v)
        self.cell, self.formula, self.row = b"<" + c, b"<" + f, b"<" + prefix + b"row"
        self.row_end, self.end = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData>"
        self.value = re.compile(rb'<%b\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>(?!\s*</)' % c)
        self.error = re.compile(
            rb'<%b\b(?=[^>]*\bt="e")([^>]*)>(?:%b)?\s*<%b\b[^>]*>([^<]+)<' % (c, formula, v)
        )
        # The result of =IF(A1="","",2) may be a text without letters, which is saved as an empty value.
        self.unsaved = re.compile(
            rb'<%b\b(?:(?![^>]*\bt="str")|(?=[^>]*>%b\s*</%b>))([^>]*)>%b(?:%b)?\s*</%b>'
            % (c, formula, c, formula, empty, c)
        )
        self.percent, self.struck = Styled(self.cell, percent), Styled(self.cell, struck)
        self.worded = Styled(self.cell, worded)
        self.shared = re.compile(rb'<%b\b([^>]*\bt="s"[^>]*)>\s*<%b\b[^>]*>(\d+)<' % (c, v))
        self.inline = re.compile(rb'<%b\b([^>]*\bt="inlineStr"[^>]*)>(.*?)</%b>' % (c, c), re.DOTALL)
        self.hidden = re.compile(rb'%b\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d{1,7})"' % self.row)


def scan_sheet(
    chunks: Callable[[], Iterable[bytes]],
    percent: Iterable[bytes],
    struck: Iterable[bytes] = (),
    marked: Mapping[bytes, Runs] = MappingProxyType({}),
    worded: Mapping[bytes, str] = MappingProxyType({}),
) -> Scan:
    """Scan the XML of one sheet, in pieces cut anywhere. It is searched, not parsed, and no entity is expanded.

    percent, struck : the styles of cells that show a share as a percentage, and of those that are struck out
    marked : the texts of the workbook with letters that are raised or struck out
    worded : the styles of cells whose format writes text beside their number -> that format
    """
    widest = row = 0
    faults: dict[str, tuple[array[int], array[int]]] = {}
    shares: dict[int, array[int]] = {}
    hidden = array("i")
    gone = no_places()
    runs: dict[Runs, tuple[array[int], array[int]]] = {}
    formats: dict[str, tuple[array[int], array[int]]] = {}
    for piece, tags in in_rows(chunks(), percent, struck, worded):
        above, (row, width) = row, rough_extent(piece, tags, row)
        widest = max(widest, width)
        for pattern, sign in ((tags.error, b't="e"'), (tags.unsaved, tags.formula)):
            for at, column, cell in with_places(pattern, piece, tags, above) if sign in piece else ():
                error = cell[2].decode("utf-8", "replace") if pattern is tags.error else ""
                note_place(faults.setdefault(error, no_places()), at, column)
        if sum(len(rows) for rows, _ in faults.values()) > MOST_FAULTS:
            raise Refused("faults")
        if b' hidden="' in piece:
            hidden.extend(int(found[1]) - 1 for found in tags.hidden.finditer(piece))
        for at, column, _ in tags.percent.places(piece, tags, above):
            shares.setdefault(column, array("i")).append(at)
        for at, column, _ in tags.struck.places(piece, tags, above):
            note_place(gone, at, column)
        for at, column, style in tags.worded.places(piece, tags, above):
            note_place(formats.setdefault(worded.get(style, ""), no_places()), at, column)
        for at, column, found in texts_in_runs(piece, tags, above, marked):
            note_place(runs.setdefault(found, no_places()), at, column)
    if row * widest <= MOST_CELLS:
        return Scan(row * widest, f"{letters(widest)}{row}", faults, shares, hidden, gone, runs, formats)
    return Scan(*exact_extent(in_rows(chunks(), ())), faults, shares, hidden, gone, runs, formats)


def texts_in_runs(
    xml: bytes, tags: Tags, row: int, marked: Mapping[bytes, Runs]
) -> Iterator[tuple[int, int, Runs]]:
    """The cells with letters that are raised or struck out: row, column and what stands there."""
    if marked:
        for at, column, cell in with_places(tags.shared, xml, tags, row):
            if cell[2] in marked:
                yield at, column, marked[cell[2]]
    if any(sign in xml for sign in _RUN_SIGNS):
        for at, column, cell in with_places(tags.inline, xml, tags, row):
            if found := runs_of(cell[2]):
                yield at, column, found


def in_rows(
    chunks: Iterable[bytes],
    percent: Iterable[bytes],
    struck: Iterable[bytes] = (),
    worded: Iterable[bytes] = (),
) -> Iterator[tuple[bytes, Tags]]:
    """The XML of a sheet in pieces of whole rows, as far as rows are no larger than a piece."""
    tags = None
    rest = b""
    for chunk in chunks:
        xml = rest + chunk
        if tags is None and (begun := _SHEET_DATA.search(xml)):
            tags = Tags(begun[1] or b"", percent, struck, worded)
        if tags is None:
            rest = xml[-100:]
            continue
        if (last := xml.find(tags.end)) >= 0:
            yield xml[:last], tags
            return
        whole, end, rest = xml.rpartition(tags.row_end)
        if not end and len(xml) > CHUNK_BYTES:
            whole, end, rest = xml.rpartition(b">")
        if end:
            yield whole + end, tags
    if tags is not None and rest:
        yield rest, tags


def rough_extent(xml: bytes, tags: Tags, row: int) -> tuple[int, int]:
    """The number of the last row and an upper bound of the columns, from the last cell of each row.

    Cells stand in the order of columns in a file that is well made; in another one the reader may fail, and its
    process with it.

    row : the number of the row above
    """
    widest = 0
    for each in xml.split(tags.row_end):
        if found := _REFERENCE.match(each, each.rfind(b' r="')):
            row = int(found[2])
            widest = max(widest, _column(found[1]) + 1)
        elif (at := each.rfind(tags.row)) >= 0:
            number = _ROW_NUMBER.search(each, at, each.find(b">", at))
            row = int(number[1]) if number else row + each.count(tags.row)
            widest = max(widest, each.count(tags.cell, at))
    return row, widest


def exact_extent(pieces: Iterable[tuple[bytes, Tags]]) -> tuple[int, str]:
    """The number of cells in the rectangle from the first column that holds every value, and its last corner."""
    rows: set[int] = set()
    widest = row = 0
    for xml, tags in pieces:
        row, width = rough_extent(xml, tags, row)
        places = set(tags.value.findall(xml))
        rows.update(int(number) for _, number in places)
        widest = max([widest, *(_column(column) + 1 for column, _ in places)])
        if not places and width:  # its cells do not say where they stand
            rows.add(row)
            widest = max(widest, width)
    if not rows:
        return 0, ""
    return (max(rows) - min(rows) + 1) * widest, f"{letters(widest)}{max(rows)}"


def with_places(
    pattern: re.Pattern[bytes], xml: bytes, tags: Tags, row: int
) -> Iterator[tuple[int, int, re.Match[bytes]]]:
    """The cells that match: row and column, from 0. One that does not say where it stands follows the one before it.

    pattern : its first group holds the attributes of the cell
    row : the number of the row above the XML
    """
    at = column = 0
    for cell in pattern.finditer(xml):
        if place := _PLACE.search(cell[1]):
            yield int(place[2]) - 1, _column(place[1]), cell
            continue
        begin = cell.start()
        if (begun := xml.rfind(tags.row, at, begin)) >= 0:
            number = _ROW_NUMBER.search(xml, begun, xml.find(b">", begun))
            row = int(number[1]) if number else row + xml.count(tags.row, at, begin)
            at, column = begun, 0
        column += xml.count(tags.cell, at, begin)
        at = begin
        yield row - 1, column, cell


class PlainColumn(NamedTuple):
    """The cells of a column for ``marshal``, the letters of its different texts, and whether each can be printed.

    An empty cell is ``None``. A column of floats is the bytes of doubles, NaN where none stands, with a dictionary of
    the texts among them by their position; any other is a list.
    """

    cells: Any
    letters: int = 0
    printable: bool = True


def plain_column(column: Sequence[Any]) -> PlainColumn:
    """The cells of a column as the caller gets them."""
    kinds = set(map(type, column))
    if kinds == {float}:
        return PlainColumn((array("d", column).tobytes(), {}))
    if (
        kinds == {str} and len(set(column[:_SAMPLE])) > _SAMPLE // 2
    ):  # mostly different, as patient numbers are
        cells = [text.strip() or None for text in column]
        return PlainColumn(cells, *_letters_and_printable("".join(column)))
    texts = set(column) if kinds == {str} else {value for value in column if type(value) is str}
    known = {text: text.strip() or None for text in texts}
    length, clean = _letters_and_printable("".join(texts))
    if kinds == {float, str} and len(known) < 10:
        words = {}
        if length:
            words = {
                place: known[value] for place, value in enumerate(column) if type(value) is str and value
            }
        doubles = array("d", [value if type(value) is float else _NAN for value in column])
        return PlainColumn((doubles.tobytes(), words), length, clean)
    if kinds == {str}:
        return PlainColumn(list(map(known.__getitem__, column)), length, clean)
    if kinds <= {float, int, bool, str}:
        return PlainColumn([known[value] if type(value) is str else value for value in column], length, clean)
    return PlainColumn([plain(value) for value in column], length, clean)


def _letters_and_printable(joined: str) -> tuple[int, bool]:
    return len(joined), joined.isprintable() and "_x00" not in joined


def plain(value: object) -> object:
    """A cell as ``marshal`` can hold it; dates are objects with the key "date"."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, datetime | date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return value


@cache
def _column(called: bytes) -> int:
    """The number of column "C", from 0."""
    column = 0
    for letter in called:
        column = column * 26 + letter - 64
    return column - 1


@cache
def letters(column: int) -> str:
    """How a column is called, the first one being 1.

    >>> letters(3), letters(16_384)
    ('C', 'XFD')
    """
    called = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        called = chr(65 + digit) + called
    return called


if __name__ == "__main__":
    main()
