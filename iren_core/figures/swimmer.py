"""Every patient's course as a lane on one axis of days, with marks for what happened (a swimmer plot)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import inert, width_px, wrapped

_LANE = 17.0
_BESIDE_LABELS, _RIGHT = 38.0, 20.0
#: Longer labels are cut; pointing at a lane shows them whole.
_WIDEST_LABEL = 140.0
_X_AXIS_ROOM = 58
_FEWEST_LANES = 5
_BAR_SHARE = 0.35
_STEPS_DAYS = (1, 2, 7, 14, 28, 56, 84)
_MOST_TICKS = 10
_LEGEND_WIDTH, _LEGEND_LINE, _SWATCH = theme.NARROWEST - 2 * theme.EDGE, 22, 44


class Look(NamedTuple):
    """How a kind of mark is drawn: Plotly symbol and hex colour."""

    symbol: str
    colour: str


@dataclass(frozen=True)
class Lane:
    """One patient. Days are from day 0 at the left.

    label : stands beside the lane and leaves with the picture; ``patient`` is shown on pointing
    bar_end : last day of the treatment drawn as a bar, NaN for no bar
    last : end of the thin line
    marks : kind and day of what happened
    """

    label: str
    patient: str
    group: str
    colour: str
    bar_end: float
    last: float
    marks: tuple[tuple[str, float], ...]


def swimmer(
    lanes: Sequence[Lane],
    looks: Mapping[str, Look],
    *,
    bar_words: str,
    x_title: str,
    provenance: str,
    empty_message: str = "",
) -> go.Figure:
    """Draw the lanes from top to bottom in the order given.

    Parameters
    ----------
    looks : of every kind of mark, in the order of the legend
    bar_words : what the bars are, shown on pointing

    Traces have ``meta["role"]`` observed or reference; ``meta["ink"]`` is the colour in which a key names them.
    """
    labels = [_cut(lane.label) for lane in lanes]
    left = _BESIDE_LABELS + max((width_px(label, theme.SMALL) for label in labels), default=14.0)
    heights = [len(lanes) - 1 - place for place in range(len(lanes))]
    groups = list({lane.group: lane.colour for lane in lanes}.items())
    present = [kind for kind in looks if any(kind == mark for lane in lanes for mark, _ in lane.marks)]
    heading = layout.Heading("", "", "" if lanes else empty_message)
    top = _legend_room([group for group, _ in groups] + present) + 10
    plot = _LANE * max(len(lanes), _FEWEST_LANES)
    grid = layout.Grid(1, left, _RIGHT, top, 8, _X_AXIS_ROOM, top + plot + _X_AXIS_ROOM + 8)
    meta = layout.panel_meta(0, heading, x_title=x_title, y_title="Patient")
    words = list(zip(heights, labels, strict=True))
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": [meta | {"y_words": words, "lanes": True}]},
            "legend": {"x": 0, "xref": "container"},
            "xaxis": {
                "domain": grid.x_domain(0),
                **_days(max((lane.last for lane in lanes), default=1.0) or 1.0),
                "title": layout.axis_title(x_title),
                "showgrid": True,
                "anchor": "y",
            },
            "yaxis": {
                "domain": grid.y_domain(),
                "range": [-0.7, max(len(lanes), 1) - 0.3],
                "tickvals": heights[::-1],
                "ticktext": [inert(label) for label in reversed(labels)],
                "title": layout.axis_title("Patient"),
                "ticks": "",
                "showgrid": False,
                "fixedrange": True,
            },
        }
    )
    placed = list(zip(lanes, heights, strict=True))
    if placed:
        drawing.add_traces([_lines(placed)])
        drawing.add_traces([_bars(placed, group, colour, bar_words) for group, colour in groups])
        drawing.add_traces([_marks(placed, kind, looks[kind]) for kind in present])
    else:
        drawing.add_traces([layout.blank(0)])
    layout.add_headings(drawing, grid, [heading])
    return theme.footer(drawing, provenance, height=grid.height)


def _cut(label: str) -> str:
    """The label, its end left out where it is too long to stand beside a lane."""
    if width_px(label, theme.SMALL) <= _WIDEST_LABEL:
        return label
    return f"{wrapped(label, _WIDEST_LABEL - theme.SMALL, theme.SMALL)[0]}…"


def _days(last: float) -> dict[str, object]:
    """From a little before day 0, so that marks on it stay clear of the labels, to a little after the last day."""
    step = next((days for days in _STEPS_DAYS if last / days <= _MOST_TICKS), math.ceil(last / _MOST_TICKS))
    ticks = list(range(0, math.ceil(last / step) * step + 1, step))
    return {"range": [-0.02 * last, 1.03 * max(last, ticks[-1])], "tickvals": ticks}


def _legend_room(names: list[str]) -> float:
    """Pixels that the legend needs: Plotly sets entries that do not fit in one line in columns of equal width."""
    if not names:
        return 0.0
    columns = max(1, int(_LEGEND_WIDTH // max(_SWATCH + width_px(name, theme.FONT_SIZE) for name in names)))
    return math.ceil(len(names) / columns) * _LEGEND_LINE + 6


_Placed = Sequence[tuple[Lane, int]]


def _lines(placed: _Placed) -> go.Scatter:
    xs, ys = _strokes([(lane.last, height) for lane, height in placed])
    return go.Scatter(
        x=xs,
        y=ys,
        mode="lines",
        showlegend=False,
        line={"color": theme.mix(theme.MUTED, 0.5), "width": 1.2},
        hoverinfo="skip",
        meta={"role": "reference", "group": "Course"},
    )


def _bars(placed: _Placed, group: str, colour: str, bar_words: str) -> go.Scatter:
    own = [(lane, height) for lane, height in placed if lane.group == group and not math.isnan(lane.bar_end)]
    xs, ys = _strokes([(lane.bar_end, height) for lane, height in own])
    patients = [inert(f"Patient {lane.patient}") for lane, _ in own for _ in range(3)]
    return go.Scatter(
        x=xs or [None],
        y=ys or [None],
        mode="lines",
        name=inert(group),
        line={"color": theme.mix(colour, _BAR_SHARE), "width": 5},
        text=patients,
        hovertemplate=f"%{{text}}<br>{inert(bar_words)} to day %{{x}}<extra></extra>",
        meta={"role": "observed", "group": group, "ink": colour},
    )


def _strokes(ends: Sequence[tuple[float, int]]) -> tuple[list[float | None], list[float | None]]:
    """Level strokes from day 0, as one line with gaps."""
    xs: list[float | None] = [x for end, _ in ends for x in (0.0, end, None)]
    ys: list[float | None] = [y for _, height in ends for y in (height, height, None)]
    return xs, ys


def _marks(placed: _Placed, kind: str, look: Look) -> go.Scatter:
    own = [(lane, height, day) for lane, height in placed for mark, day in lane.marks if mark == kind]
    return go.Scatter(
        x=[day for _, _, day in own],
        y=[height for _, height, _ in own],
        mode="markers",
        name=inert(kind),
        marker={
            "symbol": look.symbol,
            "color": look.colour,
            "size": 10,
            "line": {"color": look.colour, "width": 1.8},
        },
        text=[inert(f"Patient {lane.patient}") for lane, _, _ in own],
        hovertemplate=f"%{{text}}<br>{inert(kind)}: day %{{x}}<extra></extra>",
        cliponaxis=False,
        meta={"role": "observed", "group": kind, "ink": look.colour},
    )
