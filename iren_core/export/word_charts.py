"""A figure in Word as charts that Word draws itself, each from the data sheet that travels with it.

They are the charts of the slides (see ``native_charts``), laid out larger and printed smaller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement, parse_xml
from docx.shared import Mm, Pt, RGBColor
from pptx import Presentation

from iren_core.export.alternatives import alternative_texts
from iren_core.export.lanes import COLUMNS
from iren_core.export.native_charts import Box, Panel, add_chart, key, panels_of

if TYPE_CHECKING:
    from docx.document import Document

    from iren_core.card import Card

#: Letters of 12 to 14 points on a slide are 7 to 8 in print: that is the share to which a chart is made smaller.
_SMALLER = 0.6
_MM_PER_INCH = 25.4
_ACROSS = {1: 1, 2: 2, 4: 2}  # else three
_HEIGHT_MM = {1: 88.0, 2: 72.0, 3: 62.0}
#: Inches that a row of words along the upright axis takes, and the room for all else, before it is made smaller.
_WORD_ROW, _AROUND_WORD_ROWS = 0.2, 1.4
_TALLEST_MM = 210.0
_TITLE_POINTS, _NOTE_POINTS = 9.5, 8.0
#: Letters as wide as those that were measured.
_FONT = "Arial"
#: What has a size of its own in the XML of a chart: letters, lines, marks.
_SIZES = re.compile(rb'(\bsz=|<a:ln [^>]*?\bw=|<c:size val=)"(\d+)"')
_SMALLEST = {b"<c:size val=": 2}
_GRAPHIC = "http://schemas.openxmlformats.org/drawingml/2006"


class _Drawn(NamedTuple):
    """A chart with the workbook behind it, and its printed size."""

    xml: bytes
    workbook: bytes
    width_mm: float
    height_mm: float


def add_charts(document: Document, card: Card, width_mm: float) -> list[Panel]:
    """Write heading and chart of each panel, side by side in this width, and a key where no legend says it.

    Returns the panels; none where the figure names none, and then nothing is written.
    """
    panels = panels_of(card.figure)
    if not panels:
        return []
    across = _across(panels)
    entries = key(card.figure)
    in_words = bool(entries) and (len(panels) > 1 or panels[0].key_in_words)
    if in_words:
        _add_key(document, entries)
    texts = alternative_texts(card.alt, [(panel.title, panel.note) for panel in panels], card.provenance)
    charts = list(_charts(card, panels, texts, width_mm / across, legend=not in_words))
    rows = -(-len(panels) // across)
    grid = document.add_table(rows=rows, cols=across)
    grid.autofit = False
    for place, (panel, drawn) in enumerate(zip(panels, charts, strict=True)):
        cell = grid.cell(place // across, place % across)
        cell.width = Mm(width_mm / across)
        _fill(document, cell, panel, drawn, texts[place])
    return panels


def _charts(
    card: Card, panels: Sequence[Panel], texts: Sequence[str], width_mm: float, *, legend: bool
) -> Iterator[_Drawn | None]:
    slide = (presentation := Presentation()).slides.add_slide(presentation.slide_layouts[6])
    height_mm = max(_height_mm(panel, _across(panels)) for panel in panels)
    box = Box(0, 0, *(side / _MM_PER_INCH / _SMALLER for side in (width_mm, height_mm)))
    for panel, text in zip(panels, texts, strict=True):
        if not panel.traces:
            yield None
            continue
        chart = add_chart(slide, card.figure, panel, box, text, legend=legend)
        chart.font.name = _FONT
        _without_frame(chart._chartSpace)
        part: Any = chart.part
        yield _Drawn(_smaller(part.blob), part.chart_workbook.xlsx_part.blob, width_mm, height_mm)


def _across(panels: Sequence[Panel]) -> int:
    return _ACROSS.get(len(panels), COLUMNS if panels[0].lanes else 3)


def _height_mm(panel: Panel, across: int) -> float:
    words = len(panel.y_words) or 2 * len(panel.rows)
    rows = (words * _WORD_ROW + _AROUND_WORD_ROWS) * _MM_PER_INCH * _SMALLER if words else 0.0
    return min(_TALLEST_MM, max(_HEIGHT_MM[across], rows))


def _without_frame(chart: Any) -> None:
    """On no paper and without a border, which Word would draw by itself."""
    paper = parse_xml(
        f'<c:spPr xmlns:c="{_GRAPHIC}/chart" xmlns:a="{_GRAPHIC}/main"><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
    )
    for old in chart.findall(qn("c:spPr")):
        chart.remove(old)
    chart.find(qn("c:txPr")).addprevious(paper)


def _smaller(xml: bytes) -> bytes:
    """The chart with letters, lines and marks made smaller; places in it are shares of its size and stay."""

    def resized(found: re.Match[bytes]) -> bytes:
        least = _SMALLEST.get(found[1], 1)
        return b'%s"%d"' % (found[1], max(least, round(int(found[2]) * _SMALLER)))

    return _SIZES.sub(resized, xml)


def _fill(document: Document, cell: Any, panel: Panel, drawn: _Drawn | None, text: str) -> None:
    paragraph = cell.paragraphs[0]
    for words, points, bold in ((panel.title, _TITLE_POINTS, True), (panel.note, _NOTE_POINTS, False)):
        if words:
            _add_run(paragraph, words, points, bold=bold)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph = cell.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    if drawn:
        paragraph.add_run()._r.append(_inline(document, drawn, panel.title or "Chart", text))
    elif panel.empty_message:
        _add_run(paragraph, panel.empty_message, _TITLE_POINTS)


def _add_key(document: Document, entries: Sequence[tuple[str, str]]) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    for words, colour in entries:
        run = _add_run(paragraph, f"{words}     ", _NOTE_POINTS)
        run.font.color.rgb = RGBColor.from_string(colour[1:].upper())


def _add_run(paragraph: Any, words: str, points: float, *, bold: bool = False) -> Any:
    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(points), bold
    return run


def _inline(document: Document, drawn: _Drawn, name: str, text: str) -> Any:
    """The drawing that stands in a line of text, and behind it the parts of the chart and of its data sheet."""
    package = document.part.package
    taken = {str(part.partname) for part in package.iter_parts()}
    number = next(n for n in count(1) if f"/word/charts/chart{n}.xml" not in taken)
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, drawn.xml, package)
    sheet_name = PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx")
    sheet = Part(sheet_name, CONTENT_TYPE.SML_SHEET, drawn.workbook, package)
    relation = chart.relate_to(sheet, RELATIONSHIP_TYPE.PACKAGE).encode()
    chart._blob = re.sub(rb'(<c:externalData r:id=)"[^"]*"', rb'\1"%s"' % relation, drawn.xml)
    inline: Any = parse_xml(
        f'<wp:inline xmlns:wp="{_GRAPHIC}/wordprocessingDrawing" xmlns:a="{_GRAPHIC}/main" xmlns:c="{_GRAPHIC}/chart" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{Mm(drawn.width_mm - 3)}" cy="{Mm(drawn.height_mm)}"/>'
        f'<wp:docPr id="{1000 + number}" name=""/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_GRAPHIC}/chart">'
        f'<c:chart r:id="{document.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)}"/>'
        "</a:graphicData></a:graphic></wp:inline>"
    )
    properties = inline.find(qn("wp:docPr"))
    properties.set("name", name)
    properties.set("descr", text)
    drawing = OxmlElement("w:drawing")
    drawing.append(inline)
    return drawing
