"""Values before and after, patient by patient: one panel for each group, one line for each patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from iren_core.errors import CohortError
from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import inert

_PLOT_HEIGHT = 370
_X_AXIS_ROOM = 52
#: Up to so many patients a line is drawn in full; the more there are, the fainter and thinner.
_FULL_UP_TO = 40
_FAINTEST = 0.25
_LINE_WIDTH, _MARKER_SIZE = 1.1, 6.0


@dataclass(frozen=True)
class Summary:
    """Median and quartiles of one phase and the number of values behind them, in the unit of the axis."""

    median: float
    lower_quartile: float
    upper_quartile: float
    n: int


@dataclass(frozen=True, eq=False)
class PairedPanel:
    """One group's patients, each measured twice.

    label, colour : the group, as ``theme`` colours it
    patients : identifiers, for the reader who points at a line
    before, after : values in the unit of the y axis, shape (n,); with one missing, a point remains
    summaries : of ``before`` and of ``after``; ``None`` leaves the summary out
    note : a line under the label, e.g. the test
    empty_message : the sentence shown when there is no patient
    """

    label: str
    colour: str
    patients: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    summaries: tuple[Summary, Summary] | None
    note: str = ""
    empty_message: str = ""

    @property
    def heading(self) -> layout.Heading:
        """The words above the panel."""
        return layout.Heading(self.label, self.note, "" if self.patients else self.empty_message)


@dataclass(frozen=True)
class Slot:
    """Where the two ends of a line lie along an x axis that several groups may share.

    x : every place on the axis, two for each group
    first : which of them holds the value before; the next holds the one after
    """

    x: tuple[float, ...] = (0, 1)
    first: int = 0

    def spread(self, two: Sequence, filler: object = None) -> list:
        """The two things at their places, ``filler`` at all others."""
        return [*[filler] * self.first, *two, *[filler] * (len(self.x) - self.first - 2)]


ALONE = Slot()

#: How the three ways a value can go differ, in print without colour too.
_DIRECTIONS: dict[str, dict[str, str]] = {
    "falls": {"dash": "solid", "symbol": "circle"},
    "rises": {"dash": "dot", "symbol": "triangle-up-open"},
    "unchanged": {"dash": "dash", "symbol": "square-open"},
}


def paired_lines(
    panels: Sequence[PairedPanel],
    *,
    y_title: str,
    log: bool,
    provenance: str,
    phases: tuple[str, str] = ("Acute", "Recovery"),
) -> go.Figure:
    """Draw one panel for each group; all share the y axis.

    Parameters
    ----------
    log : whether the y axis is logarithmic
    phases : what the two measurements are called on the x axis

    Traces have ``meta["role"]`` pair (with ``meta["patient"]`` and ``meta["direction"]``), summary or key.

    Raises
    ------
    CohortError
        when the axis is to be logarithmic and a value is 0 or less.
    """
    if log:
        require_positive(panels)
    grid = _grid(panels)
    meta = [
        layout.panel_meta(place, panel.heading, x_title="", y_title=y_title) | {"categories": list(phases)}
        for place, panel in enumerate(panels)
    ]
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": meta},
            **_axes(grid, panels, y_title=y_title, log=log, phases=phases),
        }
    )
    for place, panel in enumerate(panels):
        axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
        drawing.add_traces([pair_line(panel, row, axes, phases) for row in range(len(panel.patients))])
        if not panel.patients:
            drawing.add_traces([layout.blank(place)])
        if panel.summaries:
            drawing.add_traces([summary_line(panel.label, panel.colour, panel.summaries, axes)])
    drawing.add_traces(keys(drawing))
    layout.add_headings(drawing, grid, [panel.heading for panel in panels])
    return theme.footer(drawing, provenance, height=grid.height)


def require_positive(panels: Sequence[PairedPanel]) -> None:
    """Raise ``CohortError`` when a value cannot stand on a logarithmic axis."""
    values = _values(panels)
    if count := int((values <= 0).sum()):
        raise CohortError(
            "A logarithmic axis was asked for.",
            f"{count} {'value is' if count == 1 else 'values are'} 0 or less and would not be shown.",
            "Take the linear axis.",
        )


def _grid(panels: Sequence[PairedPanel]) -> layout.Grid:
    left, right = 78.0, 20.0
    width = layout.panel_width(len(panels), left, right)
    legend = layout.legend_height(list(KEY_LABELS.values()), theme.NARROWEST - left - right)
    top = legend + layout.heading_height([panel.heading for panel in panels], width) + 8
    height = top + _PLOT_HEIGHT + _X_AXIS_ROOM + 8
    return layout.Grid(len(panels), left, right, top, 8, _X_AXIS_ROOM, height)


def _axes(
    grid: layout.Grid, panels: Sequence[PairedPanel], *, y_title: str, log: bool, phases: tuple[str, str]
) -> dict[str, dict[str, object]]:
    axes: dict[str, dict[str, object]] = {}
    for place, panel in enumerate(panels):
        number = place + 1
        axes[layout.axis_key("x", number)] = {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": [-0.35, 1.35],
            "tickvals": [0, 1],
            "ticktext": _phase_labels(panel, phases),
            "fixedrange": True,
        }
        axes[layout.axis_key("y", number)] = {
            "domain": grid.y_domain(),
            "anchor": layout.axis_id("x", number),
            "type": "log" if log else "linear",
            **(log_ticks(panels) if log else {"range": value_range(panels)}),
            "title": layout.axis_title(y_title) if place == 0 else None,
            "showticklabels": place == 0,
            "matches": "y" if place else None,
        }
    return axes


def log_ticks(panels: Sequence[PairedPanel]) -> dict[str, list]:
    """Ticks at 1, 2 and 5 times each power of ten, written in full: Plotly would write 50 as a small 5."""
    values = _values(panels)
    if not values.size:
        return {}
    powers = range(int(np.floor(np.log10(values.min()))), int(np.ceil(np.log10(values.max()))) + 1)
    ticks = [float(f"{step}e{power}") for power in powers for step in (1, 2, 5)]
    return {"tickvals": ticks, "ticktext": [f"{tick:,.10g}".replace(",", " ") for tick in ticks]}


def value_range(panels: Sequence[PairedPanel]) -> list[float]:
    """From zero, or the lowest value where one is negative, to a little above the highest."""
    values = _values(panels)
    low, high = min(values.min(initial=0), 0), max(values.max(initial=0), 0)
    room = 0.05 * ((high - low) or 1)
    return [float(low - room if low < 0 else 0), float(high + room)]


def _values(panels: Sequence[PairedPanel]) -> np.ndarray:
    parts = [np.asarray(part, dtype=float) for panel in panels for part in (panel.before, panel.after)]
    values = np.concatenate(parts)
    return values[np.isfinite(values)]


def _phase_labels(panel: PairedPanel, phases: tuple[str, str]) -> list[str]:
    if not panel.summaries:
        return [inert(phase) for phase in phases]
    pairs = zip(phases, panel.summaries, strict=True)
    return [f"{inert(phase)}<br>n = {summary.n}" for phase, summary in pairs]


def pair_line(
    panel: PairedPanel, row: int, axes: dict[str, str], phases: tuple[str, str], slot: Slot = ALONE
) -> go.Scatter:
    """One patient's line."""
    before, after = float(panel.before[row]), float(panel.after[row])
    direction = _direction(before, after)
    look = _DIRECTIONS[direction]
    patient = str(panel.patients[row])
    strength = _strength(len(panel.patients))
    return go.Scatter(
        **axes,
        x=slot.x,
        y=slot.spread([before, after]),
        mode="lines+markers",
        name=inert(patient),
        legendgroup=direction,
        showlegend=False,
        line={
            "color": theme.mix(panel.colour, 0.5 * strength),
            "width": _LINE_WIDTH * strength**0.5,
            "dash": look["dash"],
        },
        marker={
            "color": theme.mix(panel.colour, 0.65 * strength),
            "size": _MARKER_SIZE * strength**0.5,
            "symbol": look["symbol"],
        },
        customdata=[[inert(patient), before, after]] * len(slot.x),
        hovertemplate=(
            f"Patient %{{customdata[0]}}<br>{inert(phases[0])}: %{{customdata[1]}}"
            f"<br>{inert(phases[1])}: %{{customdata[2]}}<extra></extra>"
        ),
        meta={"role": "pair", "group": panel.label, "patient": patient, "direction": direction},
    )


