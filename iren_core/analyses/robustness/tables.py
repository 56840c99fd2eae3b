"""The tables of the robustness card."""

from __future__ import annotations

import math

import pandas as pd

from iren_core import schema
from iren_core.analyses.robustness.models import COMPETING, Model, Result
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.survival_day import HealedBy
from iren_core.wording import (
    UNKNOWN,
    digits_off_zero,
    estimate,
    interval,
    median_quartiles,
    number,
    p_value,
    percent,
    statistic,
)

_COMPETING_NOTE = (
    "Death as competing event: ratio of subdistribution rates (Fine and Gray) and Gray's test; all other rows censor "
    "deaths. "
)


def models(result: Result) -> Table:
    """One row a model."""
    return Table(
        "models",
        "The same contrast in several ways",
        pd.DataFrame([_model_shown(model) for model in result.models]),
        pd.DataFrame([_model_values(model) for model in result.models]),
        note=(
            f"Ratio: rate of healing of “{result.labels[1]}” divided by that of “{result.labels[0]}”, by Cox "
            "regression; below 1 means healing comes later. Within: patients are compared only within their stratum. "
            f"{_COMPETING_NOTE if result.models[0].name == COMPETING else ''}"
            "Proportionality: p of the check that the ratio stays the same over time; a small p speaks against it."
        ),
    )


def by_day(result: Result) -> Table:
    """Share healed by fixed days."""
    rows = [(day, share) for day, share in result.by_day if isinstance(share, HealedBy)]
    return Table(
        "by_day",
        "Share healed by a day",
        pd.DataFrame([_day_shown(day, share) for day, share in rows]),
        pd.DataFrame([_day_values(day, share) for day, share in rows]),
        note="Difference: second group minus first, in percentage points. With every patient followed to the day: "
        "Newcombe's interval and Fisher's exact test; else limits recovered from those of the two curves, and the test "
        "of their complementary log-log (Klein 2007). A share of 0% or 100% has no interval of its own."
        + (" Who died counts as never healed." if result.settings.deaths == "competing event" else ""),
    )


def severity(result: Result) -> Table:
    """How ill the two groups were."""
    shown, values = [], []
    for name, compared in result.severity:
        label = schema.field(name).label_with_unit
        cells = {
            group: median_quartiles(median, *quartiles)
            for group, median, quartiles in zip(
                compared.labels, compared.medians, compared.quartiles, strict=True
            )
        }
        shown.append({"": label} | cells | {"Test": statistic(compared)})
        values.append(
            {
                "field": name,
                "test": compared.method,
                "statistic": compared.statistic,
                "p_value": compared.p_value,
            }
            | {
                f"median_{group}": median
                for group, median in zip(compared.labels, compared.medians, strict=True)
            }
        )
    return Table(
        "severity",
        "Severity of the groups",
        pd.DataFrame(shown),
        pd.DataFrame(values),
        note="Median (25th, 75th percentiles) of the patients in the models.",
    )


def _model_shown(model: Model) -> dict[str, str]:
    row = {"Model": model.name}
    if isinstance(model.ratio, CohortError):
        return row | {"Ratio (95% CI)": UNKNOWN, "Test": model.ratio.found, "Proportionality": UNKNOWN}
    ratio = model.ratio
    check = ratio.proportionality
    return row | {
        "Ratio (95% CI)": estimate(ratio.ratios[0], ratio.lows[0], ratio.highs[0], 2, level=""),
        "Test": f"{ratio.method}: {p_value(ratio.p_values[0])}"
        if isinstance(model.test, CohortError)
        else statistic(model.test),
        "Proportionality": UNKNOWN if check is None else p_value(check.p_values[0]),
    }


def _model_values(model: Model) -> dict[str, object]:
    row: dict[str, object] = {"model": model.name}
    if not isinstance(model.ratio, CohortError):
        row |= {
            "ratio": model.ratio.ratios[0],
            "ratio_low": model.ratio.lows[0],
            "ratio_high": model.ratio.highs[0],
            "ratio_p_value": model.ratio.p_values[0],
            "method": model.ratio.method,
            "patients": model.ratio.n,
            "healed": model.ratio.n_events,
        }
    if not isinstance(model.test, CohortError):
        row |= {
            "test": model.test.method,
            "statistic": model.test.statistic,
            "test_p_value": model.test.p_value,
        }
    return row


def _day_shown(day: int, share: HealedBy) -> dict[str, str]:
    groups = {
        label: f"{percent(value)} ({interval(100 * low, 100 * high, 0, '%')})"
        if not math.isnan(low)
        else percent(value)
        for label, value, low, high in zip(share.labels, share.shares, share.lows, share.highs, strict=True)
    }
    return (
        {"Day": str(day)}
        | groups
        | {
            "Difference (95% CI)": _difference(share),
            "Test": UNKNOWN
            if share.test is None or share.p_value is None or math.isnan(share.p_value)
            else f"{share.test}, {p_value(share.p_value)}",
        }
    )


def _difference(share: HealedBy) -> str:
    if share.estimate is None or share.low is None or share.high is None:
        return UNKNOWN
    if math.isnan(share.low):
        return f"{number(100 * share.estimate)} points"
    low, high = 100 * share.low, 100 * share.high
    digits = digits_off_zero(low, high)
    return f"{number(100 * share.estimate, digits)} points ({interval(low, high, digits)})"


def _day_values(day: int, share: HealedBy) -> dict[str, object]:
    row: dict[str, object] = {"day": day}
    for label, n, value, low, high in zip(
        share.labels, share.n, share.shares, share.lows, share.highs, strict=True
    ):
        row |= {f"n_{label}": n, f"share_{label}": value, f"low_{label}": low, f"high_{label}": high}
    return row | {
        "difference": share.estimate,
        "low": share.low,
        "high": share.high,
        "test": share.test,
        "p_value": share.p_value,
    }
