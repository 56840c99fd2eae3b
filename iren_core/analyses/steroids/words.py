"""The steroid card in words."""

from __future__ import annotations

from iren_core import schema
from iren_core.analyses.steroids.exposure import PanelExposure, Result
from iren_core.analyses.steroids.tables import difference_digits, digits_of
from iren_core.analyses.timing import known_later
from iren_core.analyses.two_sides import of_comparison, two_sides
from iren_core.counted import has, is_, lacks
from iren_core.errors import CohortError
from iren_core.stats.groups import GroupComparison
from iren_core.wording import (
    interval,
    listed,
    mean_sd,
    median_quartiles,
    number,
    p_value,
    patients,
    sentence,
    statistic,
    with_group,
)

_LEVEL = 0.05


def finding(result: Result) -> str:
    """First the verdict with its effect, in short; then the groups and the test; then each diagnosis."""
    whole, *parts = result.panels
    comparison = whole.comparison
    groups = listed(
        f"{_centre(result, whole, place)} {result.measure.unit} "
        f"{with_group(result.settings.group, group.label)} (n = {len(group.values)})"
        for place, group in enumerate(whole.groups)
    )
    if isinstance(comparison, CohortError):
        verdict = f"{result.measure.label} was {statistic(comparison)}"
        return " ".join(sentence(part) for part in (verdict, groups) if part)
    short = listed(
        f"{p_value(part.comparison.p_value)} in {part.title}"
        for part in parts
        if not isinstance(part.comparison, CohortError)
    )
    test = f"{comparison.method.split(',')[0]}, {p_value(comparison.p_value)}"
    by_diagnosis = f"by diagnosis: {short}" if short else ""
    return " ".join(
        sentence(part)
        for part in (_verdict(result, comparison), f"{_equivalents(result)}{groups}; {test}", by_diagnosis)
        if part
    )


def _equivalents(result: Result) -> str:
    """What the doses are given in, where the short verdict does not say it."""
    return "In prednisone equivalents, " if result.measure.brief != result.measure.noun else ""


def _centre(result: Result, panel: PanelExposure, place: int) -> str:
    one, digits = panel.groups[place].description, digits_of(result)
    if panel.by_ranks:
        return f"median {median_quartiles(one.median, one.q1, one.q3, digits)}"
    return f"mean {mean_sd(one.mean, one.sd, digits)}"


