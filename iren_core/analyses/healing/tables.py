"""The tables of the healing card: the answer by group, the numbers at risk, the rules for deaths, every step."""

from __future__ import annotations

import math
from dataclasses import asdict

import pandas as pd

from iren_core.analyses.healing.clock import ZERO_WORDS
from iren_core.analyses.healing.curves import GroupHealing, PanelResult, Result
from iren_core.analyses.healing.followed import COUNTED_FROM, DEATH_RULES
from iren_core.analyses.healing.picture import curves_of, ticks_of
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats import RestrictedMean, SurvivalTest
from iren_core.wording import (
    NOT_REACHED,
    UNKNOWN,
    day_number,
    interval,
    mean_difference,
    number,
    p_value,
    statistic,
)


def summary(result: Result) -> Table:
    """One row a group and panel: counts and days."""
    panels = _panels(result)
    shown = [_group_shown(panel, group) for panel in panels for group in panel.groups]
    values = [_group_values(panel, group) for panel in panels for group in panel.groups]
    return Table(
        key="summary",
        title="Days to healing by group",
        shown=pd.DataFrame(shown),
        values=pd.DataFrame(values),
        note=(
            "Half healed: day by which half had healed, with its 95% confidence interval. Quartiles: median (25th and "
            "75th percentiles) of the days of those who healed, by the rule of SPSS and Prism. Mean: mean days to "
            "healing with its 95% confidence interval, counted up to the day that the comparison gives."
        ),
    )


def comparison(result: Result) -> Table:
    """One row a panel: the test and the difference in mean days."""
    panels = _panels(result)
    return Table(
        key="comparison",
        title="Comparison of the groups",
        shown=pd.DataFrame([_comparison_shown(panel) for panel in panels]),
        values=pd.DataFrame(
            [
                {"panel": panel.title}
                | _difference_values(panel)
                | _test_values(panel)
                | _exact_values(panel)
                for panel in panels
            ]
        ),
        note=(
            "Exact: permutation log-rank test, shown where a group has fewer than ten patients; trust it rather than "
            "the other there. Difference: second group minus first. Each p-value stands alone, uncorrected."
        ),
    )


def at_risk(result: Result) -> Table:
    """Patients who were neither healed, dead nor lost just before each tick of the axis."""
    ticks = ticks_of(result)
    rows = [
        {"Panel": panel.title, "Group": curve.label}
        | {f"Day {day:g}": int(n) for day, n in zip(ticks, curve.number_at_risk(ticks), strict=True)}
        for panel in _panels(result)
        for curve in curves_of(panel)
    ]
    values = pd.DataFrame(rows)
    return Table(
        key="at_risk",
        title="Number at risk",
        shown=values.astype(str),
        values=values,
        note="Counted just before each day: patients still followed and not yet healed.",
        behind=True,
    )


def rules(result: Result) -> Table:
    """What each of the three rules for deaths does to the answer for all patients together."""
    shown, values = [], []
    for rule, panel in zip(DEATH_RULES, result.by_rule, strict=True):
        chosen = " (chosen)" if rule == result.settings.deaths else ""
        shown.append({"Rule for deaths": rule + chosen} | _answer_shown(panel))
        values.append({"rule": rule} | _answer_values(panel))
    return Table(
        key="rules",
        title="What each rule for deaths gives",
        shown=pd.DataFrame(shown).fillna("no patient"),  # a rule may leave out a whole group
        values=pd.DataFrame(values),
        note=(
            "Healed only: only patients whose day of healing is known, as in the study. Censored at death: those who "
            "died count as not yet healed until they die, as if they might have healed later. Competing event: they "
            "count as never healed, which is what happened."
        ),
    )


def starts(result: Result) -> Table:
    """What the day from which patients count does to the answer for all patients together."""
    shown, values = [], []
    for start, panel in zip(COUNTED_FROM, result.by_start, strict=True):
        chosen = " (chosen)" if start == result.settings.counted_from else ""
        day = f", day {number(result.settings.landmark_day)}" if start == "landmark" else ""
        shown.append({"Patients count from": start + day + chosen} | _answer_shown(panel))
        values.append({"counted_from": start} | _answer_values(panel))
    return Table(
        key="starts",
        title="What the day from which patients count does",
        shown=pd.DataFrame(shown).fillna("no patient"),
        values=pd.DataFrame(values),
        note=(
            "Time zero: everybody counts from day 0, although the treatment of an arm may begin later. Start of "
            "treatment: each patient counts from the day it began (late entry). Landmark: patients still followed and "
            "unhealed on that day count, in the arm that they had reached by then."
        ),
    )


def delays(result: Result) -> Table:
    """How long after time zero the treatment began that makes the groups."""
    return Table(
        key="delays",
        title=f"Days from {ZERO_WORDS[result.settings.time_zero]} to the start of treatment",
        shown=pd.DataFrame(
            [
                {
                    "Group": wait.label,
                    "Patients": str(wait.n),
                    "Waited": f"{wait.n_waited} of {wait.n}",
                    "Median (range), days": f"{day_number(wait.median)} "
                    f"({number(wait.low)} to {number(wait.high)})",
                    "Day not known": str(wait.n_unknown),
                }
                for wait in result.delays
            ]
        ),
        values=pd.DataFrame([asdict(wait) for wait in result.delays]),
        note="Treatment: the TNF inhibitor for who had one, else the corticosteroid.",
        behind=True,
    )


