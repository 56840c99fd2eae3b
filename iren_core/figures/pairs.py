"""Values before and after, patient by patient: one panel for each group, one line for each patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from iren_core.errors import CohortError
from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.reference_band import Band, band_key, band_traces, span
from iren_core.figures.text import inert

_PLOT_HEIGHT = 370
_X_AXIS_ROOM = 52
#: Up to so many patients a line is drawn in full; the more there are, the fainter and thinner.
_FULL_UP_TO = 40
_FAINTEST = 0.25
_LINE_WIDTH, _MARKER_SIZE = 1.1, 6.0
#: Where the x axis of a panel begins and ends: the values stand at 0 and 1.
_ENDS = (-0.35, 1.35)


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
    at_limit : whose value, before and after, is drawn at the limit of an assay beyond which it lies, shape (n, 2)
    """

    label: str
    colour: str
    patients: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    summaries: tuple[Summary, Summary] | None
    note: str = ""
    empty_message: str = ""
    at_limit: np.ndarray | None = None

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
#: A value that is known only to lie beyond a limit, at that limit.
_AT_LIMIT = "diamond-open"


def paired_lines(
    panels: Sequence[PairedPanel],
    *,
    y_title: str,
    log: bool,
    provenance: str,
    phases: tuple[str, str] = ("Acute", "Recovery"),
    band: Band | None = None,
) -> go.Figure:
    """Draw one panel for each group; all share the y axis.

    Parameters
    ----------
    log : whether the y axis is logarithmic
    phases : what the two measurements are called on the x axis
    band : a range drawn behind the data of every panel

    Traces have ``meta["role"]`` pair (with ``meta["patient"]`` and ``meta["direction"]``), summary, band, limit or key.

    Raises
    ------
    CohortError
        when the axis is to be logarithmic and a value is 0 or less.
    """
    if log:
        require_positive(panels)
    grid = _grid(panels, band)
    meta = [
        layout.panel_meta(place, panel.heading, x_title="", y_title=y_title) | {"categories": list(phases)}
        for place, panel in enumerate(panels)
    ]
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": meta},
            **_axes(grid, panels, y_title=y_title, log=log, phases=phases, band=band),
        }
    )
    for place, panel in enumerate(panels):
        axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
        drawing.add_traces(behind(band, panels, axes, _ENDS, log=log))
        drawing.add_traces([pair_line(panel, row, axes, phases) for row in range(len(panel.patients))])
        if not panel.patients:
            drawing.add_traces([layout.blank(place)])
        if panel.summaries:
            drawing.add_traces([summary_line(panel.label, panel.colour, panel.summaries, axes)])
    drawing.add_traces([*keys(drawing), *band_key([band])])
    layout.add_headings(drawing, grid, [panel.heading for panel in panels])
    return theme.footer(drawing, provenance, height=grid.height)


def behind(
    band: Band | None,
    panels: Sequence[PairedPanel],
    axes: dict[str, str],
    ends: tuple[float, float],
    *,
    log: bool,
    places: int = 2,
) -> list[go.Scatter]:
    """The band behind the data, from end to end of the x axis."""
    if band is None:
        return []
    height = span(_values(panels, band), value_range(panels, band), log=log)
    return band_traces(band, axes, ends, places, height)


def require_positive(panels: Sequence[PairedPanel]) -> None:
    """Raise ``CohortError`` when a value cannot stand on a logarithmic axis."""
    values = _values(panels)
    if count := int((values <= 0).sum()):
        raise CohortError(
            "A logarithmic axis was asked for.",
            f"{count} {'value is' if count == 1 else 'values are'} 0 or less and would not be shown.",
            "Take the linear axis.",
        )


def _grid(panels: Sequence[PairedPanel], band: Band | None) -> layout.Grid:
    left, right = 78.0, 20.0
    width = layout.panel_width(len(panels), left, right)
    legend = layout.legend_height(legend_labels(panels, [band]), theme.NARROWEST - left - right)
    top = legend + layout.heading_height([panel.heading for panel in panels], width) + 8
    height = top + _PLOT_HEIGHT + _X_AXIS_ROOM + 8
    return layout.Grid(len(panels), left, right, top, 8, _X_AXIS_ROOM, height)


def legend_labels(panels: Sequence[PairedPanel], bands: Sequence[Band | None]) -> list[str]:
    """What the legend may name, for the room that it takes."""
    at_limit = any(panel.at_limit is not None and panel.at_limit.any() for panel in panels)
    usual = [label for group, label in KEY_LABELS.items() if group != "limit" or at_limit]
    return [*usual, *(trace.name for trace in band_key(bands))]


