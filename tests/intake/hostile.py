"""Hostile and broken files, made here when the tests run: (name, file name, bytes), the same on each run."""

from __future__ import annotations

import gzip
import io
import pickle
import random
import sys
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent))  # large.py, the maker of large workbooks, and archive.py

import large
from archive import part_of, with_parts

FILES = Path(__file__).parent / "files"
Hostile = tuple[str, str, bytes]

SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SCRIPT = "<script>alert(1)</script>"


class _Runs:
    """Unpickled, it would write a file."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("__import__('pathlib').Path('executed').touch()",)


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return _saved(book)


SMALL = _workbook(["id", "age", "sex"], ["P1", 50, "F"], ["P2", 60, "M"], ["P3", 70, "M"])


def _with_parts(data: bytes, **parts: str | bytes) -> bytes:
    """The workbook with parts of its archive exchanged or added; "/" is written "__" in their names."""
    return with_parts(data, {name.replace("__", "/"): part for name, part in parts.items()})


def _part(name: str) -> str:
    return part_of(SMALL, name)


def _exchanged(name: str, part: str | bytes) -> bytes:
    return _with_parts(SMALL, **{name.replace("/", "__"): part})


def _zip(**parts: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return stream.getvalue()


def _cells(xml: str) -> bytes:
    """The small workbook with these cells on its sheet."""
    return _exchanged(SHEET, f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{xml}</sheetData></worksheet>')


_HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>' + (
    '<c r="B1" t="inlineStr"><is><t>age</t></is></c></row>'
)


# ---- families ----------------------------------------------------------------------------------------


def _cut_and_flipped(shares: tuple[int, ...], flips: range) -> Iterator[Hostile]:
    kinds = {
        "xlsx": SMALL,
        "xls": (FILES / "small.xls").read_bytes(),
        "ods": (FILES / "small.ods").read_bytes(),
    }
    for kind, data in kinds.items():
        for share in shares:
            yield f"{kind} cut to {share} %", f"a.{kind}", data[: len(data) * share // 100]
        dice = random.Random(f"{kind}: always the same bytes {flips.start}")
        for number in flips:
            flipped = bytearray(data)
            for _ in range(3 + number):
                flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
            yield f"{kind} with flipped bits {number}", f"a.{kind}", bytes(flipped)


def _other_kinds() -> Iterator[Hostile]:
    beginnings = {
        "pdf": b"%PDF-1.7\n%\xe2\xe3",
        "png": b"\x89PNG\r\n\x1a\n",
        "jpg": b"\xff\xd8\xff\xe0",
        "gif": b"GIF89a",
        "tif": b"II*\x00",
        "rtf": b"{\\rtf1",
        "sav": b"$FL2@(#) SPSS",
        "rar": b"Rar!\x1a\x07",
        "7z": b"7z\xbc\xaf\x27",
        "sqlite": b"SQLite format 3\x00",
        "parquet": b"PAR1",
        "exe": b"MZ\x90\x00",
        "elf": b"\x7fELF\x02\x01",
        "class": b"\xca\xfe\xba\xbe",
        "mp4": b"\x00\x00\x00\x18ftypmp42",
        "wav": b"RIFF\x24\x00\x00\x00WAVE",
        "bz2": b"BZh91AY&SY",
        "xz": b"\xfd7zXZ\x00",
        "zst": b"\x28\xb5\x2f\xfd",
        "dta": b"<stata_dta><header>",
        "sas7bdat": b"\x00" * 12 + b"\xc2\xea\x81\x60",
        "dcm": b"\x00" * 128 + b"DICM",
        "feather": b"ARROW1\x00\x00",
        "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "WordDocument".encode("utf-16-le"),
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 504
        + "EncryptedPackage".encode("utf-16-le"),
    }
    for name, start in beginnings.items():
        yield f"a {name} called xlsx", "cohort.xlsx", start + bytes(range(256)) * 8
    yield "gzip", "cohort.csv.gz", gzip.compress(b"id,age\n1,50\n", mtime=0)
    yield "gzip bomb", "cohort.csv", gzip.compress(b"0" * 20_000_000, mtime=0)
    yield "pickle that runs code", "cohort.pkl", pickle.dumps(_Runs())
    yield "html", "cohort.xls", f"<html><table><tr><td>id{_SCRIPT}</td></tr></table></html>".encode()
    yield "xml spreadsheet", "cohort.xls", b"<?xml version='1.0'?><Workbook/>"
    yield "json", "cohort.json", b'[{"id": 1, "age": 50}]'
    yield "deep json", "cohort.csv", b"[" * 200_000
    yield "csv called xlsx", "cohort.xlsx", b"id,age\n1,50\n2,60\n"
    yield "xlsx called csv", "cohort.csv", SMALL
    yield "docx", "cohort.xlsx", _zip(word__document="x")
    yield "pptx", "cohort.xlsx", _zip(ppt__presentation="x")
    yield "jar", "cohort.xlsx", _zip(**{"META-INF__MANIFEST.MF": "x"})
    yield "an empty archive", "cohort.xlsx", _zip()
    for size in (0, 1, 3, 7):
        yield f"{size} bytes", "cohort.csv", b"\x00\xff\x7f\x01\x80P\x03"[:size]
    dice = random.Random("noise")
    for number in range(5):
        yield f"noise {number}", "cohort.csv", dice.randbytes(20_000)


def _archives() -> Iterator[Hostile]:
    book = _part(BOOK)
    yield "a bomb in the sheet", "a.xlsx", _exchanged(SHEET, b" " * 400_000_000)
    yield "a bomb in the strings", "a.xlsx", _exchanged(STRINGS, b"<sst>" + b"<si><t>a</t></si>" * 5_000_000)
    yield "a bomb that tells its size", "a.xlsx", _exchanged("xl/media/a.bin", b"\x00" * 600_000_000)
    lies = bytearray(_exchanged(SHEET, b" " * 200_000_000))
    at = lies.rindex(SHEET.encode()) - 46 + 24
    lies[at : at + 4] = (100).to_bytes(4, "little")
    yield "a bomb that lies about its size", "a.xlsx", bytes(lies)
    yield "six thousand parts", "a.xlsx", _with_parts(SMALL, **{f"x__{i}": "" for i in range(6000)})
    yield "paths that climb", "a.xlsx", _with_parts(SMALL, **{"..__..__executed": "x", "__executed": "x"})
    yield "an archive in an archive", "a.xlsx", _zip(**{"a.xlsx": SMALL})
    locked = bytearray(SMALL)
    locked[6] |= 1
    start = locked.rindex(b"PK\x01\x02")
    locked[start + 8] |= 1
    yield "an encrypted part", "a.xlsx", bytes(locked)
    odd = bytearray(SMALL)
    odd[odd.index(b"PK\x01\x02") + 10] = 99
    yield "an unknown compression", "a.xlsx", bytes(odd)
    yield "a missing sheet", "a.xlsx", _exchanged("xl/_rels/workbook.xml.rels", "<Relationships/>")
    yield (
        "a sheet that points out",
        "a.xlsx",
        _exchanged(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" '
            'Type="x" TargetMode="External" Target="file:///etc/passwd"/></Relationships>',
        ),
    )
    yield "a workbook of nothing", "a.xlsx", _exchanged(BOOK, "")
    yield "no sheets", "a.xlsx", _exchanged(BOOK, f'<workbook xmlns="{_NAMESPACE}"><sheets/></workbook>')
    many = "".join(f'<sheet name="s{i}" sheetId="{i + 1}" r:id="rId1"/>' for i in range(3000))
    yield (
        "three thousand sheets",
        "a.xlsx",
        _exchanged(
            BOOK,
            f'<workbook xmlns="{_NAMESPACE}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f"<sheets>{many}</sheets></workbook>",
        ),
    )
    yield "macros", "a.xlsm", _with_parts(SMALL, **{"xl__vbaProject.bin": b'Shell "touch executed"' * 99})
    yield (
        "external links",
        "a.xlsx",
        _with_parts(
            SMALL, **{"xl__externalLinks__externalLink1.xml": '<externalLink Target="http://127.0.0.1:9/x"/>'}
        ),
    )
    yield (
        "an embedded object",
        "a.xlsx",
        _with_parts(SMALL, **{"xl__embeddings__o.bin": b"MZ" + b"\x00" * 999}),
    )
    yield "a mended book", "a.xlsx", _exchanged(BOOK, book.replace("Sheet", "S<h&eet"))


def _entities() -> Iterator[Hostile]:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    doctypes = {
        "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>',
        "a file from outside": '<!DOCTYPE x [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
        "an address from outside": '<!DOCTYPE x [<!ENTITY l11 SYSTEM "http://127.0.0.1:9/x">]>',
        "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY l11 "x">]>',
    }
    for part in (SHEET, STRINGS, BOOK, "xl/styles.xml"):
        xml = _part(part) if part != STRINGS else f'<sst xmlns="{_NAMESPACE}"></sst>'
        bare = xml.split("?>", 1)[-1]
        at = bare.index(">") + 1
        for name, doctype in doctypes.items():
            changed = f'<?xml version="1.0"?>{doctype}{bare[:at]}<t>&l11;</t>{bare[at:]}'
            yield f"{name} in {part}", "a.xlsx", _exchanged(part, changed)
    yield "elements without end", "a.xlsx", _exchanged(SHEET, "<a>" * 300_000)
    yield (
        "an attribute of ten million letters",
        "a.xlsx",
        _exchanged(SHEET, f'<worksheet a="{"x" * 10_000_000}"/>'),
    )


def _cells_of_all_kinds() -> Iterator[Hostile]:
    stray = {
        "row 0": '<row r="0"><c r="A0"><v>1</v></c></row>',
        "column XFE": '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        "the last cell": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "a row beyond the last": '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        "a negative row": '<row r="-5"><c r="A-5"><v>1</v></c></row>',
        "no reference": "<row><c><v>1</v></c></row>" * 3,
        "a reference of letters": '<row r="2"><c r="AAAAAAA"><v>1</v></c></row>',
        "the same cell twice": '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c><c r="B2"><v>50</v></c></row>',
        "a string that is not there": '<row r="2"><c r="A2" t="s"><v>999999</v></c></row>',
        "a negative string": '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>',
        "a number without end": '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1e999</v></c></row>',
        "no number": '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>NaN</v></c></row>',
        "a style that is not there": '<row r="2"><c r="A2" s="9999"><v>1</v></c><c r="B2"><v>50</v></c></row>',
        "errors": '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#DIV/0!</v></c></row>',
        "formulas without values": '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>WEBSERVICE("http://x")</f></c></row>',
        "a formula that runs a program": '<row r="2"><c r="A2"><f>cmd|\'/c touch executed\'!A0</f><v>1</v></c></row>',
        "an unknown type": '<row r="2"><c r="A2" t="zzz"><v>1</v></c></row>',
        "a date before time": '<row r="2"><c r="A2" t="d"><v>-9999-99-99</v></c></row>',
        "a date far off": '<row r="2"><c r="A2" t="d"><v>99999-01-01T00:00:00</v></c></row>',
    }
    for name, xml in stray.items():
        yield f"cells: {name}", "a.xlsx", _cells(_HEADER + xml)
    yield (
        "cells: scripts",
        "a.xlsx",
        _workbook([_SCRIPT, "age", f"CRP {_SCRIPT}"], [_SCRIPT, 50, 3], ["'\"><img>", 1, 2]),
    )
    yield "cells: formulas as text", "a.xlsx", _workbook(["id", "age"], ["=1+1", "=2+2"], ["@SUM(1)", "+1"])
    yield "cells: nothing but a chart's place", "a.xlsx", _cells("")
    yield "cells: one text of 32767 letters", "a.xlsx", _workbook(["id", "age"], ["x" * 32767, 50])
    yield (
        "sixteen thousand columns",
        "a.xlsx",
        _workbook([f"c{i}" for i in range(16_384)], list(range(16_384))),
    )


def _texts() -> Iterator[Hostile]:
    head = "id,age,sex,CRP acute,date of onset,BSA\n"
    cells = {
        "NULs": "1,5\x000,F,1,2023-01-01,3\n",
        "controls": "1\x01,50\x02,F\x03,1,2023-01-01,3\n",
        "bells": "\x07" * 9,
        "formulas": "=cmd|'/c touch executed'!A0,=1+1,@F,+1,-1,=HYPERLINK(\"http://x\")\n",
        "scripts": f"{_SCRIPT},50,{_SCRIPT},{_SCRIPT},{_SCRIPT},{_SCRIPT}\n",
        "templates": "{{7*7}},${jndi:ldap://x},%s%n,{0.__class__},#{7*7},$(touch executed)\n",
        "queries": "1'; DROP TABLE x; --,50,F' OR '1'='1,1,2023-01-01,3\n",
        "paths": "../../etc/passwd,/dev/zero,~,C:\\con,file:///x,|\n",
        "numbers without end": "1,1e999,F,-1e999,99999999,inf\n",
        "long numbers": f"1,{'9' * 5000},F,{'1' * 400},{'2' * 400},0.{'0' * 5000}1\n",
        "many marks": f"1,{'<' * 3000}5,F,{'-' * 3000},{'/' * 3000},{'~' * 3000}\n",
        "runs of digits and blanks": f"1,{'1 ' * 5000},F,{'1.' * 5000},{'1-' * 5000},{'%' * 5000}\n",
        "runs of brackets": f"1,{'(' * 5000},F,{'[' * 5000},{'{' * 5000},{'（' * 5000}\n",
        "impossible dates": "1,50,F,1,2023-99-99,3\n2,50,F,1,0000-00-00,3\n3,5,F,1,31/31/2023,3\n",
        "written backwards": "1\u202e,5\u202d0,F\u2066,1,2023-01-01,3\n",
        "nothing to see": "\u200b1\u200b,\ufeff50,\u2060F,1,2023-01-01,3\n",
        "piled marks": "1" + "\u0301" * 3000 + ",50,F,1,2023-01-01,3\n",
        "digits of the world": "١,٥٠,F,①,２０２３-０１-０１,Ⅻ\n",
        "faces": "😀,50,🚺,1,2023-01-01,3\n",
        "dangling quotes": '"1,50,F,1,2023-01-01,3\n2,60,M,1,2023-01-01,3\n' * 200,
        "quotes": '"' * 20_000 + "\n",
        "quotes everywhere": '1,"5"0",F,"""",""",3"\n' * 500,
        "ragged rows": "".join(",".join("1" * 1) + "," * (i % 40) + "\n" for i in range(2000)),
        "only separators": ",,,,,\n" * 2000,
        "bare returns": "1,50,F,1,2023-01-01,3\r2,60,M\r\r\r",
        "one id a thousand times": "1,50,F,1,2023-01-01,3\n" * 1000,
    }
    for name, rows in cells.items():
        yield f"text: {name}", "cohort.csv", (head + rows).encode("utf-8")
    yield (
        "text: lone surrogates",
        "cohort.csv",
        (head + "\ud800,50,F,1,\udfff,3\n").encode("utf-8", "surrogatepass"),
    )
    yield (
        "text: lone surrogates in UTF-16",
        "cohort.csv",
        ("\ufeff" + head + "\ud800,50,F\n").encode("utf-16-le", "surrogatepass"),
    )
    for codec in ("utf-16", "utf-32", "utf-7", "cp037", "shift_jis", "big5", "koi8-r"):
        yield f"text: {codec}", "cohort.csv", (head + "1,50,F,1,2023-01-01,3\n").encode(codec)
    yield "text: UTF-16 cut in a letter", "cohort.csv", (head + "1,50,F").encode("utf-16")[:-1]
    yield "text: bytes that are no UTF-8", "cohort.csv", head.encode() + b"\xff\xfe\xc0\xc1,50,\xf5\n"
    yield "text: a mark of order alone", "cohort.csv", b"\xef\xbb\xbf"
    yield "text: lines alone", "cohort.csv", b"\r\n" * 50_000
    headers = {
        "scripts": f"{_SCRIPT},age<img src=x onerror=alert(1)>,id",
        "methods": "__class__,index,row,id,values,T,age",
        "one letter of a million": "a" * 1_000_000,
        "brackets": "(" * 50_000 + ",id",
        "percents": "%" * 20_000 + ",id",
        "legends": "sex (" + "0=a, " * 20_000 + "),id",
        "phases": "前后" * 20_000 + ",id",
        "twice": ",".join(["age"] * 1500),
        "numbers": ",".join(map(str, range(1500))),
        "spaces": " " * 100_000 + "id",
        "underscores": "_" * 50_000 + "1,id",
        "units": "age " + "mg/" * 20_000 + "l,id",
        "digits": "crp " + "1" * 50_000 + ",id",
        "dashes": "id," + "- " * 50_000,
    }
    for name, line in headers.items():
        width = line.count(",") + 1
        yield f"headers: {name}", "cohort.csv", (line + "\n" + ",".join(["1"] * width) + "\n").encode()
    yield "text: a hundred thousand columns", "cohort.csv", _wide(100_000)
    yield "text: one cell of five million letters", "cohort.csv", b"id,age\n" + b"x" * 5_000_000 + b",50\n"


