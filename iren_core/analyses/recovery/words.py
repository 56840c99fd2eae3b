"""The recovery card in words."""

from __future__ import annotations

from collections.abc import Iterator

from iren_core.analyses.recovery.pairs import (
    BEYOND_LIMIT,
    DIED,
    LAST_BEFORE_DEATH,
    NO_PERCENTAGE,
    ON_LOADING,
    GroupPairs,
    MarkerPairs,
    Result,
)
from iren_core.analyses.recovery.tables import bounds
from iren_core.analyses.timing import known_later
from iren_core.analyses.two_sides import of_comparison, two_sides
from iren_core.counted import counted, has, is_, lacks, was
from iren_core.errors import CohortError
from iren_core.schema import Marker
from iren_core.stats.groups import GroupComparison
from iren_core.stats.paired import PairedComparison
from iren_core.wording import (
    alike,
    in_sentence,
    listed,
    p_value,
    patients,
    plain_effect,
    sentence,
    significant,
    statistic,
    with_group,
)

LEVEL = 0.05
PERCENT_METHODS = (
    "Changes were taken in percent of each patient's acute value and tested for lying about 0; an acute value of 0 has "
    "no percentage and is counted as incomplete."
)


#: What a reader must know of taking the limit itself.
BIAS = (
    "The limit itself pulls values and changes towards it; leaving them out loses the lowest or the highest values. "
    "Neither is free of bias."
)
LEFT_OUT_METHODS = "Values known only to lie beyond an assay's limit count as incomplete."
_WORDS = ("no", "one", "two", "three", "four", "five", "six")


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
    """In how many groups it changed; one sentence a group with interval and test; whether the groups differed."""
    name = in_sentence(result.marker.label)
    within = [_group_finding(result, group) for group in result.groups]
    return " ".join([*_first(name, result), *within, *_between_finding(result), *_left_out(result)])


def _left_out(result: Result) -> tuple[str, ...]:
    """Complete pairs that the answer does not rest on."""
    gone = []
    if result.settings.beyond_limit == "left out" and result.n_moved:
        gone.append(f"{_pairs_of(result.n_moved)} with a value known only to lie beyond an assay's limit")
    if n := sum(result.left_out_for(ON_LOADING)):
        gone.append(f"{_pairs_of(n)} with a value left out on loading")
    if result.settings.deceased == "left out" and (n := result.n_of_deceased):
        gone.append(f"{_pairs_of(n)} of patients who died{_also(result)}")
    return (f"Left out: {listed(gone)}.",) if gone else ()


def _also(result: Result) -> str:
    """How many pairs of patients who died would stay out for another reason too."""
    n = result.n_of_deceased - result.n_moved_by_fate
    return f" ({_pairs_of(n)} of these for another reason too)" if n else ""


def _first(name: str, result: Result) -> tuple[str, ...]:
    """A short sentence to begin with; the numbers follow group by group."""
    tested = [group for group in result.groups if not isinstance(group.comparison, CohortError)]
    ways = [_way(group.comparison) for group in tested]
    if not tested:
        return ()
    changed = [f"{way} in {_of_groups(n, result)}" for way in ("rose", "fell") if (n := ways.count(way))]
    if changed:
        return (sentence(f"{name} {listed(changed)}"),)
    groups = "either group" if len(tested) == 2 else "any group" if len(tested) > 2 else "the group tested"
    return (sentence(f"{name} {_not_shown(result)} in {groups}"),)


def _of_groups(n: int, result: Result) -> str:
    every = len(result.groups)
    if n == every:
        return "both groups" if n == 2 else f"all {_word(n)} groups" if n > 1 else "the one group shown"
    return f"{_word(n)} of {_word(every)} groups"


def _word(n: int) -> str:
    return _WORDS[n] if n < len(_WORDS) else str(n)


def _way(comparison: PairedComparison | CohortError) -> str:
    if isinstance(comparison, CohortError) or comparison.p_value >= LEVEL:
        return ""
    return "rose" if comparison.estimate > 0 else "fell"


def _not_shown(result: Result) -> str:
    return f"{'were' if _are_cells(result) else 'was'} not shown to change"


def _are_cells(result: Result) -> bool:
    return result.marker.unit == "cells/µL"


def _between_finding(result: Result) -> tuple[str, ...]:
    comparison = result.between
    if isinstance(comparison, CohortError):
        return ()
    shown = "differed" if comparison.p_value < LEVEL else "were not shown to differ"
    numbers = f"{statistic(comparison)}; n = {listed(map(str, comparison.n))} pairs"
    if len(comparison.labels) == 2:
        numbers = (
            f"{plain_effect(comparison.effect)} {with_limits(comparison, result.difference_unit, ', 95% CI ')}; "
            f"{numbers}"
        )
    return (f"Between groups the changes {shown} ({numbers}).",)


