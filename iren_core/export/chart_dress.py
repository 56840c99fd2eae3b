"""The look of a native chart, taken from the trace or axis it stands for.

What python-pptx has no call for is written as DrawingML here: whiskers, moved labels, logarithmic scales.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pptx.chart.axis import ValueAxis
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from iren_core.export.plot_room import MARGIN_INCHES
from iren_core.figures import theme
from iren_core.figures.text import widest_word_px, width_px, wrapped

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

_SMALLEST_POINTS = 10.0
_POINTS_PER_PIXEL = 0.75
#: The least ink of a limit and width of a line: a projector shows no hairline.
_FAINTEST, _THINNEST_POINTS = 0.6, 1.0
_USUAL_Y_AXIS_INCHES = 0.75
_BESIDE_AXIS_INCHES = 0.25
_LINE_HEIGHT = 1.25
#: A title is broken where it is longer than this share of its axis.
TITLE_SHARE = 0.8
#: Height of a line under the columns, and the distance of the lines from them.
_CATEGORY_INCHES, _CATEGORY_GAP_INCHES = 0.19, 0.12
#: Else some programs join a moved label to its column with a line.
_NO_LEADER_LINES = (
    f'<c:extLst {nsdecls("c")}><c:ext uri="{{CE6537A1-D6FC-4f65-9D91-7224C49458BB}}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)
#: Share of a chart's height between the cap of a whisker and the number above it.
_ABOVE_CAP = 0.01


def chart(chart: Chart) -> None:
    """Colour of letters and grid lines."""
    chart.font.color.rgb = _rgb(theme.INK)
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb(theme.GRID)
    chart.category_axis.has_major_gridlines = False
    _number_axes(chart)


def _number_axes(chart: Chart) -> None:
    """Numbers of axes as the schema allows them: python-pptx writes negative ones."""
    for part in chart._chartSpace.iter("{*}axId", "{*}crossAx"):
        part.set("val", part.get("val").lstrip("-"))


def line(series: Any, trace: Any) -> None:
    """Line and markers as the trace has them, never smoothed."""
    series.smooth = False
    if "lines" in trace.mode:
        series.format.line.color.rgb = _rgb(_visible(trace))
        series.format.line.width = Pt(max((trace.line.width or 1) * _POINTS_PER_PIXEL, _THINNEST_POINTS))
        series.format.line.dash_style = _dash(trace.line.dash)
    else:
        series.format.line.fill.background()
    _marker(series, trace)


def _marker(series: Any, trace: Any) -> None:
    if "markers" not in trace.mode:
        series.marker.style = XL_MARKER_STYLE.NONE
        return
    symbols = trace.marker.symbol or "circle"
    own = enumerate(symbols) if isinstance(symbols, tuple) else ()
    drawn = [(place, symbol) for place, symbol in own if trace.y[place] is not None]
    _look(series.marker, trace, drawn[0][1] if drawn else symbols)
    for place, symbol in drawn[1:]:
        _look(series.points[place].marker, trace, symbol)


def _look(marker: Any, trace: Any, symbol: str) -> None:
    styles = {
        "circle": XL_MARKER_STYLE.CIRCLE,
        "square": XL_MARKER_STYLE.SQUARE,
        "diamond": XL_MARKER_STYLE.DIAMOND,
        "triangle": XL_MARKER_STYLE.TRIANGLE,
        "line": XL_MARKER_STYLE.PLUS,
        "x": XL_MARKER_STYLE.X,
        "cross": XL_MARKER_STYLE.PLUS,
    }
    colour = _rgb(trace.marker.color or trace.marker.line.color)
    marker.style = styles[symbol.split("-", maxsplit=1)[0]]
    marker.size = max(5, round(trace.marker.size * _POINTS_PER_PIXEL))
    marker.format.line.color.rgb = colour
    marker.format.line.width = Pt(1)
    if symbol.endswith("-open"):
        marker.format.fill.background()
    else:
        marker.format.fill.solid()
        marker.format.fill.fore_color.rgb = colour


def columns(series: Any, trace: Any, *, percent: bool, points: float) -> None:
    """Columns in the colours of their groups, hatched or filled as in the figure, the numbers above them."""
    hatched = trace.marker.pattern.shape is not None
    _fill(series.format, theme.MUTED, hatched=hatched)
    for place, colour in enumerate(trace.marker.line.color):
        _fill(series.points[place].format, colour, hatched=hatched)
    labels = series.data_labels
    labels.show_value = True
    labels.number_format_is_linked = False
    whole = all(float(value).is_integer() for value in trace.y if value is not None)
    labels.number_format = "0%" if percent else "0" if whole else "0.0"
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(points)
    labels.font.bold = True


def _fill(part: Any, colour: str, *, hatched: bool) -> None:
    if hatched:
        part.fill.patterned()
        part.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        part.fill.fore_color.rgb = _rgb(colour)
        part.fill.back_color.rgb = RGBColor(255, 255, 255)
    else:
        part.fill.solid()
        part.fill.fore_color.rgb = _rgb(colour)
    part.line.color.rgb = _rgb(colour)
    part.line.width = Pt(1)


def error_bars(series: Any, trace: Any) -> None:
    """Whiskers with the figure's own lengths; python-pptx has no call for them."""
    whiskers = trace.error_y
    if whiskers.array is None or whiskers.visible is False:
        return
    colour = _rgb(whiskers.color)
    direction = "" if trace.type == "bar" else '<c:errDir val="y"/>'  # Excel writes none for columns
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}>{direction}<c:errBarType val="both"/>'
        f'<c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_literal(whiskers.array)}</c:plus><c:minus>{_literal(whiskers.arrayminus)}</c:minus>"
        f'<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></c:spPr>'
        "</c:errBars>"
    )
    series._element.find("{*}cat").addprevious(bars)


