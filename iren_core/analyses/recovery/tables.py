"""The tables of the recovery card."""

from __future__ import annotations

import math

import pandas as pd

from iren_core.analyses.recovery.pairs import NO_PERCENTAGE, Gap, GroupPairs, Result
from iren_core.card import Table
from iren_core.counted import counted
from iren_core.errors import CohortError
from iren_core.schema import Marker
from iren_core.stats.groups import GroupComparison
from iren_core.stats.paired import PairedComparison
from iren_core.wording import UNKNOWN, alike, listed, p_value, significant, statistic

CHANGE_NOTE = (
    "Change: recovery minus acute; the mean change beside a t-test, the median change (Hodges-Lehmann: the middle of "
    "all averages of two patients' changes) beside a Wilcoxon test."
)
BETWEEN_NOTE = "Changes (recovery minus acute) of complete pairs; of two groups the first minus the second."
ALONE_NOTE = "Each p-value stands alone: with so many tests, some fall below 0.05 by chance."
PERCENT_NOTE = "Changes are in percent of each patient's acute value; medians are in the marker's unit."


RANGE_NOTE = (
    "In range: complete pairs with a value within the reference range that the reader gave, limits included."
)


def _change_note(result: Result) -> str:
    parts = [CHANGE_NOTE]
    if result.settings.change == "percent":
        parts.append(PERCENT_NOTE)
    if result.n_at_limit:
        values = counted(result.n_at_limit, "value")
        count = "counts" if result.n_at_limit == 1 else "count"
        parts.append(f"{values} beyond an assay's limit {count} as the limit itself.")
    if any(result.reference(one.marker) for one in result.shown):
        parts.append(RANGE_NOTE)
    return " ".join(parts)


def changes(result: Result) -> Table:
    """The change of the chosen marker, one row a group."""
    shown = [
        _change_shown(result, group) | _in_range_shown(result, result.marker, group)
        for group in result.groups
    ]
    values = [_change_values(result, result.marker, group) for group in result.groups]
    return Table(
        "changes",
        f"Change of {result.marker.label} ({_units(result)})",
        pd.DataFrame(shown),
        pd.DataFrame(values),
        note=f"Acute and recovery: median (25th, 75th percentiles) of complete pairs. {_change_note(result)}",
    )


def _change_shown(result: Result, group: GroupPairs) -> dict[str, str]:
    comparison = group.comparison
    row = {"Group": group.label, "Pairs": f"{len(group.patients)} of {group.n}"}
    if isinstance(comparison, CohortError):
        return (
            row
            | {"Acute": UNKNOWN, "Recovery": UNKNOWN, "Up / down": UNKNOWN, change_header(result): UNKNOWN}
            | {"Test": statistic(comparison)}
        )
    before, after = comparison.quartiles
    return row | {
        "Acute": _median(comparison.median_before, *before),
        "Recovery": _median(comparison.median_after, *after),
        "Up / down": f"{comparison.n_up} / {comparison.n_down}",
        change_header(result): change(comparison),
        "Test": statistic(comparison),
    }


def _in_range(result: Result, marker: Marker, group: GroupPairs) -> tuple[int, int] | None:
    reference = result.reference(marker)
    if reference is None:
        return None
    acute, recovery = (int(reference.holds(values).sum()) for values in (group.acute, group.recovery))
    return acute, recovery


def _in_range_shown(result: Result, marker: Marker, group: GroupPairs) -> dict[str, str]:
    counts = _in_range(result, marker, group)
    if counts is None:
        return {}
    n = len(group.patients)
    return {
        f"{phase} in range": f"{count} of {n}"
        for phase, count in zip(("Acute", "Recovery"), counts, strict=True)
    }


def _in_range_values(result: Result, marker: Marker, group: GroupPairs) -> dict[str, object]:
    reference, counts = result.reference(marker), _in_range(result, marker, group)
    if reference is None or counts is None:
        return {}
    n, (acute, recovery) = len(group.patients), counts
    return {
        "range_low": reference.low,
        "range_high": reference.high,
        "acute_in_range": acute,
        "acute_out_of_range": n - acute,
        "recovery_in_range": recovery,
        "recovery_out_of_range": n - recovery,
    }


def change_header(result: Result) -> str:
    """What stands above changes with their intervals."""
    return f"Change{' in %' if result.settings.change == 'percent' else ''} (95% CI)"


def change(comparison: PairedComparison) -> str:
    """The mean or median change with its interval."""
    kind = "mean" if comparison.effect.startswith("mean") else "median"
    return f"{kind} {with_bounds(comparison)}"


