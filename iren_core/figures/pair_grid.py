"""Values before and after of several markers at once: one panel for each marker, the groups side by side in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from iren_core.figures import panels as layout
from iren_core.figures import theme
from iren_core.figures.pairs import (
    PairedPanel,
    Slot,
    behind,
    keys,
    legend_labels,
    log_ticks,
    pair_line,
    require_positive,
    summary_line,
    value_range,
)
from iren_core.figures.reference_band import Band, band_key
from iren_core.figures.text import inert, paragraph

#: With more patients in a panel their lines hide one another; medians and quartiles are drawn alone.
MOST_LINES = 100
_PLOT_HEIGHT = 210.0
#: Two groups fit side by side in half the picture's width, more need all of it.
_GROUPS_IN_HALF = 2
_APART, _AROUND = 1.5, 0.55
_TICK_LINE, _TICK_ROOM = 16.0, 14.0


@dataclass(frozen=True, eq=False)
class MarkerPanel:
    """One marker in every group.

    title : the marker with its unit
    groups : each group's patients, in the same order in every panel
    note : a line under the title, e.g. the tests
    band : a range drawn behind the data
    """

    title: str
    groups: tuple[PairedPanel, ...]
    note: str = ""
    empty_message: str = ""
    band: Band | None = None

    @property
    def heading(self) -> layout.Heading:
        """The words above the panel."""
        drawn = any(group.patients for group in self.groups)
        return layout.Heading(self.title, self.note, "" if drawn else self.empty_message)

    @property
    def with_lines(self) -> bool:
        """Whether each patient is drawn."""
        return sum(len(group.patients) for group in self.groups) <= MOST_LINES


def paired_grid(
    markers: Sequence[MarkerPanel],
    *,
    log: bool,
    provenance: str,
    phases: tuple[str, str] = ("Acute", "Recovery"),
) -> go.Figure:
    """Draw one panel for each marker, each with a y axis of its own.

    Roles of the traces are those of ``pairs.paired_lines``. Past ``MOST_LINES`` patients in a panel only the medians
    with their quartiles are drawn there.

    Raises
    ------
    CohortError
        when the axes are to be logarithmic and a value is 0 or less.
    """
    if log:
        require_positive([group for marker in markers for group in marker.groups])
    grid = _grid(markers)
    meta = [_meta(place, marker, phases) for place, marker in enumerate(markers)]
    drawing = theme.Drawing(
        {"margin": grid.margin(), "meta": {"panels": meta}, **_axes(grid, markers, log=log, phases=phases)}
    )
    for place, marker in enumerate(markers):
        drawing.add_traces(_traces(place, marker, phases, log=log) or [layout.blank(place)])
    drawing.add_traces(
        [*keys(drawing), *band_key(marker.band for marker in markers), *_group_keys(markers[0].groups)]
    )
    layout.add_headings(drawing, grid, [marker.heading for marker in markers])
    return theme.footer(drawing, provenance, height=grid.height)


def _traces(place: int, marker: MarkerPanel, phases: tuple[str, str], *, log: bool) -> list[go.Scatter]:
    axes = {"xaxis": layout.axis_id("x", place + 1), "yaxis": layout.axis_id("y", place + 1)}
    x = _places(len(marker.groups))
    drawn = behind(marker.band, marker.groups, axes, _ends(x), log=log, places=len(x))
    for number, group in enumerate(marker.groups):
        slot = Slot(x, 2 * number)
        if marker.with_lines:
            drawn += [pair_line(group, row, axes, phases, slot) for row in range(len(group.patients))]
        if group.summaries:
            drawn.append(summary_line(group.label, group.colour, group.summaries, axes, slot))
    return drawn


def _group_keys(groups: Sequence[PairedPanel]) -> list[go.Scatter]:
    """What stands where, for a slide: its charts have no room for the names of groups under their axes."""
    sides = (
        ("left", "right") if len(groups) == 2 else [f"place {place}" for place in range(1, len(groups) + 1)]
    )
    return [
        go.Scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=inert(f"{group.label} ({side})" if len(groups) > 1 else group.label),
            showlegend=False,
            marker={"color": group.colour, "symbol": "circle"},
            hoverinfo="skip",
            meta={"role": "key", "group": group.label, "names_a_place": True},
        )
        for group, side in zip(groups, sides, strict=True)
    ]


def _places(groups: int) -> tuple[float, ...]:
    return tuple(number * (1 + _APART) + end for number in range(groups) for end in (0, 1))


def _ends(x: tuple[float, ...]) -> tuple[float, float]:
    return -_AROUND, x[-1] + _AROUND


def _meta(place: int, marker: MarkerPanel, phases: tuple[str, str]) -> dict[str, object]:
    ends = [(group, phase) for group in marker.groups for phase in phases]
    return layout.panel_meta(place, marker.heading, x_title="", y_title="") | {
        "categories": [phase[:1] for _, phase in ends],  # a chart of a slide is too narrow for the words
        "counts": [len(group.patients) for group, _ in ends],
    }


def _grid(markers: Sequence[MarkerPanel]) -> layout.Tiles:
    left, right, bottom = 52.0, 16.0, 8.0
    groups = max(len(marker.groups) for marker in markers)
    across = min(len(markers), 2 if groups <= _GROUPS_IN_HALF else 1)
    gap = 0.12
    rows = -(-len(markers) // across)
    width = layout.panel_width(across, left, right, gap)
    heading = layout.heading_height([marker.heading for marker in markers], width) + 8
    lines = max(
        label.count("<br>") + 1 for marker in markers for label in _labels(marker.groups, width, ("", ""))
    )
    below = lines * _TICK_LINE + _TICK_ROOM
    every_group = [group for marker in markers if marker.with_lines for group in marker.groups]
    labels = legend_labels(every_group, [marker.band for marker in markers])
    top = layout.legend_height(labels, theme.NARROWEST - left - right) + heading
    height = top + rows * (_PLOT_HEIGHT + below) + (rows - 1) * heading + bottom
    return layout.Tiles(
        len(markers), left, right, top, bottom, below, height, gap,
        across=across, row=_PLOT_HEIGHT, heading=heading,
    )  # fmt: skip


def _labels(groups: Sequence[PairedPanel], width: float, phases: tuple[str, str]) -> list[str]:
    """Under each group its name and number; above that the two phases where there is room for them."""
    room = 0.95 * width / len(groups)
    first = f"{phases[0]} → {phases[1].lower()}"
    lines = [first] if len(groups) <= _GROUPS_IN_HALF else []
    return [
        "<br>".join([*lines, paragraph(g.label, room, theme.SMALL)[0], f"n = {len(g.patients)}"])
        for g in groups
    ]


def _axes(
    grid: layout.Tiles, markers: Sequence[MarkerPanel], *, log: bool, phases: tuple[str, str]
) -> dict[str, dict[str, object]]:
    return dict(
        pair for place, marker in enumerate(markers) for pair in _two_axes(grid, place, marker, log, phases)
    )


def _two_axes(
    grid: layout.Tiles, place: int, marker: MarkerPanel, log: bool, phases: tuple[str, str]
) -> Iterator[tuple[str, dict[str, object]]]:
    number = place + 1
    x = _places(len(marker.groups))
    yield (
        layout.axis_key("x", number),
        {
            "domain": grid.x_domain(place),
            "anchor": layout.axis_id("y", number),
            "range": list(_ends(x)),
            "tickvals": [start + 0.5 for start in x[::2]],
            "ticktext": _labels(marker.groups, grid.panel_width, phases),
            "tickangle": 0,
            "ticks": "",
            "fixedrange": True,
        },
    )
    yield (
        layout.axis_key("y", number),
        {
            "domain": grid.y_domain(place),
            "anchor": layout.axis_id("x", number),
            "type": "log" if log else "linear",
            **(
                log_ticks(marker.groups, marker.band)
                if log
                else {"range": value_range(marker.groups, marker.band)}
            ),
        },
    )
