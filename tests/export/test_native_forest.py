"""On a slide a forest plot is a chart that PowerPoint draws from the same numbers."""

from __future__ import annotations

import math
from io import BytesIO

import pytest
from pptx import Presentation

from iren_core.card import Card
from iren_core.export.powerpoint import deck
from iren_core.figures.forest import Block, Mark, Row, Series, forest

DAYS = Block(
    "Days",
    "Difference, days",
    tuple(
        Row(label, (Mark("Yours", -8, -12, -4, "−8"), Mark("Theirs", -9, None, None, "−9")))
        for label in ("Healing", "Steroids", "Stay")
    ),
)
RISKS = Block(
    "Deaths", "Risk ratio", (Row("All", (Mark("Yours", 2.6, 0.2, math.inf, "2.6"),)),), reference=1, log=True
)
SERIES = (Series("Yours", "#0072B2", "circle"), Series("Theirs", "#4A4A4A", "diamond-open"))


@pytest.fixture(scope="module")
def slide():
    figure = forest([DAYS, RISKS], SERIES, provenance="cohort.csv")
    card = Card("published", "t", "Found.", figure, "Marks.", "c", (), (), "m", "cohort.csv", "print()")
    return Presentation(BytesIO(deck([card]))).slides[0]


def charts(slide) -> list:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def points(chart, name: str) -> list[list[tuple[float, float]]]:
    return [
        list(
            zip((float(v.text) for v in series._element.findall("{*}xVal//{*}v")), series.values, strict=True)
        )
        for series in chart.plots[0].series
        if series.name == name
    ]


def test_marks_and_intervals_are_in_the_data_sheet(slide):
    days, risks = charts(slide)
    assert [[x for x, _ in one] for one in points(days, "Yours")] == [[-8, -8, -8]]
    assert [[x for x, _ in one] for one in points(days, "Yours, 95% interval")] == [[-12, -4]] * 3
    assert points(days, "Theirs, 95% interval") == []
    assert [[x for x, _ in one] for one in points(risks, "Yours, 95% interval")] == [[pytest.approx(0.2), 5]]


def test_an_interval_lies_at_the_height_of_its_mark(slide):
    days = charts(slide)[0]
    heights = [y for _, y in points(days, "Yours")[0]]
    assert [[y for _, y in one] for one in points(days, "Yours, 95% interval")] == [[y, y] for y in heights]


def test_every_row_is_labelled(slide):
    days, risks = charts(slide)
    for chart, labels in ((days, ["Healing", "Steroids", "Stay"]), (risks, ["All"])):
        (rows,) = (series for series in chart.plots[0].series if series.name == "Rows")
        assert [rows.points[place].data_label.text_frame.text for place in range(len(labels))] == labels


def test_no_series_stands_before_a_longer_one(slide):
    for chart in charts(slide):
        lengths = [len(list(series.values)) for series in chart.plots[0].series]
        assert lengths == sorted(lengths, reverse=True)


def test_a_logarithmic_axis_goes_from_power_to_power(slide):
    axis = charts(slide)[1].category_axis
    assert (axis.minimum_scale, axis.maximum_scale) == (0.1, 10)


def test_the_key_is_in_words(slide):
    words = "".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame).replace(
        "\xa0", " "
    )
    assert "Filled circle: Yours" in words
    assert "Open diamond: Theirs" in words
