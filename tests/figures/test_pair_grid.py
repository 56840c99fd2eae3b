"""What the panels of several markers show is what they were given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from iren_core.errors import CohortError
from iren_core.export.native_charts import key, panels_of
from iren_core.figures.pair_grid import MOST_LINES, MarkerPanel, paired_grid
from iren_core.figures.pairs import PairedPanel, Summary


def group(label: str, before: list[float], after: list[float]) -> PairedPanel:
    quartiles = [Summary(float(np.median(v)), min(v), max(v), len(v)) for v in (before, after)]
    names = tuple(f"{label}{number}" for number in range(len(before)))
    return PairedPanel(
        label, "#0072B2", names, np.array(before), np.array(after), (quartiles[0], quartiles[1])
    )


@pytest.fixture
def markers() -> list[MarkerPanel]:
    two = (group("A", [10, 20, 30], [5, 25, 30]), group("B", [7, 8], [9, 6]))
    return [
        MarkerPanel(f"marker {number}", two, note="t: p = 0.5", empty_message="None.") for number in range(8)
    ]


def traces(figure, role, panel=0):
    axis = "x" if panel == 0 else f"x{panel + 1}"
    return [t for t in figure.data if t.meta["role"] == role and (t.xaxis or "x") == axis]


def test_each_group_has_its_own_two_places(markers):
    figure = paired_grid(markers, log=False, provenance="cohort.csv")
    for panel in range(8):
        lines = traces(figure, "pair", panel)
        assert [list(line.y) for line in lines] == [
            [10, 5, None, None],
            [20, 25, None, None],
            [30, 30, None, None],
            [None, None, 7, 9],
            [None, None, 8, 6],
        ]
        first, second = traces(figure, "summary", panel)
        assert list(first.y) == [20, 25, None, None]
        assert list(second.y) == [None, None, 7.5, 7.5]
        assert list(second.error_y.array) == [0, 0, 0.5, 1.5]
        assert list(second.error_y.arrayminus) == [0, 0, 0.5, 1.5]


def test_no_panel_lies_upon_another(markers):
    layout = paired_grid(markers, log=False, provenance="cohort.csv").layout
    boxes = [
        (*layout[f"xaxis{n or ''}"].domain, *layout[f"yaxis{n or ''}"].domain) for n in [0, *range(2, 9)]
    ]
    for place, (left, right, low, high) in enumerate(boxes):
        assert 0 <= left < right <= 1
        assert 0 <= low < high <= 1
        for other in boxes[place + 1 :]:
            assert right <= other[0] or other[1] <= left or high <= other[2] or other[3] <= low


def test_a_slide_gets_a_chart_for_each_marker_and_is_told_where_the_groups_stand(markers):
    figure = paired_grid(markers, log=False, provenance="cohort.csv")
    panels = panels_of(figure)
    assert [panel.title for panel in panels] == [marker.title for marker in markers]
    assert all(panel.categories_are_phases for panel in panels)
    assert panels[0].under_columns == ["A\nn = 3", "R\nn = 3", "A\nn = 2", "R\nn = 2"]
    assert {"Filled circle: A (left)", "Filled circle: B (right)"} <= {words for words, _ in key(figure)}


def test_many_patients_leave_the_medians_alone(markers):
    values = list(np.linspace(1, 50, MOST_LINES + 1))
    crowd = replace(markers[0], groups=(group("A", values, values),))
    figure = paired_grid([crowd, markers[1]], log=False, provenance="cohort.csv")
    assert traces(figure, "pair", 0) == []
    assert len(traces(figure, "summary", 0)) == 1
    assert len(traces(figure, "pair", 1)) == 5


def test_zero_has_no_place_on_a_logarithmic_axis(markers):
    zero = replace(markers[3], groups=(group("A", [0.0, 2.0], [1.0, 3.0]),))
    with pytest.raises(CohortError, match="0 or less"):
        paired_grid([markers[0], zero], log=True, provenance="cohort.csv")
