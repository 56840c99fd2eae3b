"""One card on slides: title, charts in a grid, tables, caption, footer, speaker notes; then its main table alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from pptx.enum.text import PP_ALIGN

from iren_core.card import Card, Table
from iren_core.export.alternatives import alternative_texts
from iren_core.export.ground import Ground, table_words
from iren_core.export.lanes import COLUMNS
from iren_core.export.native_charts import Box, Panel, add_chart, differences, key, panels_of
from iren_core.export.slide_parts import (
    DENSE_POINTS,
    TEXT_POINTS,
    LaidTable,
    Run,
    add_table,
    add_words,
    at_risk_by_day,
    lay_table,
    lines_of,
    split_by_panel,
    write,
)
from iren_core.figures import theme

if TYPE_CHECKING:
    from pptx.slide import Slide

_GAP, _APART = 0.12, 0.01
_FIXED_SPACE = "\u00a0"
_HEADING_POINTS = 16.0
_FOOTER_POINTS = 10.0
#: A title shrinks through these sizes until it takes two lines at most, without its brackets if it must.
_TITLE_POINTS = (24.0, 22.0, 20.0)
_SMALL_TITLE_POINTS = (18.0, 16.0, 14.0)
_TITLE_LINES = 2
#: Bold letters are wider than those that were measured.
_BOLD = 1.06
_LINE_HEIGHT = 1.22
#: Share of its width that a row of a key is reckoned to hold: its wide spaces are wider in some programs.
_KEY_WIDTH = 0.96
#: A full stop, but not that of "vs.", "e.g." or "St.", which follows one or two letters; these may end a sentence where
#: they are capitals ("HR."), Greek ("TNF-α.") or a unit ("mg/L.").
_SENTENCE_END = re.compile(r"(?:\w{3}|[A-Z]{2}|/\w{1,2}|°C|\bkg|[\d\u0370-\u03ff)%”])[.?!]\s+")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
#: Inches a chart keeps when the numbers at risk, and when the main table, ask for room; and what a row of words along
#: its upright axis takes, with the room for all else.
_LOWEST_CHART = {"at_risk": 2.9, "main": 3.4}
_LOWEST_OF_SEVERAL = 2.75
_WORD_ROW, _AROUND_WORD_ROWS = 0.17, 1.4
_NARROWEST_PANEL, _WIDE_PANEL = 2.9, 4.6
#: Panels of curves, with their numbers at risk, that one slide holds in letters that can be read.
_MOST_CURVES = 3
#: Rows of panels of a slide.
_MOST_PANEL_ROWS = 2
#: Slides that one table may fill; a longer one is for the workbook.
_MOST_TABLE_SLIDES = 3


class _Sizes(NamedTuple):
    """Points of the words below the title (0 where they are left to the speaker notes) and of the caption."""

    below: float
    caption: float


#: From the best to the tightest.
_SIZES = (
    _Sizes(TEXT_POINTS, DENSE_POINTS),
    _Sizes(DENSE_POINTS, DENSE_POINTS),
    _Sizes(DENSE_POINTS, _FOOTER_POINTS),
    _Sizes(0.0, _FOOTER_POINTS),
)
#: The letters of a table that has a slide to itself: large where every cell keeps to one line.
_LARGE_POINTS, _PAGES_POINTS = (20.0, 18.0, 16.0), (TEXT_POINTS, DENSE_POINTS)
_CARE = "Read with care"


class _Title(NamedTuple):
    """The first sentence in letters of some size, and what stands below it."""

    text: str
    points: float
    below: str


class _Foot(NamedTuple):
    """The words at the bottom of a slide, from top to bottom; empty for none."""

    warning: str
    caption: str
    provenance: str


def add_slides(ground: Ground, card: Card) -> None:
    """Put the card on a new last slide, and on the next what has no room there: further panels, its main table."""
    drawn = panels_of(card.figure)
    caption = _caption(card, drawn)
    parts = _by_slide(card, drawn, ground.room)
    slides: list[Slide] = []
    left_out: list[Table] = []
    for part, panels in parts:
        slide, behind = _add_picture(ground, part, panels, caption)
        slides.append(slide)
        left_out += [table for table in behind if table.title not in {one.title for one in left_out}]
    shown = (
        []
        if (main := _main_table(card)) is None or main not in left_out
        else _add_table_slides(ground, card, main)
    )
    for slide in slides:
        _add_notes(slide, card, caption, [table for table in left_out if table not in shown])


def _by_slide(card: Card, panels: list[Panel], room: Box) -> list[tuple[Card, list[Panel]]]:
    """The panels of each slide, with what of the card stands beside them.

    All stand on one, but lanes and more than a few panels of curves stand two at a time, curves with their own
    numbers at risk, and panels that would fill more than two rows in two halves.
    """
    curves = any(trace.meta["role"] == "at_risk" for trace in card.figure.data)
    if not panels:
        return [(card, panels)]
    if panels[0].lanes or (curves and len(panels) > _MOST_CURVES):
        at_once = COLUMNS
    else:
        at_once = ceil(len(panels) / (1 if _rows_of(panels, room) <= _MOST_PANEL_ROWS else 2))
    starts = range(0, len(panels), at_once)
    if len(starts) == 1:
        return [(card, panels)]
    return [
        (
            replace(
                card,
                finding=f"{card.title} ({number} of {len(starts)})" if start else card.finding,
                tables=_tables_beside(card, len(panels), slice(start, start + at_once)),
            ),
            panels[start : start + at_once],
        )
        for number, start in enumerate(starts, start=1)
    ]


def _tables_beside(card: Card, n_panels: int, places: slice) -> tuple[Table, ...]:
    """The tables, the numbers at risk of these panels only; on further slides these alone."""
    at_risk = []
    for table in card.tables:
        names = table.shown.iloc[:, 0] if len(table.shown.columns) else pd.Series(dtype=str)
        if table.key == "at_risk" and names.nunique() == n_panels:
            rows = names.isin(names.unique()[places])
            at_risk.append(replace(table, shown=table.shown[rows]))
    return (*at_risk, *(() if places.start else (one for one in card.tables if one.key != "at_risk")))


def _add_picture(ground: Ground, card: Card, panels: list[Panel], caption: str) -> tuple[Slide, list[Table]]:
    """A new last slide with the panels, and the tables that stay behind for want of room."""
    slide = ground.add_slide()
    room = ground.room
    sizes = _sizes_that_fit(card, caption, panels, room)
    top = _add_title(slide, card.finding, room, sizes.below, own=ground.own_title)
    bottom = _add_foot(slide, _Foot(card.warning, caption, card.provenance), room, sizes.caption)
    body = Box(room.left, top, room.width, bottom - top)
    rows, left_out = _choose_tables(card, panels, body)
    tables_top = bottom - sum(row[0] + _GAP for row in rows) if panels else top
    if panels:
        _add_panels(ground, slide, card, panels, Box(body.left, top, body.width, tables_top - top))
    for row_height, tables in rows:
        width = (body.width + _GAP) / len(tables)
        for place, table in enumerate(tables):
            add_table(slide, table, body.left + place * width, tables_top, width - _GAP)
        tables_top += row_height + _GAP
    ground.dress(slide._element)
    return slide, left_out


def _caption(card: Card, panels: Sequence[Panel]) -> str:
    """The card's caption, and what the charts of the slide draw otherwise than its picture."""
    return " ".join([card.caption, *differences(card.figure, panels)])


