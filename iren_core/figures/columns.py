"""Deaths that a score predicts beside those observed, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase
from typing import Literal

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import BREAK, balanced, inert, paragraph, widest_word_px, width_px

Mode = Literal["expected", "study", "score"]
Role = Literal["predicted", "observed"]

_PLOT_HEIGHT = 340
_WIDTH = 0.36
_OFFSET: dict[Role, float] = {"predicted": -0.2, "observed": 0.2}
_LEFT, _RIGHT = 78.0, 20.0
#: Names under the columns: their size, and how many lines they may take before letters stand for them.
_NAME_SIZE, _MOST_LINES = 11, 3


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
    """Patients whose predicted and observed mortality are compared; ``n`` stands under the columns.

    Groups that follow one another with the same ``panel`` share a panel of that title.
    """

    label: str
    colour: str
    n: int
    predicted: Column
    observed: Column
    panel: str = ""

    def column(self, role: Role) -> Column:
        """The column of that role."""
        return self.predicted if role == "predicted" else self.observed


@dataclass(frozen=True)
class _Panel:
    heading: layout.Heading
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class _Words:
    y_title: str
    keys: dict[Role, str]
    number_format: str


_WORDS: dict[Mode, _Words] = {
    "expected": _Words(
        "Deaths",
        {
            "predicted": "Expected deaths (sum of the risks)",
            "observed": "Observed deaths; whiskers: 95% interval of the share, in deaths",
        },
        "",
    ),
    "study": _Words(
        "Mortality",
        {
            "predicted": "Median predicted risk; whiskers: quartiles",
            "observed": "Observed mortality; whiskers: 95% interval",
        },
        ".0%",
    ),
    "score": _Words(
        "Mortality",
        {
            "predicted": "Predicted risk (SCORTEN equation)",
            "observed": "Observed mortality; whiskers: exact 95% interval",
        },
        ".0%",
    ),
}


def predicted_observed(
    groups: Sequence[Group],
    *,
    mode: Mode,
    provenance: str,
    notes: Mapping[str, str] | None = None,
    empty_message: str = "",
) -> go.Figure:
    """Draw two columns for each group: hatched what was predicted, filled what was observed.

    Parameters
    ----------
    mode : ``"expected"``: numbers of deaths, the expected one being the sum of the risks;
        ``"study"``: proportions from 0 to 1, the median of the patients' risks beside the observed mortality;
        ``"score"``: proportions, the risk that goes with a score beside the observed mortality
    notes : a line under the title of a panel, by title, e.g. the ratio of observed to expected deaths
    empty_message : the sentence shown when there is no group to draw

    Traces have ``meta["role"]`` predicted, observed or key; ``error_y`` holds the whiskers. Labels stand under
    their columns, turned where the picture is too narrow for them. Where one does not fit at the usual width either,
    letters stand there and the legend explains them.
    """
    words = _WORDS[mode]
    panels = _panels(groups, notes or {}, empty_message)
    slot = _slot(panels)
    usual = _usual_slot(panels) - 4
    letters = _letters(groups, usual)
    keys = _keys(words, groups, letters)
    labels = [[_under(group, usual, letters) for group in panel.groups] for panel in panels]
    grid = _grid(
        panels,
        [key.name for key in keys],
        _room_below([text for row in labels for text in row], slot - 4),
    )
    drawing = theme.Drawing(
        {
            "margin": grid.margin(),
            "meta": {"panels": [_meta(place, panel, words) for place, panel in enumerate(panels)]},
            "barmode": "overlay",
            **_axes(grid, panels, labels, words),
        }
    )
    for place, panel in enumerate(panels):
        axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
        columns = [_columns(panel.groups, role, words.number_format, axes) for role in _OFFSET]
        drawing.add_traces(columns if panel.groups else [layout.blank(place)])
    drawing.add_traces(keys)
    lines = _write_above(drawing, panels, slot * 0.4)
    headroom = _PLOT_HEIGHT / (_PLOT_HEIGHT - lines * layout.LINE - 14)
    for place in range(len(panels)):
        drawing.layout[layout.axis_key("y", place + 1)]["range"] = [0, _highest(groups) * headroom]
    layout.add_headings(drawing, grid, [panel.heading for panel in panels])
    return theme.footer(drawing, provenance, height=grid.height)


def _panels(groups: Sequence[Group], notes: Mapping[str, str], empty_message: str) -> list[_Panel]:
    if not groups:
        return [_Panel(layout.Heading("", "", empty_message or "There is no group to compare."), ())]
    return [
        _Panel(layout.Heading(title, notes.get(title, "")), tuple(members))
        for title, members in groupby(groups, key=lambda group: group.panel)
    ]


def _slot(panels: Sequence[_Panel]) -> float:
    """Pixels that a group of two columns has in the narrowest picture."""
    most = max(len(panel.groups) for panel in panels)
    return layout.panel_width(len(panels), _LEFT, _RIGHT) / max(most, 1)


def _usual_slot(panels: Sequence[_Panel]) -> float:
    """Pixels that a group of two columns has in a picture of the usual width."""
    margins = _LEFT + _RIGHT
    return _slot(panels) * (theme.WIDTH - margins) / (theme.NARROWEST - margins)


def _letters(groups: Sequence[Group], width: float) -> dict[str, str]:
    """A letter for each label when one is too long to stand under its columns, else none."""
    labels = dict.fromkeys(group.label for group in groups)
    if all(_fits(label, width) for label in labels):
        return {}
    return dict(zip(labels, ascii_uppercase, strict=False))


def _fits(label: str, width: float) -> bool:
    if widest_word_px(label, _NAME_SIZE) > width:
        return False
    return len(balanced(label, width, _NAME_SIZE)) <= _MOST_LINES


def _under(group: Group, width: float, letters: Mapping[str, str]) -> str:
    lines = [letters[group.label]] if letters else balanced(group.label, width, _NAME_SIZE)
    return BREAK.join([*map(inert, lines), f"n = {group.n}"])


def _room_below(names: Sequence[str], narrow: float) -> float:
    """Pixels for the names: as many as their lines, or as the longest line where they may have to be turned."""
    lines = [name.split(BREAK) for name in names]
    longest = max((width_px(line, _NAME_SIZE) for name in lines for line in name), default=0.0)
    turned = longest if longest > narrow else 0.0
    return max(layout.LINE * max(map(len, lines), default=1), turned)


def _grid(panels: Sequence[_Panel], keys: list[str], names: float) -> layout.Grid:
    width = layout.panel_width(len(panels), _LEFT, _RIGHT)
    legend = layout.legend_height(keys, theme.NARROWEST - _LEFT - _RIGHT)
    top = legend + layout.heading_height([panel.heading for panel in panels], width) + 12
    below = 16 + names
    return layout.Grid(len(panels), _LEFT, _RIGHT, top, 8, below, top + _PLOT_HEIGHT + below + 8)


def _meta(place: int, panel: _Panel, words: _Words) -> dict[str, object]:
    meta = layout.panel_meta(place, panel.heading, x_title="", y_title=words.y_title)
    return meta | {
        "categories": [group.label for group in panel.groups],
        "counts": [group.n for group in panel.groups],
    }


def _axes(
    grid: layout.Grid, panels: Sequence[_Panel], labels: list[list[str]], words: _Words
) -> dict[str, dict[str, object]]:
    axes: dict[str, dict[str, object]] = {}
    for place, panel in enumerate(panels):
        number = place + 1
        axes[layout.axis_key("x", number)] = {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": [-0.55, max(len(panel.groups), 1) - 0.45],
            "tickvals": list(range(len(panel.groups))),
            "ticktext": labels[place],
            "tickfont": {"size": _NAME_SIZE},
            "autotickangles": [0, 90],
            "ticks": "",
            "fixedrange": True,
        }
        axes[layout.axis_key("y", number)] = {
            "domain": grid.y_domain(),
            "anchor": layout.axis_id("x", number),
            "tickformat": words.number_format,
            "title": layout.axis_title(words.y_title) if place == 0 else None,
            "showticklabels": place == 0,
            "matches": "y" if place else None,
        }
    return axes


def _highest(groups: Sequence[Group]) -> float:
    return max((group.column(role).top for group in groups for role in _OFFSET), default=0) or 1


def _columns(groups: Sequence[Group], role: Role, number_format: str, axes: dict[str, str]) -> go.Bar:
    columns = [group.column(role) for group in groups]
    rows = [(column.value, column.low, column.high) for column in columns]
    return go.Bar(
        **axes,
        x=[place + _OFFSET[role] for place in range(len(groups))],
        y=[column.value for column in columns],
        width=_WIDTH,
        name=role,
        legendgroup=role,
        showlegend=False,
        marker=_fill(role, [group.colour for group in groups]),
        error_y={
            "type": "data",
            "visible": any(column.high is not None for column in columns),
            "symmetric": False,
            "array": [None if column.high is None else column.high - column.value for column in columns],
            "arrayminus": [None if column.low is None else column.value - column.low for column in columns],
            "color": theme.INK,
            "thickness": 1.3,
            "width": 5,
        },
        customdata=rows,
        text=[inert(group.label) for group in groups],
        textposition="none",
        hovertemplate=[_hover(column.low is not None, number_format) for column in columns],
        meta={"role": role, "group": role},
    )


def _hover(has_whisker: bool, number_format: str) -> str:
    shown = number_format and f":{number_format}"
    interval = f" (%{{customdata[1]{shown}}} to %{{customdata[2]{shown}}})" if has_whisker else ""
    return f"%{{text}}<br>%{{fullData.name}}: %{{customdata[0]{shown}}}{interval}<extra></extra>"


def _fill(role: Role, colours: list[str]) -> dict[str, object]:
    outline = {"color": colours, "width": 1.2}
    if role == "observed":
        return {"color": colours, "line": outline}
    hatching = {"shape": "/", "bgcolor": theme.PAPER, "size": 7, "solidity": 0.22, "fillmode": "replace"}
    return {"color": [theme.mix(colour, 0.6) for colour in colours], "line": outline, "pattern": hatching}


def _keys(words: _Words, groups: Sequence[Group], letters: Mapping[str, str]) -> list[go.Bar]:
    """The swatches of the legend: first the two kinds of column, then the groups that have a letter."""
    kinds = [_key(label, role, _fill(role, [theme.MUTED])) for role, label in words.keys.items()]
    colours = {group.label: group.colour for group in groups}
    lettered = [
        _key(f"{letter}: {label}", label, {"color": colours[label]}) for label, letter in letters.items()
    ]
    return kinds + lettered


def _key(label: str, group: str, marker: dict[str, object]) -> go.Bar:
    return go.Bar(
        x=[None],
        y=[None],
        name=inert(label),
        legendgroup=inert(group),
        marker=marker,
        hoverinfo="skip",
        meta={"role": "key", "group": group},
    )


def _write_above(drawing: theme.Drawing, panels: Sequence[_Panel], width: float) -> int:
    """Write the words above each column and its whisker; returns the lines of the longest."""
    most = 0
    for number, panel in enumerate(panels, start=1):
        for place, group in enumerate(panel.groups):
            for role, offset in _OFFSET.items():
                words = group.column(role).words
                text, lines = paragraph(words, max(width, widest_word_px(words, theme.SMALL)), theme.SMALL)
                most = max(most, lines)
                drawing.add_annotation(
                    text=text, x=place + offset, y=group.column(role).top, bgcolor=theme.PAPER,
                    xref=layout.axis_id("x", number), yref=layout.axis_id("y", number),
                    xanchor="center", yanchor="bottom", yshift=3, showarrow=False, borderpad=0,
                    font={"size": theme.SMALL, "color": theme.INK},
                )  # fmt: skip
    return most
