"""The recovery card: pairs of one marker, the change by group, and who lacks a value and why."""

from __future__ import annotations

import pandas as pd

from iren_core.analyses.provenance import provenance, script
from iren_core.analyses.recovery import picture
from iren_core.analyses.recovery.pairs import Gap, GroupPairs, Result, Settings, analyse
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card, Table
from iren_core.cohort import Cohort
from iren_core.errors import CohortError
from iren_core.schema import Marker
from iren_core.wording import UNKNOWN, p_value, patients, sentence, significant, statistic, with_group


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Acute against recovery values of one marker.

    Raises
    ------
    FieldMissing
        when the marker is unknown, or the cohort lacks one of its phases or the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    line = provenance(cohort, _tests(result))
    return Card(
        key=f"recovery_{result.marker.key}",
        title=f"{result.marker.label}: acute to recovery",
        finding=_finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=_alt(result),
        caption=_caption(result),
        tables=(
            _changes(result),
            _ledger(result),
            _incomplete(result),
            _every_marker(result),
            _pairs(result),
        ),
        notes=_notes(result),
        methods=_methods(result),
        provenance=line,
        code=script(cohort, "recovery", settings),
    )


def _tests(result: Result) -> tuple[str, ...]:
    return tuple(g.comparison.method for g in result.groups if not isinstance(g.comparison, CohortError))


def _finding(result: Result) -> str:
    name = result.marker.label
    return " ".join(_group_finding(name, result, group) for group in result.groups)


def _group_finding(name: str, result: Result, group: GroupPairs) -> str:
    who = with_group(result.settings.group, group.label)
    comparison = group.comparison
    if isinstance(comparison, CohortError):
        return sentence(f"{who}: {comparison.found}")
    verb = _verb(comparison.p_value, comparison.estimate)
    unit = result.marker.unit
    return sentence(
        f"{who}, {name} {verb}: {comparison.effect} {significant(comparison.estimate)} {unit} "
        f"(95% CI {_bounds(comparison.low, comparison.high)}; {statistic(comparison)}; "
        f"n = {comparison.n_pairs} pairs)"
    )


def _verb(p: float, change: float) -> str:
    if p >= 0.05:
        return "was not shown to change"
    return "rose" if change > 0 else "fell"


def _bounds(low: float, high: float) -> str:
    if low != low or high != high:
        return "not available with so few pairs"
    return f"{significant(low)} to {significant(high)}"


def _caption(result: Result) -> str:
    pairs, n = sum(len(group.patients) for group in result.groups), sum(group.n for group in result.groups)
    ungrouped = (
        f" {patients(result.n_without_group)} without a group are left out." if result.n_without_group else ""
    )
    return (
        f"{pairs} of {n} patients have both values; {n - pairs} lack one and are not drawn.{ungrouped} Each thin line "
        "is a patient; the thick line joins the medians, whiskers are quartiles. Dotted lines with triangles rise."
    )


