"""Two numbers for each patient: one panel for each pair of numbers, one point for each patient.

Patients who lack the height, such as those who died before they could heal, are not dropped: their points lie
in a strip above the axis.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import inert, paragraph

_PLOT_HEIGHT = 250
_X_AXIS_ROOM = 42
_COLUMNS = 2
_GAP = 0.1
_LEFT, _RIGHT = 92.0, 20.0
_MOST_TICKS = 6


@dataclass(frozen=True, eq=False)
class Points:
    """Patients drawn alike.

    label, colour, symbol : the group, as ``theme`` draws it
    patients : identifiers, for the reader who points at a point
    x, y : in the units of the axes, shape (n,); a point without y lies in the strip above the axis
    """

    label: str
    colour: str
    symbol: str
    patients: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True, eq=False)
class Line:
    """A line through the points, in the units of the axes; ``low`` and ``high`` bound its band where known."""

    label: str
    dash: str
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class ScatterPanel:
    """One pair of numbers: heading, axis title, points, line; or the sentence that takes their place."""

    title: str
    note: str
    x_title: str
    points: tuple[Points, ...]
    line: Line | None = None
    empty_message: str = ""

    @property
    def heading(self) -> layout.Heading:
        """The words above the panel."""
        return layout.Heading(self.title, self.note, self.empty_message)


@dataclass(frozen=True)
class _Rows(layout.Grid):
    """Panels in rows of two, each row with room for its headings and its axis."""

    heading: float = 0.0
    axis: float = 0.0

    @property
    def columns(self) -> int:
        return min(self.n, _COLUMNS)

    @property
    def panel_width(self) -> float:
        return layout.panel_width(self.columns, self.left, self.right, self.gap)

    def x_domain(self, place: int) -> tuple[float, float]:
        width = (1 - self.gap * (self.columns - 1)) / self.columns
        start = place % self.columns * (width + self.gap)
        return start, min(start + width, 1.0)

    def y_domain(self, place: int = 0) -> tuple[float, float]:
        row_height = self.heading + _PLOT_HEIGHT + self.axis
        ceiling = self.plot_height - place // self.columns * row_height
        return max((ceiling - _PLOT_HEIGHT) / self.plot_height, 0.0), ceiling / self.plot_height


def scatter(panels: Sequence[ScatterPanel], *, y_title: str, strip: str, provenance: str) -> go.Figure:
    """Draw one panel for each pair of numbers; all share the y axis.

    Parameters
    ----------
    strip : what the strip above the axis is called, for points without y

    Traces have ``meta["role"]`` point (``meta["above"]`` is the height of the strip above the axis), estimate, band,
    limit or key.
    """
    grid = _grid(panels)
    ticks = ticks_over(
        np.concatenate([group.y for panel in panels for group in panel.points] or [np.empty(0)])
    )
    step = ticks[1] - ticks[0]
    above = ticks[-1] + 0.6 * step if any(np.isnan(g.y).any() for p in panels for g in p.points) else None
    # A native axis only counts: the strip has a name there as one of the words along the axis.
    words = {"y_words": [(tick, f"{tick:g}") for tick in ticks] + [(above, strip)]} if above else {}
    meta = [
        layout.panel_meta(place, panel.heading, x_title=panel.x_title, y_title=y_title) | words
        for place, panel in enumerate(panels)
    ]
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": meta},
            **_axes(grid, panels, ticks=ticks, above=above, y_title=y_title, strip=strip),
        }
    )
    for place, panel in enumerate(panels):
        axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
        titles = (panel.x_title, y_title, strip)
        drawing.add_traces(_line(panel.line, axes) if panel.line else [])
        drawing.add_traces([_points(group, axes, above, titles) for group in panel.points])
        drawing.add_traces([] if panel.points else [layout.blank(place)])
    _one_legend(drawing)
    layout.add_headings(drawing, grid, [panel.heading for panel in panels])
    return theme.footer(drawing, provenance, height=grid.height)


def ticks_over(values: Sequence[float] | np.ndarray) -> list[float]:
    """Round numbers, evenly spaced, from at or below the lowest value to at or above the highest.

    >>> ticks_over(np.array([14.5, 28.4]))
    [10.0, 15.0, 20.0, 25.0, 30.0]
    >>> ticks_over(np.array([]))
    [0.0, 1.0]
    """
    every = np.asarray(values, dtype=float)
    known = every[np.isfinite(every)]
    if not known.size:
        return [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    least = ((high - low) or abs(high) or 1.0) / (_MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{place * step:.12g}") for place in range(first, max(last, first + 1) + 1)]


def _grid(panels: Sequence[ScatterPanel]) -> _Rows:
    columns = min(len(panels), _COLUMNS)
    gap = _GAP if columns > 1 else 0.0
    rows = math.ceil(len(panels) / columns)
    width = layout.panel_width(columns, _LEFT, _RIGHT, gap)
    heading = layout.heading_height([panel.heading for panel in panels], width)
    axis = _X_AXIS_ROOM + layout.LINE * max(
        paragraph(panel.x_title, width, theme.FONT_SIZE)[1] for panel in panels
    )
    labels = dict.fromkeys(
        [group.label for panel in panels for group in panel.points]
        + [panel.line.label for panel in panels if panel.line]
    )
    top = layout.legend_height(list(labels), theme.NARROWEST - _LEFT - _RIGHT) + heading + 8
    height = top + rows * (_PLOT_HEIGHT + axis) + (rows - 1) * heading
    return _Rows(len(panels), _LEFT, _RIGHT, top, axis, 0, height, gap, heading, axis)


def _axes(
    grid: _Rows,
    panels: Sequence[ScatterPanel],
    *,
    ticks: list[float],
    above: float | None,
    y_title: str,
    strip: str,
) -> dict[str, dict[str, object]]:
    axes: dict[str, dict[str, object]] = {}
    for place, panel in enumerate(panels):
        number = place + 1
        x_ticks = ticks_over(np.concatenate([group.x for group in panel.points] or [np.empty(0)]))
        axes[layout.axis_key("x", number)] = {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": [x_ticks[0], x_ticks[-1]],
            "tickvals": x_ticks,
            "title": {"text": paragraph(panel.x_title, grid.panel_width, theme.FONT_SIZE)[0]},
        }
        axes[layout.axis_key("y", number)] = {
            "domain": grid.y_domain(place),
            "anchor": layout.axis_id("x", number),
            "range": [ticks[0], ticks[-1] + (ticks[1] - ticks[0] if above else 0)],
            "tickvals": [*ticks, above] if above else ticks,
            "ticktext": [*(f"{tick:g}" for tick in ticks), inert(strip)] if above else None,
            "title": {"text": paragraph(y_title, _PLOT_HEIGHT, theme.FONT_SIZE)[0]}
            if place % grid.columns == 0
            else None,
            "showticklabels": place % grid.columns == 0,
            "matches": "y" if place else None,
        }
    return axes


def _points(
    group: Points, axes: dict[str, str], above: float | None, words: tuple[str, str, str]
) -> go.Scatter:
    x_title, y_title, strip = (inert(word) for word in words)
    heights = [above if np.isnan(y) else y for y in group.y.tolist()]
    shown = [strip if np.isnan(y) else f"{y_title}: {y:g}" for y in group.y.tolist()]
    return go.Scatter(
        **axes,
        x=group.x,
        y=heights,
        mode="markers",
        name=inert(group.label),
        legendgroup=inert(group.label),
        marker={
            "color": theme.faded(group.colour, 0.8),
            "symbol": group.symbol,
            "size": 8,
            "line": {"width": 1, "color": group.colour},
        },
        cliponaxis=False,
        customdata=[[inert(patient), words] for patient, words in zip(group.patients, shown, strict=True)],
        hovertemplate=f"Patient %{{customdata[0]}}<br>{x_title}: %{{x}}<br>%{{customdata[1]}}<extra></extra>",
        meta={"role": "point", "group": group.label, "above": above},
    )


def _line(line: Line, axes: dict[str, str]) -> list[go.Scatter]:
    quiet = {**axes, "mode": "lines", "legendgroup": line.label, "showlegend": False, "hoverinfo": "skip"}
    estimate = go.Scatter(
        **quiet, x=line.x, y=line.y, name=line.label, meta={"role": "estimate", "group": line.label},
        line={"color": theme.MUTED, "width": 2, "dash": line.dash},
    )  # fmt: skip
    if not np.isfinite(line.low).all() or not len(line.x):
        return [estimate]
    band = go.Scatter(
        **quiet, x=[*line.x, *line.x[::-1]], y=[*line.low, *line.high[::-1]], fill="toself", line={"width": 0},
        fillcolor=theme.faded(theme.MUTED, 0.12), meta={"role": "band", "group": line.label},
    )  # fmt: skip
    limits = [
        go.Scatter(
            **quiet, x=line.x, y=limit, line={"color": theme.faded(theme.MUTED, 0.35), "width": 0.8},
            meta={"role": "limit", "group": line.label, "bound": bound},
        )
        for bound, limit in (("low", line.low), ("high", line.high))
    ]  # fmt: skip
    return [band, *limits, estimate]


def _one_legend(drawing: theme.Drawing) -> None:
    """Every label once, whichever panel it is first in; points before lines."""
    seen: set[str] = set()
    for trace in (trace for trace in drawing.data if trace.meta["role"] in ("point", "estimate")):
        trace.showlegend = trace.meta["group"] not in seen
        trace.legendrank = 1000 if trace.meta["role"] == "point" else 1001
        seen.add(trace.meta["group"])
