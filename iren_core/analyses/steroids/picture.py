"""Exposure as a picture: shapes for ``figures.dots``."""

from __future__ import annotations

import math
from collections.abc import Mapping

from plotly.graph_objects import Figure

from iren_core.analyses.steroids.exposure import GroupExposure, PanelExposure, Result
from iren_core.errors import CohortError
from iren_core.figures.dots import Centre, DotGroup, DotPanel, dots
from iren_core.figures.theme import Style
from iren_core.wording import p_value, significant


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """One panel for the whole and each diagnosis, one dot a patient."""
    measure = result.measure
    return dots(
        [_panel(panel, styles) for panel in result.panels],
        y_title=f"{measure.label} ({measure.unit})",
        provenance=provenance,
    )


def _panel(panel: PanelExposure, styles: Mapping[str, Style]) -> DotPanel:
    comparison = panel.comparison
    return DotPanel(
        title=panel.title,
        note="Not compared"
        if isinstance(comparison, CohortError)
        else f"{comparison.method.split(',')[0].removesuffix(' test')}: {p_value(comparison.p_value)}",
        groups=tuple(
            DotGroup(
                group.label, styles[group.label], group.patients, group.values, _centre(group, panel.by_ranks)
            )
            for group in panel.groups
        ),
        empty_message="No patient here has a value.",
    )


def _centre(group: GroupExposure, by_ranks: bool) -> Centre | None:
    one = group.description
    if by_ranks and one.n:
        words = f"median {significant(one.median)}, quartiles {significant(one.q1)} to {significant(one.q3)}"
        return Centre(one.median, one.q1, one.q3, words)
    if math.isnan(one.sd):
        return None
    words = f"mean {significant(one.mean)}, standard deviation {significant(one.sd)}"
    return Centre(one.mean, one.mean - one.sd, one.mean + one.sd, words)
