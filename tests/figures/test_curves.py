"""What step curves show is what they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from iren_core.figures.curves import Curve, Panel, step_curves

TICKS = (0, 7, 14, 21)


def draw(panels: Sequence[Panel], **settings: Any) -> go.Figure:
    given = {"y_title": "Healed", "x_title": "Days", "x_max": 21, "ticks": TICKS, "provenance": "cohort.csv"}
    return step_curves(panels, **{**given, **settings})


def traces(figure: go.Figure, role: str, group: str | None = None) -> list[Any]:
    return [t for t in figure.data if t.meta["role"] == role and group in (None, t.meta["group"])]


def words(figure: go.Figure) -> str:
    return " ".join(annotation.text for annotation in figure.layout.annotations)


def test_a_curve_runs_from_day_0_to_the_last_day_of_follow_up(fast: Curve) -> None:
    (curve,) = traces(draw([Panel("", (fast,))]), "estimate")
    assert list(curve.x) == [0, 9, 12, 17, 20]
    assert list(curve.y) == [0, 0.25, 0.5, 0.75, 0.75]
    assert curve.line.shape == "hv"
    assert (curve.line.color, curve.line.dash) == (fast.colour, fast.dash)


def test_a_survival_curve_starts_at_one(slow: Curve) -> None:
    (curve,) = traces(draw([Panel("", (replace(slow, start=1.0),))]), "estimate")
    assert (curve.x[0], curve.y[0]) == (0, 1)


def test_a_curve_that_has_day_0_gets_no_second_one(slow: Curve) -> None:
    from_zero = replace(slow, time=np.array([0.0, 21.0]))
    (curve,) = traces(draw([Panel("", (from_zero,))]), "estimate")
    assert list(curve.x) == [0, 21]


def test_pointing_at_a_step_tells_interval_and_patients_at_risk(fast: Curve) -> None:
    (curve,) = traces(draw([Panel("", (fast,))]), "estimate")
    assert [tuple(row) for row in curve.customdata[1:3]] == [(0.04, 0.6, 4), (0.15, 0.8, 3)]
    at_start, with_interval, _, without_interval, _ = curve.hovertemplate
    assert at_start == "Day %{x}<br>%{y:.1%}"
    assert with_interval == (
        "Day %{x}<br>%{y:.1%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<br>%{customdata[2]:.0f} at risk"
    )
    assert without_interval == "Day %{x}<br>%{y:.1%}<br>%{customdata[2]:.0f} at risk"


def test_limits_are_drawn_up_to_the_day_they_cease_to_be_known(fast: Curve) -> None:
    figure = draw([Panel("", (fast,))])
    low, high = traces(figure, "limit")
    assert (low.meta["bound"], high.meta["bound"]) == ("low", "high")
    assert list(low.x) == [0, 9, 12, 17, 17]
    assert list(low.y) == [0, 0.04, 0.15, 0.15, None]
    assert list(high.y) == [0, 0.6, 0.8, 0.8, None]


def test_the_band_is_the_area_between_the_limits_step_by_step(fast: Curve) -> None:
    (band,) = traces(draw([Panel("", (fast,))]), "band")
    assert list(band.x) == [0, 9, 9, 12, 12, 17, 17, 17, 17, 12, 12, 9, 9, 0, None]
    assert list(band.y) == [0, 0, 0.04, 0.04, 0.15, 0.15, 0.15, 0.8, 0.8, 0.8, 0.6, 0.6, 0, 0, None]
    assert band.fill == "toself"


def test_without_bands_no_limit_is_left(curve_panels: list[Panel]) -> None:
    figure = draw(curve_panels, band=False)
    assert traces(figure, "band") == traces(figure, "limit") == []
    assert len(traces(figure, "estimate")) == 4


def test_bands_lie_under_every_curve(curve_panels: list[Panel]) -> None:
    roles = [trace.meta["role"] for trace in draw(curve_panels[:1]).data]
    assert max(place for place, role in enumerate(roles) if role == "band") < roles.index("estimate")


def test_censoring_marks_stand_where_they_were_given(fast: Curve, slow: Curve) -> None:
    (marks,) = traces(draw([Panel("", (fast, slow))]), "censored")
    assert (list(marks.x), list(marks.y)) == ([20], [0.75])
    assert marks.marker.symbol == "line-ns"


def test_numbers_at_risk_stand_under_the_ticks_of_their_own_axis(curve_panels: list[Panel]) -> None:
    figure = draw(curve_panels)
    for trace in traces(figure, "at_risk"):
        (curve,) = [t for t in traces(figure, "estimate", trace.meta["group"]) if t.xaxis == trace.xaxis]
        assert list(trace.x) == list(TICKS) == list(figure.layout[curve.xaxis.replace("x", "xaxis")].tickvals)
    fast_row, slow_row = traces(figure, "at_risk")[:2]
    assert list(fast_row.text) == ["4", "4", "2", "0"]
    assert list(slow_row.text) == ["5", "5", "5", "3"]
    assert fast_row.y[0] > slow_row.y[0]


def test_row_labels_stand_once_in_the_colours_of_the_groups(curve_panels: list[Panel]) -> None:
    labels = [a for a in draw(curve_panels).layout.annotations if a.text == "Corticosteroids alone"]
    assert [label.font.color for label in labels] == ["#D55E00"]


def test_the_legend_names_every_group_once(curve_panels: list[Panel]) -> None:
    shown = [trace.name for trace in draw(curve_panels).data if trace.showlegend]
    assert shown == ["Corticosteroids + TNF inhibitor", "Corticosteroids alone"]


def test_the_axis_is_in_percent_and_shared(curve_panels: list[Panel]) -> None:
    layout = draw(curve_panels).layout
    assert layout.yaxis.tickformat == ".0%"
    assert layout.yaxis.title.text == "Healed"
    assert (layout.yaxis2.matches, layout.yaxis3.matches) == ("y", "y")
    assert (layout.yaxis2.showticklabels, layout.yaxis3.showticklabels) == (False, False)


def test_panels_can_be_found_again_by_their_axes(curve_panels: list[Panel]) -> None:
    first, _, empty = draw(curve_panels).layout.meta["panels"]
    assert (first["title"], first["note"], first["xaxis"], first["yaxis"]) == (
        "SJS",
        "log-rank p = 0.02",
        "x",
        "y",
    )
    assert (first["x_title"], first["y_title"]) == ("Days", "Healed")
    assert (empty["xaxis"], empty["yaxis"]) == ("x3", "y3")


def test_an_empty_panel_says_why(curve_panels: list[Panel]) -> None:
    figure = draw(curve_panels)
    assert "No patient with TEN has healed." in words(figure).replace("<br>", " ")
    assert {trace.meta["role"] for trace in figure.data if trace.xaxis == "x3"} == {"key"}


def test_a_picture_with_nothing_but_an_empty_panel_can_be_drawn() -> None:
    figure = draw([Panel("TEN", (), empty_message="Nobody.")])
    assert "Nobody." in words(figure)


def test_the_provenance_stands_last_and_whole() -> None:
    line = "cohort.csv (SHA-256 1a2b3c4d) · " + "32 of 32 patients, " * 12 + "end"
    figure = draw([Panel("", ())], provenance=line)
    footer = figure.layout.annotations[-1]
    assert footer.name == "provenance"
    assert footer.text.replace("<br>", " ") == line
    assert footer.text.count("<br>") >= 1


@pytest.mark.parametrize("hostile", ["<b>arm</b>", "a & b", "<a href='javascript:alert(1)'>x</a>", "%{x}"])
def test_labels_from_a_file_do_nothing(fast: Curve, hostile: str) -> None:
    curve = replace(fast, label=hostile)
    figure = draw([Panel(hostile, (curve,), note=hostile)], y_title=hostile, x_title=hostile)
    texts = [words(figure), figure.layout.yaxis.title.text, *(trace.name for trace in figure.data)]
    plain = [text.replace("<br>", "").replace("<b>", "", 2).replace("</b>", "", 2) for text in texts]
    assert not any(hostile in text for text in plain)
    assert all(trace.meta["group"] == hostile for trace in figure.data)


def test_nothing_drawn_is_random(curve_panels: list[Panel]) -> None:
    assert draw(curve_panels).to_json() == draw(curve_panels).to_json()
