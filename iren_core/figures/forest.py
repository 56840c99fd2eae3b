"""Estimates with their intervals, row under row: a forest plot.

Blocks stand below one another, each with an axis of its own, so that days, milligrams and correlations can share a
picture. A row holds one mark a series (yours and theirs, say), each with its numbers in words at the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.text import inert, paragraph, width_px

_MARK_HEIGHT = 16.0
_ROW_GAP = 7.0
_AXIS_HEIGHT = 44.0
_BLOCK_GAP = 8.0
_WIDEST_LABEL = 150.0
_WORDS_GAP = 12.0
_SMALLEST_PLOT = 170.0
_MOST_TICKS = 6


@dataclass(frozen=True)
class Series:
    """Whose estimates the marks of one kind are: name in the legend, hex colour, Plotly symbol."""

    label: str
    colour: str
    symbol: str


@dataclass(frozen=True)
class Mark:
    """One estimate. ``series`` is the label of its series; ``words`` stand at the right.

    low, high : the interval; ``None`` where there is none. An infinite limit is drawn to the end of the axis.
    """

    series: str
    estimate: float
    low: float | None
    high: float | None
    words: str

    @property
    def has_interval(self) -> bool:
        """Whether both limits are given."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True)
class Row:
    """One quantity: its label at the left, and a mark for each series that has it."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Block:
    """Rows that share an axis.

    x_title : what is estimated, with its unit and direction
    reference : where nothing differs, drawn as an upright line; ``None``: no line
    log : whether the axis is logarithmic (ratios); estimates and finite limits must then be above zero
    """

    title: str
    x_title: str
    rows: tuple[Row, ...]
    reference: float | None = 0.0
    log: bool = False
    empty_message: str = ""


@dataclass(frozen=True)
class _Axis:
    """Where the axis of a block begins and ends, on the scale of the data, and its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]


@dataclass(frozen=True)
class _Laid:
    """A block with its place: ``centres`` are the middles of its rows in px above its axis."""

    block: Block
    axis: _Axis
    height: float
    centres: tuple[float, ...]
    top: float


def forest(blocks: Sequence[Block], series: Sequence[Series], *, provenance: str) -> go.Figure:
    """Draw the blocks one below the other.

    Traces have ``meta["role"]`` effect, reference or key; ``error_x`` holds the whiskers, ``meta["group"]`` the label
    of the series. ``layout.meta["panels"]`` has ``rows``: each label with its height on the block's y axis.
    """
    left, right = _label_room(blocks), _words_room(blocks)
    plot_width = theme.NARROWEST - left - right
    legend = layout.legend_height([one.label for one in series], plot_width)
    laid = [_laid(block, left, plot_width) for block in blocks]
    inner = sum(one.top + one.height + _AXIS_HEIGHT for one in laid) + _BLOCK_GAP * (len(laid) - 1)
    drawing = theme.Drawing(
        {
            "margin": {"l": left, "r": right, "t": legend, "b": 4, "autoexpand": False},
            "meta": {"panels": [_meta(place, one) for place, one in enumerate(laid)]},
            "legend": {"x": 0, "xref": "container", "tracegroupgap": 0},
        }
    )
    below = inner
    for place, one in enumerate(laid):
        below -= one.top + one.height
        _add_block(
            drawing, place, one, series, bottom=below / inner, top=(below + one.height) / inner, left=left
        )
        below -= _AXIS_HEIGHT + _BLOCK_GAP
    drawing.add_traces([_key(one) for one in series])
    return theme.footer(drawing, provenance, height=legend + inner + 4)


def _label_room(blocks: Sequence[Block]) -> float:
    labels = [row.label for block in blocks for row in block.rows]
    widest = max((width_px(label, theme.SMALL) for label in labels), default=0)
    return min(widest, _WIDEST_LABEL) + theme.EDGE + 8


def _words_room(blocks: Sequence[Block]) -> float:
    words = [mark.words for block in blocks for row in block.rows for mark in row.marks]
    widest = max((width_px(text, theme.SMALL) for text in words), default=0)
    most = theme.NARROWEST - _SMALLEST_PLOT - _WIDEST_LABEL - theme.EDGE
    return min(widest + _WORDS_GAP + 4, most)


