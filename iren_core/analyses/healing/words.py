"""The healing card in words: the finding, cautions, caption, how it was made, and what the picture shows."""

from __future__ import annotations

import math

from iren_core import schema
from iren_core.analyses.healing.curves import EmptyPanel, GroupHealing, PanelResult, Result, Settings
from iren_core.errors import CohortError
from iren_core.stats import RestrictedMean
from iren_core.wording import (
    days,
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
    "healed only": "when those who died are left out",
    "censored at death": "when they are censored at death",
    "competing event": "when death competes with healing",
}


def finding(result: Result) -> str:
    """The answer for all patients together, in one sentence or two."""
    panel = _first(result)
    groups = listed(
        f"{_half_healed(group)} {with_group(result.settings.group, group.label)}" for group in panel.groups
    )
    answer = f"Half of the patients had healed by {groups}"
    if isinstance(panel.test, CohortError):
        return f"{answer} (n = {panel.n_in})."
    return f"{answer} ({statistic(panel.test)}; n = {panel.n_in}). {_difference(panel)}".strip()


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind, the most important first."""
    panel, settings = _first(result), result.settings
    return (
        *((str(panel.test),) if isinstance(panel.test, CohortError) else ()),
        _deaths_note(result),
        *_imbalance_note(result),
        *_missing_notes(panel),
        *(f"{empty.title}: {empty.reason}" for empty in result.panels if isinstance(empty, EmptyPanel)),
        *(_observational_note(settings) if settings.group == "arm" else ()),
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
        sentence(f"{panel.curves.method}; {panel.curves.reason}"),
        f"Pointwise 95% confidence intervals are {INTERVAL_WORDS[settings.interval]}.",
    ]
    if settings.deaths != "competing event":
        parts.append(
            "Medians are read off the curves with Brookmeyer-Crowley intervals; where a curve stays at one half for "
            "some days the middle of that stretch is given, as R does."
        )
    if not isinstance(panel.test, CohortError):
        parts.append(sentence(f"Groups were compared with the {panel.test.method}: {panel.test.reason}"))
    if isinstance(panel.difference, RestrictedMean):
        parts.append(sentence(f"{panel.difference.method}: {panel.difference.reason}"))
    parts.append(
        "Quartiles follow the rule of SPSS and Prism (type 6). Patients without a day or a group are left out."
    )
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    verb = "had healed" if result.settings.view == "healed by day" else "had not yet healed"
    panels = "; ".join(
        f"{panel.title}: "
        + listed(
            f"{group.label} reaches one half on {days(group.median, _digits(group.median))}"
            for group in panel.groups
        )
        for panel in result.panels
        if isinstance(panel, PanelResult)
    )
    return f"Step curves of the share of patients who {verb} by each day, one panel each. {panels}."


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
        "healed only": "Only patients who healed are in the curves, as in the study; those who died are left out.",
        "censored at death": "Patients who died before healing are censored on the day of death.",
        "competing event": "Death before healing is a competing event: such patients count as never healed.",
    }[settings.deaths]


def _deaths_note(result: Result) -> str:
    whole = result.by_rule[-1]
    died = sum(group.died for group in whole.groups)
    if not died:
        return "No patient is known to have died before healing, so the rule for deaths changes nothing here."
    answers = listed(f"{_short_answer(panel)} {RULE_WORDS[panel.deaths]}" for panel in result.by_rule)
    order = listed((in_sentence(group.label) for group in whole.groups), "v")
    condition = (
        " Curves of healed patients describe only those who survived; they say nothing of the chance to heal at all."
        if result.settings.deaths == "healed only"
        else ""
    )
    return f"{patients(died)} died before healing. Half had healed by day {answers} ({order}).{condition}"


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


def _short_answer(panel: PanelResult) -> str:
    half = listed(
        (days(group.median, _digits(group.median)).removesuffix(" days") for group in panel.groups), "v"
    )
    return half if isinstance(panel.test, CohortError) else f"{half} ({p_value(panel.test.p_value)})"


def _missing_notes(panel: PanelResult) -> tuple[str, ...]:
    times = panel.times
    reasons = (
        (
            times.contradictory,
            "heal after the day of their death in this file and are in no curve; see the query list",
        ),
        (
            times.died_without_day,
            "died on a day that is not recorded: with deaths censored or competing they are left out",
        ),
        (times.without_any_day, "have neither a day of healing nor of last follow-up and are in no curve"),
    )
    return tuple(f"{patients(n)} {what}." for n, what in reasons if n)


def _observational_note(settings: Settings) -> tuple[str, ...]:
    label = schema.field(settings.group).label.lower()
    return (
        f"The {label} was chosen at the bedside, not by chance: a difference between arms is an association, and may "
        "reflect how ill the patients were.",
    )
