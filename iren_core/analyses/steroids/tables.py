"""The tables of the steroid card: the groups, the tests that were not taken, and the values."""

from __future__ import annotations

import pandas as pd

from iren_core.analyses.steroids.exposure import GroupExposure, PanelExposure, Result
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.groups import GroupComparison
from iren_core.wording import (
    UNKNOWN,
    estimate,
    mean_sd,
    median_quartiles,
    name_and_statistic,
    p_value,
)


def exposure(result: Result) -> Table:
    """One row a panel and group: how many, mean and median, and who has no value."""
    rows = [(panel, group) for panel in result.panels for group in panel.groups]
    digits = digits_of(result)
    return Table(
        "exposure",
        f"{result.measure.label} ({result.measure.unit})",
        pd.DataFrame([_shown(panel, group, digits) for panel, group in rows]),
        pd.DataFrame([_values(panel, group) for panel, group in rows]),
        note="Died: patients who died and have no value. Missing: patients who have none for another reason.",
    )


def tests(result: Result) -> Table:
    """One row a panel: the test taken, its effect, and p by the three usual tests."""
    return Table(
        "tests",
        "The comparison, and what other tests give",
        pd.DataFrame([_test_shown(panel, difference_digits(result)) for panel in result.panels]),
        pd.DataFrame([_test_values(panel) for panel in result.panels]),
        note=(
            "Difference: first group minus second, in means or, for ranks, in location (Hodges-Lehmann), with 95% "
            "interval. Student's t-test takes the variances as equal, Welch's does not, Mann-Whitney (exact with ties) "
            "compares ranks. Choosing a test by its p is not allowed: the columns show how much depends on it."
        ),
    )


def values(result: Result) -> Table:
    """Each patient's value."""
    whole = result.panels[0]
    rows = [
        {"patient": patient, "group": group.label, "value": float(value), "unit": result.measure.unit}
        for group in whole.groups
        for patient, value in zip(group.patients, group.values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["patient", "group", "value", "unit"])
    shown = frame.astype(str).rename(columns=str.capitalize)
    return Table("values", f"{result.measure.label}, patient by patient", shown, frame, behind=True)


def digits_of(result: Result) -> int:
    """Decimals that suit the unit: whole days and mg, one decimal per kg."""
    return 1 if "/kg" in result.measure.unit else 0


def difference_digits(result: Result) -> int:
    """Decimals of a difference: one more than of a value, but none of a mg."""
    return 0 if result.measure.unit in ("mg", "mg/day") else digits_of(result) + 1


def _shown(panel: PanelExposure, group: GroupExposure, digits: int) -> dict[str, str]:
    one = group.description
    return {
        "Panel": panel.title if group is panel.groups[0] else "",
        "Group": group.label,
        "With a value": f"{one.n} of {group.n}",
        "Mean ± SD": mean_sd(one.mean, one.sd, digits),
        "Median (quartiles)": median_quartiles(one.median, one.q1, one.q3, digits),
        "Died": str(group.n_died_without),
        "Missing": str(group.n_missing),
    }


def _values(panel: PanelExposure, group: GroupExposure) -> dict[str, object]:
    one = group.description
    names = ("n", "mean", "sd", "median", "q1", "q3", "minimum", "maximum")
    return {
        "panel": panel.title,
        "group": group.label,
        "patients": group.n,
        **{name: getattr(one, name) for name in names},
        "died_without_value": group.n_died_without,
        "missing": group.n_missing,
    }


def _test_shown(panel: PanelExposure, digits: int) -> dict[str, str]:
    comparison = panel.comparison
    row = {"Panel": panel.title}
    if isinstance(comparison, CohortError):
        row |= {"Test taken": comparison.found, "p": UNKNOWN, "Difference (95% CI)": UNKNOWN}
    else:
        row |= {
            "Test taken": name_and_statistic(comparison),
            "p": _bare(comparison),
            "Difference (95% CI)": _difference(comparison, digits),
        }
    return row | {f"p, {test}": _bare(other) for test, other in panel.others}


def _difference(comparison: GroupComparison, digits: int) -> str:
    if len(comparison.labels) > 2:
        return UNKNOWN
    return estimate(comparison.estimate, comparison.low, comparison.high, digits, level="")


def _bare(comparison: GroupComparison | CohortError) -> str:
    if isinstance(comparison, CohortError):
        return UNKNOWN
    return p_value(comparison.p_value).removeprefix("p ").removeprefix("= ")


def _test_values(panel: PanelExposure) -> dict[str, object]:
    comparison = panel.comparison
    row: dict[str, object] = {"panel": panel.title}
    if isinstance(comparison, CohortError):
        row["method"] = str(comparison)
    else:
        names = ("method", "statistic", "df", "effect", "estimate", "low", "high", "p_value")
        row |= {name: getattr(comparison, name) for name in names}
        row |= {"effect_size": comparison.size_name, "effect_size_value": comparison.size}
    for test, other in panel.others:
        row[f"p_value_{test.lower()}"] = None if isinstance(other, CohortError) else other.p_value
    return row
