"""A timeline gives back its days, a bar for what went on and a point for what happened."""

from __future__ import annotations

import pytest

from iren_core.figures.timeline import TimelineRow, timeline


@pytest.fixture
def figure():
    rows = [
        TimelineRow("Onset <rash>", "day −3", -3.0, None, "#D55E00", "diamond"),
        TimelineRow("Corticosteroids", "day 0 to 23", 0.0, 23.0, "#0072B2", "circle"),
    ]
    return timeline(rows, x_title="Days", provenance="made up")


def test_points_and_bars_are_where_they_belong(figure):
    onset, steroid = figure.data
    assert (list(onset.x), onset.mode) == ([-3.0], "markers")
    assert (list(steroid.x), steroid.mode) == ([0.0, 23.0], "lines")
    low, high = figure.layout.xaxis.range
    assert low <= -3 < 23 <= high


def test_rows_stand_in_the_order_given(figure):
    heights = [trace.y[0] for trace in figure.data]
    assert heights == sorted(heights, reverse=True)
    assert list(figure.layout.yaxis.tickvals) == heights


def test_words_are_inert(figure):
    assert "<rash>" not in figure.layout.yaxis.ticktext[0]
    assert "&lt;rash&gt;" in figure.layout.yaxis.ticktext[0]


def test_it_offers_no_panel_for_a_slide(figure):
    assert figure.layout.meta["panels"] == []
