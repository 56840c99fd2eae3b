"""Cards as a report in Word: methods, results with tables and figures, and a checklist, in the layout of a journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from iren_core.card import Card, Table
from iren_core.errors import CohortError
from iren_core.export.archive import timeless
from iren_core.export.clean import clean_card
from iren_core.export.images import TWO_COLUMNS, NoBrowser, draw
from iren_core.export.report import (
    WORDS,
    Language,
    checklist,
    finding_of,
    general_methods,
    methods_in_common,
    title_of,
)
from iren_core.figures.text import bound, widest_word_px, width_px

if TYPE_CHECKING:
    from docx.document import Document

#: A4 with the width of two journal columns between the margins.
_PAGE_MM, _EDGE_MM, _MM_PER_INCH = (210, 297), 18, 25.4
_FONT, _CHINESE_FONT = "Times New Roman", "SimSun"
#: Styles of our own, so that an author can restyle all tables at once.
_TABLE_TEXT, _TABLE_HEAD, _NOTE = "Table text", "Table head", "Table note"
_TEXT_POINTS, _TABLE_POINTS, _NOTE_POINTS = 10.5, 8.5, 8
#: Thickness of the rules of a table in eighths of a point: above and below, and under the head.
_OUTER_RULE, _INNER_RULE = 8, 4
_LONGEST_TABLE = 80
#: A column is at most so wide in proportion to the others; longer text wraps.
_WIDEST_COLUMN_MM = 48.0
#: The white on both sides of a cell, and how short a text is kept in one line.
_CELL_EDGES_MM, _UNBROKEN = 2.2, 9
#: Bold letters are wider than those that are measured.
_BOLD = 1.08
_TALLEST_FIGURE_MM = 220
_DONE, _OPEN = "☒", "☐"


def document(cards: Sequence[Card], *, language: Language = "English") -> bytes:
    """A docx with one section for each card; the same cards give the same bytes where no picture is drawn.

    Figures are PNG of 600 dpi where a browser is found on this machine; else charts that Word draws from a data sheet
    within the file, and a sentence in the caption says so. In Chinese, headings, methods and checklist are Chinese and
    the report says what remains English.

    Raises
    ------
    CohortError
        when there is no card.
    """
    if not cards:
        raise CohortError(
            "A report was asked for.", "There is no answer to put in it.", "Open a question first."
        )
    report = _Report(language)
    cards = [clean_card(card) for card in cards]
    report.front(cards)
    report.methods(cards)
    report.heading(report.words["results"], 1)
    for card in cards:
        report.card(card)
    report.checklist(cards)
    return report.saved()


class _Report:
    """The document as it grows; counts figures and tables."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.words = WORDS[language]
        self.document = _blank(language)
        self.figures = self.tables = 0

    def saved(self) -> bytes:
        written = BytesIO()
        self.document.save(written)
        return timeless(written.getvalue())

    def heading(self, text: str, level: int) -> None:
        self.document.add_heading(text, level)

    def paragraph(self, text: str, *, style: str | None = None) -> Any:
        return self.document.add_paragraph(text, style=style)

    def small(self, text: str) -> None:
        self.paragraph(text, style=_NOTE)

    def front(self, cards: Sequence[Card]) -> None:
        self.document.add_heading(self.words["title"], 0)
        self.heading(self.words["about"], 1)
        for line in dict.fromkeys(card.provenance for card in cards):
            self.paragraph(line, style="List Bullet")
        if self.words["remains"]:
            self.paragraph(self.words["remains"])
        self.heading(self.words["summary"], 1)
        for card in cards:
            self.finding(card)

    def title(self, card: Card) -> str:
        """The title, with the patients where they were selected: the same question may be asked of several groups."""
        selection = card.origin.selection if card.origin else None
        title = title_of(card, self.language)
        return f"{title} ({selection})" if selection else title

    def methods(self, cards: Sequence[Card]) -> None:
        self.heading(self.words["methods"], 1)
        self.paragraph(_joined(general_methods(cards, self.language), self.language))
        for said in methods_in_common(cards, self.language):
            paragraph = self.paragraph("")
            paragraph.add_run(f"{_ended('; '.join(said.titles))} ").bold = True
            paragraph.add_run(_joined(said.common, self.language))
            for figures, sentences in said.of_some.items():  # every card has one figure
                paragraph = self.paragraph("")
                name = self.words["figure" if len(figures) == 1 else "figures"]
                paragraph.add_run(f"{name} {', '.join(map(str, figures))}: ").italic = True
                paragraph.add_run(_joined(sentences, self.language))

    def card(self, card: Card) -> None:
        self.heading(self.title(card), 2)
        self.finding(card)
        self.figure(card)
        for table in card.tables:
            if not table.behind and not table.shown.empty:
                self.table(card, table)
        if card.notes:
            self.paragraph("").add_run(self.words["care"]).bold = True
            for note in card.notes:
                self.paragraph(note, style="List Bullet")
        self.small(f"{self.words['provenance']}: {card.provenance}")

    def finding(self, card: Card) -> None:
        """The finding; where it has Chinese words, these come first and the English ones stay beside them."""
        if self.language == "中文" and (chinese := finding_of(card)):
            self.paragraph(chinese)
        self.paragraph(card.finding)

    def figure(self, card: Card) -> None:
        self.figures += 1
        otherwise: list[str] = []
        try:
            self._place(draw(card.figure, "png", TWO_COLUMNS), card)
        except NoBrowser:
            otherwise = self._charts(card)
        caption = self.paragraph("")
        caption.add_run(f"{self.words['figure']} {self.figures}. {_ended(self.title(card))} ").bold = True
        caption.add_run(" ".join([card.caption, *otherwise]))
        for table in card.tables if otherwise else ():
            if table.key == "at_risk" and table.behind:  # the picture has it under its axis
                self.table(card, table)

    def _charts(self, card: Card) -> list[str]:
        """Charts that Word draws, where no browser draws the picture; what they show otherwise than it does."""
        from iren_core.export.native_charts import differences  # noqa: PLC0415 - see _blank
        from iren_core.export.word_charts import add_charts  # noqa: PLC0415

        panels = add_charts(self.document, card, TWO_COLUMNS.mm)
        return [*differences(card.figure, panels), self.words["native"]]

    def _place(self, picture: bytes, card: Card) -> None:
        from docx.shared import Mm  # noqa: PLC0415 - see _blank

        height = card.figure.layout.height or 560
        width_mm = min(TWO_COLUMNS.mm, _TALLEST_FIGURE_MM * TWO_COLUMNS.px / height)
        shape = self.document.add_picture(BytesIO(picture), width=Mm(width_mm))
        shape._inline.docPr.set("descr", card.alt)
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def table(self, card: Card, table: Table) -> None:
        self.tables += 1
        caption = self.paragraph("")
        caption.add_run(f"{self.words['table']} {self.tables}. ").bold = True
        caption.add_run(table.title)
        caption.paragraph_format.keep_with_next = True
        rows = len(table.shown)
        if rows > _LONGEST_TABLE:
            self.paragraph(self.words["long"].format(rows=rows, sheet=f"{card.key} {table.key}"[:31]))
            return
        cells = [[str(cell) for cell in row] for row in table.shown.itertuples(index=False, name=None)]
        _add_table(self.document, [str(name) for name in table.shown.columns], cells)
        self.small(table.note)

    def checklist(self, cards: Sequence[Card]) -> None:
        self.heading(self.words["checklist"], 1)
        self.paragraph(self.words["checklist_note"])
        rows = [
            [item.number, item.asked, _DONE if item.done else _OPEN, item.where]
            for item in checklist(cards, self.language)
        ]
        _add_table(self.document, [self.words[name] for name in ("item", "asked", "done", "where")], rows)