def lift_labels(series: Any, trace: Any, share_per_unit: float) -> None:
    """Move the numbers of the columns from the column's end to the end of its whisker.

    ``share_per_unit`` is what one unit of the value axis takes of the height of the chart. A moved label stays
    bound to its column: Office writes down how far it lies from where it would have stood.
    """
    if trace.error_y.array is None:
        return
    common = series.data_labels._element
    for place, whisker in enumerate(trace.error_y.array):
        if whisker:
            label = series.points[place].data_label
            label.position = XL_LABEL_POSITION.OUTSIDE_END
            _move_up(label._get_or_add_dLbl(), common, whisker * share_per_unit + _ABOVE_CAP)
    common.append(parse_xml(_NO_LEADER_LINES))


def _move_up(label: Any, common: Any, share: float) -> None:
    """Move one label by a share of the chart's height, in the look that the labels have in common."""
    for part in label.findall("{*}spPr") + label.findall("{*}txPr"):
        label.remove(part)
    moved = parse_xml(
        f'<c:layout {nsdecls("c")}><c:manualLayout><c:x val="0"/><c:y val="{-share:.4f}"/>'
        "</c:manualLayout></c:layout>"
    )
    look = [deepcopy(common.find(f"{{*}}{part}")) for part in ("txPr", "numFmt")]
    for part in (*look, moved):  # each directly after the index, so that the schema's order results
        label.find("{*}idx").addnext(part)


def _literal(values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{float(value)!r}</c:v></c:pt>'
        for place, value in enumerate(values)
        if value is not None
    )
    return (
        f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'
    )


def legend(chart: Chart, shown: list[bool]) -> None:
    """A legend below the chart, without the series that only accompany another."""
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = chart.font.size
    position = chart.legend._element.find("{*}legendPos")
    for place in reversed([place for place, is_shown in enumerate(shown) if not is_shown]):
        entry = f'<c:legendEntry {nsdecls("c")}><c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>'
        position.addnext(parse_xml(entry))


def axis(axis: Any, drawn: Any, words: str, points: float) -> None:
    """Dress an axis as the figure's: title, range, ticks, number format, logarithmic scale."""
    axis.has_title = bool(words)
    if words:
        run = axis.axis_title.text_frame.paragraphs[0].add_run()
        run.text, run.font.size, run.font.bold = words, Pt(points), False
    axis.format.line.color.rgb = _rgb(theme.MUTED)
    axis.tick_labels.font.size = Pt(points)
    if not isinstance(axis, ValueAxis):
        return
    if drawn.tickformat:
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0%", False
    if drawn.type == "log":
        _logarithmic(axis, drawn)
    elif drawn.range is not None:
        _linear(axis, drawn)


def broken(categories: Sequence[str], inches: float) -> list[str]:
    """The words under the columns of a chart so wide: in short lines where they will have to read upwards."""
    if max(widest_word_px(category, _SMALLEST_POINTS) for category in categories) <= _slot_points(
        len(categories), inches
    ):
        return list(categories)
    longest_word = max(widest_word_px(category, _SMALLEST_POINTS) for category in categories)
    return [
        "\n".join(
            line for part in category.split("\n") for line in wrapped(part, longest_word, _SMALLEST_POINTS)
        )
        for category in categories
    ]


def _slot_points(n: int, inches: float) -> float:
    """Points that each of ``n`` groups of columns has in a chart so wide."""
    return (inches - _USUAL_Y_AXIS_INCHES - MARGIN_INCHES) / n * 72


