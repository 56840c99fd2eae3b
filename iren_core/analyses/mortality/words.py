"""The mortality card in words."""

from __future__ import annotations

from iren_core.analyses.mortality.deaths import GroupDeaths, Result
from iren_core.errors import CohortError
from iren_core.wording import (
    estimate,
    interval,
    listed,
    number,
    p_value,
    patients,
    percent,
    sentence,
    with_group,
)


def finding(result: Result) -> str:
    """Everybody first, then the groups' ratios."""
    whole = result.panels[0]
    numbers = whole.everybody.numbers
    if isinstance(numbers, CohortError):
        return str(numbers)
    groups = listed(
        f"{estimate(group.numbers.estimate, group.numbers.low, group.numbers.high, 2)} "
        f"{with_group(result.settings.group, group.label)}"
        for group in whole.groups
        if not isinstance(group.numbers, CohortError)
    )
    by_group = f" The ratio is {groups}." if len(whole.groups) > 1 and groups else ""
    return (
        f"{numbers.observed} of {patients(numbers.n)} died within {result.settings.window_days} days "
        f"({percent(numbers.proportion)}, 95% CI "
        f"{interval(100 * numbers.proportion_low, 100 * numbers.proportion_high, 0, '%')}) where SCORTEN predicts "
        f"{number(numbers.expected, 1)} deaths: standardised mortality ratio "
        f"{estimate(numbers.estimate, numbers.low, numbers.high, 2)}, exact Poisson-binomial "
        f"{p_value(numbers.p_value)}.{by_group}"
    )


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    whole = result.panels[0].everybody
    counted = (
        (whole.n_without_scorten, "without SCORTEN: left out, never counted as zero"),
        (whole.n_without_outcome, "without an outcome: left out"),
        (result.n_without_group, "without a group: counted among all patients, in no group"),
        (
            result.n_late,
            f"died later than {result.settings.window_days} days: survivors of the acute phase here",
        ),
        (result.n_undated, "died on a day that is not recorded: counted as acute deaths"),
        (
            result.n_short_followup,
            f"alive but followed for less than {result.settings.window_days} days: survivors here",
        ),
    )
    return (
        *(f"{patients(n)} {what}." for n, what in counted if n),
        *_two_laws(result),
        *_why_views_differ(whole),
        "A ratio below 1 is not proof of benefit: SCORTEN was made before checkpoint inhibitors, tends to predict too "
        "many deaths at high scores, and here gives every patient the point for malignancy. It compares with SCORTEN, "
        "not with the other arm.",
    )


def _two_laws(result: Result) -> tuple[str, ...]:
    """Where an interval holds 1 although the exact test is below 0.05, a reader must know why."""
    groups = [group for panel in result.panels for group in (panel.everybody, *panel.groups)]
    apart = any(
        numbers.low <= 1 <= numbers.high and numbers.p_value < 0.05
        for group in groups
        if not isinstance(numbers := group.numbers, CohortError)
    )
    if not apart:
        return ()
    return (
        "The interval of a ratio treats deaths as rare (Poisson), as the literature does; the p-value uses each "
        "patient's own risk and is exact. At high risks the interval is too wide: it may hold 1 while p is below 0.05.",
    )


def _why_views_differ(whole: GroupDeaths) -> tuple[str, ...]:
    numbers = whole.numbers
    if isinstance(numbers, CohortError):
        return ()
    return (
        f"The study sets the median predicted risk ({percent(numbers.median_risk)}) beside the observed share. The "
        f"deaths to expect are the sum of the risks, which follows their mean ({percent(numbers.mean_risk)}); where "
        "risks are skewed the two views differ, and only the sum can be compared with a number of deaths.",
    )


def caption(result: Result) -> str:
    """Who is counted, and what columns and whiskers mean."""
    whole = result.panels[0].everybody
    counted = 0 if isinstance(whole.numbers, CohortError) else whole.numbers.n
    start = f"{counted} of {patients(whole.n)} counted, {whole.n - counted} lack SCORTEN or outcome."
    if result.settings.view == "expected deaths":
        return f"{start} Hatched: sum of predicted risks. Filled: deaths, with the exact 95% interval of their share."
    return (
        f"{start} Hatched: median predicted risk, whiskers are quartiles. Filled: share who died, whiskers are its "
        "exact 95% interval. This is the view of the study's Figure 3."
    )


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    whole = result.panels[0].everybody.numbers
    parts = [
        "Predicted risk of death was computed for each patient from SCORTEN as e^L / (1 + e^L) with "
        "L = −4.448 + 1.237 × SCORTEN (Bastuji-Garin 2000).",
        f"Deaths within {result.settings.window_days} days of the first corticosteroid dose count as observed.",
    ]
    if not isinstance(whole, CohortError):
        parts.append(sentence(f"{whole.method}. {whole.reason}"))
    risks, counts = result.panels[0].risks, result.panels[0].counts
    if not isinstance(risks, CohortError):
        parts.append(
            sentence(
                f"Predicted risks were compared between groups with the {risks.method}, as the study did"
            )
        )
    if not isinstance(counts, CohortError):
        parts.append(sentence(f"Observed deaths were compared between groups with {counts.method}"))
    parts.append("Patients without SCORTEN or outcome are left out and counted.")
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    parts = [
        f"{panel.title}: {panel.everybody.numbers.observed} deaths observed, "
        f"{number(panel.everybody.numbers.expected, 1)} expected"
        for panel in result.panels
        if not isinstance(panel.everybody.numbers, CohortError)
    ]
    return f"Columns of predicted beside observed mortality, by diagnosis and group. {listed(parts, 'and')}."


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    whole = result.panels[0].everybody.numbers
    return () if isinstance(whole, CohortError) else ("SCORTEN equation", "exact Poisson-binomial test")
