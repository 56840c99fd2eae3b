"""The prognosis card in words."""

from __future__ import annotations

import math

from iren_core.analyses.prognosis.factors import Result, Tested
from iren_core.analyses.prognosis.picture import MOST_ROWS, direction, in_words, strongest, toward_death
from iren_core.analyses.prognosis.tables import short_test
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.counted import counted, has, is_
from iren_core.errors import CohortError, NotEstimable
from iren_core.stats.logistic import check_events_per_variable
from iren_core.stats.prognosis import PrognosticFactor
from iren_core.wording import in_sentence, listed, number, p_value, patients, sentence, significant

LEVEL = 0.05
MOST_NAMED = 4


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    tested = [one for _, one in result.phases] or result.tested
    return tuple(short_test(one.method) for one in tested if one.method)


def finding(result: Result) -> str:
    """What went with death, or one marker in both phases."""
    return _marker_finding(result) if result.phases else _factors_finding(result)


def compared(result: Result) -> str:
    """Who is compared: of how many patients how many died and healed, and who is left out and why."""
    n_known = result.n_died + result.n_healed
    no_outcome = result.n_unknown - result.n_unhealed
    why = [
        *([f"{patients(result.n_unhealed)} last seen alive and not healed"] if result.n_unhealed else []),
        *([f"{patients(no_outcome)} without an outcome"] if no_outcome else []),
    ]
    left_out = f"; left out: {listed(why)}" if why else ""
    return f"Compared: {result.n_died} of {patients(n_known)} died, {result.n_healed} healed{left_out}."


def _factors_finding(result: Result) -> str:
    known = [(one, one.exact) for one in result.tested if not isinstance(one.exact, CohortError)]
    known.sort(key=lambda pair: (pair[0].p_value, -abs(pair[1].auc - 0.5)))
    if not known:
        return f"No factor varies among the patients, so none could be tested. {compared(result)}"
    shown = [pair for pair in known if pair[0].p_adjusted < LEVEL]
    if not shown:
        return (
            f"None of {_factors(len(known))} was shown to be associated with death{_adjusted_words(known)}; nearest to "
            f"it came {_named(*known[0])}. {compared(result)}"
        )
    named = [_named(one, exact) for one, exact in shown[1:MOST_NAMED]]
    more = len(shown) - MOST_NAMED
    rest = [f"{more} more of {_factors(len(known))} tested one by one"] if more > 0 else []
    others = f" Also associated: {listed([*named, *rest])}." if named else ""
    first = f"Death was associated most clearly with {_named(*shown[0])}."
    return f"{first}{others} {compared(result)}"


def _adjusted_words(known: list[tuple[Tested, PrognosticFactor]]) -> str:
    """That p were adjusted, and how many were below 0.05 before."""
    if len(known) < 2:
        return ""
    raw = sum(one.p_value < LEVEL for one, _ in known)
    before = f"; {raw} had p below {LEVEL} before that" if raw else ""
    return f" once p is adjusted for their number{before}"


def _factors(n: int) -> str:
    return counted(n, "factor")


def _named(one: Tested, exact: PrognosticFactor) -> str:
    test = f"{short_test(one.method)}, {p_value(one.p_value)}, adjusted {p_value(one.p_adjusted)}"
    return f"{direction(one, exact)} {spoken(one)} (AUC {in_words(exact)}, {test})"


def spoken(one: Tested) -> str:
    """A factor inside a sentence: "acute-phase interleukin-6"."""
    name, _, phase = one.factor.label.rpartition(", ")
    return (
        f"{phase}-phase {in_sentence(name)}"
        if phase in ("acute", "recovery")
        else in_sentence(one.factor.label)
    )


def _marker_finding(result: Result) -> str:
    return " ".join([*(_phase_finding(phase, one) for phase, one in result.phases), compared(result)])


def _phase_finding(phase: str, one: Tested) -> str:
    name = in_sentence(one.factor.label.rpartition(", ")[0])
    when = "In the acute phase" if phase == "Acute phase" else "In the recovery sample"
    if isinstance(one.exact, CohortError):
        return sentence(f"{when}, {name}: {one.exact.found}")
    middle = "mean" if one.by_means else "median"
    died, healed = (getattr(side, middle) for side in (one.died, one.healed))
    verb = (
        "was not shown to differ"
        if one.p_value >= LEVEL
        else "was higher"
        if one.exact.auc > 0.5
        else "was lower"
    )
    return sentence(
        f"{when}, {name} {verb} in those who died ({middle} {significant(died)} against {significant(healed)} "
        f"{one.factor.unit}; AUC {in_words(one.exact)}; {short_test(one.method)}, {p_value(one.p_value)}; "
        f"n = {one.died.n} and {one.healed.n})"
    )


