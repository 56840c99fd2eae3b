"""The recovery card in words."""

from __future__ import annotations

from iren_core.analyses.recovery.pairs import GroupPairs, Result
from iren_core.analyses.recovery.tables import bounds
from iren_core.errors import CohortError
from iren_core.schema import Marker
from iren_core.wording import in_sentence, listed, patients, sentence, significant, statistic, with_group

LEVEL = 0.05
PERCENT_METHODS = (
    "Changes were taken in percent of each patient's acute value and tested for lying about 0; an acute value of 0 has "
    "no percentage and is counted as incomplete."
)


def key(result: Result) -> str:
    """What the card is called in files."""
    return f"recovery_{result.marker.key}"


def title(result: Result) -> str:
    """The card's title."""
    return f"{result.marker.label}: acute to recovery"


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    every = (*(group.comparison for group in result.groups), result.between)
    return tuple(one.method for one in every if not isinstance(one, CohortError))


def finding(result: Result) -> str:
    """One sentence a group: the change, its interval, its test; then whether the groups changed differently."""
    name = in_sentence(result.marker.label)
    within = [_group_finding(name, result, group) for group in result.groups]
    return " ".join([*within, *_between_finding(result)])


def _between_finding(result: Result) -> tuple[str, ...]:
    comparison = result.between
    if isinstance(comparison, CohortError):
        return ()
    shown = "differed" if comparison.p_value < LEVEL else "were not shown to differ"
    numbers = f"{statistic(comparison)}; n = {listed(map(str, comparison.n))} pairs"
    if len(comparison.labels) == 2:
        numbers = (
            f"{comparison.effect} {significant(comparison.estimate)} {result.difference_unit}, 95% CI "
            f"{bounds(comparison.low, comparison.high)}; {numbers}"
        )
    return (f"Between groups the changes {shown} ({numbers}).",)


def _group_finding(name: str, result: Result, group: GroupPairs) -> str:
    who = with_group(result.settings.group, group.label)
    comparison = group.comparison
    if isinstance(comparison, CohortError):
        return sentence(f"{who}: {comparison.found}")
    verb = _verb(comparison.p_value, comparison.estimate, plural=result.marker.unit == "cells/µL")
    unit = result.change_unit
    return sentence(
        f"{who}, {name} {verb}: {comparison.effect} {amount(comparison.estimate, unit)} "
        f"(95% CI {bounds(comparison.low, comparison.high)}; {statistic(comparison)}; "
        f"n = {comparison.n_pairs} pairs)"
    )


def amount(value: float, unit: str) -> str:
    """A number with its unit; the sign of percent stands close."""
    return f"{significant(value)}{'' if unit == '%' else ' '}{unit}"


def _verb(p: float, change: float, *, plural: bool) -> str:
    if p >= LEVEL:
        return f"{'were' if plural else 'was'} not shown to change"
    return "rose" if change > 0 else "fell"


def caption(result: Result) -> str:
    """Who is drawn, who is not, and what the marks mean."""
    pairs, n = sum(len(group.patients) for group in result.groups), sum(group.n for group in result.groups)
    ungrouped = f" Left out for want of a group: {result.n_without_group}." if result.n_without_group else ""
    return (
        f"{pairs} of {n} patients have both values; {n - pairs} lack one and are not drawn.{ungrouped} Each thin line "
        "is a patient; the thick line joins the medians, whiskers are quartiles. Dotted lines with triangles rise."
    )


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    died = sum(
        count for group in result.groups for gap, count in group.ledger.items() if gap.reason == "died"
    )
    notes = [
        "Only patients with both values are compared. A p in each group does not compare the groups: for that read the "
        "comparison of the changes. Treatment was not allotted, so a difference is associated with it, no more."
    ]
    if died:
        notes.append(
            f"{patients(died)} died without a recovery value: recovery values describe those who lived to be sampled."
        )
    if result.marker.key == "tnfa_pg_ml":
        notes.append(
            "Many assays also measure TNF-α that is bound to a TNF inhibitor, so a rise under treatment need not "
            "mean more active TNF-α."
        )
    return tuple(notes)


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    parts = [
        f"{result.marker.label} in the acute phase was compared with the recovery phase of the same patient.",
        *dict.fromkeys(
            sentence(f"{group.label}: {group.comparison.method}. {group.comparison.reason}")
            for group in result.groups
            if not isinstance(group.comparison, CohortError)
        ),
        *(
            (f"Changes were compared between groups: {result.between.method}. {result.between.reason}",)
            if not isinstance(result.between, CohortError)
            else ()
        ),
        "Incomplete pairs are counted and left out, never filled in; values known only to lie beyond an assay's limit "
        "count as incomplete. Quartiles follow the rule of SPSS and Prism (type 6).",
    ]
    if result.settings.change == "percent":
        parts.append(PERCENT_METHODS)
    if result.settings.log_scale:
        parts.append("The axis is logarithmic; the test reads the values as measured.")
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    groups = "; ".join(_group_alt(group, result.marker) for group in result.groups)
    return f"One line a patient from acute to recovery {result.marker.label}, one panel a group. {groups}."


def _group_alt(group: GroupPairs, marker: Marker) -> str:
    comparison = group.comparison
    if isinstance(comparison, CohortError):
        return f"{group.label}: {len(group.patients)} pairs"
    return (
        f"{group.label}: median {significant(comparison.median_before)} to {significant(comparison.median_after)} "
        f"{marker.unit}, {comparison.n_up} rise and {comparison.n_down} fall"
    )
