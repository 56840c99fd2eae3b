"""Words and tables on a slide, measured beforehand so that nothing is cut or overlaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Inches, Pt

from iren_core.card import Table
from iren_core.export.native_charts import Box
from iren_core.figures import theme
from iren_core.figures.text import bound, widest_word_px, width_px, wrapped

if TYPE_CHECKING:
    from pptx.slide import Slide

#: Letters that matter can be read from the back of a room; a table that is too wide for them may have the next size.
TEXT_POINTS = 14.0
DENSE_POINTS = 12.0
_LINE_HEIGHT = 1.2
_PADDING = 0.04
#: Height of a row beside that of its lines.
_ROW_EDGES = 0.05
_AT_RISK = "At risk"
_BELOW_TITLE = 0.05
#: "No style, no grid": the table brings its own few fillings.
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


class Run(NamedTuple):
    """Words in one size (points) and hex colour; ``None`` leaves colour or weight to the template."""

    text: str
    points: float
    colour: str | None
    bold: bool | None = False


@dataclass(frozen=True)
class LaidTable:
    """A table with the inches that its columns and rows take, the header among them, and the size of its letters."""

    table: Table
    columns: list[float]
    rows: list[float]
    points: float

    @property
    def height(self) -> float:
        """Inches of title and rows."""
        return self.title_height + sum(self.rows)

    @property
    def title_height(self) -> float:
        """Inches of the title; none where the table has none."""
        return line_inches(self.points) + _BELOW_TITLE if self.table.title else 0.0

    @property
    def breaks_cells(self) -> bool:
        """Whether a cell below the header needs more than one line."""
        return any(height > line_inches(self.points) + _ROW_EDGES for height in self.rows[1:])

    def pages(self, room: float) -> list[LaidTable]:
        """The table in parts no higher than ``room`` inches, each with the header; none when a row is higher."""
        header, *rows = self.rows
        most = room - self.title_height - header
        cuts, used = [0], 0.0
        for place, height in enumerate(rows):
            if height > most:
                return []
            if used + height > most:
                cuts, used = [*cuts, place], 0.0
            used += height
        ends = [*cuts[1:], len(rows)]
        return [
            replace(
                self,
                table=replace(self.table, shown=self.table.shown.iloc[start:end]),
                rows=[header, *rows[start:end]],
            )
            for start, end in zip(cuts, ends, strict=True)
        ]


def line_inches(points: float) -> float:
    """Height of a line of letters of this size."""
    return points * _LINE_HEIGHT / 72


def lines_of(text: str, inches: float, points: float) -> int:
    """Lines that the text takes; none for no text."""
    return len(wrapped(text, inches * 72, points)) if text else 0


def add_words(
    slide: Slide,
    box: Box,
    paragraphs: Sequence[Sequence[Run]],
    *,
    name: str = "Words",
    align: Any = PP_ALIGN.LEFT,
    middle: bool = False,
) -> None:
    """A text box with these paragraphs."""
    shape = slide.shapes.add_textbox(Emu(0), Emu(0), Emu(0), Emu(0))
    shape.name = name
    write(shape, box, paragraphs, align=align, middle=middle)


def write(
    shape: Any,
    box: Box,
    paragraphs: Sequence[Sequence[Run]],
    *,
    align: Any = PP_ALIGN.LEFT,
    middle: bool = False,
) -> None:
    """Put the shape in its place and fill it with these paragraphs."""
    shape.left, shape.top = Inches(box.left), Inches(box.top)
    shape.width, shape.height = Inches(box.width), Inches(box.height)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    for number, runs in enumerate(paragraphs):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.alignment = align
        _add_runs(paragraph, runs)


def split_by_panel(table: Table, panels: int) -> list[Table]:
    """The table in one part a panel when its first column names as many; otherwise nothing."""
    shown = table.shown
    if panels < 2 or not len(shown.columns) or shown.iloc[:, 0].nunique() != panels:
        return []
    names = shown.iloc[:, 0].unique()
    return [
        replace(table, title=f"{table.title}, {name}", shown=shown[shown.iloc[:, 0] == name].iloc[:, 1:])
        for name in names
    ]


def at_risk_by_day(table: Table) -> Table:
    """The same table with “Day 7” written as “7”, and its title in the head of the first column."""
    names = [str(name) for name in table.shown.columns]
    days = [name for name in names if re.fullmatch(r"Day \S+", name)]
    if not days:
        return table
    shown = table.shown.set_axis(
        [name.removeprefix("Day ") if name in days else name for name in names], axis=1
    )
    first = f"{_AT_RISK} on day"
    return replace(
        table, title="", shown=shown.rename(columns={names[0]: first}) if first not in names else shown
    )


def lay_table(table: Table, across: float, points: float) -> LaidTable | None:
    """Columns as wide as their words where they fit, else narrowed; ``None`` when a word would be broken."""
    cells = _cells(table)
    columns = list(zip(*cells, strict=True))
    wanted = [_inches(column, points, width_px) for column in columns]
    whole = [[_bound(cell) for cell in column] for column in columns]
    least = [_inches(column, points, widest_word_px) for column in whole]
    if sum(least) > across:
        least = [_inches(column, points, widest_word_px) for column in columns]
    if sum(least) > across:
        return None
    counted = [place for place, column in enumerate(columns) if column[0].isdigit()]
    for each in (wanted, least):
        widest = max((each[place] for place in counted), default=0.0)
        for place in counted:
            each[place] = widest
    spare = sum(wanted) - sum(least)
    share = min(1.0, (across - sum(least)) / spare) if spare else 0.0
    widths = [low + (high - low) * share for low, high in zip(least, wanted, strict=True)]
    return LaidTable(table, widths, [_row_height(row, widths, points) for row in cells], points)


def add_table(slide: Slide, laid: LaidTable, left: float, top: float, title_width: float = 0.0) -> None:
    """A native table under its title, which may be wider than the table."""
    width = sum(laid.columns)
    if laid.table.title:
        title = [Run(laid.table.title, laid.points, theme.INK, bold=True)]
        place = Box(left, top, max(width, title_width), line_inches(laid.points))
        add_words(slide, place, [title], name="Table title")
    cells = _cells(laid.table)
    corners = (Inches(left), Inches(top + laid.title_height), Inches(width), Inches(sum(laid.rows)))
    frame: Any = slide.shapes.add_table(len(cells), len(cells[0]), *corners)
    frame.name = laid.table.title or _AT_RISK
    frame._element.nvGraphicFramePr.cNvPr.set("descr", frame.name)
    frame._element.graphic.graphicData.tbl.tblPr.find("{*}tableStyleId").text = _PLAIN_TABLE
    frame.table.horz_banding = False
    for number, inches in enumerate(laid.columns):
        frame.table.columns[number].width = Inches(inches)
    for number, (row, height) in enumerate(zip(cells, laid.rows, strict=True)):
        frame.table.rows[number].height = Inches(height)
        line = frame.table.rows[number]._tr
        for old, text in zip(line.tc_lst, row, strict=True):
            line.replace(old, _cell(text, laid.points, header=number == 0))


def _cells(table: Table) -> list[list[str]]:
    """Header and rows as words."""
    return [
        [str(name) for name in table.shown.columns],
        *([str(cell) for cell in row] for row in table.shown.to_numpy()),
    ]


def _inches(column: Sequence[str], points: float, measure: Callable[[str, float], float]) -> float:
    return max(measure(cell, points) for cell in column) / 72 + 2.2 * _PADDING


def _row_height(row: list[str], widths: list[float], points: float) -> float:
    inside = [width - 2 * _PADDING for width in widths]
    lines = max(max(lines_of(cell, width, points), 1) for cell, width in zip(row, inside, strict=True))
    return lines * line_inches(points) + _ROW_EDGES


def _bound(cell: str) -> str:
    """The words of a cell where it is better not broken, as "> 0.999" and "(n = 14)"."""
    return re.sub(r"^([<>]) ", "\\1\u00a0", bound(cell))


def _cell(text: str, points: float, *, header: bool) -> Any:
    """A cell of a table, parsed as a whole: python-pptx takes many times as long to set it part by part."""
    letters = f'sz="{round(points * 100)}" b="0"'
    ink = f'<a:solidFill><a:srgbClr val="{theme.INK[1:].upper()}"/></a:solidFill>'
    run = f"<a:r><a:rPr {letters}>{ink}</a:rPr><a:t/></a:r>" if text else ""
    paper = (
        f'<a:solidFill><a:srgbClr val="{theme.GRID[1:].upper()}"/></a:solidFill>' if header else "<a:noFill/>"
    )
    sides, ends = Inches(_PADDING), Inches(0.01)
    cell: Any = parse_xml(
        f"<a:tc {nsdecls('a')}><a:txBody><a:bodyPr/><a:lstStyle/><a:p>{run}<a:endParaRPr {letters}/></a:p></a:txBody>"
        f'<a:tcPr marL="{sides}" marR="{sides}" marT="{ends}" marB="{ends}" anchor="ctr">{paper}</a:tcPr></a:tc>'
    )
    for words in cell.txBody.p_lst[0].r_lst:
        words.text = text
    return cell


def _add_runs(paragraph: Any, runs: Sequence[Run]) -> None:
    """Write the runs; an empty cell keeps their size too, else its row would be as high as 18 points ask for.

    LibreOffice does not look at the size of a run without words.
    """
    paragraph._p.get_or_add_endParaRPr().set("sz", str(round(runs[0].points * 100)))
    for words in runs:
        if not words.text:
            continue
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = words.text, Pt(words.points), words.bold
        if words.colour:
            run.font.color.rgb = RGBColor.from_string(words.colour[1:])
