"""Step curves over time, side by side, each above a table of patients still at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import balanced, inert, width_px

_LABEL_WIDTH = 136
_X_AXIS_ROOM = 58
_TABLE_HEADING = 22
_ROW_LINE = 15
_PLOT_HEIGHT = 340

Trace = dict[str, Any]


def _nothing() -> np.ndarray:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Curve:
    """One group's step function of time.

    label, colour, dash : as ``theme`` gives them
    time : days at which the curve steps, rising, shape (k,); day 0 need not be among them
    estimate, low, high : proportions from 0 to 1, shape (k,); limits are NaN where there is none
    at_risk : patients at risk just before each ``time``, shape (k,)
    at_risk_at_ticks : patients at risk at each tick of the axis: the row of the table
    censor_times, censor_estimates : day and height of each censoring mark; the curve is drawn up to the last
    start : height on the first day: 0 for healing and incidence, 1 for survival
    first_day : the day on which the curve begins: 0, or the day from which its patients count
    """

    label: str
    colour: str
    dash: str
    time: np.ndarray
    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    at_risk_at_ticks: tuple[int, ...]
    censor_times: np.ndarray = field(default_factory=_nothing)
    censor_estimates: np.ndarray = field(default_factory=_nothing)
    start: float = 0.0
    first_day: float = 0.0


@dataclass(frozen=True, eq=False)
class Panel:
    """One set of axes: a heading, its curves, a line for the test, or a sentence why nothing can be drawn."""

    title: str
    curves: tuple[Curve, ...]
    note: str = ""
    empty_message: str = ""

    @property
    def heading(self) -> layout.Heading:
        """The words above the panel."""
        return layout.Heading(self.title, self.note, "" if self.curves else self.empty_message)


def step_curves(
    panels: Sequence[Panel],
    *,
    y_title: str,
    x_title: str,
    x_max: float,
    ticks: Sequence[float],
    provenance: str,
    band: bool = True,
    at_risk_title: str = "At risk",
) -> go.Figure:
    """Draw panels of step curves that share the y axis of 0 to 100 %.

    Parameters
    ----------
    panels : one or more; the curves of a label look the same in each
    x_max, ticks : end of the x axis and its ticks, in days; the at-risk counts stand under the ticks
    band : whether the pointwise intervals are shaded
    provenance : the line at the bottom

    Traces have ``meta["role"]`` estimate, limit (``meta["bound"]`` low or high), band, censored or at_risk.
    """
    labels = _labels(panels)
    row_heights = [_row_height(label) for label in labels]
    grid = _grid(panels, labels, sum(row_heights))
    meta = [
        layout.panel_meta(place, panel.heading, x_title=x_title, y_title=y_title)
        for place, panel in enumerate(panels)
    ]
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": meta},
            **_axes(grid, y_title, x_max, ticks, sum(row_heights)),
        }
    )
    centres = dict(zip(labels, _row_centres(row_heights), strict=True))
    for place, panel in enumerate(panels):
        axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
        table_axes = {**axes, "yaxis": layout.axis_id("y", len(panels) + place + 1)}
        if band:
            drawing.add_traces([trace for curve in panel.curves for trace in _interval(curve, axes)])
        drawing.add_traces([trace for curve in panel.curves for trace in _lines(curve, axes)])
        drawing.add_traces([] if panel.curves else [layout.blank(place)])
        drawing.add_traces(
            [_at_risk(curve, ticks, centres[curve.label], table_axes) for curve in panel.curves]
        )
    _one_legend(drawing)
    layout.add_x_title(drawing, grid, x_title, 28)
    layout.add_headings(drawing, grid, [panel.heading for panel in panels])
    _label_rows(drawing, panels, labels, row_heights, at_risk_title)
    return theme.footer(drawing, provenance, height=grid.height)


def _labels(panels: Sequence[Panel]) -> list[str]:
    return list(dict.fromkeys(curve.label for panel in panels for curve in panel.curves))


def _grid(panels: Sequence[Panel], labels: list[str], rows: float) -> layout.Grid:
    left = max(64.0, *(_label_width(label) + theme.EDGE + 8 for label in labels)) if labels else 64.0
    width = layout.panel_width(len(panels), left, 20)
    top = (
        layout.legend_height(labels, theme.NARROWEST - left - 20)
        + layout.heading_height([panel.heading for panel in panels], width)
        + 8
    )
    below = _X_AXIS_ROOM + (_TABLE_HEADING + rows if labels else 0)
    return layout.Grid(len(panels), left, 20, top, 8, below, top + _PLOT_HEIGHT + below + 8)


def _axes(
    grid: layout.Grid, y_title: str, x_max: float, ticks: Sequence[float], rows: float
) -> dict[str, dict[str, object]]:
    axes: dict[str, dict[str, object]] = {}
    for place in range(grid.n):
        number = place + 1
        axes[layout.axis_key("x", number)] = {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": [-x_max * 0.02, x_max * 1.02],
            "tickvals": list(ticks),
            "matches": "x" if place else None,
        }
        axes[layout.axis_key("y", number)] = {
            "domain": grid.y_domain(),
            "anchor": layout.axis_id("x", number),
            "range": [-0.01, 1.03],
            "tickformat": ".0%",
            "dtick": 0.25,
            "title": layout.axis_title(y_title) if place == 0 else None,
            "showticklabels": place == 0,
            "matches": "y" if place else None,
        }
        axes[layout.axis_key("y", grid.n + number)] = {
            "domain": (0, (rows + _TABLE_HEADING) / grid.plot_height),
            "anchor": layout.axis_id("x", number),
            "range": [0, rows + _TABLE_HEADING],
            "visible": False,
            "fixedrange": True,
        }
    return axes


def _one_legend(drawing: theme.Drawing) -> None:
    """Every label once: with its first curve, whichever panel that is in."""
    seen: set[str] = set()
    for trace in drawing.data:
        if trace["meta"]["role"] == "estimate":
            trace["showlegend"] = trace["meta"]["group"] not in seen
            seen.add(trace["meta"]["group"])


def _trace(
    curve: Curve, axes: dict[str, str], role: str, *, bound: str | None = None, **settings: object
) -> Trace:
    meta = {"role": role, "group": curve.label} | ({"bound": bound} if bound else {})
    label = inert(curve.label)
    named = {"name": label, "legendgroup": label, "showlegend": False, "meta": meta}
    return {"type": "scatter", **axes, **named, **settings}


def _lines(curve: Curve, axes: dict[str, str]) -> list[Trace]:
    censored = [_censored(curve, axes)] if len(curve.censor_times) else []
    return [_estimate(curve, axes), *censored]


def _estimate(curve: Curve, axes: dict[str, str]) -> Trace:
    time, estimate = _drawn(curve, curve.estimate)
    known = zip(curve.low.tolist(), curve.high.tolist(), curve.at_risk.tolist(), strict=True)
    by_day = dict(zip(curve.time.tolist(), known, strict=True))
    rows = [by_day.get(day, (np.nan, np.nan, np.nan)) for day in time]
    return _trace(
        curve,
        axes,
        "estimate",
        x=time,
        y=estimate,
        mode="lines",
        line={"shape": "hv", "color": curve.colour, "dash": curve.dash, "width": 2.4},
        customdata=rows,
        hovertemplate=[_hover(low, at_risk) for low, _, at_risk in rows],
    )


def _hover(low: float, at_risk: float) -> str:
    interval = " (%{customdata[0]:.0%} to %{customdata[1]:.0%})" if np.isfinite(low) else ""
    patients = "<br>%{customdata[2]:.0f} at risk" if np.isfinite(at_risk) else ""
    return f"Day %{{x}}<br>%{{y:.1%}}{interval}{patients}"


def _interval(curve: Curve, axes: dict[str, str]) -> list[Trace]:
    """Both limits as thin steps and the area between them; both pause where a limit is missing."""
    days, low = _limit(curve, curve.low)
    _, high = _limit(curve, curve.high)
    x, y = _area(days, low, high)
    line = {"shape": "hv", "color": theme.faded(curve.colour, 0.35), "width": 0.8}
    quiet = {"mode": "lines", "hoverinfo": "skip"}
    return [
        _trace(
            curve, axes, "band", x=x, y=y, line={"width": 0}, fill="toself",
            fillcolor=theme.faded(curve.colour, 0.13), **quiet,
        ),
        _trace(curve, axes, "limit", bound="low", x=days, y=low, line=line, **quiet),
        _trace(curve, axes, "limit", bound="high", x=days, y=high, line=line, **quiet),
    ]  # fmt: skip


def _censored(curve: Curve, axes: dict[str, str]) -> Trace:
    return _trace(
        curve,
        axes,
        "censored",
        x=curve.censor_times,
        y=curve.censor_estimates,
        mode="markers",
        marker={"symbol": "line-ns", "size": 9, "line": {"width": 1.6, "color": curve.colour}},
        hovertemplate="Day %{x}<br>Follow-up ended",
    )


def _drawn(curve: Curve, values: np.ndarray) -> tuple[list[float], list[float]]:
    """The curve from its first day to the last day on which anyone was followed."""
    time, drawn = curve.time.tolist(), values.tolist()
    if not time or time[0] > curve.first_day:
        time, drawn = [curve.first_day, *time], [curve.start, *drawn]
    last = max(curve.censor_times, default=0.0)
    if last > time[-1]:
        time, drawn = [*time, float(last)], [*drawn, drawn[-1]]
    return time, drawn


def _limit(curve: Curve, limit: np.ndarray) -> tuple[list[float], list[float | None]]:
    """A limit as steps: where it ceases to be known it is drawn up to that day, then pauses."""
    known = np.isfinite(curve.low) & np.isfinite(curve.high)
    days: list[float] = []
    heights: list[float | None] = []
    held: float | None = None
    for day, height in zip(*_drawn(curve, np.where(known, limit, np.nan)), strict=True):
        if np.isfinite(height):
            days, heights, held = [*days, day], [*heights, height], height
        elif held is not None:
            days, heights, held = [*days, day, day], [*heights, held, None], None
    return days, heights


def _area(
    days: list[float], low: list[float | None], high: list[float | None]
) -> tuple[list[float | None], list[float | None]]:
    """The corners of the area between two step limits; ``None`` parts one closed shape from the next."""
    x: list[float | None] = []
    y: list[float | None] = []
    for run in _runs(low):
        along, floor, ceiling = (np.repeat(np.array(part[run], dtype=float), 2) for part in (days, low, high))
        x += [*along[1:].tolist(), *along[:0:-1].tolist(), None]
        y += [*floor[:-1].tolist(), *ceiling[-2::-1].tolist(), None]
    return x, y


def _runs(values: list[float | None]) -> list[slice]:
    """The stretches without a gap."""
    gaps = [-1, *(place for place, value in enumerate(values) if value is None), len(values)]
    return [slice(gap + 1, after) for gap, after in pairwise(gaps) if after - gap > 1]


def _at_risk(curve: Curve, ticks: Sequence[float], height: float, axes: dict[str, str]) -> Trace:
    return _trace(
        curve,
        axes,
        "at_risk",
        x=list(ticks),
        y=[height] * len(ticks),
        mode="text",
        text=[str(count) for count in curve.at_risk_at_ticks],
        textfont={"size": theme.SMALL, "color": theme.INK},
        customdata=curve.at_risk_at_ticks,
        cliponaxis=False,
        hoverinfo="skip",
    )


def _row_height(label: str) -> float:
    return len(balanced(label, _LABEL_WIDTH, theme.SMALL)) * _ROW_LINE + 6


def _label_width(label: str) -> float:
    return max(width_px(line, theme.SMALL) for line in balanced(label, _LABEL_WIDTH, theme.SMALL))


def _row_centres(heights: list[float]) -> list[float]:
    """Heights in px above the bottom of the table; the first row is the highest."""
    below = sum(heights) - np.cumsum(heights)
    return (below + np.asarray(heights) / 2).tolist()


def _label_rows(
    drawing: theme.Drawing, panels: Sequence[Panel], labels: list[str], heights: list[float], title: str
) -> None:
    if not labels:
        return
    table = layout.axis_id("y", len(panels) + 1)
    colours = {curve.label: curve.colour for panel in panels for curve in panel.curves}
    words = [
        ("<br>".join(inert(line) for line in balanced(label, _LABEL_WIDTH, theme.SMALL)), colours[label])
        for label in labels
    ]
    rows = [(f"<b>{inert(title)}</b>", theme.INK), *words]
    places = [sum(heights) + _TABLE_HEADING / 2, *_row_centres(heights)]
    for (text, colour), height in zip(rows, places, strict=True):
        drawing.add_annotation(
            text=text, xref="paper", x=0, xshift=-14, xanchor="right", yref=table, y=height, yanchor="middle",
            align="right", showarrow=False, borderpad=0, font={"size": theme.SMALL, "color": colour},
        )  # fmt: skip