def _sizes_that_fit(card: Card, caption: str, panels: Sequence[Panel], room: Box) -> _Sizes:
    """The largest letters around the charts that leave them their least height, and the numbers at risk theirs."""
    title = _title(card.finding, room.width)
    head = _height(title.text, room.width, title.points, _BOLD) + _GAP
    foot = _height(card.provenance, room.width, _FOOTER_POINTS) + _GAP
    foot += _height(card.warning, room.width, DENSE_POINTS) + (_GAP / 2 if card.warning else 0)
    needed = _lowest_chart(panels, room, "at_risk") if panels else 0.0
    for table in card.tables if panels else ():
        if table.key == "at_risk" and (row := _row(table, panels, room.width, room.height)):
            needed += row[0] + _GAP
    for sizes in _SIZES:
        words = _height(title.below, room.width, sizes.below) + _height(caption, room.width, sizes.caption)
        if head + words + needed + foot <= room.height:
            return sizes
    return _SIZES[-1]


def _main_table(card: Card) -> Table | None:
    return next((table for table in card.tables if table.key != "at_risk" and not table.behind), None)


def _add_title(slide: Slide, finding: str, room: Box, points: float, *, own: bool) -> float:
    """Write the finding, its first sentence as the title and the rest in ``points`` (0: left to the notes).

    Returns where the space below it begins.
    """
    title = _title(finding, room.width)
    box = Box(room.left, room.top, room.width, _height(title.text, room.width, title.points, _BOLD))
    words = [Run(title.text, title.points, None if own else theme.INK, bold=None if own else True)]
    if slide.shapes.title is None:
        add_words(slide, box, [words], name="Title")
    else:
        write(slide.shapes.title, box, [words])
    below = box.top + box.height + _GAP
    if not title.below or not points:
        return below
    height = _height(title.below, room.width, points)
    words = [Run(title.below, points, theme.INK)]
    add_words(slide, Box(room.left, below - _GAP / 2, room.width, height), [words], name="Finding")
    return below + height + _GAP / 2