def _answer_shown(panel: PanelResult | CohortError) -> dict[str, str]:
    if isinstance(panel, CohortError):
        return {"Patients": UNKNOWN, "Test": statistic(panel)}
    return (
        {"Patients": str(panel.n_in)}
        | {f"Half healed, {group.label}": _half(group) for group in panel.groups}
        | {"Test": statistic(panel.test)}
    )


def _answer_values(panel: PanelResult | CohortError) -> dict[str, object]:
    if isinstance(panel, CohortError):
        return {"test": str(panel)}
    return (
        {"patients": panel.n_in}
        | {f"half_healed_day_{group.label}": group.median for group in panel.groups}
        | _test_values(panel)
    )


def steps(result: Result) -> Table:
    """Every step of every curve."""
    frames = [
        pd.DataFrame(
            {
                "panel": panel.title,
                "group": curve.label,
                "day": curve.time,
                "at_risk": curve.at_risk,
                "healed": curve.events,
                "share": getattr(curve, "survival", getattr(curve, "incidence", None)),
                "std_error": curve.std_error,
                "low": curve.low,
                "high": curve.high,
            }
        )
        for panel in _panels(result)
        for curve in curves_of(panel)
    ]
    values = pd.concat(frames, ignore_index=True)
    quantity = "healed" if result.settings.deaths == "competing event" else "not yet healed"
    values = values.rename(columns={"share": f"share_{quantity.replace(' ', '_')}"})
    numbers = values.columns[5:]
    shown = values.assign(
        day=values["day"].map(number),
        **{name: values[name].map(lambda value: number(value, 3)) for name in numbers},
    )
    return Table(
        "steps", f"Every step of the curves: share {quantity}", shown.astype(str), values, behind=True
    )


def _panels(result: Result) -> list[PanelResult]:
    return [panel for panel in result.panels if isinstance(panel, PanelResult)]


def _group_shown(panel: PanelResult, group: GroupHealing) -> dict[str, str]:
    return {
        "Panel": panel.title if group is panel.groups[0] else "",
        "Group": group.label,
        "Healed": f"{group.healed} of {group.n}",
        "Half healed, day": _half(group),
        "Quartiles, days": f"{day_number(group.q2)} ({day_number(group.q1)}, {day_number(group.q3)})",
        "Mean, days": _mean(panel, group),
    }


def _comparison_shown(panel: PanelResult) -> dict[str, str]:
    horizon = number(panel.difference.horizon) if isinstance(panel.difference, RestrictedMean) else UNKNOWN
    return {
        "Panel": panel.title,
        "Test": statistic(panel.test),
        "Exact": p_value(panel.exact.p_value) if panel.exact else UNKNOWN,
        "Difference of mean days": mean_difference(panel.difference),
        "Counted to day": horizon,
    }


def _half(group: GroupHealing) -> str:
    if group.median != group.median:  # not a number: the curve never reaches one half
        return NOT_REACHED
    return f"{day_number(group.median)} ({interval(group.low, group.high)})"


def _mean(panel: PanelResult, group: GroupHealing) -> str:
    if not isinstance(panel.difference, RestrictedMean):
        return UNKNOWN
    place = panel.difference.labels.index(group.label)
    means, lows, highs = panel.difference.means, panel.difference.lows, panel.difference.highs
    if not panel.difference.std_errors[place]:
        return f"{number(means[place], 1)} (no interval: one patient, or no spread)"
    return f"{number(means[place], 1)} ({interval(lows[place], highs[place], 1)})"


def _group_values(panel: PanelResult, group: GroupHealing) -> dict[str, object]:
    row: dict[str, object] = {
        "panel": panel.title,
        "group": group.label,
        "n": group.n,
        "healed": group.healed,
        "died_before_healing": group.died,
        "censored": group.censored,
        "half_healed_day": group.median,
        "half_healed_low": group.low,
        "half_healed_high": group.high,
        "healing_day_q1": group.q1,
        "healing_day_median": group.q2,
        "healing_day_q3": group.q3,
    }
    if isinstance(panel.difference, RestrictedMean):
        place = panel.difference.labels.index(group.label)
        row["mean_days"] = panel.difference.means[place]
        row["mean_days_std_error"] = panel.difference.std_errors[place]
        row["horizon_days"] = panel.difference.horizon
    return row


def _difference_values(panel: PanelResult) -> dict[str, object]:
    if not isinstance(panel.difference, RestrictedMean):
        return {}
    spread = all(panel.difference.std_errors)
    return {
        "horizon_days": panel.difference.horizon,
        "mean_difference": panel.difference.estimate,
        "mean_difference_low": panel.difference.low if spread else math.nan,
        "mean_difference_high": panel.difference.high if spread else math.nan,
    }


def _test_values(panel: PanelResult) -> dict[str, object]:
    if not isinstance(panel.test, SurvivalTest):
        return {"test": str(panel.test)}
    return {
        "test": panel.test.method,
        "statistic": panel.test.statistic,
        "df": panel.test.df,
        "p_value": panel.test.p_value,
    }


def _exact_values(panel: PanelResult) -> dict[str, object]:
    return {"exact_test": panel.exact.method, "exact_p_value": panel.exact.p_value} if panel.exact else {}
