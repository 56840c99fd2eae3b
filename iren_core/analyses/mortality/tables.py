"""The tables of the mortality card: deaths expected and observed, and the comparisons that the study made."""

from __future__ import annotations

import pandas as pd

from iren_core.analyses.mortality.deaths import GroupDeaths, PanelDeaths, Result
from iren_core.analyses.mortality.pairs import PairDeaths
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.mortality import ObservedExpected
from iren_core.wording import (
    UNKNOWN,
    count,
    digits_off_zero,
    estimate,
    in_sentence,
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
                {
                    "Panel": panel.title,
                    "Predicted risk": statistic(panel.risks),
                    "Deaths": statistic(panel.counts),
                }
                for panel in panels
            ]
        ),
        pd.DataFrame([_between_values(panel) for panel in panels]),
        note="Each p-value stands alone, uncorrected for the others.",
    )


def pairs(result: Result) -> Table:
    """Each group against each later one: deaths, and the ratios of observed to expected deaths."""
    every = [(panel, pair) for panel in result.panels for pair in panel.pairs]
    return Table(
        "pairs",
        "One group against another",
        pd.DataFrame([_pair_shown(panel, pair) for panel, pair in every]),
        pd.DataFrame([_pair_values(panel, pair) for panel, pair in every]),
        note=(
            "Difference: of the shares who died, first minus second, Newcombe's 95% interval; Fisher's exact test. "
            "Ratio of SMRs: first divided by second, with the exact conditional (binomial) test and interval; p is "
            "twice the smaller tail. R's poisson.test adds up counts no more probable than the one observed; its p "
            f"is in the workbook.{_one_sided(every)} Each p-value stands alone, uncorrected for the others."
        ),
    )


def _one_sided(every: list[tuple[PanelDeaths, PairDeaths]]) -> str:
    ratios = [pair.ratio for _, pair in every if not isinstance(pair.ratio, CohortError)]
    parts = []
    if any(ratio.n_deaths[0] == 0 for ratio in ratios):
        parts.append("Where nobody died in the first group the ratio is 0 and has an upper limit only.")
    if any(ratio.n_deaths[1] == 0 for ratio in ratios):
        parts.append(
            "Where nobody died in the second group the ratio is infinite (∞) and has a lower limit only."
        )
    return "".join(f" {part}" for part in parts)


def _pair_shown(panel: PanelDeaths, pair: PairDeaths) -> dict[str, str]:
    row = {"Panel": panel.title, "Groups": f"{pair.first} against {in_sentence(pair.second)}"}
    risks, ratio = pair.risks, pair.ratio
    if isinstance(risks, CohortError):
        row |= {"Died": UNKNOWN, "Difference (95% CI)": statistic(risks)}
    else:
        died = (f"{k}/{n}" for k, n in zip(risks.events, risks.n, strict=True))
        shown = (100 * part for part in (risks.difference, risks.difference_low, risks.difference_high))
        row |= {"Died": " against ".join(died), "Difference (95% CI)": _points(*shown)}
    row["Deaths"] = statistic(pair.counts)
    if isinstance(ratio, CohortError):
        return row | {"Ratio of SMRs (95% CI)": statistic(ratio), "p": UNKNOWN}
    return row | {
        "Ratio of SMRs (95% CI)": estimate(ratio.estimate, ratio.low, ratio.high, 2, level=""),
        "p": p_value(ratio.p_value),
    }


def _points(difference: float, low: float, high: float) -> str:
    digits = digits_off_zero(low, high)
    return f"{number(difference, digits)} ({interval(low, high, digits)}) percentage points"


def _pair_values(panel: PanelDeaths, pair: PairDeaths) -> dict[str, object]:
    row: dict[str, object] = {"panel": panel.title, "first": pair.first, "second": pair.second}
    risks, counts, ratio = pair.risks, pair.counts, pair.ratio
    if not isinstance(risks, CohortError):
        row |= {
            "first: died": risks.events[0],
            "first: patients": risks.n[0],
            "second: died": risks.events[1],
            "second: patients": risks.n[1],
            "risk_difference": risks.difference,
            "risk_difference_low": risks.difference_low,
            "risk_difference_high": risks.difference_high,
        }
    if not isinstance(counts, CohortError):
        row |= {"deaths_test": counts.method, "deaths_p_value": counts.p_value}
    if not isinstance(ratio, CohortError):
        row |= {
            "ratio_of_smrs": ratio.estimate,
            "ratio_of_smrs_low": ratio.low,
            "ratio_of_smrs_high": ratio.high,
            "ratio_test": ratio.method,
            "ratio_p_value": ratio.p_value,
            "ratio_p_value_as_poisson_test": ratio.p_by_likelihood,
        }
    return row


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
