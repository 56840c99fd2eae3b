"""Tables of SCORTEN itself: mortality at each score, the items of each patient, and scores that contradict them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from iren_core.analyses.mortality.deaths import Result
from iren_core.analyses.scorten_items import ITEMS
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.prediction import Calibration, ScoreGroup
from iren_core.stats.scorten import OBSERVED_MORTALITY
from iren_core.wording import UNKNOWN, count, estimate, interval, number, percent

_QUERY = "Look it up in the chart; nothing was changed."


def by_score(result: Result) -> Table:
    """Observed mortality at each score beside the risk that the equation gives it."""
    groups = () if isinstance(result.by_score, CohortError) else result.by_score
    return Table(
        "by_score",
        "Calibration: mortality at each SCORTEN",
        pd.DataFrame([_score_shown(group) for group in groups]),
        pd.DataFrame([_score_values(group) for group in groups]),
        note=(
            "All patients with SCORTEN and outcome. Observed: share who died with exact (Clopper-Pearson) 95% "
            "interval. Predicted: e^L / (1 + e^L), L = −4.448 + 1.237 × SCORTEN. First cohort: mortality by "
            "SCORTEN where the score was made (Bastuji-Garin 2000)."
        ),
    )


def calibration(result: Result) -> Table:
    """How predicted risks and deaths agree, over all patients."""
    whole = result.calibration
    rows = [] if isinstance(whole, CohortError) else [whole]
    return Table(
        "calibration",
        "Calibration of all patients",
        pd.DataFrame([_calibration_shown(one) for one in rows]),
        pd.DataFrame([_calibration_values(one) for one in rows]),
        note=(
            "Brier score: mean squared distance of outcome and risk, 0 is perfect; beside it, what it would be if "
            "everyone were given the observed mortality. In the large: what must be added to all log odds so that "
            "deaths agree; below 0 the risks are too high. Slope: 1 is perfect, below 1 the risks are too extreme."
            f"{''.join(f' {note}' for one in rows for note in one.notes)}"
        ),
    )


def _calibration_shown(whole: Calibration) -> dict[str, str]:
    return {
        "Died": count(whole.n_events, whole.n),
        "Brier score": number(whole.brier, 3),
        "With the observed mortality": number(whole.brier_without_model, 3),
        "In the large (95% CI)": _limits(whole.in_the_large, whole.in_the_large_low, whole.in_the_large_high),
        "Slope (95% CI)": _limits(whole.slope, whole.slope_low, whole.slope_high),
    }


def _calibration_values(whole: Calibration) -> dict[str, object]:
    return {
        "n": whole.n,
        "deaths": whole.n_events,
        "missing": whole.n_missing,
        "brier": whole.brier,
        "brier_with_observed_mortality": whole.brier_without_model,
        "in_the_large": whole.in_the_large,
        "in_the_large_low": whole.in_the_large_low,
        "in_the_large_high": whole.in_the_large_high,
        "slope": whole.slope,
        "slope_low": whole.slope_low,
        "slope_high": whole.slope_high,
    }


def _limits(value: float, low: float, high: float) -> str:
    return UNKNOWN if np.isnan(value) else estimate(value, low, high, 2, level="")


def items(result: Result) -> Table:
    """One row a patient: the point of each item, their sum or its bounds, the file's score, and the one that counts."""
    rows = range(len(result.patients))
    return Table(
        "scorten_items",
        "SCORTEN item by item",
        pd.DataFrame([_items_shown(result, row) for row in rows]),
        pd.DataFrame([_items_values(result, row) for row in rows]),
        note=(
            f"1: a point, 0: none, {UNKNOWN}: not recorded, which leaves a range and is never taken as 0. An item "
            "is scored from its measurement where there is one, else from the recorded yes or no. *: exactly on a "
            "cut-off (40 years, 120 per minute, 10%), where sources differ."
        ),
        behind=True,
    )


def queries(result: Result) -> Table:
    """Scores of the file that their items cannot give, and items that contradict their measurement."""
    rows = pd.DataFrame(list(_queries(result)), columns=["Patient", "What was found", "What to do"])
    return Table(
        "scorten_queries",
        "SCORTEN to look up",
        rows,
        rows,
        note="The file's values stand as they are; what counts here is set by the reader's choice of score.",
    )


def _first_cohort(score: float) -> str:
    place = int(np.clip(score, 1, 5)) - 1
    _, share, limits = OBSERVED_MORTALITY[place]
    return f"{percent(share)} ({interval(100 * limits.low, 100 * limits.high, 0, '%')})"


def _score_shown(group: ScoreGroup) -> dict[str, str]:
    share = interval(100 * group.interval.low, 100 * group.interval.high, 0, "%")
    return {
        "SCORTEN": f"{group.score:g}",
        "Died (95% CI)": f"{count(group.n_events, group.n)}, {share}",
        "Predicted risk": percent(group.mean_risk),
        "Expected deaths": number(group.n * group.mean_risk, 1),
        "First cohort (95% CI)": _first_cohort(group.score),
    }


def _score_values(group: ScoreGroup) -> dict[str, object]:
    return {
        "scorten": group.score,
        "patients": group.n,
        "died": group.n_events,
        "observed_share": group.observed,
        "observed_share_low": group.interval.low,
        "observed_share_high": group.interval.high,
        "predicted_risk": group.mean_risk,
        "expected_deaths": group.n * group.mean_risk,
    }


def _items_shown(result: Result, row: int) -> dict[str, str]:
    scores = result.scores
    edges = {name: "*" if on[row] else "" for name, on in scores.on_edge.items()}
    points = {
        item.heading: f"{number(scores.points[item.name][row])}{edges.get(item.name, '')}" for item in ITEMS
    }
    return (
        {"Patient": result.patients[row]}
        | points
        | {
            "From items": _range(scores.items.low[row], scores.items.high[row]),
            "In the file": number(scores.in_file[row]),
            "Counts as": number(result.score[row]),
        }
    )


def _items_values(result: Result, row: int) -> dict[str, object]:
    scores = result.scores
    return (
        {"patient": result.patients[row]}
        | {item.flag: scores.points[item.name][row] for item in ITEMS}
        | {
            "lowest_from_items": scores.items.low[row],
            "highest_from_items": scores.items.high[row],
            "scorten_in_file": scores.in_file[row],
            "scorten_used": result.score[row],
            "on_a_cut_off": bool(scores.items.on_edge[row]),
        }
    )


def _range(low: float, high: float) -> str:
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def _queries(result: Result) -> Iterator[dict[str, str]]:
    scores = result.scores
    for row, patient in enumerate(result.patients):
        if scores.mismatched[row]:
            total = _range(scores.items.low[row], scores.items.high[row])
            edge = " A value lies on a cut-off: see the other rule." if scores.items.on_edge[row] else ""
            found = f"SCORTEN is {number(scores.in_file[row])}, but its items add up to {total}.{edge}"
            yield {"Patient": patient, "What was found": found, "What to do": _QUERY}
        for item in ITEMS:
            if scores.disagree[item.name][row]:
                measured = scores.points[item.name][row] == 1
                found = (
                    f"{item.heading} is recorded as {'no' if measured else 'yes'}, but the measurement gives "
                    f"{'a' if measured else 'no'} point."
                )
                yield {"Patient": patient, "What was found": found, "What to do": _QUERY}
