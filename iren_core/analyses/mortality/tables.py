"""The tables of the mortality card: deaths expected and observed, and the comparisons that the study made."""

from __future__ import annotations

import pandas as pd

from iren_core.analyses.mortality.deaths import GroupDeaths, PanelDeaths, Result
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.mortality import ObservedExpected
from iren_core.wording import (
    UNKNOWN,
    count,
    estimate,
    interval,
    median_quartiles,
    number,
    p_value,
    percent,
    statistic,
)


def deaths(result: Result) -> Table:
    """One row a group: expected and observed deaths, their ratio, and how likely so few or so many would be."""
    rows = [(panel, group) for panel in result.panels for group in rows_of(panel)]
    return Table(
        "deaths",
        "Expected and observed deaths",
        pd.DataFrame([_shown(panel, group) for panel, group in rows]),
        pd.DataFrame([_values(panel, group) for panel, group in rows]),
        note=(
            "Expected deaths: sum of the patients' predicted risks. Observed: share with exact (Clopper-Pearson) 95% "
            "interval. SMR: standardised mortality ratio, observed divided by expected deaths, with exact Poisson "
            "limits; below 1 means fewer deaths than predicted. p: exact Poisson-binomial, two-sided as twice the "
            "smaller tail."
        ),
    )


def study(result: Result) -> Table:
    """Predicted and observed mortality as the study's Figure 3 sets them side by side."""
    rows = [(panel, group) for panel in result.panels for group in rows_of(panel)]
    return Table(
        "study",
        "The study's view",
        pd.DataFrame([_study_row(panel, group) for panel, group in rows]),
        pd.DataFrame([_values(panel, group) for panel, group in rows]),
        note="Predicted risk: median (25th, 75th percentiles) of the patients' risks in %.",
    )


def between_groups(result: Result) -> Table:
    """The two comparisons between groups that the study made, one row a panel."""
    panels = [panel for panel in result.panels if len(panel.groups) > 1]
    return Table(
        "between_groups",
        "Between the groups",
        pd.DataFrame(
            [
                {"Panel": panel.title, "Predicted risk": statistic(panel.risks), "Deaths": statistic(panel.counts)}
                for panel in panels
            ]
        ),
        pd.DataFrame([_between_values(panel) for panel in panels]),
        note="Each p-value stands alone, uncorrected for the others.",
    )


def rows_of(panel: PanelDeaths) -> tuple[GroupDeaths, ...]:
    """Everybody, then the groups where there is more than one."""
    return (panel.everybody, *(panel.groups if len(panel.groups) > 1 else ()))


def _shown(panel: PanelDeaths, group: GroupDeaths) -> dict[str, str]:
    row = {"Panel": panel.title if group is panel.everybody else "", "Group": group.label}
    numbers = group.numbers
    if isinstance(numbers, CohortError):
        return (
            row
            | dict.fromkeys(("Patients", "Expected", "Observed (95% CI)", "SMR (95% CI)", "p"), UNKNOWN)
            | {"No SCORTEN": str(group.n_without_scorten)}
        )
    share = interval(100 * numbers.proportion_low, 100 * numbers.proportion_high, 0, "%")
    return row | {
        "Patients": str(numbers.n),
        "Expected": number(numbers.expected, 1),
        "Observed (95% CI)": f"{count(numbers.observed, numbers.n)}, {share}",
        "SMR (95% CI)": estimate(numbers.estimate, numbers.low, numbers.high, 2, level=""),
        "p": p_value(numbers.p_value),
        "No SCORTEN": str(group.n_without_scorten),
    }


def _values(panel: PanelDeaths, group: GroupDeaths) -> dict[str, object]:
    row: dict[str, object] = {
        "panel": panel.title,
        "group": group.label,
        "patients": group.n,
        "without_scorten": group.n_without_scorten,
        "without_outcome": group.n_without_outcome,
    }
    numbers = group.numbers
    if isinstance(numbers, CohortError):
        return row | {"test": str(numbers)}
    return row | {
        "counted": numbers.n,
        "expected_deaths": numbers.expected,
        "observed_deaths": numbers.observed,
        "observed_share": numbers.proportion,
        "observed_share_low": numbers.proportion_low,
        "observed_share_high": numbers.proportion_high,
        "median_risk": numbers.median_risk,
        "risk_q1": numbers.risk_q1,
        "risk_q3": numbers.risk_q3,
        "mean_risk": numbers.mean_risk,
        "smr": numbers.estimate,
        "smr_low": numbers.low,
        "smr_high": numbers.high,
        "test": numbers.method,
        "p_value": numbers.p_value,
        "p_so_few": numbers.p_lower,
        "p_so_many": numbers.p_upper,
    }


def _study_row(panel: PanelDeaths, group: GroupDeaths) -> dict[str, str]:
    return {
        "Panel": panel.title if group is panel.everybody else "",
        "Group": group.label,
        "Predicted risk": _risk(group.numbers),
        "Died": _died(group.numbers),
    }


def _risk(numbers: ObservedExpected | CohortError) -> str:
    if isinstance(numbers, CohortError):
        return UNKNOWN
    return median_quartiles(100 * numbers.median_risk, 100 * numbers.risk_q1, 100 * numbers.risk_q3) + "%"


def _died(numbers: ObservedExpected | CohortError) -> str:
    return (
        UNKNOWN
        if isinstance(numbers, CohortError)
        else f"{numbers.observed}/{numbers.n} ({percent(numbers.proportion)})"
    )


def _between_values(panel: PanelDeaths) -> dict[str, object]:
    risks, counts = panel.risks, panel.counts
    row: dict[str, object] = {"panel": panel.title}
    if not isinstance(risks, CohortError):
        row |= {"risk_test": risks.method, "risk_statistic": risks.statistic, "risk_p_value": risks.p_value}
    if not isinstance(counts, CohortError):
        row |= {
            "deaths_test": counts.method,
            "deaths_p_value": counts.p_value,
            "odds_ratio": counts.estimate,
            "odds_ratio_low": counts.low,
            "odds_ratio_high": counts.high,
        }
    return row
