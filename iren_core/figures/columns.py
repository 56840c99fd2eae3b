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
Role = Literal["predicted", "observed"]

_PLOT_HEIGHT = 340
_WIDTH = 0.36
_OFFSET: dict[Role, float] = {"predicted": -0.2, "observed": 0.2}
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

    def column(self, role: Role) -> Column:
        """The column of that role."""
        return self.predicted if role == "predicted" else self.observed


@dataclass(frozen=True)
class _Words:
    y_title: str
    keys: dict[Role, str]
    tick_format: str


_WORDS: dict[Mode, _Words] = {
    "expected": _Words(
        "Deaths",
        {
            "predicted": "Expected deaths (sum of the risks)",
            "observed": "Observed deaths, 95% interval",
        },
        "",
    ),
    "study": _Words(
        "Mortality",
        {
            "predicted": "Predicted risk, median and quartiles",
            "observed": "Observed mortality, 95% interval",
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
    slot = (theme.NARROWEST - _LEFT - _RIGHT) / max(len(groups), 1)
    labels = [_label(group, slot - 4) for group in groups]
    grid = _grid(heading, list(words.keys.values()), max((lines for _, lines in labels), default=1))
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
                "tickformat": words.tick_format,
                "title": layout.axis_title(words.y_title),
            },
        }
    )
    if groups:
        fig.add_traces([_columns(groups, role, words.tick_format) for role in _OFFSET])
        fig.add_traces([_key(role, label) for role, label in words.keys.items()])
        lines = _write_above(fig, groups, slot * _WIDTH)
        headroom = _PLOT_HEIGHT / (_PLOT_HEIGHT - lines * layout.LINE - 14)
        fig.update_yaxes(range=[0, (_highest(groups) or 1) * headroom])
    layout.add_headings(fig, grid, [heading])
    return theme.footer(fig, provenance, height=grid.height)


def _grid(heading: layout.Heading, keys: list[str], label_lines: int) -> layout.Grid:
    room = theme.NARROWEST - _LEFT - _RIGHT
    top = layout.legend_height(keys, room) + layout.heading_height([heading], room) + 12
    below = 16 + layout.LINE * label_lines
    return layout.Grid(1, _LEFT, _RIGHT, top, 8, below, top + _PLOT_HEIGHT + below + 8)


def _label(group: Group, width: float) -> tuple[str, int]:
    text, lines = paragraph(group.label, width, theme.SMALL)
    return f"{text}<br>n = {group.n}", lines + 1


def _highest(groups: Sequence[Group]) -> float:
    return max(group.column(role).top for group in groups for role in _OFFSET)


def _columns(groups: Sequence[Group], role: Role, number_format: str) -> go.Bar:
    columns = [group.column(role) for group in groups]
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
            "visible": any(high is not None for _, high in whiskers),
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


def _fill(role: Role, colours: list[str]) -> dict[str, object]:
    outline = {"color": colours, "width": 1.2}
    if role == "observed":
        return {"color": colours, "line": outline}
    hatching = {"shape": "/", "bgcolor": theme.PAPER, "size": 7, "solidity": 0.22, "fillmode": "replace"}
    return {"color": [theme.mix(colour, 0.6) for colour in colours], "line": outline, "pattern": hatching}


def _key(role: Role, label: str) -> go.Bar:
    return go.Bar(
        x=[None],
        y=[None],
        name=label,
        legendgroup=role,
        marker=_fill(role, [theme.MUTED]),
        hoverinfo="skip",
        meta={"role": "key", "group": role},
    )


def _write_above(fig: go.Figure, groups: Sequence[Group], width: float) -> int:
    """Write the words above each column and its whisker; returns the lines of the longest."""
    most = 0
    for place, group in enumerate(groups):
        for role, offset in _OFFSET.items():
            text, lines = paragraph(group.column(role).words, width, theme.SMALL)
            most = max(most, lines)
            fig.add_annotation(
                text=text, x=place + offset, y=group.column(role).top, xref="x", yref="y",
                xanchor="center", yanchor="bottom", yshift=3, showarrow=False, borderpad=0,
                font={"size": theme.SMALL, "color": theme.INK}, bgcolor=theme.PAPER,
            )  # fmt: skip
    return most