def _title(finding: str, across: float) -> _Title:
    """The first sentence; where it is long, without its brackets, and then the whole finding stands below it."""
    first, rest = _first_sentence(finding)
    short = first
    while (shorter := _BRACKETS.sub("", short)) != short:
        short = shorter
    for text, below, sizes in (
        (first, rest, _TITLE_POINTS),
        (short, finding, _TITLE_POINTS),
        (short, rest if short == first else finding, _SMALL_TITLE_POINTS),
    ):
        for size in sizes:
            if lines_of(text, across, size * _BOLD) <= _TITLE_LINES:
                return _Title(text, size, below)
    return _Title(first, _SMALL_TITLE_POINTS[-1], rest)


def _first_sentence(finding: str) -> tuple[str, str]:
    """The first sentence and all others; a full stop in brackets ends none."""
    for end in _SENTENCE_END.finditer(finding):
        first, rest = finding[: end.end()].strip(), finding[end.end() :].strip()
        if first.count("(") == first.count(")") and rest:
            return first, rest
    return finding.strip(), ""


def _height(text: str, across: float, points: float, wider: float = 1.0) -> float:
    """Inches that the text takes; none in letters of no size."""
    return 0.0 if not points else lines_of(text, across, points * wider) * points * _LINE_HEIGHT / 72


def _add_foot(slide: Slide, foot: _Foot, room: Box, points: float) -> float:
    """Write the words of the foot at the bottom, the caption in ``points``.

    Returns where the space above them ends.
    """
    floor = room.top + room.height
    for text, size, colour, name in (
        (foot.provenance, _FOOTER_POINTS, theme.MUTED, "Provenance"),
        (foot.caption, points, theme.MUTED, "Caption"),
        (foot.warning, DENSE_POINTS, theme.INK, "Warning"),
    ):
        if text:
            height = _height(text, room.width, size)
            box = Box(room.left, floor - height, room.width, height)
            add_words(slide, box, [[Run(text, size, colour)]], name=name)
            floor = box.top - _GAP / 2
    return floor - _GAP / 2


