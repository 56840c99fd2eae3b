"""Predicted beside observed deaths as a picture: shapes for ``figures.columns``."""

from __future__ import annotations

from collections.abc import Mapping

from plotly.graph_objects import Figure

from iren_core.analyses.mortality.deaths import GroupDeaths, PanelDeaths, Result, View
from iren_core.errors import CohortError
from iren_core.figures.columns import Column, Group, predicted_observed
from iren_core.figures.theme import MUTED, Style
from iren_core.stats.mortality import ObservedExpected
from iren_core.wording import number, percent


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """Two columns a group: predicted and observed."""
    view = result.settings.view
    groups = [group for panel in result.panels for group in _groups(panel, view, styles)]
    return predicted_observed(
        groups, mode="expected" if view == "expected deaths" else "study", provenance=provenance
    )


def _groups(panel: PanelDeaths, view: View, styles: Mapping[str, Style]) -> list[Group]:
    labelled = [(panel.title, panel.everybody, MUTED)]
    if len(panel.groups) > 1:
        labelled += [(f"{panel.title}: {group.label}", group, styles[group.label].colour) for group in panel.groups]
    return [
        _group(label, group, colour, view)
        for label, group, colour in labelled
        if not isinstance(group.numbers, CohortError)
    ]


def _group(label: str, group: GroupDeaths, colour: str, view: View) -> Group:
    numbers = group.numbers
    assert isinstance(numbers, ObservedExpected)
    predicted, observed = _deaths(numbers) if view == "expected deaths" else _study(numbers)
    return Group(label, colour, numbers.n, predicted, observed)


def _deaths(numbers: ObservedExpected) -> tuple[Column, Column]:
    low, high = (bound * numbers.n for bound in (numbers.proportion_low, numbers.proportion_high))
    return (
        Column(numbers.expected, None, None, number(numbers.expected, 1)),
        Column(numbers.observed, low, high, str(numbers.observed)),
    )


def _study(numbers: ObservedExpected) -> tuple[Column, Column]:
    return (
        Column(numbers.median_risk, numbers.risk_q1, numbers.risk_q3, percent(numbers.median_risk)),
        Column(numbers.proportion, numbers.proportion_low, numbers.proportion_high, percent(numbers.proportion)),
    )
