"""A panel of a Plotly figure as a chart that PowerPoint draws from its own data sheet.

Nothing is computed anew: the sheet behind a chart holds the figure's numbers. Step curves are written out
corner by corner, for Office knows no steps; shaded bands are given by their two limits.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from iren_core.export import chart_dress, native_forest, plot_room, tick_words
from iren_core.export.lanes import in_columns
from iren_core.export.thinning import thin
from iren_core.figures import theme

if TYPE_CHECKING:
    from plotly.graph_objects import Figure
    from pptx.chart.chart import Chart
    from pptx.slide import Slide

#: Traces without a counterpart in a native chart: filled areas, words of a table, swatches of the legend.
_NOT_DRAWN = frozenset({"band", "at_risk", "key"})
#: Traces that would only repeat an entry of the legend.
_NOT_IN_LEGEND = frozenset({"limit", "censored"})
_THIN_PIXELS, _BROAD_PIXELS = 2, 5
#: A chart narrower than this has smaller letters, in points.
_NARROW_INCHES, _POINTS, _NARROW_POINTS = 3.5, 14.0, 12.0
_SYMBOLS = {
    "x": "Crosses", "cross": "Plus signs", "triangle-up": "Triangles", "triangle-down": "Triangles",
    "triangle": "Triangles",
}  # fmt: skip
_BANDS = "As a chart that can be edited, a band is drawn as its two limits, in thin lines."
#: Name of the series whose labels are the words along an axis.
_WORDS = "Words of the axis"


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Panel:
    """One set of axes of a figure with what is drawn on it; ``thinned`` says what is not, for there is too much.

    ``lanes`` tells that each row along the upright axis is a patient.
    """

    title: str
    note: str
    empty_message: str
    x_title: str
    y_title: str
    categories: tuple[str, ...]
    counts: tuple[int, ...]
    rows: tuple[tuple[str, float], ...]
    x_words: tuple[tick_words.Word, ...]
    y_words: tuple[tick_words.Word, ...]
    x_axis: Any
    y_axis: Any
    traces: tuple[Any, ...]
    thinned: str
    lanes: bool = False

    @property
    def under_columns(self) -> list[str]:
        """The categories, each with the number of its patients on a line of its own where it is known."""
        if not self.counts:
            return list(self.categories)
        return [f"{name}\nn = {n}" for name, n in zip(self.categories, self.counts, strict=True)]

    @property
    def key_in_words(self) -> bool:
        """Whether no legend of a chart can say what is drawn."""
        return self.categories_are_phases or self.lanes

    @property
    def categories_are_phases(self) -> bool:
        """Whether lines join categories, as from acute to recovery."""
        return bool(self.categories) and all(trace.type == "scatter" for trace in self.traces)


def letters(inches: float) -> float:
    """Points of the letters in a chart so wide: to be read from the back of a room, a little less in narrow ones."""
    return _POINTS if inches >= _NARROW_INCHES else _NARROW_POINTS


def panels_of(figure: Figure) -> list[Panel]:
    """The panels that the figure names in ``layout.meta["panels"]``, lanes in columns; none when it names none."""
    meta = figure.layout.meta or {}
    return [part for described in meta.get("panels", ()) for part in in_columns(_panel(figure, described))]


def key(figure: Figure) -> list[tuple[str, str]]:
    """What the lines and fillings of the figure stand for, each with its hex colour: a legend in words."""
    curves = {
        trace.meta["group"]: (f"{_line_words(trace.line.dash)}: {trace.meta['group']}", trace.line.color)
        for trace in figure.data
        if trace.meta["role"] == "estimate"
    }
    points = {
        trace.meta["group"]: (
            f"{_symbol_words(trace.marker.symbol)}: {trace.meta['group']}",
            trace.marker.line.color,
        )
        for trace in figure.data
        if trace.meta["role"] == "point"
    }
    drawn = {trace.legendgroup for trace in figure.data if trace.meta["role"] not in _NOT_DRAWN}
    drawn |= {"limit" for trace in figure.data if trace.meta.get("at_limit")}
    swatches = [
        (f"{_swatch_words(trace)}: {html.unescape(trace.name)}", _swatch_colour(trace))
        for trace in figure.data
        if trace.meta["role"] == "key" and (trace.legendgroup in drawn or trace.meta.get("names_a_place"))
    ]
    inked = [
        (f"{_swatch_words(trace)}: {html.unescape(trace.name)}", trace.meta["ink"])
        for trace in figure.data
        if trace.meta.get("ink")
    ]
    return [*points.values(), *curves.values(), *swatches, *inked]


def differences(figure: Figure, panels: Sequence[Panel]) -> list[str]:
    """Sentences on what the charts draw otherwise than the figure; none where they draw all of it."""
    bands = any(trace.meta["role"] == "band" for trace in figure.data)
    thinned = (panel.thinned for panel in panels if panel.thinned)
    return list(dict.fromkeys([*([_BANDS] if bands else []), *thinned]))


def add_chart(slide: Slide, figure: Figure, panel: Panel, box: Box, alt: str, *, legend: bool) -> Chart:
    """Put the panel on the slide as a native chart with an alternative text; returns the chart."""
    if panel.rows:
        frame = _forest(slide, panel, box, legend=legend)
    elif panel.traces[0].type == "bar":
        frame = _clustered_columns(slide, figure, panel, box)
    elif panel.categories_are_phases:
        frame = _category_lines(slide, panel, box)
    else:
        frame = _scatter(slide, panel, box)
    if not legend:  # before room is made for it
        frame.chart.has_legend = False
    if not panel.rows:
        _dress_axes(frame.chart, panel, box)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    frame.name = panel.title or "Chart"
    return frame.chart


def _dress_axes(chart: Any, panel: Panel, box: Box) -> None:
    points = chart.font.size.pt
    chart_dress.chart(chart)
    chart_dress.axis(chart.category_axis, panel.x_axis, panel.x_title, points)
    chart_dress.axis(chart.value_axis, panel.y_axis, panel.y_title, points)
    if panel.x_words or panel.y_words:
        _write_words(chart, panel, box)
        return
    if panel.categories:
        below = chart_dress.fit_categories(chart, list(chart.plots[0].categories), box.width)
    else:
        below = plot_room.under_axis_inches(chart, box.width)
    below += plot_room.legend_inches(chart, box.width)
    left = chart_dress.y_axis_inches(chart, panel.y_axis, box.height - below)
    height = plot_room.leave_room(chart, left, below, (box.width, box.height))
    if panel.categories and not panel.categories_are_phases:
        _lift_labels(chart, panel, height)


def _lift_labels(chart: Any, panel: Panel, height: float) -> None:
    """Put the numbers above the whiskers in a plot that takes this share of the chart's height."""
    low, high = panel.y_axis.range
    for series, trace in zip(chart.plots[0].series, panel.traces, strict=True):
        chart_dress.lift_labels(series, trace, height / (high - low))


