"""The healing card in words: the finding, cautions, caption, how it was made, and what the picture shows."""

from __future__ import annotations

import math

import numpy as np

from iren_core import schema
from iren_core.analyses.healing.curves import EmptyPanel, GroupHealing, PanelResult, Result, Settings
from iren_core.errors import CohortError
from iren_core.stats import RestrictedMean
from iren_core.wording import (
    count,
    in_sentence,
    interval,
    listed,
    mean_difference,
    number,
    p_value,
    patients,
    sentence,
    statistic,
    with_group,
)

INTERVAL_WORDS = {
    "log-log": "symmetric on the complementary log-log scale",
    "log": "symmetric on the log scale, R's default",
    "plain": "symmetric on the scale of the share itself",
}

RULE_WORDS = {
    "healed only": "among those who healed",
    "censored at death": "when the dead are censored",
    "competing event": "when death competes with healing",
}


def finding(result: Result) -> str:
    """The answer for all patients together, in one sentence or two."""
    panel = _first(result)
    groups = listed(
        f"{_half_healed(group)} {with_group(result.settings.group, group.label)}" for group in panel.groups
    )
    who = "those who healed" if result.settings.deaths == "healed only" else "the patients"
    answer = f"Half of {who} had healed by {groups}"
    if isinstance(panel.test, CohortError):
        return f"{answer} (n = {panel.n_in})."
    return f"{answer} ({statistic(panel.test)}; n = {panel.n_in}). {_difference(panel)}".strip()


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind, the most important first."""
    panel, settings = _first(result), result.settings
    return (
        *((str(panel.test),) if isinstance(panel.test, CohortError) else ()),
        _deaths_note(result),
        *_left_out_note(panel),
        *_final_shares_note(result),
        *_few_patients_note(result),
        *_imbalance_note(result),
        *(f"{empty.title}: {empty.reason}" for empty in result.panels if isinstance(empty, EmptyPanel)),
        *(_observational_note(settings) if settings.group == "arm" and len(panel.groups) > 1 else ()),
    )


def caption(result: Result) -> str:
    """Who is in the picture, who is not, and what its marks mean."""
    panel = _first(result)
    band = "shaded bands are pointwise 95% confidence intervals"
    ticks = (
        "" if result.settings.deaths == "healed only" else "; upright ticks mark patients last seen unhealed"
    )
    return (
        f"{patients(panel.n_in)} of {panel.n} in the curves, {panel.n - panel.n_in} left out; {band}{ticks}. "
        "The rows under the axis count patients at risk just before each day."
    )


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    panel, settings = _first(result), result.settings
    parts = [
        "Time to healing was counted in days from the first corticosteroid dose to complete re-epithelization.",
        _rule_sentence(settings),
        sentence(f"Curves: {panel.curves.method}. {panel.curves.reason}"),
        f"Pointwise 95% confidence intervals are {INTERVAL_WORDS[settings.interval]}.",
    ]
    if settings.deaths != "competing event":
        parts.append(
            "Medians are read off the curves with Brookmeyer-Crowley intervals; where a curve stays at one half for "
            "some days the middle of that stretch is given, as R does."
        )
    if not isinstance(panel.test, CohortError):
        parts.append(sentence(f"Groups were compared by {panel.test.method}. {panel.test.reason}"))
    if isinstance(panel.difference, RestrictedMean):
        parts.append(sentence(f"Mean days: {panel.difference.method}. {panel.difference.reason}"))
    parts.append(
        "Quartiles follow the rule of SPSS and Prism (type 6). Patients without a day or a group are left out."
    )
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    verb = "had healed" if result.settings.view == "healed by day" else "had not yet healed"
    panels = "; ".join(
        f"{panel.title} (n = {panel.n_in}, {_alt_test(panel)}): "
        + listed(f"{group.label} reaches one half by {_by_day(group.median)}" for group in panel.groups)
        for panel in result.panels
        if isinstance(panel, PanelResult)
    )
    return f"Step curves of the share of patients who {verb} by each day, one panel each. {panels}."


def _by_day(median: float) -> str:
    return "no day" if math.isnan(median) else f"day {number(median, _digits(median))}"


def _alt_test(panel: PanelResult) -> str:
    return "not compared" if isinstance(panel.test, CohortError) else p_value(panel.test.p_value)


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    panel = _first(result)
    return (
        ()
        if isinstance(panel.test, CohortError)
        else (panel.test.method, f"deaths: {result.settings.deaths}")
    )


def _first(result: Result) -> PanelResult:
    return next(panel for panel in result.panels if isinstance(panel, PanelResult))


def _half_healed(group: GroupHealing) -> str:
    if math.isnan(group.median):
        return "no day within follow-up"
    return f"day {number(group.median, _digits(group.median))} (95% CI {interval(group.low, group.high)})"


def _digits(day: float) -> int:
    return 0 if math.isnan(day) or day == int(day) else 1


def _difference(panel: PanelResult) -> str:
    if not isinstance(panel.difference, RestrictedMean) or panel.difference.estimate is None:
        return ""
    first, second = (in_sentence(label) for label in panel.difference.labels)
    return (
        f"Counted up to day {number(panel.difference.horizon)}, mean time to healing differs by "
        f"{mean_difference(panel.difference)}: {second} minus {first}."
    )


def _rule_sentence(settings: Settings) -> str:
    return {
        "healed only": "Only patients who healed on a known day are in the curves, as in the study.",
        "censored at death": "Patients who died before healing are censored on the day of death.",
        "competing event": "Death before healing is a competing event: such patients count as never healed.",
    }[settings.deaths]


def _deaths_note(result: Result) -> str:
    times = _first(result).times
    died = int(times.died.sum()) + times.died_without_day
    unhealed = int((~times.healed & ~times.died & ~np.isnan(times.days)).sum())
    if not died and not unhealed:
        return "Nobody is known to have died before healing or stayed unhealed: the rule for deaths changes nothing."
    answers = listed(f"{_short_answer(panel)} {RULE_WORDS[panel.deaths]}" for panel in result.by_rule)
    later = (
        f", and {times.healed_then_died} healed and died later (they count as healed)"
        if times.healed_then_died
        else ""
    )
    condition = (
        " Curves of healed patients alone say nothing of the chance to heal at all."
        if result.settings.deaths == "healed only"
        else ""
    )
    return (
        f"{patients(died)} died before healing, {unhealed} were last seen unhealed{later}. Under the three rules: "
        f"{answers}.{condition}"
    )


def _short_answer(panel: PanelResult) -> str:
    if isinstance(panel.test, CohortError):
        return "no comparison"
    if len(panel.groups) != 2:
        return p_value(panel.test.p_value)
    half = (number(group.median, _digits(group.median)) for group in panel.groups)
    return f"half healed by day {listed(half, 'v')} ({p_value(panel.test.p_value)})"


def _left_out_note(panel: PanelResult) -> tuple[str, ...]:
    """Every patient of the panel who is in no curve, by reason; the reasons add up."""
    times = panel.times
    only_healed = panel.deaths == "healed only"
    reasons = [
        (int(times.died.sum()) if only_healed else 0, "died before healing"),
        (
            int((~times.healed & ~times.died & ~np.isnan(times.days)).sum()) if only_healed else 0,
            "not seen to heal",
        ),
        (times.died_without_day, "died on a day that is not recorded"),
        (times.healed_without_day, "healed on a day that is not recorded"),
        (times.contradictory, "healed after the day of death in this file (see the query list)"),
        (times.without_any_day, "without a day of healing, death or last follow-up"),
    ]
    without_group = panel.n - panel.n_in - sum(n for n, _ in reasons)
    reasons.append((without_group, "without a group"))
    named = [f"{n} {why}" for n, why in reasons if n > 0]
    return (f"Left out of the curves: {listed(named)}.",) if named else ()


def _final_shares_note(result: Result) -> tuple[str, ...]:
    panel = _first(result)
    if result.settings.deaths != "competing event":
        return ()
    shares = listed(
        f"{count(group.healed, group.n)} {with_group(result.settings.group, group.label)}"
        for group in panel.groups
    )
    ends = min(float(curve.time[-1]) for curve in panel.curves.curves)
    return (
        f"In the end {shares} had healed. Gray's test compares the curves only while every group still has patients at "
        f"risk, here until day {number(ends)}; it does not weigh what follows.",
    )


def _few_patients_note(result: Result) -> tuple[str, ...]:
    small = [
        f"{panel.title} ({listed((str(group.n) for group in panel.groups), 'v')} patients) "
        f"{p_value(panel.exact.p_value)}"
        for panel in result.panels
        if isinstance(panel, PanelResult) and panel.exact
    ]
    if not small:
        return ()
    return (
        f"With so few patients the log-rank p and the intervals are rough. Exact permutation test: {'; '.join(small)}.",
    )


def _imbalance_note(result: Result) -> tuple[str, ...]:
    if result.imbalance is None:
        return ()
    scorten = result.imbalance.scorten
    medians = listed((number(median, _digits(median)) for median in result.imbalance.medians), "v")
    return (
        f"The groups were not equally ill: median SCORTEN {medians} ({scorten.method}, {p_value(scorten.p_value)}). "
        f"Patients compared only within their diagnosis: {statistic(result.imbalance.stratified)}; "
        f"all together: {statistic(_first(result).test)}. The page Robustness goes further.",
    )


def _observational_note(settings: Settings) -> tuple[str, ...]:
    label = schema.field(settings.group).label.lower()
    return (
        f"The {label} was chosen at the bedside, not by chance: a difference between arms is an association, and may "
        "reflect how ill the patients were.",
    )
