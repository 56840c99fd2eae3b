"""Slides hold the figure's own numbers in charts that PowerPoint draws itself."""

from __future__ import annotations

import pickle
from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Inches, Pt

from iren_core.card import Card, Table
from iren_core.errors import CohortError, UnreadableFile
from iren_core.export.powerpoint import deck


def slides(*cards: Card, **settings: Any) -> list[Any]:
    return list(Presentation(BytesIO(deck(cards, **settings))).slides)


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def tables(slide: Any) -> list[list[list[str]]]:
    frames = [shape.table for shape in slide.shapes if shape.has_table]
    return [[[cell.text for cell in row.cells] for row in frame.rows] for frame in frames]


def words(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def points(series: Any) -> list[tuple[float, float]]:
    xs = [float(value.text) for value in series._element.findall("{*}xVal//{*}v")]
    return list(zip(xs, series.values, strict=True))


def sheet_rows(chart: Any) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return list(book.active.iter_rows(values_only=True))


def test_one_slide_for_each_card_with_the_finding_as_title(curve_card: Card, pair_card: Card) -> None:
    made = slides(curve_card, pair_card)
    assert [slide.shapes.title.text_frame.text for slide in made] == [curve_card.finding, pair_card.finding]


def test_the_first_sentence_is_the_title_and_the_others_stand_below_it(curve_card: Card) -> None:
    first = "Healing was sooner with A (9 vs. 14 days; see Fig. 2. Also p = 0.02; n = 9)."
    others = "It was not shown to differ in TEN. Nobody was lost."
    slide, *_ = slides(replace(curve_card, finding=f"{first} {others}"))
    assert slide.shapes.title.text_frame.text == first
    (below,) = [shape for shape in slide.shapes if shape.name == "Finding"]
    assert below.text_frame.text == others
    assert below.text_frame.paragraphs[0].runs[0].font.size == Pt(14)
    assert below.top >= slide.shapes.title.top + slide.shapes.title.height


@pytest.mark.parametrize(
    "end", ["TNF-α", "IFN-γ", "IL-6", "BMI", "by HR", "12 mg/L", "per µL/L", "39.1 °C", "1.2 g/kg"]
)
def test_a_sentence_may_end_with_a_greek_letter_capitals_or_a_unit(curve_card: Card, end: str) -> None:
    (slide,) = slides(replace(curve_card, finding=f"Acute v recovery, most changed {end}. Nobody was lost."))
    assert slide.shapes.title.text_frame.text == f"Acute v recovery, most changed {end}."


@pytest.mark.parametrize(
    "short", ["9 vs. 14 days", "with drugs, e.g. steroids", "at St. Olav", "of Li et al. 2020"]
)
def test_a_short_word_with_a_full_stop_ends_no_sentence(curve_card: Card, short: str) -> None:
    (slide,) = slides(replace(curve_card, finding=f"It was {short} then. Nobody was lost."))
    assert slide.shapes.title.text_frame.text == f"It was {short} then."


def test_cells_hold_their_words_letter_by_letter(curve_card: Card) -> None:
    cell = "p < 0.05 & “a” > 'b' ]]> 疗效 𝛼"
    shown = pd.DataFrame({"Effect & <more>": [cell, ""]})
    (slide,) = slides(replace(curve_card, tables=(Table("t", "Table", shown, shown),)))[:1]
    assert tables(slide) == [[["Effect & <more>"], [cell], [""]]]


@pytest.mark.parametrize(("words", "points"), [(5, 24), (24, 18), (200, 14)])
def test_a_longer_title_is_smaller(curve_card: Card, words: int, points: int) -> None:
    slide = slides(replace(curve_card, finding="median " * words))[0]
    run = slide.shapes.title.text_frame.paragraphs[0].runs[0]
    assert run.font.size == Pt(points)
    assert run.font.bold
    assert run.text == ("median " * words).strip()


def test_slides_are_sixteen_to_nine(curve_card: Card) -> None:
    presentation = Presentation(BytesIO(deck([curve_card])))
    assert presentation.slide_width / presentation.slide_height == pytest.approx(16 / 9, abs=1e-3)


def test_step_curves_come_corner_by_corner(curve_card: Card) -> None:
    chart = charts(slides(curve_card)[0])[0]
    assert chart.plots[0]._element.tag.endswith("}scatterChart")
    series = {series.name: points(series) for series in chart.plots[0].series}
    assert series["A"] == [
        (0, 0),
        (9, 0),
        (9, 0.25),
        (12, 0.25),
        (12, 0.5),
        (17, 0.5),
        (17, 0.75),
        (20, 0.75),
        (20, 0.75),
    ]
    assert series["A, low limit"][-3:] == [(12, 0.15), (17, 0.15), (17, 0.15)]
    assert series["A, high limit"][-3:] == [(12, 0.8), (17, 0.8), (17, 0.8)]
    assert series["A, follow-up ended"] == [(20, 0.75)]
    assert series["B"] == [(0, 0), (14, 0), (14, 0.4), (21, 0.4), (21, 1.0)]


def test_the_data_sheet_behind_a_chart_holds_the_same_numbers(curve_card: Card) -> None:
    chart = charts(slides(curve_card)[0])[0]
    in_chart = [point for series in chart.plots[0].series for point in points(series)]
    in_sheet = [
        row[:2] for row in sheet_rows(chart) if all(isinstance(cell, int | float) for cell in row[:2])
    ]
    assert in_sheet == in_chart


def test_the_legend_leaves_out_limits_and_marks(curve_card: Card, death_card: Card) -> None:
    one_panel = go.Figure(curve_card.figure)
    one_panel.layout.meta = {"panels": curve_card.figure.layout.meta["panels"][:1]}
    chart = charts(slides(replace(curve_card, figure=one_panel))[0])[0]
    hidden = {int(e.find("{*}idx").get("val")) for e in chart.legend._element.findall("{*}legendEntry")}
    assert [s.name for n, s in enumerate(chart.plots[0].series) if n not in hidden] == ["A", "B"]
    assert charts(slides(death_card)[0])[0].has_legend


def test_several_charts_share_a_key_in_the_colours_of_the_groups(curve_card: Card) -> None:
    slide = slides(curve_card)[0]
    (key,) = [shape for shape in slide.shapes if shape.name == "Key"]
    runs = key.text_frame.paragraphs[0].runs
    assert [(run.text.replace("\xa0", " ").strip(), run.font.color.theme_color) for run in runs] == [
        ("Solid: A", MSO_THEME_COLOR.ACCENT_1),
        ("Dashed: B", MSO_THEME_COLOR.ACCENT_2),
    ]
    assert not any(chart.has_legend for chart in charts(slide))


def test_axes_are_those_of_the_figure(curve_card: Card, pair_card: Card) -> None:
    curve_chart, pair_chart = charts(slides(curve_card)[0])[0], charts(slides(pair_card)[0])[0]
    across, up = curve_chart.category_axis, curve_chart.value_axis
    assert (across.minimum_scale, across.major_unit) == (0, 7)
    assert across.maximum_scale >= 21
    assert (up.minimum_scale, up.maximum_scale, up.major_unit) == (0, 1, 0.25)
    assert up.tick_labels.number_format == "0%"
    assert across.axis_title.text_frame.text == "Days since first dose"
    assert up.axis_title.text_frame.text == "Healed"
    assert pair_chart.value_axis._element.scaling.find("{*}logBase").get("val") == "10"
    assert pair_chart.value_axis.axis_title.text_frame.text == "CRP (mg/L)"


def test_panel_title_and_note_stand_above_the_chart(curve_card: Card) -> None:
    text = words(slides(curve_card)[0])
    assert "SJS\nlog-rank p = 0.02" in text
    assert "TEN" in text


def test_pairs_are_one_series_a_patient_without_identifiers(pair_card: Card) -> None:
    data = deck([pair_card])
    chart = charts(slides(pair_card)[0])[0]
    assert chart.chart_type == XL_CHART_TYPE.LINE_MARKERS
    series = {series.name: tuple(series.values) for series in chart.plots[0].series}
    assert series == {
        "Patient 1": (100, 10),
        "Patient 2": (5, 50),
        "Patient 3": (30, None),
        "Median and quartiles": (52.5, 30),
    }
    assert list(chart.plots[0].categories) == ["Acute", "Recovery"]
    assert "4711" not in str(sheet_rows(chart))
    assert b"4711" not in data


def test_whiskers_are_written_out(pair_card: Card, death_card: Card) -> None:
    summary = charts(slides(pair_card)[0])[0].plots[0].series[-1]._element.find("{*}errBars")
    assert [float(value.text) for value in summary.findall("{*}plus//{*}v")] == [100 - 52.5, 50 - 30]
    assert [float(value.text) for value in summary.findall("{*}minus//{*}v")] == [52.5 - 5, 30 - 10]
    expected, observed = charts(slides(death_card)[0])[0].plots[0].series
    assert expected._element.find("{*}errBars") is None
    plus = [float(value.text) for value in observed._element.findall("{*}errBars/{*}plus//{*}v")]
    assert plus == [7.2 - 2, 5.6 - 1]


def test_columns_are_native_and_coloured_by_group(death_card: Card) -> None:
    chart = charts(slides(death_card)[0])[0]
    assert chart.chart_type == XL_CHART_TYPE.COLUMN_CLUSTERED
    assert list(chart.plots[0].categories) == ["A\nn = 14", "B\nn = 18"]
    expected, observed = chart.plots[0].series
    assert (expected.name, tuple(expected.values)) == ("Expected deaths (sum of the risks)", (6.63, 4.04))
    assert (observed.name, tuple(observed.values)) == (
        "Observed deaths; whiskers: 95% interval of the share, in deaths",
        (2, 1),
    )
    fills = [observed.points[place].format.fill.fore_color.theme_color for place in (0, 1)]
    assert fills == [MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_2]
    assert expected.data_labels.number_format == "0.0"


def test_numbers_stand_above_their_whiskers(death_card: Card) -> None:
    chart = charts(slides(death_card)[0])[0]
    expected, observed = chart.plots[0].series
    assert expected._element.findall("{*}dLbls/{*}dLbl") == []
    assert expected.data_labels.position == XL_LABEL_POSITION.OUTSIDE_END
    inner = chart._chartSpace.find("{*}chart/{*}plotArea/{*}layout/{*}manualLayout/{*}h")
    share = float(inner.get("val")) / (chart.value_axis.maximum_scale - chart.value_axis.minimum_scale)
    for label, whisker in zip(observed._element.findall("{*}dLbls/{*}dLbl"), (7.2 - 2, 5.6 - 1), strict=True):
        lift = -float(label.find("{*}layout/{*}manualLayout/{*}y").get("val"))
        assert whisker * share < lift < whisker * share + 0.02
        assert label.find("{*}numFmt").get("formatCode") == "0"
        order = [child.tag.split("}")[1] for child in label][:5]
        assert order == ["idx", "layout", "numFmt", "txPr", "dLblPos"]


def test_an_empty_panel_says_why(pair_card: Card) -> None:
    assert "No patient has both values." in words(slides(pair_card)[0])


def test_numbers_at_risk_are_tables_under_their_charts(curve_card: Card) -> None:
    slide = slides(curve_card)[0]
    assert tables(slide)[:2] == [
        [
            ["At risk on day", "0", "7", "14", "21"],
            ["A", "4", "4", "2", "0"],
            ["B", "5", "5", "5", "3"],
        ],
        [["At risk on day", "0", "7", "14", "21"], ["B", "5", "5", "5", "3"]],
    ]
    left = [shape.left for shape in slide.shapes if shape.has_table][:2]
    chart_left = [shape.left for shape in slide.shapes if shape.has_chart]
    assert left == pytest.approx(chart_left, abs=Inches(0.02))


@pytest.mark.parametrize(
    ("copies", "on_slide", "slides_after"), [(1, True, 0), (5, False, 1), (30, False, 3), (300, False, 0)]
)
def test_a_main_table_without_room_has_the_next_slides_or_the_workbook(
    curve_card: Card, copies: int, on_slide: bool, slides_after: int
) -> None:
    main = curve_card.table("summary")
    rows = pd.concat([main.shown] * copies)
    first, *others = slides(
        replace(curve_card, tables=(replace(main, shown=rows), curve_card.table("at_risk")))
    )
    assert ("Days to healing" in words(first)) == on_slide
    assert len(others) == slides_after
    if others:
        (own, *_) = [tables(slide)[0] for slide in others]
        assert own[0] == list(rows.columns)
        assert [row for slide in others for row in tables(slide)[0][1:]] == rows.to_numpy().tolist()
        assert "By Kaplan-Meier." in words(others[0])
    only = "Tables that are in the workbook only: Days to healing." in notes(first)
    assert only == (not on_slide and not others)


def notes(slide: Any) -> str:
    return slide.notes_slide.notes_text_frame.text


def test_the_notes_hold_what_a_speaker_needs(curve_card: Card) -> None:
    text = notes(slides(curve_card)[0])
    card = curve_card
    assert [
        part
        for part in (card.finding, card.caption, card.methods, *card.notes, card.provenance)
        if part not in text
    ] == []


def test_provenance_stands_on_every_slide(curve_card: Card, pair_card: Card, death_card: Card) -> None:
    for slide in slides(curve_card, pair_card, death_card):
        (footer,) = [shape for shape in slide.shapes if shape.name == "Provenance"]
        assert footer.text_frame.text == curve_card.provenance


def test_every_chart_and_table_has_an_alternative_text(curve_card: Card, death_card: Card) -> None:
    for slide in slides(curve_card, death_card):
        for shape in slide.shapes:
            if shape.has_chart:
                description = shape._element.nvGraphicFramePr.cNvPr.get("descr")
                assert curve_card.alt in description
                assert curve_card.provenance in description
            if shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_each_chart_of_a_slide_tells_its_own_panel(curve_card: Card) -> None:
    alt = "Step curves. SJS: all 4 healed by day 21; TEN: 5 healed later."
    (slide,) = slides(replace(curve_card, alt=alt))
    first, second = (s._element.nvGraphicFramePr.cNvPr.get("descr") for s in slide.shapes if s.has_chart)
    assert first == (f"SJS. log-rank p = 0.02. Step curves. all 4 healed by day 21. {curve_card.provenance}")
    assert second == f"TEN. Step curves. 5 healed later. {curve_card.provenance}"


def test_nothing_lies_on_anything_else_or_beyond_the_slide(
    curve_card: Card, pair_card: Card, death_card: Card
) -> None:
    presentation = Presentation(BytesIO(deck([curve_card, pair_card, death_card])))
    for slide in presentation.slides:
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height, s.name) for s in slide.shapes]
        for place, (left, top, right, bottom, name) in enumerate(boxes):
            assert left >= 0, name
            assert top >= 0, name
            assert right <= presentation.slide_width, name
            assert bottom <= presentation.slide_height, name
            for other in boxes[place + 1 :]:
                apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
                assert apart, f"{name} on {other[4]}"


