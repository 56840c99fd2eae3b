"""The recovery card of all markers in words."""

from __future__ import annotations

from collections.abc import Iterator

from iren_core.analyses.recovery.limit_table import TITLE
from iren_core.analyses.recovery.pairs import ON_LOADING, GroupPairs, MarkerPairs, Result
from iren_core.analyses.recovery.picture import MOST_TESTS
from iren_core.analyses.recovery.words import (
    BIAS,
    LEVEL,
    PERCENT_METHODS,
    deceased_methods,
    limit_caption,
    limit_methods,
    on_loading,
    test_and_reason,
)
from iren_core.analyses.timing import known_later
from iren_core.counted import counted, has, is_
from iren_core.errors import CohortError
from iren_core.figures.pair_grid import MOST_LINES
from iren_core.stats.groups import GroupComparison
from iren_core.stats.paired import PairedComparison
from iren_core.wording import listed, patients, sentence, with_group


def key(_: Result) -> str:
    """What the card is called in files."""
    return "recovery_all_markers"


def title(_: Result) -> str:
    """The card's title."""
    return "All markers: acute to recovery"


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    within = [comparison.method for _, comparison in _within(result)]
    between = [comparison.method for _, comparison in _between(result)]
    return tuple(dict.fromkeys([*within, *between]))


def finding(result: Result) -> str:
    """How many changes have p below 0.05; then by group which fell, rose or were not shown to change."""
    tested = [comparison for _, comparison in _within(result)]
    if not tested:
        return "No marker has enough complete pairs for a test."
    shown = sum(comparison.p_value < LEVEL for comparison in tested)
    percent = "percent " if result.settings.change == "percent" else ""
    first = (
        f"{shown} of {len(tested)} {percent}changes of {_markers(len(result.every_marker))} had p < {LEVEL}."
    )
    labels = [group.label for group in result.every_marker[0].groups]
    groups = [
        sentence(f"{with_group(result.settings.group, label)}, {_directions(result, place)}")
        for place, label in enumerate(labels)
    ]
    return " ".join(
        [first, *groups, *_between_finding(result), "The p-values are not adjusted for their number."]
    )


def _markers(n: int) -> str:
    return counted(n, "marker")


def _directions(result: Result, place: int) -> str:
    sorts: dict[str, list[str]] = {"fell": [], "rose": [], "not shown to change": [], "not tested": []}
    for one in result.every_marker:
        sorts[_direction(one.groups[place].comparison)].append(one.marker.short)
    return "; ".join(f"{sort}: {listed(names)}" for sort, names in sorts.items() if names)


def _direction(comparison: PairedComparison | CohortError) -> str:
    if isinstance(comparison, CohortError):
        return "not tested"
    if comparison.p_value >= LEVEL:
        return "not shown to change"
    return "rose" if comparison.estimate > 0 else "fell"


def _between_finding(result: Result) -> tuple[str, ...]:
    compared = list(_between(result))
    if not compared:
        return ()
    differ = [one.marker.short for one, comparison in compared if comparison.p_value < LEVEL]
    names = f"differed for {listed(differ)}" if differ else "were not shown to differ for any marker"
    return (f"Between groups the changes {names} ({len(compared)} compared).",)


def _within(result: Result) -> Iterator[tuple[GroupPairs, PairedComparison]]:
    for one in result.every_marker:
        for group in one.groups:
            if not isinstance(group.comparison, CohortError):
                yield group, group.comparison


def _between(result: Result) -> Iterator[tuple[MarkerPairs, GroupComparison]]:
    for one in result.every_marker:
        if not isinstance(one.between, CohortError):
            yield one, one.between


def caption(result: Result) -> str:
    """Who is drawn, who is not, and what the marks mean."""
    n = sum(group.n for group in result.every_marker[0].groups)
    counts = [sum(len(group.patients) for group in one.groups) for one in result.every_marker]
    low, high = min(counts), max(counts)
    pairs = str(low) if low == high else f"{low} to {high}, depending on the marker,"
    ungrouped = f" Left out for want of a group: {result.n_without_group}." if result.n_without_group else ""
    where = (
        " Tests stand in the table."
        if len(result.every_marker[0].groups) > MOST_TESTS
        else (" The tests above a panel are in the order of its groups.")
    )
    return (
        f"{pairs} of {patients(n)} {'has' if pairs == '1' else 'have'} both values; the others are not "
        f"drawn.{ungrouped} In each panel the groups "
        "stand side by side; each line runs from acute (left; A on slides) to recovery (right; R). The thick line "
        f"joins the medians, whiskers are quartiles. {_lines(counts)}{where}{limit_caption(result)}"
        f"{_range_caption(result)}"
    )


