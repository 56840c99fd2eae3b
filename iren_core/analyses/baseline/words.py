"""The baseline card in words."""

from __future__ import annotations

import math

from iren_core import schema
from iren_core.analyses.baseline.characteristics import LEVEL, Part, Result, Row
from iren_core.analyses.baseline.picture import MOST_ROWS
from iren_core.analyses.baseline.rule import RULE_WORDS, other
from iren_core.analyses.timing import is_known_early
from iren_core.analyses.two_sides import of_comparison, two_sides
from iren_core.counted import counted, was
from iren_core.errors import CohortError
from iren_core.stats.groups import GroupComparison
from iren_core.wording import (
    alike,
    in_sentence,
    listed,
    number,
    p_value,
    patients,
    plain_effect,
    points,
    ratios,
)


def finding(result: Result) -> str:
    """How many rows tell the groups apart, the most unlike one with its effect, and what chance alone makes."""
    whole = result.whole
    tested = [row for row in whole.rows if not isinstance(row.comparison, CohortError)]
    by = schema.field(result.settings.group).label.lower()
    if not tested:
        return (
            f"{characteristics(len(whole.rows))} of {patients(whole.n)}; nothing could be compared by {by}, for "
            "there are not two groups with values."
        )
    apart = sorted((row for row in tested if row.p_value < LEVEL), key=lambda row: row.p_value)
    rest = len(tested) - len(apart)
    start = f"Of {characteristics(len(tested))} compared by {by}"
    sizes = listed(str(size) for size in whole.sizes)
    if not apart:
        return (
            f"{start} (n = {sizes}), none was shown to differ (every p at least 0.05).{_most_unlike(tested)}"
        )
    named = apart[:3]
    names = listed(f"{in_sentence(row.field.label)} ({_effect(row)})" for row in named)
    more = f" and {len(apart) - 3} more" if len(apart) > 3 else ""
    others = f" The other{'' if rest == 1 else f' {rest}'} {was(rest)} not shown to differ." if rest else ""
    return f"{start} (n = {sizes}), {len(apart)} differed with p below 0.05: {names}{more}.{_against(named)}{others}"


def characteristics(n: int) -> str:
    """A number of characteristics."""
    return counted(n, "characteristic")


def _effect(row: Row) -> str:
    comparison = row.comparison
    assert not isinstance(comparison, CohortError)
    test = f"{comparison.method.split(',')[0]}, {p_value(comparison.p_value)}"
    if math.isnan(comparison.low):
        return test
    numbers = (comparison.estimate, comparison.low, comparison.high)
    if isinstance(comparison, GroupComparison):
        value, low, high = alike(*numbers)
        unit = f" {points(row.field.unit)}".rstrip()
        return f"{plain_effect(comparison.effect)} {value}{unit}, 95% CI {low} to {high}, {test}"
    value, low, high = ratios(*numbers)
    return f"odds ratio of “{row.odds_of}” {value}, 95% CI {low} to {high}, {test}"


def _against(rows: list[Row]) -> str:
    """Which way the effects of these rows point; they may be those of different pairs where a group has no value."""
    pairs = dict.fromkeys(
        row.groups
        for row in rows
        if not isinstance(row.comparison, CohortError) and not math.isnan(row.comparison.low)
    )
    against = listed(" against ".join(map(in_sentence, pair)) for pair in pairs)
    return f" Effects: {against}." if against else ""


def _most_unlike(tested: list[Row]) -> str:
    known = [row for row in tested if math.isfinite(row.difference)]
    if not known:
        return ""
    row = max(known, key=lambda one: one.difference)
    return f" The most unlike is {in_sentence(row.field.label)} ({_effect(row)}).{_against([row])}"


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    whole = result.whole
    return (
        *_chance(whole),
        *_two_sides(whole),
        *_other_rule(result),
        *_study_p(result),
        *_left_out(result),
        *_later(whole),
        "Treatment was not drawn by lot: groups that look alike here may differ in what was not recorded, and “not "
        "shown to differ” is not “alike”.",
    )


def _two_sides(whole: Part) -> tuple[str, ...]:
    """Where the interval of a difference that the finding may print and the p of the test part."""
    return two_sides(
        of_comparison(in_sentence(row.field.label), row.comparison)
        for row in whole.rows
        if not isinstance(row.comparison, CohortError)
        and row.comparison.effect.startswith(("difference", "odds ratio"))
    )


def _chance(whole: Part) -> tuple[str, ...]:
    n = sum(1 for row in whole.rows if not isinstance(row.comparison, CohortError))
    if not n or math.isnan(whole.chance):
        return ()
    return (
        f"With {counted(n, 'comparison')} about {number(n * LEVEL, 1)} fall below 0.05 by chance alone. In groups of "
        "these "
        f"sizes a standardised difference passes {number(whole.chance, 2)} by chance in 1 of 20 samples, so the usual "
        "mark of 0.1 cannot be asked of them.",
    )


