"""Predicted beside observed deaths as a picture: shapes for ``figures.columns``."""

from __future__ import annotations

from collections.abc import Mapping

from plotly.graph_objects import Figure

from iren_core.analyses.mortality.deaths import GroupDeaths, PanelDeaths, Result, View
from iren_core.errors import CohortError
from iren_core.figures.columns import Column, Group, predicted_observed
from iren_core.figures.theme import MUTED, Style
from iren_core.stats.mortality import ObservedExpected
from iren_core.wording import estimate, number, percent


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """Two columns a group, predicted and observed; one panel a diagnosis, headed by everybody's ratio."""
    view = result.settings.view
    return predicted_observed(
        [group for panel in result.panels for group in _groups(panel, view, styles)],
        mode="expected" if view == "expected deaths" else "study",
        notes={panel.title: _ratio(panel) for panel in result.panels},
        provenance=provenance,
    )


def _groups(panel: PanelDeaths, view: View, styles: Mapping[str, Style]) -> list[Group]:
    coloured = [(panel.everybody, MUTED)]
    if len(panel.groups) > 1:
        coloured += [(group, styles[group.label].colour) for group in panel.groups]
    return [
        _group(group, colour, view, panel.title)
        for group, colour in coloured
        if not isinstance(group.numbers, CohortError)
    ]


def _ratio(panel: PanelDeaths) -> str:
    numbers = panel.everybody.numbers
    if isinstance(numbers, CohortError):
        return numbers.found
    return f"SMR {estimate(numbers.estimate, numbers.low, numbers.high, 2)}"


def _group(group: GroupDeaths, colour: str, view: View, panel: str) -> Group:
    numbers = group.numbers
    assert isinstance(numbers, ObservedExpected)
    predicted, observed = _deaths(numbers) if view == "expected deaths" else _study(numbers)
    return Group(group.label, colour, numbers.n, predicted, observed, panel)


def _deaths(numbers: ObservedExpected) -> tuple[Column, Column]:
    low, high = (bound * numbers.n for bound in (numbers.proportion_low, numbers.proportion_high))
    return (
        Column(numbers.expected, None, None, number(numbers.expected, 1)),
        Column(numbers.observed, low, high, str(numbers.observed)),
    )


def _study(numbers: ObservedExpected) -> tuple[Column, Column]:
    return (
        Column(numbers.median_risk, numbers.risk_q1, numbers.risk_q3, percent(numbers.median_risk)),
        Column(
            numbers.proportion, numbers.proportion_low, numbers.proportion_high, percent(numbers.proportion)
        ),
    )