def fit_categories(chart: Chart, categories: Sequence[str], inches: float) -> float:
    """Keep the words under the columns level where the longest word fits, else let them read upwards.

    Returns the inches that the words take below the axis.
    """
    slot_points = _slot_points(len(categories), inches)
    for size in _sizes(chart.font.size.pt):
        if max(widest_word_px(category, size) for category in categories) <= slot_points:
            chart.category_axis.tick_labels.font.size = Pt(size)
            chart.category_axis._element.get_or_add_txPr().bodyPr.set("rot", "0")
            lines = max(
                sum(len(wrapped(part, slot_points, size)) for part in category.split("\n"))
                for category in categories
            )
            return lines * _CATEGORY_INCHES * size / 12 + _CATEGORY_GAP_INCHES
    turned = chart.category_axis._element.get_or_add_txPr().bodyPr
    turned.set("rot", "-5400000")
    turned.set("vert", "horz")
    chart.category_axis.tick_labels.font.size = Pt(_SMALLEST_POINTS)
    longest = max(
        width_px(part, _SMALLEST_POINTS) for category in categories for part in category.split("\n")
    )
    return longest / 72 + _CATEGORY_GAP_INCHES


def _sizes(points: float) -> list[float]:
    return [points, *(size for size in (12.0, _SMALLEST_POINTS) if size < points)]


def y_axis_inches(chart: Chart, drawn: Any, height: float) -> float:
    """Room for the numbers of an upright axis so high, and for its title."""
    points = chart.font.size.pt
    numbers = drawn.tickvals if drawn.tickvals is not None else drawn.range or (100.0,)
    if drawn.type == "log" and drawn.tickvals is None:
        numbers = [10.0**number for number in numbers]
    finest = [drawn.dtick] if isinstance(drawn.dtick, int | float) else []
    widest = "100%" if drawn.tickformat else max((f"{n:.3g}" for n in (*numbers, *finest)), key=len)
    return width_px(widest, points) / 72 + y_title_inches(chart, height) + _BESIDE_AXIS_INCHES


def y_title_inches(chart: Chart, height: float) -> float:
    """Room for the lines of the title of an upright axis so high."""
    if not chart.value_axis.has_title:
        return 0.0
    points, title = chart.font.size.pt, chart.value_axis.axis_title.text_frame.text
    lines = len(wrapped(title, max(height, 0.5) * TITLE_SHARE * 72, points))
    return lines * points * _LINE_HEIGHT / 72


def _linear(axis: ValueAxis, drawn: Any) -> None:
    """From tick to tick: Office counts its ticks from the end of the axis, Plotly leaves a margin there."""
    low, high = drawn.range
    if drawn.tickvals is not None and len(drawn.tickvals) > 1:
        axis.minimum_scale, axis.maximum_scale = float(drawn.tickvals[0]), float(high)
        axis.major_unit = float(drawn.tickvals[1] - drawn.tickvals[0])
    elif drawn.dtick is not None:
        axis.major_unit = float(drawn.dtick)
        axis.minimum_scale = math.ceil(low / drawn.dtick) * drawn.dtick
        axis.maximum_scale = math.floor(high / drawn.dtick) * drawn.dtick
    else:
        axis.minimum_scale, axis.maximum_scale = float(low), float(high)


def _logarithmic(axis: ValueAxis, drawn: Any) -> None:
    """Powers of ten around the ticks of the figure; left alone, Office starts a logarithmic axis at 1."""
    axis._element.scaling.insert(0, parse_xml(f'<c:logBase {nsdecls("c")} val="10"/>'))
    if drawn.tickvals:
        axis.minimum_scale, axis.maximum_scale = float(drawn.tickvals[0]), float(drawn.tickvals[-3])
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "General", False


def _dash(dash: str | None) -> MSO_LINE:
    return {
        "dash": MSO_LINE.DASH,
        "dot": MSO_LINE.ROUND_DOT,
        "dashdot": MSO_LINE.DASH_DOT,
        "longdash": MSO_LINE.LONG_DASH,
        "longdashdot": MSO_LINE.LONG_DASH_DOT,
    }.get(dash or "solid", MSO_LINE.SOLID)


def _visible(trace: Any) -> str:
    """The colour of a line; limits, which are bands in the figure, with enough ink for a projector."""
    if trace.meta["role"] != "limit":
        return trace.line.color
    return re.sub(r"[0-9.]+\)$", lambda ink: f"{max(float(ink[0][:-1]), _FAINTEST)})", trace.line.color)


def _rgb(colour: str) -> RGBColor:
    """A hex colour, or an rgba one as it looks on white paper."""
    if colour.startswith("#"):
        return RGBColor.from_string(colour[1:])
    red, green, blue, opacity = (float(part) for part in re.findall(r"[0-9.]+", colour))
    return RGBColor(*(round(255 - (255 - part) * opacity) for part in (red, green, blue)))