def _panel(figure: Figure, described: dict[str, Any]) -> Panel:
    on_axes = (described["xaxis"], described["yaxis"])
    x_axis, y_axis = (
        figure.layout[described[f"{letter}axis"].replace(letter, f"{letter}axis")] for letter in "xy"
    )
    drawn = [
        trace
        for trace in figure.data
        if ((trace.xaxis or "x"), (trace.yaxis or "y")) == on_axes and trace.meta["role"] not in _NOT_DRAWN
    ]
    traces, y_words, thinned = thin(drawn, _words(described, "y_words"), (x_axis, y_axis))
    return Panel(
        **{
            name: described.get(name, "") for name in ("title", "note", "empty_message", "x_title", "y_title")
        },
        categories=tuple(described.get("categories", ())),
        counts=tuple(described.get("counts", ())),
        x_words=_words(described, "x_words"),
        y_words=y_words,
        rows=tuple((label, float(height)) for label, height in described.get("rows", ())),
        x_axis=x_axis,
        y_axis=y_axis,
        traces=traces,
        thinned=thinned,
        lanes=bool(y_words) and described.get("lanes", False),
    )


def _words(described: dict[str, Any], axis: str) -> tuple[tick_words.Word, ...]:
    return tuple((float(place), word) for place, word in described.get(axis, ()))


def _scatter(slide: Slide, panel: Panel, box: Box) -> Any:
    """Marks and lines between numbers; words along an axis are the labels of a series of its own."""
    pieces = [(trace, piece) for trace in panel.traces for piece in _pieces(trace)]
    along_y = bool(panel.y_words)
    words = panel.y_words or panel.x_words
    if words:
        counting = panel.x_axis if along_y else panel.y_axis
        low = (counting.tickvals or counting.range)[0]
        pieces.append((None, tick_words.points(words, low, along_y=along_y)))
    pieces = _longest_first(pieces)
    data = XyChartData()
    for trace, piece in pieces:
        series = data.add_series(_series_name(trace) if trace else _WORDS)
        for x, y in piece:
            series.add_data_point(x, y)
    frame = _add(slide, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, box, data)
    series_of = list(frame.chart.plots[0].series)
    for series, (trace, _) in zip(series_of, pieces, strict=True):
        if trace:
            chart_dress.line(series, trace)
    chart_dress.legend(frame.chart, _in_legend([trace for trace, _ in pieces]))
    return frame


def _in_legend(traces: Sequence[Any]) -> list[bool]:
    """The first series of each entry of the figure's own legend; a trace in pieces is named once."""
    seen: set[str] = set()
    shown = []
    for trace in traces:
        name = _series_name(trace) if trace else ""
        wanted = bool(trace) and trace.meta["role"] not in _NOT_IN_LEGEND and trace.showlegend is not False
        shown.append(wanted and name not in seen)
        seen.add(name)
    return shown


def _write_words(chart: Any, panel: Panel, box: Box) -> None:
    words = panel.y_words or panel.x_words
    series = next(one for one in chart.plots[0].series if one.name == _WORDS)
    axes, inches = (panel.x_axis, panel.y_axis), (box.width, box.height)
    tick_words.write(chart, series, words, axes, inches, along_y=bool(panel.y_words))