def _add_panels(ground: Ground, slide: Slide, card: Card, panels: list[Panel], box: Box) -> None:
    """Headings, charts and, where several charts share it or no legend can say it, a key in words."""
    entries = key(card.figure)
    in_words = bool(entries) and (len(panels) > 1 or panels[0].key_in_words)
    box = _add_key(slide, entries, box) if in_words else box
    texts = alternative_texts(card.alt, [(panel.title, panel.note) for panel in panels], card.provenance)
    for place, (panel, cell) in enumerate(zip(panels, _cells(panels, box), strict=True)):
        heading = max(_heading_height(one, cell.width) for one in panels)
        _add_heading(slide, panel, Box(cell.left, cell.top, cell.width, heading - _APART))
        inside = Box(cell.left, cell.top + heading, cell.width, cell.height - heading)
        if panel.traces:
            chart = add_chart(slide, card.figure, panel, inside, texts[place], legend=not in_words)
            ground.dress(chart._chartSpace)
        elif panel.empty_message:
            words = [Run(panel.empty_message, TEXT_POINTS, theme.MUTED)]
            add_words(slide, inside, [words], align=PP_ALIGN.CENTER, middle=True)


def _cells(panels: Sequence[Panel], box: Box) -> list[Box]:
    """A place for each panel, row by row, in as few rows as leave every panel wide enough."""
    across = max(1, min(len(panels), int((box.width + _GAP) / (_NARROWEST_PANEL + _GAP))))
    rows = ceil(len(panels) / across)
    across = ceil(len(panels) / rows)
    width = (box.width - _GAP * (across - 1)) / across
    height = (box.height - _GAP * (rows - 1)) / rows
    return [
        Box(
            box.left + place % across * (width + _GAP),
            box.top + place // across * (height + _GAP),
            width,
            height,
        )
        for place in range(len(panels))
    ]


def _rows_of(panels: Sequence[Panel], box: Box) -> int:
    return len({cell.top for cell in _cells(panels, box)})


def _add_key(slide: Slide, entries: list[tuple[str, str]], box: Box) -> Box:
    words = [Run(f"{text.replace(' ', _FIXED_SPACE)}     ", TEXT_POINTS, colour) for text, colour in entries]
    height = _height("".join(run.text for run in words), box.width * _KEY_WIDTH, TEXT_POINTS)
    add_words(slide, Box(box.left, box.top, box.width, height), [words], name="Key")
    return Box(box.left, box.top + height + _GAP / 2, box.width, box.height - height - _GAP / 2)


def _heading_height(panel: Panel, width: float) -> float:
    return _height(panel.title, width, _HEADING_POINTS, _BOLD) + _height(
        panel.note, width, _note_points(width)
    )


def _note_points(width: float) -> float:
    return TEXT_POINTS if width >= _WIDE_PANEL else DENSE_POINTS


def _add_heading(slide: Slide, panel: Panel, box: Box) -> None:
    title = [Run(panel.title, _HEADING_POINTS, theme.INK, bold=True)]
    note = [Run(panel.note, _note_points(box.width), theme.MUTED)]
    paragraphs = [words for words in (title, note) if words[0].text]
    if paragraphs:
        add_words(slide, box, paragraphs, name="Heading")


def _choose_tables(
    card: Card, panels: Sequence[Panel], body: Box
) -> tuple[list[tuple[float, Sequence[LaidTable]]], list[Table]]:
    """Rows of tables that fit with their heights, numbers at risk before the main one; and what stays behind."""
    main = _main_table(card)
    kinds = {
        "at_risk": [table for table in card.tables if table.key == "at_risk"],
        "main": [main] if main else [],
    }
    room = body.height
    rows: list[tuple[float, Sequence[LaidTable]]] = []
    kept: list[Table] = []
    for kind, tables in kinds.items():
        least = _lowest_chart(panels, body, kind)
        for table in tables:
            row = _row(table, panels if kind == "at_risk" else (), body.width, room - least - _GAP)
            if row is not None:
                rows.append(row)
                kept.append(table)
                room -= row[0] + _GAP
    return rows, [table for table in card.tables if table not in kept]


def _lowest_chart(panels: Sequence[Panel], body: Box, kind: str) -> float:
    """Inches that the charts keep, with all their rows where they stand in several."""
    if not panels:
        return 0.0
    rows = _rows_of(panels, body)
    words = max(len(panel.y_words) or 2 * len(panel.rows) for panel in panels)
    one = max(_LOWEST_CHART[kind], words * _WORD_ROW + _AROUND_WORD_ROWS if words else 0.0)
    return one + (rows - 1) * _LOWEST_OF_SEVERAL


