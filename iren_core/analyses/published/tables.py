"""The tables of the card: part by part, what does not fit, what the study says, and every number."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd

from iren_core.analyses.published.agreement import decimals
from iren_core.analyses.published.comparison import EVERY_PART, TOO_FEW, Line, Result
from iren_core.analyses.published.contrasts import Contrast, Estimate
from iren_core.analyses.published.facts import SECTIONS, Fact, claims
from iren_core.analyses.published.recompute import Found
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.wording import (
    UNKNOWN,
    alike,
    count,
    estimate,
    interval,
    listed,
    mean_sd,
    median_quartiles,
    number,
    p_value,
    printed_p,
    significant,
)

_WHO = {"combination": "combination", "corticosteroid": "corticosteroids alone"}


def by_part(result: Result) -> Table:
    """How many numbers of each part are printed, computed here, and how they compare."""
    values = pd.DataFrame([_part(result, section) for section in SECTIONS])
    return Table(
        "by_part",
        "Part by part",
        values.astype(str),
        values,
        note="A number counts as printed when it rounds to what stands in the study, its p-value included."
        if result.is_sample
        else f"Inside and outside: whether the printed number lies in the 95% interval of these patients. With fewer "
        f"than {TOO_FEW} patients an interval holds almost any number, and nothing is called. Without an interval: "
        "p-values, directions of changes and patterns, which are not judged. The last four columns add up to those "
        "computed.",
    )


def _part(result: Result, section: str) -> dict[str, object]:
    lines = [line for line in result.lines if line.fact.section == section]
    row: dict[str, object] = {
        "Part": section,
        "Printed numbers": len(lines),
        "Computed here": sum(line.is_computed for line in lines),
    }
    if result.is_sample:
        return row | {"As printed": sum(line.is_as_printed for line in lines)}
    verdicts = Counter(verdict(result, line) for line in lines)
    return row | {
        "Inside the interval": verdicts[INSIDE],
        "Outside the interval": verdicts[OUTSIDE],
        "Too few to call": verdicts[SMALL],
        "Without an interval": verdicts[UNKNOWN],
    }


def unlike(result: Result) -> Table:
    """What the sample gives otherwise than printed; empty for any other cohort, which nobody expects to agree."""
    lines = [line for line in result.unlike if line.is_computed] if result.is_sample else []
    rows = [
        {
            "Printed in": line.fact.where,
            "Quantity": line.fact.quantity,
            "Patients": who(line.fact),
            "Printed": printed(line.fact),
            "Here": here(result, line),
            "Why": line.fact.remark
            or "The values in this file differ from those of the sample as it was made.",
        }
        for line in lines
    ]
    values = pd.DataFrame(rows)
    return Table("unlike", "What the sample does not show as printed", values, values)


def not_computed(result: Result) -> Table:
    """Printed numbers that this cohort cannot give, one row a reason."""
    reasons: dict[str, list[str]] = {}
    for line in result.lines:
        if isinstance(line.found, CohortError):
            reasons.setdefault(str(line.found), []).append(line.fact.quantity)
    values = pd.DataFrame(
        [
            {"Quantities": listed(dict.fromkeys(quantities)), "Numbers": len(quantities), "Why": why}
            for why, quantities in reasons.items()
        ]
    )
    return Table("not_computed", "What cannot be computed here", values.astype(str), values)


def study_says(_: Result) -> Table:
    """Where the study's words and its numbers part."""
    values = pd.DataFrame(
        [{"In the study": one.where, "It says": one.said, "Its numbers show": one.found} for one in claims()]
    )
    return Table("claims", "Where the study's words and numbers part", values, values)


