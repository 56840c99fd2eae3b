"""The mortality card in words."""

from __future__ import annotations

from iren_core.analyses.mortality.deaths import PanelDeaths, Result
from iren_core.analyses.mortality.patients import View
from iren_core.analyses.mortality.picture import nobody_counted
from iren_core.analyses.mortality.sensitivity import EDGE_WORDS, words_of
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.counted import lacks
from iren_core.errors import CohortError
from iren_core.stats.mortality import ObservedExpected
from iren_core.wording import (
    days,
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

_MARKS: dict[View, str] = {
    "expected deaths": "Hatched: sum of predicted risks. Filled: deaths, with the exact 95% interval of their share.",
    "the study's figure": (
        "Hatched: median predicted risk, whiskers are quartiles. Filled: share who died, whiskers are its exact 95% "
        "interval. This is the view of the study's Figure 3."
    ),
    "by score": (
        "Hatched: risk that the SCORTEN equation gives. Filled: share who died at that score, whiskers are its "
        "exact 95% interval; with few patients they are wide."
    ),
    "ratios": (
        "Marks: observed divided by expected deaths, with exact Poisson 95% intervals; 1: as many as predicted. At the "
        "right the numbers, and deaths of patients. A limit far out is drawn to the end of the axis; its number is "
        "whole."
    ),
}
_PICTURES: dict[View, str] = {
    "expected deaths": "Columns of expected beside observed deaths, by diagnosis and group",
    "the study's figure": "Columns of predicted beside observed mortality, by diagnosis and group",
    "by score": "Columns of predicted beside observed mortality, by SCORTEN, of all patients",
    "ratios": "Ratios of observed to expected deaths with their intervals, by diagnosis and group",
}


def finding(result: Result) -> str:
    """Everybody first, then the groups' ratios."""
    whole = result.panels[0]
    numbers = whole.everybody.numbers
    if isinstance(numbers, CohortError):
        return f"{nobody_counted(result)}{_bounds(result)}"
    groups = listed(
        f"{estimate(group.numbers.estimate, group.numbers.low, group.numbers.high, 2)} "
        f"{with_group(result.settings.group, group.label)}"
        for group in whole.groups
        if not isinstance(group.numbers, CohortError)
    )
    by_group = f" The ratio is {groups}{_against(whole)}." if len(whole.groups) > 1 and groups else ""
    return (
        f"{numbers.observed} of {patients(numbers.n)} died {_when(result)} "
        f"({percent(numbers.proportion)}, 95% CI "
        f"{interval(100 * numbers.proportion_low, 100 * numbers.proportion_high, 0, '%')}) where {_score(result)} "
        f"predicts {number(numbers.expected, 1)} deaths: standardised mortality ratio "
        f"{estimate(numbers.estimate, numbers.low, numbers.high, 2)}, exact Poisson-binomial "
        f"{p_value(numbers.p_value)}.{_apart(numbers)}{by_group}"
    )


def _apart(numbers: ObservedExpected) -> str:
    """Why the interval may hold 1 beside a small p, wherever the finding goes without its notes."""
    beside = Beside(
        "the ratio", numbers.low, numbers.high, numbers.p_value, 1,
        "Poisson's law for rare deaths", "the exact test",
    )  # fmt: skip
    return "".join(f" {said}" for said in two_sides([beside]))


def _bounds(result: Result) -> str:
    """What is left to say where no patient has both a whole SCORTEN and an outcome."""
    expected = [
        number(one.numbers.expected, 1)
        for one in result.choices
        if one.bound and not isinstance(one.numbers, CohortError)
    ]
    if len(expected) != 2:
        return ""
    low, high = expected
    return (
        f" If no unknown item gave a point SCORTEN would predict {low} deaths, and if every one did, {high}; see the "
        "other choices."
    )


def _against(whole: PanelDeaths) -> str:
    """Two groups' ratios against each other."""
    if len(whole.pairs) != 1 or isinstance(whole.pairs[0].ratio, CohortError):
        return ""
    ratio = whole.pairs[0].ratio
    return (
        f"; the first divided by the second is {estimate(ratio.estimate, ratio.low, ratio.high, 2)}, exact conditional "
        f"{p_value(ratio.p_value)}"
    )


def _when(result: Result) -> str:
    settings = result.settings
    return "at any time" if settings.deaths == "at any time" else f"within {days(settings.window_days)}"


def _score(result: Result) -> str:
    return {
        "as in the file": "SCORTEN",
        "recomputed": "SCORTEN, recomputed from its items,",
        "file, else recomputed": "SCORTEN, recomputed where the file has none,",
    }[result.settings.score]


def caption(result: Result) -> str:
    """Who is counted, and what columns and whiskers mean."""
    whole = result.panels[0].everybody
    counted = 0 if isinstance(whole.numbers, CohortError) else whole.numbers.n
    lacking = whole.n - counted
    start = f"{counted} of {patients(whole.n)} counted, {lacking} {lacks(lacking)} SCORTEN or outcome."
    return f"{start} {_MARKS[result.settings.view]}"


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    whole = result.panels[0].everybody.numbers
    parts = [
        _score_method(result),
        "Predicted risk of death was computed for each patient from SCORTEN as e^L / (1 + e^L) with "
        "L = −4.448 + 1.237 × SCORTEN (Bastuji-Garin 2000).",
        _death_method(result),
    ]
    if not isinstance(whole, CohortError):
        parts.append(sentence(f"{whole.method}. {whole.reason}"))
    parts += _comparisons(result.panels[0])
    parts.append("Patients without SCORTEN or outcome are left out and counted.")
    return " ".join(parts)


def _score_method(result: Result) -> str:
    if result.settings.score == "as in the file":
        return "SCORTEN is that of the file."
    where = "" if result.settings.score == "recomputed" else " where the file has none"
    return (
        f"SCORTEN was recomputed from its seven items{where}: a point each for age, heart rate and detachment "
        f"{EDGE_WORDS[result.settings.edge]} of the body surface, malignancy, serum urea above 10 mmol/L, glucose "
        "above 14 mmol/L and bicarbonate below 20 mmol/L."
    )


def _death_method(result: Result) -> str:
    if result.settings.deaths == "at any time":
        return "Every death counts as observed, however late."
    return f"Deaths within {days(result.settings.window_days)} of the first corticosteroid dose count as observed."


def _comparisons(panel: PanelDeaths) -> list[str]:
    """The tests between groups, as far as they could be made."""
    parts = []
    if not isinstance(panel.risks, CohortError):
        parts.append(
            f"Predicted risks were compared between groups with the {panel.risks.method}, as the study did."
        )
    if not isinstance(panel.counts, CohortError):
        parts.append(f"Observed deaths were compared between groups with {panel.counts.method}.")
    if any(not isinstance(pair.risks, CohortError) for pair in panel.pairs):
        parts.append("Differences of two shares have Newcombe's 95% interval.")
    ratios = [pair.ratio for pair in panel.pairs if not isinstance(pair.ratio, CohortError)]
    if ratios:
        parts.append(sentence(f"{ratios[0].method}. {ratios[0].reason}"))
    return parts


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    parts = [
        f"{panel.title}: {panel.everybody.numbers.observed} deaths observed, "
        f"{number(panel.everybody.numbers.expected, 1)} expected"
        for panel in result.panels
        if not isinstance(panel.everybody.numbers, CohortError)
    ]
    return f"{_PICTURES[result.settings.view]}. {sentence(listed(parts, 'and'))}".strip()


def tests(result: Result) -> tuple[str, ...]:
    """The choices and the names of the tests used, for the provenance line."""
    whole = result.panels[0].everybody.numbers
    if isinstance(whole, CohortError):
        return ()
    return (words_of(result.settings), "SCORTEN equation", "exact Poisson-binomial test")
