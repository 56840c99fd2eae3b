"""Words along an axis of a native scatter chart, whose axes can only count.

A series without marks lies along the axis; its data labels are the words, and the plot leaves room for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from iren_core.export import chart_dress
from iren_core.export.plot_room import leave_room, legend_inches, under_axis_inches
from iren_core.figures.text import width_px, wrapped

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

_SMALLEST_POINTS = 7.0
_WIDEST_SHARE = 0.42
_LINE_HEIGHT = 1.25
_EDGE_INCHES = 0.02

Word = tuple[float, str]


def points(words: Sequence[Word], low: float, *, along_y: bool) -> list[tuple[float, float]]:
    """Where the words stand: on the other axis's low end."""
    return [(low, place) if along_y else (place, low) for place, _ in words]


def write(
    chart: Chart,
    series: Any,
    words: Sequence[Word],
    axes: tuple[Any, Any],
    inches: tuple[float, float],
    *,
    along_y: bool,
) -> None:
    """Turn ``series`` into the words of the y or the x axis of a chart ``inches`` wide and high.

    ``axes`` are the x and the y axis of the figure; the native axis of words takes the range of its counterpart.
    """
    drawn_x, drawn_y = axes
    drawn = drawn_y if along_y else drawn_x
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    usual = chart.font.size.pt
    below = under_axis_inches(chart, inches[0]) + legend_inches(chart, inches[0])
    size = _size(words, usual, inches[1] - below) if along_y else usual
    for place, (_, word) in enumerate(words):
        label = series.points[place].data_label
        label.position = XL_LABEL_POSITION.LEFT if along_y else XL_LABEL_POSITION.BELOW
        label.text_frame.word_wrap = False
        run = label.text_frame.paragraphs[0].add_run()
        run.text, run.font.size = word, Pt(size)
        run.font.color.rgb = chart.font.color.rgb
    axis = chart.value_axis if along_y else chart.category_axis
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    axis.minimum_scale, axis.maximum_scale = (float(end) for end in drawn.range)
    for other in (chart.category_axis, chart.value_axis):  # else they would cross at zero, inside the chart
        other._element.find("{*}crosses").set("val", "min")
    left = chart_dress.y_axis_inches(chart, drawn_y, inches[1] - below)
    if along_y:
        left = _widest(words, size, inches[0]) + chart_dress.y_title_inches(chart, inches[1] - below)
    leave_room(chart, left, below, inches)
    if along_y and axis.has_title:
        _title_outside(axis, usual, below, inches)


def _title_outside(axis: Any, size: float, below: float, inches: tuple[float, float]) -> None:
    """Put the title of an upright axis at the chart's edge: Office would set it beside the axis, over the words."""
    width, height = inches
    upright = height - below
    lines = wrapped(axis.axis_title.text_frame.text, upright * chart_dress.TITLE_SHARE * 72, size)
    length = max(_inches(line, size) for line in lines)
    places = {"x": _EDGE_INCHES / width, "y": max(0.0, (upright - length) / 2) / height}
    values = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in places.items())
    title = axis.axis_title._element
    for old in title.findall("{*}layout"):
        title.remove(old)
    layout = parse_xml(
        f'<c:layout {nsdecls("c")}><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/>{values}'
        "</c:manualLayout></c:layout>"
    )
    title.insert(1 if title.find("{*}tx") is not None else 0, layout)


def _size(words: Sequence[Word], usual: float, height: float) -> float:
    """Points at which the lines of a column of words do not touch."""
    per_line = height * 72 / max(len(words), 1)
    return max(_SMALLEST_POINTS, min(usual, int(per_line / _LINE_HEIGHT)))


def _widest(words: Sequence[Word], size: float, width: float) -> float:
    """Inches that the longest word needs, within reason."""
    return min(max(_inches(word, size) for _, word in words) + 0.15, width * _WIDEST_SHARE)


def _inches(text: str, points: float) -> float:
    return width_px(text, points) / 72