def _row(
    table: Table, panels: Sequence[Panel], across: float, room: float
) -> tuple[float, Sequence[LaidTable]] | None:
    """The table below the charts, in as many parts as there are panels where it has such parts."""
    for points in (TEXT_POINTS, DENSE_POINTS):
        for parts in (
            split_by_panel(table, len(panels)),
            [table],
        ):  # numbers at risk under their own panels first
            width = (across - _GAP * (len(parts) - 1)) / max(len(parts), 1)
            laid = [lay_table(at_risk_by_day(part), width, points) for part in parts]
            fitting = [part for part in laid if part is not None]
            if (
                laid
                and len(fitting) == len(laid)
                and (height := max(part.height for part in fitting)) <= room
            ):
                return height, fitting
    return None


def _add_table_slides(ground: Ground, card: Card, table: Table) -> list[Table]:
    """The table on slides of its own, in the largest letters that they hold; nothing when it is too long for that."""
    room = ground.room
    if table_words(table) in ground.tables:
        return [table]
    pages = _pages(card, table, room)
    for number, page in enumerate(pages, start=1):
        slide = ground.add_slide()
        place = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        top = _add_title(slide, f"{card.title}{place}", room, TEXT_POINTS, own=ground.own_title)
        bottom = _add_foot(slide, _Foot("", table.note, card.provenance), room, DENSE_POINTS)
        add_table(slide, page, room.left, top, room.width)
        if number == len(pages):
            top += page.height + 2 * _GAP
            _add_cautions(slide, card.notes, Box(room.left, top, room.width, bottom - top))
        _add_notes(slide, card, card.caption, [])
        ground.dress(slide._element)
    if not pages:
        return []
    ground.tables.add(table_words(table))
    return [table]


def _pages(card: Card, table: Table, room: Box) -> list[LaidTable]:
    """The table as the slides hold it, in the largest letters; none when there would be too many."""
    heading = _height(card.title, room.width, _TITLE_POINTS[0], _BOLD) + _GAP
    foot = _height(card.provenance, room.width, _FOOTER_POINTS) + _height(
        table.note, room.width, DENSE_POINTS
    )
    for most, sizes in ((1, _LARGE_POINTS), (1, _PAGES_POINTS), (_MOST_TABLE_SLIDES, _PAGES_POINTS)):
        for points in sizes:
            laid = lay_table(table, room.width, points)
            if laid is None or (sizes == _LARGE_POINTS and laid.breaks_cells):
                continue
            if 0 < len(pages := laid.pages(room.height - heading - foot - 2 * _GAP)) <= most:
                return pages
    return []


def _add_cautions(slide: Slide, cautions: Sequence[str], box: Box) -> None:
    """What a reader must bear in mind, as much of it as there is room for below a table; all of it is in the notes."""
    lines = [f"– {caution}" for caution in cautions]
    left = box.height - _height(_CARE, box.width, TEXT_POINTS)
    fits = sum(_height(line, box.width, TEXT_POINTS) for line in lines) <= left
    points = TEXT_POINTS if fits else DENSE_POINTS
    told = []
    for line in lines:
        height = _height(line, box.width, points)
        if height <= left:
            told.append([Run(line, points, theme.INK)])
            left -= height
    if told:
        paragraphs = [[Run(_CARE, TEXT_POINTS, theme.INK, bold=True)], *told]
        add_words(slide, Box(box.left, box.top, box.width, box.height - left), paragraphs, name="Cautions")


def _add_notes(slide: Slide, card: Card, caption: str, left_out: list[Table]) -> None:
    frame: Any = slide.notes_slide.notes_text_frame  # there is one on every page of notes that is made here
    frame.text = _notes(card, caption, left_out)


def _notes(card: Card, caption: str, left_out: list[Table]) -> str:
    workbook = "; ".join(table.title for table in left_out)
    parts = [
        card.finding,
        caption,
        card.methods,
        *card.notes,
        workbook and f"Tables that are in the workbook only: {workbook}.",
        card.provenance,
    ]
    return "\n\n".join(part for part in parts if part)