def _ended(title: str) -> str:
    return title if title.endswith(("?", "？")) else f"{title}."


def _blank(language: Language) -> Document:
    """An empty A4 document in the fonts of the report."""
    import docx  # noqa: PLC0415 - slow to import, and needed by this download only
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415

    blank = docx.Document()
    page = blank.sections[0]
    page.page_width, page.page_height = (Mm(side) for side in _PAGE_MM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_EDGE_MM)
    normal = blank.styles["Normal"]
    normal.font.size = Pt(_TEXT_POINTS)
    normal.paragraph_format.space_after = Pt(6)
    for name in ("Normal", "Title", *(f"Heading {level}" for level in (1, 2))):
        style = blank.styles[name]
        _set_font(style)
        style.font.color.rgb = RGBColor(0, 0, 0)
    blank.styles["Title"].font.size = Pt(18)
    for name, points, bold in (
        (_TABLE_TEXT, _TABLE_POINTS, False),
        (_TABLE_HEAD, _TABLE_POINTS, True),
        (_NOTE, _NOTE_POINTS, False),
    ):
        style = blank.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size, style.font.bold = Pt(points), bold
        if name != _NOTE:
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
    blank.core_properties.title = WORDS[language]["title"]
    blank.core_properties.author = "irEN cohort explorer"
    blank.core_properties.language = "zh-CN" if language == "中文" else "en-GB"
    return blank


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 - see _blank

    style.font.name = _FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _FONT)
    fonts.set(qn("w:eastAsia"), _CHINESE_FONT)