def _verdict(result: Result, comparison: GroupComparison) -> str:
    noun = result.measure.brief
    label = sentence(noun).rstrip(".")
    shown = comparison.p_value < _LEVEL
    if len(comparison.labels) > 2:
        return f"{label} {'differed' if shown else 'was not shown to differ'} between the groups"
    digits = difference_digits(result)
    limits = interval(comparison.low, comparison.high, digits)
    effect = f"({number(comparison.estimate, digits)} {result.measure.unit}, 95% CI {limits})"
    if not shown:
        return f"a difference in {noun} was not shown {effect}"
    direction = "lower" if comparison.estimate < 0 else "higher"
    return f"{label} was {direction} {with_group(result.settings.group, comparison.labels[0])} {effect}"


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    later = known_later(result.settings.group, result.measure.noun)
    return (
        *_turned(result),
        *_two_sides(result),
        *_without_value(result),
        *_placed(result),
        *later,
        *_observed(result),
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where the interval of a difference and the p of the test part, panel by panel."""
    return two_sides(
        of_comparison(panel.title, panel.comparison, digits=1)
        for panel in result.panels
        if not isinstance(panel.comparison, CohortError)
    )


def _turned(result: Result) -> tuple[str, ...]:
    """Panels in which the tests do not agree on which side of 0.05 the groups lie."""
    notes = []
    if all(isinstance(one, CohortError) for panel in result.panels for _, one in panel.others):
        return ()
    for panel in result.panels:
        known = [(name, one) for name, one in panel.others if not isinstance(one, CohortError)]
        if len({one.p_value < _LEVEL for _, one in known}) > 1:
            words = listed(f"{p_value(one.p_value)} ({name})" for name, one in known)
            notes.append(f"{panel.title}: which side of 0.05 the groups lie on depends on the test: {words}.")
    if not notes:
        notes = [
            "In no panel does the side of 0.05 depend on whether Student, Welch or Mann-Whitney is taken."
        ]
    return tuple(notes)


def _without_value(result: Result) -> tuple[str, ...]:
    groups = result.panels[0].groups
    died = [(group.n_died_without, group.label) for group in groups if group.n_died_without]
    missing = sum(group.n_missing for group in groups)
    survivors = (
        "The comparison is between survivors only, and the groups did not lose the same share of their sickest "
        "patients."
        if len(groups) > 1
        else "The values are those of survivors only."
    )
    notes = []
    if died:
        words = listed(f"{n} {with_group(result.settings.group, label)}" for n, label in died)
        n_died = sum(n for n, _ in died)
        notes.append(f"{patients(n_died)} died and {has(n_died)} no value ({words}). {survivors}")
    if missing:
        notes.append(
            f"{patients(missing)} {has(missing)} no value for another reason and {is_(missing)} left out."
        )
    return tuple(notes)


def _placed(result: Result) -> tuple[str, ...]:
    if not result.n_without_group:
        return ()
    by = schema.field(result.settings.group).label.lower()
    return (f"{patients(result.n_without_group)} without {by} {is_(result.n_without_group)} left out.",)


def _observed(result: Result) -> tuple[str, ...]:
    return (
        "Doses were set at the bedside, not by lot: a difference is associated with the group, which need not be its "
        "cause.",
    )


def caption(result: Result) -> str:
    """Who is counted, and what dots and bars mean."""
    groups = result.panels[0].groups
    counted, n = sum(len(group.values) for group in groups), sum(group.n for group in groups)
    ranks = {panel.by_ranks for panel in result.panels}
    bars = {
        frozenset({True}): "Bars: median and quartiles, for the test compares ranks.",
        frozenset({False}): "Bars: mean and standard deviation, for the test compares means.",
    }.get(
        frozenset(ranks),
        "Bars: median and quartiles where the test compares ranks ("
        + listed(panel.title for panel in result.panels if panel.by_ranks)
        + "), mean and standard deviation elsewhere.",
    )
    lacking = n - counted
    lack = f"{lacking} {lacks(lacking)} it"
    return f"{counted} of {patients(n)} {has(counted)} a value, {lack}. One dot a patient. {bars}"


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    parts = [
        "Doses are prednisone equivalents (5 mg prednisone = 4 mg methylprednisolone = 20 mg hydrocortisone = 0.75 mg "
        "dexamethasone).",
    ]
    if result.measure.per_kg:
        parts.append("The cumulative dose was divided by the body weight.")
    if result.settings.test == "as in the study":
        parts.append(
            "As in the study's Figure 2, durations were compared with the Mann-Whitney test as SPSS prints it (exact, "
            "not corrected for ties), the duration in TEN and every dose with Student's t-test."
        )
    else:
        parts += [
            sentence(f"{panel.title}: {panel.comparison.method}. {panel.comparison.reason}")
            for panel in result.panels
            if not isinstance(panel.comparison, CohortError)
        ]
    parts.append("Quartiles lie at rank (n + 1) p. Patients without a value are left out and counted.")
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    unit = result.measure.unit
    parts = [
        f"{panel.title}: "
        + listed(
            f"{group.label} {_centre(result, panel, place)} {unit}"
            for place, group in enumerate(panel.groups)
        )
        for panel in result.panels
    ]
    return f"Dots of {result.measure.noun}, one a patient, group beside group. {'; '.join(parts)}."


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    return tuple(
        panel.comparison.method for panel in result.panels if not isinstance(panel.comparison, CohortError)
    )


def warning(result: Result) -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    died = any(group.n_died_without for group in result.panels[0].groups)
    survivors = " The comparison is between survivors only." if died else ""
    return f"Not adjusted for how ill the patients were: an association with the group, not an effect.{survivors}"