def _laid(block: Block, left: float, plot_width: float) -> _Laid:
    heights = [_row_height(row) for row in block.rows] or [3 * _MARK_HEIGHT]
    total = sum(heights)
    centres, used = [], 0.0
    for height in heights if block.rows else []:
        centres.append(total - used - height / 2)
        used += height
    lines = paragraph(block.title, left + plot_width, theme.FONT_SIZE)[1]
    return _Laid(block, _axis(block, plot_width), total, tuple(centres), lines * layout.LINE + 8)


def _row_height(row: Row) -> float:
    lines = paragraph(row.label, _WIDEST_LABEL, theme.SMALL)[1]
    return max(len(row.marks) * _MARK_HEIGHT, lines * layout.LINE) + _ROW_GAP


def _axis(block: Block, plot_width: float) -> _Axis:
    values = [
        value
        for row in block.rows
        for mark in row.marks
        for value in (mark.estimate, mark.low, mark.high)
        if value is not None and math.isfinite(value) and (value > 0 or not block.log)
    ]
    values += [] if block.reference is None else [block.reference]
    low, high = (min(values), max(values)) if values else (0.5, 2.0)
    most = max(3, min(_MOST_TICKS, int(plot_width / 55)))
    return _log_axis(low, high, most) if block.log else _linear_axis(low, high, most)


def _linear_axis(low: float, high: float, most: int) -> _Axis:
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * one for one in (1, 2, 5, 10, 20) if span / (power * one) <= most - 1)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(round(place * step, 10) for place in range(first, last + 1))
    return _Axis(ticks[0], ticks[-1], ticks)


def _log_axis(low: float, high: float, most: int) -> _Axis:
    if low == high:
        low, high = low / 2, high * 2
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    fine = [round(10.0**power * one, 10) for power in range(first, last) for one in (1, 2, 5)] + [10.0**last]
    inside = [tick for place, tick in enumerate(fine) if fine[min(place + 1, len(fine) - 1)] > low]
    inside = inside[: next(place for place, tick in enumerate(inside) if tick >= high) + 1]
    if len(inside) > most:
        every = math.ceil((last - first + 1) / most)
        inside = [10.0**power for power in range(first, last + every, every)]
    return _Axis(inside[0], inside[-1], tuple(inside))


def _add_block(
    drawing: theme.Drawing,
    place: int,
    laid: _Laid,
    series: Sequence[Series],
    *,
    bottom: float,
    top: float,
    left: float,
) -> None:
    number, block, axis = place + 1, laid.block, laid.axis
    ends = [math.log10(end) if block.log else end for end in (axis.low, axis.high)]
    margin = (ends[1] - ends[0]) * 0.02
    drawing.layout.update(
        {
            layout.axis_key("x", number): {
                "domain": (0, 1),
                "anchor": layout.axis_id("y", number),
                "type": "log" if block.log else "linear",
                "range": [ends[0] - margin, ends[1] + margin],
                "tickvals": axis.ticks if block.rows else [],
                "ticktext": [_tick(tick) for tick in axis.ticks],
                "showgrid": True,
                "title": layout.axis_title(block.x_title),
            },
            layout.axis_key("y", number): {
                "domain": (max(bottom, 0.0), min(top, 1.0)),
                "anchor": layout.axis_id("x", number),
                "range": [0, laid.height],
                "tickvals": laid.centres,
                "ticktext": [paragraph(row.label, _WIDEST_LABEL, theme.SMALL)[0] for row in block.rows],
                "ticks": "",
                "showline": False,
                "showgrid": False,
                "fixedrange": True,
            },
        }
    )
    axes = {"xaxis": layout.axis_id("x", number), "yaxis": layout.axis_id("y", number)}
    if block.reference is not None and block.rows:
        drawing.add_traces([_reference(block.reference, laid.height, axes)])
    drawing.add_traces([trace for one in series for trace in _marks(laid, one, axes)])
    if not block.rows:
        drawing.add_traces([layout.blank(place)])
    _write(drawing, laid, axes, top, left)


def _marks(laid: _Laid, series: Series, axes: dict[str, str]) -> list[go.Scatter]:
    """The marks of a series with an interval, then those without: a whisker of no length would look like a limit."""
    placed = [
        (row, mark, centre + _offset(row, mark))
        for row, centre in zip(laid.block.rows, laid.centres, strict=True)
        for mark in row.marks
        if mark.series == series.label
    ]
    split = ([one for one in placed if one[1].has_interval is wanted] for wanted in (True, False))
    return [_trace(part, laid.axis, series, axes) for part in split if part]


