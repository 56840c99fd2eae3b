"""The pairs of one marker as a picture: shapes for ``figures.pairs``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from plotly.graph_objects import Figure

from iren_core.analyses.recovery.pairs import GroupPairs, MarkerPairs, Result
from iren_core.errors import CohortError
from iren_core.figures.pair_grid import MarkerPanel, paired_grid
from iren_core.figures.pairs import PairedPanel, Summary, paired_lines
from iren_core.figures.reference_band import Band
from iren_core.figures.theme import Style
from iren_core.schema import Marker
from iren_core.stats.describe import quantiles
from iren_core.stats.paired import PairedComparison
from iren_core.wording import listed, p_value

#: The tests of more groups stand in the table alone.
MOST_TESTS = 2


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """One panel a group, or one a marker; one line a patient."""
    if result.settings.view == "all markers":
        return paired_grid(
            [_marker_panel(result, one, styles) for one in result.every_marker],
            log=result.settings.log_scale,
            provenance=provenance,
        )
    return paired_lines(
        [_panel(result, group, styles[group.label].colour) for group in result.groups],
        y_title=f"{result.marker.label} ({_unit(result, result.marker)})",
        log=result.settings.log_scale,
        provenance=provenance,
        band=_band(result, result.marker),
    )


def _unit(result: Result, marker: Marker) -> str:
    return "% of acute" if result.settings.change == "percent" else marker.unit


def _band(result: Result, marker: Marker) -> Band | None:
    reference = result.reference(marker)
    if reference is None or result.settings.change == "percent":
        return None
    return Band(reference.low, reference.high, f"Reference range {reference} {marker.unit}")


def _panel(result: Result, group: GroupPairs, colour: str) -> PairedPanel:
    comparison = group.comparison
    acute, recovery = group.acute, group.recovery
    if result.settings.change == "percent":
        acute, recovery = np.full(len(acute), 100.0), 100 * recovery / acute
    return PairedPanel(
        label=f"{group.label} ({len(group.patients)} of {group.n} compared)",
        colour=colour,
        patients=group.patients,
        before=acute,
        after=recovery,
        summaries=None if isinstance(comparison, CohortError) else (_summary(acute), _summary(recovery)),
        note=comparison.found
        if isinstance(comparison, CohortError)
        else f"{comparison.method}: {p_value(comparison.p_value)}",
        empty_message="No patient has both an acute and a recovery value.",
        at_limit=group.at_limit,
    )


def _marker_panel(result: Result, one: MarkerPairs, styles: Mapping[str, Style]) -> MarkerPanel:
    band = _band(result, one.marker)
    reference = result.reference(one.marker) if band else None
    return MarkerPanel(
        title=f"{one.marker.short} ({_unit(result, one.marker)})"
        + (f", range {reference}" if reference else ""),
        groups=tuple(replace(_panel(result, g, styles[g.label].colour), label=g.label) for g in one.groups),
        note=_tests(one.groups) if len(one.groups) <= MOST_TESTS else "",
        empty_message="No patient has both an acute and a recovery value.",
        band=band,
    )


def _tests(groups: tuple[GroupPairs, ...]) -> str:
    """The p-values in the order of the groups, each with its test; a test that all share is named once."""
    names, numbers = zip(*(_test(group.comparison) for group in groups), strict=True)
    if len(set(names)) == 1 and names[0]:
        return f"{names[0]}: {listed(numbers)}"
    return "; ".join(
        f"{name}: {found}" if name else found for name, found in zip(names, numbers, strict=True)
    )


def _test(comparison: PairedComparison | CohortError) -> tuple[str, str]:
    if isinstance(comparison, CohortError):
        return "", "not tested"
    return comparison.method.split(" test")[0].removesuffix("-test"), p_value(comparison.p_value)


def _summary(values: np.ndarray) -> Summary:
    q1, median, q3 = quantiles(values).tolist()
    return Summary(median, q1, q3, len(values))
