"""Tables of what the other choices give, and of what becomes of the ratios if SCORTEN predicts too many deaths."""

from __future__ import annotations

import pandas as pd

from iren_core.analyses.mortality.choices import Choice
from iren_core.analyses.mortality.deaths import Result
from iren_core.analyses.mortality.overprediction import Scaled, break_even
from iren_core.analyses.mortality.patients import Settings
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.mortality import ObservedExpected
from iren_core.stats.smr import RatioOfRatios
from iren_core.wording import UNKNOWN, count, estimate, number, p_value, percent

EDGE_WORDS = {
    ">=": "from 40 years, 120 per minute and 10% on",
    ">": "above 40 years, 120 per minute and 10%",
}


def choices(result: Result) -> Table:
    """A row for the choice made and for each other one; all patients."""
    return Table(
        "choices",
        "What the other choices give",
        pd.DataFrame([_shown(place, choice) for place, choice in enumerate(result.choices)]),
        pd.DataFrame([_values(choice) for choice in result.choices]),
        note=(
            "All patients. The first row is the choice made; the others change the score, with its rule at the "
            "cut-offs, or the deaths that count. The rule plays a part only where SCORTEN is recomputed. Ratio of "
            "SMRs: the first group's ratio to the second's."
        ),
    )


def over_prediction(result: Result) -> Table:
    """The ratios with a part of SCORTEN's deaths expected; a column a factor, and the one at which the finding ends."""
    sources = "; ".join(f"{percent(one.factor_percent / 100)} {one.source}" for one in result.scaled)
    return Table(
        "over_prediction",
        "If SCORTEN predicts too many deaths",
        pd.DataFrame([_scaled(result, label) for label in result.scaled[0].numbers]),
        pd.DataFrame([row for one in result.scaled for row in _scaled_values(one)]),
        note=(
            "SMR (95% CI) if that part of SCORTEN's deaths is to be expected: "
            f"{sources}. Break-even: the part at which the interval reaches 1 and the finding ends; it equals the "
            "upper limit of the ratio with SCORTEN as it is. One factor for all patients leaves the ratio of two "
            "groups' SMRs unchanged. Sources: Torres-Navarro I, et al. 2020, doi 10.1111/jdv.16137; Zavala S, et "
            "al. 2018, doi 10.1093/jbcr/irx016. Their patients were treated too, so that their ratios mix "
            "over-prediction with what treatment did."
        ),
    )


def words_of(settings: Settings, bound: str = "") -> str:
    """The choices of score, cut-off rule and deaths in words."""
    score = {
        "as in the file": "SCORTEN as in the file",
        "recomputed": "SCORTEN recomputed",
        "file, else recomputed": "SCORTEN as in the file, else recomputed",
    }[settings.score]
    edge = "" if settings.score == "as in the file" else f", {EDGE_WORDS[settings.edge]}"
    deaths = (
        f"deaths within {settings.window_days} days"
        if settings.deaths != "at any time"
        else "deaths at any time"
    )
    items = {
        "": "",
        "lowest": "; unknown scores at their lowest (missing items give no point)",
        "highest": "; unknown scores at their highest (missing items give a point)",
    }[bound]
    return f"{score}{edge}; {deaths}{items}"


def _shown(place: int, choice: Choice) -> dict[str, str]:
    row = {"Choice": f"{words_of(choice.settings, choice.bound)}{'' if place else ' (chosen)'}"}
    numbers = choice.numbers
    if isinstance(numbers, CohortError):
        return row | dict.fromkeys(
            ("Died", "Expected", "SMR (95% CI)", "p", "Ratio of SMRs (95% CI)"), UNKNOWN
        )
    return row | {
        "Died": count(numbers.observed, numbers.n),
        "Expected": number(numbers.expected, 1),
        "SMR (95% CI)": estimate(numbers.estimate, numbers.low, numbers.high, 2, level=""),
        "p": p_value(numbers.p_value),
        "Ratio of SMRs (95% CI)": _ratio(choice.ratio),
    }


def _ratio(ratio: RatioOfRatios | CohortError | None) -> str:
    if ratio is None or isinstance(ratio, CohortError):
        return UNKNOWN
    return estimate(ratio.estimate, ratio.low, ratio.high, 2, level="")


def _values(choice: Choice) -> dict[str, object]:
    settings, numbers, ratio = choice.settings, choice.numbers, choice.ratio
    row: dict[str, object] = {
        "score": settings.score,
        "edge": settings.edge,
        "deaths": settings.deaths,
        "unknown_scores": choice.bound or "left out",
    }
    if isinstance(numbers, CohortError):
        return row | {"why_not": str(numbers)}
    row |= {
        "counted": numbers.n,
        "observed_deaths": numbers.observed,
        "expected_deaths": numbers.expected,
        "smr": numbers.estimate,
        "smr_low": numbers.low,
        "smr_high": numbers.high,
        "p_value": numbers.p_value,
    }
    if isinstance(ratio, RatioOfRatios):
        row |= {
            "ratio_of_smrs": ratio.estimate,
            "ratio_of_smrs_low": ratio.low,
            "ratio_of_smrs_high": ratio.high,
            "ratio_p_value": ratio.p_value,
        }
    return row


def _scaled(result: Result, label: str) -> dict[str, str]:
    whole = result.scaled[0].numbers[label]
    died = UNKNOWN if isinstance(whole, CohortError) else count(whole.observed, whole.n)
    ratios = {percent(one.factor_percent / 100): _smr(one.numbers[label]) for one in result.scaled}
    return {"Group": label, "Died": died} | ratios | {"Break-even": _break_even(whole)}


def _smr(numbers: ObservedExpected | CohortError) -> str:
    if isinstance(numbers, CohortError):
        return UNKNOWN
    return estimate(numbers.estimate, numbers.low, numbers.high, 2, level="")


def _break_even(numbers: ObservedExpected | CohortError) -> str:
    if isinstance(numbers, CohortError):
        return UNKNOWN
    factor = break_even(numbers)
    return "holds 1 already" if factor is None else percent(factor, 1)


def _scaled_values(one: Scaled) -> list[dict[str, object]]:
    return [
        {
            "factor": one.factor_percent / 100,
            "source": one.source,
            "group": label,
            "counted": numbers.n,
            "expected_deaths": numbers.expected,
            "observed_deaths": numbers.observed,
            "smr": numbers.estimate,
            "smr_low": numbers.low,
            "smr_high": numbers.high,
            "p_value": numbers.p_value,
        }
        for label, numbers in one.numbers.items()
        if not isinstance(numbers, CohortError)
    ]
