"""The healing curves as a picture: shapes for ``figures.curves``, nothing computed but ticks and 1 - S."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from plotly.graph_objects import Figure

from iren_core.analyses.healing.curves import EmptyPanel, PanelResult, Result, View
from iren_core.figures.curves import Curve, Panel, step_curves
from iren_core.figures.theme import Style
from iren_core.stats import IncidenceCurve, SurvivalCurve
from iren_core.wording import statistic

_TICK_STEPS_DAYS = (1, 2, 7, 14, 28, 56, 84, 168, 364)
_MOST_TICKS = 7

AnyCurve = SurvivalCurve | IncidenceCurve


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """The picture of all panels on one time axis."""
    ticks = ticks_of(result)
    last = last_day(result)
    view = result.settings.view
    return step_curves(
        [_panel(panel, view, styles, ticks, last) for panel in result.panels],
        y_title=axis_title(result),
        x_title="Days since first corticosteroid dose",
        x_max=max(last, ticks[-1]),
        ticks=ticks,
        provenance=provenance,
        at_risk_title="Not yet healed",
    )


def axis_title(result: Result) -> str:
    """What the height of a curve is."""
    if result.settings.view == "healed by day":
        return "Healed"
    return "Not healed, alive or dead" if result.settings.deaths == "competing event" else "Not yet healed"


def ticks_of(result: Result) -> tuple[int, ...]:
    """Days that carry a tick and a row of numbers at risk: whole weeks where the curves are that long."""
    last = last_day(result)
    step = next(
        (step for step in _TICK_STEPS_DAYS if last / step <= _MOST_TICKS), 364 * math.ceil(last / 2500)
    )
    return tuple(range(0, math.ceil(last) + 1, step))


def last_day(result: Result) -> float:
    """The last day that any curve reaches."""
    return max(float(curve.time[-1]) for panel in _drawn(result) for curve in curves_of(panel))


def curves_of(panel: PanelResult) -> tuple[AnyCurve, ...]:
    """The curves of healing in one panel; those of death, where it competes, are not drawn."""
    return tuple(curve for curve in panel.curves.curves if getattr(curve, "cause", "healed") == "healed")


def shares(curve: AnyCurve, view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate, low and high of what is drawn."""
    grows = isinstance(curve, IncidenceCurve)
    middle = curve.incidence if isinstance(curve, IncidenceCurve) else curve.survival
    if grows == (view == "healed by day"):
        return middle, curve.low, curve.high
    return 1 - middle, 1 - curve.high, 1 - curve.low


def _drawn(result: Result) -> list[PanelResult]:
    return [panel for panel in result.panels if isinstance(panel, PanelResult)]


def _panel(
    panel: PanelResult | EmptyPanel,
    view: View,
    styles: Mapping[str, Style],
    ticks: tuple[int, ...],
    last: float,
) -> Panel:
    if isinstance(panel, EmptyPanel):
        return Panel(panel.title, (), empty_message=panel.reason)
    return Panel(
        title=f"{panel.title} (n = {panel.n_in})",
        curves=tuple(_curve(curve, view, styles[curve.label], ticks, last) for curve in curves_of(panel)),
        note=statistic(panel.test),
    )


def _curve(curve: AnyCurve, view: View, style: Style, ticks: tuple[int, ...], last: float) -> Curve:
    time, at_risk = curve.time, curve.at_risk
    middle, low, high = shares(curve, view)
    censored = np.isin(time, curve.censor_times)
    marks = time[censored], middle[censored]
    if isinstance(curve, IncidenceCurve) and curve.complete and time[-1] < last:
        # Everybody has healed or died: the share healed stays what it is, and the curve runs on flat.
        time, at_risk = np.append(time, last), np.append(at_risk, 0)
        middle, low, high = (np.append(values, values[-1]) for values in (middle, low, high))
    return Curve(
        label=curve.label,
        colour=style.colour,
        dash=style.dash,
        time=time,
        estimate=middle,
        low=low,
        high=high,
        at_risk=at_risk,
        at_risk_at_ticks=tuple(int(n) for n in curve.number_at_risk(ticks)),
        censor_times=marks[0],
        censor_estimates=marks[1],
        start=0.0 if view == "healed by day" else 1.0,
    )
