"""Words and tables on a slide, measured beforehand so that nothing is cut or overlaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from iren_core.card import Table
from iren_core.export.native_charts import Box
from iren_core.figures import theme
from iren_core.figures.text import widest_word_px, width_px, wrapped

if TYPE_CHECKING:
    from pptx.slide import Slide

TEXT_POINTS = 12
LINE_INCHES = 0.2
_PADDING = 0.04
_BELOW_TITLE = 0.05
#: "No style, no grid": the table brings its own few fillings.
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


class Run(NamedTuple):
    """Words in one size (points) and hex colour."""

    text: str
    points: float
    colour: str
    bold: bool = False


@dataclass(frozen=True)
class LaidTable:
    """A table with the inches that its columns and rows take."""

    table: Table
    columns: list[float]
    rows: list[float]

    @property
    def height(self) -> float:
        """Inches of title and rows."""
        return LINE_INCHES + _BELOW_TITLE + sum(self.rows)


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


def lay_table(table: Table, across: float) -> LaidTable | None:
    """Columns as wide as their words where they fit, else narrowed; ``None`` when a word would be broken."""
    cells = _cells(table)
    columns = list(zip(*cells, strict=True))
    wanted = [max(width_px(cell, TEXT_POINTS) for cell in column) / 72 + 2.2 * _PADDING for column in columns]
    least = [
        max(widest_word_px(cell, TEXT_POINTS) for cell in column) / 72 + 2.2 * _PADDING for column in columns
    ]
    if sum(least) > across:
        return None
    spare = sum(wanted) - sum(least)
    share = min(1.0, (across - sum(least)) / spare) if spare else 0.0
    widths = [low + (high - low) * share for low, high in zip(least, wanted, strict=True)]
    return LaidTable(table, widths, [_row_height(row, widths) for row in cells])


def add_table(slide: Slide, laid: LaidTable, left: float, top: float) -> None:
    """A native table under its title."""
    width = sum(laid.columns)
    title = [Run(laid.table.title, TEXT_POINTS, theme.INK, bold=True)]
    add_words(slide, Box(left, top, width, LINE_INCHES), [title], name="Table title")
    cells = _cells(laid.table)
    place = (Inches(left), Inches(top + LINE_INCHES + _BELOW_TITLE), Inches(width), Inches(sum(laid.rows)))
    frame: Any = slide.shapes.add_table(len(cells), len(cells[0]), *place)
    frame.name = laid.table.title
    frame._element.nvGraphicFramePr.cNvPr.set("descr", laid.table.title)
    frame._element.graphic.graphicData.tbl.tblPr.find("{*}tableStyleId").text = _PLAIN_TABLE
    frame.table.horz_banding = False
    for number, inches in enumerate(laid.columns):
        frame.table.columns[number].width = Inches(inches)
    for number, (row, height) in enumerate(zip(cells, laid.rows, strict=True)):
        frame.table.rows[number].height = Inches(height)
        for column, text in enumerate(row):
            _fill_cell(frame.table.cell(number, column), text, header=number == 0)


def _cells(table: Table) -> list[list[str]]:
    """Header and rows as words."""
    return [
        [str(name) for name in table.shown.columns],
        *([str(cell) for cell in row] for row in table.shown.to_numpy()),
    ]


def _inches(column: Sequence[str], measure: Callable[[str, float], float]) -> float:
    return max(measure(cell, TEXT_POINTS) for cell in column) / 72 + 2.2 * _PADDING


def _row_height(row: list[str], widths: list[float]) -> float:
    inside = [width - 2 * _PADDING for width in widths]
    lines = max(max(lines_of(cell, width, TEXT_POINTS), 1) for cell, width in zip(row, inside, strict=True))
    return lines * LINE_INCHES + 0.05


def _fill_cell(cell: Any, text: str, *, header: bool) -> None:
    cell.margin_left = cell.margin_right = Inches(_PADDING)
    cell.margin_top = cell.margin_bottom = Inches(0.01)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    _add_runs(cell.text_frame.paragraphs[0], [Run(text, TEXT_POINTS, theme.INK)])
    if header:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(theme.GRID[1:])
    else:
        cell.fill.background()


def _add_runs(paragraph: Any, runs: Sequence[Run]) -> None:
    """Write the runs; an empty cell keeps their size too, else its row would be as high as 18 points ask for."""
    paragraph._p.get_or_add_endParaRPr().set("sz", str(round(runs[0].points * 100)))
    for words in runs:
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = words.text, Pt(words.points), words.bold
        run.font.color.rgb = RGBColor.from_string(words.colour[1:])
