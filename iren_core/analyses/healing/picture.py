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
    last = max(float(curve.time[-1]) for panel in _drawn(result) for curve in curves_of(panel))
    view = result.settings.view
    return step_curves(
        [_panel(panel, view, styles, ticks) for panel in result.panels],
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
    last = max(float(curve.time[-1]) for panel in _drawn(result) for curve in curves_of(panel))
    step = next(
        (step for step in _TICK_STEPS_DAYS if last / step <= _MOST_TICKS), 364 * math.ceil(last / 2500)
    )
    return tuple(range(0, math.ceil(last) + 1, step))


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
    panel: PanelResult | EmptyPanel, view: View, styles: Mapping[str, Style], ticks: tuple[int, ...]
) -> Panel:
    if isinstance(panel, EmptyPanel):
        return Panel(panel.title, (), empty_message=panel.reason)
    return Panel(
        title=f"{panel.title} (n = {panel.n_in})",
        curves=tuple(_curve(curve, view, styles[curve.label], ticks) for curve in curves_of(panel)),
        note=statistic(panel.test),
    )


def _curve(curve: AnyCurve, view: View, style: Style, ticks: tuple[int, ...]) -> Curve:
    middle, low, high = shares(curve, view)
    censored = np.isin(curve.time, curve.censor_times)
    return Curve(
        label=curve.label,
        colour=style.colour,
        dash=style.dash,
        time=curve.time,
        estimate=middle,
        low=low,
        high=high,
        at_risk=curve.at_risk,
        at_risk_at_ticks=tuple(int(n) for n in curve.number_at_risk(ticks)),
        censor_times=curve.time[censored],
        censor_estimates=middle[censored],
        start=0.0 if view == "healed by day" else 1.0,
    )
