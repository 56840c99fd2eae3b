"""Deaths that a score predicts beside those observed, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import paragraph

Mode = Literal["expected", "study"]

_PLOT_HEIGHT = 340
_WIDTH = 0.36
_OFFSET = {"predicted": -0.2, "observed": 0.2}
_LEFT, _RIGHT = 78.0, 20.0


@dataclass(frozen=True)
class Column:
    """One column: its height, the interval of its whisker (``None``: no whisker), the words above it."""

    value: float
    low: float | None
    high: float | None
    words: str

    @property
    def top(self) -> float:
        """The highest point of column and whisker."""
        return self.value if self.high is None else max(self.value, self.high)


@dataclass(frozen=True)
class Group:
    """Patients whose predicted and observed mortality are compared; ``n`` stands under the label."""

    label: str
    colour: str
    n: int
    predicted: Column
    observed: Column


@dataclass(frozen=True)
class _Words:
    y_title: str
    keys: dict[str, str]
    tick_format: str


_WORDS: dict[Mode, _Words] = {
    "expected": _Words(
        "Deaths",
        {
            "predicted": "Expected deaths (sum of the predicted risks)",
            "observed": "Observed deaths with 95% interval",
        },
        "",
    ),
    "study": _Words(
        "Mortality",
        {
            "predicted": "Predicted risk, median and quartiles",
            "observed": "Observed mortality with exact 95% interval",
        },
        ".0%",
    ),
}


def predicted_observed(
    groups: Sequence[Group], *, mode: Mode, provenance: str, title: str = "", note: str = ""
) -> go.Figure:
    """Draw two columns for each group: hatched what was predicted, filled what was observed.

    Parameters
    ----------
    mode : ``"expected"``: numbers of deaths, the expected one being the sum of the risks;
        ``"study"``: proportions from 0 to 1, the median of the patients' risks beside the observed mortality
    title, note : above the columns, e.g. the ratio of observed to expected deaths

    Traces have ``meta["role"]`` predicted, observed or key; ``error_y`` holds the whiskers.
    """
    words = _WORDS[mode]
    heading = layout.Heading(title, note, "" if groups else "There is no group to compare.")
    keys = list(words.keys.values())
    room = theme.NARROWEST - _LEFT - _RIGHT
    labels = [_label(group, room / max(len(groups), 1) - 10) for group in groups]
    below = 16 + layout.LINE * max((lines for _, lines in labels), default=1)
    top = layout.legend_height(keys, room) + layout.heading_height([heading], room) + 12
    grid = layout.Grid(1, _LEFT, _RIGHT, top, 8, below, top + _PLOT_HEIGHT + below + 8)
    meta = layout.panel_meta(0, heading, x_title="", y_title=words.y_title)
    fig = theme.figure(
        {
            "margin": grid.margin(),
            "meta": {"panels": [meta | {"categories": [group.label for group in groups]}]},
            "barmode": "overlay",
            "xaxis": {
                "range": [-0.55, len(groups) - 0.45],
                "tickvals": list(range(len(groups))),
                "ticktext": [text for text, _ in labels],
                "ticks": "",
                "fixedrange": True,
            },
            "yaxis": {
                "domain": grid.y_domain(),
                "range": [0, _highest(groups) * 1.12],
                "tickformat": words.tick_format,
                "title": layout.axis_title(words.y_title),
            },
        }
    )
    if groups:
        fig.add_traces([_columns(groups, role, words.tick_format) for role in ("predicted", "observed")])
        fig.add_traces([_key(role, label) for role, label in words.keys.items()])
    for place, group in enumerate(groups):
        for role, column in (("predicted", group.predicted), ("observed", group.observed)):
            _write_above(fig, place + _OFFSET[role], column, room / len(groups) * _WIDTH)
    layout.add_headings(fig, grid, [heading])
    return theme.footer(fig, provenance, height=grid.height)


def _label(group: Group, width: float) -> tuple[str, int]:
    text, lines = paragraph(group.label, width, theme.SMALL)
    return f"{text}<br>n = {group.n}", lines + 1


def _highest(groups: Sequence[Group]) -> float:
    return (
        max((column.top for group in groups for column in (group.predicted, group.observed)), default=1.0)
        or 1.0
    )


def _columns(groups: Sequence[Group], role: str, number_format: str) -> go.Bar:
    columns = [group.predicted if role == "predicted" else group.observed for group in groups]
    whiskers = [(column.low, column.high) for column in columns]
    return go.Bar(
        x=[place + _OFFSET[role] for place in range(len(groups))],
        y=[column.value for column in columns],
        width=_WIDTH,
        name=role,
        legendgroup=role,
        showlegend=False,
        marker=_fill(role, [group.colour for group in groups]),
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [None if column.high is None else column.high - column.value for column in columns],
            "arrayminus": [None if column.low is None else column.value - column.low for column in columns],
            "color": theme.INK,
            "thickness": 1.3,
            "width": 5,
        },
        customdata=whiskers,
        hovertemplate=[_hover(low is not None, number_format) for low, _ in whiskers],
        meta={"role": role, "group": role},
    )


def _hover(has_whisker: bool, number_format: str) -> str:
    shown = number_format and f":{number_format}"
    interval = f" (%{{customdata[0]{shown}}} to %{{customdata[1]{shown}}})" if has_whisker else ""
    return f"%{{y{shown}}}{interval}<extra></extra>"


def _fill(role: str, colours: list[str]) -> dict[str, object]:
    if role == "observed":
        return {"color": colours, "line": {"color": colours, "width": 1.2}}
    return {
        "color": [theme.PAPER] * len(colours),
        "line": {"color": colours, "width": 1.2},
        "pattern": {
            "shape": "/",
            "fgcolor": [theme.mix(colour, 0.6) for colour in colours],
            "size": 7,
            "solidity": 0.25,
        },
    }


def _key(role: str, label: str) -> go.Bar:
    return go.Bar(
        x=[None],
        y=[None],
        name=label,
        legendgroup=role,
        marker=_fill(role, [theme.MUTED]),
        hoverinfo="skip",
        meta={"role": "key", "group": role},
    )


def _write_above(fig: go.Figure, x: float, column: Column, width: float) -> None:
    text, _ = paragraph(column.words, width, theme.SMALL)
    fig.add_annotation(
        text=text, x=x, y=column.top, xref="x", yref="y", xanchor="center", yanchor="bottom", yshift=3,
        showarrow=False, borderpad=0, font={"size": theme.SMALL, "color": theme.INK},
    )  # fmt: skip