def _axes(
    grid: layout.Grid,
    panels: Sequence[PairedPanel],
    *,
    y_title: str,
    log: bool,
    phases: tuple[str, str],
    band: Band | None,
) -> dict[str, dict[str, object]]:
    axes: dict[str, dict[str, object]] = {}
    for place, panel in enumerate(panels):
        number = place + 1
        axes[layout.axis_key("x", number)] = {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": list(_ENDS),
            "tickvals": [0, 1],
            "ticktext": _phase_labels(panel, phases),
            "fixedrange": True,
        }
        axes[layout.axis_key("y", number)] = {
            "domain": grid.y_domain(),
            "anchor": layout.axis_id("x", number),
            "type": "log" if log else "linear",
            **(log_ticks(panels, band) if log else {"range": value_range(panels, band)}),
            "title": layout.axis_title(y_title) if place == 0 else None,
            "showticklabels": place == 0,
            "matches": "y" if place else None,
        }
    return axes


def log_ticks(panels: Sequence[PairedPanel], band: Band | None = None) -> dict[str, list]:
    """Ticks at 1, 2 and 5 times each power of ten, written in full: Plotly would write 50 as a small 5."""
    values = _values(panels, band)
    values = values[values > 0]  # the limits of a band may lie below
    if not values.size:
        return {}
    powers = range(int(np.floor(np.log10(values.min()))), int(np.ceil(np.log10(values.max()))) + 1)
    ticks = [float(f"{step}e{power}") for power in powers for step in (1, 2, 5)]
    return {"tickvals": ticks, "ticktext": [f"{tick:,.10g}".replace(",", " ") for tick in ticks]}


def value_range(panels: Sequence[PairedPanel], band: Band | None = None) -> list[float]:
    """From zero, or the lowest value where one is negative, to a little above the highest, or above a band's limit."""
    values = _values(panels, band)
    low, high = min(values.min(initial=0), 0), max(values.max(initial=0), 0)
    room = 0.05 * ((high - low) or 1)
    return [float(low - room if low < 0 else 0), float(high + room)]


def _values(panels: Sequence[PairedPanel], band: Band | None = None) -> np.ndarray:
    parts = [np.asarray(part, dtype=float) for panel in panels for part in (panel.before, panel.after)]
    values = np.concatenate([*parts, np.asarray(band.limits if band else (), dtype=float)])
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
    at_limit = (False, False) if panel.at_limit is None else tuple(map(bool, panel.at_limit[row]))
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
            "symbol": slot.spread([_AT_LIMIT if at else look["symbol"] for at in at_limit], look["symbol"])
            if any(at_limit)
            else look["symbol"],
        },
        customdata=[
            [
                inert(patient),
                *(
                    f"{value:g} (the assay's limit)" if at else value
                    for value, at in zip((before, after), at_limit, strict=True)
                ),
            ]
        ]
        * len(slot.x),
        hovertemplate=(
            f"Patient %{{customdata[0]}}<br>{inert(phases[0])}: %{{customdata[1]}}"
            f"<br>{inert(phases[1])}: %{{customdata[2]}}<extra></extra>"
        ),
        meta={
            "role": "pair",
            "group": panel.label,
            "patient": patient,
            "direction": direction,
            "at_limit": any(at_limit),
        },
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
    "limit": "At the assay's limit",
    "summary": "Median and quartiles",
}


def keys(drawing: theme.Drawing) -> list[go.Scatter]:
    """Grey swatches of the legend, for the directions and the summary that are in the picture."""
    present = {trace.legendgroup for trace in drawing.data}
    present |= {"limit" for trace in drawing.data if trace.meta.get("at_limit")}
    return [_key(group, label) for group, label in KEY_LABELS.items() if group in present]


def _key(group: str, label: str) -> go.Scatter:
    plain = {"dash": "solid", "symbol": _AT_LIMIT if group == "limit" else "circle"}
    look = _DIRECTIONS.get(group, plain)
    thick = group == "summary"
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers" if group == "limit" else "lines+markers",
        name=label,
        legendgroup=group,
        showlegend=True,
        line={"color": theme.MUTED, "width": 3.5 if thick else 1.2, "dash": look["dash"]},
        marker={"color": theme.MUTED, "size": 9 if thick else 6, "symbol": look["symbol"]},
        hoverinfo="skip",
        meta={"role": "key", "group": group},
    )