def every_number(result: Result) -> Table:
    """Every printed number of the chosen part beside the cohort's own."""
    shown = pd.DataFrame([_shown(result, line) for line in result.shown])
    return Table(
        "facts",
        f"Printed numbers: {result.settings.section[:1].lower()}{result.settings.section[1:]}",
        shown if result.settings.section == EVERY_PART else shown.drop(columns="Part"),
        pd.DataFrame([_values(result, line) for line in result.shown]),
        note="Means: Student's interval; medians: exact interval by the sign test; shares: Clopper-Pearson. A p-value "
        "depends on the number of patients; those of two cohorts are not set against one another.",
    )


def headline(result: Result) -> Table:
    """The contrasts of the picture in numbers."""
    return Table(
        "contrasts",
        "Headline contrasts",
        pd.DataFrame([_contrast_shown(contrast) for contrast in result.contrasts]),
        pd.DataFrame([_contrast_values(contrast) for contrast in result.contrasts]),
        note="The study's means of healing days are estimated from its printed quartiles (Wan 2014). Its p-values are "
        "those printed, by its own tests.",
        behind=True,
    )


INSIDE, OUTSIDE, SMALL = "inside your interval", "outside your interval", "n too small to call"
AS_PRINTED, DIFFERS = "as printed", "differs"


def verdict(result: Result, line: Line) -> str:
    """How a number here stands to the printed one; agreement is claimed for the sample alone."""
    if isinstance(line.found, CohortError):
        return "not computed"
    if result.is_sample:
        return AS_PRINTED if line.is_as_printed else DIFFERS
    if line.fact.kind in ("p", "change", "pattern"):
        return UNKNOWN
    if math.isnan(line.found.low) or math.isnan(line.found.high):
        return SMALL
    inside = line.found.low <= _printed_value(line.fact) <= line.found.high
    if not inside:
        return OUTSIDE
    return SMALL if line.found.n < TOO_FEW else INSIDE


def _printed_value(fact: Fact) -> float:
    first = float(fact.numbers[0])
    return 100 * first / float(fact.numbers[1]) if fact.kind == "count" else first


def who(fact: Fact) -> str:
    """The patients of whom a fact speaks.

    >>> from iren_core.analyses.published.facts import fact
    >>> who(fact("re_ten_cort")), who(fact("age"))
    ('TEN, corticosteroids alone, healed', 'All')
    """
    parts = [fact.diagnosis, _WHO.get(fact.arm, fact.arm), fact.outcome]
    text = ", ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}" if text else "All"


def printed(fact: Fact) -> str:
    """The fact as the study prints it.

    >>> from iren_core.analyses.published.facts import fact
    >>> printed(fact("re_comb")), printed(fact("r_bmi")), printed(fact("p_obs"))
    ('14 (12, 17)', '−0.58, p < 0.001', 'not significant')
    """
    numbers = tuple(float(text) for text in fact.numbers)
    return _words(fact, numbers, printed_p(fact.p), [decimals(text) for text in fact.numbers])


def here(result: Result, line: Line) -> str:
    """The cohort's own value in the same form; one decimal more where it is not the sample."""
    found = line.found
    if isinstance(found, CohortError):
        return UNKNOWN
    more = 0 if result.is_sample else 1
    digits = [decimals(text) + more for text in line.fact.numbers]
    p = p_value(found.p_value) if line.fact.p and not math.isnan(found.p_value) else ""
    return _words(line.fact, found.numbers, p, digits)


def _words(fact: Fact, numbers: tuple[float, ...], p: str, digits: list[int]) -> str:
    return ", ".join(part for part in (_number_words(fact, numbers, digits), p) if part)


def _number_words(fact: Fact, numbers: tuple[float, ...], digits: list[int]) -> str:
    if fact.kind == "change":
        if not numbers:
            return "rises" if fact.category == "rise" else "falls"
        return f"{'rises' if numbers[0] > 0 else 'falls'} ({significant(numbers[0])})"
    if fact.kind in ("count", "pattern"):
        k, n = int(numbers[0]), int(numbers[1])
        return count(k, n) if len(numbers) == 3 else f"{k} of {n}"
    if len(numbers) == 3:
        return median_quartiles(numbers[0], numbers[1], numbers[2], digits[0])
    if len(numbers) == 2:
        return mean_sd(numbers[0], numbers[1], digits[0])
    return number(numbers[0], digits[0]) if numbers else ""