def _strength(patients: int) -> float:
    """Share of the full ink of a patient's line, so that hundreds leave the median to be seen."""
    return max(_FAINTEST, min(1.0, (_FULL_UP_TO / max(patients, 1)) ** 0.5))


def _direction(before: float, after: float) -> str:
    if after > before:
        return "rises"
    return "falls" if after < before else "unchanged"


def summary_line(
    label: str, colour: str, summaries: tuple[Summary, Summary], axes: dict[str, str], slot: Slot = ALONE
) -> go.Scatter:
    """One group's medians, joined, with whiskers to the quartiles."""
    return go.Scatter(
        **axes,
        x=slot.x,
        y=slot.spread([summary.median for summary in summaries]),
        mode="lines+markers",
        name="Median and quartiles",
        legendgroup="summary",
        showlegend=False,
        line={"color": colour, "width": 3.5},
        marker={"color": colour, "size": 10},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": slot.spread([summary.upper_quartile - summary.median for summary in summaries], 0),
            "arrayminus": slot.spread([summary.median - summary.lower_quartile for summary in summaries], 0),
            "color": colour,
            "thickness": 2.2,
            "width": 7,
        },
        customdata=slot.spread(
            [
                [summary.median, summary.lower_quartile, summary.upper_quartile, summary.n]
                for summary in summaries
            ],
            [None] * 4,
        ),
        hovertemplate=(
            "Median %{customdata[0]}<br>Quartiles %{customdata[1]} to %{customdata[2]}"
            "<br>n = %{customdata[3]}<extra></extra>"
        ),
        meta={"role": "summary", "group": label},
    )


KEY_LABELS = {
    "falls": "Falls",
    "rises": "Rises",
    "unchanged": "Unchanged",
    "summary": "Median and quartiles",
}


def keys(drawing: theme.Drawing) -> list[go.Scatter]:
    """Grey swatches of the legend, for the directions and the summary that are in the picture."""
    present = {trace.legendgroup for trace in drawing.data}
    return [_key(group, label) for group, label in KEY_LABELS.items() if group in present]


def _key(group: str, label: str) -> go.Scatter:
    look = _DIRECTIONS.get(group, {"dash": "solid", "symbol": "circle"})
    thick = group == "summary"
    return go.Scatter(
        x=[None],
        y=[None],
        mode="lines+markers",
        name=label,
        legendgroup=group,
        showlegend=True,
        line={"color": theme.MUTED, "width": 3.5 if thick else 1.2, "dash": look["dash"]},
        marker={"color": theme.MUTED, "size": 9 if thick else 6, "symbol": look["symbol"]},
        hoverinfo="skip",
        meta={"role": "key", "group": group},
    )
