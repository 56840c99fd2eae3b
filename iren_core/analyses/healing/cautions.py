"""What a reader of the healing card must bear in mind: deaths, immortal time, who is left out, unlike groups."""

from __future__ import annotations

import numpy as np

from iren_core import schema
from iren_core.analyses.healing.clock import ZERO_WORDS, TimeZero, grouped_by_treatment
from iren_core.analyses.healing.curves import SCORTEN_CUT, EmptyPanel, PanelResult, Result, Settings
from iren_core.analyses.healing.followed import DEATH_RULES, Delay
from iren_core.analyses.subgroups import group_of
from iren_core.analyses.timing import is_known_early
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.counted import was
from iren_core.errors import CohortError
from iren_core.stats import SurvivalCurve
from iren_core.wording import (
    count,
    day_number,
    days,
    in_sentence,
    listed,
    number,
    p_value,
    patients,
    statistic,
    with_group,
)

RULE_WORDS = {
    "healed only": "among those who healed",
    "censored at death": "when the dead are censored",
    "competing event": "when death competes with healing",
}


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind, the most important first."""
    panel, settings = result.first, result.settings
    return (
        *_one_arm_note(settings),
        *(vanished(result) if settings.time_zero != "first TNF inhibitor" else ()),
        *((str(panel.test),) if isinstance(panel.test, CohortError) else ()),
        _deaths_note(result),
        *_immortal_note(result),
        *_two_sides(panel),
        *_moved_note(panel),
        *_early_end_note(result),
        *_left_out_note(panel),
        *_final_shares_note(result),
        *_few_patients_note(result),
        *_imbalance_note(result),
        *(f"{empty.title}: {empty.reason}" for empty in result.panels if isinstance(empty, EmptyPanel)),
        *(_observational_note(settings) if settings.group == "arm" and len(panel.groups) > 1 else ()),
    )


def vanished(result: Result) -> tuple[str, ...]:
    """That a whole group of the selected patients is in no curve, and why where one reason is known."""
    panel, group = result.first, result.settings.group
    there = {one.label for one in panel.groups}
    every = panel.patients.cohort
    gone = (
        [label for label in group_of(every, group).categories if label not in there]
        if every.has(group)
        else []
    )
    if not gone:
        return ()
    unknown = panel.patients.unknown_start
    why = f": the day on which treatment began is not recorded for {patients(unknown)}" if unknown else ""
    return (
        f"No patient {listed((with_group(group, label) for label in gone), 'nor')} is in the curves{why}.",
    )


def _two_sides(panel: PanelResult) -> tuple[str, ...]:
    """Where the interval of the difference of mean days and the p of the test of the curves part."""
    test, days = panel.test, panel.difference
    if (
        isinstance(test, CohortError)
        or isinstance(days, CohortError)
        or days.low is None
        or days.high is None
    ):
        return ()
    return two_sides(
        [
            Beside(
                "the mean days to healing",
                days.low,
                days.high,
                test.p_value,
                0,
                days.method,
                test.method,
                digits=1,
            )
        ]
    )


def _one_arm_note(settings: Settings) -> tuple[str, ...]:
    if settings.time_zero != "first TNF inhibitor":
        return ()
    return (
        "Only patients who had a TNF inhibitor have a first dose to count from: there is no such day in the arm of "
        "corticosteroids alone, so the arms cannot be compared from this day zero.",
    )


def _deaths_note(result: Result) -> str:
    times = result.first.times
    died = int(times.died.sum()) + times.died_without_day
    unhealed = int((~times.healed & ~times.died & ~np.isnan(times.days)).sum())
    if not died and not unhealed and not times.healed_then_died:
        return "Nobody is known to have died before healing or stayed unhealed: the rule for deaths changes nothing."
    answers = listed(
        f"{_short_answer(panel)} {RULE_WORDS[rule]}"
        for rule, panel in zip(DEATH_RULES, result.by_rule, strict=True)
    )
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
    rules = f" Under the three rules: {answers}." if len(result.first.groups) > 1 else ""
    last_seen = f"{unhealed} {was(unhealed)} last seen unhealed"
    return f"{patients(died)} died before healing, {last_seen}{later}.{rules}{condition}"


def _short_answer(panel: PanelResult | CohortError) -> str:
    if isinstance(panel, CohortError) or isinstance(panel.test, CohortError):
        return "no comparison"
    if len(panel.groups) != 2:
        return p_value(panel.test.p_value)
    half = (day_number(group.median) for group in panel.groups)
    return f"half healed by day {listed(half, 'v')} ({p_value(panel.test.p_value)})"


def _immortal_note(result: Result) -> tuple[str, ...]:
    """What the days before treatment do to a comparison of arms, and the answer without them beside it."""
    settings = result.settings
    if not result.by_start:
        return later_note(settings.group)
    if len(result.first.groups) < 2:
        return (immortal_time(result.delays, settings.group, settings.time_zero),)
    answers = "; ".join(
        f"{name}: {_short_answer(panel)}"
        for name, panel in zip(
            (
                "Counted from day 0",
                "from the start of treatment (late entry)",
                f"from a landmark on day {number(settings.landmark_day)}",
            ),
            result.by_start,
            strict=True,
        )
    )
    advice = (
        " To take these days out, let patients count from the start of treatment or from a landmark."
        if settings.counted_from == "time zero"
        else ""
    )
    return (f"{immortal_time(result.delays, settings.group, settings.time_zero)} {answers}.{advice}",)


def immortal_time(delays: tuple[Delay, ...], group: str, time_zero: TimeZero) -> str:
    """How long after day 0 treatment began in each arm, and what these days do."""
    waits = listed(f"{_wait(wait)} {with_group(group, wait.label)}" for wait in delays)
    return (
        f"Immortal time: after day 0 (the {ZERO_WORDS[time_zero]}) treatment began {waits}. Until then nobody could "
        "heal or die in that arm, so the arm that waits longer seems to heal later and to lose fewer patients."
    )


def _wait(wait: Delay) -> str:
    if not wait.n:
        return "on an unknown day"
    if not wait.n_waited:
        return "without delay"
    median = days(wait.median, 0 if wait.median == int(wait.median) else 1)
    return f"a median of {median} (range {number(wait.low)} to {number(wait.high)}) later"


def later_note(group: str) -> tuple[str, ...]:
    """What groups that were known only after day 0 do to a comparison of healing."""
    if grouped_by_treatment(group) or is_known_early(group):
        return ()
    label = in_sentence(schema.field(group).label)
    return (
        f"These groups were known only later: {label} becomes known only after day 0, and to compare healing by it is "
        "to condition on the future. Who heals or dies sooner has less time to reach some of these groups "
        "(immortal time). Read it as a description, not as an effect.",
    )


def _moved_note(panel: PanelResult) -> tuple[str, ...]:
    if not panel.patients.moved:
        return ()
    return (
        f"{patients(panel.patients.moved)} whose TNF inhibitor began after the landmark count as corticosteroids "
        "alone, which is what they had had by then.",
    )


def _early_end_note(result: Result) -> tuple[str, ...]:
    """A curve with late entry can come to its end while few are at risk, and stays there whatever follows."""
    panel = result.first
    ended = [
        (curve.label, float(curve.time[place]), int(curve.at_risk[place]))
        for curve in panel.curves.curves
        if isinstance(curve, SurvivalCurve)
        and (places := np.flatnonzero(curve.survival == 0)).size
        and (place := int(places[0])) < curve.time.size - 1
    ]
    return tuple(
        f"On day {number(day)} all {patients(n)} at risk {with_group(result.settings.group, label)} had healed, so "
        "that curve stays at 100%, whoever entered later. Count from a landmark instead."
        for label, day, n in ended
    )


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
        (times.never_started, "never had a TNF inhibitor"),
        (times.without_zero, "without the day from which is counted"),
        (times.before_zero, "healed, dead or last seen before the day from which is counted"),
        (panel.patients.too_soon, _too_soon(panel)),
        (panel.patients.not_begun, "whose treatment had not begun by the landmark"),
        (panel.patients.unknown_start, "whose day of treatment start is not recorded"),
        (times.died_without_day, "died on a day that is not recorded"),
        (times.healed_without_day, "healed on a day that is not recorded"),
        (times.contradictory, "healed after the day of death in this file (see the query list)"),
        (times.without_any_day, "without a day of healing, death or last follow-up"),
    ]
    without_group = panel.n - panel.n_in - sum(n for n, _ in reasons)
    reasons.append((without_group, "without a group"))
    named = [f"{n} {why}" for n, why in reasons if n > 0]
    return (f"Left out of the curves: {listed(named)}.",) if named else ()


def _too_soon(panel: PanelResult) -> str:
    by = "the landmark" if panel.counted_from == "landmark" else "the day on which their treatment began"
    return f"healed, dead or last seen by {by}"


def _final_shares_note(result: Result) -> tuple[str, ...]:
    panel = result.first
    if result.settings.deaths != "competing event":
        return ()
    shares = listed(
        f"{count(group.healed, group.n)} {with_group(result.settings.group, group.label)}"
        for group in panel.groups
    )
    ends = min(float(curve.time[-1]) for curve in panel.curves.curves)
    if isinstance(panel.test, CohortError):
        return (f"In the end {shares} had healed.",)
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
    medians = listed((day_number(median) for median in result.imbalance.medians), "v")
    unequal = (
        f"The groups were not equally ill: median SCORTEN {medians} ({scorten.method}, "
        f"{p_value(scorten.p_value)})."
    )
    if isinstance(result.first.test, CohortError):
        return (unequal,)
    return (
        f"{unequal} All together: {statistic(result.first.test)}; compared only within their diagnosis: "
        f"{statistic(result.imbalance.within_diagnosis)}; only within SCORTEN below {SCORTEN_CUT} and from "
        f"{SCORTEN_CUT}: {statistic(result.imbalance.within_scorten)}. The page Robustness goes further.",
    )


def _observational_note(settings: Settings) -> tuple[str, ...]:
    label = schema.field(settings.group).label.lower()
    return (
        f"The {label} was chosen at the bedside, not by chance: a difference between arms is an association, and may "
        "reflect how ill the patients were.",
    )


def warning(settings: Settings) -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    within = settings.within
    label = schema.field(within).label if within else ""
    adjusted = f"Compared within {label[:1].lower()}{label[1:]} only, else n" if within else "N"
    survivors = (
        " Curves of those who healed say nothing of the chance to heal."
        if settings.deaths == "healed only"
        else ""
    )
    return f"{adjusted}ot adjusted for how ill the patients were: an association, not an effect.{survivors}"
