"""Room around the inner plot of a native chart, in inches, where Office would not reckon with all the words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from iren_core.figures.text import width_px, wrapped

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

MARGIN_INCHES = 0.12
_LINE_HEIGHT, _GAPS_INCHES = 1.25, 0.2
#: A title of an axis is broken when it is longer than this share of the chart.
_TITLE_SHARE = 0.8
#: Height of a line of the legend, room for the swatch of an entry, and the share of the width it may take.
_LEGEND_LINE_HEIGHT, _SWATCH_INCHES, _LEGEND_SHARE = 1.44, 0.45, 0.8


def legend_inches(chart: Chart, width: float) -> float:
    """Height of the legend below the chart, in columns of equal width where one line is too short."""
    if not chart.has_legend:
        return 0.0
    points = chart.font.size.pt
    hidden = {int(index.get("val")) for index in chart.legend._element.iter("{*}idx")}
    names = [series.name for place, series in enumerate(chart.plots[0].series) if place not in hidden]
    entries = [width_px(name, points) / 72 + _SWATCH_INCHES for name in names]
    across = width * _LEGEND_SHARE
    columns = len(entries) if sum(entries) <= across else max(1, int(across // max(entries)))
    return points * _LEGEND_LINE_HEIGHT / 72 * math.ceil(len(entries) / max(columns, 1)) + 0.1


def under_axis_inches(chart: Chart, width: float) -> float:
    """Height of the numbers under the lower axis, and of its title where it has one."""
    points = chart.font.size.pt
    lines = 1
    if chart.category_axis.has_title:
        title = chart.category_axis.axis_title.text_frame.text
        lines += len(wrapped(title, width * _TITLE_SHARE * 72, points))
    return lines * points * _LINE_HEIGHT / 72 + _GAPS_INCHES


def leave_room(chart: Chart, left: float, below: float, inches: tuple[float, float]) -> float:
    """Place the inner plot by hand; returns its height as a share of the chart's.

    ``left`` and ``below`` are the inches that the words beside and under it take, ``inches`` width and height
    of the chart.
    """
    width, height = inches
    sides = {
        "x": left / width,
        "y": MARGIN_INCHES / height,
        "w": 1 - (left + MARGIN_INCHES) / width,
        "h": 1 - (MARGIN_INCHES + below) / height,
    }
    values = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in sides.items())
    layout = parse_xml(
        f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/>'
        f'<c:xMode val="edge"/><c:yMode val="edge"/>{values}</c:manualLayout></c:layout>'
    )
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall("{*}layout"):
        plot.remove(old)
    plot.insert(0, layout)
    return sides["h"]
