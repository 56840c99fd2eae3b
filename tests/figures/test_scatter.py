"""Scatter pictures give back the points that they were given, those without a height too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from iren_core.figures import theme
from iren_core.figures.scatter import ScatterPanel, scatter, ticks_over

NAN = float("nan")


def drawn(figure, role):
    return [trace for trace in figure.data if trace.meta["role"] == role]


def picture(*panels: ScatterPanel):
    return scatter(panels, y_title="Days", strip="Died", provenance="made up")


def test_points_are_where_they_belong(scatter_panel):
    (alive, dead) = drawn(picture(scatter_panel), "point")
    assert list(zip(alive.x, alive.y, strict=True)) == [(18.0, 31.0), (22.0, 21.0), (28.4, 13.0)]
    assert list(dead.x) == [14.5]


def test_a_point_without_a_height_lies_above_every_other(scatter_panel):
    figure = picture(scatter_panel)
    (dead,) = [trace for trace in drawn(figure, "point") if trace.meta["group"] == "Died"]
    assert figure.layout.yaxis.range[1] > dead.y[0] > 31
    assert figure.layout.yaxis.ticktext[-1] == "Died"
    assert dead.customdata[0][1] == "Died"


def test_without_such_a_point_there_is_no_strip(scatter_panel):
    figure = picture(replace(scatter_panel, points=scatter_panel.points[:1]))
    assert figure.layout.yaxis.ticktext is None
    assert figure.layout.yaxis.range[1] >= 31


def test_line_and_band_are_given_back(scatter_panel):
    figure = picture(scatter_panel)
    (line,) = drawn(figure, "estimate")
    assert list(line.y) == [30.0, 14.0]
    assert {trace.meta["bound"]: list(trace.y) for trace in drawn(figure, "limit")} == {
        "low": [25.0, 8.0],
        "high": [35.0, 18.0],
    }
    assert len(drawn(figure, "band")) == 1


def test_a_line_without_a_band_has_none(scatter_panel):
    bare = replace(scatter_panel.line, low=np.array([NAN, NAN]), high=np.array([NAN, NAN]))
    figure = picture(replace(scatter_panel, line=bare))
    assert not drawn(figure, "band")
    assert len(drawn(figure, "estimate")) == 1


def test_four_panels_stand_in_two_rows_and_never_overlap(scatter_panel):
    figure = picture(*[scatter_panel] * 4)
    places = [figure.layout[f"yaxis{n}"].domain for n in ("", 2, 3, 4)]
    assert places[0] == places[1]
    assert places[2] == places[3]
    assert places[2][1] < places[0][0]
    assert places[3][0] >= 0
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]


def test_each_label_is_once_in_the_legend(scatter_panel):
    shown = [trace.name for trace in picture(scatter_panel, scatter_panel).data if trace.showlegend]
    assert shown == ["Straight line", "Arm &lt;A&gt;", "Died"]


def test_an_empty_panel_says_why(scatter_panel):
    empty = ScatterPanel("SCORTEN", "", "SCORTEN", (), None, "SCORTEN is the same in every patient.")
    figure = picture(scatter_panel, empty)
    assert any("the same in" in note.text.replace("<br>", " ") for note in figure.layout.annotations)
    assert figure.layout.meta["panels"][1]["empty_message"] == "SCORTEN is the same in every patient."


def test_every_role_is_known(scatter_panel):
    assert {trace.meta["role"] for trace in picture(scatter_panel).data} <= theme.ROLES


@pytest.mark.parametrize("low, high", [(0, 0), (5, 5), (-3, 2), (0.001, 0.0042), (12, 2900), (1e6, 1e6 + 1)])
def test_ticks_cover_the_values(low, high):
    ticks = ticks_over(np.array([low, high]))
    assert ticks[0] <= low <= high <= ticks[-1]
    assert 2 <= len(ticks) <= 8
    assert np.ptp(np.diff(ticks)) < 1e-6 * (ticks[-1] - ticks[0])