def _trace(
    placed: list[tuple[Row, Mark, float]], axis: _Axis, series: Series, axes: dict[str, str]
) -> go.Scatter:
    marks = [mark for _, mark, _ in placed]
    return go.Scatter(
        **axes,
        x=[mark.estimate for mark in marks],
        y=[height for _, _, height in placed],
        mode="markers",
        name=inert(series.label),
        legendgroup=inert(series.label),
        showlegend=False,
        marker={
            "symbol": series.symbol,
            "size": 9,
            "color": series.colour,
            "line": {"color": series.colour, "width": 1.5},
        },
        error_x=_whiskers(marks, axis, series.colour) if marks[0].has_interval else None,
        text=[f"{inert(row.label)}<br>{inert(series.label)}: {inert(mark.words)}" for row, mark, _ in placed],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
        meta={"role": "effect", "group": series.label},
    )


def _whiskers(marks: Sequence[Mark], axis: _Axis, colour: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [min(mark.high, axis.high) - mark.estimate for mark in marks if mark.high is not None],
        "arrayminus": [mark.estimate - max(mark.low, axis.low) for mark in marks if mark.low is not None],
        "color": colour,
        "thickness": 1.6,
        "width": 4,
    }


def _offset(row: Row, mark: Mark) -> float:
    """Pixels by which a mark lies above the middle of its row."""
    return ((len(row.marks) - 1) / 2 - row.marks.index(mark)) * _MARK_HEIGHT


def _reference(value: float, height: float, axes: dict[str, str]) -> go.Scatter:
    return go.Scatter(
        **axes,
        x=[value, value],
        y=[0, height],
        mode="lines",
        line={"color": theme.MUTED, "width": 1.2, "dash": "dot"},
        showlegend=False,
        hoverinfo="skip",
        meta={"role": "reference", "group": "No difference"},
    )


def _key(series: Series) -> go.Scatter:
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=inert(series.label),
        legendgroup=inert(series.label),
        marker={"symbol": series.symbol, "size": 9, "color": series.colour},
        hoverinfo="skip",
        meta={"role": "key", "group": series.label},
    )


def _write(drawing: theme.Drawing, laid: _Laid, axes: dict[str, str], top: float, left: float) -> None:
    """Title above the block, numbers at the right of each mark, or the sentence in place of the rows."""
    title, _ = paragraph(laid.block.title, theme.NARROWEST, theme.FONT_SIZE)
    common = {"showarrow": False, "borderpad": 0, "xanchor": "left", "align": "left"}
    drawing.add_annotation(
        text=f"<b>{title}</b>", xref="paper", yref="paper", x=0, y=top, xshift=theme.EDGE - left, yanchor="top",
        yshift=laid.top - 4, font={"size": theme.FONT_SIZE, "color": theme.INK}, **common,
    )  # fmt: skip
    if not laid.block.rows:
        text, _ = paragraph(laid.block.empty_message, theme.NARROWEST - 2 * theme.EDGE - left, theme.SMALL)
        drawing.add_annotation(
            text=text, xref="paper", yref=axes["yaxis"], x=0, y=laid.height / 2, bgcolor=theme.PAPER,
            font={"size": theme.SMALL, "color": theme.MUTED}, **common,
        )  # fmt: skip
    for row, centre in zip(laid.block.rows, laid.centres, strict=True):
        for mark in row.marks:
            drawing.add_annotation(
                text=inert(mark.words), xref="paper", yref=axes["yaxis"], x=1, xshift=_WORDS_GAP,
                y=centre + _offset(row, mark), yanchor="middle", font={"size": theme.SMALL, "color": theme.INK},
                **common,
            )  # fmt: skip


def _meta(place: int, laid: _Laid) -> dict[str, object]:
    block = laid.block
    heading = layout.Heading(block.title, "", block.empty_message)
    tops = [centre + _row_height(row) / 2 for row, centre in zip(block.rows, laid.centres, strict=True)]
    return layout.panel_meta(place, heading, x_title=block.x_title, y_title="") | {
        "rows": [[row.label, top] for row, top in zip(block.rows, tops, strict=True)]
    }


def _tick(value: float) -> str:
    text = f"{abs(value):.10g}"
    return f"\N{MINUS SIGN}{text}" if value < 0 else text
