"""One card on one slide: title, charts side by side, tables, footer, speaker notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import pptx
from pptx.enum.text import PP_ALIGN
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches

from iren_core.card import Card, Table
from iren_core.errors import UnreadableFile
from iren_core.export.alternatives import alternative_texts
from iren_core.export.native_charts import Box, Panel, add_chart, key, panels_of
from iren_core.export.slide_parts import (
    LINE_INCHES,
    TEXT_POINTS,
    LaidTable,
    Run,
    add_table,
    add_words,
    lay_table,
    lines_of,
    split_by_panel,
    write,
)
from iren_core.figures import theme

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_WIDE_INCHES = (13.333, 7.5)
_EDGE = 0.45
_GAP = 0.14
_HEADING_POINTS = 14
#: A title shrinks through these sizes until it takes two lines at most; the rest of the finding is smaller.
_TITLE_POINTS = (24, 22, 20, 18, 16, 14)
_TITLE_LINES = 2
_REST_POINTS = 14
#: Bold letters are wider than those that were measured.
_BOLD = 1.06
_LINE_HEIGHT = 1.22
#: A full stop, but not that of "vs.", "e.g." or "St.", which follows one or two letters.
_SENTENCE_END = re.compile(r"(?:\w{3}|[\d)%”])[.?!]\s+")
#: Inches a chart keeps when the numbers at risk, and when the main table, ask for room.
_LOWEST_CHART = {"at_risk": 2.6, "main": 3.6}


def start(template: bytes | None) -> Presentation:
    """An empty presentation of 16:9 in Arial, or the template as it is.

    Raises
    ------
    UnreadableFile
        when the template is no presentation.
    """
    if template is not None:
        return _open(template)
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = (Inches(side) for side in _WIDE_INCHES)
    fonts = presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    fonts._blob = fonts.blob.replace(b'typeface="Calibri"', b'typeface="Arial"')
    return presentation


def add_slide(presentation: Presentation, card: Card) -> None:
    """Put the card on a new last slide."""
    slide = presentation.slides.add_slide(_layout(presentation))
    _remove_placeholders(slide)
    width, height = (Emu(side or 0).inches for side in (presentation.slide_width, presentation.slide_height))
    across = width - 2 * _EDGE
    top = _add_title(slide, card.finding, across)
    bottom = _add_footer(slide, card.provenance, across, height)
    panels = panels_of(card.figure)
    rows, left_out = _choose_tables(card, len(panels), across, bottom - top)
    tables_top = bottom - sum(row[0] + _GAP for row in rows) if panels else top
    if panels:
        _add_panels(slide, card, panels, Box(_EDGE, top, across, tables_top - top))
    for row_height, tables in rows:
        for place, table in enumerate(tables):
            add_table(slide, table, _EDGE + place * (across + _GAP) / len(tables), tables_top)
        tables_top += row_height + _GAP
    slide.notes_slide.notes_text_frame.text = _notes(card, left_out)


def _open(template: bytes) -> Presentation:
    try:
        return pptx.Presentation(BytesIO(template))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError):
        raise UnreadableFile(
            "A presentation was given as the template of the slides.",
            "It cannot be read as one.",
            "Save it in PowerPoint as .pptx and try again.",
        ) from None


def _layout(presentation: Presentation) -> Any:
    """The layout with a title and as little else as possible."""
    layouts = list(presentation.slide_layouts)
    titled = [layout for layout in layouts if layout.placeholders.get(0) is not None]
    return min(titled or layouts, key=lambda layout: len(layout.placeholders))


def _remove_placeholders(slide: Slide) -> None:
    """Take away all but the title: an empty one shows “Click to add text” while a deck is edited."""
    for placeholder in list(slide.placeholders):
        if placeholder.placeholder_format.idx != 0:
            placeholder._element.getparent().remove(placeholder._element)


def _add_title(slide: Slide, finding: str, across: float) -> float:
    """Write the finding, its first sentence as the title; returns where the space below it begins."""
    title, rest = _first_sentence(finding)
    points = _title_points(title, across)
    box = Box(_EDGE, 0.3, across, _height(title, across, points, _BOLD))
    words = [Run(title, points, theme.INK, bold=True)]
    if slide.shapes.title is None:
        add_words(slide, box, [words])
    else:
        write(slide.shapes.title, box, [words])
    below = box.top + box.height + _GAP
    if not rest:
        return below
    height = _height(rest, across, _REST_POINTS)
    add_words(
        slide,
        Box(_EDGE, below - _GAP / 2, across, height),
        [[Run(rest, _REST_POINTS, theme.INK)]],
        name="Finding",
    )
    return below + height + _GAP / 2


def _first_sentence(finding: str) -> tuple[str, str]:
    """The first sentence and all others; a full stop in brackets ends none."""
    for end in _SENTENCE_END.finditer(finding):
        first, rest = finding[: end.end()].strip(), finding[end.end() :].strip()
        if first.count("(") == first.count(")") and rest:
            return first, rest
    return finding.strip(), ""


def _title_points(title: str, across: float) -> int:
    return next(
        (size for size in _TITLE_POINTS if lines_of(title, across, size * _BOLD) <= _TITLE_LINES),
        _TITLE_POINTS[-1],
    )


def _height(text: str, across: float, points: float, wider: float = 1.0) -> float:
    """Inches that the text takes."""
    return lines_of(text, across, points * wider) * points * _LINE_HEIGHT / 72


def _add_footer(slide: Slide, provenance: str, across: float, slide_height: float) -> float:
    """Write the provenance line; returns where the space above it ends."""
    height = lines_of(provenance, across, TEXT_POINTS) * LINE_INCHES
    box = Box(_EDGE, slide_height - height - 0.2, across, height)
    add_words(slide, box, [[Run(provenance, TEXT_POINTS, theme.MUTED)]], name="Provenance")
    return box.top - _GAP


def _add_panels(slide: Slide, card: Card, panels: list[Panel], box: Box) -> None:
    """Headings, charts and, where several charts share it or no legend can say it, a key in words."""
    entries = key(card.figure)
    in_words = bool(entries) and (len(panels) > 1 or panels[0].categories_are_phases)
    box = _add_key(slide, entries, box) if in_words else box
    width = (box.width - _GAP * (len(panels) - 1)) / len(panels)
    texts = alternative_texts(card.alt, [(panel.title, panel.note) for panel in panels], card.provenance)
    headings = max(_heading_height(panel, width) for panel in panels)
    for place, panel in enumerate(panels):
        left = box.left + place * (width + _GAP)
        _add_heading(slide, panel, Box(left, box.top, width, headings))
        inside = Box(left, box.top + headings, width, box.height - headings)
        if panel.traces:
            add_chart(slide, card.figure, panel, inside, texts[place], legend=not in_words)
        elif panel.empty_message:
            words = [Run(panel.empty_message, TEXT_POINTS, theme.MUTED)]
            add_words(slide, inside, [words], align=PP_ALIGN.CENTER, middle=True)


def _add_key(slide: Slide, entries: list[tuple[str, str]], box: Box) -> Box:
    words = [Run(f"{text}     ", TEXT_POINTS, colour) for text, colour in entries]
    height = lines_of("".join(run.text for run in words), box.width, TEXT_POINTS) * LINE_INCHES
    add_words(slide, Box(box.left, box.top, box.width, height), [words], name="Key")
    return Box(box.left, box.top + height + _GAP / 2, box.width, box.height - height - _GAP / 2)


def _heading_height(panel: Panel, width: float) -> float:
    title = lines_of(panel.title, width, _HEADING_POINTS * 1.08) * LINE_INCHES * _HEADING_POINTS / TEXT_POINTS
    return title + lines_of(panel.note, width, TEXT_POINTS) * LINE_INCHES


def _add_heading(slide: Slide, panel: Panel, box: Box) -> None:
    title = [Run(panel.title, _HEADING_POINTS, theme.INK, bold=True)]
    note = [Run(panel.note, TEXT_POINTS, theme.MUTED)]
    paragraphs = [words for words in (title, note) if words[0].text]
    if paragraphs:
        add_words(slide, box, paragraphs, name="Heading")


def _choose_tables(
    card: Card, panels: int, across: float, room: float
) -> tuple[list[tuple[float, Sequence[LaidTable]]], list[Table]]:
    """Rows of tables that fit with their heights, numbers at risk before the main one; and what stays behind."""
    main = next((table for table in card.tables if table.key != "at_risk" and not table.behind), None)
    kinds = {
        "at_risk": [table for table in card.tables if table.key == "at_risk"],
        "main": [main] if main else [],
    }
    rows: list[tuple[float, Sequence[LaidTable]]] = []
    kept: list[Table] = []
    for kind, tables in kinds.items():
        for table in tables:
            row = _row(table, panels if kind == "at_risk" else 1, across)
            if row is not None and row[0] + _GAP <= room - (_LOWEST_CHART[kind] if panels else 0):
                rows.append(row)
                kept.append(table)
                room -= row[0] + _GAP
    return rows, [table for table in card.tables if table not in kept]


def _row(table: Table, panels: int, across: float) -> tuple[float, Sequence[LaidTable]] | None:
    """The table below the charts, in as many parts as there are panels where it has such parts."""
    for parts in (split_by_panel(table, panels), [table]):
        width = (across - _GAP * (len(parts) - 1)) / max(len(parts), 1)
        laid = [lay_table(part, width) for part in parts]
        fitting = [part for part in laid if part is not None]
        if laid and len(fitting) == len(laid):
            return max(part.height for part in fitting), fitting
    return None


def _notes(card: Card, left_out: list[Table]) -> str:
    workbook = "; ".join(table.title for table in left_out)
    parts = [
        card.finding,
        card.caption,
        card.methods,
        *card.notes,
        workbook and f"Tables that are in the workbook only: {workbook}.",
        card.provenance,
    ]
    return "\n\n".join(part for part in parts if part)
