"""Every picture of every page, on the sample, as slides: charts that PowerPoint draws, with the picture's numbers."""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

import pytest
from every_card import every_card, questions
from pptx import Presentation
from pptx.util import Pt
from validity import faults

from iren_core import Cohort
from iren_core.card import Card
from iren_core.export.looks import Shape
from iren_core.export.powerpoint import deck

pytestmark = pytest.mark.slow  # every picture twice, and each alone

#: Traces that a chart shows by other traces (a band by its limits), by a table, or in its key.
ELSEWHERE = {"band", "at_risk", "key"}
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def cards(sample: Cohort) -> dict[str, Card]:
    return every_card(sample)


@pytest.fixture(scope="module", params=["16:9", "4:3"])
def written(cards: dict[str, Card], request: pytest.FixtureRequest) -> bytes:
    shape: Shape = request.param
    return deck(list(cards.values()), shape=shape)


@pytest.fixture(scope="module")
def slides(cards: dict[str, Card]) -> dict[str, list[Any]]:
    """The slides of each card: that of the picture, and those of its table."""
    return {name: list(Presentation(BytesIO(deck([card]))).slides) for name, card in cards.items()}


def charts(card: Card, slides: list[Any]) -> list[list[Any]]:
    """The charts of each panel: one, but lanes of patients stand in several columns."""
    found = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    if found and any(panel.get("lanes") for panel in card.figure.layout.meta["panels"]):
        return [found]
    return [[chart] for chart in found]


def panels(card: Card) -> list[list[Any]]:
    """The traces of each panel that has any, read from the figure without the exporter's help."""
    found = []
    for panel in card.figure.layout.meta["panels"]:
        axes = (panel["xaxis"], panel["yaxis"])
        drawn = [
            trace
            for trace in card.figure.data
            if (trace.xaxis or "x", trace.yaxis or "y") == axes and trace.meta["role"] not in ELSEWHERE
        ]
        if drawn:
            found.append(drawn)
    return found


def numbers(values: Any) -> list[float]:
    return [float(value) for value in values if value is not None and not math.isnan(value)]


def in_charts(drawn: list[Any], part: str) -> list[float]:
    """Every number of this part of the charts (xVal, yVal, val, plus, minus)."""
    path = f".//{C}{part}//{C}pt/{C}v"
    return [float(value.text) for chart in drawn for value in chart._chartSpace.iterfind(path)]


def test_the_list_of_questions_is_not_empty():
    assert {"healing", "mortality", "recovery", "baseline"} <= set(questions())


def test_every_panel_of_every_picture_is_a_native_chart(cards: dict[str, Card], slides: dict[str, list[Any]]):
    lacking = [
        name
        for name, card in cards.items()
        if len(charts(card, slides[name])) != len(panels(card)) or not panels(card)
    ]
    assert lacking == []


def test_every_number_of_the_picture_is_in_the_chart(cards: dict[str, Card], slides: dict[str, list[Any]]):
    lost = []
    for name, card in cards.items():
        for group, traces in zip(charts(card, slides[name]), panels(card), strict=True):
            by_category = bool(group[0]._chartSpace.findall(f".//{C}cat"))
            heights = set(in_charts(group, "val" if by_category else "yVal"))
            places = set(in_charts(group, "xVal"))
            for trace in traces:
                drawn = [
                    (x, y)
                    for x, y in zip(trace.x, trace.y, strict=True)
                    if y is not None and not math.isnan(y)
                ]
                lost += [(name, trace.meta, y) for _, y in drawn if float(y) not in heights]
                if not by_category:
                    lost += [(name, trace.meta, x) for x, _ in drawn if float(x) not in places]
    assert lost == []


def test_every_whisker_of_the_picture_is_in_the_chart(cards: dict[str, Card], slides: dict[str, list[Any]]):
    lost = []
    for name, card in cards.items():
        for group, traces in zip(charts(card, slides[name]), panels(card), strict=True):
            for trace in traces:
                up, along = trace.error_y, trace.error_x
                if up.array is not None:
                    lost += [(name, e) for e in numbers(up.array) if e not in in_charts(group, "plus")]
                    lost += [(name, e) for e in numbers(up.arrayminus) if e not in in_charts(group, "minus")]
                if along.array is not None:  # intervals of a forest are lines from end to end
                    ends = in_charts(group, "xVal")
                    wanted = [
                        end
                        for x, less, more in zip(trace.x, along.arrayminus, along.array, strict=True)
                        if not math.isnan(less)
                        for end in (float(x - less), float(x + more))
                    ]
                    lost += [(name, end) for end in wanted if end not in ends]
    assert lost == []


def test_every_table_on_slides_is_the_card_s_own(cards: dict[str, Card], slides: dict[str, list[Any]]):
    for name, card in cards.items():
        shown = {tuple(str(cell) for cell in row) for table in card.tables for row in table.shown.to_numpy()}
        ends = {
            row[1:] for row in shown
        }  # numbers at risk lie under their panel, which their first column names
        main = next((table for table in card.tables if table.key != "at_risk" and not table.behind), None)
        frames = [shape.table for slide in slides[name] for shape in slide.shapes if shape.has_table]
        on_slides = {
            tuple(cell.text for cell in row.cells) for frame in frames for row in list(frame.rows)[1:]
        }
        assert on_slides <= shown | ends, name
        notes = slides[name][0].notes_slide.notes_text_frame.text
        if main is not None:
            rows = {tuple(str(cell) for cell in row) for row in main.shown.to_numpy()}
            assert rows <= on_slides or f"workbook only: {main.title}" in notes, name


def test_the_finding_is_told_whole(cards: dict[str, Card], slides: dict[str, list[Any]]):
    for name, card in cards.items():
        notes = slides[name][0].notes_slide.notes_text_frame.text
        for part in (card.finding, card.caption, card.methods, card.provenance, *card.notes):
            assert part in notes, name


def test_powerpoint_has_nothing_to_repair(written: bytes):
    assert faults(written) == []


def test_nothing_overlaps_or_leaves_the_slide(written: bytes):
    presentation = Presentation(BytesIO(written))
    wrong = []
    for number, slide in enumerate(presentation.slides, start=1):
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height, s.name) for s in slide.shapes]
        for place, (left, top, right, bottom, name) in enumerate(boxes):
            if left < 0 or top < 0 or right > presentation.slide_width or bottom > presentation.slide_height:
                wrong.append(f"{number}: {name} leaves the slide")
            for other in boxes[place + 1 :]:
                if right > other[0] and other[2] > left and bottom > other[1] and other[3] > top:
                    wrong.append(f"{number}: {name} on {other[4]}")
    assert wrong == []


def test_titles_are_short_and_charts_have_room(written: bytes):
    presentation = Presentation(BytesIO(written))
    for number, slide in enumerate(presentation.slides, start=1):
        title = slide.shapes.title
        assert title.text_frame.paragraphs[0].runs[0].font.size >= Pt(14), number
        assert title.height <= presentation.slide_height * 0.16, f"{number}: {title.text_frame.text}"
        n_charts = sum(shape.has_chart for shape in slide.shapes)
        least = 0.2 if n_charts <= 4 else 0.14  # all markers stand in two rows
        for shape in slide.shapes:
            if shape.has_chart:
                assert shape.height >= presentation.slide_height * least, f"{number}: {shape.name}"
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr"), number
