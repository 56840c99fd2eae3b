"""What columns of predicted and observed deaths show is what they were given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from iren_core.figures.columns import Column, Group, predicted_observed
from iren_core.figures.theme import MUTED


def draw(groups: list[Group], **settings: Any) -> go.Figure:
    return predicted_observed(groups, **{"mode": "expected", "provenance": "cohort.csv", **settings})


def columns(figure: go.Figure, role: str) -> list[Any]:
    return [trace for trace in figure.data if trace.meta["role"] == role]


def test_heights_are_the_deaths_panel_by_panel(death_groups: list[Group]) -> None:
    figure = draw(death_groups)
    assert [list(trace.y) for trace in columns(figure, "predicted")] == [[6.6, 4.0], [4.3]]
    assert [list(trace.y) for trace in columns(figure, "observed")] == [[2, 1], [0]]
    assert [panel["title"] for panel in figure.layout.meta["panels"]] == ["All patients", "TEN"]
    assert [panel["categories"] for panel in figure.layout.meta["panels"]] == [["A", "B"], ["A"]]


def test_whiskers_span_the_interval(death_groups: list[Group]) -> None:
    observed = columns(draw(death_groups), "observed")[0]
    assert [tuple(row) for row in observed.customdata] == [(2, 0.24, 7.2), (1, 0.03, 5.6)]
    assert list(observed.error_y.array) == [7.2 - 2, 5.6 - 1]
    assert list(observed.error_y.arrayminus) == [2 - 0.24, 1 - 0.03]


def test_expected_deaths_have_no_whisker(death_groups: list[Group]) -> None:
    predicted = columns(draw(death_groups), "predicted")[0]
    assert predicted.error_y.visible is False
    assert predicted.hovertemplate[0] == "%{text}<br>%{fullData.name}: %{customdata[0]}<extra></extra>"


def test_values_stand_above_column_and_whisker(death_groups: list[Group]) -> None:
    above = {(a.text, a.xref): a for a in draw(death_groups).layout.annotations if a.yref in ("y", "y2")}
    assert above["6.6", "x"].y == 6.6
    assert above["2", "x"].y == 7.2
    assert above["0", "x2"].y == 3.7
    assert above["6.6", "x"].x < 0 < above["2", "x"].x


def test_predicted_and_observed_differ_without_colour(death_groups: list[Group]) -> None:
    figure = draw(death_groups)
    assert columns(figure, "predicted")[0].marker.pattern.shape == "/"
    assert columns(figure, "observed")[0].marker.pattern.shape is None
    assert list(columns(figure, "observed")[0].marker.color) == ["#0072B2", "#D55E00"]


def test_all_panels_share_a_scale_that_holds_the_highest_whisker(death_groups: list[Group]) -> None:
    layout = draw(death_groups).layout
    assert layout.yaxis.range == layout.yaxis2.range
    assert layout.yaxis.range[0] == 0
    assert layout.yaxis.range[1] > 7.2


def test_the_view_of_the_study_is_in_percent(death_groups: list[Group]) -> None:
    risk = Column(0.32, 0.22, 0.68, "32%")
    group = replace(death_groups[0], predicted=risk, observed=Column(0.14, 0.02, 0.43, "14%"))
    figure = draw([group], mode="study")
    assert figure.layout.yaxis.tickformat == ".0%"
    assert [trace.name for trace in columns(figure, "key")] == [
        "Median predicted risk; whiskers: quartiles",
        "Observed mortality; whiskers: 95% interval",
    ]
    assert columns(figure, "predicted")[0].error_y.visible is True


def test_labels_too_long_for_their_columns_get_letters(death_groups: list[Group]) -> None:
    long = [
        replace(group, label="Corticosteroids alone", panel=str(n))
        for n in range(4)
        for group in death_groups
    ]
    figure = draw(long)
    assert [trace.name for trace in columns(figure, "key")][2:] == ["A: Corticosteroids alone"]
    assert list(figure.layout.xaxis.ticktext) == ["A<br>n = 14", "A<br>n = 18", "A<br>n = 5"]
    assert list(draw(death_groups).layout.xaxis.ticktext) == ["A<br>n = 14", "B<br>n = 18"]


def test_names_stand_under_their_columns_where_they_fit_at_the_usual_width(death_groups: list[Group]) -> None:
    named = [
        replace(group, label="Corticosteroids + TNF inhibitor", panel=panel)
        for panel in ("All patients", "SJS", "TEN")
        for group in death_groups
    ]
    figure = draw(named)
    assert figure.layout.xaxis.ticktext[0] == "Corticosteroids<br>+ TNF inhibitor<br>n = 14"
    assert len(columns(figure, "key")) == 2


def test_the_legend_shows_fillings_that_occur(death_groups: list[Group]) -> None:
    everybody = replace(death_groups[0], colour=MUTED)
    figure = draw([everybody, *death_groups])
    for role, swatch in zip(("predicted", "observed"), columns(figure, "key"), strict=True):
        drawn = columns(figure, role)[0].marker
        assert swatch.marker.color[0] == drawn.color[0]
        assert swatch.marker.pattern.shape == drawn.pattern.shape


def test_a_note_stands_under_the_title_of_its_panel(death_groups: list[Group]) -> None:
    figure = draw(death_groups, notes={"TEN": "SMR 0.5"})
    assert [panel["note"] for panel in figure.layout.meta["panels"]] == ["", "SMR 0.5"]


def test_no_group_is_said(death_groups: list[Group]) -> None:
    assert "There is no group to compare." in [a.text for a in draw([]).layout.annotations]


def test_labels_do_nothing(death_groups: list[Group]) -> None:
    figure = draw([replace(death_groups[0], label="<b>x</b>", panel="<i>y</i>")])
    assert figure.layout.xaxis.ticktext[0] == "&lt;b&gt;x&lt;/b&gt;<br>n = 14"
    assert list(columns(figure, "observed")[0].text) == ["&lt;b&gt;x&lt;/b&gt;"]
    assert "<b>&lt;i&gt;y&lt;/i&gt;</b>" in [a.text for a in figure.layout.annotations]
