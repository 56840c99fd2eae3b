"""The study's headline contrasts with intervals, from its printed numbers and from a cohort."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from iren_core.analyses.published.facts import Fact, fact
from iren_core.analyses.published.recompute import patients_of, recompute
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, NotEstimable
from iren_core.stats import compare_counts, compare_groups
from iren_core.stats.correlation import coefficient_interval, coefficient_p
from iren_core.stats.risks import compare_risks
from iren_core.stats.summaries import Moments, difference_of_means, moments_from_quartiles

PERCENTAGE_POINTS = 100


@dataclass(frozen=True)
class Estimate:
    """One contrast: the estimate with its 95% interval, patients per group, p and the test (NaN and "": none)."""

    value: float
    low: float
    high: float
    n: tuple[int, ...]
    p_value: float = math.nan
    method: str = ""


@dataclass(frozen=True)
class Contrast:
    """The same contrast twice: what the study's printed numbers give, and what the cohort gives or why it does not.

    ``digits`` : decimals that suit the unit; ``printed_p`` : the study's own p, as printed, empty where there is none
    """

    block: str
    label: str
    digits: int
    printed_p: str
    theirs: Estimate
    yours: Estimate | CohortError


@dataclass(frozen=True)
class _Asked:
    block: str
    label: str
    digits: int
    facts: tuple[str, ...]
    p_from: str
    printed: Callable[[tuple[Fact, ...]], Estimate]
    computed: Callable[[tuple[Fact, ...], Cohort], Estimate]


TIME, DOSE, DEATHS, CORRELATION = "time", "dose", "deaths", "correlation"


def contrasts(cohort: Cohort) -> tuple[Contrast, ...]:
    """Every headline contrast, the combination minus corticosteroids alone, then the correlations."""
    return tuple(_contrast(asked, cohort) for asked in _asked())


def _contrast(asked: _Asked, cohort: Cohort) -> Contrast:
    spoken_of = tuple(fact(name) for name in asked.facts)
    yours: Estimate | CohortError
    try:
        yours = asked.computed(spoken_of, cohort)
    except CohortError as error:
        yours = error
    printed_p = fact(asked.p_from).p if asked.p_from else ""
    return Contrast(asked.block, asked.label, asked.digits, printed_p, asked.printed(spoken_of), yours)


def _asked() -> tuple[_Asked, ...]:
    means = [
        _Asked(
            block, f"{label}, {who}", digits, _both(name + part), f"p_{name}{part}", _printed_means, _means
        )
        for block, label, digits, name in (
            (TIME, "Healing", 1, "re"),
            (TIME, "Corticosteroids", 1, "dur"),
            (DOSE, "Cumulative dose", 0, "cum"),
        )
        for part, who in (("", "all"), ("_sjs", "SJS"), ("_ten", "TEN"))
    ]
    deaths = [
        _Asked(DEATHS, f"Deaths, {who}", 0, _both(f"obs{part}"), p_from, _printed_risks, _risks)
        for part, who, p_from in (("", "all", "p_obs"), ("_ten", "TEN", ""))
    ]
    correlations = [
        _Asked(CORRELATION, label, 2, (f"r_{name}",), f"r_{name}", _printed_coefficient, _coefficient)
        for label, name in (
            ("Body mass index", "bmi"),
            ("Epidermal detachment", "bsa"),
            ("IL-6, acute", "il6"),
            ("TNF-α, acute", "tnf"),
        )
    ]
    return (*means, *deaths, *correlations)


def _both(name: str) -> tuple[str, str]:
    return f"{name}_comb", f"{name}_cort"


def _printed_means(pair: tuple[Fact, ...]) -> Estimate:
    first, second = (_moments(one) for one in pair)
    return Estimate(*difference_of_means(first, second), n=(first.n, second.n))


def _moments(one: Fact) -> Moments:
    values, n = [float(text) for text in one.numbers], int(one.n)
    if one.kind == "mean_sd":
        return Moments(values[0], values[1], n)
    median, q1, q3 = values
    return moments_from_quartiles(q1, median, q3, n)


def _means(pair: tuple[Fact, ...], cohort: Cohort) -> Estimate:
    field = pair[0].field
    cohort.column(field)
    frame = _both_arms(pair, cohort)
    result = compare_groups(frame[field], frame["arm"].cat.remove_unused_categories(), test="student")
    return Estimate(result.estimate, result.low, result.high, result.n, result.p_value, result.method)


def _both_arms(pair: tuple[Fact, ...], cohort: Cohort) -> pd.DataFrame:
    """The patients of both facts, which differ in the arm alone."""
    cohort.column("arm")
    frame = patients_of(pair[0], cohort, but="arm")
    return frame[frame["arm"].isin([one.arm for one in pair])]


def _printed_risks(pair: tuple[Fact, ...]) -> Estimate:
    events, n = zip(*((int(one.numbers[0]), int(one.numbers[1])) for one in pair), strict=True)
    return _risk_difference(events, n)


def _risks(pair: tuple[Fact, ...], cohort: Cohort) -> Estimate:
    found = [recompute(one, cohort) for one in pair]
    events, n = zip(*((int(one.numbers[0]), one.n) for one in found), strict=True)
    return _risk_difference(events, n)


def _risk_difference(events: tuple[int, int], n: tuple[int, int]) -> Estimate:
    risks = compare_risks(events, n)
    value, low, high = (
        PERCENTAGE_POINTS * share for share in (risks.difference, risks.difference_low, risks.difference_high)
    )
    table = [[event, size - event] for event, size in zip(events, n, strict=True)]
    try:
        test = compare_counts(table, test="fisher")
    except NotEstimable:
        return Estimate(value, low, high, n)
    return Estimate(value, low, high, n, test.p_value, test.method)


def _printed_coefficient(only: tuple[Fact, ...]) -> Estimate:
    (one,) = only
    r, n = float(one.numbers[0]), int(one.n)
    limits = coefficient_interval(r, n, of_ranks=one.test == "spearman")
    return Estimate(r, *limits, n=(n,), p_value=coefficient_p(r, n)[1], method=one.named_test)


def _coefficient(only: tuple[Fact, ...], cohort: Cohort) -> Estimate:
    found = recompute(only[0], cohort)
    return Estimate(found.numbers[0], found.low, found.high, (found.n,), found.p_value, found.method)
