"""Adverse events as a picture: shapes for ``figures.forest``, ``figures.curves`` and ``figures.swimmer``."""

from __future__ import annotations

from collections.abc import Mapping

from plotly.graph_objects import Figure

from iren_core.analyses.adverse_events.events import EventRisk, GroupRisk, Result
from iren_core.errors import CohortError
from iren_core.figures import forest, swimmer
from iren_core.figures.curves import Curve, Panel, step_curves
from iren_core.figures.theme import INK, Style
from iren_core.stats import IncidenceCurve
from iren_core.wording import count, interval, number, statistic

_WEEK = 7
_MOST_TICKS = 9
_DIFFERENCE = "Difference in risk"
#: How what happened is marked: symbol and colour.
_MARKS = {
    "TNF inhibitor begun": ("triangle-up", "#8A3F78"),
    "Infection": ("x", "#B8860B"),
    "Healed": ("circle-open", "#009E73"),
    "Died": ("square", INK),
}


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """The picture that the reader chose."""
    view = result.settings.view
    if view == "each event":
        return _forest(result, styles, provenance)
    return (
        _curves(result, styles, provenance)
        if view == "time to first infection"
        else _swimmer(result, styles, provenance)
    )


def _forest(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """Shares with exact intervals, and below them the differences of two groups."""
    series = [forest.Series(label, styles[label].colour, styles[label].symbol) for label in result.labels]
    blocks = [
        forest.Block(
            "Patients with the event",
            "Share of the group in %, with exact 95% interval",
            tuple(forest.Row(event.label, tuple(map(_share, _known(event)))) for event in result.events),
            reference=None,
        )
    ]
    rows = tuple(row for event in result.events if (row := _difference(event)))
    compared = [one.label for one in _known(result.any_event)]
    if (
        rows and len(compared) == 2
    ):  # of three, one event may be known of two: rows of other pairs are no block
        series.append(forest.Series(_DIFFERENCE, INK, "square"))
        blocks.append(
            forest.Block(
                " minus ".join(compared), "Difference in risk, percentage points (95% interval)", rows
            )
        )
    return forest.forest(blocks, series, provenance=provenance)


def _known(event: EventRisk) -> list[GroupRisk]:
    return [one for one in event.groups if one.n]


def _share(one: GroupRisk) -> forest.Mark:
    assert one.share is not None
    return forest.Mark(
        one.label,
        100 * one.events / one.n,
        100 * one.share.low,
        100 * one.share.high,
        count(one.events, one.n),
    )


def _difference(event: EventRisk) -> forest.Row | None:
    risk = event.difference
    if risk is None:
        return None
    estimate, low, high = (
        100 * value for value in (risk.difference, risk.difference_low, risk.difference_high)
    )
    words = f"{number(estimate)} ({interval(low, high)})"
    return forest.Row(event.label, (forest.Mark(_DIFFERENCE, estimate, low, high, words),))


def _curves(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    infection = result.infection
    window = result.settings.window_days
    step = _WEEK * max(1, -(-window // (_WEEK * _MOST_TICKS)))
    ticks = tuple(range(0, window + 1, step))
    if isinstance(infection, CohortError):
        panel = Panel("", (), empty_message=str(infection))
    else:
        panel = Panel(
            f"First infection (n = {infection.n_in})",
            tuple(_curve(curve, styles[curve.label], ticks) for curve in infection.curves),
            note=statistic(infection.test),
        )
    return step_curves(
        [panel],
        y_title="Had an infection",
        x_title="Days since first corticosteroid dose",
        x_max=window,
        ticks=ticks,
        provenance=provenance,
        at_risk_title="Alive, no infection",
    )


def _curve(curve: IncidenceCurve, style: Style, ticks: tuple[int, ...]) -> Curve:
    return Curve(
        label=curve.label,
        colour=style.colour,
        dash=style.dash,
        time=curve.time,
        estimate=curve.incidence,
        low=curve.low,
        high=curve.high,
        at_risk=curve.at_risk,
        at_risk_at_ticks=tuple(int(n) for n in curve.number_at_risk(ticks)),
        censor_times=curve.censor_times,
        censor_estimates=curve.at(curve.censor_times)[0],
    )


def _swimmer(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    lanes = [
        swimmer.Lane(
            course.label,
            course.patient,
            course.group,
            styles[course.group].colour,
            course.steroid_end,
            course.last,
            course.marks,
        )
        for course in result.courses
    ]
    return swimmer.swimmer(
        lanes,
        {kind: swimmer.Look(*look) for kind, look in _MARKS.items()},
        bar_words="Steroids",
        x_title="Days since first corticosteroid dose",
        provenance=provenance,
        empty_message="No patient here has a day of steroids, infection, healing or death.",
    )
