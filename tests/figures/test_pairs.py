"""What paired lines show is what they were given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from iren_core.errors import CohortError
from iren_core.figures.pairs import PairedPanel, paired_lines


def draw(panels: list[PairedPanel], *, log: bool = True) -> go.Figure:
    return paired_lines(panels, y_title="CRP (mg/L)", log=log, provenance="cohort.csv")


def traces(figure: go.Figure, role: str) -> list[Any]:
    return [trace for trace in figure.data if trace.meta["role"] == role]


def test_each_patient_is_a_line_from_the_first_to_the_second_value(pair_panels: list[PairedPanel]) -> None:
    falls, rises, unchanged, half = traces(draw(pair_panels), "pair")
    assert (list(falls.x), list(falls.y)) == ([0, 1], [100, 10])
    assert list(rises.y) == [5, 50]
    assert list(unchanged.y) == [40, 40]
    assert half.y[0] == 30
    assert np.isnan(half.y[1])
    assert [trace.meta["patient"] for trace in (falls, rises, unchanged, half)] == ["A1", "A2", "A3", "A4"]


def test_pointing_at_a_line_tells_patient_and_both_values(pair_panels: list[PairedPanel]) -> None:
    line = traces(draw(pair_panels), "pair")[0]
    assert list(line.customdata[0]) == ["A1", 100, 10]
    assert line.hovertemplate == (
        "Patient %{customdata[0]}<br>Acute: %{customdata[1]}<br>Recovery: %{customdata[2]}<extra></extra>"
    )


def test_rising_and_falling_differ_without_colour(pair_panels: list[PairedPanel]) -> None:
    falls, rises, unchanged, _ = traces(draw(pair_panels), "pair")
    looks = {(trace.line.dash, trace.marker.symbol) for trace in (falls, rises, unchanged)}
    assert len({dash for dash, _ in looks}) == len({symbol for _, symbol in looks}) == 3


def test_the_summary_is_the_median_with_whiskers_to_the_quartiles(pair_panels: list[PairedPanel]) -> None:
    (summary,) = traces(draw(pair_panels), "summary")
    assert list(summary.y) == [40, 40]
    assert [m + up for m, up in zip(summary.y, summary.error_y.array, strict=True)] == [100, 50]
    assert [m - down for m, down in zip(summary.y, summary.error_y.arrayminus, strict=True)] == [5, 10]
    assert [list(row) for row in summary.customdata] == [[40, 5, 100, 3], [40, 10, 50, 3]]
    assert summary.line.width > 2 * traces(draw(pair_panels), "pair")[0].line.width


def test_the_number_of_pairs_stands_under_each_phase(pair_panels: list[PairedPanel]) -> None:
    layout = draw(pair_panels).layout
    assert list(layout.xaxis.ticktext) == ["Acute<br>n = 3", "Recovery<br>n = 3"]
    assert list(layout.xaxis2.ticktext) == ["Acute", "Recovery"]


def test_the_legend_tells_only_what_is_in_the_picture(pair_panels: list[PairedPanel]) -> None:
    only_falling = replace(
        pair_panels[0], patients=("A1",), before=np.array([9.0]), after=np.array([3.0]), summaries=None
    )
    assert [trace.name for trace in draw([only_falling]).data if trace.showlegend] == ["Falls"]
    shown = [trace.name for trace in draw(pair_panels).data if trace.showlegend]
    assert shown == ["Falls", "Rises", "Unchanged", "Median and quartiles"]


def test_a_logarithmic_axis_writes_its_ticks_in_full(pair_panels: list[PairedPanel]) -> None:
    axis = draw(pair_panels).layout.yaxis
    assert axis.type == "log"
    assert list(axis.ticktext) == ["1", "2", "5", "10", "20", "50", "100", "200", "500"]
    assert list(axis.tickvals) == [1, 2, 5, 10, 20, 50, 100, 200, 500]


def test_a_linear_axis_starts_at_zero_and_holds_every_value(pair_panels: list[PairedPanel]) -> None:
    axis = draw(pair_panels, log=False).layout.yaxis
    assert axis.type == "linear"
    assert axis.range[0] == 0
    assert axis.range[1] > 100


def test_a_value_of_zero_is_not_dropped_from_a_logarithmic_axis(pair_panels: list[PairedPanel]) -> None:
    with_zero = replace(pair_panels[0], before=np.array([0.0, 5.0, 40.0, 30.0]))
    with pytest.raises(CohortError) as error:
        draw([with_zero])
    assert str(error.value) == (
        "A logarithmic axis was asked for. 1 value is 0 or less and would not be shown. Take the linear axis."
    )
    assert draw([with_zero], log=False).layout.yaxis.type == "linear"


def test_an_empty_panel_says_why(pair_panels: list[PairedPanel]) -> None:
    figure = draw(pair_panels)
    assert "No pair." in [annotation.text for annotation in figure.layout.annotations]
    assert draw(pair_panels[1:]).layout.yaxis.type == "log"


def test_patient_names_do_nothing(pair_panels: list[PairedPanel]) -> None:
    hostile = replace(pair_panels[0], patients=("<b>1</b>", "A2", "A3", "A4"))
    line = traces(draw([hostile]), "pair")[0]
    assert line.customdata[0][0] == line.name == "&lt;b&gt;1&lt;/b&gt;"


def test_many_patients_are_fainter_and_thinner_and_the_median_lies_on_top(
    pair_panels: list[PairedPanel],
) -> None:
    def with_patients(n: int) -> go.Figure:
        values = np.linspace(1, 100, n)
        names = tuple(str(number) for number in range(n))
        return draw([replace(pair_panels[0], patients=names, before=values, after=values / 2)])

    few, forty, many = (traces(with_patients(n), "pair")[0] for n in (4, 40, 400))
    assert few.line == forty.line
    assert many.line.width < forty.line.width
    assert many.marker.size < forty.marker.size
    paler = [int(line.color[1:3], 16) + int(line.color[3:5], 16) for line in (forty.line, many.line)]
    assert paler[1] > paler[0]
    roles = [trace.meta["role"] for trace in with_patients(400).data]
    assert roles.index("summary") > max(place for place, role in enumerate(roles) if role == "pair")