def _add_table(document: Document, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with rules above, under the head and below, and no others; the head repeats on every page."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - see _blank
    from docx.oxml.parser import OxmlElement  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    text_style, head_style = document.styles[_TABLE_TEXT], document.styles[_TABLE_HEAD]
    lines = [[bound(text) for text in line] for line in (head, *rows)]
    widths = [Mm(width) for width in _widths_mm(lines)]
    table = document.add_table(rows=0, cols=len(head))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    properties = table._tbl.tblPr  # the schema of Word wants borders, layout, margins, look in this order
    properties.find(qn("w:tblLayout")).addprevious(
        _rules("tblBorders", {"top": _OUTER_RULE, "bottom": _OUTER_RULE})
    )
    properties.find(qn("w:tblLook")).addprevious(_margins())
    for place, words in enumerate(lines):
        line = table.add_row()
        row_properties = line._tr.get_or_add_trPr()
        row_properties.append(OxmlElement("w:cantSplit"))
        for cell, text, width in zip(line.cells, words, widths, strict=True):
            _write_cell(cell, text, head_style if place == 0 else text_style)
            cell.width = width
            if place == 0:
                cell._tc.get_or_add_tcPr().append(_rules("tcBorders", {"bottom": _INNER_RULE}))
        if place == 0:
            repeats = OxmlElement("w:tblHeader")
            repeats.set(qn("w:val"), "true")
            row_properties.append(repeats)


def _widths_mm(lines: Sequence[Sequence[str]]) -> list[float]:
    """The width of each column, by its longest word and its longest text; together that of the page."""
    least, wanted = [], []
    for head, *texts in zip(*lines, strict=True):
        longest_word = max(_word_mm(head) * _BOLD, *(_word_mm(text) for text in texts), 0.0)
        longest = max(_text_mm(head) * _BOLD, *(_text_mm(text) for text in texts), 0.0)
        least.append(longest_word + _CELL_EDGES_MM)
        wanted.append(max(longest_word, min(longest, _WIDEST_COLUMN_MM)) + _CELL_EDGES_MM)
    across = _PAGE_MM[0] - 2 * _EDGE_MM
    if sum(least) > across:
        return _cut_down(least, across)
    missing = [more - less for more, less in zip(wanted, least, strict=True)]
    if sum(wanted) <= across:
        return [across * one / sum(wanted) for one in wanted]
    share = (across - sum(least)) / sum(missing)
    return [less + share * more for less, more in zip(least, missing, strict=True)]


def _cut_down(widths: Sequence[float], across: float) -> list[float]:
    """The widths with the widest cut to a common one, so that together they fit; narrow columns stay as they are."""
    left, cut = across, 0.0
    for rank, width in enumerate(sorted(widths)):
        cut = left / (len(widths) - rank)
        if width > cut:
            break
        left -= width
    return [min(width, cut) for width in widths]


def _text_mm(text: str) -> float:
    """Width of a text of the table in one line."""
    return width_px(text, _TABLE_POINTS) / 72 * _MM_PER_INCH


def _word_mm(text: str) -> float:
    """Width of what is not broken: the longest word, a short text as a whole."""
    return (
        _text_mm(text) if len(text) <= _UNBROKEN else widest_word_px(text, _TABLE_POINTS) / 72 * _MM_PER_INCH
    )


def _write_cell(cell: Any, text: str, style: Any) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text)


def _margins() -> Any:
    """White on the left and right of each cell."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - see _blank
    from docx.oxml.parser import OxmlElement  # noqa: PLC0415

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(_CELL_EDGES_MM / 2 / _MM_PER_INCH * 1440)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def _rules(name: str, edges: dict[str, int]) -> Any:
    """Rules of a table or a cell by edge, in eighths of a point."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - see _blank
    from docx.oxml.parser import OxmlElement  # noqa: PLC0415

    borders = OxmlElement(f"w:{name}")
    for edge, eighths in edges.items():
        rule = OxmlElement(f"w:{edge}")
        for attribute, value in (
            ("val", "single"),
            ("sz", str(eighths)),
            ("space", "0"),
            ("color", "000000"),
        ):
            rule.set(qn(f"w:{attribute}"), value)
        borders.append(rule)
    return borders


def _joined(sentences: Iterable[str], language: Language) -> str:
    return ("" if language == "中文" else " ").join(sentences)