def _forest(slide: Slide, panel: Panel, box: Box, *, legend: bool) -> Any:
    inches = (box.width, box.height)
    labels = native_forest.lay_labels(panel.rows, inches, letters(box.width))
    drawn = native_forest.series_of(panel.rows, labels, panel.traces, panel.x_axis)
    frame = _add(slide, native_forest.KIND, box, native_forest.sheet(drawn))
    chart_dress.chart(frame.chart)
    axes = {"x_axis": panel.x_axis, "y_axis": panel.y_axis, "x_title": panel.x_title}
    native_forest.dress(frame.chart, labels, drawn, inches, legend=legend, **axes)
    return frame


def _category_lines(slide: Slide, panel: Panel, box: Box) -> Any:
    """Paired measurements: one series a patient. Identifiers stay behind, for a deck leaves the hospital."""

    data = CategoryChartData()
    data.categories = panel.under_columns
    for number, trace in enumerate(panel.traces, start=1):
        name = f"Patient {number}" if trace.meta["role"] == "pair" else html.unescape(trace.name)
        data.add_series(name, [_number_or_none(value) for value in trace.y])
    frame = _add(slide, XL_CHART_TYPE.LINE_MARKERS, box, data)
    for series, trace in zip(frame.chart.plots[0].series, panel.traces, strict=True):
        chart_dress.line(series, trace)
        chart_dress.error_bars(series, trace)
    return frame


def _clustered_columns(slide: Slide, figure: Figure, panel: Panel, box: Box) -> Any:
    names = {
        trace.meta["group"]: html.unescape(trace.name) for trace in figure.data if trace.meta["role"] == "key"
    }
    data = CategoryChartData()
    data.categories = chart_dress.broken(panel.under_columns, box.width)
    for trace in panel.traces:
        data.add_series(names[trace.meta["group"]], [_number_or_none(value) for value in trace.y])
    frame = _add(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, box, data)
    plot = frame.chart.plots[0]
    plot.gap_width, plot.overlap = 50, -8
    for series, trace in zip(plot.series, panel.traces, strict=True):
        chart_dress.columns(series, trace, percent=bool(panel.y_axis.tickformat), points=letters(box.width))
        chart_dress.error_bars(series, trace)
    chart_dress.legend(frame.chart, [True] * len(panel.traces))
    return frame


def _add(slide: Slide, kind: Any, box: Box, data: Any) -> Any:
    place = (Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height))
    frame: Any = slide.shapes.add_chart(kind, *place, data)
    frame.chart.font.size = Pt(letters(box.width))
    return frame


def _series_name(trace: Any) -> str:
    """The label of the group, and for anything but the curve itself what it is."""
    extra = {"limit": f", {trace.meta.get('bound')} limit", "censored": ", follow-up ended"}
    return f"{trace.meta['group']}{extra.get(trace.meta['role'], '')}"


def _pieces(trace: Any) -> Iterator[list[tuple[float, float]]]:
    """The trace's points between its gaps; steps are given all their corners."""
    points: list[tuple[float, float]] = []
    for x, y in zip(trace.x, trace.y, strict=True):
        height = _number_or_none(y)
        if height is not None:
            if points and trace.line.shape == "hv":
                points.append((float(x), points[-1][1]))
            points.append((float(x), height))
        elif points:
            yield points
            points = []
    if points:
        yield points


def _line_words(dash: str | None) -> str:
    words = {"dash": "Dashed", "longdash": "Long dashes", "dot": "Dotted"}
    return words.get(dash or "solid", "Solid" if dash in (None, "solid") else "Dashes and dots")


def _symbol_words(symbol: str | None) -> str:
    return _SYMBOLS.get(symbol or "circle", f"{(symbol or 'circle').capitalize()}s")


def _swatch_colour(trace: Any) -> str:
    return trace.marker.color if trace.type == "scatter" and trace.mode == "markers" else theme.MUTED


def _swatch_words(trace: Any) -> str:
    if trace.type == "bar":
        return "Hatched" if trace.marker.pattern.shape else "Filled"
    if trace.mode == "markers":
        shape, _, look = trace.marker.symbol.partition("-")
        if shape in _SYMBOLS:
            return _SYMBOLS[shape]
        return f"{'Open' if look == 'open' else 'Filled'} {shape}"
    if trace.line.width >= _BROAD_PIXELS:
        return "Broad bar"
    return "Thick" if trace.line.width > _THIN_PIXELS else _line_words(trace.line.dash)


def _longest_first(pieces: list[tuple[Any, list]]) -> list[tuple[Any, list]]:
    """The longest before all others: LibreOffice drops series that stand before a longer one."""
    longest = max(range(len(pieces)), key=lambda place: len(pieces[place][1]))
    return [pieces[longest], *pieces[:longest], *pieces[longest + 1 :]]


def _number_or_none(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
