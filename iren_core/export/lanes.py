"""Lanes of patients in columns short enough for their labels to be read."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from iren_core.export.thinning import only

if TYPE_CHECKING:
    from iren_core.export.native_charts import Panel

#: Lanes of one column, and columns of one slide.
MOST_LANES, COLUMNS = 18, 2
#: Room between the outermost lanes and the ends of the axis, in lanes.
_MARGIN = 0.7
_OFF_DAY_ZERO = "\u00a0" * 3


def in_columns(panel: Panel) -> list[Panel]:
    """The panel in columns of about equal length, each headed with its place; itself where it has no lanes.

    The labels keep off the marks of day 0, and no title of their axis lies on them.
    """
    if not panel.lanes:
        return [panel]
    words = tuple((height, f"{label}{_OFF_DAY_ZERO}") for height, label in panel.y_words)
    panel, n = replace(panel, y_title="", y_words=words), len(words)
    if n <= MOST_LANES:
        return [panel]
    columns = COLUMNS * ceil(n / (MOST_LANES * COLUMNS))
    ends = [round(n * place / columns) for place in range(columns + 1)]
    return [_column(panel, start, end) for start, end in pairwise(ends)]


def _column(panel: Panel, start: int, end: int) -> Panel:
    words = panel.y_words[start:end]
    heights = {height for height, _ in words}
    axis: Any = type(panel.y_axis)(panel.y_axis)
    axis.range = [min(heights) - _MARGIN, max(heights) + _MARGIN]
    inside = (
        only(trace, [place for place, y in enumerate(trace.y) if y is None or float(y) in heights])
        for trace in panel.traces
    )
    return replace(
        panel,
        title=f"Lanes {start + 1} to {end} of {len(panel.y_words)}{' drawn' if panel.thinned else ''}",
        y_words=words,
        y_axis=axis,
        traces=tuple(trace for trace in inside if any(y is not None for y in trace.y)),
    )
