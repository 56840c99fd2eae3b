"""What is wrong with a presentation, or a report with charts: what Office would have to repair, a line for each."""

from __future__ import annotations

import math
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from lxml import etree

SCHEMAS = Path(__file__).parents[1] / "reference" / "ooxml"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: A data sheet holds 16 digits of a number, as Excel shows no more than 15.
_SHEET_DIGITS = 1e-15
_KINDS = {
    "ppt/presentation.xml": "pml",
    "ppt/slides/": "pml",
    "ppt/notesSlides/": "pml",
    "ppt/slideLayouts/": "pml",
    "ppt/slideMasters/": "pml",
    "ppt/theme/": "dml-main",
    "ppt/charts/": "dml-chart",
    "word/charts/": "dml-chart",
}


def faults(office_file: bytes) -> list[str]:
    """Every fault found; none for a file that opens as it is."""
    with ZipFile(BytesIO(office_file)) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    doubled = [f"{name} is there twice" for name, times in Counter(names).items() if times > 1]
    return [
        *doubled,
        *(fault for name, content in parts.items() for fault in _relations(name, content, parts)),
        *(fault for name, content in parts.items() for fault in _against_schema(name, content)),
        *(fault for name, content in parts.items() for fault in _of_slide(name, content)),
        *(fault for name, content in parts.items() for fault in _of_chart(name, content, parts)),
    ]


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))


def _is_part(name: str, folder: str) -> bool:
    return name.startswith(folder) and name.endswith(".xml") and "/_rels/" not in name


def _against_schema(name: str, content: bytes) -> Iterator[str]:
    for folder, kind in _KINDS.items():
        if _is_part(name, folder):
            schema = _schema(kind)
            if not schema.validate(etree.fromstring(content)):
                yield from (f"{name}: {error.message}" for error in schema.error_log)


def _relations(name: str, content: bytes, parts: dict[str, bytes]) -> Iterator[str]:
    if not name.endswith(".rels"):
        return
    folder = posixpath.dirname(posixpath.dirname(name))
    source = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
    known = set()
    for relation in etree.fromstring(content):
        known.add(relation.get("Id"))
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target"))).lstrip("/")
        if relation.get("TargetMode") == "External":
            yield f"{name}: reaches out to {relation.get('Target')}"
        elif target not in parts:
            yield f"{name}: {target} is not there"
    if source in parts and source.endswith(".xml"):
        for element in etree.fromstring(parts[source]).iter():
            for attribute, value in element.attrib.items():
                if attribute.startswith(R) and value and value not in known:
                    yield f"{source}: {attribute} names {value}, which is no relation"


def _of_slide(name: str, content: bytes) -> Iterator[str]:
    if _is_part(name, "ppt/slides/"):
        ids = Counter(shape.get("id") for shape in etree.fromstring(content).iter(f"{P}cNvPr"))
        yield from (f"{name}: two shapes are number {one}" for one, times in ids.items() if times > 1)


def _of_chart(name: str, content: bytes, parts: dict[str, bytes]) -> Iterator[str]:
    if not any(_is_part(name, folder) for folder in ("ppt/charts/", "word/charts/")):
        return
    chart = etree.fromstring(content)
    for kind in ("idx", "order"):
        numbers = [series.find(f"{C}{kind}").get("val") for series in chart.iter(f"{C}ser")]
        if len(set(numbers)) < len(numbers):
            yield f"{name}: two series have the same {kind}"
    for holder, part in (("dLbls", "dLbl"), ("ser", "dPt"), ("legend", "legendEntry")):
        for element in chart.iter(f"{C}{holder}"):
            numbers = [int(one.find(f"{C}idx").get("val")) for one in element.findall(f"{C}{part}")]
            if numbers != sorted(set(numbers)):
                yield f"{name}: {part} of {holder} are doubled or out of order"
    axes = {
        axis.find(f"{C}axId").get("val"): axis.find(f"{C}crossAx").get("val")
        for kind in ("valAx", "catAx", "dateAx")
        for axis in chart.iter(f"{C}{kind}")
    }
    for plot in chart.find(f".//{C}plotArea"):
        used = [one.get("val") for one in plot.findall(f"{C}axId")]
        if plot.find(f"{C}ser") is not None and (len(used) != 2 or not set(used) <= set(axes)):
            yield f"{name}: a plot has no two axes"
    if any(other not in axes for other in axes.values()):
        yield f"{name}: an axis crosses none"
    yield from _cache_and_sheet(name, chart, parts)


def _cache_and_sheet(name: str, chart: etree._Element, parts: dict[str, bytes]) -> Iterator[str]:
    """Every cached number and word stands in the cell of the data sheet that it is said to come from."""
    folder, own = posixpath.split(name)
    relations = etree.fromstring(parts[f"{folder}/_rels/{own}.rels"])
    (embedded,) = [one.get("Target") for one in relations if one.get("Target").endswith(".xlsx")]
    book = openpyxl.load_workbook(
        BytesIO(parts[posixpath.normpath(posixpath.join("/", folder, embedded)).lstrip("/")])
    )
    for kind in ("numRef", "strRef"):
        for reference in chart.iter(f"{C}{kind}"):
            formula = reference.find(f"{C}f").text
            cells = _cells(book, formula)
            cached = reference.find(f"{C}{kind.replace('Ref', 'Cache')}")
            if int(cached.find(f"{C}ptCount").get("val")) != len(cells):
                yield f"{name}: {formula} has {len(cells)} cells"
            for point in cached.findall(f"{C}pt"):
                place, value = int(point.get("idx")), point.find(f"{C}v").text
                cell = cells[place] if place < len(cells) else None
                same = cell is not None and (
                    math.isclose(float(value), float(cell), rel_tol=_SHEET_DIGITS)
                    if kind == "numRef"
                    else value == str(cell)
                )
                if not same:
                    yield f"{name}: {formula} holds {cell!r} where the chart shows {value}"


def _cells(book: openpyxl.Workbook, formula: str) -> list[object]:
    sheet, area = re.fullmatch(r"'?([^'!]+)'?!(.+)", formula).groups()
    found = book[sheet][area.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for row in rows for cell in (row if isinstance(row, tuple) else (row,))]