def caption(result: Result) -> str:
    """Who is compared, who is not, and what marks mean."""
    who = compared(result)
    if result.phases:
        return (
            f"{who} Each dot is a patient; bars are medians with quartiles, or means with standard deviations where "
            "means are compared."
        )
    drawn, every = len(strongest(result)), len(result.tested)
    rest = (
        f" {drawn} of {_factors(every)} {is_(drawn)} drawn, those farthest from 0.5."
        if every > MOST_ROWS
        else ""
    )
    lacking = "; ".join(
        f"{one.factor.label} lacks {one.exact.n_missing - result.n_unknown}"
        for one, _ in strongest(result)
        if not isinstance(one.exact, CohortError) and one.exact.n_missing > result.n_unknown
    )
    missing = f" Missing values: {lacking}." if lacking else " No value is missing."
    return (
        f"{who} Squares: area under the ROC curve of each factor alone, in the direction named, whiskers its "
        f"95% interval (Newcombe).{missing}{rest}"
    )


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind, the number of deaths first."""
    adjusted = sum(one.p_adjusted < LEVEL for one in result.tested)
    raw = sum(one.p_value < LEVEL for one in result.tested)
    exact = [
        spoken(one)
        for one in result.tested
        if not isinstance(one.exact, CohortError) and (one.exact.p_value < LEVEL) != (one.p_value < LEVEL)
    ]
    turned = f"the verdict at p = 0.05 turns for {listed(exact)}" if exact else "no verdict at p = 0.05 turns"
    return (
        *_too_few_deaths(result.n_died),
        f"{raw} of {_factors(len(result.tested))} {has(raw)} a p below 0.05, {adjusted} an adjusted one. An AUC found "
        "and "
        "judged in the same patients is too good; it says nothing yet about the next patient.",
        *((f"With exact tests throughout, {turned}.",) if result.settings.test == "as in the study" else ()),
        *_two_sides(result),
        *_later_note(result),
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where the interval of an AUC or of an odds ratio and the p of the test part."""
    known = [(one, one.exact) for one in result.tested if not isinstance(one.exact, CohortError)]
    return two_sides(
        one
        for tested, exact in known
        for one in (
            Beside(
                f"AUC of {spoken(tested)}", exact.auc_low, exact.auc_high, tested.p_value, 0.5,
                "Newcombe's method", short_test(tested.method),
            ),
            Beside(
                f"odds ratio of {spoken(tested)}", exact.low, exact.high, tested.p_value, 1,
                "Firth's method", short_test(tested.method),
            ),
        )
    )  # fmt: skip


def _too_few_deaths(n_died: int) -> tuple[str, ...]:
    try:
        check_events_per_variable(n_died, 2)
    except NotEstimable:
        return (
            f"No multivariable model is offered with {counted(n_died, 'death')}: a model of only two variables would "
            "need 20, ten for "
            "each. Every factor is looked at alone, so one may only stand in for another.",
        )
    return ()


def _later_note(result: Result) -> tuple[str, ...]:
    if result.phases or result.settings.factors == "markers during recovery":
        return (
            "The recovery sample of a patient who died is the last one before death: it describes dying as much as it "
            "foretells it.",
        )
    if result.settings.factors == "as in the study's Table 3":
        return (
            "Adverse events come after treatment began, close to death: they are part of its course, no forecast.",
        )
    return ()


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    by_study = (
        "As in the study, numbers were compared with Student's t-test where the values of those who healed look "
        "normally distributed (Shapiro-Wilk p at least 0.05; a few deceased cannot show it), recovery values and all "
        "others with the Mann-Whitney test as SPSS prints it, exact but not corrected for ties."
    )
    exact = "Numbers were compared with the Mann-Whitney test, exact with ties."
    return " ".join(
        (
            "Patients who died were compared with those who healed, one factor at a time.",
            by_study if result.settings.test == "as in the study" else exact,
            "Yes-or-no factors were compared with Fisher's exact test.",
            "The area under the ROC curve has Newcombe's interval (2006, method 5), which unlike DeLong's does not "
            "shrink "
            "to nothing where all who died share one value or lie apart; odds ratios are Firth's with the interval of "
            "the "
            "profile of the penalised likelihood, for numbers per standard deviation.",
            "P-values were adjusted over all factors by Benjamini and Hochberg's method. Nothing is adjusted for "
            "anything else.",
        )
    )


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    if result.phases:
        parts = [
            f"{phase}: median {significant(one.died.median)} in those who died (n = {one.died.n}), "
            f"{significant(one.healed.median)} in those who healed (n = {one.healed.n})"
            for phase, one in result.phases
            if not math.isnan(one.died.median) and not math.isnan(one.healed.median)
        ]
        return f"Dots, one a patient, of those who healed and those who died. {'; '.join(parts)}."
    top = "; ".join(
        f"{direction(one, exact)} {spoken(one)} (AUC {number(toward_death(exact)[0], 2)})"
        for one, exact in strongest(result)[:6]
    )
    return f"Squares with intervals: the area under the ROC curve of each factor for death. Largest: {top}."


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return "Each factor alone, adjusted for nothing else; an AUC found and judged in the same patients is too good."
