"""The tables of the prognosis card."""

from __future__ import annotations

import pandas as pd

from iren_core.analyses.prognosis.factors import Factor, Result, Tested
from iren_core.analyses.prognosis.picture import auc, direction
from iren_core.analyses.timing import is_known_early
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.describe import Description
from iren_core.wording import UNKNOWN, count, mean_sd, p_value, ratios, significant


def comparison(result: Result) -> Table:
    """Every factor, the deceased beside the healed, with its tests."""
    return Table(
        "comparison",
        "Patients who died beside those who healed",
        pd.DataFrame([_compared(one, result) for one in result.tested]),
        pd.DataFrame([_numbers(one) for one in result.tested]),
        note="Numbers: mean ± standard deviation where means are compared, else median (25th, 75th percentiles). "
        "Exact p: Mann-Whitney with ties, or Fisher. Adjusted p: Benjamini and Hochberg, over all rows. Later: known "
        "only after treatment began.",
    )


def _compared(one: Tested, result: Result) -> dict[str, str]:
    exact = one.exact
    row = {
        "Factor": named(one.factor),
        f"Died (n = {result.n_died})": _described(one, one.died),
        f"Healed (n = {result.n_healed})": _described(one, one.healed),
    }
    if isinstance(exact, CohortError):
        return row | {
            "Test": f"not tested: {exact.found}", "Exact p": UNKNOWN, "Adjusted p": UNKNOWN, "Known": _known(one),
        }  # fmt: skip
    return row | {
        "Test": f"{short_test(one.method)}, {p_value(one.p_value)}",
        "Exact p": _bare_p(exact.p_value),
        "Adjusted p": _bare_p(one.p_adjusted),
        "Known": _known(one),
    }


def short_test(method: str) -> str:
    """The name of a test without how its p is found, which the methods tell."""
    return method.partition(",")[0]


def named(factor: Factor) -> str:
    """The factor with its unit."""
    return f"{factor.label} ({factor.unit})" if factor.unit else factor.label


def _known(one: Tested) -> str:
    return "early" if is_known_early(one.factor.name) else "later"


def _bare_p(p: float) -> str:
    """A p for a column that says p at its top."""
    return p_value(p).removeprefix("p ").removeprefix("= ")


def _described(one: Tested, side: Description) -> str:
    if not side.n:
        return UNKNOWN
    missing = f", {side.n_missing} missing" if side.n_missing else ""
    if one.factor.yes_or_no:
        return f"{count(round(side.mean * side.n), side.n)}{missing}"
    if one.by_means:
        return f"{mean_sd(side.mean, side.sd, 1)}{missing}"
    return f"{significant(side.median)} ({significant(side.q1)}, {significant(side.q3)}){missing}"


def strength(result: Result) -> Table:
    """How well each factor tells the two apart, each row with the deaths behind it."""
    return Table(
        "strength",
        "How well each factor alone tells them apart",
        pd.DataFrame([_strength(one) for one in result.tested]),
        pd.DataFrame([_numbers(one) for one in result.tested]),
        note="AUC: the chance that of two patients, one of whom died, the factor points at that one, in the direction "
        "named, with Newcombe's interval; 0.5 tells nothing, 1 means that all who died lie on one side of all who "
        "healed. Odds ratio: "
        "Firth's, for yes against no or for one standard deviation more.",
    )


def _strength(one: Tested) -> dict[str, str]:
    row = {"Factor": named(one.factor)}
    exact = one.exact
    if isinstance(exact, CohortError):
        return row | {
            "In those who died": UNKNOWN,
            "Deaths": UNKNOWN,
            "AUC (95% CI)": UNKNOWN,
            "Odds ratio (95% CI)": UNKNOWN,
        }
    return row | {
        "In those who died": direction(one, exact),
        "Deaths": f"{exact.n_events} of {exact.n}",
        "AUC (95% CI)": auc(exact),
        "Odds ratio (95% CI)": _odds(exact.estimate, exact.low, exact.high),
    }


def _odds(*odds: float) -> str:
    """An odds ratio with its limits; one so far out that its size says nothing is only bounded."""
    inside = iter(ratios(*(one for one in odds if 0.001 <= one <= 1000)))
    estimate, low, high = (
        "below 0.001" if one < 0.001 else "above 1000" if one > 1000 else next(inside) for one in odds
    )
    return f"{estimate} ({low} to {high})"


def _numbers(one: Tested) -> dict[str, object]:
    row: dict[str, object] = {"factor": one.factor.label, "unit": one.factor.unit}
    for side, described in (("died", one.died), ("healed", one.healed)):
        row |= {
            f"{side}_n": described.n, f"{side}_missing": described.n_missing, f"{side}_mean": described.mean,
            f"{side}_sd": described.sd, f"{side}_median": described.median, f"{side}_q1": described.q1,
            f"{side}_q3": described.q3,
        }  # fmt: skip
    exact = one.exact
    if isinstance(exact, CohortError):
        return row | {"test": str(exact)}
    return row | {
        "test": one.method,
        "p_value": one.p_value,
        "p_adjusted": one.p_adjusted,
        "exact_test": exact.method,
        "exact_p": exact.p_value,
        "deaths": exact.n_events,
        "patients": exact.n,
        "auc": exact.auc,
        "auc_low": exact.auc_low,
        "auc_high": exact.auc_high,
        "odds_ratio": exact.estimate,
        "odds_ratio_low": exact.low,
        "odds_ratio_high": exact.high,
        "odds_ratio_per": "yes against no" if one.factor.yes_or_no else "one standard deviation",
    }


def marker(result: Result) -> Table:
    """The marker of the second view, both phases."""
    tested = [(phase, one) for phase, one in result.phases]
    return Table(
        "marker",
        f"{result.phases[0][1].factor.label.rpartition(', ')[0]} in those who died and those who healed"
        if result.phases
        else "",
        pd.DataFrame(
            [{"Phase": phase, **_compared(one, result), **_strength(one)} for phase, one in tested]
        ).drop(columns=["Factor", "Adjusted p", "Known"], errors="ignore"),
        pd.DataFrame([{"phase": phase, **_numbers(one)} for phase, one in tested]),
        note="Median (25th, 75th percentiles), or mean ± standard deviation where means are compared. Odds ratio: "
        "Firth's, for one standard deviation more.",
    )


def of(result: Result) -> tuple[Table, ...]:
    """All tables of the card, that of the picture first."""
    if result.phases:
        return marker(result), comparison(result), strength(result)
    return comparison(result), strength(result)