def with_bounds(found: PairedComparison | GroupComparison) -> str:
    """An estimate with its limits in brackets."""
    estimate, *_ = alike(found.estimate, found.low, found.high)
    return f"{estimate} ({bounds(found.estimate, found.low, found.high)})"


def _median(median: float, q1: float, q3: float) -> str:
    return f"{significant(median)} ({significant(q1)}, {significant(q3)})"


def _change_values(result: Result, marker: Marker, group: GroupPairs) -> dict[str, object]:
    row: dict[str, object] = {
        "marker": marker.label,
        "unit": marker.unit,
        "group": group.label,
        "patients": group.n,
    } | _in_range_values(result, marker, group)
    if result.settings.beyond_limit == "limit itself":
        row["pairs_at_limit"] = int(group.at_limit.any(axis=1).sum())
    comparison = group.comparison
    if isinstance(comparison, CohortError):
        return row | {"pairs": len(group.patients), "test": str(comparison)}
    (q1_before, q3_before), (q1_after, q3_after) = comparison.quartiles
    return row | {
        "pairs": comparison.n_pairs,
        "acute_median": comparison.median_before,
        "acute_q1": q1_before,
        "acute_q3": q3_before,
        "recovery_median": comparison.median_after,
        "recovery_q1": q1_after,
        "recovery_q3": q3_after,
        "rise": comparison.n_up,
        "fall": comparison.n_down,
        "unchanged": comparison.n_unchanged,
        "effect": comparison.effect,
        "change_unit": "%" if result.settings.change == "percent" else marker.unit,
        "change": comparison.estimate,
        "change_low": comparison.low,
        "change_high": comparison.high,
        "test": comparison.method,
        "statistic": comparison.statistic,
        "df": comparison.df,
        "p_value": comparison.p_value,
    }


def between(result: Result) -> Table:
    """The change of the chosen marker compared between the groups."""
    shown, values = _between(result.between)
    title = f"Change of {result.marker.label} between groups ({result.difference_unit})"
    return Table("between", title, pd.DataFrame([shown]), pd.DataFrame([values]), note=_between_note(result))


def every_between(result: Result) -> Table:
    """The change of every marker compared between the groups."""
    percent = result.settings.change == "percent"
    names = [
        f"{one.marker.short} ({'percentage points' if percent else one.marker.unit})"
        for one in result.every_marker
    ]
    rows = [_between(one.between) for one in result.every_marker]
    shown = pd.DataFrame([{"Marker": name} | row for name, (row, _) in zip(names, rows, strict=True)])
    values = pd.DataFrame([{"marker": name} | row for name, (_, row) in zip(names, rows, strict=True)])
    return Table(
        "every_between",
        "Change of every marker between groups",
        shown.fillna(UNKNOWN),
        values,
        note=f"{_between_note(result)} {ALONE_NOTE}",
    )


def _between_note(result: Result) -> str:
    percent = result.settings.change == "percent"
    return (
        BETWEEN_NOTE.replace("minus acute)", "minus acute, in percent of acute)") if percent else BETWEEN_NOTE
    )


def _between(comparison: GroupComparison | CohortError) -> tuple[dict[str, str], dict[str, object]]:
    if isinstance(comparison, CohortError):
        return {"Test": statistic(comparison)}, {"test": str(comparison)}
    who = listed(f"{label} ({n})" for label, n in zip(comparison.labels, comparison.n, strict=True))
    two = len(comparison.labels) == 2
    effect = with_bounds(comparison) if two else significant(comparison.estimate)
    shown: dict[str, str] = {
        "Groups (pairs)": who,
        "Effect": comparison.effect,
        "Estimate (95% CI)": effect,
        "Test": statistic(comparison),
    }
    values: dict[str, object] = {
        "groups": ", ".join(comparison.labels),
        "pairs": ", ".join(map(str, comparison.n)),
        "missing": comparison.n_missing,
        "effect": comparison.effect,
        "estimate": comparison.estimate,
        "low": comparison.low,
        "high": comparison.high,
        "test": comparison.method,
        "reason": comparison.reason,
        "statistic": comparison.statistic,
        "p_value": comparison.p_value,
    }
    return shown, values


#: How the reasons of a ledger add up.
LEDGER_NOTE = (
    "Why a pair is not complete, in patients. Each stands under one reason, the first that holds of: a value not drawn "
    "or not recorded; the second sample was the last before death; a value left out on loading; a value beyond an "
    "assay's limit."
)