def _notes(result: Result) -> tuple[str, ...]:
    died = sum(
        count for group in result.groups for gap, count in group.ledger.items() if gap.reason == "died"
    )
    notes = [
        "Only patients with both values are compared. A change within a group is not a comparison between groups."
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


def _methods(result: Result) -> str:
    parts = [
        f"{result.marker.label} in the acute phase was compared with the recovery phase of the same patient.",
        *dict.fromkeys(
            sentence(f"{group.label}: {group.comparison.method}. {group.comparison.reason}")
            for group in result.groups
            if not isinstance(group.comparison, CohortError)
        ),
        "Incomplete pairs are counted and left out, never filled in; values known only to lie beyond an assay's limit "
        "count as incomplete. Quartiles follow the rule of SPSS and Prism (type 6).",
    ]
    if result.settings.log_scale:
        parts.append("The axis is logarithmic; the test reads the values as measured.")
    return " ".join(parts)


def _alt(result: Result) -> str:
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


def _changes(result: Result) -> Table:
    shown = [_change_shown(group) for group in result.groups]
    values = [_change_values(result.marker, group) for group in result.groups]
    return Table(
        "changes",
        f"Change of {result.marker.label} ({result.marker.unit})",
        pd.DataFrame(shown),
        pd.DataFrame(values),
        note="Acute and recovery: median (25th, 75th percentiles) of complete pairs. Change: recovery minus acute.",
    )


def _change_shown(group: GroupPairs) -> dict[str, str]:
    comparison = group.comparison
    row = {"Group": group.label, "Pairs": f"{len(group.patients)} of {group.n}"}
    if isinstance(comparison, CohortError):
        return (
            row
            | {"Acute": UNKNOWN, "Recovery": UNKNOWN, "Up / down": UNKNOWN, "Change (95% CI)": UNKNOWN}
            | {"Test": statistic(comparison)}
        )
    before, after = comparison.quartiles
    return row | {
        "Acute": _median(comparison.median_before, *before),
        "Recovery": _median(comparison.median_after, *after),
        "Up / down": f"{comparison.n_up} / {comparison.n_down}",
        "Change (95% CI)": f"{significant(comparison.estimate)} ({_bounds(comparison.low, comparison.high)})",
        "Test": statistic(comparison),
    }


def _median(median: float, q1: float, q3: float) -> str:
    return f"{significant(median)} ({significant(q1)}, {significant(q3)})"


def _change_values(marker: Marker, group: GroupPairs) -> dict[str, object]:
    row: dict[str, object] = {
        "marker": marker.label,
        "unit": marker.unit,
        "group": group.label,
        "patients": group.n,
    }
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
        "change": comparison.estimate,
        "change_low": comparison.low,
        "change_high": comparison.high,
        "test": comparison.method,
        "statistic": comparison.statistic,
        "df": comparison.df,
        "p_value": comparison.p_value,
    }


def _ledger(result: Result) -> Table:
    gaps = list(dict.fromkeys(gap for group in result.groups for gap in group.ledger))
    values = pd.DataFrame(
        [
            {"Group": group.label, "Patients": group.n, "Complete pairs": len(group.patients)}
            | {_gap_words(gap): group.ledger[gap] for gap in gaps}
            for group in result.groups
        ]
    )
    return Table(
        "ledger", "Pair ledger", values.astype(str), values, note="Why a pair is not complete, in patients."
    )


def _gap_words(gap: Gap) -> str:
    missing = "No value in either phase" if gap.phase == "both" else f"No {gap.phase} value"
    return f"{missing}: {gap.reason}"


def _incomplete(result: Result) -> Table:
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


def _every_marker(result: Result) -> Table:
    rows = [(marker, group) for marker, groups in result.every_marker for group in groups]
    return Table(
        "every_marker",
        "All markers of this cohort",
        pd.DataFrame([_marker_row(marker, group) for marker, group in rows]),
        pd.DataFrame([_change_values(marker, group) for marker, group in rows]),
        note="Each p-value stands alone: with so many tests, some fall below 0.05 by chance.",
    )


def _marker_row(marker: Marker, group: GroupPairs) -> dict[str, str]:
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
            "Change (95% CI)": UNKNOWN,
            "Test": UNKNOWN,
        }
    return row | {
        "Acute median": significant(comparison.median_before),
        "Recovery median": significant(comparison.median_after),
        "Change (95% CI)": f"{significant(comparison.estimate)} ({_bounds(comparison.low, comparison.high)})",
        "Test": f"{comparison.method}, {p_value(comparison.p_value)}",
    }


def _pairs(result: Result) -> Table:
    values = pd.concat(
        [
            pd.DataFrame(
                {
                    "patient": group.patients,
                    "group": group.label,
                    "acute": group.acute,
                    "recovery": group.recovery,
                    "change": group.recovery - group.acute,
                }
            )
            for group in result.groups
        ],
        ignore_index=True,
    )
    shown = values.assign(**{name: values[name].map(significant) for name in ("acute", "recovery", "change")})
    return Table(
        "pairs", f"Every complete pair ({result.marker.unit})", shown.astype(str), values, behind=True
    )
