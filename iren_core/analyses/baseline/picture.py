"""The standardised differences as a picture: shapes for ``figures.love``."""

from __future__ import annotations

import math

from plotly.graph_objects import Figure

from iren_core.analyses.baseline.characteristics import Result
from iren_core.figures.love import Difference, love_plot
from iren_core.wording import statistic

#: More rows than these can be read neither on a screen nor on a slide.
MOST_ROWS = 25


def draw(result: Result, provenance: str) -> Figure:
    """One dot a characteristic of all patients, the largest difference on top, ``MOST_ROWS`` at most."""
    whole = result.whole
    several = len(whole.labels) > 2
    known = sorted(
        (row for row in whole.rows if math.isfinite(row.difference)), key=lambda row: -row.difference
    )
    return love_plot(
        [Difference(row.field.label, row.difference, statistic(row.comparison)) for row in known[:MOST_ROWS]],
        chance=whole.chance,
        x_title="Standardised difference, largest of any two groups"
        if several
        else "Standardised difference",
        provenance=provenance,
        empty_message="There are not two groups with two values or more to set beside each other.",
    )
