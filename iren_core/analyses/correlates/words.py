"""The correlates card in words."""

from __future__ import annotations

import numpy as np

from iren_core.analyses.correlates.associations import Association, Result, is_pearson
from iren_core.analyses.correlates.picture import short
from iren_core.analyses.two_sides import of_comparison, two_sides
from iren_core.counted import counted, has
from iren_core.errors import CohortError
from iren_core.schema import Field
from iren_core.stats.correlation import Correlation
from iren_core.wording import in_sentence, listed, p_value, patients, sentence

LEVEL = 0.05
#: Letters of a first sentence, which is the title of a slide.
LONGEST_HEADLINE = 110

_Tested = tuple[Association, Correlation]


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    return tuple(
        one.correlation.method for one in result.associations if not isinstance(one.correlation, CohortError)
    )


def spoken(field: Field) -> str:
    """A field inside a sentence: "acute-phase interleukin-6"."""
    name, _, phase = field.label.rpartition(", ")
    return (
        f"{phase}-phase {in_sentence(name)}" if phase in ("acute", "recovery") else in_sentence(field.label)
    )


def finding(result: Result) -> str:
    """First in short what goes with the outcome, the most certain variable named; then every number behind it."""
    tested = [
        (one, one.correlation) for one in result.associations if not isinstance(one.correlation, CohortError)
    ]
    tested.sort(key=lambda pair: pair[1].p_value)
    shown = [pair for pair in tested if pair[1].p_value < LEVEL]
    rest = tested[len(shown) :]
    return " ".join(
        sentence(part)
        for part in (
            _headline(result, shown, tested),
            _shown_in_numbers(result, shown, tested),
            _details([(spoken(one.variable), r) for one, r in rest], "Not shown" if shown else ""),
            *(
                f"{one.variable.label}: {one.correlation.found}"
                for one in result.associations
                if isinstance(one.correlation, CohortError)
            ),
        )
        if part
    )


def _headline(result: Result, shown: list[_Tested], tested: list[_Tested]) -> str:
    """A sentence short enough for the title of a slide: all names where they fit, else the first and how many more."""
    if not tested:
        return ""
    outcome = spoken(result.against)
    if shown:
        start, names = (
            f"{_more(result.against)} {outcome} was associated with",
            [_direction(*one) for one in shown],
        )
    else:
        start, names = (
            f"{outcome} was not shown to be associated with",
            [spoken(one.variable) for one, _ in tested],
        )
    whole = f"{start} {listed(names, 'and' if shown else 'or')}"
    if len(whole) < LONGEST_HEADLINE or len(names) == 1:
        return whole
    if not shown:
        return f"{start} any of {len(tested)} variables"
    return f"{start} {names[0]} and {len(names) - 1} more of {len(tested)} variables"


def _shown_in_numbers(result: Result, shown: list[_Tested], tested: list[_Tested]) -> str:
    """Every association with its numbers; one that the headline names alone is not named again."""
    named = [(_direction(one, r), r) for one, r in shown]
    headline = _headline(result, shown, tested)
    if not named or any(name in headline for name, _ in named[1:]) or len(named) == 1:
        return _details(named)
    return f"The first: {_numbers(named[0][1])}; the others: {_details(named[1:])}"


def _details(named: list[tuple[str, Correlation]], start: str = "") -> str:
    numbers = listed(f"{name} ({_numbers(r)})" for name, r in named)
    return f"{start}: {numbers}" if start and numbers else numbers


def _more(field: Field) -> str:
    return "Longer" if field.unit == "days" else "Higher"


def _direction(one: Association, r: Correlation) -> str:
    return f"{'higher' if r.estimate > 0 else 'lower'} {spoken(one.variable)}"


def _numbers(r: Correlation) -> str:
    return f"{short(r)}, {p_value(r.p_value)}, n = {r.n}".replace(" (95%", ", 95%").replace("),", ",")


def caption(result: Result) -> str:
    """Who is drawn, who does not count, and what lines mean."""
    n, without = len(result.y), int(np.isnan(result.y).sum())
    died = int(result.died.sum())
    place = "drawn in the strip above the axis and left out of the correlations"
    strip = ""
    if died:
        strip += f" {patients(died)} died without one: crosses {place}."
    if without > died:
        strip += f" {patients(without - died)} without a value: {place}."
    lines = {
        is_pearson(r) for r in (a.correlation for a in result.associations) if not isinstance(r, CohortError)
    }
    straight = " Solid line: least squares, with the 95% band of the mean." if True in lines else ""
    monotone = (
        " Dashed line: the closest line that never turns back (isotonic regression); ranks claim no straight line."
        if False in lines
        else ""
    )
    return f"{n - without} of {patients(n)} {has(n - without)} a {spoken(result.against)}.{strip}{straight}{monotone}"


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    raw = sum(one.correlation.p_value < LEVEL for one in result.ranking)
    adjusted = sum(one.p_adjusted < LEVEL for one in result.ranking)
    return (
        "Patients were not allotted to these values: a correlation is no cause, and treatment or extent of disease may "
        "lie behind both numbers.",
        *_deaths_note(result),
        *_two_sides(result),
        f"Of {counted(len(result.ranking), 'field')} of this cohort {raw} {has(raw)} a p below 0.05 and {adjusted} an "
        "adjusted p below "
        "0.05. The fields drawn here may have been picked for their p: read the adjusted one.",
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where a coefficient's interval and its p part."""
    return two_sides(
        of_comparison(spoken(one.variable), one.correlation)
        for one in result.associations
        if not isinstance(one.correlation, CohortError)
    )


def _deaths_note(result: Result) -> tuple[str, ...]:
    moved = [
        (one, one.deaths_last, one.each_method["spearman"])
        for one in result.associations
        if one.deaths_last is not None
    ]
    if not moved:
        return ()
    turned = [
        spoken(one.variable)
        for one, last, without in moved
        if isinstance(last, CohortError)
        or isinstance(without, CohortError)
        or (last.p_value < LEVEL) != (without.p_value < LEVEL)
    ]
    verdict = (
        f"the verdict at p = 0.05 turns for {listed(turned)}"
        if turned
        else "no verdict at p = 0.05 turns, see “What other choices give”"
    )
    died = int(result.died.sum())
    return (
        f"{patients(died)} died before healing and {has(died)} no healing time: the correlations "
        f"describe survivors only. With the dead ranked as the slowest of all, {verdict}.",
    )


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    as_study = result.settings.method == "study"
    reasons = dict.fromkeys(
        f"{one.variable.label}: {one.correlation.method}{'' if as_study else f'. {one.correlation.reason}'}"
        for one in result.associations
        if not isinstance(one.correlation, CohortError)
    )
    by_study = (
        "Measures are those of the study's Figure 4: Pearson's for body mass index, Spearman's for all else."
    )
    parts = [
        f"{result.against.label} was correlated with each variable in patients who have both values.",
        *(sentence(reason) for reason in reasons),
        by_study if as_study else "",
        "Intervals are on Fisher's z scale, for ranks with the variance of Bonett and Wright (2000).",
        "P-values over all fields were adjusted by Benjamini and Hochberg's method.",
    ]
    if any(one.deaths_last is not None for one in result.associations):
        parts.append(
            "As a check, patients who died unhealed were given the last rank of healing times, shared by all of them."
        )
    return " ".join(part for part in parts if part)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    panels = "; ".join(f"{one.variable.label}: {short(one.correlation)}" for one in result.associations)
    return f"Points, one a patient, of {spoken(result.against)} against each variable. {panels}."


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return "A correlation is no cause: each variable alone, not adjusted for treatment or extent of disease."