def ledger(result: Result) -> Table:
    """How many pairs are complete, and why the others are not."""
    gaps = list(dict.fromkeys(gap for group in result.groups for gap in group.ledger))
    values = pd.DataFrame(
        [
            {"Group": group.label, "Patients": group.n, "Complete pairs": len(group.patients)}
            | {_gap_words(gap): group.ledger[gap] for gap in gaps}
            for group in result.groups
        ]
    )
    note = LEDGER_NOTE if gaps else "Every patient has both values."
    return Table("ledger", "Which pairs are complete", values.astype(str), values, note=note)


def every_ledger(result: Result) -> Table:
    """How many pairs of every marker are complete, and why the others are not."""
    rows = [(one.marker, group) for one in result.every_marker for group in one.groups]
    gaps = list(dict.fromkeys(gap for _, group in rows for gap in group.ledger))
    values = pd.DataFrame(
        [
            {"Marker": marker.short, "Group": group.label, "Patients": group.n}
            | {"Complete pairs": len(group.patients)}
            | {_gap_words(gap): group.ledger[gap] for gap in gaps}
            for marker, group in rows
        ]
    )
    note = LEDGER_NOTE if gaps else "Every patient has both values."
    return Table("every_ledger", "Which pairs are complete", values.astype(str), values, note=note)


def _gap_words(gap: Gap) -> str:
    if gap.reason == NO_PERCENTAGE:
        return f"Acute value {gap.reason}"
    missing = "No value in either phase" if gap.phase == "both" else f"No {gap.phase} value"
    return f"{missing}: {gap.reason}"


def incomplete(result: Result) -> Table:
    """Each patient without a complete pair."""
    values = result.incomplete
    shown = values.astype(str).rename(
        columns={
            "patient": "Patient",
            "row": "Row in the file",
            "group": "Group",
            "missing": "Missing value",
            "reason": "Why",
        }
    )
    return Table("incomplete", "Patients without a complete pair", shown, values)


def every_marker(result: Result) -> Table:
    """The change of every marker that the cohort has, one row a marker and group."""
    rows = [(one.marker, group) for one in result.every_marker for group in one.groups]
    return Table(
        "every_marker",
        "All markers of this cohort",
        pd.DataFrame(
            [
                _marker_row(result, marker, group) | _in_range_shown(result, marker, group)
                for marker, group in rows
            ]
        ).fillna(UNKNOWN),
        pd.DataFrame([_change_values(result, marker, group) for marker, group in rows]),
        note=f"{_change_note(result)} {ALONE_NOTE}",
    )


def _marker_row(result: Result, marker: Marker, group: GroupPairs) -> dict[str, str]:
    comparison = group.comparison
    row = {
        "Marker": f"{marker.short} ({marker.unit})",
        "Group": group.label,
        "Pairs": str(len(group.patients)),
    }
    if isinstance(comparison, CohortError):
        return row | {
            "Acute median": UNKNOWN,
            "Recovery median": UNKNOWN,
            change_header(result): UNKNOWN,
            "Test": UNKNOWN,
        }
    return row | {
        "Acute median": significant(comparison.median_before),
        "Recovery median": significant(comparison.median_after),
        change_header(result): change(comparison),
        "Test": f"{comparison.method}, {p_value(comparison.p_value)}",
    }


def pairs(result: Result) -> Table:
    """Every complete pair."""
    percent = result.settings.change == "percent"
    values = pd.concat(
        [
            pd.DataFrame(
                {
                    "patient": group.patients,
                    "group": group.label,
                    "acute": group.acute,
                    "recovery": group.recovery,
                    "change": result.changes(group) if percent else group.recovery - group.acute,
                }
                | (
                    {"acute_at_limit": group.at_limit[:, 0], "recovery_at_limit": group.at_limit[:, 1]}
                    if result.n_at_limit
                    else {}
                )
            )
            for group in result.groups
        ],
        ignore_index=True,
    )
    shown = values.assign(**{name: values[name].map(significant) for name in ("acute", "recovery", "change")})
    return Table("pairs", f"Every complete pair ({_units(result)})", shown.astype(str), values, behind=True)


def _units(result: Result) -> str:
    percent = "; change in %" if result.settings.change == "percent" else ""
    return f"{result.marker.unit}{percent}"


def bounds(estimate: float, low: float, high: float) -> str:
    """The limits of an interval with the decimals of its estimate, or why it has none."""
    if math.isnan(low) or math.isnan(high):
        return "not available with so few pairs"
    _, lowest, highest = alike(estimate, low, high)
    return f"{lowest} to {highest}"