def test_what_matters_is_written_in_fourteen_points(curve_card: Card) -> None:
    slide = slides(curve_card)[0]
    small = ("Caption", "Provenance", "Table title")
    frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame and shape.name not in small]
    cells = [
        cell.text_frame for s in slide.shapes if s.has_table for row in s.table.rows for cell in row.cells
    ]
    for kind, least in ((frames, 14), (cells, 12)):
        sizes = [run.font.size for frame in kind for p in frame.paragraphs for run in p.runs]
        assert min(sizes) >= Pt(least)
    assert all(chart.font.size == Pt(14) for chart in charts(slide))


def test_a_card_whose_figure_names_no_panel_keeps_its_tables(curve_card: Card) -> None:
    slide = slides(replace(curve_card, figure=go.Figure()))[0]
    assert charts(slide) == []
    assert len(tables(slide)) == 2


def test_the_same_cards_give_the_same_bytes(curve_card: Card, pair_card: Card, death_card: Card) -> None:
    cards = [curve_card, pair_card, death_card]
    assert deck(cards) == deck(cards)


def test_a_template_gives_its_size(curve_card: Card) -> None:
    template = Presentation()
    template.slide_width = Inches(10)
    saved = BytesIO()
    template.save(saved)
    assert Presentation(BytesIO(deck([curve_card], template=saved.getvalue()))).slide_width == Inches(10)