def _group_finding(result: Result, group: GroupPairs) -> str:
    who = with_group(result.settings.group, group.label)
    comparison = group.comparison
    if isinstance(comparison, CohortError):
        return sentence(f"{who}: {comparison.found}")
    verb = _way(comparison) or _not_shown(result)
    it = "they" if _are_cells(result) else "it"
    return sentence(
        f"{who} {it} {verb}: {plain_effect(comparison.effect)} "
        f"{with_limits(comparison, result.change_unit, ' (95% CI ')}; {statistic(comparison)}; "
        f"n = {_pairs_of(comparison.n_pairs)})"
    )


def with_limits(found: PairedComparison | GroupComparison, unit: str, between: str) -> str:
    """An estimate with its unit, then its limits; the sign of percent stands close."""
    estimate, *_ = alike(found.estimate, found.low, found.high)
    limits = bounds(found.estimate, found.low, found.high)
    return f"{estimate}{'' if unit == '%' else ' '}{unit}{between}{limits}"


def caption(result: Result) -> str:
    """Who is drawn, who is not, and what the marks mean."""
    pairs, n = sum(len(group.patients) for group in result.groups), sum(group.n for group in result.groups)
    ungrouped = f" Left out for want of a group: {result.n_without_group}." if result.n_without_group else ""
    beyond, last, rejected, nought = (
        int((result.incomplete["reason"] == reason).sum())
        for reason in (BEYOND_LIMIT, LAST_BEFORE_DEATH, ON_LOADING, NO_PERCENTAGE)
    )
    lacking = n - pairs - beyond - last - rejected - nought
    lack = f"{lacking} {lacks(lacking)} one and {is_(lacking)} not drawn"
    if beyond:
        lack += f", nor {is_(beyond)} {beyond} with a value known only to lie beyond an assay's limit"
    if rejected:
        lack += f", nor {is_(rejected)} {rejected} with a value left out on loading"
    if nought:
        lack += f", nor {is_(nought)} {nought} with an acute value of 0, of which there is no percentage"
    if last:
        lack += f", nor {is_(last)} {last} whose second sample is the last before death"
    have = "both values as numbers" if beyond or rejected else "both values"
    return (
        f"{pairs} of {patients(n)} {has(pairs)} {have}; {lack}.{ungrouped} Each thin line "
        "is a patient; the thick line joins the medians, whiskers are quartiles. Dotted lines with triangles rise."
        f"{limit_caption(result)}{_range_caption(result)}"
    )


def limit_caption(result: Result) -> str:
    """How many values stand at the limit of an assay, in the picture and in the tests."""
    if not result.n_at_limit:
        return ""
    return (
        f" Open diamonds: {counted(result.n_at_limit, 'value')} known only to lie beyond an assay's "
        f"limit, drawn and tested at the limit itself."
    )