def _other_rule(result: Result) -> tuple[str, ...]:
    rule = other(result.settings.rule)
    if not result.turned:
        return (f"With the tests {rule} no row passes to the other side of 0.05.",)
    words = listed(
        f"{in_sentence(taken.field.label)} ({p_value(taken.p_value)} here, {p_value(then.p_value)} then)"
        for taken, then in result.turned
    )
    return (f"With the tests {rule} these rows pass to the other side of 0.05: {words}.",)


def _study_p(result: Result) -> tuple[str, ...]:
    """The one p of the study's Table 1 that is not from the test its footnote names."""
    row = next((row for row in result.whole.rows if row.field.name == "diagnosis"), None)
    if row is None or result.settings.group != "arm" or math.isnan(result.chi_squared_p):
        return ()
    return (
        "For SJS or TEN by arm the study names Fisher's exact test but prints the chi-squared test without correction, "
        f"p = 0.888. Here they give {p_value(row.p_value)} and {p_value(result.chi_squared_p)}.",
    )


def _left_out(result: Result) -> tuple[str, ...]:
    notes = []
    if result.left_out:
        names = listed(in_sentence(schema.field(name).label) for name in result.left_out)
        notes.append(f"Without any value here and therefore not in the table: {names}.")
    if result.n_without_group:
        by = schema.field(result.settings.group).label.lower()
        n = result.n_without_group
        notes.append(
            f"{patients(n)} without {by} {'counts' if n == 1 else 'count'} in the first column only."
        )
    return tuple(notes)


def _later(whole: Part) -> tuple[str, ...]:
    """Rows that are no baseline: a difference in them may be what the treatment did."""
    later = [row.field.label for row in whole.rows if not is_known_early(row.field.name)]
    if not later:
        return ()
    names = f"{len(later)} rows" if len(later) > 3 else listed(map(in_sentence, later))
    return (f"Not known when treatment began, and so no baseline: {names}.",)


def caption(result: Result) -> str:
    """Who is counted, and what dots and lines mean."""
    whole = result.whole
    gaps = sum(1 for row in whole.rows if row.n_missing[0])
    drawn = sum(1 for row in whole.rows if math.isfinite(row.difference))
    shown = f"The {MOST_ROWS} largest of {drawn} differences are drawn. " if drawn > MOST_ROWS else ""
    lacking = (
        f"{gaps} of {len(whole.rows)} characteristics lack the value of some patients"
        if gaps
        else "none lacks a value"
    )
    tested = sum(not isinstance(row.comparison, CohortError) for row in whole.rows)
    compared = f", of which {tested} could be compared" if tested < len(whole.rows) else ""
    return (
        f"{patients(whole.n)}, {characteristics(len(whole.rows))}{compared}; {lacking}, as the table counts row by "
        f"row. {shown}"
        "Dots: difference between the groups in units of the standard deviation, without sign (the table says in which "
        "group it is higher), largest on top. Dotted line: 0.1. "
        "Dashed line: what groups of these sizes pass by chance in 1 of 20 samples."
    )


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    settings = result.settings
    parts = [
        RULE_WORDS[settings.rule],
        "Categories are shown as number (%) and compared with Fisher's exact test (Freeman and Halton's extension for "
        "larger tables). The odds ratio is the conditional one, with its exact interval; the typical difference is the "
        "middle of all differences between a patient of the one group and one of the other (Hodges-Lehmann). Quartiles "
        "lie at rank (n + 1) p, as in SPSS and Prism.",
        "The standardised difference is the difference in means over the root of the mean variance; for categories it "
        "is the Mahalanobis distance between the shares (Yang and Dalton 2012); of more than two groups the largest "
        "difference of any two is given. The line of chance lies at 1.96 times the root of 1/n + 1/m (Austin 2009).",
        "A patient without a value is left out of that row only, and counted there.",
        {
            "none": "p-values are not adjusted for their number.",
            "holm": "Holm's method adjusts p for the number of rows.",
            "bh": "Benjamini and Hochberg's method adjusts p for the number of rows.",
        }[settings.adjust],
    ]
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    known = sorted(
        (row for row in result.whole.rows if math.isfinite(row.difference)), key=lambda row: -row.difference
    )
    largest = listed(f"{in_sentence(row.field.label)} {unlike(row)}" for row in known[:5])
    by = schema.field(result.settings.group).label.lower()
    return f"Dots of the standardised differences between groups by {by}. The largest: {largest or 'none'}."


def unlike(row: Row) -> str:
    """The standardised difference with the group in which the row is higher, where two groups are compared."""
    return number(row.difference, 2) + (f" (higher: {in_sentence(row.higher)})" if row.higher else "")


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    return tuple(
        dict.fromkeys(
            row.comparison.method for row in result.whole.rows if not isinstance(row.comparison, CohortError)
        )
    )


def warning(result: Result) -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    by_chance = "p-values are not adjusted for their number; " if result.settings.adjust == "none" else ""
    return f"Treatment was not drawn by lot; {by_chance}“not shown to differ” is not “alike”."
