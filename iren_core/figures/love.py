"""How unlike two groups are in each characteristic: one dot a row, the largest on top (a love plot)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import inert, width_px, wrapped

_ROW = 24.0
_RIGHT = 24.0
_X_AXIS_ROOM = 58
_LONGEST_LABEL = 230.0
_SMALL_DIFFERENCE = 0.1


@dataclass(frozen=True)
class Difference:
    """One characteristic: its standardised difference without sign, and the words of its test."""

    label: str
    value: float
    words: str


def love_plot(
    differences: Sequence[Difference],
    *,
    chance: float,
    x_title: str,
    provenance: str,
    empty_message: str = "",
) -> go.Figure:
    """Draw the standardised differences from the largest down.

    Parameters
    ----------
    chance : the difference that groups of these sizes pass by chance in 1 of 20 samples; NaN draws no line
    empty_message : the sentence shown when there is no difference to draw

    Traces have ``meta["role"]`` observed or reference.
    """
    rows = sorted(differences, key=lambda row: row.value)
    heading = layout.Heading("", "", "" if rows else empty_message)
    labels = [wrapped(row.label, _LONGEST_LABEL, theme.SMALL) for row in rows]
    left = 28 + max((width_px(line, theme.SMALL) for lines in labels for line in lines), default=60.0)
    plot = max(_ROW * len(rows), 5 * _ROW) + _ROW * 0.4 * sum(len(lines) - 1 for lines in labels)
    legend = layout.legend_height(_lines(chance), theme.NARROWEST - left - _RIGHT) if rows else 0.0
    top = legend + 10
    grid = layout.Grid(1, left, _RIGHT, top, 8, _X_AXIS_ROOM, top + plot + _X_AXIS_ROOM + 8)
    highest = max([row.value for row in rows] + [chance if math.isfinite(chance) else 0.2, 0.2]) * 1.08
    meta = layout.panel_meta(0, heading, x_title=x_title, y_title="")
    words = [(place, row.label) for place, row in enumerate(rows)]
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": [meta | {"y_words": words}]},
            "xaxis": {
                "domain": grid.x_domain(0),
                "range": [0, highest],
                "title": layout.axis_title(x_title),
                "showgrid": True,
                "anchor": "y",
            },
            "yaxis": {
                "domain": grid.y_domain(),
                "range": [-0.6, max(len(rows), 1) - 0.4],
                "tickvals": list(range(len(rows))),
                "ticktext": ["<br>".join(inert(line) for line in lines) for lines in labels],
                "ticks": "",
                "fixedrange": True,
                "showticklabels": bool(rows),
            },
        }
    )
    if rows:
        drawing.add_traces([_dots(rows), *_references(len(rows), chance)])
    else:
        drawing.add_traces([layout.blank(0)])
    layout.add_headings(drawing, grid, [heading])
    return theme.footer(drawing, provenance, height=grid.height)


def _lines(chance: float) -> list[str]:
    names = ["0.1, often called balanced"]
    return [*names, "passed by chance in 1 of 20 samples of these sizes"] if math.isfinite(chance) else names


def _dots(rows: Sequence[Difference]) -> go.Scatter:
    return go.Scatter(
        x=[row.value for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        name="Standardised difference",
        showlegend=False,
        marker={"color": "#0072B2", "size": 9, "symbol": "circle"},
        customdata=[[inert(row.label), inert(row.words)] for row in rows],
        hovertemplate="%{customdata[0]}: %{x:.2f}<br>%{customdata[1]}<extra></extra>",
        meta={"role": "observed", "group": "Standardised difference"},
    )


def _references(n: int, chance: float) -> list[go.Scatter]:
    places = [_SMALL_DIFFERENCE, *([chance] if math.isfinite(chance) else [])]
    looks = zip(places, ("dot", "dash"), _lines(chance), strict=False)
    return [
        go.Scatter(
            x=[place, place],
            y=[-0.6, n - 0.4],
            mode="lines",
            name=name,
            line={"color": theme.MUTED, "width": 1.3, "dash": dash},
            hoverinfo="skip",
            meta={"role": "reference", "group": name},
        )
        for place, dash, name in looks
    ]
