"""The course of one patient as a picture: shapes for ``figures.timeline``."""

from __future__ import annotations

from plotly.graph_objects import Figure

from iren_core.analyses.patients.course import Event, Kind
from iren_core.analyses.provenance import provenance
from iren_core.cohort import Cohort
from iren_core.figures import theme
from iren_core.figures.timeline import TimelineRow, timeline

_LOOK: dict[Kind, tuple[str, str]] = {
    "treatment": (theme.colour("arm", "combination"), "circle"),
    "stay": (theme.MUTED, "square"),
    "illness": (theme.colour("arm", "corticosteroid"), "diamond"),
    "recovery": (theme.colour("diagnosis", "SJS"), "circle"),
    "death": (theme.colour("outcome", "died"), "x"),
}


def draw(cohort: Cohort, events: tuple[Event, ...]) -> Figure:
    """The events as rows; the line at the bottom names the cohort, not the patient."""
    rows = [TimelineRow(one.label, one.words, one.start, one.end, *_LOOK[one.kind]) for one in events]
    return timeline(rows, x_title="Days since first corticosteroid dose", provenance=provenance(cohort, ()))
