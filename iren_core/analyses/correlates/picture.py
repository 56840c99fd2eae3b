"""The pairs as a picture: shapes for ``figures.scatter``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from plotly.graph_objects import Figure

from iren_core.analyses.correlates.associations import (
    DIED_UNHEALED,
    DIED_WITHOUT,
    NO_GROUP,
    OUTCOME_FIRST,
    Association,
    Result,
    is_pearson,
)
from iren_core.errors import CohortError
from iren_core.figures import theme
from iren_core.figures.scatter import Line, Points, ScatterPanel, scatter
from iren_core.figures.theme import Style
from iren_core.stats.correlation import Correlation
from iren_core.wording import UNKNOWN, interval, number, p_value

STRAIGHT = "Straight line with 95% band"
MONOTONE = "Line that never turns back"
_PLAIN = Style("#0072B2", "solid", "circle")
_UNKNOWN = Style(theme.MUTED, "dot", "square")


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """One panel a variable, one point a patient."""
    return scatter(
        [_panel(one, result, styles) for one in result.associations],
        y_title=result.against.label_with_unit,
        strip=strip(result),
        provenance=provenance,
    )


def strip(result: Result) -> str:
    """What those without a value of the outcome have in common."""
    if not result.died.any():
        return "No value"
    return "Died" if result.died[np.isnan(result.y)].all() else "Died or no value"


def short(correlation: Correlation | CohortError) -> str:
    """The coefficient with its interval.

    >>> short(CohortError("", "Only two patients.", ""))
    '–'
    """
    if isinstance(correlation, CohortError):
        return UNKNOWN
    value = f"{correlation.effect} = {number(correlation.estimate, 2)}"
    if np.isnan(correlation.low):
        return f"{value} (too few patients for an interval)"
    return f"{value} (95% CI {interval(correlation.low, correlation.high, 2)})"


def _panel(one: Association, result: Result, styles: Mapping[str, Style]) -> ScatterPanel:
    correlation = one.correlation
    if isinstance(correlation, CohortError):
        return ScatterPanel(one.variable.label, "", one.variable.label_with_unit, (), None, correlation.found)
    return ScatterPanel(
        title=f"{one.variable.label} (n = {correlation.n})",
        note=f"{short(correlation)}, {p_value(correlation.p_value)}",
        x_title=one.variable.label_with_unit,
        points=_points(one, result, styles),
        line=_line(one, correlation),
    )


def _points(one: Association, result: Result, styles: Mapping[str, Style]) -> tuple[Points, ...]:
    apart = result.died & (result.settings.group != "outcome")
    dead = theme.styles("outcome", ["died"])["died"]
    name = DIED_UNHEALED if result.settings.against == OUTCOME_FIRST else DIED_WITHOUT
    kinds = [(name, dead, apart)] if apart.any() else []
    for label in result.labels.categories:
        style = styles.get(label, _UNKNOWN if label == NO_GROUP else _PLAIN)
        kinds.append((label, style, (result.labels == label) & ~apart))
    return tuple(
        Points(
            label,
            style.colour,
            style.symbol,
            tuple(np.array(result.patients, dtype=object)[shown]),
            one.x[shown],
            result.y[shown],
        )
        for label, style, chosen in kinds
        if (shown := chosen & ~np.isnan(one.x)).any()
    )


def _line(one: Association, correlation: Correlation) -> Line | None:
    if one.line is None:
        return None
    straight = is_pearson(correlation)
    return Line(
        label=STRAIGHT if straight else MONOTONE,
        dash="solid" if straight else "dash",
        x=one.line.at,
        y=one.line.fit,
        low=one.line.low,
        high=one.line.high,
    )
