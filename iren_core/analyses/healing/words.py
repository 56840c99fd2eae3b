"""The healing card in words: the finding, caption, how it was made, and what the picture shows."""

from __future__ import annotations

import math

from iren_core import schema
from iren_core.analyses.healing.cautions import vanished
from iren_core.analyses.healing.clock import ZERO_WORDS
from iren_core.analyses.healing.curves import (
    GroupHealing,
    PanelResult,
    Result,
    Settings,
)
from iren_core.analyses.healing.followed import Start
from iren_core.errors import CohortError
from iren_core.stats import RestrictedMean
from iren_core.wording import (
    day_number,
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


def finding(result: Result) -> str:
    """The answer for all patients together, in one sentence or two."""
    panel = result.first
    groups = listed(
        f"{_half_healed(group)} {with_group(result.settings.group, group.label)}" for group in panel.groups
    )
    gone = "".join(f"{one} " for one in vanished(result))
    answer = f"Half of {_who(result.settings)} had healed by {groups}"
    if result.settings.time_zero != "first steroid":
        answer = f"Counted from the {ZERO_WORDS[result.settings.time_zero]}, {in_sentence(answer)}"
    if isinstance(panel.test, CohortError):
        return f"{gone}{answer} (n = {panel.n_in})."
    return f"{gone}{answer} ({statistic(panel.test)}; n = {panel.n_in}). {_difference(panel)}".strip()


def _who(settings: Settings) -> str:
    day = number(settings.landmark_day)
    if settings.deaths == "healed only":
        return f"those who healed after day {day}" if _by_landmark(settings) else "those who healed"
    return f"the patients still unhealed on day {day}" if _by_landmark(settings) else "the patients"


def _by_landmark(settings: Settings) -> bool:
    return settings.counted_from == "landmark"


def caption(result: Result) -> str:
    """Who is in the picture, who is not, and what its marks mean."""
    panel = result.first
    band = "shaded bands are pointwise 95% confidence intervals"
    ticks = (
        "" if result.settings.deaths == "healed only" else "; upright ticks mark patients last seen unhealed"
    )
    return (
        f"{patients(panel.n_in)} of {panel.n} in the curves, {panel.n - panel.n_in} left out; {band}{ticks}. "
        f"{_later_sentence(panel.times.healed_then_died)}"
        f"{_cut_sentence(result.settings)}{_start_sentence(result.settings)}"
        "The rows under the axis count patients at risk just before each day."
    )


def _later_sentence(n: int) -> str:
    """Why more have healed here than an outcome "healed" counts."""
    if not n:
        return ""
    return f"{patients(n)} healed and died later: they count as healed here, but as deaths on other pages. "


def _cut_sentence(settings: Settings) -> str:
    if settings.fewest_at_risk < 1:
        return ""
    return (
        f"Each curve is drawn up to the last day with at least {patients(settings.fewest_at_risk)} at risk; tests, "
        "medians and the rows under the axis take in all days. "
    )


def _start_sentence(settings: Settings) -> str:
    return {
        "time zero": "",
        "start of treatment": "Patients count from the day after their treatment began (late entry). ",
        "landmark": f"The curves begin on the landmark, day {number(settings.landmark_day)}, with the patients still "
        "followed and unhealed then. ",
    }[settings.counted_from]


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    panel, settings = result.first, result.settings
    parts = [
        f"Time to healing was counted in days from the {ZERO_WORDS[settings.time_zero]} to complete re-epithelization.",
        *_counting_sentence(settings),
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
        if settings.within is not None:
            label = in_sentence(schema.field(settings.within).label)
            parts.append(f"They were compared only within the categories of {label}.")
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
    return "no day" if math.isnan(median) else f"day {day_number(median)}"


def _alt_test(panel: PanelResult) -> str:
    return "not compared" if isinstance(panel.test, CohortError) else p_value(panel.test.p_value)


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    panel, settings = result.first, result.settings
    test = () if isinstance(panel.test, CohortError) else (panel.test.method, f"deaths: {settings.deaths}")
    return *test, *chosen_start(settings.start)


def chosen_start(start: Start) -> tuple[str, ...]:
    """What was chosen of day zero and of the day from which patients count; nothing where it is as in the study."""
    zero = () if start.time_zero == "first steroid" else (f"day zero: {start.time_zero}",)
    day = f" on day {number(start.landmark_day)}" if start.counted_from == "landmark" else ""
    counted = () if start.counted_from == "time zero" else (f"counted from: {start.counted_from}{day}",)
    return *zero, *counted


def _half_healed(group: GroupHealing) -> str:
    if math.isnan(group.median):
        return "no day within follow-up"
    return f"day {day_number(group.median)} (95% CI {interval(group.low, group.high)})"


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


def _counting_sentence(settings: Settings) -> tuple[str, ...]:
    day = number(settings.landmark_day)
    return {
        "time zero": (),
        "start of treatment": (
            "To avoid immortal time, patients entered the risk set on the day on which the treatment of their arm "
            "began (left truncation): the first TNF inhibitor for who had one, else the first corticosteroid.",
        ),
        "landmark": (
            f"To avoid immortal time, a landmark was set on day {day}: patients followed and unhealed beyond it were "
            "compared in the arm that they had reached by then.",
        ),
    }[settings.counted_from]
