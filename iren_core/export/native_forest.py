"""A block of a forest plot as a native chart: marks on their intervals, and the labels of the rows above them.

Intervals are series of two points, not error bars: LibreOffice draws no error bars along x, and in the data sheet
behind the chart both limits can be read and changed.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pptx.chart.data import XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.util import Pt

from iren_core.export import chart_dress
from iren_core.export.plot_room import MARGIN_INCHES, leave_room, legend_inches, under_axis_inches
from iren_core.figures import theme
from iren_core.figures.text import widest_word_px, width_px, wrapped

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

KIND = XL_CHART_TYPE.XY_SCATTER
_INTERVAL_POINTS = 1.25
#: The labels of the rows stand at the left of the plot where they take no more than this share of the chart.
_LABELS_SHARE = 0.48
_LINE_HEIGHT, _LINES_UNDER_PLOT, _SMALLER_POINTS = 1.2, 3, (12.0, 10.0)

Rows = Sequence[tuple[str, float]]
Points = tuple[tuple[float, float], ...]


class Drawn(NamedTuple):
    """One series of the chart: its part in the picture, its name and points, and the trace it comes from."""

    part: Literal["labels", "interval", "trace"]
    name: str
    points: Points
    trace: Any


class Labels(NamedTuple):
    """The words of the rows in lines, their size, the inches they take, and whether they stand at the left."""

    words: tuple[str, ...]
    points: float
    inches: float
    beside: bool


def lay_labels(rows: Rows, inches: tuple[float, float], points: float) -> Labels:
    """Labels at the left of the plot where a chart so wide and high has room for them, else one above each row."""
    limit = (inches[0] * _LABELS_SHARE - 2 * MARGIN_INCHES) * 72
    room = inches[1] - _LINES_UNDER_PLOT * points * _LINE_HEIGHT / 72 - MARGIN_INCHES
    for size in (points, *(smaller for smaller in _SMALLER_POINTS if smaller < points)):
        lines = [wrapped(label, limit, size) for label, _ in rows]
        two_rows = max([len(one) + len(next_) for one, next_ in pairwise(lines)], default=0)
        fit = two_rows / 2 * size * _LINE_HEIGHT / 72 <= room / len(rows)
        if fit and all(widest_word_px(label, size) <= limit for label, _ in rows):
            widest = max(width_px(one, size) for broken in lines for one in broken)
            words = tuple("\n".join(broken) for broken in lines)
            return Labels(words, size, widest / 72 + 2 * MARGIN_INCHES, beside=True)
    return Labels(tuple(label for label, _ in rows), points, 0.0, beside=False)


def series_of(rows: Rows, labels: Labels, traces: Sequence[Any], x_axis: Any) -> list[Drawn]:
    """What the chart is made of, the longest first: LibreOffice drops series that stand before a longer one."""
    start = _ends(x_axis)[0]
    heights = _middles(rows, traces) if labels.beside else [height for _, height in rows]
    drawn = [
        *(_whole(trace) for trace in traces),
        *(interval for trace in traces for interval in _intervals(trace)),
        Drawn("labels", "Rows", tuple((start, height) for height in heights), None),
    ]
    return sorted(drawn, key=lambda one: -len(one.points))


def sheet(drawn: Sequence[Drawn]) -> XyChartData:
    """The numbers behind the chart."""
    data = XyChartData()
    for one in drawn:
        series = data.add_series(one.name)
        for x, y in one.points:
            series.add_data_point(float(x), float(y))
    return data


def dress(
    chart: Chart, labels: Labels, drawn: Sequence[Drawn], inches: tuple[float, float], *, legend: bool,
    x_axis: Any, y_axis: Any, x_title: str,
) -> None:  # fmt: skip
    """Marks, intervals, labels and axes as the figure has them, in a chart ``inches`` wide and high."""
    for series, one in zip(chart.plots[0].series, drawn, strict=True):
        if one.part == "labels":
            _write_labels(series, labels)
        elif one.part == "interval":
            _line(series, one.trace.error_x.color)
        else:
            chart_dress.line(series, one.trace)
    marks = [one.name if one.part == "trace" and one.trace.meta["role"] == "effect" else "" for one in drawn]
    chart_dress.legend(chart, [bool(name) and name not in marks[:place] for place, name in enumerate(marks)])
    chart.has_legend = legend and chart.has_legend
    _dress_axes(chart, x_axis, y_axis, x_title)
    below = under_axis_inches(chart, inches[0]) + legend_inches(chart, inches[0])
    leave_room(chart, max(labels.inches, MARGIN_INCHES), below, inches)


def _middles(rows: Rows, traces: Sequence[Any]) -> list[float]:
    """The height of the middle of each row, which reaches from its top down to that of the next.

    It is the middle of the marks where the row has all of them; in the others as far under their top.
    """
    marks = sorted({float(y) for trace in traces if trace.meta["role"] == "effect" for y in trace.y})
    tops = [top for _, top in rows]
    own = [
        [y for y in marks if floor < y <= top]
        for top, floor in zip(tops, [*tops[1:], -math.inf], strict=True)
    ]
    most = max(map(len, own), default=0)
    under = [top - (ys[0] + ys[-1]) / 2 for top, ys in zip(tops, own, strict=True) if ys and len(ys) == most]
    usual = statistics.median(under) if under else 0.0
    return [
        (ys[0] + ys[-1]) / 2 if ys and len(ys) == most else top - usual
        for top, ys in zip(tops, own, strict=True)
    ]


def _whole(trace: Any) -> Drawn:
    return Drawn("trace", trace.meta["group"], tuple(zip(trace.x, trace.y, strict=True)), trace)


def _intervals(trace: Any) -> list[Drawn]:
    whiskers = trace.error_x
    if whiskers.array is None:
        return []
    name = f"{trace.meta['group']}, 95% interval"
    marks = zip(trace.x, trace.y, whiskers.arrayminus, whiskers.array, strict=True)
    return [Drawn("interval", name, ((x - less, y), (x + more, y)), trace) for x, y, less, more in marks]


def _ends(x_axis: Any) -> tuple[float, float]:
    """Where the axis begins and ends: at ticks, on a logarithmic scale at powers of ten, as Office wants it."""
    low, high = float(x_axis.tickvals[0]), float(x_axis.tickvals[-1])
    if x_axis.type == "log":
        return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))
    return low, high


def _line(series: Any, colour: str) -> None:
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = RGBColor.from_string(colour[1:])
    series.format.line.width = Pt(_INTERVAL_POINTS)


def _write_labels(series: Any, labels: Labels) -> None:
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    for place, label in enumerate(labels.words):
        words = series.points[place].data_label
        words.text_frame.text = label
        words.text_frame.word_wrap = False
        for paragraph in words.text_frame.paragraphs:
            paragraph.runs[0].font.size = Pt(labels.points)
        words.position = XL_LABEL_POSITION.LEFT if labels.beside else XL_LABEL_POSITION.RIGHT


def _dress_axes(chart: Chart, x_axis: Any, y_axis: Any, x_title: str) -> None:
    across, upward = chart.category_axis, chart.value_axis
    chart_dress.axis(across, x_axis, x_title, chart.font.size.pt)
    across.minimum_scale, across.maximum_scale = _ends(x_axis)
    across.has_major_gridlines = True
    across.major_gridlines.format.line.color.rgb = RGBColor.from_string(theme.GRID[1:])
    upward.minimum_scale, upward.maximum_scale = (float(end) for end in y_axis.range)
    upward.has_major_gridlines = False
    upward.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    upward.format.line.fill.background()
    # Else the upright axis stands at zero, in the middle of the chart.
    upward._element.find("{*}crosses").set("val", "min")
