"""What happened to one patient: one row for each event, on a common axis of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.scatter import ticks_over
from iren_core.figures.text import inert, paragraph

_LEFT, _RIGHT, _TOP = 210.0, 24.0, 10.0
_X_AXIS_ROOM = 58
_ROW_PADDING = 12.0


@dataclass(frozen=True)
class TimelineRow:
    """One event: a point on its day, or a bar from the first to the last day of something that went on.

    label : what it was; words : when, and what more is known
    start, end : days on the axis; ``end`` is ``None`` for a point
    """

    label: str
    words: str
    start: float
    end: float | None
    colour: str
    symbol: str


def timeline(rows: Sequence[TimelineRow], *, x_title: str, provenance: str) -> go.Figure:
    """Draw the rows from top to bottom in the order given; a thin line marks day 0.

    Traces have ``meta["role"]`` observed. ``meta["panels"]`` is empty: a single patient does not go on a slide.
    """
    labels = [_label(row) for row in rows]
    heights = [lines * layout.LINE + _ROW_PADDING for _, lines in labels]
    centres = [sum(heights[place:]) - heights[place] / 2 for place in range(len(rows))]
    days = [day for row in rows for day in (row.start, row.end) if day is not None]
    ticks = ticks_over([0.0, *days])
    drawing = theme.Drawing(
        {
            "margin": {"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _X_AXIS_ROOM, "autoexpand": False},
            "meta": {"panels": []},
            "showlegend": False,
            "xaxis": {"range": [ticks[0], ticks[-1]], "tickvals": ticks, "title": {"text": inert(x_title)}},
            "yaxis": {
                "range": [0, sum(heights)],
                "tickvals": centres,
                "ticktext": [text for text, _ in labels],
                "fixedrange": True,
            },
            "shapes": [
                {"type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
                 "line": {"color": theme.MUTED, "width": 1, "dash": "dot"}}
            ],
        }
    )  # fmt: skip
    drawing.add_traces([_trace(row, centre) for row, centre in zip(rows, centres, strict=True)])
    return theme.footer(drawing, provenance, height=_TOP + sum(heights) + _X_AXIS_ROOM)


def _label(row: TimelineRow) -> tuple[str, int]:
    width = _LEFT - theme.EDGE
    name, first = paragraph(row.label, width, theme.SMALL)
    words, further = paragraph(row.words, width, theme.SMALL)
    return f'<b>{name}</b><br><span style="color:{theme.MUTED}">{words}</span>', first + further


def _trace(row: TimelineRow, height: float) -> go.Scatter:
    common = {
        "name": inert(row.label),
        "hovertemplate": f"{inert(row.label)}<br>{inert(row.words)}<extra></extra>",
        "meta": {"role": "observed", "group": row.label},
        "cliponaxis": False,
    }
    if row.end is None:
        marker = {"symbol": row.symbol, "size": 11, "color": row.colour}
        return go.Scatter(x=[row.start], y=[height], mode="markers", marker=marker, **common)
    line = {"color": row.colour, "width": 9}
    return go.Scatter(x=[row.start, row.end], y=[height] * 2, mode="lines", line=line, **common)