def _range_caption(result: Result) -> str:
    reference = result.reference(result.marker)
    if reference is None or result.settings.change == "percent":
        return ""
    return f" Shaded: the reference range given for this laboratory, {reference} {result.marker.unit}."


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    died = sum(count for group in result.groups for gap, count in group.ledger.items() if gap.reason == DIED)
    notes = [
        *_of_deceased(result),
        "Only patients with both values are compared. A p in each group does not compare the groups: for that read the "
        "comparison of the changes. Treatment was not allotted, so a difference is associated with it, no more.",
    ]
    notes += _two_sides(result)
    notes += on_loading(sum(result.left_out_for(ON_LOADING)))
    if died:
        notes.append(
            f"{patients(died)} died without a recovery value: recovery values describe those who lived to be sampled."
        )
    if result.marker.key == "tnfa_pg_ml":
        notes.append(
            "Many assays also measure TNF-α that is bound to a TNF inhibitor, so a rise under treatment need not "
            "mean more active TNF-α."
        )
    return (*notes, *known_later(result.settings.group, "changes"), *_limit_note(result))


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where the interval of a change, or of its difference between groups, and the p of the test part."""
    changes = [(in_sentence(group.label), group.comparison) for group in result.groups]
    return two_sides(
        of_comparison(what, one, digits=1)
        for what, one in (*changes, ("the difference between groups", result.between))
        if not isinstance(one, CohortError)
    )


def on_loading(n: int, up_to: str = "") -> tuple[str, ...]:
    """How many pairs fell out because what the file says in one of their cells could not be used."""
    if not n:
        return ()
    said = f"{up_to}{_pairs_of(n)} fell out because a value that the file gives was left out on loading"
    return (
        f"{said[:1].upper()}{said[1:]} (not clear, impossible, or in a unit that is not settled): see the query list "
        "on the page Load data. Such values are often the highest or the lowest.",
    )


def _of_deceased(result: Result) -> tuple[str, ...]:
    """How many pairs are of patients who died, and what the other choice would give."""
    n, left_out = result.n_of_deceased, result.settings.deceased == "left out"
    if not n:
        return ()
    said = (
        "left out, as in the study" if left_out else "counted here; the study compared only those who healed"
    )
    told = f"{_pairs_of(n)} of patients who died, with the last sample before death as second value, {is_(n)} {said}."
    if either_way := n - result.n_moved_by_fate:
        told += f" {_pairs_of(either_way)} of these would stay out either way, for another reason."
    for other in result.other_fate:
        told += (
            f" {'Counting' if left_out else 'Leaving'} such pairs{'' if left_out else ' out'} gives, "
            f"{'; '.join(_answers(result, other))}."
        )
    return (told,)


def _limit_note(result: Result) -> tuple[str, ...]:
    """How many values lie beyond a limit, and what the other choice would give."""
    if not result.other_rule:
        return ()
    (other,) = result.other_rule
    substituted = result.settings.beyond_limit == "limit itself"
    only = "a value known only to lie beyond an assay's limit"
    said = (
        f"The limit itself is taken in {_pairs_of(result.n_moved)} with {only}."
        if substituted
        else f"{_pairs_of(result.n_moved)} with {only} {was(result.n_moved)} left out."
    )
    either = sum(group.n_either_way for group in (result.groups if substituted else other.groups))
    unsure = f" {_pairs_of(either)} of these may have risen as well as fallen." if either else ""
    instead = "Leaving all such pairs out" if substituted else "Taking the limit itself"
    return (f"{said}{unsure} {instead} gives, {'; '.join(_answers(result, other))}. {BIAS}",)


def _pairs_of(n: int) -> str:
    return counted(n, "pair")


def _answers(result: Result, other: MarkerPairs) -> Iterator[str]:
    unit = result.change_unit
    for group in other.groups:
        who = with_group(result.settings.group, group.label)
        yield f"{who} {_answer(group.comparison, unit)}"
    if not isinstance(other.between, CohortError):
        yield f"between groups {_answer(other.between, result.difference_unit)}"


def _answer(found: PairedComparison | GroupComparison | CohortError, unit: str) -> str:
    if isinstance(found, CohortError):
        return "too few pairs"
    if isinstance(found, GroupComparison) and len(found.labels) > 2:
        return statistic(found)
    return (
        f"{plain_effect(found.effect)} {with_limits(found, unit, ' (95% CI ')}; "
        f"{found.method}, {p_value(found.p_value)})"
    )


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    parts = [
        f"Acute and recovery values of {in_sentence(result.marker.label)} were compared within patients.",
        *(sentence(f"{listed(labels)}: {why}") for why, labels in _groups_by_test(result).items()),
        *(
            (f"Changes were compared between groups: {test_and_reason(result.between)}",)
            if not isinstance(result.between, CohortError)
            else ()
        ),
        f"Incomplete pairs are counted and left out. {deceased_methods(result)} {limit_methods(result)} Quartiles "
        "follow the rule of SPSS and "
        "Prism (type 6).",
    ]
    if result.settings.change == "percent":
        parts.append(PERCENT_METHODS)
    if result.settings.log_scale:
        parts.append("The axis is logarithmic; the test reads the values as measured.")
    if reference := result.reference(result.marker):
        parts.append(
            f"The reference range, {reference} {result.marker.unit}, was given by the reader; no test reads it."
        )
    return " ".join(parts)


def deceased_methods(result: Result) -> str:
    """What was done with second samples of patients who died, for a methods section."""
    if result.settings.deceased == "left out":
        return "Second samples of patients who died, the last before death, count as no recovery value."
    return "Second samples of patients who died, the last before death, count as recovery values."


def _groups_by_test(result: Result) -> dict[str, list[str]]:
    """Each test with the reason for it, said once, and the groups for which it was taken."""
    groups: dict[str, list[str]] = {}
    for group in result.groups:
        if not isinstance(group.comparison, CohortError):
            groups.setdefault(test_and_reason(group.comparison), []).append(group.label)
    return groups


def test_and_reason(comparison: PairedComparison | GroupComparison) -> str:
    """A test and why it was taken, in one sentence, without a capital at its start."""
    return f"{comparison.method}; {in_sentence(comparison.reason)}"


def limit_methods(result: Result) -> str:
    """What was done with values beyond an assay's limit, for a methods section."""
    if result.settings.beyond_limit == "left out":
        return LEFT_OUT_METHODS
    values = counted(result.n_at_limit, "value")
    return (
        f"The limit itself was taken for {values} known only to lie beyond an assay's limit, which biases values and "
        "changes towards the limit (Helsel DR. Statistics for censored environmental data. 2nd ed. Wiley; 2012); a "
        "pair with both values at one limit counts as unchanged."
    )


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    groups = "; ".join(_group_alt(group, result.marker) for group in result.groups)
    return (
        f"One line a patient from acute to recovery {result.marker.label}, one panel a group. {groups}."
        f"{limit_caption(result)}{_range_caption(result)}"
    )


def _group_alt(group: GroupPairs, marker: Marker) -> str:
    comparison = group.comparison
    if isinstance(comparison, CohortError):
        return f"{group.label}: {_pairs_of(len(group.patients))}"
    return (
        f"{group.label}: median {significant(comparison.median_before)} to {significant(comparison.median_after)} "
        f"{marker.unit}, {comparison.n_up} rise and {comparison.n_down} fall"
    )


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return (
        "Only patients with both values are compared, not adjusted for how ill they were. A p in each group does not "
        "compare the groups."
    )