def _range_caption(result: Result) -> str:
    given = [
        f"{one.marker.short} {reference} {one.marker.unit}"
        for one in result.every_marker
        if (reference := result.reference(one.marker)) and result.settings.change == "absolute"
    ]
    return f" Shaded: the reference ranges given for this laboratory ({'; '.join(given)})." if given else ""


def _lines(counts: list[int]) -> str:
    single = "Each thin line is a patient; dotted lines with triangles rise."
    if max(counts) <= MOST_LINES:
        return single
    without = sum(count > MOST_LINES for count in counts)
    left_out = (
        f"{without} of {counted(len(counts), 'panel')} {has(without)} over {MOST_LINES} patients: there single lines "
        "are left out."
    )
    return left_out if without == len(counts) else f"{single} {left_out}"


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    died = max(
        sum(count for group in one.groups for gap, count in group.ledger.items() if gap.reason == "died")
        for one in result.every_marker
    )
    notes = [
        "Only patients with both values are compared. A p in each group does not compare the groups: for that read the "
        "comparison of the changes. Treatment was not allotted, so a difference is associated with it, no more.",
        "Each panel has an axis of its own: heights are not to be compared between panels.",
    ]
    if result.n_of_deceased:
        n, left_out = result.n_of_deceased, result.settings.deceased == "left out"
        notes.append(
            f"Up to {counted(n, 'pair')} of a marker {is_(n)} of patients who died, with the last sample before death "
            "as "
            f"second value, and {is_(n)} "
            f"{'left out, as in the study' if left_out else 'counted; the study left them out'}. "
            "What the other choice gives is told marker by marker."
        )
    notes += on_loading(max(result.left_out_for(ON_LOADING)), "for one marker up to ")
    if died:
        notes.append(
            f"Up to {patients(died)} died without a recovery value: these describe those who lived to be sampled."
        )
    notes += known_later(result.settings.group, "changes")
    if result.other_rule:
        substituted = result.settings.beyond_limit == "limit itself"
        names = listed(one.marker.short for one in result.other_rule)
        notes.append(
            f"Some values of {names} are known only to lie beyond an assay's limit and "
            f"{'count as the limit itself' if substituted else 'are left out'}. How many, and what the other choice "
            f"gives, stands in the table “{TITLE}”. {BIAS}"
        )
    return tuple(notes)


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    parts = ["Acute and recovery values of each marker were compared within patients."]
    parts += [f"{listed(names)}: {why}" for why, names in _markers_by_test(result).items()]
    parts.append(
        f"Incomplete pairs are counted and left out. {deceased_methods(result)} {limit_methods(result)} Quartiles "
        "follow the rule of SPSS and "
        "Prism (type 6). p-values are not adjusted for the number of tests."
    )
    if result.settings.change == "percent":
        parts.append(PERCENT_METHODS)
    if result.settings.log_scale:
        parts.append("The axes are logarithmic; the tests read the values as measured.")
    if any(result.reference(one.marker) for one in result.every_marker):
        parts.append("The reference ranges were given by the reader; no test reads them.")
    return " ".join(parts)


def _markers_by_test(result: Result) -> dict[str, list[str]]:
    """Each test with the reason for it, said once, and the markers for which it was taken."""
    within: dict[str, dict[str, list[str]]] = {}
    between: dict[str, list[str]] = {}
    for one in result.every_marker:
        for group in one.groups:
            if not isinstance(group.comparison, CohortError):
                markers = within.setdefault(test_and_reason(group.comparison), {})
                markers.setdefault(one.marker.short, []).append(group.label)
        if not isinstance(one.between, CohortError):
            between.setdefault(test_and_reason(one.between), []).append(one.marker.short)
    n_groups = max((len(one.groups) for one in result.every_marker), default=0)
    named = {
        f"within groups, {why}": [
            marker if len(labels) == n_groups else f"{marker} ({listed(labels)})"
            for marker, labels in markers.items()
        ]
        for why, markers in within.items()
    }
    return named | {f"changes between groups, {why}": names for why, names in between.items()}


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    markers = "; ".join(_marker_alt(one) for one in result.every_marker)
    return (
        f"One panel a marker, groups side by side, lines from acute to recovery. {markers}."
        f"{limit_caption(result)}{_range_caption(result)}"
    )


def _marker_alt(one: MarkerPairs) -> str:
    ways = ", ".join(f"{group.label} {_direction(group.comparison)}" for group in one.groups)
    return f"{one.marker.short}: {ways}"


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return (
        "p-values are not adjusted for their number, nor for how ill the patients were. A p in each group does not "
        "compare the groups."
    )