def _wide(columns: int) -> bytes:
    header = ",".join(f"c{i}" for i in range(columns))
    return f"{header}\n{','.join(['1'] * columns)}\n".encode()


def _names() -> Iterator[Hostile]:
    for name in (
        "../../etc/passwd",
        "",
        "a\x00.csv",
        "a\nb.csv",
        _SCRIPT,
        "x" * 5000,
        "CON",
        "\ud800.csv",
        "=1+1.xlsx",
    ):
        yield f"a file called {name[:20]!r}", name, b"id,age\n1,50\n2,60\n"


def files() -> Iterator[Hostile]:
    """Every hostile file that is soon made."""
    yield from _cut_and_flipped((1, 20, 60, 95), range(3))
    yield from _other_kinds()
    yield from _entities()
    yield from _cells_of_all_kinds()
    yield from _texts()
    yield from _names()


def heavy_files() -> Iterator[Hostile]:
    """Those that take long to make, or to read."""
    yield from _cut_and_flipped((5, 40, 80, 99), range(3, 12))
    yield from _archives()
    yield "text: a million columns", "cohort.csv", _wide(1_000_000)
    yield "text: a million rows", "cohort.csv", b"id,age,sex\n" + b"1,50,F\n" * 1_000_000
    yield "text: one line of 100 MB", "cohort.csv", b"id,age " + b"x" * 100_000_000
    yield "text: 150 MB of rows", "cohort.csv", b"id,age,sex,CRP acute\n" + b"P1,50,F,1234567\n" * 9_000_000
    yield "text: 300 MB", "cohort.csv", b"id,age,sex\n" + b"1,50,F\n" * 43_000_000
    yield "text: 100 MB of quotes", "cohort.csv", b"id,age\n" + b'"' * 100_000_000
    numbers = large.rows(range(1, 62_501), [large.NUMBER] * 64)
    yield (
        "4 million numbers without places, and padding",
        "a.xlsx",
        large.workbook(numbers, large.unplaced, large.pictures()),
    )
    yield "text: 190 MB of zeros", "cohort.csv", b"id,age\n" + b"\x00" * 190_000_000
    yield "text: 60 MB of lines", "cohort.csv", b"id,age\n" + b"\n" * 60_000_000
    words = (f"{number:x}" for number in range(1_000_000, 8_000_000))
    rows = (",".join(islice(words, 40)) for _ in range(175_000))
    yield "text: 7 million different cells", "cohort.csv", "\n".join(rows).encode()
