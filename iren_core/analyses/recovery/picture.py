"""The pairs of one marker as a picture: shapes for ``figures.pairs``."""

from __future__ import annotations

from collections.abc import Mapping

from plotly.graph_objects import Figure

from iren_core.analyses.recovery.pairs import GroupPairs, Result
from iren_core.errors import CohortError
from iren_core.figures.pairs import PairedPanel, Summary, paired_lines
from iren_core.figures.theme import Style
from iren_core.wording import p_value


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """One panel a group, one line a patient."""
    return paired_lines(
        [_panel(group, styles[group.label].colour) for group in result.groups],
        y_title=f"{result.marker.label} ({result.marker.unit})",
        log=result.settings.log_scale,
        provenance=provenance,
    )


def _panel(group: GroupPairs, colour: str) -> PairedPanel:
    comparison = group.comparison
    return PairedPanel(
        label=f"{group.label} ({len(group.patients)} of {group.n} with both values)",
        colour=colour,
        patients=group.patients,
        before=group.acute,
        after=group.recovery,
        summaries=_summaries(group),
        note=comparison.found
        if isinstance(comparison, CohortError)
        else f"{comparison.method}: {p_value(comparison.p_value)}",
        empty_message="No patient has both an acute and a recovery value.",
    )


def _summaries(group: GroupPairs) -> tuple[Summary, Summary] | None:
    if isinstance(group.comparison, CohortError):
        return None
    medians = (group.comparison.median_before, group.comparison.median_after)
    before, after = (
        Summary(median, q1, q3, group.comparison.n_pairs)
        for median, (q1, q3) in zip(medians, group.comparison.quartiles, strict=True)
    )
    return before, after