def test_a_template_leaves_no_empty_box_on_a_slide(curve_card: Card) -> None:
    template = Presentation()
    for layout in list(template.slide_layouts):
        if layout.name != "Two Content":
            template.slide_layouts.remove(layout)
    saved = BytesIO()
    template.save(saved)
    slide = slides(curve_card, template=saved.getvalue())[0]
    assert [shape.placeholder_format.idx for shape in slide.placeholders] == [0]


def test_a_template_that_is_none_is_named() -> None:
    card_is_not_reached: Any = object()
    with pytest.raises(UnreadableFile) as error:
        deck([card_is_not_reached], template=b"PK no presentation")
    assert str(error.value) == (
        "A presentation was given as the template of the slides. It cannot be read as one. "
        "Save it in PowerPoint as .pptx and try again."
    )


def test_no_card_is_named() -> None:
    with pytest.raises(CohortError, match="There is no answer to put on one"):
        deck([])


def test_words_from_a_file_are_only_words(curve_card: Card, hostile_table: Table) -> None:
    hostile = replace(curve_card, finding="<b>&</b> =1", tables=(replace(hostile_table, key="at_risk"),))
    slide = slides(hostile)[0]
    assert slide.shapes.title.text_frame.text == "<b>&</b> =1"


def test_a_card_out_of_a_cache_gives_the_same_slide(
    curve_card: Card, pair_card: Card, death_card: Card
) -> None:
    cards = [curve_card, pair_card, death_card]
    assert deck(pickle.loads(pickle.dumps(cards))) == deck(cards)