def _shown(result: Result, line: Line) -> dict[str, str]:
    fact, found = line.fact, line.found
    quantity = f"{fact.quantity} ({fact.unit})" if fact.unit else fact.quantity
    row = {"Part": fact.section, "Quantity": quantity, "Patients": who(fact), "Printed": printed(fact)}
    if isinstance(found, CohortError):
        row |= {"Here": UNKNOWN, "95% interval": UNKNOWN, "n": UNKNOWN, "Test here": UNKNOWN}
    else:
        row |= {
            "Here": here(result, line),
            "95% interval": _interval(fact, found),
            "n": str(found.n),
            "Test here": found.method or UNKNOWN,
        }
    return row | {"Agreement": verdict(result, line), "Remark": fact.remark}


def _interval(fact: Fact, found: Found) -> str:
    if math.isnan(found.low) or math.isnan(found.high):
        return UNKNOWN
    if fact.kind == "count":
        return interval(found.low, found.high, 0, "%")
    if fact.kind == "change":
        return " to ".join(alike(found.low, found.high))
    return interval(found.low, found.high, decimals(fact.numbers[0]) + (fact.kind != "r"))


def _values(result: Result, line: Line) -> dict[str, object]:
    fact, found = line.fact, line.found
    row: dict[str, object] = {
        "fact": fact.id,
        "part": fact.section,
        "printed_in": fact.where,
        "quantity": fact.quantity,
        "unit": fact.unit,
        "patients": who(fact),
        "printed": printed(fact),
        "test_named_in_study": fact.named_test,
        "agreement": verdict(result, line),
        "remark": fact.remark,
    }
    if isinstance(found, CohortError):
        return row | {"not_computed": str(found)}
    values = dict(zip(("value", "second_value", "third_value"), found.numbers, strict=False))
    return (
        row
        | values
        | {"low": found.low, "high": found.high, "n": found.n, "p_value": found.p_value, "test": found.method}
    )


def _contrast_shown(contrast: Contrast) -> dict[str, str]:
    yours = contrast.yours
    row = {"Contrast": f"{contrast.label} ({_UNITS[contrast.block]})"}
    if isinstance(yours, CohortError):
        row |= {"Here (95% CI)": UNKNOWN, "n here": UNKNOWN, "Test here": yours.found}
    else:
        row |= {
            "Here (95% CI)": _estimate(yours, contrast.digits),
            "n here": listed(map(str, yours.n), "v"),
            "Test here": f"{yours.method}, {p_value(yours.p_value)}" if yours.method else UNKNOWN,
        }
    return row | {
        "Study (95% CI)": _estimate(contrast.theirs, contrast.digits),
        "n in the study": listed(map(str, contrast.theirs.n), "v"),
        "Printed p": printed_p(contrast.printed_p) or UNKNOWN,
    }


_UNITS = {"time": "days", "dose": "mg", "deaths": "percentage points", "correlation": "coefficient"}


def _estimate(one: Estimate, digits: int) -> str:
    return estimate(one.value, one.low, one.high, digits, level="")


def _contrast_values(contrast: Contrast) -> dict[str, object]:
    row: dict[str, object] = {"contrast": contrast.label, "unit": _UNITS[contrast.block]}
    for name, one in (("here", contrast.yours), ("study", contrast.theirs)):
        if isinstance(one, CohortError):
            row["not_computed"] = str(one)
        else:
            row |= {
                name: one.value,
                f"{name}_low": one.low,
                f"{name}_high": one.high,
                f"{name}_n": sum(one.n),
            }
    return row | {"printed_p": contrast.printed_p}
