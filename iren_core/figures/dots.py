"""Every patient's value as a dot, group beside group, with what the test compares: a mean or a median."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import inert
from iren_core.figures.theme import Style

_PLOT_HEIGHT = 340
_X_AXIS_ROOM = 34
_LEFT, _RIGHT = 78.0, 20.0
#: Dots closer than this share of the axis are set side by side, so far apart in units of a group's place.
_CLOSE, _APART = 0.025, 0.075
_HALF_BAR, _HALF_CAP = 0.26, 0.1


@dataclass(frozen=True)
class Centre:
    """A group's mean or median with the ends of its whisker, in the unit of the axis, and both in words."""

    value: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, eq=False)
class DotGroup:
    """One group of a panel: ``values`` of shape (n,), their ``patients``; ``centre`` may be lacking."""

    label: str
    style: Style
    patients: tuple[str, ...]
    values: np.ndarray
    centre: Centre | None


@dataclass(frozen=True, eq=False)
class DotPanel:
    """Groups side by side under a title and a line on their test."""

    title: str
    note: str
    groups: tuple[DotGroup, ...]
    empty_message: str = ""

    @property
    def heading(self) -> layout.Heading:
        """The words above the panel."""
        empty = not any(len(group.values) for group in self.groups)
        return layout.Heading(self.title, self.note, self.empty_message if empty else "")


def dots(panels: Sequence[DotPanel], *, y_title: str, provenance: str) -> go.Figure:
    """Draw the panels side by side on one y axis that starts at zero.

    Traces have ``meta["role"]`` observed, summary or key; under each group stands the number of its values.
    """
    groups = list({group.label: group for panel in panels for group in panel.groups}.values())
    grid = _grid(panels, [group.label for group in groups])
    highest = (
        max((float(np.max(g.values)) for p in panels for g in p.groups if len(g.values)), default=1.0) or 1.0
    )
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": [_meta(place, panel, y_title) for place, panel in enumerate(panels)]},
            **_axes(grid, panels, y_title, highest * 1.06),
        }
    )
    alone = len(panels) == 1
    for place, panel in enumerate(panels):
        axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
        drawn = [(at, group) for at, group in enumerate(panel.groups) if len(group.values)]
        for at, group in drawn:
            drawing.add_traces([_dots(at, group, axes, highest, named=alone)])
            if group.centre:
                drawing.add_traces([_centre(at, group.label, group.centre, axes)])
        if not drawn:
            drawing.add_traces([layout.blank(place)])
    if not alone:
        drawing.add_traces([_key(group) for group in groups])
    layout.add_headings(drawing, grid, [panel.heading for panel in panels])
    return theme.footer(drawing, provenance, height=grid.height)


def _grid(panels: Sequence[DotPanel], labels: list[str]) -> layout.Grid:
    width = layout.panel_width(len(panels), _LEFT, _RIGHT)
    legend = layout.legend_height(labels, theme.NARROWEST - _LEFT - _RIGHT)
    top = legend + layout.heading_height([panel.heading for panel in panels], width) + 8
    return layout.Grid(
        len(panels), _LEFT, _RIGHT, top, 8, _X_AXIS_ROOM, top + _PLOT_HEIGHT + _X_AXIS_ROOM + 8
    )


def _under(panel: DotPanel) -> list[str]:
    return [f"n = {len(group.values)}" for group in panel.groups]


def _meta(place: int, panel: DotPanel, y_title: str) -> dict[str, object]:
    return layout.panel_meta(place, panel.heading, x_title="", y_title=y_title) | {
        "x_words": [(at, words) for at, words in enumerate(_under(panel))]
    }


def _axes(
    grid: layout.Grid, panels: Sequence[DotPanel], y_title: str, top: float
) -> dict[str, dict[str, object]]:
    axes: dict[str, dict[str, object]] = {}
    for place, panel in enumerate(panels):
        number = place + 1
        axes[layout.axis_key("x", number)] = {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": [-0.6, max(len(panel.groups), 1) - 0.4],
            "tickvals": list(range(len(panel.groups))),
            "ticktext": _under(panel),
            "ticks": "",
            "fixedrange": True,
        }
        axes[layout.axis_key("y", number)] = {
            "domain": grid.y_domain(),
            "anchor": layout.axis_id("x", number),
            "range": [0, top],
            "title": layout.axis_title(y_title) if place == 0 else None,
            "showticklabels": place == 0,
            "matches": "y" if place else None,
        }
    return axes


def _dots(at: int, group: DotGroup, axes: dict[str, str], highest: float, *, named: bool) -> go.Scatter:
    return go.Scatter(
        **axes,
        x=at + _side_steps(group.values, _CLOSE * highest),
        y=group.values,
        mode="markers",
        name=inert(group.label),
        legendgroup=inert(group.label),
        showlegend=named,
        marker=_marker(group.style),
        customdata=[[inert(patient)] for patient in group.patients],
        hovertemplate="Patient %{customdata[0]}: %{y}<extra></extra>",
        meta={"role": "observed", "group": group.label},
    )


def _marker(style: Style) -> dict[str, object]:
    return {"color": theme.mix(style.colour, 0.75), "size": 8, "symbol": style.symbol}


def _side_steps(values: np.ndarray, close: float) -> np.ndarray:
    """Sideways places that keep dots of nearly the same height apart: middle, right, left, further right ..."""
    steps = np.zeros(len(values))
    run, start = 0, -np.inf
    for place in np.argsort(values, kind="stable"):
        run, start = (run + 1, start) if values[place] - start < close else (0, values[place])
        steps[place] = (run + 1) // 2 * (1 if run % 2 else -1)
    return steps * min(_APART, 0.42 / max(np.abs(steps).max(initial=1), 1))


def _centre(at: int, label: str, centre: Centre, axes: dict[str, str]) -> go.Scatter:
    """A bar at the centre and a whisker with caps, as one line with gaps."""
    bars = [(centre.value, _HALF_BAR), (centre.low, _HALF_CAP), (centre.high, _HALF_CAP)]
    xs: list[float | None] = [at, at]
    ys: list[float | None] = [centre.low, centre.high]
    for height, half in bars:
        xs += [None, at - half, at + half]
        ys += [None, height, height]
    return go.Scatter(
        **axes,
        x=xs,
        y=ys,
        mode="lines",
        name=inert(centre.words),
        legendgroup=inert(label),
        showlegend=False,
        line={"color": theme.INK, "width": 2},
        hovertemplate=f"{inert(label)}<br>{inert(centre.words)}<extra></extra>",
        meta={"role": "summary", "group": f"{label}, {centre.words}"},
    )


def _key(group: DotGroup) -> go.Scatter:
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=inert(group.label),
        legendgroup=inert(group.label),
        marker=_marker(group.style),
        hoverinfo="skip",
        meta={"role": "key", "group": group.label},
    )
