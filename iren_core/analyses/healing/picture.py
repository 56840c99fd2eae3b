"""The healing curves as a picture: shapes for ``figures.curves``, nothing computed but ticks and 1 - S."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from plotly.graph_objects import Figure

from iren_core.analyses.healing.clock import ZERO_WORDS
from iren_core.analyses.healing.curves import EmptyPanel, PanelResult, Result, Settings, View
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
    return step_curves(
        [_panel(panel, result.settings, styles, ticks, last) for panel in result.panels],
        y_title=axis_title(result),
        x_title=f"Days since {ZERO_WORDS[result.settings.time_zero]}",
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


def ticks_of(result: Result) -> tuple[float, ...]:
    """Days that carry a tick and a row of numbers at risk: whole weeks where the curves are long; a landmark first."""
    last = last_day(result)
    step = next(
        (step for step in _TICK_STEPS_DAYS if last / step <= _MOST_TICKS), 364 * math.ceil(last / 2500)
    )
    ticks = tuple(range(0, math.ceil(last) + 1, step))
    landmark = _landmark(result.settings)
    return (landmark, *(day for day in ticks if day - landmark >= step / 2)) if landmark else ticks


def last_day(result: Result) -> float:
    """The last day to which any curve is drawn."""
    curves = [curve for panel in _drawn(result) for curve in curves_of(panel)]
    drawn = [curve.time[:steps] for curve in curves if (steps := steps_drawn(curve, result.settings))]
    return max(float(time[-1]) for time in drawn or [curve.time for curve in curves])


def steps_drawn(curve: AnyCurve, settings: Settings) -> int:
    """How many steps of a curve are drawn: those up to the last day with enough patients at risk."""
    enough = np.flatnonzero(curve.at_risk >= settings.fewest_at_risk)
    return int(enough[-1]) + 1 if enough.size else 0


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
    settings: Settings,
    styles: Mapping[str, Style],
    ticks: tuple[float, ...],
    last: float,
) -> Panel:
    if isinstance(panel, EmptyPanel):
        return Panel(panel.title, (), empty_message=panel.reason)
    return Panel(
        title=f"{panel.title} (n = {panel.n_in})",
        curves=tuple(_curve(curve, settings, styles[curve.label], ticks, last) for curve in curves_of(panel)),
        # Why one group is not compared stands once, in the first note.
        note="One group, not compared" if len(panel.groups) == 1 else statistic(panel.test),
    )


def _landmark(settings: Settings) -> float:
    return settings.landmark_day if settings.counted_from == "landmark" else 0.0


def _first_day(curve: AnyCurve, settings: Settings) -> float:
    """The day on which the first patient of a curve came under observation."""
    return float(curve.entered[0]) if curve.entered.size == curve.n else _landmark(settings)


def _curve(curve: AnyCurve, settings: Settings, style: Style, ticks: tuple[float, ...], last: float) -> Curve:
    steps = steps_drawn(curve, settings)
    time, at_risk = curve.time[:steps], curve.at_risk[:steps]
    middle, low, high = (values[:steps] for values in shares(curve, settings.view))
    censored = np.isin(time, curve.censor_times)
    marks = time[censored], middle[censored]
    whole = steps == curve.time.size
    if isinstance(curve, IncidenceCurve) and whole and curve.complete and time[-1] < last:
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
        start=0.0 if settings.view == "healed by day" else 1.0,
        first_day=_first_day(curve, settings),
    )
